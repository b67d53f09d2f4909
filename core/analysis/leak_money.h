// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/findings_builder.h"

#include <optional>

namespace heaptoll {

/// Growth of one process that a finding answers for. Units: bytes per hour.
struct LeakRate {
    double bytesPerHour = 0;
    double low = 0;
    double high = 0;
};

/// What bounds the leak of a process. Units: bytes.
struct LeakBounds {
    std::optional<double> startBytes; ///< that a pod holds when it starts
    std::optional<double> limitBytes;
    double shareOfGrowth = 1; ///< of all that grows in the process: the rest fills the limit, too
    double processShare = 1; ///< of the replicas, those that leak here
};

/// How long processes run between restarts, weighted by time. Units: hours.
struct LeakRuns {
    double meanHours = 0; ///< 0 = unknown
    std::size_t restartsInProfiles = 0; ///< 0: as usage has it
};
/// Of usage where it saw restarts, else of the series of profiles where that did. Errors: nullopt without a restart.
[[nodiscard]] std::optional<LeakRuns> leakRuns(const FindingContext& context);

/// Prices what leaks and says how: rate x D / 2 x replicas x price, D = the run of a process, which ends at the month,
/// at a restart or at its limit. Checks whether the replicas are known.
void priceLeak(Finding& finding, const FindingContext& context, const LeakRate& rate, const LeakBounds& bounds);

} // namespace heaptoll
