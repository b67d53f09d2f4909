// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/lane_strip.h"

#include "app/gui/chart/chart_panel.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/chart_events.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLaneHeight = 19;
constexpr double kIcon = 11;
constexpr int kMaxToolTipLines = 12;

QColor colorOf(EventKind kind)
{
    const Tokens& t = tokens();
    return kind == EventKind::OomKill ? t.high
        : kind == EventKind::Anomaly  ? t.costText
        : kind == EventKind::Deploy   ? t.link
                                      : t.muted;
}

} // namespace

LaneStrip::LaneStrip(ChartPanel* chart, QWidget* parent)
    : QWidget(parent)
    , m_chart(chart)
{
    setObjectName(u"chart.lanes"_s);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(chart, &ChartPanel::viewChanged, this, &LaneStrip::follow);
    follow();
}

void LaneStrip::follow()
{
    std::set<EventKind> kinds;
    for (const ChartData::Event& event : m_chart->data().events) {
        kinds.insert(event.kind);
    }
    const std::vector<EventKind> lanes(kinds.begin(), kinds.end());
    if (lanes != m_lanes) {
        m_lanes = lanes;
        m_current = -1;
        updateGeometry();
    }
    layoutMarks();
    QStringList counts;
    for (const EventKind kind : m_lanes) {
        int count = 0;
        for (const ChartData::Event& event : m_chart->data().events) {
            count += event.kind == kind ? event.count : 0;
        }
        counts << u"%1: %2"_s.arg(eventLaneTitle(kind)).arg(count);
    }
    setAccessibleName(counts.isEmpty() ? tr("No events below the chart")
                                       : tr("Events below the chart. %1").arg(counts.join(u", "_s)));
    setAccessibleDescription(tr("Left and right walk the events, Enter shows their figures in the chart."));
    noteItemsChanged();
    update();
}

void LaneStrip::setCompact(bool isCompact)
{
    if (isCompact != m_isCompact) {
        m_isCompact = isCompact;
        follow();
        updateGeometry();
    }
}

void LaneStrip::addMark(const ChartData::Event& event, std::size_t lane)
{
    const double x = m_chart->xOf(event.at);
    const double middle = static_cast<double>(lane) * kLaneHeight + kLaneHeight / 2.0;
    const QString line = event.label + u", "_s + m_chart->data().timeLabel(event.at);
    Mark* last = m_marks.empty() || m_marks.back().lane != lane ? nullptr : &m_marks.back();
    constexpr double kNear = kIcon + 3;
    if (last != nullptr && x - last->icon.center().x() < kNear && event.length <= 0) {
        last->toolTip += u'\n' + line;
        last->count += event.count;
        last->isMixed = last->isMixed || last->kind != event.kind;
        last->label = last->isMixed ? tr("%n events", "", last->count) : eventLabel(last->kind, last->count);
        return;
    }
    Mark mark;
    mark.lane = lane;
    mark.kind = event.kind;
    mark.at = event.at;
    mark.count = event.count;
    mark.icon = QRectF(x - kIcon / 2, middle - kIcon / 2, kIcon, kIcon);
    if (event.length > 0) {
        const double width = std::max(3.0, m_chart->xOf(event.at + event.length) - x);
        mark.span = QRectF(x, middle - 5, width, 10);
        mark.icon.moveLeft(x - kIcon - 3);
    }
    mark.label = event.label;
    mark.toolTip = line + (event.length > 0 ? u", "_s + event.detail : QString());
    m_marks.push_back(std::move(mark));
}

void LaneStrip::layoutMarks()
{
    m_marks.clear();
    const ChartPanel::Window window = m_chart->window();
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
        for (const ChartData::Event& event : m_chart->data().events) {
            const bool isShown = event.at + event.length >= window.from && event.at <= window.to;
            if (isShown && (m_isCompact ? lane == 0 : event.kind == m_lanes[lane])) {
                addMark(event, lane);
            }
        }
    }
    m_current = std::min(m_current, static_cast<int>(m_marks.size()) - 1);
}

QSize LaneStrip::sizeHint() const
{
    const int lanes = static_cast<int>(m_lanes.size());
    return { 600, kLaneHeight * (m_isCompact ? std::min(1, lanes) : lanes) };
}

