// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace heaptoll {

/// Distance of the samples just before and just after one, in its own series. Units: hours; 0 = not known.
struct Rhythm {
    double before = 0;
    double after = 0;
};

/// One metric of one container of one pod, from all series that report it.
struct Track {
    std::vector<Instant> times;
    std::vector<double> values;
    std::vector<Rhythm> rhythms; ///< of the working set only: two scrapers of one container have two

    /// Union of the times; where both have a value (two scrapers) the larger counts. Rhythms: of all merges or of none.
    void merge(std::span<const Instant> otherTimes, std::span<const double> otherValues,
        std::span<const Rhythm> otherRhythms = {});
    /// Index of the last sample at or before t; nullopt before the first.
    [[nodiscard]] std::optional<std::size_t> indexAt(Instant t) const;
    /// Last known value, or the first one when t is before it: requests rarely change.
    [[nodiscard]] std::optional<double> lastKnown(Instant t) const;
};

/// Of the samples of one series, from the gaps between them: medians of the five gaps before and after each sample, so that
/// a change of the rhythm shows at once and a single rest does not. Where fewer than three gaps tell, that of the whole
/// series is meant; without three at all it is not known. Units: hours. Shape: one more than gaps.
[[nodiscard]] std::vector<Rhythm> rhythmsOf(std::span<const double> gaps);

} // namespace heaptoll
