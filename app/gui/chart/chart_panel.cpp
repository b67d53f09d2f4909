// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/chart_panel.h"

#include "app/gui/chart/chart_axes.h"
#include "app/gui/chart/series_binder.h"
#include "app/gui/theme/theme.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QLegend>
#include <QLineSeries>
#include <QMouseEvent>
#include <QValueAxis>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr double kLeftMargin = 66;
constexpr double kRightMargin = 58;
constexpr double kTopMargin = 14;
constexpr double kBottomMargin = 26;
constexpr double kPanelGap = 18;
constexpr double kMinWindow = 0.001; // 1 ms
constexpr double kEdgeGrip = 6;
} // namespace

ChartPanel::ChartPanel(QWidget* parent)
    : QChartView(parent)
    , m_x(new QValueAxis(this))
    , m_y(new QValueAxis(this))
{
    setObjectName(u"chart"_s);
    setAccessibleName(tr("No data over time"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(FullViewportUpdate);
    QChart* chart = this->chart();
    chart->legend()->hide();
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->setBackgroundVisible(false);
    chart->setPlotAreaBackgroundVisible(false);
    chart->setMargins({ 0, 0, 0, 0 });
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_x->setVisible(false);
    m_y->setVisible(false);
    chart->addAxis(m_x, Qt::AlignBottom);
    chart->addAxis(m_y, Qt::AlignLeft);
    applyColors();
}

void ChartPanel::setData(const ChartData& data)
{
    const bool isSameRange = data.range == m_data.range;
    m_data = data;
    for (QLineSeries* series : m_series) {
        chart()->removeSeries(series);
        delete series;
    }
    m_series.clear();
    for (const ChartData::Line& line : m_data.lines) {
        auto* series = new QLineSeries(this);
        series->setName(line.name);
        chart()->addSeries(series);
        series->attachAxis(m_x);
        series->attachAxis(m_y);
        m_series.push_back(series);
    }
    applyColors();
    if (!isSameRange) {
        m_window = { 0, std::max(kMinWindow, m_data.range.length().toSeconds()) };
    }
    layoutPlot();
    setAccessibleName(m_data.sentence());
    setAccessibleDescription(tr("Drag or Shift+arrow keys select a range, the wheel zooms, Ctrl+T shows a table."));
}

void ChartPanel::applyColors()
{
    const Tokens& t = tokens();
    for (qsizetype i = 0; i < m_series.size(); ++i) {
        const bool isWhole = m_data.lines[static_cast<std::size_t>(i)].isWhole;
        const QColor color = isWhole ? t.memory : lineColor(static_cast<std::size_t>(i));
        QPen pen(color, 2);
        pen.setCosmetic(true);
        m_series[i]->setPen(pen);
    }
    setBackgroundBrush(t.background);
    viewport()->update();
}

void ChartPanel::setTwoPanels(bool isTwo)
{
    m_isTwoPanels = isTwo;
    layoutPlot();
}

QRectF ChartPanel::plotRect() const
{
    const QRectF area(viewport()->rect());
    const double right = m_data.costs.empty() ? kRightMargin / 2 : kRightMargin;
    return area.adjusted(kLeftMargin, kTopMargin, -right, -kBottomMargin);
}

QRectF ChartPanel::memoryRect() const
{
    QRectF plot = plotRect();
    if (m_isTwoPanels && !m_data.costs.empty()) {
        plot.setHeight((plot.height() - kPanelGap) / 2);
    }
    return plot;
}

QRectF ChartPanel::costRect() const
{
    QRectF plot = plotRect();
    if (m_isTwoPanels && !m_data.lines.empty()) {
        plot.setTop(plot.bottom() - (plot.height() - kPanelGap) / 2);
    }
    return plot;
}

void ChartPanel::layoutPlot()
{
    const QRectF plot = memoryRect();
    if (plot.width() < 10 || plot.height() < 10) {
        return;
    }
    chart()->resize(viewport()->size());
    chart()->setPlotArea(plot);
    bind();
    viewport()->update();
}

void ChartPanel::bind()
{
    m_x->setRange(m_window.from, m_window.to);
    m_y->setRange(0, axes().memory.max());
    const int columns = std::max(1, static_cast<int>(plotRect().width()));
    for (qsizetype i = 0; i < m_series.size(); ++i) {
        bindSeries(*m_series[i], m_data.lines[static_cast<std::size_t>(i)].points, m_window.from, m_window.to, columns);
    }
}

double ChartPanel::xOf(double seconds) const
{
    const QRectF plot = plotRect();
    return plot.left() + plot.width() * (seconds - m_window.from) / (m_window.to - m_window.from);
}

double ChartPanel::secondsAt(double x) const
{
    const QRectF plot = plotRect();
    const double share = std::clamp((x - plot.left()) / plot.width(), 0.0, 1.0);
    return m_window.from + share * (m_window.to - m_window.from);
}

void ChartPanel::setWindow(double from, double to)
{
    const double whole = std::max(kMinWindow, m_data.range.length().toSeconds());
    const double width = std::clamp(to - from, std::max(kMinWindow, whole / 10'000), whole);
    const double start = std::clamp(from, 0.0, whole - width);
    m_window = { start, start + width };
    layoutPlot();
}

void ChartPanel::fit()
{
    setWindow(0, m_data.range.length().toSeconds());
}

void ChartPanel::setBrush(std::optional<TimeRange> range)
{
    m_brush = range ? std::optional(Window { m_data.seconds(range->start), m_data.seconds(range->end) }) : std::nullopt;
    viewport()->update();
}

std::optional<TimeRange> ChartPanel::brush() const
{
    if (!m_brush) {
        return std::nullopt;
    }
    return TimeRange { m_data.instant(std::min(m_brush->from, m_brush->to)),
        m_data.instant(std::max(m_brush->from, m_brush->to)) };
}

void ChartPanel::emitBrush(bool isFinal)
{
    viewport()->update();
    emit brushChanged(brush(), isFinal);
}

void ChartPanel::mousePressEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (event->button() == Qt::MiddleButton) {
        m_drag = Drag::Pan;
        m_dragFrom = x;
        m_panWindow = m_window;
        return;
    }
    if (event->button() != Qt::LeftButton || !m_isBrushEnabled || !plotRect().contains(event->position())) {
        return;
    }
    if (m_brush && std::abs(x - xOf(m_brush->from)) <= kEdgeGrip) {
        m_drag = Drag::Start;
    } else if (m_brush && std::abs(x - xOf(m_brush->to)) <= kEdgeGrip) {
        m_drag = Drag::End;
    } else {
        m_drag = Drag::New;
        m_dragFrom = x;
    }
}

void ChartPanel::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    const double seconds = secondsAt(x);
    constexpr double kDragDistance = 4;
    switch (m_drag) {
    case Drag::None: break;
    case Drag::New:
        if (std::abs(x - m_dragFrom) >= kDragDistance) {
            m_brush = Window { secondsAt(m_dragFrom), seconds };
            emitBrush(false);
        }
        break;
    case Drag::Start:
        m_brush->from = seconds;
        emitBrush(false);
        break;
    case Drag::End:
        m_brush->to = seconds;
        emitBrush(false);
        break;
    case Drag::Pan: {
        const double shift = (m_dragFrom - x) / plotRect().width() * (m_panWindow.to - m_panWindow.from);
        setWindow(m_panWindow.from + shift, m_panWindow.to + shift);
        break;
    }
    }
    const bool isOnEdge = m_brush && m_isBrushEnabled
        && (std::abs(x - xOf(m_brush->from)) <= kEdgeGrip || std::abs(x - xOf(m_brush->to)) <= kEdgeGrip);
    viewport()->setCursor(isOnEdge ? Qt::SplitHCursor : m_isBrushEnabled ? Qt::CrossCursor : Qt::ArrowCursor);
    showCrosshair(plotRect().contains(event->position()) ? std::optional(seconds) : std::nullopt);
}

void ChartPanel::mouseReleaseEvent(QMouseEvent* /*event*/)
{
    const bool wasBrush = m_drag == Drag::New || m_drag == Drag::Start || m_drag == Drag::End;
    m_drag = Drag::None;
    if (wasBrush && m_brush) {
        if (m_brush->from > m_brush->to) {
            std::swap(m_brush->from, m_brush->to);
        }
        emitBrush(true);
    }
}

void ChartPanel::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (m_isBrushEnabled && event->button() == Qt::LeftButton && plotRect().contains(event->position())) {
        selectSegment(secondsAt(event->position().x()));
    }
}

void ChartPanel::selectSegment(double seconds)
{
    Window segment { 0, m_data.range.length().toSeconds() };
    for (const ChartData::Event& event : m_data.events) {
        if (event.at <= seconds) {
            segment.from = std::max(segment.from, event.at);
        } else {
            segment.to = std::min(segment.to, event.at);
        }
    }
    m_brush = segment;
    m_drag = Drag::None;
    emitBrush(true);
}

void ChartPanel::wheelEvent(QWheelEvent* event)
{
    const double steps = event->angleDelta().y() / 120.0;
    const double width = m_window.to - m_window.from;
    if ((event->modifiers() & Qt::ShiftModifier) != 0) {
        setWindow(m_window.from - steps * width / 10, m_window.to - steps * width / 10);
    } else {
        const double at = secondsAt(event->position().x());
        const double factor = std::pow(0.85, steps);
        setWindow(at - (at - m_window.from) * factor, at + (m_window.to - at) * factor);
    }
    event->accept();
}

void ChartPanel::keyPressEvent(QKeyEvent* event)
{
    const bool isShift = (event->modifiers() & Qt::ShiftModifier) != 0;
    const bool isControl = (event->modifiers() & Qt::ControlModifier) != 0;
    const double width = m_window.to - m_window.from;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const int direction = event->key() == Qt::Key_Left ? -1 : 1;
        if (isShift && m_isBrushEnabled) {
            nudge(direction, isControl, false);
        } else if ((event->modifiers() & Qt::AltModifier) == 0) {
            showCrosshair(
                std::clamp(m_crosshair.value_or(m_window.from) + direction * width / 100, m_window.from, m_window.to));
        }
        break;
    }
    case Qt::Key_F: fit(); break;
    case Qt::Key_W: setWindow(m_window.from + width * 0.1, m_window.to - width * 0.1); break;
    case Qt::Key_S: setWindow(m_window.from - width * 0.1, m_window.to + width * 0.1); break;
    case Qt::Key_A: setWindow(m_window.from - width * 0.1, m_window.to - width * 0.1); break;
    case Qt::Key_D: setWindow(m_window.from + width * 0.1, m_window.to + width * 0.1); break;
    case Qt::Key_Escape:
        if (m_brush) {
            m_brush.reset();
            emitBrush(true);
            break;
        }
        [[fallthrough]];
    default: QChartView::keyPressEvent(event); return;
    }
    event->accept();
}

void ChartPanel::nudge(int direction, bool isLarge, bool /*isEndOnly*/)
{
    const double whole = m_data.range.length().toSeconds();
    const double step = direction * whole * (isLarge ? 0.10 : 0.01);
    if (!m_brush) {
        const double middle = (m_window.from + m_window.to) / 2;
        m_brush = Window { middle, middle };
    }
    m_brush->to = std::clamp(m_brush->to + step, m_brush->from, whole);
    emitBrush(true);
}

void ChartPanel::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    layoutPlot();
}

void ChartPanel::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyColors();
    }
}

void ChartPanel::leaveEvent(QEvent* event)
{
    QChartView::leaveEvent(event);
    showCrosshair(std::nullopt);
}

bool ChartPanel::viewportEvent(QEvent* event)
{
    // QChartView's own tool tips and gestures are not used; painting and mouse events are.
    return event->type() == QEvent::ToolTip || QChartView::viewportEvent(event);
}

void ChartPanel::showCrosshair(std::optional<double> seconds)
{
    if (seconds != m_crosshair) {
        m_crosshair = seconds;
        viewport()->update();
    }
}

} // namespace heaptoll::gui
