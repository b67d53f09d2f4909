// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "core/model/cost_table.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace heaptoll {

/// The days that every figure per month of a bill rests on. Rule: FINDINGS.md "Days of the bill".
struct BillSpan {
    struct Run {
        std::int64_t first = 0; ///< UTC day number
        std::int64_t last = 0; ///< of this run too
    };
    std::vector<Run> runs; ///< in order of time, apart by the billing periods that are missing; empty without a bill
    double edgeHours = 0; ///< of the first and last days: before the first and after the last charge by the hour

    [[nodiscard]] bool contains(std::int64_t day) const;
    [[nodiscard]] std::int64_t days() const;
    [[nodiscard]] double months(double hoursPerMonth) const; ///< 0 without a bill
    [[nodiscard]] std::string text() const; ///< "2025-01-01 to 2025-01-30"
};

/// Days from the first to the last charge by use, within billing periods that follow each other; where rows name no period,
/// runs without a week of silence. What is due by schedule, credits, adjustments and charges dated outside of their own
/// billing period stretch it only when there is nothing else. Where charges cover every hour of a run from the first to the
/// last, it is these hours and no more that are billed; a run with hours of silence counts in whole days.
[[nodiscard]] BillSpan billSpan(std::span<const std::shared_ptr<const CostTable>> bills, const TaskContext& task);

/// The runs of days to search a series of the bill on. On a day that the bill speaks for, silence of one service means that
/// it cost nothing: before it began, and after it ended, too. own: its first and last charge; searched themselves only
/// where they are on no day of the bill.
[[nodiscard]] std::vector<BillSpan::Run> searchedRuns(const BillSpan& bill, BillSpan::Run own);

} // namespace heaptoll
