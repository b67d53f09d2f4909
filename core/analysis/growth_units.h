// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/growth.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace heaptoll {

/// The allocations that one place in user code is answerable for (growth_blame.h).
/// Shape: the columns have one value per point; empty where the series lacks the metric.
struct GrowthUnit {
    std::uint32_t frame = 0; ///< index into series.index->frames; of the line that grows most
    std::uint32_t wrapperFrame = 0; ///< the shared wrapper that allocates for it, innermost; 0 = it does so itself
    std::uint32_t heaviestStack = 0; ///< NodeId of the stack that grows most
    std::vector<std::uint32_t> stacks;
    std::vector<double> bytes;
    std::vector<double> objects;
    std::vector<double> allocated; ///< cumulative
};

/// One unit per function of the user's. Stacks without a user frame are one unit per leaf function.
[[nodiscard]] std::vector<GrowthUnit> growthUnits(const UnifiedSeries& series,
    std::span<const std::size_t> segmentStarts, double minShareOfHeap, const TaskContext& task = {});

/// The metric that says what is live: LiveBytes, else LeakedBytes. Errors: nullopt.
[[nodiscard]] std::optional<std::size_t> liveMetric(const UnifiedSeries& series);

/// A node's frames in words, leaf first.
[[nodiscard]] SiteStack stackInWords(const Profile& profile, std::uint32_t node);
[[nodiscard]] Site siteOfFrame(const Profile& profile, std::uint32_t frame);

/// True when the stack ever had a value.
[[nodiscard]] bool hasValues(const UnifiedSeries& series, std::size_t stack);

} // namespace heaptoll
