// SPDX-License-Identifier: GPL-3.0-or-later
// What charts are made of: lines, costs and thresholds from an analysis.
#include "app/gui/text.h"
#include "app/gui/viewmodel/chart_data.h"
#include "app/gui/viewmodel/chart_events.h"
#include "app/gui/viewmodel/chart_thresholds.h"
#include "app/gui/viewmodel/service_colors.h"
#include "core/analysis/pod_runs.h"
#include "core/analysis/workspace_analysis.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kDaySeconds = 86400;
/// Lines in colours that can be told apart; the rest is grey.
constexpr std::size_t kMaxColors = kTopServices;

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

/// Rounds of scrapes that several workloads have in common: each starts its own at its own first sample.
struct CommonRounds {
    Instant origin { std::numeric_limits<std::int64_t>::max() };
    std::int64_t stepNs = 0; ///< of the slowest; 0 = every time is a round of its own

    CommonRounds(const WorkspaceAnalysis& analysis, const std::vector<std::size_t>& workloads)
    {
        for (const std::size_t index : workloads) {
            const WorkloadUsage& workload = analysis.workloads[index];
            stepNs = std::max<std::int64_t>(stepNs, std::llround(workload.stepHours * 3.6e12));
            if (!workload.times.empty()) {
                origin = std::min(origin, workload.times.front());
            }
        }
    }
    [[nodiscard]] std::int64_t of(Instant time) const
    {
        const std::int64_t since = time.ns - origin.ns;
        return stepNs > 0 ? (since + stepNs / 2) / stepNs : since;
    }
    [[nodiscard]] Instant timeOf(std::int64_t round) const
    {
        return { origin.ns + round * std::max<std::int64_t>(stepNs, 1) };
    }
};

/// Working sets of all workloads of a service, summed by round.
ChartData::Line usageLine(const ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    const CommonRounds rounds(analysis, service.workloads);
    std::map<std::int64_t, double> sums;
    for (const std::size_t index : service.workloads) {
        const WorkloadUsage& workload = analysis.workloads[index];
        std::map<std::int64_t, double> own; // of two samples in one round the later counts
        for (std::size_t i = 0; i < workload.times.size() && i < workload.workingSetBytes.size(); ++i) {
            own[rounds.of(workload.times[i])] = workload.workingSetBytes[i];
        }
        for (const auto& [round, bytes] : own) {
            sums[round] += bytes;
        }
    }
    ChartData::Line line;
    line.name = tr("%1 working set").arg(toQString(service.name));
    for (const auto& [round, bytes] : sums) {
        line.points << QPointF(chart.seconds(rounds.timeOf(round)), bytes);
    }
    return line;
}

/// A series on the calendar of the chart: recordings without a place count from 1970.
bool hasProfileSeries(const ChartData& chart, const ServiceView& service)
{
    return service.growth && service.growth->times.size() >= 2 && service.growth->times.back() > chart.range.start
        && service.growth->times.front() < chart.range.end;
}

void addLine(ChartData& chart, ChartData::Line line)
{
    if (line.points.size() >= 2) {
        chart.lines.push_back(std::move(line));
    }
}

void addMemory(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service, ChartMemory memory)
{
    const bool isLive = memory == ChartMemory::LiveBytes && hasProfileSeries(chart, service);
    ChartData::Line line = isLive ? seriesLine(chart, tr("%1 live bytes").arg(toQString(service.name)),
                               service.growth->times, service.growth->liveBytesAt)
                                  : usageLine(chart, analysis, service);
    line.shortName = toQString(service.name);
    addLine(chart, std::move(line));
}

void addSites(ChartData& chart, const ServiceView& service)
{
    if (!hasProfileSeries(chart, service)) {
        return;
    }
    for (const SiteGrowth& site : service.growth->sites) {
        ChartData::Line line = seriesLine(chart, siteText(site.site), service.growth->times, site.bytesAt);
        addLine(chart, std::move(line));
    }
}

void addPods(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    for (const std::size_t index : service.workloads) {
        for (const PodUsage& pod : analysis.workloads[index].pods) {
            addLine(chart, seriesLine(chart, toQString(pod.pod), pod.times, pod.workingSetBytes));
        }
    }
}

double highest(const ChartData::Line& line)
{
    double most = 0;
    for (const QPointF& point : line.points) {
        most = std::max(most, point.y());
    }
    return most;
}

