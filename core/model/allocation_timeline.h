// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"
#include "core/sdk/heap_sink.h"

#include <cstdint>
#include <vector>

namespace heaptoll {

/// The course of one recording over time, and per-stack values of any range of it without the file. Of events
/// (RecordingTimeline) or of states (StateTimeline).
/// Shape: the tick columns are of equal length. Units: bytes and counts, cumulative counts since the start.
class AllocationTimeline {
public:
    /// Per-stack change over a range (from, to]. Shape: parallel columns, one row per stack that has any value.
    struct RangeValues {
        std::vector<NodeId> stacks;
        std::vector<std::int64_t> liveBytesAtEnd;
        std::vector<std::int64_t> liveBytesDelta;
        std::vector<std::int64_t> allocatedBytes; ///< empty: of states, which do not know
        std::vector<std::int64_t> allocations; ///< as well
    };

    AllocationTimeline() = default;
    AllocationTimeline(const AllocationTimeline&) = delete;
    AllocationTimeline& operator=(const AllocationTimeline&) = delete;
    AllocationTimeline(AllocationTimeline&&) = delete;
    AllocationTimeline& operator=(AllocationTimeline&&) = delete;
    virtual ~AllocationTimeline() = default;

    [[nodiscard]] virtual const std::vector<Span>& times() const = 0; ///< of the ticks, since the start, ascending
    [[nodiscard]] virtual const std::vector<std::int64_t>& liveBytes() const = 0;
    [[nodiscard]] virtual const std::vector<std::int64_t>& allocations() const = 0; ///< empty: of states
    [[nodiscard]] virtual const std::vector<std::int64_t>&
    residentBytes() const = 0; ///< 0 = not yet known; empty: of states
    /// The instants at which range() is exact, ascending; the start, which is always one, is not listed.
    [[nodiscard]] virtual const std::vector<Span>& checkpointTimes() const = 0;
    [[nodiscard]] virtual sdk::RecordingClock clock() const { return sdk::RecordingClock::Time; }
    /// Complexity: O(stacks + changes between neighbouring checkpoints), well below 100 ms for 60 M events.
    [[nodiscard]] virtual RangeValues range(Span from, Span to) const = 0;
};

} // namespace heaptoll
