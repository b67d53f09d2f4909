// SPDX-License-Identifier: Apache-2.0
// One union of stacks over several profiles of a service.
#include "core/analysis/growth.h"
#include "core/analysis/trie_walk.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

namespace heaptoll {
namespace {

/// Copies the stacks of one profile into the union; remembers which node became which.
class UnionIndex {
public:
    UnionIndex()
        : m_index(std::make_shared<Profile>())
    { }

    [[nodiscard]] std::vector<std::uint32_t> add(const Profile& profile, const TaskContext& task)
    {
        StopPoll poll(task);
        const std::vector<FrameId> frames = mapFrames(profile);
        const auto parents = profile.stacks.parents();
        std::vector<std::uint32_t> nodes(parents.size(), 0);
        for (std::size_t n = 1; n < parents.size() && !poll.stopped(); ++n) {
            const NodeId parent { std::size_t { nodes[parents[n]] } };
            nodes[n] = m_index->stacks.child(parent, frames[profile.stacks.frames()[n]]).value;
        }
        return nodes;
    }

    [[nodiscard]] std::shared_ptr<Profile> take()
    {
        m_index->stacks.freeze();
        return std::move(m_index);
    }

    [[nodiscard]] std::size_t stackCount() const { return m_index->stacks.size(); }

private:
    /// Identity across builds: function, file and line; the module and address only where there is no function.
    std::vector<FrameId> mapFrames(const Profile& profile)
    {
        std::vector<FrameId> frames(profile.frames.size());
        for (std::size_t f = 1; f < profile.frames.size(); ++f) {
            const Frame& from = profile.frames.at(FrameId { f });
            const auto copy = [&](StringId id) { return m_index->strings.intern(profile.strings.view(id)); };
            Frame to;
            to.function = copy(from.function);
            to.systemName = copy(from.systemName);
            to.module = copy(from.module);
            to.file = copy(from.file);
            to.line = from.line;
            to.isInlined = from.isInlined;
            if (from.function.isNone()) {
                to.address = from.address;
            } else {
                to.module = moduleOf(to);
                to.systemName = to.function;
            }
            frames[f] = m_index->frames.intern(to);
        }
        return frames;
    }

    /// The module of the first profile that names the function in that file: a renamed binary is no other code.
    StringId moduleOf(const Frame& frame)
    {
        const std::uint64_t key = (std::uint64_t { frame.function.value } << 32U) | frame.file.value;
        return m_modules.try_emplace(key, frame.module).first->second;
    }

    std::shared_ptr<Profile> m_index;
    std::unordered_map<std::uint64_t, StringId> m_modules;
};

std::vector<Metric> commonMetrics(const std::vector<SeriesPoint>& points)
{
    std::vector<Metric> metrics;
    for (const ValueType& type : points.front().profile->valueTypes) {
        const bool everywhere = std::ranges::all_of(
            points, [&](const SeriesPoint& point) { return point.profile->valueIndex(type.metric).has_value(); });
        if (type.metric != Metric::Custom && everywhere && std::ranges::find(metrics, type.metric) == metrics.end()) {
            metrics.push_back(type.metric);
        }
    }
    return metrics;
}

void addValues(
    UnifiedSeries& series, const Profile& profile, const std::vector<std::uint32_t>& nodes, std::size_t point)
{
    for (std::size_t k = 0; k < series.metrics.size(); ++k) {
        const auto& column = profile.samples.values[*profile.valueIndex(series.metrics[k])];
        std::vector<std::int64_t>& values = series.values[k];
        for (std::size_t i = 0; i < profile.samples.size(); ++i) {
            std::int64_t& cell = values[nodes[profile.samples.stacks[i]] * series.times.size() + point];
            cell = addSaturated(cell, column[i]);
        }
    }
}

} // namespace

std::optional<std::size_t> UnifiedSeries::metricIndex(Metric metric) const
{
    const auto it = std::ranges::find(metrics, metric);
    return it == metrics.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - metrics.begin()));
}

UnifiedSeries unifySeries(const std::vector<SeriesPoint>& points, const TaskContext& task)
{
    UnifiedSeries series;
    std::vector<SeriesPoint> ordered;
    std::ranges::copy_if(
        points, std::back_inserter(ordered), [](const SeriesPoint& p) { return p.profile != nullptr; });
    std::ranges::stable_sort(ordered, {}, &SeriesPoint::time);
    UnionIndex index;
    std::vector<std::vector<std::uint32_t>> nodes;
    for (const SeriesPoint& point : ordered) {
        series.times.push_back(point.time);
        series.samplingPeriodBytes = std::max(series.samplingPeriodBytes, point.profile->sampling.periodBytes);
        nodes.push_back(index.add(*point.profile, task));
        if (task.cancelled()) {
            return {};
        }
    }
    if (!ordered.empty()) {
        series.metrics = commonMetrics(ordered);
    }
    series.values.assign(series.metrics.size(), std::vector<std::int64_t>(index.stackCount() * ordered.size(), 0));
    for (std::size_t p = 0; p < ordered.size(); ++p) {
        if (task.cancelled()) {
            return {};
        }
        addValues(series, *ordered[p].profile, nodes[p], p);
    }
    series.index = index.take();
    return series;
}

} // namespace heaptoll
