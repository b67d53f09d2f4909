// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/growth.h"
#include "core/analysis/growth_units.h"
#include "core/analysis/statistics.h"

#include <cstddef>
#include <span>
#include <vector>

namespace heaptoll {

/// Below this many points a shape (plateau, saw-tooth, warm-up) cannot be told from a leak that pauses.
constexpr std::size_t kPointsForShape = 30;

/// Sampling noise of one value. Units: bytes; expected sampled objects.
struct SamplingNoise {
    double sigma = 0; ///< 0 = exact
    double sampled = 0; ///< expected number of sampled objects; 0 = exact
};
/// k = objects x (1 - exp(-average size / period)), sigma = bytes / sqrt(k): a heap sampler picks an object with that
/// probability, and the estimate scales by its inverse. Source: tcmalloc and Go runtime sampling; GROWTH.md.
[[nodiscard]] SamplingNoise samplingNoise(double bytes, double objects, double periodBytes);

/// Growth in the last part of the segments, against what the rise before it leads to expect. Units: bytes.
struct LateGrowth {
    double gain = 0; ///< Theil-Sen
    double low = 0; ///< no less than this came; the gain itself where nothing is ever freed
    double high = 0; ///< no more than this came, 97.5 % sure
    double expected = 0; ///< had it gone on as before
    std::size_t points = 0; ///< 0 = no segment is long enough
};

/// The numbers that the verdict rests on, of one unit. Units: bytes, bytes per hour, hours since the first point.
struct GrowthShape {
    TheilSenFit fit; ///< over all segments
    MannKendall trend;
    std::size_t begin = 0; ///< longest segment
    std::size_t end = 0;
    std::size_t points = 0; ///< of all segments that are long enough to have a shape
    double hours = 0; ///< length of the longest segment
    double gain = 0; ///< robust: slope x hours, within that segment
    double secondHalfShare = 0; ///< of the gain, over all segments that have a shape
    double lastThirdShare = 0;
    LateGrowth lastHalf;
    LateGrowth lastThird;
    double drawDown = 0; ///< deepest fall below an earlier maximum over the range of the values, in [0, 1]
    double largestStepShare = 0; ///< largest single rise over the gain
    double rSquared = 0; ///< of the straight line
    double peakLevel = 0;
    double firstLevel = 0;
    SamplingNoise noise; ///< at the last point
    std::size_t onset = 0; ///< point where the growth starts
    bool mayBeWarmUp =
        false; ///< too short to tell a leak from a start-up that ends later: below 30 points, one segment
};

/// Hours since the first point. Shape: times.size().
[[nodiscard]] std::vector<double> hoursSinceFirst(std::span<const Instant> times);

[[nodiscard]] GrowthShape growthShape(const GrowthUnit& unit, std::span<const double> hours,
    std::span<const std::size_t> segmentStarts, double periodBytes);

} // namespace heaptoll
