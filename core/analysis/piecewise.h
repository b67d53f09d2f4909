// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"

#include <cstddef>
#include <span>
#include <vector>

namespace heaptoll {

/// A stretch [begin, end) with the least-squares line through it; short stretches are flat.
struct LinePiece {
    std::size_t begin = 0;
    std::size_t end = 0;
    double first = 0; ///< of the line, at begin
    double slope = 0; ///< per point

    [[nodiscard]] std::size_t size() const { return end - begin; }
    [[nodiscard]] double at(double index) const { return first + slope * (index - static_cast<double>(begin)); }
    [[nodiscard]] double last() const { return at(static_cast<double>(end) - 1); }
};

/// Shortest stretch that may slope; shorter ones are flat, or every bit of noise would be a slope.
inline constexpr std::size_t kMinSlopePoints = 8;

/// The partition into lines with the least sum of squared residuals + penalty per piece: exact, by dynamic programming.
/// Source: Jackson et al. 2005 (optimal partitioning). Complexity: O(n^2). A cancelled task gets one piece.
[[nodiscard]] std::vector<LinePiece> fitPieces(
    std::span<const double> values, double penalty, const TaskContext& task = {});

} // namespace heaptoll