/// Largest first, so that the colours go to the lines that matter; beyond kMostLines nobody sees more, but waits longer.
void rankLines(ChartData& chart, bool areParts)
{
    std::vector<std::pair<double, ChartData::Line>> ranked;
    for (ChartData::Line& line : chart.lines) {
        ranked.emplace_back(highest(line), std::move(line));
    }
    std::ranges::stable_sort(ranked, std::ranges::greater(), &std::pair<double, ChartData::Line>::first);
    chart.lines.clear();
    for (auto& [most, line] : ranked) {
        if (chart.lines.size() < kMostLines) {
            chart.lines.push_back(std::move(line));
        } else {
            ++chart.linesLeftOut;
        }
    }
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        chart.lines[i].isWhole = chart.lines.size() == 1 && !areParts;
        chart.lines[i].isOther = i >= kMaxColors;
    }
}

void addCosts(ChartData& chart, const std::map<std::int64_t, Decimal>& perDay)
{
    for (const auto& [day, cost] : perDay) {
        const double from = chart.seconds(startOfDay(day));
        chart.costs.push_back({ from, from + kDaySeconds, cost.toDouble() });
    }
}

/// Everything on the calendar, with the recordings that the user placed there.
TimeRange chartRange(const WorkspaceAnalysis& analysis)
{
    std::optional<TimeRange> range = analysis.range;
    for (const Recording& recording : relativeRecordings(analysis)) {
        if (!recording.start) {
            continue;
        }
        const TimeRange placed { *recording.start, *recording.start + recording.duration };
        range = range ? TimeRange { std::min(range->start, placed.start), std::max(range->end, placed.end) } : placed;
    }
    return range.value_or(TimeRange {});
}

std::map<std::int64_t, Decimal> dailyCosts(const ServiceView& service)
{
    std::map<std::int64_t, Decimal> perDay;
    for (const DailyCost& day : service.dailyCost) {
        perDay[day.day] += day.cost;
    }
    return perDay;
}

/// service: null = everything; then the chart has the cost of the first currency, for costs of two are never added.
ChartData emptyChart(const WorkspaceAnalysis& analysis, const ServiceView* service)
{
    ChartData chart;
    chart.range = chartRange(analysis);
    chart.currency = service != nullptr      ? service->currency
        : analysis.totals.byCurrency.empty() ? std::string()
                                             : analysis.totals.byCurrency.front().currency;
    chart.isPartial = analysis.totals.isPartial;
    for (const Recording& recording : relativeRecordings(analysis)) {
        if (recording.start) {
            chart.events.push_back({ chart.seconds(*recording.start), EventKind::Recording, recording.name,
                QCoreApplication::translate("ChartData", "%1, placed by hand").arg(spanText(recording.duration)),
                recording.duration.toSeconds() });
        }
    }
    return chart;
}

void addLines(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service, ChartChoice choice)
{
    switch (choice.split) {
    case ChartSplit::Service:
    case ChartSplit::EveryService: addMemory(chart, analysis, service, choice.memory); break;
    case ChartSplit::Site: addSites(chart, service); break;
    case ChartSplit::Pod: addPods(chart, analysis, service); break;
    }
}

/// Cost of all services; memory of each, or of those alone whose cost grows most.
void addEverything(ChartData& chart, const WorkspaceAnalysis& analysis, ChartChoice choice)
{
    std::map<std::int64_t, Decimal> perDay;
    std::vector<double> growth; // by line: money a day per day
    for (const ServiceView& each : analysis.services) {
        ChartData alone;
        alone.range = chart.range;
        const std::map<std::int64_t, Decimal> costs = dailyCosts(each);
        addCosts(alone, costs);
        for (const auto& [day, cost] : costs) {
            if (each.currency == chart.currency) {
                perDay[day] += cost;
            }
        }
        addMemory(chart, analysis, each, choice.memory);
        growth.resize(chart.lines.size(), alone.costSlope(std::nullopt).value_or(0));
        addEvents(chart, analysis, each);
    }
    addCosts(chart, perDay);
    if (choice.split == ChartSplit::EveryService || chart.lines.size() <= kTopServices) {
        return;
    }
    std::vector<std::size_t> order(chart.lines.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return growth[a] != growth[b] ? growth[a] > growth[b] : highest(chart.lines[a]) > highest(chart.lines[b]);
    });
    std::vector<ChartData::Line> top;
    for (std::size_t i = 0; i < order.size(); ++i) {
        ChartData::Line& line = chart.lines[order[i]];
        if (i < kTopServices) {
            top.push_back(std::move(line));
        } else {
            ++chart.linesLeftOut;
            chart.bytesLeftOut = chart.bytesLeftOut.value_or(0) + line.points.back().y();
        }
    }
    chart.lines = std::move(top);
}

