// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/call_tree.h"
#include "core/analysis/trie_walk.h"
#include "core/base/decimal.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

namespace heaptoll {
namespace {

constexpr std::string_view kRuntimeGroup = "[runtime]";

/// Groups of frames by name. Group 0 is for stacks without any frame that users own (only when runtime folds).
struct Groups {
    std::vector<std::string> names { std::string(kRuntimeGroup) };
    std::vector<std::uint32_t> ofFrame;
};

std::string siteName(const Profile& profile, const Frame& frame)
{
    const std::string_view file = profile.strings.view(frame.file);
    std::string name(profile.strings.view(frame.function));
    if (name.empty() && file.empty()) {
        name = unnamedFunction(profile.strings.view(frame.module));
        if (frame.address == 0) {
            return name;
        }
        std::array<char, 32> address {};
        std::snprintf(address.data(), address.size(), " 0x%llx", static_cast<unsigned long long>(frame.address));
        return name + address.data();
    }
    if (file.empty()) {
        return name;
    }
    name += name.empty() ? "" : " ";
    name += file;
    return frame.line == 0 ? name : name + ":" + std::to_string(frame.line);
}

std::string groupName(const Profile& profile, const Frame& frame, GroupBy by)
{
    const std::string_view module = profile.strings.view(frame.module);
    switch (by) {
    case GroupBy::Function: break; // functionLabels()
    case GroupBy::Site: return siteName(profile, frame);
    case GroupBy::File:
        return frame.file.isNone() ? unnamedFunction(module) : std::string(profile.strings.view(frame.file));
    case GroupBy::Module: return module.empty() ? std::string("<unknown>") : std::string(module);
    }
    return {};
}

Groups groupFrames(const Profile& profile, GroupBy by)
{
    Groups groups;
    if (by == GroupBy::Function) {
        FunctionLabels labels = functionLabels(profile);
        groups.ofFrame = std::move(labels.ofFrame);
        for (std::uint32_t& group : groups.ofFrame) {
            ++group;
        }
        groups.names.insert(groups.names.end(), std::make_move_iterator(labels.names.begin()),
            std::make_move_iterator(labels.names.end()));
        return groups;
    }
    groups.ofFrame.resize(profile.frames.size());
    std::unordered_map<std::string, std::uint32_t> known;
    for (std::size_t i = 0; i < profile.frames.size(); ++i) {
        const auto [it, isNew] = known.try_emplace(
            groupName(profile, profile.frames.at(FrameId { i }), by), static_cast<std::uint32_t>(groups.names.size()));
        if (isNew) {
            groups.names.push_back(it->first);
        }
        groups.ofFrame[i] = it->second;
    }
    return groups;
}

/// What is gathered per group during the walk.
struct GroupSums {
    std::int64_t self = 0;
    std::int64_t total = 0;
    std::uint32_t onPath = 0; ///< how many frames of the group the walk is inside of
    Int128 walkedBefore = 0; ///< sum of all values walked when the outermost of them was entered
    std::uint32_t valuesBefore = 0;
    std::uint64_t bestWeight = 0; ///< of the frame that stands for the group
    std::uint32_t bestFrame = 0;
    bool isTouched = false; ///< a stack with a value runs through it
    bool isInlined = true;
};

std::int64_t clamped(Int128 value)
{
    constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
    constexpr Int128 kMin = std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(std::clamp(value, kMin, kMax));
}

class TopBuilder {
public:
    TopBuilder(const Profile& profile, std::span<const std::int64_t> self, GroupBy by, RuntimeFrames runtime,
        const TaskContext& task)
        : m_poll(task)
        , m_profile(profile)
        , m_self(self)
        , m_groups(groupFrames(profile, by))
        , m_sums(m_groups.names.size())
    {
        if (runtime == RuntimeFrames::Fold) {
            m_isRuntime = runtimeFlags(profile);
        }
    }

    std::vector<TopRow> run()
    {
        sumSelf();
        sumTotals();
        if (m_poll.stopped()) {
            return {};
        }
        pickRepresentatives();
        return rows();
    }

private:
    /// The group a node counts for: that of its frame, or of the nearest caller that is not runtime.
    [[nodiscard]] std::uint32_t ownGroup(std::uint32_t node) const
    {
        const std::uint32_t frame = m_profile.stacks.frames()[node];
        return m_isRuntime.empty() || m_isRuntime[frame] == 0 ? m_groups.ofFrame[frame] : 0;
    }

    void sumSelf()
    {
        const auto parents = m_profile.stacks.parents();
        std::vector<std::uint32_t> folded(m_isRuntime.empty() ? 0 : parents.size(), 0);
        for (std::uint32_t node = 1; node < parents.size() && !m_poll.stopped(); ++node) {
            std::uint32_t group = ownGroup(node);
            if (!folded.empty()) {
                group = group == 0 ? folded[parents[node]] : group;
                folded[node] = group;
            }
            if (m_self[node] != 0) {
                m_sums[group].self = addSaturated(m_sums[group].self, m_self[node]);
            }
        }
    }

