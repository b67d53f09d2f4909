// SPDX-License-Identifier: Apache-2.0
// What is computed for each service once its data is joined.
#include "core/analysis/attribution.h"
#include "core/analysis/workspace_join.h"

#include <algorithm>

namespace heaptoll {

void WorkspaceJoin::studyProfiles(ServiceView& service)
{
    const std::vector<SeriesPoint> points = seriesPoints(m_analysis, service.profileDocuments, m_analysis.notes);
    std::vector<Instant> restarts;
    for (const std::size_t w : service.workloads) {
        for (const PodEvent& event : m_analysis.workloads[w].events) {
            restarts.push_back(event.time);
        }
    }
    std::ranges::sort(restarts);
    UnifiedSeries series;
    if (points.size() >= 2) {
        series = unifySeries(points);
    } else {
        for (const std::size_t d : service.profileDocuments) {
            const auto profile = m_analysis.documents[d]->profile();
            const std::optional<Instant> placed = placedTime(m_analysis, *m_analysis.documents[d]);
            const Instant start = placed.value_or(Instant {});
            if (profile->timeline && profile->timeline->times().size() > 1) {
                series = seriesOfRecording(profile, start);
                service.isRelative = !placed;
            } else if (profile->valueIndex(Metric::LeakedBytes) && !series.index) {
                series = unifySeries({ { start, profile, m_analysis.documents[d]->isComplete } });
                service.isRelative = !placed;
            }
        }
        if (!series.index && points.size() == 1) {
            service.series = std::make_shared<const UnifiedSeries>(unifySeries(points));
            return; // one snapshot of a running process: live memory, nothing to judge
        }
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
    const std::vector<BillSpan::Run>& days = m_analysis.billSpan.runs; // not empty: memory has a cost
    const TimeRange window { startOfDay(days.front().first), startOfDay(days.back().last + 1) };
    const std::vector<std::size_t> oneSegment { 0 };
    const std::vector<std::size_t>& starts = service.growth ? service.growth->segmentStarts : oneSegment;
    service.attribution = attributeMemory(*service.memoryCost,
        meanLiveSites(*service.series, starts, m_analysis.options.growth.minShareOfHeap), memoryMeans(workloads),
        window);
}

} // namespace heaptoll
