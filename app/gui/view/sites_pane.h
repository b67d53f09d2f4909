// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

namespace heaptoll {
struct SiteRow;
}

class QLabel;
class QLineEdit;
class QStackedWidget;

namespace heaptoll::gui {

class DataTable;
class EmptyState;
class RowModel;

/// The allocation sites of a range: live, change, allocated, growth, objects, money, class and finding.
class SitesPane final : public RangePane {
    Q_OBJECT
public:
    SitesPane(const PageContext& context, QWidget* parent);

    void setRange(std::shared_ptr<const WorkspaceAnalysis> analysis, std::shared_ptr<const RangeView> rangeView,
        const Lens& lens) override;
    void setStale(bool isStale) override;
    [[nodiscard]] QString tableText() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showRows(const std::vector<SiteRow>& rows);
    void open(const QString& key);

    PageContext m_context;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::shared_ptr<const RangeView> m_range;
    Lens m_lens;
    quint64 m_generation = 0;
    QLineEdit* m_filter;
    QLabel* m_total;
    QStackedWidget* m_stack;
    DataTable* m_table;
    RowModel* m_model;
    EmptyState* m_empty;
};

} // namespace heaptoll::gui
