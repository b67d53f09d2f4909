// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/model/cost_table.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace heaptoll {

/// What a charge costs on one UTC day.
struct DayShare {
    std::int64_t day = 0;
    Decimal cost;
};

/// First and last UTC day of a charge's period [start, end). A charge without a period is one of its start's day; so is
/// one of more than ten years.
struct ChargeDays {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
[[nodiscard]] ChargeDays daysOfCharge(Instant start, Instant end);

/// Spreads a charge over the UTC days of its period [start, end), in proportion to time. The shares sum to the cost to
/// the last atto.
[[nodiscard]] std::vector<DayShare> sharesByDay(Instant start, Instant end, Decimal cost);

/// True for charges that come by schedule or contract, not by use: ChargeFrequency One-Time or Recurring, and purchases
/// and taxes. They are no anomaly on the day they are due, so series that are searched for anomalies leave them out.
/// Source: FOCUS 1.0, ChargeFrequency and ChargeCategory.
[[nodiscard]] bool isScheduledCharge(const CostTable& table, std::size_t row);

/// Which rows are what their days cost: charges by use that are billed in the billing period they are dated in. A correction
/// of an earlier period changes a day that was billed long ago: it is no spike and no drop of that day. Only series that are
/// searched for anomalies leave these rows out; every sum has them.
class DailyUse {
public:
    explicit DailyUse(const CostTable& table);
    [[nodiscard]] bool contains(std::size_t row);

private:
    const CostTable& m_table;
    std::array<const TextColumn*, 2> m_columns; ///< start and end of the billing period
    std::array<std::uint32_t, 2> m_ids {}; ///< of the period below: neighbours have the same
    std::optional<TimeRange> m_period; ///< absent: the row names none
    bool m_isKnown = false;
};

} // namespace heaptoll
