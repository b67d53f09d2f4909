// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/chart_data.h"

#include <QChartView>

#include <optional>

class QLineSeries;
class QValueAxis;

namespace heaptoll::gui {

/// Memory (line, left axis) and cost per day (bars, right axis) over one time axis. Both axes start at zero and share
/// their grid lines. Drag selects a range (brush), wheel zooms, middle drag pans; zooming never changes numbers. The only
/// user of QChartView; ticks, bars, brush and crosshair are painted here, for the reasons in app/README.md.
class ChartPanel : public QChartView {
    Q_OBJECT
public:
    explicit ChartPanel(QWidget* parent = nullptr);

    void setData(const ChartData& data);
    [[nodiscard]] const ChartData& data() const { return m_data; }
    /// Off: a drag does nothing (evidence charts).
    void setBrushEnabled(bool isEnabled) { m_isBrushEnabled = isEnabled; }
    void setBrush(std::optional<TimeRange> range);
    [[nodiscard]] std::optional<TimeRange> brush() const;
    /// Two panels: memory above, cost below, instead of one over the other.
    void setTwoPanels(bool isTwo);
    void fit();
    [[nodiscard]] QRectF plotRect() const;
    /// Pixel of a time; tests drag by it.
    [[nodiscard]] double xOf(double seconds) const;
    [[nodiscard]] QSize sizeHint() const override { return { 600, 240 }; }
    [[nodiscard]] QSize minimumSizeHint() const override { return { 240, 150 }; }

signals:
    void brushChanged(std::optional<heaptoll::TimeRange> range, bool isFinal);

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    enum class Drag : std::uint8_t { None, New, Start, End, Pan };
    struct Window {
        double from = 0;
        double to = 1;
    };
    struct Axes;
    void layoutPlot();
    void bind();
    void applyColors();
    [[nodiscard]] double secondsAt(double x) const;
    [[nodiscard]] QRectF memoryRect() const;
    [[nodiscard]] QRectF costRect() const;
    void setWindow(double from, double to);
    void emitBrush(bool isFinal);
    void nudge(int direction, bool isLarge, bool isEndOnly);
    void selectSegment(double seconds);
    void showCrosshair(std::optional<double> seconds);

    // chart_painting.cpp
    [[nodiscard]] Axes axes() const;
    void paintGrid(QPainter& painter, const Axes& axes) const;
    void paintCosts(QPainter& painter, const Axes& axes) const;
    void paintThresholds(QPainter& painter, const Axes& axes) const;
    void paintEvents(QPainter& painter) const;
    void paintTrend(QPainter& painter, const Axes& axes) const;
    void paintBrush(QPainter& painter) const;
    void paintCrosshair(QPainter& painter, const Axes& axes) const;

    ChartData m_data;
    QList<QLineSeries*> m_series;
    QValueAxis* m_x;
    QValueAxis* m_y;
    Window m_window;
    std::optional<Window> m_brush;
    std::optional<double> m_crosshair;
    Drag m_drag = Drag::None;
    double m_dragFrom = 0;
    Window m_panWindow;
    bool m_isBrushEnabled = true;
    bool m_isTwoPanels = false;
};

} // namespace heaptoll::gui