/// A recording that is on no calendar: time since its start.
ChartData relativeChart(const ChartData& calendar, const GrowthReport& growth)
{
    ChartData chart;
    chart.range = { growth.times.front(), growth.times.back() };
    chart.currency = calendar.currency;
    chart.isPartial = calendar.isPartial;
    chart.isRelative = true;
    return chart;
}

/// The largest pod's working set in each round: what a request per pod has to hold.
ChartData::Line largestPodLine(
    const ChartData& chart, const WorkspaceAnalysis& analysis, const std::vector<std::size_t>& workloads)
{
    const CommonRounds rounds(analysis, workloads);
    std::map<std::int64_t, double> most;
    for (const std::size_t index : workloads) {
        for (const PodUsage& pod : analysis.workloads[index].pods) {
            for (std::size_t i = 0; i < pod.times.size() && i < pod.workingSetBytes.size(); ++i) {
                double& value = most[rounds.of(pod.times[i])];
                value = std::max(value, pod.workingSetBytes[i]);
            }
        }
    }
    ChartData::Line line;
    for (const auto& [round, bytes] : most) {
        line.points << QPointF(chart.seconds(rounds.timeOf(round)), bytes);
    }
    return line;
}

/// The largest pod of one workload, with what is asked for and billed.
ChartData largestPodChart(const WorkspaceAnalysis& analysis, const ServiceView& service, std::size_t workload)
{
    const std::vector<std::size_t> one { workload };
    ChartData chart = emptyChart(analysis, &service);
    ChartData::Line line = largestPodLine(chart, analysis, one);
    line.name = QCoreApplication::translate("ChartData", "largest pod of %1")
                    .arg(toQString(service.workloads.size() == 1
                            ? service.name
                            : analysis.workloads[workload].workload + '/' + analysis.workloads[workload].container));
    addLine(chart, std::move(line));
    addCosts(chart, dailyCosts(service));
    addEvents(chart, analysis, service);
    addThresholds(chart, analysis, one);
    return chart;
}

/// Request, recommendation and what the pods use: the proof of a request that is too large or too small. Of the container
/// that the finding is about, for each has a request of its own.
ChartData requestChart(const WorkspaceAnalysis& analysis, const ServiceView& service, const Finding& finding)
{
    const std::size_t workload = finding.workload.value_or(service.workloads.front());
    ChartData chart = largestPodChart(analysis, service, workload);
    const auto place = std::ranges::find(service.workloads, workload) - service.workloads.begin();
    const bool hasAdvice = static_cast<std::size_t>(place) < service.sizing.size()
        && service.sizing[static_cast<std::size_t>(place)].recommendedRequestBytes;
    if (hasAdvice) {
        const auto& bytes = service.sizing[static_cast<std::size_t>(place)].recommendedRequestBytes;
        chart.thresholds.push_back(
            { *bytes, QCoreApplication::translate("ChartData", "recommended %1 / pod").arg(bytesText(bytes)) });
    }
    return chart;
}

/// The longest run of a pod between restarts, and the rate of all of them drawn through its middle.
std::optional<ChartData::Trend> podTrend(
    const ChartData& chart, const WorkloadUsage& usage, const UsageTrend& rate, const Finding& finding)
{
    const auto lengthOf = [&usage](const PodRun& run) {
        return (usage.pods[run.pod].times[run.end - 1] - usage.pods[run.pod].times[run.begin]).ns;
    };
    const std::vector<PodRun> runs = podRuns(usage);
    const auto longest = std::ranges::max_element(runs, {}, lengthOf);
    if (longest == runs.end() || lengthOf(*longest) <= 0) {
        return std::nullopt;
    }
    const PodUsage& pod = usage.pods[longest->pod];
    QPointF middle;
    for (std::size_t i = longest->begin; i < longest->end; ++i) {
        middle += QPointF(chart.seconds(pod.times[i]), pod.workingSetBytes[i]);
    }
    middle /= static_cast<double>(longest->end - longest->begin);
    const double perSecond = rate.bytesPerHourPerPod / 3600;
    const auto at = [&](double x) { return QPointF(x, std::max(0.0, middle.y() + perSecond * (x - middle.x()))); };
    QString label = tr("%1 per pod").arg(growthText(rate.bytesPerHourPerPod));
    const double share = finding.growthBytesPerHour.value_or(0) / rate.bytesPerHourPerPod;
    constexpr double kAll = 0.995;
    label += share > 0 && share < kAll ? tr(", %1 of it here").arg(percentText(share)) : QString();
    return ChartData::Trend { at(chart.seconds(pod.times[longest->begin])),
        at(chart.seconds(pod.times[longest->end - 1])), label };
}

