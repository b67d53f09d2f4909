// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"
#include "app/gui/viewmodel/chart_data.h"

#include <optional>

class QComboBox;
class QHBoxLayout;
class QStackedWidget;
class QToolButton;

namespace heaptoll::gui {

class ChartLegend;
class ChartPanel;
class EmptyState;
class LaneStrip;
class Minimap;
class PartialChip;
class PlacementBar;
class SelectionRow;
class TableTwin;

/// Growth over cost: memory and money over one time axis, events in lanes below; a brushed range shows in figures, flame
/// graph and sites. Recordings without a wall clock wait as chips to be placed on the axis.
class TimelinePage : public Page {
    Q_OBJECT
public:
    TimelinePage(const PageContext& context, QWidget* parent);
    [[nodiscard]] QString tableText() const override;

signals:
    /// Files were dropped on the time axis: recordings among them without a clock began there.
    void filesDropped(const QStringList& paths, heaptoll::Instant start);

protected:
    void refresh(Changes changes) override;
    void release() override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QWidget* makeUpper();
    [[nodiscard]] QWidget* makeHead();
    void makePickers(QHBoxLayout* row);
    void makePanelSwitch(QHBoxLayout* row);
    void addActions();
    void showEmpty();
    void showChart();
    void showPickers();
    void showRange();
    void setStale(bool isStale);
    void chooseFromPickers();
    void onBrush(std::optional<TimeRange> range, bool isFinal);

    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ChartPanel* m_chart;
    LaneStrip* m_lanes;
    Minimap* m_minimap;
    TableTwin* m_twin;
    PlacementBar* m_placement;
    QComboBox* m_memory = nullptr;
    QComboBox* m_split = nullptr;
    QToolButton* m_overlay = nullptr;
    QToolButton* m_panels = nullptr;
    ChartLegend* m_legend = nullptr;
    PartialChip* m_partial = nullptr;
    SelectionRow* m_selection = nullptr;
    RangePane* m_flame;
    RangePane* m_sites;
    std::string m_chartService;
    ChartChoice m_choice; ///< its memory is that of the lens
    bool m_hasChart = false;
    bool m_isShort = false;
};

} // namespace heaptoll::gui
