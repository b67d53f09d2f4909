// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"
#include "core/model/allocation_timeline.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll {

/// The timeline of a recording that keeps states: a total at every tick, and for some of the ticks, the checkpoints,
/// the live bytes of every stack (massif: dense totals, sparse trees). What was allocated in between is not known.
/// Memory: 12 bytes per stack and checkpoint. Thread: build on one thread; const functions on any.
class StateTimeline final : public AllocationTimeline {
public:
    explicit StateTimeline(sdk::RecordingClock clock)
        : m_clock(clock)
    { }
    /// Times never go back: an earlier one counts as the last.
    void addTotal(Span time, std::int64_t bytes);
    /// The state at the last total. Shape: equal lengths; a stack's rows are added up. Does nothing
    /// before the first total.
    void addState(std::span<const NodeId> stacks, std::span<const std::int64_t> bytes);

    [[nodiscard]] const std::vector<Span>& times() const override { return m_times; }
    [[nodiscard]] const std::vector<std::int64_t>& liveBytes() const override { return m_live; }
    [[nodiscard]] const std::vector<std::int64_t>& allocations() const override { return m_unknown; }
    [[nodiscard]] const std::vector<std::int64_t>& residentBytes() const override { return m_unknown; }
    [[nodiscard]] const std::vector<Span>& checkpointTimes() const override { return m_checkpointTimes; }
    [[nodiscard]] sdk::RecordingClock clock() const override { return m_clock; }
    /// `from` and `to` mean the last checkpoint at or before them; nothing is live before the first.
    /// Complexity: O(rows of the two checkpoints).
    [[nodiscard]] RangeValues range(Span from, Span to) const override;

private:
    struct Row {
        std::uint32_t stack = 0; ///< NodeId value
        std::int64_t bytes = 0;
    };
    /// Rows of the last checkpoint at or before a time, ascending by stack, each stack once.
    [[nodiscard]] std::span<const Row> stateAt(Span time) const;

    sdk::RecordingClock m_clock;
    std::vector<Span> m_times;
    std::vector<std::int64_t> m_live;
    std::vector<std::int64_t> m_unknown; ///< always empty
    std::vector<Span> m_checkpointTimes;
    std::vector<std::size_t> m_ends; ///< of each checkpoint in m_rows
    std::vector<Row> m_rows;
};

} // namespace heaptoll
