// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <string>
#include <vector>

namespace heaptoll {

/// What a row of a bill is about, for assigning it by hand: its resource, else the provider's product.
struct CostKey {
    std::string field; ///< "resource" or "service": the field of the rule that assigns it
    std::string text;
    std::string assignedTo; ///< a service or a bucket
    MatchRank rank = MatchRank::Unassigned;
    std::string why; ///< "tag app = checkout"
    Decimal cost; ///< over the bill, basis of the options
    std::string currency;
    std::uint64_t rows = 0;
};

/// All keys with money, by currency, most money first, those in the buckets before all others. What is billed in two
/// currencies is two keys. Sum = the bill.
[[nodiscard]] std::vector<CostKey> costKeys(const WorkspaceAnalysis& analysis);

} // namespace heaptoll