/// A rate that was measured on the pods is proved by the pods: the heap that was profiled may be a thousandth of them.
std::optional<ChartData> podChart(const WorkspaceAnalysis& analysis, const ServiceView& service, const Finding& finding)
{
    const UsageTrend* fastest = nullptr;
    std::size_t workload = 0;
    for (std::size_t i = 0; i < service.trends.size() && i < service.workloads.size(); ++i) {
        const UsageTrend& trend = service.trends[i];
        if (trend.isGrowing && (fastest == nullptr || trend.bytesPerHourPerPod > fastest->bytesPerHourPerPod)) {
            fastest = &trend;
            workload = service.workloads[i];
        }
    }
    if (fastest == nullptr) {
        return std::nullopt;
    }
    ChartData chart = largestPodChart(analysis, service, workload);
    chart.trend = podTrend(chart, analysis.workloads[workload], *fastest, finding);
    return chart;
}

} // namespace

ChartData serviceChart(const WorkspaceAnalysis& analysis, std::string_view service, ChartChoice choice)
{
    // Sites and pods of everything at once are no answer: those of the main service are.
    const bool isOfServices = choice.split == ChartSplit::Service || choice.split == ChartSplit::EveryService;
    const bool isOne = !service.empty() || !isOfServices;
    const ServiceView* const one = !isOne ? nullptr
        : service.empty()                 ? mainService(analysis)
                                          : analysis.service(service);
    ChartData chart = emptyChart(analysis, one);
    if (isOne) {
        if (one != nullptr) {
            addLines(chart, analysis, *one, choice);
            addCosts(chart, dailyCosts(*one));
            addEvents(chart, analysis, *one);
            // The live heap of one process is not what the pods of a service cost.
            chart.isMemoryOfCost = choice.split == ChartSplit::Service && choice.memory == ChartMemory::WorkingSet;
            const bool isOfOnePod = choice.split == ChartSplit::Pod
                || (choice.memory == ChartMemory::LiveBytes && hasProfileSeries(chart, *one));
            if (isOfOnePod) {
                addThresholds(chart, analysis, one->workloads);
            } else if (isOfServices) {
                addThresholdSums(chart, analysis, *one);
            }
        }
    } else {
        addEverything(chart, analysis, choice);
    }
    rankLines(chart, !isOfServices);
    if (isOfServices) {
        colorServices(chart, analysis);
    }
    return chart;
}

ChartData costChart(const WorkspaceAnalysis& analysis, std::string_view service)
{
    ChartData chart;
    chart.range = chartRange(analysis);
    if (const ServiceView* one = analysis.service(service)) {
        chart.currency = one->currency;
        addCosts(chart, dailyCosts(*one));
    }
    return chart;
}

ChartData findingChart(const WorkspaceAnalysis& analysis, const Finding& finding)
{
    const ServiceView* service = analysis.service(finding.service);
    const bool isOfRequest =
        finding.kind == FindingKind::Overprovisioned || finding.kind == FindingKind::Underprovisioned;
    if (isOfRequest && service != nullptr && !service->workloads.empty()) {
        ChartData chart = requestChart(analysis, *service, finding);
        chart.areThresholdsTheProof = true;
        return chart;
    }
    if (finding.isRateOfPods && service != nullptr) {
        if (std::optional<ChartData> chart = podChart(analysis, *service, finding)) {
            return *std::move(chart);
        }
    }
    ChartData chart = serviceChart(analysis, finding.service);
    if (service == nullptr || !service->growth || !finding.blame) {
        return chart;
    }
    const GrowthReport& growth = *service->growth;
    const auto site = std::ranges::find(growth.sites, *finding.blame, &SiteGrowth::site);
    if (site == growth.sites.end() || site->bytesAt.size() != growth.times.size() || growth.times.size() < 2) {
        return chart;
    }
    if (!hasProfileSeries(chart, *service)) {
        chart = relativeChart(chart, growth);
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
