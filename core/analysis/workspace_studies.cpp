// SPDX-License-Identifier: Apache-2.0
// What is computed for each service once its data is joined.
#include "core/analysis/attribution.h"
#include "core/analysis/growth_processes.h"
#include "core/analysis/workspace_join.h"

#include <algorithm>

namespace heaptoll {

/// Growth of each of the processes, and of all of them together.
void WorkspaceJoin::studySeries(
    ServiceView& service, const PlacedProfiles& placed, const std::vector<Instant>& restarts)
{
    std::vector<ProcessReport> reports;
    std::vector<std::shared_ptr<const UnifiedSeries>> series;
    for (const ProcessSeries& process : splitProcesses(placed.points, placed.paths)) {
        series.push_back(std::make_shared<const UnifiedSeries>(unifySeries(process.points)));
        reports.push_back(
            { process.process, analyzeGrowth(*series.back(), restarts, m_analysis.options.growth, m_task) });
    }
    CombinedGrowth all = combineGrowth(reports);
    service.series = series[all.shown];
    service.growth = std::move(all.growth);
    if (reports.size() > 1) {
        m_analysis.notes.push_back(service.name + ": its profiles are of " + std::to_string(reports.size())
            + " processes, each judged by itself; growth is the median of those that grow, views show "
            + reports[all.shown].process);
    } else if (service.growth->isMixed) {
        m_analysis.notes.push_back(service.name + ": " + service.growth->notes.front());
    }
}

void WorkspaceJoin::studyProfiles(ServiceView& service)
{
    const PlacedProfiles placed = placedProfiles(m_analysis, service.profileDocuments, m_analysis.notes);
    std::vector<Instant> restarts;
    for (const std::size_t w : service.workloads) {
        for (const PodEvent& event : m_analysis.workloads[w].events) {
            restarts.push_back(event.time);
        }
    }
    std::ranges::sort(restarts);
    if (placed.points.size() >= 2) {
        studySeries(service, placed, restarts);
        return;
    }
    UnifiedSeries series;
    for (const std::size_t d : service.profileDocuments) {
        const auto profile = m_analysis.documents[d]->profile();
        const std::optional<Instant> time = placedTime(m_analysis, *m_analysis.documents[d]);
        const Instant start = time.value_or(Instant {});
        if (profile->timeline && profile->timeline->times().size() > 1) {
            series = seriesOfRecording(profile, start);
            service.isRelative = !time;
        } else if (profile->valueIndex(Metric::LeakedBytes) && !series.index) {
            series = unifySeries({ { start, profile, m_analysis.documents[d]->isComplete } });
            service.isRelative = !time;
        }
    }
    if (!series.index && placed.points.size() == 1) {
        service.series = std::make_shared<const UnifiedSeries>(unifySeries(placed.points));
        return; // one snapshot of a running process: live memory, nothing to judge
    }
    if (series.index && !series.times.empty()) {
        service.growth = analyzeGrowth(series, restarts, m_analysis.options.growth, m_task);
        service.series = std::make_shared<const UnifiedSeries>(std::move(series));
    }
}

void WorkspaceJoin::studyUsage(ServiceView& service)
{
    const bool heapLeaks = service.growth && std::ranges::any_of(service.growth->sites, [](const SiteGrowth& s) {
        return s.growthClass == GrowthClass::Leak;
    });
    for (const std::size_t w : service.workloads) {
        const WorkloadUsage& usage = m_analysis.workloads[w];
        service.trends.push_back(usageTrend(usage));
        const bool isLeaking = heapLeaks || service.trends.back().isGrowing;
        service.sizing.push_back(adviseSize(usage, m_analysis.options.sizing, isLeaking));
    }
}

void WorkspaceJoin::studyCosts(ServiceView& service)
{
    constexpr std::size_t kFewestDays = 8;
    const std::map<std::int64_t, double>& daily = m_dailyByUse[service.name];
    if (service.isBucket || daily.size() < kFewestDays) {
        return;
    }
    const std::int64_t first = daily.begin()->first;
    const auto days = static_cast<std::size_t>(daily.rbegin()->first - first + 1);
    constexpr std::size_t kMostDays = 20000;
    if (days > kMostDays) {
        return;
    }
    std::vector<Instant> times(days);
    std::vector<double> values(days, 0.0);
    for (std::size_t i = 0; i < days; ++i) {
        times[i] = startOfDay(first + static_cast<std::int64_t>(i));
    }
    for (const auto& [day, cost] : daily) {
        values[static_cast<std::size_t>(day - first)] = cost;
    }
    service.anomalies = detectAnomalies(times, values, m_analysis.options.anomaly);
}

void WorkspaceJoin::attribute(ServiceView& service)
{
    if (service.isBucket || !service.memoryCost || !service.series) {
        service.attribution.note = service.isBucket ? "" : !service.series ? "no profile" : "no memory cost";
        return;
    }
    std::vector<const WorkloadUsage*> workloads;
    for (const std::size_t w : service.workloads) {
        workloads.push_back(&m_analysis.workloads[w]);
    }
    const TimeRange window { startOfDay(m_firstDay.value_or(0)), startOfDay(m_lastDay + 1) };
    const std::vector<std::size_t> oneSegment { 0 };
    const std::vector<std::size_t>& starts = service.growth ? service.growth->segmentStarts : oneSegment;
    service.attribution = attributeMemory(*service.memoryCost,
        meanLiveSites(*service.series, starts, m_analysis.options.growth.minShareOfHeap), memoryMeans(workloads),
        window);
}

} // namespace heaptoll
