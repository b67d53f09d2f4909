// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

namespace heaptoll {

/// Means over the window, all replicas together. Units: bytes.
struct MemoryMeans {
    double allocatedBytes = 0; ///< of max(request, working set): what is paid for
    double workingSetBytes = 0;
    double replicas = 0;
};
[[nodiscard]] MemoryMeans memoryMeans(const std::vector<const WorkloadUsage*>& workloads);

/// Mean live bytes per site and process, integrated piecewise linearly over the series. Most first.
[[nodiscard]] std::vector<AttributedSite> meanLiveSites(const UnifiedSeries& series);

/// Splits the memory cost of a service over its sites, the rest of its working set, and its headroom. Sums exactly.
/// Method: FINDINGS.md "Attribution".
[[nodiscard]] Attribution attributeMemory(
    Decimal memoryCost, std::vector<AttributedSite> sites, const MemoryMeans& means, const TimeRange& window);

} // namespace heaptoll
