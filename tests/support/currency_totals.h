// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <optional>
#include <string>
#include <utility>

namespace heaptoll::test {

/// Totals of one currency of a bill that has a value in every row, all of them in the days of the bill.
inline CurrencyTotals currencyTotals(std::string currency, std::uint64_t rows, std::optional<Decimal> billed,
    std::optional<Decimal> billedPerMonth = {}, std::optional<Decimal> memoryPerMonth = {})
{
    CurrencyTotals totals;
    totals.currency = std::move(currency);
    totals.rows = rows;
    totals.billed = billed;
    totals.inSpan = billed.value_or(Decimal {});
    totals.billedPerMonth = billedPerMonth;
    totals.memoryPerMonth = memoryPerMonth;
    return totals;
}

} // namespace heaptoll::test
