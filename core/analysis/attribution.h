// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <optional>
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

/// What a month of a service's memory is paid for. Closed: sites + nonHeap + headroom + residual = memory.
struct MemorySplit {
    Decimal memory; ///< ServiceView::memoryCostPerMonth
    Decimal sites; ///< mean live bytes of all sites over the bill, in all replicas
    Decimal nonHeap; ///< the rest of the working set
    Decimal headroom; ///< requested beyond the working set
    Decimal residual; ///< what rounding left
};
/// The attribution over the bill, scaled to a month. Errors: nullopt where it was refused (attribution.note says why) or
/// where the memory has no cost.
[[nodiscard]] std::optional<MemorySplit> memorySplit(const ServiceView& service);

} // namespace heaptoll
