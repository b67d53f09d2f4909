// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"

#include <cstdint>
#include <vector>

namespace heaptoll {

/// The course of one event recording over time, and per-stack values of any range of it without the file.
/// Shape: the tick columns are of equal length. Units: bytes and counts, cumulative counts since the start.
class AllocationTimeline {
public:
    /// Per-stack change over a range (from, to]. Shape: parallel columns, one row per stack that has any value.
    struct RangeValues {
        std::vector<NodeId> stacks;
        std::vector<std::int64_t> liveBytesAtEnd;
        std::vector<std::int64_t> liveBytesDelta;
        std::vector<std::int64_t> allocatedBytes;
        std::vector<std::int64_t> allocations;
    };

    AllocationTimeline() = default;
    AllocationTimeline(const AllocationTimeline&) = delete;
    AllocationTimeline& operator=(const AllocationTimeline&) = delete;
    AllocationTimeline(AllocationTimeline&&) = delete;
    AllocationTimeline& operator=(AllocationTimeline&&) = delete;
    virtual ~AllocationTimeline() = default;

    [[nodiscard]] virtual const std::vector<Span>& times() const = 0; ///< of the ticks, since the start, ascending
    [[nodiscard]] virtual const std::vector<std::int64_t>& liveBytes() const = 0;
    [[nodiscard]] virtual const std::vector<std::int64_t>& allocations() const = 0;
    [[nodiscard]] virtual const std::vector<std::int64_t>& residentBytes() const = 0; ///< 0 = not yet known
    /// Complexity: O(stacks + changes between neighbouring checkpoints), well below 100 ms for 60 M events.
    [[nodiscard]] virtual RangeValues range(Span from, Span to) const = 0;
};

} // namespace heaptoll
