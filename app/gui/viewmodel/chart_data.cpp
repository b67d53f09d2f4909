// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/chart_data.h"

#include "app/gui/text.h"
#include "core/base/text_format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <map>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kDaySeconds = 86400;
constexpr double kGib = 1024.0 * 1024 * 1024;

QString tr(const char* text)
{
    return QCoreApplication::translate("ChartData", text);
}

bool isBefore(const QPointF& point, double x)
{
    return point.x() < x;
}

} // namespace

double ChartData::maxBytes() const
{
    double most = 0;
    for (const Line& line : lines) {
        for (const QPointF& point : line.points) {
            most = std::max(most, point.y());
        }
    }
    constexpr double kSquashed = 3; // beyond, the lines had less than a third of the height
    const double furthest = areThresholdsTheProof || most <= 0 ? HUGE_VAL : kSquashed * most;
    for (const Threshold& threshold : thresholds) {
        most = threshold.bytes <= furthest ? std::max(most, threshold.bytes) : most;
    }
    return most;
}

std::optional<std::pair<QPointF, QPointF>> ChartData::endsOf(
    std::size_t line, const std::optional<TimeRange>& within) const
{
    if (line >= lines.size()) {
        return std::nullopt;
    }
    const QList<QPointF>& points = lines[line].points;
    const auto first =
        within ? std::lower_bound(points.begin(), points.end(), seconds(within->start), isBefore) : points.begin();
    const auto last = within
        ? std::lower_bound(first, points.end(), std::nextafter(seconds(within->end), HUGE_VAL), isBefore)
        : points.end();
    return last - first < 2 ? std::nullopt : std::optional(std::pair { *first, *(last - 1) });
}

double ChartData::maxCost() const
{
    double most = 0;
    for (const CostBar& bar : costs) {
        most = std::max(most, bar.perDay);
    }
    return most;
}

Instant ChartData::instant(double atSeconds) const
{
    return { range.start.ns + static_cast<std::int64_t>(std::llround(atSeconds * 1e9)) };
}

std::optional<double> ChartData::bytesAt(std::size_t line, double atSeconds) const
{
    if (line >= lines.size()) {
        return std::nullopt;
    }
    const QList<QPointF>& points = lines[line].points;
    const auto after = std::lower_bound(points.begin(), points.end(), atSeconds, isBefore);
    if (after == points.end() || (after == points.begin() && after->x() > atSeconds)) {
        return std::nullopt;
    }
    if (after == points.begin()) {
        return after->y();
    }
    const auto before = after - 1;
    const double share = (atSeconds - before->x()) / (after->x() - before->x());
    return before->y() + share * (after->y() - before->y());
}

std::optional<double> ChartData::costAt(double atSeconds) const
{
    const auto bar =
        std::ranges::find_if(costs, [atSeconds](const CostBar& b) { return b.from <= atSeconds && atSeconds < b.to; });
    return bar == costs.end() ? std::nullopt : std::optional(bar->perDay);
}

std::optional<double> ChartData::costPerGib(double atSeconds) const
{
    if (lines.size() != 1 || !isMemoryOfCost) {
        return std::nullopt;
    }
    const auto bytes = bytesAt(0, atSeconds);
    const auto cost = costAt(atSeconds);
    return bytes && cost && *bytes > 0 ? std::optional(*cost / (*bytes / kGib)) : std::nullopt;
}

std::optional<double> ChartData::costSlope(std::optional<TimeRange> within) const
{
    const double from = within ? seconds(within->start) : 0;
    const double to = within ? seconds(within->end) : range.length().toSeconds();
    double n = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXX = 0;
    double sumXY = 0;
    for (const CostBar& bar : costs) {
        if (bar.from < from || bar.to > to) {
            continue; // half a day says nothing about the cost of a day
        }
        const double x = (bar.from - from) / kDaySeconds;
        n += 1;
        sumX += x;
        sumY += bar.perDay;
        sumXX += x * x;
        sumXY += x * bar.perDay;
    }
    const double spread = n * sumXX - sumX * sumX;
    constexpr double kMinDays = 3;
    return n >= kMinDays && spread > 0 ? std::optional((n * sumXY - sumX * sumY) / spread) : std::nullopt;
}

