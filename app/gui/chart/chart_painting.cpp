// SPDX-License-Identifier: GPL-3.0-or-later
// What ChartPanel paints itself, below and above the lines of Qt Charts.
#include "app/gui/chart/chart_axes.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"

#include <QPainter>
#include <QPolygonF>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

// Room above and below the plot for what may stick out of it.
constexpr double kClip = 2;

/// "48.0 GiB" and "$50.00" are "48 GiB" and "$50" beside a tick.
QString withoutZeros(QString label)
{
    static const QRegularExpression zeros(u"\\.0+(?= |$)"_s);
    return label.remove(zeros);
}

double yOf(const QRectF& plot, const LinearAxis& axis, double value)
{
    return plot.bottom() - plot.height() * value / axis.max();
}

} // namespace

ChartPanel::Axes ChartPanel::axes() const
{
    constexpr double kHeadroom = 1.05;
    Axes result;
    result.memory = bytesAxis(m_data.maxBytes() * kHeadroom);
    result.cost = moneyAxis(m_data.maxCost() * kHeadroom, m_isTwoPanels ? 3 : result.memory.count);
    return result;
}

void ChartPanel::drawBackground(QPainter* painter, const QRectF& rect)
{
    Q_UNUSED(rect)
    painter->save();
    painter->resetTransform();
    painter->fillRect(viewport()->rect(), tokens().background);
    painter->setFont(textFont(TextSize::Small));
    if (!m_data.isEmpty()) {
        const Axes both = axes();
        paintGrid(*painter, both);
        painter->setClipRect(plotRect().adjusted(0, -kClip, 0, kClip));
        paintCosts(*painter, both);
    }
    painter->restore();
}

void ChartPanel::drawForeground(QPainter* painter, const QRectF& rect)
{
    Q_UNUSED(rect)
    painter->save();
    painter->resetTransform();
    painter->setFont(textFont(TextSize::Small));
    if (m_data.isEmpty()) {
        painter->setPen(tokens().muted);
        painter->drawText(viewport()->rect(), Qt::AlignCenter, tr("No data over time"));
    } else {
        const Axes both = axes();
        paintBrush(*painter);
        paintThresholds(*painter, both);
        paintTrend(*painter, both);
        paintEvents(*painter);
        paintLabels(*painter);
        paintDrop(*painter);
        paintCrosshair(*painter, both);
    }
    if (hasFocus()) {
        painter->setPen(QPen(tokens().focus, 2));
        painter->drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
    painter->restore();
}

void ChartPanel::paintGrid(QPainter& painter, const Axes& axes) const
{
    const Tokens& t = tokens();
    constexpr double kGap = 6;
    const auto row = [&](const QRectF& plot, const LinearAxis& axis, bool isLeft) {
        for (int i = 0; i <= axis.count; ++i) {
            const double y = std::round(yOf(plot, axis, axis.step * i)) + 0.5;
            QColor line = t.border;
            line.setAlphaF(t.isContrast ? 0.35F : 1.0F); // white at full strength would hide requests and data
            painter.setPen(QPen(line, 1));
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
            const QString label = withoutZeros(
                isLeft ? bytesText(axis.step * i) : moneyText(Decimal::fromDouble(axis.step * i), m_data.currency));
            painter.setPen(isLeft ? t.memory : t.costText);
            const QRectF box =
                isLeft ? QRectF(0, y - 10, plot.left() - kGap, 20) : QRectF(plot.right() + kGap, y - 10, 200, 20);
            painter.drawText(box, int(isLeft ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignVCenter), label);
        }
    };
    if (!m_data.lines.empty()) {
        row(memoryRect(), axes.memory, true);
    }
    if (!m_data.costs.empty()) {
        row(costRect(), axes.cost, false);
    }
    const QRectF plot = plotRect();
    constexpr double kTickWidth = 110;
    const TimeRange shown { m_data.instant(m_window.from), m_data.instant(m_window.to) };
    painter.setPen(t.muted);
    const int most = std::max(2, static_cast<int>(plot.width() / kTickWidth));
    const auto ticks = m_data.isRelative ? elapsedTicks(m_data.range.start, shown, most) : timeTicks(shown, most);
    for (const TimeTick& tick : ticks) {
        const double x = xOf(m_data.seconds(tick.time));
        painter.drawText(
            QRectF(x - 60, plot.bottom() + 5, 120, 18), Qt::AlignHCenter | Qt::AlignTop, toQString(tick.label));
    }
}

void ChartPanel::paintCosts(QPainter& painter, const Axes& axes) const
{
    const Tokens& t = tokens();
    const QRectF plot = costRect();
    QColor fill = t.cost;
    fill.setAlphaF(0.28F);
    for (const ChartData::CostBar& bar : m_data.costs) {
        const double left = std::max(plot.left(), xOf(bar.from));
        const double right = std::min(plot.right(), xOf(bar.to));
        if (right <= left) {
            continue;
        }
        const double gap = right - left > 4 ? 1 : 0;
        const double top = yOf(plot, axes.cost, bar.perDay);
        painter.fillRect(QRectF(left, top, right - left - gap, plot.bottom() - top), fill);
        painter.fillRect(QRectF(left, top - 1, right - left - gap, 2), t.cost);
    }
}

void ChartPanel::paintThresholds(QPainter& painter, const Axes& axes) const
{
    const QRectF plot = memoryRect();
    QPen pen(tokens().limit, 1.5);
    pen.setDashPattern({ 4, 3 });
    painter.save();
    painter.setClipRect(plot.adjusted(0, -kClip, 0, kClip));
    painter.setPen(pen);
    for (const ChartData::Threshold& threshold : m_data.thresholds) {
        if (threshold.bytes > axes.memory.max()) {
            painter.drawLine(plot.topLeft(), plot.topRight()); // it is above: the edge stands for it
        } else if (threshold.steps.empty()) {
            const double y = yOf(plot, axes.memory, threshold.bytes);
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        } else {
            QPolygonF steps;
            for (const QPointF& step : threshold.steps) {
                const QPointF at(xOf(step.x()), yOf(plot, axes.memory, step.y()));
                if (!steps.empty()) {
                    steps << QPointF(at.x(), steps.back().y());
                }
                steps << at;
            }
            painter.drawPolyline(steps);
        }
    }
    painter.restore();
}

void ChartPanel::paintEvents(QPainter& painter) const
{
    const Tokens& t = tokens();
    const QRectF plot = plotRect();
    painter.setOpacity(m_hasEventLabels ? 1 : 0.55);
    for (const ChartData::Event& event : m_data.events) {
        const double x = xOf(event.at);
        if (x < plot.left() || x > plot.right()) {
            continue;
        }
        QPen pen(event.kind == EventKind::OomKill ? t.high : t.muted, 1);
        pen.setDashPattern({ 3, 3 });
        painter.setPen(pen);
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    painter.setOpacity(1);
}

/// Where a dragged recording would lie.
void ChartPanel::paintDrop(QPainter& painter) const
{
    if (!m_drop) {
        return;
    }
    const QRectF plot = plotRect();
    const double left = xOf(m_drop->from);
    const double right = std::clamp(std::max(xOf(m_drop->to), left + 3), plot.left(), plot.right());
    QColor band = tokens().medium;
    band.setAlphaF(0.25F);
    painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), band);
    painter.fillRect(QRectF(left - 1, plot.top(), 2, plot.height()), tokens().medium);
    paintFigures(painter, tr("Place here"), { { {}, tr("start"), m_data.timeLabel(m_drop->from) } }, left);
}

