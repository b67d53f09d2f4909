// SPDX-License-Identifier: Apache-2.0
// Profiles on the calendar.
#include "core/analysis/trie_walk.h"
#include "core/analysis/workspace_join.h"

#include <algorithm>

namespace heaptoll {

std::optional<Instant> placedTime(const WorkspaceAnalysis& analysis, const Document& document)
{
    const auto profile = document.profile();
    const auto& placements = analysis.options.placementOfPath;
    if (const auto it = placements.find(document.path); it != placements.end()) {
        if (it->second.clock == TimePlacement::Clock::RateOnly) {
            return std::nullopt;
        }
        if (it->second.start) {
            return it->second.start;
        }
    }
    return profile ? profile->time : std::nullopt;
}

PlacedProfiles placedProfiles(const WorkspaceAnalysis& analysis, const std::vector<std::size_t>& documents)
{
    PlacedProfiles result;
    std::vector<std::pair<SeriesPoint, std::string>> placed;
    for (const std::size_t d : documents) {
        const Document& document = *analysis.documents[d];
        const auto profile = document.profile();
        const bool isRecording = hasCourse(*profile);
        if (isRecording || profile->valueIndex(Metric::LeakedBytes)) {
            result.recordings.push_back(d);
        } else if (!profile->valueIndex(Metric::LiveBytes)) {
            result.withoutLive.push_back(document.path);
        } else if (const auto time = placedTime(analysis, document)) {
            placed.push_back({ { *time, profile, document.isComplete }, document.path });
        } else {
            result.timeless.push_back(document.path);
        }
    }
    std::ranges::stable_sort(placed, {}, [](const auto& entry) { return entry.first.time; });
    for (auto& [point, path] : placed) {
        result.points.push_back(std::move(point));
        result.paths.push_back(std::move(path));
    }
    return result;
}

bool hasCourse(const Profile& profile)
{
    return profile.timeline && profile.timeline->times().size() > 1
        && profile.timeline->clock() == sdk::RecordingClock::Time;
}

namespace {

/// One point per state: between them nothing is known.
UnifiedSeries seriesOfStates(const std::shared_ptr<const Profile>& profile, Instant start, const TaskContext& task)
{
    const AllocationTimeline& timeline = *profile->timeline;
    UnifiedSeries series;
    series.index = profile;
    series.metrics = { Metric::LiveBytes };
    series.isOrdinal = timeline.clock() != sdk::RecordingClock::Time;
    std::vector<Span> at = timeline.checkpointTimes();
    at.erase(std::unique(at.begin(), at.end()), at.end());
    series.values.assign(1, std::vector<std::int64_t>(profile->stacks.size() * at.size(), 0));
    for (std::size_t point = 0; point < at.size(); ++point) {
        if (task.cancelled()) {
            return {};
        }
        series.times.push_back(start + (series.isOrdinal ? Span::hours(static_cast<std::int64_t>(point)) : at[point]));
        const AllocationTimeline::RangeValues values = timeline.range(Span {}, at[point]);
        for (std::size_t i = 0; i < values.stacks.size(); ++i) {
            series.values[0][values.stacks[i].index() * at.size() + point] = values.liveBytesAtEnd[i];
        }
    }
    return series;
}

} // namespace

UnifiedSeries seriesOfRecording(const std::shared_ptr<const Profile>& profile, Instant start, const TaskContext& task)
{
    constexpr std::size_t kCuts = 24; // each costs one range query
    UnifiedSeries series;
    series.index = profile;
    const AllocationTimeline& timeline = *profile->timeline;
    if (timeline.times().empty()) {
        return series;
    }
    if (timeline.allocations().empty()) {
        return seriesOfStates(profile, start, task);
    }
    const Span end = timeline.times().back();
    series.metrics = { Metric::LiveBytes, Metric::AllocBytes };
    series.samplingPeriodBytes = profile->sampling.periodBytes;
    series.values.assign(2, std::vector<std::int64_t>(profile->stacks.size() * kCuts, 0));
    for (std::size_t cut = 0; cut < kCuts; ++cut) {
        if (task.cancelled()) {
            return {};
        }
        const Span to { end.ns / static_cast<std::int64_t>(kCuts) * static_cast<std::int64_t>(cut + 1) };
        series.times.push_back(start + to);
        const AllocationTimeline::RangeValues values = timeline.range(Span {}, to);
        for (std::size_t i = 0; i < values.stacks.size(); ++i) {
            if (std::ranges::binary_search(profile->suppressedStacks, values.stacks[i].value)) {
                continue; // kept on purpose, says the recording
            }
            const std::size_t cell = values.stacks[i].index() * kCuts + cut;
            series.values[0][cell] = values.liveBytesAtEnd[i];
            series.values[1][cell] = values.allocatedBytes[i];
        }
    }
    return series;
}

} // namespace heaptoll
