// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll {

/// Median of finite values; the mean of the middle two for an even count. values must not be empty.
[[nodiscard]] double median(std::vector<double> values);
/// Quantile q in [0, 1], linear interpolation between order statistics (type 7). values must not be empty.
[[nodiscard]] double quantile(std::vector<double> values, double q);
/// Nearest-rank percentile: the smallest value with at least q of the values at or below it.
[[nodiscard]] double nearestRank(std::vector<double> values, double q);

/// Robust line through points. Units: y per x.
struct TheilSenFit {
    double slope = 0;
    double low = 0; ///< 95 % interval by Kendall's statistic
    double high = 0;
    double intercept = 0;
};
/// Segments never mix: pairs are formed within each [starts[i], starts[i+1]).
/// Source: Theil 1950, Sen 1968. Complexity: O(n^2) up to 400 points, then sampled pairs (fixed seed).
[[nodiscard]] TheilSenFit theilSen(
    std::span<const double> x, std::span<const double> y, std::span<const std::size_t> segmentStarts);

/// Two-sided p of the Mann-Kendall trend test, with tie correction; segments are combined by summing S and its variance.
/// Source: Mann 1945, Kendall 1975.
struct MannKendall {
    double s = 0;
    double pValue = 1;
};
[[nodiscard]] MannKendall mannKendall(std::span<const double> y, std::span<const std::size_t> segmentStarts);

} // namespace heaptoll
