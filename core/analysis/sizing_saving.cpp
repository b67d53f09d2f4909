// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/sizing_saving.h"

namespace heaptoll {

std::optional<Decimal> savingsPerMonth(
    const SizingAdvice& advice, const std::optional<MemoryPrice>& price, double hoursPerMonth)
{
    if (!advice.requestBytes || !advice.recommendedRequestBytes || !price || price->method == PriceMethod::None) {
        return std::nullopt;
    }
    constexpr double kGib = 1024.0 * 1024 * 1024;
    const double freedGib = (*advice.requestBytes - *advice.recommendedRequestBytes) * advice.replicas / kGib;
    return Decimal::fromDouble(freedGib * price->perGibHour * hoursPerMonth);
}

} // namespace heaptoll