void ChartPanel::paintTrend(QPainter& painter, const Axes& axes) const
{
    if (!m_data.trend) {
        return;
    }
    const Tokens& t = tokens();
    const QRectF plot = memoryRect();
    const ChartData::Trend& trend = *m_data.trend;
    const QPointF from(xOf(trend.from.x()), yOf(plot, axes.memory, trend.from.y()));
    const QPointF to(xOf(trend.to.x()), yOf(plot, axes.memory, trend.to.y()));
    painter.save();
    painter.setClipRect(plot.adjusted(0, -kClip, 0, kClip));
    QPen pen(t.high, 1.5);
    pen.setDashPattern({ 1.5, 2.5 });
    painter.setPen(pen);
    painter.drawLine(from, to);
    painter.restore();
}

void ChartPanel::paintBrush(QPainter& painter) const
{
    if (!m_brush) {
        return;
    }
    const QRectF plot = plotRect();
    const double left = std::clamp(xOf(std::min(m_brush->from, m_brush->to)), plot.left(), plot.right());
    const double right = std::clamp(xOf(std::max(m_brush->from, m_brush->to)), plot.left(), plot.right());
    if (right <= left && (left <= plot.left() || left >= plot.right())) {
        return; // elsewhere
    }
    QColor band = tokens().memory;
    band.setAlphaF(0.12F);
    painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), band);
    QColor edge = tokens().memory;
    edge.setAlphaF(0.7F);
    constexpr double kEdge = 5;
    for (const bool isStart : { true, false }) {
        const double seconds = isStart ? m_brush->from : m_brush->to;
        if (seconds < m_window.from || seconds > m_window.to) {
            continue; // out of the zoomed view: no handle to grab
        }
        const bool isActive = hasFocus() && isStart == m_isStartActive;
        const QRectF handle(xOf(seconds) - kEdge / 2, plot.top(), kEdge, plot.height());
        painter.fillRect(handle, isActive ? tokens().focus : edge);
    }
}

} // namespace heaptoll::gui
