// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <optional>
#include <string>
#include <vector>

namespace heaptoll {

/// One allocation site of a service over a range: the first user function of its stacks, runtime frames folded into it, as
/// findings, growth and the call tree have it, so that all four say the same bytes. Its line is that of the growth report,
/// else the one that holds most.
/// Units: bytes, counts, bytes per hour; money per month of the options.
struct SiteRow {
    Site site;
    std::int64_t liveBytes = 0; ///< at the end of the range
    std::optional<std::int64_t> deltaBytes; ///< over the range; absent without a second profile
    std::int64_t totalBytes = 0; ///< live with everything it calls
    std::optional<std::int64_t> allocatedBytes; ///< over the range; absent when not recorded
    std::optional<std::int64_t> liveObjects; ///< absent when not recorded
    std::optional<double> bytesPerHour; ///< of the series; absent for a single profile
    std::optional<GrowthClass> growthClass;
    std::vector<double> bytesAt; ///< of the series, for a sparkline; empty for a single profile
    std::optional<Decimal> costPerMonth;
    std::string findingId; ///< the finding that blames this site; "" = none
};

/// Most money (or live bytes) first, ties by name. The rows' live bytes add up to the range's.
[[nodiscard]] std::vector<SiteRow> siteRows(const WorkspaceAnalysis& analysis, const RangeView& range);

} // namespace heaptoll
