// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/minimap.h"

#include "app/gui/chart/series_binder.h"
#include "app/gui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr double kGrip = 5;
} // namespace

Minimap::Minimap(ChartPanel* chart, QWidget* parent)
    : QWidget(parent)
    , m_chart(chart)
{
    setObjectName(u"chart.minimap"_s);
    setFocusPolicy(Qt::TabFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(tr("The whole time axis: drag to zoom, drag the frame to move it, double-click to fit"));
    connect(chart, &ChartPanel::viewChanged, this, &Minimap::follow);
    connect(chart, &ChartPanel::brushChanged, this, &Minimap::follow);
    follow();
}

void Minimap::follow()
{
    const ChartData& shown = m_chart->data();
    const ChartPanel::Window window = m_chart->window();
    setAccessibleName(isZoomed()
            ? tr("Overview: %1 to %2 is shown").arg(shown.timeLabel(window.from), shown.timeLabel(window.to))
            : tr("Overview: the whole time axis is shown"));
    setAccessibleDescription(tr("Left and right move the view, + and - zoom, Home fits."));
    noteItemsChanged();
    update();
}

QRectF Minimap::area() const
{
    const QRectF plot = m_chart->plotRect();
    return { plot.left(), 4, plot.width(), height() - 8.0 };
}

double Minimap::whole() const
{
    return std::max(1e-3, m_chart->data().range.length().toSeconds());
}

bool Minimap::isZoomed() const
{
    return m_chart->window().to - m_chart->window().from < whole() * 0.999;
}

double Minimap::xOf(double seconds) const
{
    return area().left() + area().width() * seconds / whole();
}

double Minimap::secondsAt(double x) const
{
    return std::clamp((x - area().left()) / std::max(1.0, area().width()), 0.0, 1.0) * whole();
}

std::vector<ChartItem> Minimap::chartItems() const
{
    const ChartData& shown = m_chart->data();
    const ChartPanel::Window window = m_chart->window();
    std::vector<ChartItem> items {
        { tr("shown: %1 to %2").arg(shown.timeLabel(window.from), shown.timeLabel(window.to)),
            QRectF(xOf(window.from), 0, xOf(window.to) - xOf(window.from), height()) }
    };
    if (const auto brush = m_chart->brush()) {
        const double from = shown.seconds(brush->start);
        const double to = shown.seconds(brush->end);
        items.push_back({ tr("selected: %1 to %2").arg(shown.timeLabel(from), shown.timeLabel(to)),
            QRectF(xOf(from), 0, xOf(to) - xOf(from), height()) });
    }
    return items;
}

void Minimap::paintSilhouette(QPainter& painter) const
{
    const Tokens& t = tokens();
    const ChartData& shown = m_chart->data();
    const QRectF box = area();
    const double maxCost = std::max(shown.maxCost(), 1e-9);
    QColor fill = t.cost;
    fill.setAlphaF(0.22F);
    for (const ChartData::CostBar& bar : shown.costs) {
        const double left = std::max(box.left(), xOf(bar.from));
        const double right = std::min(box.right(), xOf(bar.to));
        const double height = box.height() * std::max(0.0, bar.perDay) / maxCost;
        painter.fillRect(QRectF(left, box.bottom() - height, right - left, height), fill);
    }
    const double maxBytes = std::max(shown.maxBytes(), 1.0);
    painter.setPen(QPen(t.memory, 1));
    for (const ChartData::Line& line : shown.lines) {
        if (line.isOther) {
            continue;
        }
        QPainterPath path;
        for (const QPointF& point : decimate(line.points, 0, whole(), static_cast<int>(box.width() / 2))) {
            const QPointF at(xOf(point.x()), box.bottom() - box.height() * point.y() / maxBytes);
            path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
        }
        painter.drawPath(path);
    }
}

void Minimap::paintHandle(QPainter& painter, double x, const QColor& color) const
{
    const QRectF box = area();
    painter.fillRect(QRectF(x - 1, box.top() - 2, 2, box.height() + 4), color);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(x - 3, box.center().y() - 6, 6, 12), 2, 2);
    painter.setBrush(Qt::NoBrush);
}

