// SPDX-License-Identifier: Apache-2.0
// The usage side of leak detection: do pods grow while they run?
#include "core/analysis/pod_runs.h"
#include "core/analysis/rightsizing.h"
#include "core/analysis/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace heaptoll {
namespace {

constexpr double kRestartDrop = 0.7;
constexpr double kWarmUpHours = 6; ///< caches fill after a start
constexpr double kMinDayShare = 0.7; ///< of its hours that a day must have samples of
constexpr std::size_t kMinPairs = 10; ///< below: too few whole days, single samples are compared
constexpr double kSignificance = 0.01;
constexpr double kMinGrowthPerWeek = 0.02; ///< of the level
constexpr double kHoursPerWeek = 168;

/// Points to fit a line through; pairs are formed within segments only.
struct TrendPoints {
    std::vector<double> hours;
    std::vector<double> bytes;
    std::vector<std::size_t> starts;
    std::size_t pairs = 0;

    void add(const std::vector<std::pair<double, double>>& segment)
    {
        if (segment.size() < 2) {
            return;
        }
        starts.push_back(hours.size());
        pairs += segment.size() * (segment.size() - 1) / 2;
        for (const auto& [x, y] : segment) {
            hours.push_back(x);
            bytes.push_back(y);
        }
    }
};

double hourOf(Instant t)
{
    return (t - Instant {}).toHours();
}

/// Medians of whole UTC days, working days and weekends apart: neither the day nor the week then looks like a trend.
void addDays(TrendPoints& out, const WorkloadUsage& usage, const PodRun& run)
{
    std::array<std::vector<std::pair<double, double>>, 2> segments;
    const PodUsage& pod = usage.pods[run.pod];
    for (std::size_t i = run.begin; i < run.end;) {
        const std::int64_t day = utcDay(pod.times[i]);
        std::vector<double> values;
        double hours = 0;
        for (; i < run.end && utcDay(pod.times[i]) == day; ++i) {
            values.push_back(pod.workingSetBytes[i]);
            hours += stepAfter(usage, pod, i);
        }
        if (hours >= kMinDayShare * 24) {
            const std::int64_t weekday = ((day + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday; Monday = 0
            segments[weekday >= 5 ? 1 : 0].emplace_back(static_cast<double>(day) * 24, median(std::move(values)));
        }
    }
    out.add(segments[0]);
    out.add(segments[1]);
}

void addSamples(TrendPoints& out, const PodUsage& pod, const PodRun& run)
{
    std::vector<std::pair<double, double>> segment;
    for (std::size_t i = run.begin; i < run.end; ++i) {
        segment.emplace_back(hourOf(pod.times[i]), pod.workingSetBytes[i]);
    }
    out.add(segment);
}

/// The run without its warm-up, of which at most a quarter of the run is taken.
PodRun withoutWarmUp(const PodUsage& pod, PodRun run)
{
    const Instant start = pod.times[run.begin];
    const double skip = std::min(kWarmUpHours, (pod.times[run.end - 1] - start).toHours() / 4);
    while (run.begin < run.end && (pod.times[run.begin] - start).toHours() < skip) {
        ++run.begin;
    }
    return run;
}

} // namespace

std::vector<PodRun> podRuns(const WorkloadUsage& usage)
{
    std::vector<PodRun> runs;
    for (std::size_t p = 0; p < usage.pods.size(); ++p) {
        const PodUsage& pod = usage.pods[p];
        std::set<Instant> restarts;
        for (const PodEvent& event : usage.events) {
            if (event.pod == pod.pod) {
                restarts.insert(event.time);
            }
        }
        std::size_t begin = 0;
        for (std::size_t i = 1; i <= pod.times.size(); ++i) {
            bool isCut = i == pod.times.size();
            if (!isCut) {
                const auto restart = restarts.upper_bound(pod.times[i - 1]);
                isCut = isRestAfter(usage, pod, i - 1) || (restart != restarts.end() && *restart <= pod.times[i])
                    || pod.workingSetBytes[i] < kRestartDrop * pod.workingSetBytes[i - 1];
            }
            if (isCut) {
                runs.push_back({ p, begin, i });
                begin = i;
            }
        }
    }
    return runs;
}

UsageTrend usageTrend(const WorkloadUsage& usage, const TaskContext& task)
{
    UsageTrend trend;
    if (usage.stepHours <= 0) {
        return trend;
    }
    const std::vector<PodRun> runs = podRuns(usage);
    TrendPoints days;
    TrendPoints samples;
    std::vector<PodRun> settled;
    for (const PodRun& whole : runs) {
        const PodUsage& pod = usage.pods[whole.pod];
        if (task.cancelled()) {
            return {};
        }
        if (whole.end - whole.begin < 4) {
            continue;
        }
        trend.hours = std::max(trend.hours, (pod.times[whole.end - 1] - pod.times[whole.begin]).toHours());
        settled.push_back(withoutWarmUp(pod, whole));
        addDays(days, usage, settled.back());
    }
    trend.runs = settled.size();
    const bool useDays = days.pairs >= kMinPairs;
    if (!useDays) {
        for (const PodRun& run : settled) {
            addSamples(samples, usage.pods[run.pod], run);
        }
    }
    const TrendPoints& points = useDays ? days : samples;
    if (points.hours.empty() || task.cancelled()) {
        return trend;
    }
    const TheilSenFit fit = theilSen(points.hours, points.bytes, points.starts);
    trend.bytesPerHourPerPod = fit.slope;
    trend.low = fit.low;
    trend.high = fit.high;
    trend.pValue = mannKendall(points.bytes, points.starts).pValue;
    trend.levelBytes = median(points.bytes);
    const bool isLong = trend.hours >= 24 || trend.runs >= 3;
    trend.isGrowing = isLong && fit.low > 0 && trend.pValue < kSignificance
        && fit.slope * kHoursPerWeek >= kMinGrowthPerWeek * trend.levelBytes;
    return trend;
}

} // namespace heaptoll
