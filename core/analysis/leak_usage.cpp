// SPDX-License-Identifier: Apache-2.0
// Profiled growth beside the working sets of the pods. Rules: FINDINGS.md "Leak".
#include "core/analysis/leak_usage.h"

#include "core/analysis/pod_runs.h"
#include "core/analysis/source_times.h"
#include "core/analysis/statistics.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace heaptoll {
namespace {

/// Long enough for usageTrend to call it growth, had it been some.
bool isMeasured(const UsageTrend& trend)
{
    constexpr double kDay = 24;
    constexpr std::size_t kRuns = 3;
    return trend.levelBytes > 0 && (trend.hours >= kDay || trend.runs >= kRuns);
}

PodsSay sayOf(const UsageTrend& trend, double heapBytesPerHour)
{
    if (trend.isGrowing) {
        return PodsSay::Grow;
    }
    if (!isMeasured(trend)) {
        return PodsSay::Nothing;
    }
    // below the floor of a trend, but certain and of the size of the leak
    if (trend.low > 0 && trend.bytesPerHourPerPod * kAlikeRates > heapBytesPerHour) {
        return PodsSay::Grow;
    }
    return trend.high * kAlikeRates < heapBytesPerHour ? PodsSay::Flat : PodsSay::Unclear;
}

/// When everything that leaks did: a trend over all days of the usage says little of a leak that began on the last
/// of them.
TimeRange leakTimes(const GrowthReport& growth)
{
    TimeRange range { growth.times.front(), growth.times.back() };
    for (const SiteGrowth& site : growth.sites) {
        if (site.growthClass == GrowthClass::Leak) {
            const Instant onset = growth.times.front() + Span { static_cast<std::int64_t>(site.onsetHours * 3.6e12) };
            range.start = std::max(range.start, onset);
        }
    }
    return range;
}

/// Pods of other days may run another build; pods of more days than the leak lasted say little of it.
PodsSay onSameDays(PodsSay says, const TimeRange& usage, const TimeRange& leak)
{
    constexpr double kMost = 0.5; // of the usage, that the leak has to cover for a trend over all of it to rule it out
    if (says == PodsSay::Grow || says == PodsSay::Nothing) {
        return says;
    }
    if (!meet(usage, leak)) {
        return PodsSay::Nothing;
    }
    const double common = (std::min(usage.end, leak.end) - std::max(usage.start, leak.start)).toHours();
    return common < kMost * usage.length().toHours() ? PodsSay::Unclear : says;
}

} // namespace

double leakedPerHour(const GrowthReport& growth)
{
    double sum = 0;
    for (const SiteGrowth& site : growth.sites) {
        sum += site.growthClass == GrowthClass::Leak ? site.bytesPerHour : 0;
    }
    return sum;
}

std::optional<PodEvidence> podEvidence(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const GrowthReport& growth, bool isRelative)
{
    std::optional<PodEvidence> best;
    const auto grows = [](const UsageTrend& trend) {
        return std::pair(trend.isGrowing, trend.isGrowing ? trend.bytesPerHourPerPod : trend.high);
    };
    for (std::size_t i = 0; i < service.trends.size(); ++i) {
        const UsageTrend& trend = service.trends[i];
        if (!best || grows(trend) > grows(*best->trend)) {
            const SizingAdvice* const advice = i < service.sizing.size() ? &service.sizing[i] : nullptr;
            best = PodEvidence { &analysis.workloads[service.workloads[i]], &trend, advice, PodsSay::Nothing };
        }
    }
    if (best) {
        best->says = sayOf(*best->trend, leakedPerHour(growth));
        const std::optional<TimeRange> ofUsage = usageTimes(analysis, service);
        if (ofUsage && !isRelative && !growth.times.empty()) {
            best->says = onSameDays(best->says, *ofUsage, leakTimes(growth));
        }
    }
    return best;
}

bool leaksInPods(const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    const auto leaks = [&](const GrowthReport& growth, bool isRelative) {
        if (leakedPerHour(growth) <= 0) {
            return false;
        }
        const std::optional<PodEvidence> pods = podEvidence(analysis, service, growth, isRelative);
        return !pods || pods->says != PodsSay::Flat;
    };
    return (service.growth && leaks(*service.growth, service.isRelative))
        || std::ranges::any_of(
            service.furtherGrowth, [&](const GrowthStudy& study) { return leaks(study.growth, study.isRelative); });
}

std::optional<double> startBytes(const WorkloadUsage& usage)
{
    if (usage.pods.empty()) {
        return std::nullopt;
    }
    std::optional<Instant> first;
    for (const PodUsage& pod : usage.pods) {
        if (!pod.times.empty()) {
            first = first ? std::min(*first, pod.times.front()) : pod.times.front();
        }
    }
    std::vector<double> all;
    std::vector<double> fresh;
    for (const PodRun& run : podRuns(usage)) {
        const PodUsage& pod = usage.pods[run.pod];
        all.push_back(pod.workingSetBytes[run.begin]);
        if (pod.times[run.begin] > *first) {
            fresh.push_back(all.back());
        }
    }
    if (all.empty()) {
        return std::nullopt;
    }
    return median(fresh.empty() ? std::move(all) : std::move(fresh));
}

double mostBytes(const WorkloadUsage& usage)
{
    double most = 0;
    for (const PodUsage& pod : usage.pods) {
        for (const double bytes : pod.workingSetBytes) {
            most = std::max(most, bytes);
        }
    }
    return most;
}

} // namespace heaptoll
