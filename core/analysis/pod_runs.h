// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workload.h"

#include <cstddef>
#include <vector>

namespace heaptoll {

/// One uninterrupted run of one pod: indices into its samples, half-open.
struct PodRun {
    std::size_t pod = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Splits every pod at its restarts, at gaps of more than three steps, and where it loses 30 % from one sample to the
/// next: a process does not give back that much, but a new one starts there (restarts are lost with short histories).
[[nodiscard]] std::vector<PodRun> podRuns(const WorkloadUsage& usage);

} // namespace heaptoll
