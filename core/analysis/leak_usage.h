// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <cstdint>
#include <optional>

namespace heaptoll {

/// Pods and profiled heap are alike when their rates differ by less than this factor.
inline constexpr double kAlikeRates = 3;

/// What the pods of a service say of growth that its profiles show.
enum class PodsSay : std::uint8_t {
    Nothing, ///< too short a usage, or one of other days than the profiles
    Grow, ///< they grow, too
    Unclear, ///< too uneven, or watched for too many other days, to show this growth or to rule it out
    Flat, ///< they do not: even the upper end of their growth is far below that of the profiles
};

/// The container that speaks for the pods of a service.
struct PodEvidence {
    const WorkloadUsage* usage = nullptr;
    const UsageTrend* trend = nullptr;
    const SizingAdvice* advice = nullptr; ///< null: not known yet
    PodsSay says = PodsSay::Nothing;
};

/// Sum of the leaks of a report. Units: bytes per hour of one process.
[[nodiscard]] double leakedPerHour(const GrowthReport& growth);

/// The fastest growing container; where none grows, the one whose growth is ruled out least. growth: what the profiles
/// show; isRelative: their times are not on the calendar, so they are compared with all days of the usage.
/// Errors: nullopt without usage.
[[nodiscard]] std::optional<PodEvidence> podEvidence(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const GrowthReport& growth, bool isRelative);

/// Does any series or recording of the service show a leak that its pods do not contradict? Needs the trends.
[[nodiscard]] bool leaksInPods(const WorkspaceAnalysis& analysis, const ServiceView& service);

/// What a pod holds when it starts: the median over its runs of their first sample, of those that begin after the first
/// sample of all where there are any. Units: bytes. Errors: nullopt without samples.
[[nodiscard]] std::optional<double> startBytes(const WorkloadUsage& usage);
/// The most that a pod of it ever held. Units: bytes.
[[nodiscard]] double mostBytes(const WorkloadUsage& usage);

} // namespace heaptoll
