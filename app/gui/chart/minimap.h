// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chart/chart_accessible.h"
#include "app/gui/chart/chart_panel.h"

#include <QWidget>

namespace heaptoll::gui {

/// The whole time axis of a chart in one strip: a frame for what is shown (drag moves it, its edges zoom, a drag elsewhere
/// makes a new one) and a band with handles for the selected range. Arrow keys pan, + and - zoom.
class Minimap : public QWidget, public ChartItems {
    Q_OBJECT
public:
    /// Follows the chart and steers it; the chart must outlive it.
    explicit Minimap(ChartPanel* chart, QWidget* parent = nullptr);

    [[nodiscard]] std::vector<ChartItem> chartItems() const override;
    [[nodiscard]] double xOf(double seconds) const;
    [[nodiscard]] QSize sizeHint() const override { return { 600, kHeight }; }
    [[nodiscard]] QSize minimumSizeHint() const override { return { 120, kHeight }; }

signals:
    /// An edge of the selection was dragged.
    void brushChanged(std::optional<heaptoll::TimeRange> range, bool isFinal);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    static constexpr int kHeight = 30;
    enum class Drag : std::uint8_t { None, New, Move, WindowStart, WindowEnd, BrushStart, BrushEnd };
    void follow();
    [[nodiscard]] QRectF area() const;
    [[nodiscard]] double secondsAt(double x) const;
    [[nodiscard]] double whole() const;
    [[nodiscard]] bool isZoomed() const;
    [[nodiscard]] Drag dragAt(double x) const;
    void dragBrush(double seconds, bool isFinal);
    void paintSilhouette(QPainter& painter) const;
    void paintHandle(QPainter& painter, double x, const QColor& color) const;

    ChartPanel* m_chart;
    Drag m_drag = Drag::None;
    double m_from = 0;
    ChartPanel::Window m_start;
};

} // namespace heaptoll::gui
