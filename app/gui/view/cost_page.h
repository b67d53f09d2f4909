// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"
#include "core/base/decimal.h"

#include <map>
#include <set>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QStackedWidget;

namespace heaptoll::gui {

class BillRowsPane;
class CostBars;
class DataTable;
class EmptyState;
class PartialChip;
class RowModel;
class TableTwin;
class TotalRow;
struct CostBand;
struct ServiceCost;

/// Cost by service: stacked bars per day, week or month above the table of services; both share rows, colours and order.
/// The buckets (ambiguous) and (unassigned) are rows like any other, and the total equals the bill.
class CostPage final : public Page {
    Q_OBJECT
public:
    enum class Grain : int { Day, Week, Month };
    CostPage(const PageContext& context, QWidget* parent);
    [[nodiscard]] QString tableText() const override;

protected:
    void refresh(Changes changes) override;
    void release() override;

private:
    void showColumns(int days);
    void fillTable();
    void showSummary(const std::vector<std::pair<std::string, Decimal>>& sums, int rows, int days);
    void fillBars();
    [[nodiscard]] std::vector<CostBand> bandsOf(
        const std::vector<ServiceCost>& costs, const std::map<QString, std::size_t>& periods, Grain grain);
    void selectService(const QString& key);
    void openService(const QString& key);
    [[nodiscard]] std::string barCurrency() const;

    QComboBox* m_grain;
    QLabel* m_summary;
    CostBars* m_bars;
    TableTwin* m_twin;
    DataTable* m_table;
    TotalRow* m_totalRow;
    RowModel* m_model;
    BillRowsPane* m_rows;
    QLabel* m_hint; ///< in place of m_rows while no service is selected
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    PartialChip* m_partial;
    std::set<std::string> m_merged; ///< services of the band of all others
    std::string m_selected; ///< service whose rows are shown
    bool m_isFilling = false;
};

} // namespace heaptoll::gui
