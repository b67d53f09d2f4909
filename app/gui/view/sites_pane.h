// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "app/gui/view/page.h"
#include "app/gui/widget/empty_state.h"
#include "core/analysis/site_rows.h"

#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QStackedWidget;

namespace heaptoll::gui {

class DataTable;
class PartialChip;
class RowModel;

/// The allocation sites of a range: live, change, allocated, growth, objects, money, class and finding; below them how they
/// add up to what the memory of the service costs.
class SitesPane final : public RangePane {
    Q_OBJECT
public:
    SitesPane(const PageContext& context, QWidget* parent);

    void setRange(std::shared_ptr<const WorkspaceAnalysis> analysis, std::shared_ptr<const RangeView> rangeView,
        const Lens& lens) override;
    void setStale(bool isStale) override;
    [[nodiscard]] QString tableText() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void reload();
    void showEmpty(EmptyState::Content content);
    void showRows(std::vector<SiteRow> rows);
    void filter(const QString& text);
    void showTotal();
    void showSplit();
    void open(const QString& key);
    void openFinding(const QString& key);

    PageContext m_context;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::shared_ptr<const RangeView> m_range;
    std::optional<QStringList> m_words; ///< of the names in the table, once somebody mistyped one
    Lens m_lens;
    LatestJob m_job; ///< makes the rows
    std::vector<SiteRow> m_rows; ///< as the table has them, unfiltered
    QLineEdit* m_filter;
    QLabel* m_total;
    QLabel* m_split; ///< what the memory of the service costs, sites and the rest
    QStackedWidget* m_stack;
    DataTable* m_table;
    RowModel* m_model;
    EmptyState* m_empty;
    PartialChip* m_partial;
};

} // namespace heaptoll::gui
