// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>

namespace heaptoll {

/// UTC day numbers, both inside.
struct DaySpan {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// The days that a bill speaks for: the longest stretch of days with charges in which no more than a week is without any.
/// A credit for last year does not make a bill of two years. Errors: nullopt without a day.
[[nodiscard]] std::optional<DaySpan> billedDays(const std::set<std::int64_t>& days);

/// The days to search a series of the bill on. On a day that the bill speaks for, silence of one service means that it
/// cost nothing: before it began, and after it ended, too. own: its first and last charge, which are searched themselves
/// only where the service has no charge on any day of the bill.
[[nodiscard]] DaySpan searchedDays(DaySpan own, const std::optional<DaySpan>& bill);

} // namespace heaptoll
