// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <optional>
#include <string>

namespace heaptoll {

/// The days that the sources of a service are of. Absent: there is none, or it knows no calendar.
struct SourceTimes {
    std::optional<TimeRange> profiles;
    std::optional<TimeRange> usage;
    std::optional<TimeRange> bill;
};

/// From the first to the last profile. Errors: nullopt without one.
[[nodiscard]] std::optional<TimeRange> growthTimes(const GrowthReport& growth);
/// From the first to the last sample of the service's pods. Errors: nullopt without usage.
[[nodiscard]] std::optional<TimeRange> usageTimes(const WorkspaceAnalysis& analysis, const ServiceView& service);
/// The service's days of the bill; without a charge of its own those of the whole bill. Errors: nullopt without a bill.
[[nodiscard]] std::optional<TimeRange> billTimes(const WorkspaceAnalysis& analysis, const ServiceView& service);

/// True when they have an instant in common.
[[nodiscard]] bool meet(const TimeRange& a, const TimeRange& b);

/// Sources of different times tell of different states of a service. Which of them are more than two weeks apart,
/// in words: "profiles (2025-01-01) and bill (2025-04-01 to 2025-04-30) are 90 d apart";
/// empty = none.
[[nodiscard]] std::string timesApart(const SourceTimes& times);

/// Of the service: profiles of its growth, usage of its pods, days of the bill that its memory price is from.
[[nodiscard]] SourceTimes sourceTimes(const WorkspaceAnalysis& analysis, const ServiceView& service);
/// Says in a note which services join sources of different times.
void noteTimesApart(WorkspaceAnalysis& analysis);

} // namespace heaptoll
