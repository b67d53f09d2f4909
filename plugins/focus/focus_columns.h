// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/bill_reader.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// How well a header matches FOCUS.
struct FocusMatch {
    int minor = 0; ///< of the version 1.minor: the newest one a column of which is there
    std::size_t matched = 0; ///< columns of that version that are there
    std::size_t defined = 0; ///< columns of that version
    bool hasRequired
        = false; ///< BilledCost, EffectiveCost, ChargePeriodStart, BillingCurrency and ServiceCategory
    std::string missing; ///< the first required column that is not there

    [[nodiscard]] std::string version() const { return "1." + std::to_string(minor); }
};
[[nodiscard]] FocusMatch matchFocus(const std::vector<std::string>& names);

/// What is read of a file with these columns: all of them; unknown ones as text under their own name.
[[nodiscard]] std::vector<sdk::BillColumn> focusPlan(const std::vector<std::string>& names);

/// The spelling the specification uses for an allowed value of an enum column, "" when it is none (or no
/// enum).
[[nodiscard]] std::string_view focusEnumValue(std::string_view column, std::string_view value);

} // namespace heaptoll