std::vector<ChartItem> LaneStrip::chartItems() const
{
    std::vector<ChartItem> items;
    for (const Mark& mark : m_marks) {
        QString name = mark.toolTip;
        items.push_back({ name.replace(u'\n', u"; "_s), mark.icon });
    }
    return items;
}

void LaneStrip::pressItem(std::size_t index)
{
    choose(static_cast<int>(index));
}

void LaneStrip::choose(int mark)
{
    if (mark < 0 || mark >= static_cast<int>(m_marks.size())) {
        return;
    }
    m_current = mark;
    m_chart->showCrosshair(m_marks[static_cast<std::size_t>(mark)].at);
    update();
}

void LaneStrip::paintMark(QPainter& painter, std::size_t index) const
{
    const Mark& mark = m_marks[index];
    const QColor color = colorOf(mark.kind);
    const QRectF plot = m_chart->plotRect();
    if (!mark.span.isEmpty()) {
        painter.fillRect(mark.span.intersected(QRectF(plot.left(), 0, plot.width(), height())), color);
    }
    paintIcon(painter, mark.icon, eventIcon(mark.kind), color);
    const QFontMetricsF metrics(painter.font());
    double right = plot.right();
    if (index + 1 < m_marks.size() && m_marks[index + 1].lane == mark.lane) {
        right = m_marks[index + 1].icon.left() - 4;
    }
    const double left = std::max(mark.icon.right(), mark.span.right()) + 4;
    if (left + metrics.horizontalAdvance(mark.label) <= right) {
        painter.setPen(tokens().muted);
        painter.drawText(
            QRectF(left, mark.icon.center().y() - 9, right - left, 18), Qt::AlignLeft | Qt::AlignVCenter, mark.label);
    }
    if (hasFocus() && static_cast<int>(index) == m_current) {
        painter.setPen(QPen(tokens().focus, 2));
        painter.drawRect(mark.icon.adjusted(-3, -3, 3, 3));
    }
}

void LaneStrip::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), tokens().background);
    painter.setFont(textFont(TextSize::Small));
    const QRectF plot = m_chart->plotRect();
    constexpr double kGap = 6;
    for (std::size_t lane = 0; lane < (m_isCompact ? std::min<std::size_t>(1, m_lanes.size()) : m_lanes.size());
         ++lane) {
        const double top = static_cast<double>(lane) * kLaneHeight;
        painter.setPen(QPen(tokens().border, 1));
        painter.drawLine(QPointF(plot.left(), top + 0.5), QPointF(plot.right(), top + 0.5));
        painter.setPen(m_isCompact ? tokens().muted : colorOf(m_lanes[lane]));
        painter.drawText(QRectF(0, top, plot.left() - kGap, kLaneHeight), Qt::AlignRight | Qt::AlignVCenter,
            m_isCompact ? tr("events") : eventLaneTitle(m_lanes[lane]));
    }
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        paintMark(painter, i);
    }
    if (hasFocus()) {
        painter.setPen(QPen(tokens().focus, 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

int LaneStrip::markAt(const QPointF& position) const
{
    constexpr double kReach = 4;
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        const QRectF& icon = m_marks[i].icon;
        if (icon.united(m_marks[i].span).adjusted(-kReach, -kReach, kReach, kReach).contains(position)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

void LaneStrip::mousePressEvent(QMouseEvent* event)
{
    choose(markAt(event->position()));
}

void LaneStrip::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_marks.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left: choose(std::max(0, m_current - 1)); break;
    case Qt::Key_Right: choose(std::min(last, m_current + 1)); break;
    case Qt::Key_Home: choose(0); break;
    case Qt::Key_End: choose(last); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: choose(std::max(0, m_current)); break;
    default: QWidget::keyPressEvent(event); return;
    }
    event->accept();
}

void LaneStrip::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    m_current = std::max(0, m_current);
    update();
}

void LaneStrip::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool LaneStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    const auto* const help = static_cast<QHelpEvent*>(event);
    const int index = markAt(QPointF(help->pos()));
    if (index < 0) {
        QToolTip::hideText();
        return true;
    }
    const Mark& mark = m_marks[static_cast<std::size_t>(index)];
    QStringList lines = mark.toolTip.split(u'\n');
    const int hidden = static_cast<int>(lines.size()) - kMaxToolTipLines;
    if (hidden > 0) {
        lines = lines.mid(0, kMaxToolTipLines);
        lines << tr("and %n more", "", hidden);
    }
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

} // namespace heaptoll::gui
