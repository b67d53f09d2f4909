// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/bill_days.h"

namespace heaptoll {

std::optional<DaySpan> billedDays(const std::set<std::int64_t>& days)
{
    constexpr std::int64_t kLongestSilence = 7;
    if (days.empty()) {
        return std::nullopt;
    }
    DaySpan best { *days.begin(), *days.begin() };
    DaySpan run = best;
    for (const std::int64_t day : days) {
        run.first = day - run.last > kLongestSilence + 1 ? day : run.first;
        run.last = day;
        if (run.last - run.first > best.last - best.first) {
            best = run;
        }
    }
    return best;
}

DaySpan searchedDays(DaySpan own, const std::optional<DaySpan>& bill)
{
    if (!bill || own.last < bill->first || own.first > bill->last) {
        return own;
    }
    return *bill;
}

} // namespace heaptoll
