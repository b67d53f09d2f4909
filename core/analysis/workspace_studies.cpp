// SPDX-License-Identifier: Apache-2.0
// What is computed for each service once its data is joined.
#include "core/analysis/attribution.h"
#include "core/analysis/growth_processes.h"
#include "core/analysis/leak_usage.h"
#include "core/analysis/sizing_saving.h"
#include "core/analysis/workspace_join.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <iterator>

namespace heaptoll {

/// Growth of each of the processes, and of all of them together.
void WorkspaceJoin::studySeries(
    ServiceView& service, const PlacedProfiles& placed, const std::vector<Instant>& restarts)
{
    std::vector<ProcessReport> reports;
    std::vector<std::shared_ptr<const UnifiedSeries>> series;
    for (const ProcessSeries& process : splitProcesses(placed.points, placed.paths)) {
        series.push_back(std::make_shared<const UnifiedSeries>(unifySeries(process.points, m_task)));
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

/// Every recording by itself, the longest first: it has seen most.
void WorkspaceJoin::studyRecordings(ServiceView& service, const std::vector<std::size_t>& documents)
{
    struct Study {
        GrowthStudy study;
        UnifiedSeries series;
    };
    std::vector<Study> studies;
    for (const std::size_t d : documents) {
        const Document& document = *m_analysis.documents[d];
        const auto profile = document.profile();
        const std::optional<Instant> placed = placedTime(m_analysis, document);
        const Instant start = placed.value_or(Instant {});
        Study one;
        one.series = hasCourse(*profile) ? seriesOfRecording(profile, start, m_task)
                                         : unifySeries({ { start, profile, document.isComplete } }, m_task);
        if (one.series.times.empty()) {
            continue;
        }
        if (profile->suppressedBytes.value_or(0) > 0) {
            m_analysis.notes.push_back(document.path + ": "
                + formatBytes(static_cast<double>(*profile->suppressedBytes))
                + " live at its end are of stacks that its own rules suppress; these are not judged");
        }
        one.study.source = document.path;
        one.study.isRelative = !placed;
        one.study.growth = analyzeGrowth(one.series, {}, m_analysis.options.growth, m_task);
        studies.push_back(std::move(one));
    }
    std::ranges::stable_sort(studies, std::ranges::greater {}, [](const Study& one) { return one.study.growth.hours; });
    for (Study& one : studies) {
        if (service.growth) {
            service.furtherGrowth.push_back(std::move(one.study));
            continue;
        }
        service.growth = std::move(one.study.growth);
        service.growthSource = std::move(one.study.source);
        service.isRelative = one.study.isRelative;
        service.series = std::make_shared<const UnifiedSeries>(std::move(one.series));
    }
}

/// What was given and is not in the growth, and why. A service without any growth has nothing to compare that with.
void WorkspaceJoin::noteLeftOut(const ServiceView& service, const PlacedProfiles& placed)
{
    if (!service.growth) {
        return;
    }
    const auto note = [&](const std::vector<std::string>& paths, const std::string& why) {
        constexpr std::size_t kNamed = 8;
        std::string text;
        for (std::size_t i = 0; i < std::min(paths.size(), kNamed); ++i) {
            text += (i == 0 ? "" : ", ") + paths[i];
        }
        if (paths.size() > kNamed) {
            text += " and " + std::to_string(paths.size() - kNamed) + " more";
        }
        if (!paths.empty()) {
            m_analysis.notes.push_back(text + ": left out of the growth of " + service.name + ", " + why);
        }
    };
    note(placed.timeless, "no wall-clock time inside");
    note(placed.withoutLive, "no live bytes inside");
    if (placed.points.size() == 1) {
        note(placed.paths, "one profile with live bytes is no series");
    }
}

void WorkspaceJoin::studyProfiles(ServiceView& service)
{
    const PlacedProfiles placed = placedProfiles(m_analysis, service.profileDocuments);
    std::vector<Instant> restarts;
    for (const std::size_t w : service.workloads) {
        for (const PodEvent& event : m_analysis.workloads[w].events) {
            restarts.push_back(event.time);
        }
    }
    std::ranges::sort(restarts);
    if (placed.points.size() >= 2) {
        studySeries(service, placed, restarts);
    }
    studyRecordings(service, placed.recordings);
    if (!service.series && placed.points.size() == 1) {
        // one snapshot of a running process: live memory, nothing to judge
        service.series = std::make_shared<const UnifiedSeries>(unifySeries(placed.points, m_task));
    }
    noteLeftOut(service, placed);
}

void WorkspaceJoin::studyUsage(ServiceView& service)
{
    for (const std::size_t w : service.workloads) {
        if (m_task.cancelled()) {
            return; // run() says so
        }
        service.trends.push_back(usageTrend(m_analysis.workloads[w], m_task));
    }
    const bool heapLeaks = leaksInPods(m_analysis, service);
    for (std::size_t i = 0; i < service.workloads.size(); ++i) {
        const WorkloadUsage& usage = m_analysis.workloads[service.workloads[i]];
        const bool isLeaking = heapLeaks || service.trends[i].isGrowing;
        service.sizing.push_back(adviseSize(usage, m_analysis.options.sizing, isLeaking, m_task));
    }
    priceSizing(service, m_analysis.workloads, m_analysis.options.hoursPerMonth);
}

/// Pods that hold more than is billed make no saving larger than the bill; the reader has to know which services these are.
void WorkspaceJoin::noteUnbilledMemory()
{
    constexpr std::size_t kMostNamed = 5;
    std::vector<std::string> named;
    for (const auto& [name, service] : m_views) {
        const bool saves = std::ranges::any_of(
            service.sizing, [](const SizingAdvice& a) { return a.saving && a.saving->amount > Decimal {}; });
        const auto balance = memoryBalance(service, m_analysis.workloads, m_analysis.options.hoursPerMonth);
        if (saves && balance && balance->isUnbilled()) {
            constexpr double kGib = 1024.0 * 1024 * 1024;
            named.push_back(name + " (" + formatBytes(balance->heldGib * kGib) + " held, "
                + formatBytes(balance->billedGib * kGib) + " billed)");
        }
    }
    std::string list;
    for (std::size_t i = 0; i < std::min(named.size(), kMostNamed); ++i) {
        list += (i == 0 ? "" : ", ") + named[i];
    }
    if (!named.empty()) {
        m_analysis.notes.push_back("pods hold more memory than the bill pays for in " + std::to_string(named.size())
            + (named.size() == 1 ? " service: " : " services: ") + list + (named.size() > kMostNamed ? ", ..." : "")
            + ". What a smaller request saves there is at most its part of what is billed");
    }
}

void WorkspaceJoin::studyCosts(ServiceView& service)
{
    const std::map<std::int64_t, double>& daily = m_dailyByUse[service.name];
    if (service.isBucket || daily.empty()) {
        return;
    }
    for (const BillSpan::Run& run :
        searchedRuns(m_analysis.billSpan, { daily.begin()->first, daily.rbegin()->first })) {
        const auto days = static_cast<std::size_t>(run.last - run.first + 1);
        constexpr std::size_t kMostDays = 20000;
        if (days > kMostDays) {
            m_analysis.notes.push_back(service.name + ": not searched for anomalies, its charges are dated over "
                + std::to_string(days) + " days (" + toIsoDate(startOfDay(run.first)) + " to "
                + toIsoDate(startOfDay(run.last)) + "), more than a bill has: see the dates of its rows");
            continue;
        }
        std::vector<Instant> times(days);
        std::vector<double> values(days, 0.0);
        for (std::size_t i = 0; i < days; ++i) {
            times[i] = startOfDay(run.first + static_cast<std::int64_t>(i));
        }
        for (auto it = daily.lower_bound(run.first); it != daily.end() && it->first <= run.last; ++it) {
            values[static_cast<std::size_t>(it->first - run.first)] = it->second;
        }
        std::ranges::move(
            detectAnomalies(times, values, m_analysis.options.anomaly, m_task), std::back_inserter(service.anomalies));
    }
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
