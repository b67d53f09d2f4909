// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/growth.h"
#include "core/analysis/growth_units.h"
#include "core/analysis/statistics.h"

#include <cstddef>
#include <span>
#include <vector>

namespace heaptoll {

/// Sampling noise of one value. Units: bytes; expected sampled objects.
struct SamplingNoise {
    double sigma = 0; ///< 0 = exact
    double sampled = 0; ///< expected number of sampled objects; 0 = exact
};
/// k = objects x (1 - exp(-average size / period)), sigma = bytes / sqrt(k): a heap sampler picks an object with that
/// probability, and the estimate scales by its inverse. Source: tcmalloc and Go runtime sampling; GROWTH.md.
[[nodiscard]] SamplingNoise samplingNoise(double bytes, double objects, double periodBytes);

/// The numbers that the verdict rests on, of one unit. Units: bytes, bytes per hour, hours since the first point.
struct GrowthShape {
    TheilSenFit fit; ///< over all segments
    MannKendall trend;
    std::size_t begin = 0; ///< longest segment
    std::size_t end = 0;
    double hours = 0; ///< length of that segment
    double gain = 0; ///< robust: slope x hours, within that segment
    double secondHalfGain = 0;
    double lastThirdGain = 0;
    double lastThirdNoise = 0; ///< scatter of the last third about its own line
    double drawDown = 0; ///< deepest fall below an earlier maximum over the range of the values, in [0, 1]
    double largestStepShare = 0; ///< largest single rise over the gain
    double rSquared = 0; ///< of the straight line
    double peakLevel = 0;
    double firstLevel = 0;
    SamplingNoise noise; ///< at the last point
    std::size_t onset = 0; ///< point where the growth starts
};

/// Hours since the first point. Shape: times.size().
[[nodiscard]] std::vector<double> hoursSinceFirst(std::span<const Instant> times);

[[nodiscard]] GrowthShape growthShape(const GrowthUnit& unit, std::span<const double> hours,
    std::span<const std::size_t> segmentStarts, double periodBytes);

} // namespace heaptoll
