// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chart/chart_accessible.h"
#include "app/gui/viewmodel/chart_data.h"

#include <QWidget>

#include <vector>

namespace heaptoll::gui {

class ChartPanel;

/// Lanes below a chart, one per kind of event that happened: deploys, restarts, OOM kills, anomalies, placed recordings.
/// They share the time axis of the chart. Events too near to tell apart are one mark with their number. Arrow keys walk
/// the marks, Enter or a click shows the figures of that time in the chart.
class LaneStrip : public QWidget, public ChartItems {
    Q_OBJECT
public:
    /// Follows the chart's data and window; the chart must outlive it.
    explicit LaneStrip(ChartPanel* chart, QWidget* parent = nullptr);

    /// All kinds in one lane, where height is short.
    void setCompact(bool isCompact);
    struct Mark {
        std::size_t lane = 0;
        EventKind kind = EventKind::Restart;
        QRectF icon;
        QRectF span; ///< of a recording; else empty
        QString label;
        QString toolTip;
        double at = 0; ///< seconds
        int count = 1; ///< of all events that it stands for
        bool isMixed = false; ///< they are of several kinds
    };
    [[nodiscard]] const std::vector<Mark>& marks() const { return m_marks; }
    [[nodiscard]] std::vector<ChartItem> chartItems() const override;
    void pressItem(std::size_t index) override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return { 120, sizeHint().height() }; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void follow();
    void layoutMarks();
    void addMark(const ChartData::Event& event, std::size_t lane);
    void paintMark(QPainter& painter, std::size_t index) const;
    [[nodiscard]] int markAt(const QPointF& position) const;
    void choose(int mark);

    ChartPanel* m_chart;
    std::vector<EventKind> m_lanes;
    std::vector<Mark> m_marks;
    int m_current = -1;
    bool m_isCompact = false;
};

} // namespace heaptoll::gui
