// SPDX-License-Identifier: GPL-3.0-or-later
// How ChartPanel is used: mouse, keys, drops.
#include "app/gui/chart/chart_panel.h"

#include <QDropEvent>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QUrl>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr double kEdgeGrip = 6;
} // namespace

bool ChartPanel::isOnEdge(double x, bool isStart) const
{
    return m_brush && std::abs(x - xOf(isStart ? m_brush->from : m_brush->to)) <= kEdgeGrip;
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
    if (isOnEdge(x, true)) {
        m_drag = Drag::Start;
        m_isStartActive = true;
    } else if (isOnEdge(x, false)) {
        m_drag = Drag::End;
        m_isStartActive = false;
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
    if ((m_drag == Drag::Start || m_drag == Drag::End) && !m_brush) {
        m_drag = Drag::None; // the range went while its edge was held: Escape, undo of the way here
    }
    switch (m_drag) {
    case Drag::None: break;
    case Drag::New:
        if (std::abs(x - m_dragFrom) >= kDragDistance) {
            m_brush = Window { secondsAt(m_dragFrom), seconds };
            emitBrush(false);
        }
        break;
    case Drag::Start:
        m_brush->from = std::min(seconds, m_brush->to);
        emitBrush(false);
        break;
    case Drag::End:
        m_brush->to = std::max(seconds, m_brush->from);
        emitBrush(false);
        break;
    case Drag::Pan: {
        const double shift = (m_dragFrom - x) / plotRect().width() * (m_panWindow.to - m_panWindow.from);
        setWindow(m_panWindow.from + shift, m_panWindow.to + shift);
        break;
    }
    }
    const bool isEdge = m_isBrushEnabled && (isOnEdge(x, true) || isOnEdge(x, false));
    const bool isPlot = plotRect().contains(event->position());
    viewport()->setCursor(isEdge ? Qt::SplitHCursor : m_isBrushEnabled && isPlot ? Qt::CrossCursor : Qt::ArrowCursor);
    m_crosshairY = event->position().y();
    showCrosshair(isPlot ? std::optional(seconds) : std::nullopt);
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

/// Arrow keys read values along the crosshair; with Shift they move an edge of the brush.
void ChartPanel::moveBy(const QKeyEvent& event)
{
    const int direction = event.key() == Qt::Key_Left ? -1 : 1;
    const bool isControl = (event.modifiers() & Qt::ControlModifier) != 0;
    if ((event.modifiers() & Qt::ShiftModifier) != 0) {
        nudge(direction, isControl);
        return;
    }
    const double step = (m_window.to - m_window.from) * (isControl ? 0.10 : 0.01);
    m_crosshairY = plotRect().top();
    showCrosshair(std::clamp(m_crosshair.value_or(m_window.from) + direction * step, m_window.from, m_window.to));
}

void ChartPanel::keyPressEvent(QKeyEvent* event)
{
    const bool isShift = (event->modifiers() & Qt::ShiftModifier) != 0;
    const bool isAlt = (event->modifiers() & Qt::AltModifier) != 0;
    const double width = m_window.to - m_window.from;
    constexpr double kStep = 0.1;
    switch (isAlt ? 0 : event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: moveBy(*event); break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (!isShift || !m_brush) {
            QChartView::keyPressEvent(event);
            return;
        }
        m_isStartActive = event->key() == Qt::Key_Up;
        viewport()->update();
        break;
    case Qt::Key_F: fit(); break;
    case Qt::Key_W: setWindow(m_window.from + width * kStep, m_window.to - width * kStep); break;
    case Qt::Key_S: setWindow(m_window.from - width * kStep, m_window.to + width * kStep); break;
    case Qt::Key_A: setWindow(m_window.from - width * kStep, m_window.to - width * kStep); break;
    case Qt::Key_D: setWindow(m_window.from + width * kStep, m_window.to + width * kStep); break;
    case Qt::Key_Escape:
        if (m_brush && m_isBrushEnabled) {
            m_brush.reset();
            m_drag = Drag::None;
            emitBrush(true);
            break;
        }
        if (m_crosshair) {
            showCrosshair(std::nullopt);
            break;
        }
        [[fallthrough]];
    default: QChartView::keyPressEvent(event); return;
    }
    event->accept();
}

void ChartPanel::nudge(int direction, bool isLarge)
{
    if (!m_isBrushEnabled) {
        return;
    }
    const double whole = m_data.range.length().toSeconds();
    const double step = direction * whole * (isLarge ? 0.10 : 0.01);
    if (!m_brush) {
        const double middle = (m_window.from + m_window.to) / 2;
        m_brush = Window { middle, middle };
        m_isStartActive = direction < 0;
    }
    if (m_isStartActive) {
        m_brush->from = std::clamp(m_brush->from + step, 0.0, m_brush->to);
    } else {
        m_brush->to = std::clamp(m_brush->to + step, m_brush->from, whole);
    }
    emitBrush(true);
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
    if (seconds == m_crosshair && !seconds) {
        return;
    }
    m_crosshair = seconds;
    viewport()->update();
    emit crosshairMoved(seconds);
}

namespace {

/// A recording in flight: "path\nseconds".
std::optional<std::pair<QString, double>> recordingOf(const QMimeData& data)
{
    const QString text = QString::fromUtf8(data.data(QLatin1String(ChartPanel::recordingMimeType())));
    const qsizetype end = text.lastIndexOf(u'\n');
    if (end <= 0) {
        return std::nullopt;
    }
    return std::pair(text.left(end), text.mid(end + 1).toDouble());
}

/// Files, not folders: what a folder holds has no one time.
QStringList filesOf(const QMimeData& data)
{
    QStringList files;
    for (const QUrl& url : data.urls()) {
        if (!url.isLocalFile() || !QFileInfo(url.toLocalFile()).isFile()) {
            return {};
        }
        files << url.toLocalFile();
    }
    return files;
}

} // namespace

void ChartPanel::dragEnterEvent(QDragEnterEvent* event)
{
    // What the axis has no use for, folders among it, Qt offers to the window.
    const QMimeData& mime = *event->mimeData();
    event->setAccepted(
        m_isBrushEnabled && !m_data.isRelative && (recordingOf(mime).has_value() || !filesOf(mime).isEmpty()));
}

void ChartPanel::dragMoveEvent(QDragMoveEvent* event)
{
    const auto recording = recordingOf(*event->mimeData());
    if (!recording && !event->mimeData()->hasUrls()) {
        event->ignore();
        return;
    }
    const double at = secondsAt(event->position().x());
    m_drop = Window { at, at + (recording ? recording->second : 0) }; // how long a file lasts is read later
    m_crosshairY = event->position().y();
    viewport()->update();
    event->acceptProposedAction();
}

void ChartPanel::dragLeaveEvent(QDragLeaveEvent* event)
{
    m_drop.reset();
    viewport()->update();
    event->accept();
}

void ChartPanel::dropEvent(QDropEvent* event)
{
    const auto recording = recordingOf(*event->mimeData());
    m_drop.reset();
    viewport()->update();
    const QStringList files = recording ? QStringList {} : filesOf(*event->mimeData());
    if (!recording && files.isEmpty()) {
        event->ignore();
        return;
    }
    event->acceptProposedAction();
    const Instant start = m_data.instant(secondsAt(event->position().x()));
    if (recording) {
        emit recordingDropped(recording->first, start);
    } else {
        emit filesDropped(files, start);
    }
}

} // namespace heaptoll::gui
