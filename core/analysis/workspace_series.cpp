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

PlacedProfiles placedProfiles(
    const WorkspaceAnalysis& analysis, const std::vector<std::size_t>& documents, std::vector<std::string>& notes)
{
    std::vector<std::pair<SeriesPoint, std::string>> placed;
    std::size_t unplaced = 0;
    for (const std::size_t d : documents) {
        const Document& document = *analysis.documents[d];
        const auto profile = document.profile();
        const auto time = placedTime(analysis, document);
        if (!profile || !profile->valueIndex(Metric::LiveBytes)) {
            continue; // no live heap (goroutines, allocations only): no point of a growth series
        }
        if (time) {
            placed.push_back({ { *time, profile, document.isComplete }, document.path });
        } else {
            ++unplaced;
        }
    }
    if (unplaced > 0 && !placed.empty()) {
        notes.push_back(std::to_string(unplaced) + " recordings have no wall-clock time and are not in the series");
    }
    std::ranges::stable_sort(placed, {}, [](const auto& entry) { return entry.first.time; });
    PlacedProfiles result;
    for (auto& [point, path] : placed) {
        result.points.push_back(std::move(point));
        result.paths.push_back(std::move(path));
    }
    return result;
}

UnifiedSeries seriesOfRecording(const std::shared_ptr<const Profile>& profile, Instant start)
{
    constexpr std::size_t kCuts = 24; // each costs one range query
    UnifiedSeries series;
    series.index = profile;
    const AllocationTimeline& timeline = *profile->timeline;
    if (timeline.times().empty()) {
        return series;
    }
    const Span end = timeline.times().back();
    series.metrics = { Metric::LiveBytes, Metric::AllocBytes };
    series.samplingPeriodBytes = profile->sampling.periodBytes;
    series.values.assign(2, std::vector<std::int64_t>(profile->stacks.size() * kCuts, 0));
    for (std::size_t cut = 0; cut < kCuts; ++cut) {
        const Span to { end.ns / static_cast<std::int64_t>(kCuts) * static_cast<std::int64_t>(cut + 1) };
        series.times.push_back(start + to);
        const AllocationTimeline::RangeValues values = timeline.range(Span {}, to);
        for (std::size_t i = 0; i < values.stacks.size(); ++i) {
            const std::size_t cell = values.stacks[i].index() * kCuts + cut;
            series.values[0][cell] = values.liveBytesAtEnd[i];
            series.values[1][cell] = values.allocatedBytes[i];
        }
    }
    return series;
}

} // namespace heaptoll
