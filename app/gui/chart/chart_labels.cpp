// SPDX-License-Identifier: GPL-3.0-or-later
// The words in the plot of ChartPanel: thresholds, trend and events, none over another and none crossed by a line.
#include "app/gui/chart/chart_labels.h"

#include "app/gui/chart/chart_axes.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/chart_events.h"

#include <QPainter>

#include <algorithm>
#include <map>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kHeight = 15;
constexpr double kIcon = 11;
constexpr double kGap = 4; ///< from the line that a label belongs to
constexpr int kRows = 7; ///< that labels may stand in below each other

double widthOf(const QFontMetricsF& metrics, const QString& text, bool hasIcon)
{
    return metrics.horizontalAdvance(text) + 4 + (hasIcon ? kIcon + 3 : 0);
}

/// Both sides of a vertical line, from the top of the plot downwards.
std::vector<QRectF> besideLine(const QRectF& plot, double x, double width)
{
    std::vector<QRectF> places;
    for (int row = 0; row < kRows; ++row) {
        const double top = plot.top() + 1 + row * (kHeight + 1);
        if (x + kGap + width <= plot.right()) {
            places.emplace_back(x + kGap, top, width, kHeight);
        }
        if (x - kGap - width >= plot.left()) {
            places.emplace_back(x - kGap - width, top, width, kHeight);
        }
    }
    return places;
}

/// Above and below a horizontal line, at its left end and at its right end.
std::vector<QRectF> besideLevel(const QRectF& plot, double y, double width)
{
    std::vector<QRectF> places;
    for (const double left : { plot.left() + kGap, plot.right() - kGap - width, plot.center().x() - width / 2 }) {
        for (const double top : { y - kHeight - 1, y + 2 }) {
            if (top >= plot.top() - kHeight && top + kHeight <= plot.bottom()) {
                places.emplace_back(left, top, width, kHeight);
            }
        }
    }
    return places;
}

/// Under the top edge of the plot: for what lies above it.
std::vector<QRectF> underTheEdge(const QRectF& plot, double width)
{
    std::vector<QRectF> places;
    for (int row = 0; row < kRows; ++row) {
        for (const double left : { plot.left() + kGap, plot.right() - kGap - width }) {
            places.emplace_back(left, plot.top() + 2 + row * (kHeight + 1), width, kHeight);
        }
    }
    return places;
}

} // namespace

std::vector<QRectF> placeLabels(const std::vector<ChartLabel>& labels)
{
    std::vector<QRectF> taken;
    for (const ChartLabel& label : labels) {
        const auto free = std::ranges::find_if(label.places, [&taken](const QRectF& place) {
            return std::ranges::none_of(taken, [&place](const QRectF& other) { return place.intersects(other); });
        });
        taken.push_back(free == label.places.end() ? QRectF() : *free);
    }
    return taken;
}

/// Neighbours of one kind share a label; x of the first of them.
std::vector<ChartData::Event> ChartPanel::eventsToLabel() const
{
    constexpr double kNear = 14;
    std::vector<ChartData::Event> groups;
    std::map<EventKind, std::pair<std::size_t, double>> lastOf; // its group, and where its last event is
    for (const ChartData::Event& event : m_data.events) {
        const double x = xOf(event.at);
        if (event.at < m_window.from || event.at > m_window.to) {
            continue;
        }
        const auto last = lastOf.find(event.kind);
        if (last != lastOf.end() && x - last->second.second < kNear) {
            ChartData::Event& group = groups[last->second.first];
            group.count += event.count;
            group.label = eventLabel(group.kind, group.count);
            last->second.second = x;
        } else {
            lastOf[event.kind] = { groups.size(), x };
            groups.push_back(event);
        }
    }
    return groups;
}

std::vector<ChartLabel> ChartPanel::labels(const QFontMetricsF& metrics) const
{
    const Tokens& t = tokens();
    const Axes both = axes();
    const QRectF memory = memoryRect();
    std::vector<ChartLabel> wishes; // those with the fewest places first
    if (m_hasEventLabels) {
        for (const ChartData::Event& event : eventsToLabel()) {
            ChartLabel wish { event.label, eventIcon(event.kind), event.kind == EventKind::OomKill ? t.high : t.muted,
                besideLine(plotRect(), xOf(event.at), widthOf(metrics, event.label, true)) };
            wishes.push_back(std::move(wish));
        }
    }
    for (const ChartData::Threshold& threshold : m_data.thresholds) {
        const bool isAbove = threshold.bytes > both.memory.max();
        const QString text = isAbove ? tr("↑ %1 (above)").arg(threshold.label) : threshold.label;
        const double width = widthOf(metrics, text, false);
        const double level = threshold.steps.empty() ? threshold.bytes : threshold.steps.front().y();
        const double y = memory.bottom() - memory.height() * level / both.memory.max();
        wishes.push_back({ text, {}, t.limit, isAbove ? underTheEdge(memory, width) : besideLevel(memory, y, width) });
    }
    if (m_data.trend) {
        const ChartData::Trend& trend = *m_data.trend;
        const double x = (xOf(trend.from.x()) + xOf(trend.to.x())) / 2;
        const double bytes = (trend.from.y() + trend.to.y()) / 2;
        const double y = memory.bottom() - memory.height() * bytes / both.memory.max();
        const double width = widthOf(metrics, trend.label, false);
        ChartLabel wish { trend.label, {}, t.high, {} };
        for (const double left : { x - width - 8, x + 10 }) {
            for (const double top : { y - kHeight - 4, y + 6, y - 2 * kHeight, y + 2 * kHeight }) {
                const QRectF place(left, top, width, kHeight);
                if (memory.contains(place)) {
                    wish.places.push_back(place);
                }
            }
        }
        wishes.push_back(std::move(wish));
    }
    return wishes;
}

QStringList ChartPanel::shownLabels() const
{
    const std::vector<ChartLabel> wishes = labels(QFontMetricsF(textFont(TextSize::Small)));
    const std::vector<QRectF> places = placeLabels(wishes);
    QStringList texts;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        if (!places[i].isNull()) {
            texts << wishes[i].text;
        }
    }
    return texts;
}

void ChartPanel::paintLabels(QPainter& painter) const
{
    const std::vector<ChartLabel> wishes = labels(QFontMetricsF(painter.font()));
    const std::vector<QRectF> places = placeLabels(wishes);
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        if (places[i].isNull()) {
            continue;
        }
        QColor ground = tokens().background;
        ground.setAlphaF(0.85F); // what lies below shows through, and no line crosses the words
        painter.fillRect(places[i], ground);
        QRectF text = places[i].adjusted(2, 0, -2, 0);
        if (!wishes[i].icon.isEmpty()) {
            paintIcon(painter, QRectF(text.left(), text.center().y() - kIcon / 2, kIcon, kIcon), wishes[i].icon,
                wishes[i].color);
            text.setLeft(text.left() + kIcon + 3);
        }
        painter.setPen(wishes[i].color);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, wishes[i].text);
    }
}

} // namespace heaptoll::gui
