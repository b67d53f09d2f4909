// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

#include <optional>

class QLabel;
class QToolButton;
class QStackedWidget;

namespace heaptoll::gui {

class ChartPanel;
class EmptyState;

/// Growth over cost: memory and money over one time axis; a brushed range shows in figures, flame graph and sites below.
class TimelinePage : public Page {
    Q_OBJECT
public:
    TimelinePage(const PageContext& context, QWidget* parent);
    [[nodiscard]] QString tableText() const override;

protected:
    void refresh(Changes changes) override;

private:
    [[nodiscard]] QWidget* makeHead();
    [[nodiscard]] QWidget* makeSelectionRow();
    void showChart();
    void showLegend();
    void showSelection();
    void showRange();
    void setStale(bool isStale);
    void toggleTable();
    void onBrush(std::optional<TimeRange> range, bool isFinal);

    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ChartPanel* m_chart;
    QLabel* m_legend = nullptr;
    QToolButton* m_panels = nullptr;
    QLabel* m_selection = nullptr;
    QLabel* m_hint = nullptr;
    RangePane* m_flame;
    RangePane* m_sites;
    std::string m_chartService;
    bool m_hasChart = false;
};

} // namespace heaptoll::gui