QString ChartData::timeLabel(double atSeconds) const
{
    if (isRelative) {
        const double whole = range.length().toSeconds();
        constexpr double kShort = 100;
        return tr("%1 s after the start").arg(QString::number(atSeconds, 'f', whole < kShort ? 1 : 0));
    }
    constexpr double kMinute = 60;
    constexpr double kShort = 3600;
    const bool hasSeconds = range.length().toSeconds() < kShort;
    const double rounded = hasSeconds ? std::round(atSeconds) : std::round(atSeconds / kMinute) * kMinute;
    const QString iso = toQString(toIso8601(instant(rounded))); // 2026-11-05T04:00:00Z
    return dayText(instant(rounded)) + u' ' + iso.mid(11, hasSeconds ? 8 : 5) + u" UTC"_s;
}

QString ChartData::leftOutText() const
{
    return bytesLeftOut
        ? tr("%1 more services, %2 together, are not drawn").arg(linesLeftOut).arg(bytesText(bytesLeftOut))
        : tr("%1 smaller lines are not drawn").arg(linesLeftOut);
}

QString ChartData::sentence() const
{
    QStringList parts;
    if (!lines.empty() && lines.front().points.size() >= 2) {
        const QList<QPointF>& points = lines.front().points;
        parts << tr("%1 went from %2 to %3")
                     .arg(lines.front().name, bytesText(points.front().y()), bytesText(points.back().y()));
    }
    if (lines.size() > 1) {
        parts << tr("%1 lines in all").arg(lines.size());
    }
    if (linesLeftOut > 0) {
        parts << leftOutText();
    }
    if (!costs.empty()) {
        parts << tr("cost per day went from %1 to %2")
                     .arg(moneyText(Decimal::fromDouble(costs.front().perDay), currency),
                         moneyText(Decimal::fromDouble(costs.back().perDay), currency));
    }
    if (parts.isEmpty()) {
        return tr("No data over time");
    }
    return parts.join(u"; "_s) + tr(", %1").arg(isRelative ? spanText(range.length()) : rangeText(range));
}

std::vector<QStringList> ChartData::table() const
{
    struct Values {
        std::map<std::size_t, double> bytes;
        std::optional<double> cost;
        QStringList events;
    };
    std::map<double, Values> rows;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const QPointF& point : lines[i].points) {
            rows[point.x()].bytes[i] = point.y();
        }
    }
    for (const CostBar& bar : costs) {
        rows[bar.from].cost = bar.perDay;
    }
    for (const Event& event : events) {
        rows[event.at].events << event.label;
    }
    QStringList header { tr("Time") };
    for (const Line& line : lines) {
        header << tr("%1, bytes").arg(line.name);
    }
    header << tr("Cost per day, %1").arg(currency.empty() ? u"—"_s : toQString(currency)) << tr("Events");
    std::vector<QStringList> table { header };
    for (const auto& [at, values] : rows) {
        QStringList row { isRelative ? QString::number(at, 'f', 3) : toQString(toIso8601(instant(at))) };
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto it = values.bytes.find(i);
            row << (it == values.bytes.end() ? QString() : QString::number(it->second, 'f', 0));
        }
        row << (values.cost ? QString::number(*values.cost, 'f', 4) : QString()) << values.events.join(u", "_s);
        table.push_back(row);
    }
    return table;
}

QString ChartData::tableText() const
{
    QString text;
    for (const QStringList& row : table()) {
        text += row.join(u'\t') + u'\n';
    }
    return text;
}

} // namespace heaptoll::gui
