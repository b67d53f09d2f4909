// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chart/chart_accessible.h"
#include "app/gui/chart/chart_labels.h"
#include "app/gui/viewmodel/chart_data.h"

#include <QChartView>

#include <optional>

class QLineSeries;
class QValueAxis;

namespace heaptoll::gui {

/// Memory (line, left axis) and cost per day (bars, right axis) over one time axis. Both axes start at zero and share
/// their grid lines. Drag selects a range (brush), wheel zooms, middle drag pans; zooming never changes numbers. The only
/// user of QChartView; ticks, bars, brush and crosshair are painted here, for the reasons in app/README.md.
/// chart_input.cpp: mouse, keys, drops; chart_painting.cpp, chart_labels.cpp and chart_crosshair.cpp: what it paints.
class ChartPanel : public QChartView, public ChartItems {
    Q_OBJECT
public:
    /// Seconds since the start of the data's range.
    struct Window {
        double from = 0;
        double to = 1;
        friend bool operator==(const Window&, const Window&) = default;
    };
    explicit ChartPanel(QWidget* parent = nullptr);

    void setData(const ChartData& data);
    [[nodiscard]] const ChartData& data() const { return m_data; }
    /// Off: a drag does nothing (evidence charts).
    void setBrushEnabled(bool isEnabled) { m_isBrushEnabled = isEnabled; }
    /// Off: events are only lines; lanes below the chart name them.
    void setEventLabels(bool isLabelled) { m_hasEventLabels = isLabelled; }
    void setBrush(std::optional<TimeRange> range);
    [[nodiscard]] std::optional<TimeRange> brush() const;
    /// Two panels: memory above, cost below, instead of one over the other.
    void setTwoPanels(bool isTwo);
    void fit();
    /// The part that is shown; the whole range unless zoomed.
    [[nodiscard]] const Window& window() const { return m_window; }
    void setWindow(double from, double to);
    /// The crosshair with its figures; for lanes, keys and screen readers.
    void showCrosshair(std::optional<double> seconds);
    [[nodiscard]] std::optional<double> crosshair() const { return m_crosshair; }
    /// What the crosshair says, one line per figure; empty without one.
    [[nodiscard]] QStringList crosshairText() const;
    [[nodiscard]] QStringList shownLabels() const; ///< the words in the plot
    [[nodiscard]] std::vector<ChartItem> chartItems() const override;
    void pressItem(std::size_t index) override;
    [[nodiscard]] QRectF plotRect() const;
    [[nodiscard]] QColor colorOfLine(std::size_t line) const;
    /// Pixel of a time; tests drag by it.
    [[nodiscard]] double xOf(double seconds) const;
    /// Where a recording that is dragged here would start, and its name, for drops and tests.
    static const char* recordingMimeType() { return "application/x-heaptoll-recording"; }
    [[nodiscard]] QSize sizeHint() const override { return { 600, 240 }; }
    [[nodiscard]] QSize minimumSizeHint() const override { return { 240, 150 }; }

signals:
    void brushChanged(std::optional<heaptoll::TimeRange> range, bool isFinal);
    void crosshairMoved(std::optional<double> seconds);
    void viewChanged(); ///< window, size or data: what shares the time axis follows
    void recordingDropped(const QString& path, heaptoll::Instant start);
    void filesDropped(const QStringList& paths, heaptoll::Instant start);

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
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    enum class Drag : std::uint8_t { None, New, Start, End, Pan };
    struct Axes;
    struct Figure {
        QColor swatch; ///< invalid = none
        QString name;
        QString value;
    };
    void layoutPlot();
    void bind();
    void applyColors();
    [[nodiscard]] double secondsAt(double x) const;
    [[nodiscard]] QRectF memoryRect() const;
    [[nodiscard]] QRectF costRect() const;
    void emitBrush(bool isFinal);
    void nudge(int direction, bool isLarge);
    void moveBy(const QKeyEvent& event);
    void selectSegment(double seconds);
    [[nodiscard]] bool isOnEdge(double x, bool isStart) const;
    [[nodiscard]] std::vector<Figure> figuresAt(double seconds) const;

    // chart_painting.cpp
    [[nodiscard]] Axes axes() const;
    void paintGrid(QPainter& painter, const Axes& axes) const;
    void paintCosts(QPainter& painter, const Axes& axes) const;
    void paintThresholds(QPainter& painter, const Axes& axes) const;
    void paintEvents(QPainter& painter) const;
    void paintTrend(QPainter& painter, const Axes& axes) const;
    void paintBrush(QPainter& painter) const;
    void paintDrop(QPainter& painter) const;
    // chart_labels.cpp
    [[nodiscard]] std::vector<ChartData::Event> eventsToLabel() const;
    [[nodiscard]] std::vector<ChartLabel> labels(const QFontMetricsF& metrics) const;
    void paintLabels(QPainter& painter) const;
    // chart_crosshair.cpp
    void paintCrosshair(QPainter& painter, const Axes& axes) const;
    void paintFigures(QPainter& painter, const QString& title, const std::vector<Figure>& figures, double x) const;

    ChartData m_data;
    QList<QLineSeries*> m_series;
    QValueAxis* m_x;
    QValueAxis* m_y;
    Window m_window;
    std::optional<Window> m_brush;
    std::optional<double> m_crosshair;
    double m_crosshairY = 0; ///< of the pointer; the figures stand beside it
    std::optional<Window> m_drop; ///< of a recording that is dragged over the chart
    bool m_isStartActive = false; ///< the edge that Shift+arrow keys move
    bool m_hasEventLabels = true;
    Drag m_drag = Drag::None;
    double m_dragFrom = 0;
    Window m_panWindow;
    bool m_isBrushEnabled = true;
    bool m_isTwoPanels = false;
};

} // namespace heaptoll::gui
