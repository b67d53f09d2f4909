// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/chart_data.h"

#include "app/gui/text.h"
#include "core/analysis/workspace_analysis.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <map>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kDaySeconds = 86400;

QString tr(const char* text)
{
    return QCoreApplication::translate("ChartData", text);
}

ChartData::Line seriesLine(
    const ChartData& chart, const QString& name, const std::vector<Instant>& times, const std::vector<double>& values)
{
    ChartData::Line line;
    line.name = name;
    line.points.reserve(static_cast<qsizetype>(times.size()));
    for (std::size_t i = 0; i < times.size() && i < values.size(); ++i) {
        line.points << QPointF(chart.seconds(times[i]), values[i]);
    }
    return line;
}

/// Working sets of all workloads of a service, summed where several report at the same time.
ChartData::Line usageLine(const ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    std::map<std::int64_t, double> sums;
    for (const std::size_t index : service.workloads) {
        const WorkloadUsage& workload = analysis.workloads[index];
        for (std::size_t i = 0; i < workload.times.size() && i < workload.workingSetBytes.size(); ++i) {
            sums[workload.times[i].ns] += workload.workingSetBytes[i];
        }
    }
    ChartData::Line line;
    line.name = QCoreApplication::translate("ChartData", "%1 working set").arg(toQString(service.name));
    for (const auto& [ns, bytes] : sums) {
        line.points << QPointF(chart.seconds(Instant { ns }), bytes);
    }
    return line;
}

bool hasProfileSeries(const ServiceView& service)
{
    return service.growth && service.growth->times.size() >= 2;
}

void addMemory(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    ChartData::Line line;
    if (hasProfileSeries(service)) {
        line = seriesLine(chart, QCoreApplication::translate("ChartData", "%1 live bytes").arg(toQString(service.name)),
            service.growth->times, service.growth->liveBytesAt);
    } else {
        line = usageLine(chart, analysis, service);
    }
    if (line.points.size() >= 2) {
        chart.lines.push_back(std::move(line));
    }
}

void addCosts(ChartData& chart, const std::map<std::int64_t, Decimal>& perDay)
{
    for (const auto& [day, cost] : perDay) {
        const double from = chart.seconds(startOfDay(day));
        chart.costs.push_back({ from, from + kDaySeconds, cost.toDouble() });
    }
}

/// Pods of a workload have one request each: the line is drawn per pod, only beside a line of one pod (profiles).
void addThresholds(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    if (!hasProfileSeries(service)) {
        return;
    }
    double request = 0;
    double limit = 0;
    for (const std::size_t index : service.workloads) {
        for (const PodUsage& pod : analysis.workloads[index].pods) {
            request = std::max(request, pod.requestBytes.value_or(0));
            limit = std::max(limit, pod.limitBytes.value_or(0));
        }
    }
    if (limit > 0) {
        chart.thresholds.push_back({ limit,
            (limit == request ? tr("request = limit %1 / pod") : tr("limit %1 / pod")).arg(bytesText(limit)) });
    }
    if (request > 0 && request != limit) {
        chart.thresholds.push_back({ request, tr("request %1 / pod").arg(bytesText(request)) });
    }
}

void addEvents(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    // A deploy restarts many pods at once: one flag per hour and kind.
    std::map<std::pair<std::int64_t, int>, int> perHour;
    for (const std::size_t index : service.workloads) {
        for (const PodEvent& event : analysis.workloads[index].events) {
            ++perHour[{ event.time.ns / Span::hours(1).ns, event.kind == PodEvent::Kind::OomKill ? 1 : 0 }];
        }
    }
    for (const auto& [key, count] : perHour) {
        const bool isOom = key.second == 1;
        const QString what = isOom ? tr("OOM kill") : tr("restart");
        chart.events.push_back({ chart.seconds(Instant { key.first * Span::hours(1).ns }),
            isOom ? EventKind::OomKill : EventKind::Restart, count > 1 ? u"%1 × %2"_s.arg(what).arg(count) : what });
    }
    for (const AnomalyEvent& anomaly : service.anomalies) {
        chart.events.push_back({ chart.seconds(anomaly.range.start), EventKind::Anomaly,
            QCoreApplication::translate("ChartData", "cost %1")
                .arg(toQString(name(anomaly.kind)).replace(QLatin1Char('_'), QLatin1Char(' '))) });
    }
    std::ranges::sort(chart.events, {}, &ChartData::Event::at);
}

TimeRange chartRange(const WorkspaceAnalysis& analysis)
{
    return analysis.range.value_or(TimeRange {});
}

