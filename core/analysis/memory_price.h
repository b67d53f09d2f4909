// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"
#include "core/model/cost_table.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll {

enum class PriceMethod : std::uint8_t { Direct, Hedonic, Ratio, RateCard, None };
[[nodiscard]] std::string_view name(PriceMethod method); ///< "direct", "hedonic", "ratio", "rate_card", "none"

/// Price of memory with the way it was found. Units: currency per GiB-hour; share of the machine price in [0, 1].
struct MemoryPrice {
    PriceMethod method = PriceMethod::None;
    double perGibHour = 0;
    double low = 0; ///< over the stated band of assumptions
    double high = 0;
    double memoryShare = 0;
    double cpuToMemoryRatio = 0; ///< price of a vCPU-hour over a GiB-hour, where a ratio was used
    std::string currency;
    std::string explanation; ///< how computed, in one sentence
    bool isOfWholeBill = false; ///< no row of the service tells
};

} // namespace heaptoll
