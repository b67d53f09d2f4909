// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <span>

namespace heaptoll {

/// Means over the window, all replicas together. Units: bytes.
struct MemoryMeans {
    double allocatedBytes = 0; ///< of max(request, working set): what is paid for
    double workingSetBytes = 0;
    double replicas = 0;
};
[[nodiscard]] MemoryMeans memoryMeans(const std::vector<const WorkloadUsage*>& workloads);

/// Mean live bytes per site and process, integrated piecewise linearly over the series. Most first. Sites are those of the
/// growth report (growth_blame.h), so that a finding and its money name one place.
[[nodiscard]] std::vector<AttributedSite> meanLiveSites(
    const UnifiedSeries& series, std::span<const std::size_t> segmentStarts, double minShareOfHeap);

/// Splits the memory cost of a service over its sites, the rest of its working set, and its headroom. Sums exactly.
/// Method: FINDINGS.md "Attribution".
[[nodiscard]] Attribution attributeMemory(
    Decimal memoryCost, std::vector<AttributedSite> sites, const MemoryMeans& means, const TimeRange& window);

} // namespace heaptoll