    /// The value of a subtree is what the walk adds up between entering and leaving it.
    void sumTotals()
    {
        m_frameWeights.assign(m_profile.frames.size(), 0);
        Int128 walked = 0;
        std::uint32_t valuesSeen = 0;
        const auto enter = [&](std::uint32_t node) {
            if (m_poll.stopped()) {
                return;
            }
            const std::uint32_t frame = m_profile.stacks.frames()[node];
            GroupSums& sums = m_sums[ownGroup(node)];
            if (sums.onPath++ == 0) {
                sums.walkedBefore = walked;
                sums.valuesBefore = valuesSeen;
            }
            sums.isInlined = sums.isInlined && m_profile.frames.all()[frame].isInlined;
            walked += m_self[node];
            valuesSeen += m_self[node] != 0 ? 1U : 0U;
        };
        const auto leave = [&](std::uint32_t node) {
            GroupSums& sums = m_sums[ownGroup(node)];
            if (m_poll.stopped() || --sums.onPath != 0) {
                return; // a recursive call: the outermost one counts
            }
            const std::int64_t value = clamped(walked - sums.walkedBefore);
            sums.total = addSaturated(sums.total, value);
            sums.isTouched = sums.isTouched || valuesSeen != sums.valuesBefore;
            std::uint64_t& weight = m_frameWeights[m_profile.stacks.frames()[node]];
            if (__builtin_add_overflow(weight, magnitude(value), &weight)) {
                weight = std::numeric_limits<std::uint64_t>::max();
            }
        };
        walkDepthFirst(m_profile.stacks.parents(), enter, leave);
        // Group 0: stacks without a frame of the user's. What runtime frames call back into is not their doing.
        m_sums[0].total = m_sums[0].self;
        m_sums[0].isTouched = m_sums[0].self != 0;
        m_sums[0].isInlined = false;
    }

    void pickRepresentatives()
    {
        for (std::uint32_t frame = 1; frame < m_profile.frames.size(); ++frame) {
            const bool folds = !m_isRuntime.empty() && m_isRuntime[frame] != 0;
            GroupSums& sums = m_sums[folds ? 0 : m_groups.ofFrame[frame]];
            if (sums.bestFrame == 0 || m_frameWeights[frame] > sums.bestWeight) {
                sums.bestWeight = m_frameWeights[frame];
                sums.bestFrame = frame;
            }
        }
    }

    std::vector<TopRow> rows()
    {
        std::vector<TopRow> rows;
        for (std::size_t group = 0; group < m_sums.size(); ++group) {
            const GroupSums& sums = m_sums[group];
            if (!sums.isTouched) {
                continue;
            }
            TopRow row;
            row.name = std::move(m_groups.names[group]);
            row.site = group == 0 ? Site { row.name, {}, 0, {} } : siteOf(sums.bestFrame);
            row.self = sums.self;
            row.total = sums.total;
            row.isInlined = sums.isInlined;
            rows.push_back(std::move(row));
        }
        std::ranges::sort(rows,
            [](const TopRow& a, const TopRow& b) { return a.total != b.total ? a.total > b.total : a.name < b.name; });
        return rows;
    }

    [[nodiscard]] Site siteOf(std::uint32_t frameRow) const
    {
        const Frame& frame = m_profile.frames.at(FrameId { frameRow });
        const auto text = [&](StringId id) { return std::string(m_profile.strings.view(id)); };
        return { text(frame.function), text(frame.file), frame.line, text(frame.module) };
    }

    StopPoll m_poll;
    const Profile& m_profile;
    std::span<const std::int64_t> m_self;
    Groups m_groups;
    std::vector<GroupSums> m_sums;
    std::vector<std::uint8_t> m_isRuntime; ///< empty = runtime frames are kept
    std::vector<std::uint64_t> m_frameWeights;
};

std::optional<std::int64_t> checkedSum(std::span<const std::int64_t> values)
{
    std::int64_t sum = 0;
    for (const std::int64_t value : values) {
        if (__builtin_add_overflow(sum, value, &sum)) {
            return std::nullopt;
        }
    }
    return sum;
}

} // namespace

std::vector<std::int64_t> selfPerNode(const Profile& profile, std::size_t valueIndex)
{
    std::vector<std::int64_t> self(profile.stacks.size(), 0);
    const std::vector<std::int64_t>& values = profile.samples.values[valueIndex];
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::int64_t& sum = self[profile.samples.stacks[i]];
        sum = addSaturated(sum, values[i]);
    }
    return self;
}

TopTable topTable(
    const Profile& profile, std::size_t valueIndex, GroupBy by, RuntimeFrames runtime, const TaskContext& task)
{
    const std::vector<std::int64_t> self = selfPerNode(profile, valueIndex);
    TopTable table = topTable(profile, self, profile.valueTypes[valueIndex], by, runtime, task);
    table.total = profile.total(valueIndex); // of the samples: sums of one stack may have been capped
    return table;
}

TopTable topTable(const Profile& profile, std::span<const std::int64_t> self, const ValueType& type, GroupBy by,
    RuntimeFrames runtime, const TaskContext& task)
{
    return { type, checkedSum(self), TopBuilder(profile, self, by, runtime, task).run() };
}

} // namespace heaptoll
