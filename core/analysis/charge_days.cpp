// SPDX-License-Identifier: Apache-2.0
// Charges of several days, spread over them; charges by schedule told from charges by use.
#include "core/analysis/charge_days.h"

#include <algorithm>

namespace heaptoll {

ChargeDays daysOfCharge(Instant start, Instant end)
{
    constexpr std::int64_t kMostDays = 3660;
    const std::int64_t first = utcDay(start);
    const std::int64_t last = end > start ? utcDay(Instant { end.ns - 1 }) : first;
    return { first, last - first >= kMostDays ? first : last };
}

std::vector<DayShare> sharesByDay(Instant start, Instant end, Decimal cost)
{
    const auto [first, last] = daysOfCharge(start, end);
    if (last == first) {
        return { { first, cost } };
    }
    std::vector<DayShare> shares;
    Decimal booked;
    for (std::int64_t day = first; day <= last; ++day) {
        // Shares are differences of the sum so far, so that what is rounded on one day is made up on the next.
        const Instant until = std::min(end, startOfDay(day + 1));
        const Decimal sum = day == last ? cost : cost.scaled((until - start).ns, (end - start).ns).value_or(booked);
        shares.push_back({ day, sum - booked });
        booked = sum;
    }
    return shares;
}

bool isScheduledCharge(const CostTable& table, std::size_t row)
{
    const std::string_view frequency = table.textAt(CostRole::ChargeFrequency, row);
    const std::string_view category = table.textAt(CostRole::ChargeCategory, row);
    return frequency == "One-Time" || frequency == "Recurring" || category == "Purchase" || category == "Tax";
}

DailyUse::DailyUse(const CostTable& table)
    : m_table(table)
    , m_columns { table.text(CostRole::BillingStart), table.text(CostRole::BillingEnd) }
{ }

bool DailyUse::contains(std::size_t row)
{
    if (isScheduledCharge(m_table, row)) {
        return false;
    }
    if (m_columns[0] == nullptr || m_columns[1] == nullptr) {
        return true;
    }
    const std::array<std::uint32_t, 2> ids { m_columns[0]->ids[row], m_columns[1]->ids[row] };
    if (!m_isKnown || ids != m_ids) {
        const auto start = parseInstant(m_table.textAt(CostRole::BillingStart, row));
        const auto end = parseInstant(m_table.textAt(CostRole::BillingEnd, row));
        m_period = start && end && *start < *end ? std::optional(TimeRange { *start, *end }) : std::nullopt;
        m_ids = ids;
        m_isKnown = true;
    }
    // Days of other time zones reach over the edge of a period, by less than a day.
    const Instant at = m_table.chargeStart[row];
    return !m_period || (at > m_period->start + Span::days(-1) && at < m_period->end + Span::days(1));
}

} // namespace heaptoll