void Minimap::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens& t = tokens();
    painter.fillRect(rect(), t.background);
    const QRectF box = area();
    if (m_chart->data().isEmpty() || box.width() < 10) {
        return;
    }
    painter.fillRect(box, t.surface);
    painter.save();
    painter.setClipRect(box);
    paintSilhouette(painter);
    painter.restore();
    if (const auto brush = m_chart->brush()) {
        const double from = xOf(m_chart->data().seconds(brush->start));
        const double to = xOf(m_chart->data().seconds(brush->end));
        QColor band = t.memory;
        band.setAlphaF(0.18F);
        painter.fillRect(QRectF(from, box.top(), to - from, box.height()), band);
        paintHandle(painter, from, t.memory);
        paintHandle(painter, to, t.memory);
    }
    const double left = xOf(m_chart->window().from);
    const double right = xOf(m_chart->window().to);
    QColor shade = t.background;
    shade.setAlphaF(0.65F);
    painter.fillRect(QRectF(box.left(), box.top(), left - box.left(), box.height()), shade);
    painter.fillRect(QRectF(right, box.top(), box.right() - right, box.height()), shade);
    painter.setPen(QPen(t.outline, 1));
    painter.drawRect(QRectF(left, box.top(), right - left, box.height()));
    if (isZoomed()) {
        paintHandle(painter, left, t.outline);
        paintHandle(painter, right, t.outline);
    }
    if (hasFocus()) {
        painter.setPen(QPen(t.focus, 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

Minimap::Drag Minimap::dragAt(double x) const
{
    const auto isNear = [&](double seconds) { return std::abs(x - xOf(seconds)) <= kGrip; };
    if (const auto brush = m_chart->brush()) {
        if (isNear(m_chart->data().seconds(brush->start))) {
            return Drag::BrushStart;
        }
        if (isNear(m_chart->data().seconds(brush->end))) {
            return Drag::BrushEnd;
        }
    }
    if (!isZoomed()) {
        return Drag::New;
    }
    const ChartPanel::Window window = m_chart->window();
    if (isNear(window.from)) {
        return Drag::WindowStart;
    }
    if (isNear(window.to)) {
        return Drag::WindowEnd;
    }
    return x > xOf(window.from) && x < xOf(window.to) ? Drag::Move : Drag::New;
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !m_chart->data().isEmpty()) {
        m_drag = dragAt(event->position().x());
        m_from = secondsAt(event->position().x());
        m_start = m_chart->window();
    }
}

void Minimap::dragBrush(double seconds, bool isFinal)
{
    const auto brush = m_chart->brush();
    if (!brush) {
        return;
    }
    const Instant at = m_chart->data().instant(seconds);
    TimeRange next = *brush;
    (m_drag == Drag::BrushStart ? next.start : next.end) = at;
    if (next.start < next.end) {
        m_chart->setBrush(next);
        emit brushChanged(next, isFinal);
        follow();
    }
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    const double seconds = secondsAt(x);
    constexpr double kDragDistance = 4;
    switch (m_drag) {
    case Drag::None: {
        const Drag drag = dragAt(x);
        const bool isEdge = drag != Drag::New && drag != Drag::Move;
        setCursor(isEdge ? Qt::SplitHCursor : drag == Drag::Move ? Qt::SizeAllCursor : Qt::CrossCursor);
        break;
    }
    case Drag::New:
        if (std::abs(x - xOf(m_from)) >= kDragDistance) {
            m_chart->setWindow(std::min(m_from, seconds), std::max(m_from, seconds));
        }
        break;
    case Drag::Move: m_chart->setWindow(m_start.from + seconds - m_from, m_start.to + seconds - m_from); break;
    case Drag::WindowStart: m_chart->setWindow(std::min(seconds, m_start.to), m_start.to); break;
    case Drag::WindowEnd: m_chart->setWindow(m_start.from, std::max(seconds, m_start.from)); break;
    case Drag::BrushStart:
    case Drag::BrushEnd: dragBrush(seconds, false); break;
    }
}

void Minimap::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_drag == Drag::BrushStart || m_drag == Drag::BrushEnd) {
        dragBrush(secondsAt(event->position().x()), true);
    }
    m_drag = Drag::None;
}

void Minimap::mouseDoubleClickEvent(QMouseEvent* /*event*/)
{
    m_drag = Drag::None;
    m_chart->fit();
}

void Minimap::keyPressEvent(QKeyEvent* event)
{
    const ChartPanel::Window window = m_chart->window();
    const double step = (window.to - window.from) / 10;
    switch (event->key()) {
    case Qt::Key_Left: m_chart->setWindow(window.from - step, window.to - step); break;
    case Qt::Key_Right: m_chart->setWindow(window.from + step, window.to + step); break;
    case Qt::Key_Plus:
    case Qt::Key_Equal: m_chart->setWindow(window.from + step, window.to - step); break;
    case Qt::Key_Minus: m_chart->setWindow(window.from - step, window.to + step); break;
    case Qt::Key_Home: m_chart->fit(); break;
    default: QWidget::keyPressEvent(event); return;
    }
    event->accept();
}

void Minimap::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void Minimap::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace heaptoll::gui
