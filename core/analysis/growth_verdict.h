// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/growth_shape.h"

namespace heaptoll {

/// What the verdict on one unit needs to know of all of them. Units: bytes.
struct GrowthContext {
    GrowthOptions options;
    double pThreshold = 0; ///< after false-discovery control
    double heapBytes = 0; ///< largest total
    double allocatedBytes = 0; ///< by all units while they were watched
};

/// Fills growthClass, reason and moreProfilesNeeded. The decision table is in GROWTH.md.
void judge(SiteGrowth& site, const GrowthShape& shape, const GrowthContext& context);

} // namespace heaptoll
