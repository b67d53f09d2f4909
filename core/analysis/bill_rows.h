// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace heaptoll {

/// One charge of the bill as it is written there. Texts are "" where the export does not have them.
struct BillRow {
    std::size_t document = 0; ///< index of WorkspaceAnalysis::documents
    std::size_t row = 0; ///< of its table
    TimeRange period; ///< of the charge, half-open
    std::string product; ///< the provider's, by its long name
    std::string what; ///< charge description, else SKU, else usage type
    std::string resource;
    std::string currency;
    std::optional<Decimal> cost; ///< what of it lies in the range, basis of the options; absent = unknown
    std::string matchedBy; ///< why it is this service's: "tag app = checkout"
};

struct BillRows {
    std::vector<BillRow> rows; ///< by currency (as the totals rank them), largest amount first, credits by their size
    std::uint64_t all = 0; ///< in the range; rows has the first of them
    std::map<std::string, Decimal> sums; ///< of all of them, by currency
};

/// The rows behind what a service (or bucket) costs in the range: the sum in its currency is what costInRange() says.
/// Charges that the range has in part count by their share of each day. At most `most` rows are kept.
/// Errors: Cancelled.
[[nodiscard]] Result<BillRows> billRows(const WorkspaceAnalysis& analysis, std::string_view service,
    const std::optional<TimeRange>& range, std::size_t most, const TaskContext& task);

} // namespace heaptoll