std::map<std::int64_t, Decimal> dailyCosts(const ServiceView& service)
{
    std::map<std::int64_t, Decimal> perDay;
    for (const DailyCost& day : service.dailyCost) {
        perDay[day.day] += day.cost;
    }
    return perDay;
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
    for (const Threshold& threshold : thresholds) {
        most = std::max(most, threshold.bytes);
    }
    return most;
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

std::optional<double> ChartData::bytesAt(double atSeconds) const
{
    if (lines.empty()) {
        return std::nullopt;
    }
    const QList<QPointF>& points = lines.front().points;
    const auto after = std::lower_bound(
        points.begin(), points.end(), atSeconds, [](const QPointF& point, double x) { return point.x() < x; });
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

QString ChartData::sentence() const
{
    QStringList parts;
    if (!lines.empty() && lines.front().points.size() >= 2) {
        const QList<QPointF>& points = lines.front().points;
        parts << tr("%1 went from %2 to %3")
                     .arg(lines.front().name, bytesText(points.front().y()), bytesText(points.back().y()));
    }
    if (!costs.empty()) {
        parts << tr("cost per day went from %1 to %2")
                     .arg(moneyText(Decimal::fromDouble(costs.front().perDay), currency),
                         moneyText(Decimal::fromDouble(costs.back().perDay), currency));
    }
    if (parts.isEmpty()) {
        return tr("No data over time");
    }
    return parts.join(u"; "_s) + tr(", %1").arg(rangeText(range));
}

QString ChartData::tableText() const
{
    QString text = tr("Time") + u'\t' + tr("Bytes") + u'\t' + tr("Cost per day") + u'\n';
    std::map<double, std::pair<std::optional<double>, std::optional<double>>> rows;
    if (!lines.empty()) {
        for (const QPointF& point : lines.front().points) {
            rows[point.x()].first = point.y();
        }
    }
    for (const CostBar& bar : costs) {
        rows[bar.from].second = bar.perDay;
    }
    for (const auto& [at, values] : rows) {
        text += toQString(toIso8601(instant(at))) + u'\t'
            + (values.first ? QString::number(*values.first, 'f', 0) : QString()) + u'\t'
            + (values.second ? QString::number(*values.second, 'f', 4) : QString()) + u'\n';
    }
    return text;
}

const ServiceView* mainService(const WorkspaceAnalysis& analysis, std::string_view service)
{
    if (!service.empty()) {
        return analysis.service(service);
    }
    const auto most = std::ranges::max_element(
        analysis.services, {}, [](const ServiceView& view) { return view.profileDocuments.size(); });
    return most == analysis.services.end() ? nullptr : &*most;
}

ChartData serviceChart(const WorkspaceAnalysis& analysis, std::string_view service)
{
    ChartData chart;
    chart.range = chartRange(analysis);
    chart.currency = analysis.totals.currency;
    chart.isPartial = analysis.totals.isPartial;
    if (!service.empty()) {
        if (const ServiceView* one = analysis.service(service)) {
            addMemory(chart, analysis, *one);
            addCosts(chart, dailyCosts(*one));
            addThresholds(chart, analysis, *one);
            addEvents(chart, analysis, *one);
        }
        return chart;
    }
    std::map<std::int64_t, Decimal> perDay;
    for (const ServiceView& each : analysis.services) {
        for (const auto& [day, cost] : dailyCosts(each)) {
            perDay[day] += cost;
        }
        addMemory(chart, analysis, each);
        addEvents(chart, analysis, each);
    }
    std::ranges::sort(chart.events, {}, &ChartData::Event::at);
    for (ChartData::Line& line : chart.lines) {
        line.isWhole = chart.lines.size() == 1;
    }
    addCosts(chart, perDay);
    return chart;
}

ChartData findingChart(const WorkspaceAnalysis& analysis, const Finding& finding)
{
    ChartData chart = serviceChart(analysis, finding.service);
    const ServiceView* service = analysis.service(finding.service);
    if (service == nullptr || !service->growth || !finding.blame) {
        return chart;
    }
    const GrowthReport& growth = *service->growth;
    const auto site = std::ranges::find(growth.sites, *finding.blame, &SiteGrowth::site);
    if (site == growth.sites.end() || site->bytesAt.size() != growth.times.size() || growth.times.size() < 2) {
        return chart;
    }
    chart.lines.assign(1, seriesLine(chart, toQString(site->site.function), growth.times, site->bytesAt));
    const QList<QPointF>& points = chart.lines.front().points;
    if (finding.growthBytesPerHour && *finding.growthBytesPerHour > 0) {
        // Drawn through the last segment: before it, a restart took the memory away.
        const std::size_t first = growth.segmentStarts.empty() ? 0 : growth.segmentStarts.back();
        const QPointF from = points[static_cast<qsizetype>(first)];
        const double hours = (points.back().x() - from.x()) / 3600;
        const double end = points.back().y();
        const double start = std::max(0.0, end - *finding.growthBytesPerHour * hours);
        chart.trend = ChartData::Trend { { from.x(), start }, { points.back().x(), end },
            growthText(finding.growthBytesPerHour) };
    }
    return chart;
}

} // namespace heaptoll::gui
