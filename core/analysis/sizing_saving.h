// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/memory_price.h"
#include "core/analysis/rightsizing.h"

#include <optional>

namespace heaptoll {

/// What a smaller request is worth: (request - recommended) x mean replicas x price x hours. Negative when the advice is
/// to request more. nullopt when the request, the recommendation or the price is not known.
/// Units: currency of the price per month.
[[nodiscard]] std::optional<Decimal> savingsPerMonth(
    const SizingAdvice& advice, const std::optional<MemoryPrice>& price, double hoursPerMonth);

} // namespace heaptoll
