// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/growth.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll {

/// Who answers for what is allocated at a node. Shape: both per node of the series' index.
struct GrowthBlame {
    std::vector<std::uint32_t> innermost; ///< node of the innermost user frame, else the leaf's own
    /// The same, or its caller where that frame is an allocation wrapper: several callers share it, the growth is that of
    /// few of them, and what the others get from it does not stay. GROWTH.md "Blame".
    std::vector<std::uint32_t> nodes;
};
/// minShareOfHeap: growth below it climbs nowhere. A cancelled task climbs no further.
[[nodiscard]] GrowthBlame growthBlame(const UnifiedSeries& series, std::span<const std::size_t> segmentStarts,
    double minShareOfHeap, const TaskContext& task = {});

} // namespace heaptoll
