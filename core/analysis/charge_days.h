// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/model/cost_table.h"

#include <cstdint>
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

} // namespace heaptoll
