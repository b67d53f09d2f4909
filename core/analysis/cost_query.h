// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/model/cost_table.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// One `--by` dimension: provider, account, subaccount, region, service, workload, category, sku, resource, tag:KEY,
/// hour, day, week, month, period (start/end of the charge), currency.
struct CostDimension {
    std::string key; ///< as typed, e.g. "tag:app"
};
/// Errors: Usage with the list of valid words and the nearest one.
[[nodiscard]] Result<CostDimension> parseCostDimension(std::string_view text);

/// Money of one group. Unknown money (nulls) is counted, never taken as zero.
struct CostGroup {
    std::vector<std::string> keys; ///< one per dimension, "" where the row has none
    std::string currency;
    Decimal cost;
    std::uint64_t rows = 0;
    std::uint64_t unknownRows = 0; ///< rows without a value in this basis
};

struct CostTotals {
    /// "" = the rows name none. Without a value: no row of the currency has one in this basis, which is not 0.
    std::map<std::string, std::optional<Decimal>> byCurrency;
    std::uint64_t rows = 0;
    std::uint64_t unknownRows = 0; ///< rows without a value in this basis
};

struct Reconciliation {
    std::uint64_t rowsRead = 0;
    std::uint64_t rowsKept = 0;
    std::set<std::string> currencies; ///< of the rows kept
    std::vector<sdk::CostExclusion> excluded; ///< cost: of the one currency, a mixed sum with several
    std::uint64_t duplicatesDropped = 0;
    std::uint64_t roundedValues = 0;
    std::optional<std::uint64_t> expectedRows;
    std::optional<Decimal> expectedTotal;
    bool reconciles = true; ///< kept + excluded + dropped = read, and expectations hold where there are any
};
[[nodiscard]] Reconciliation reconcile(const CostTable& table);

/// Most cost first, ties by keys, within a currency; the currency of most rows comes first (ties by name), for amounts of
/// two currencies cannot be compared.
void rankByCost(std::vector<CostGroup>& groups);

struct CostQueryResult {
    std::vector<CostGroup> groups; ///< as rankByCost() orders them
    CostTotals totals;
    bool hasBasis = true; ///< false: the export has no such column
    std::string note; ///< why not, or what the basis rests on
};
/// `workloadOf(row)` answers the dimension "workload"; `keep(row)` filters; either may be empty.
[[nodiscard]] Result<CostQueryResult> queryCosts(const CostTable& table, CostBasis basis,
    const std::vector<CostDimension>& by, const std::function<std::string(std::size_t)>& workloadOf,
    const std::function<bool(std::size_t)>& keep, const TaskContext& task);

} // namespace heaptoll
