// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "core/base/time.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

enum class AnomalyKind : std::uint8_t { Spike, LevelShift, Ramp, Drop };
[[nodiscard]] std::string_view name(AnomalyKind kind); ///< "spike", ...

/// A level that holds for so many points is normal, not a spike.
inline constexpr std::size_t kNormalPoints = 15;

/// A stretch of a series that does not fit the rest. Units: those of the series; actual and expected are means per
/// point, impact = sum(actual - expected). What another event inside of the range explains is in neither.
struct AnomalyEvent {
    TimeRange range;
    AnomalyKind kind = AnomalyKind::Spike;
    double actual = 0;
    double expected = 0;
    double impact = 0;
    double score = 0; ///< robust z of the strongest point
};

struct AnomalyOptions {
    double minScore = 3.5;
    double minImpact = 0; ///< in units of the series
    double minRelativeImpact = 0.05; ///< of the expected level, per point
};

/// Daily (or any even-step) series. Robust level and weekly pattern, spikes by robust z, level shifts by change points.
/// Kinds: Spike (up, came back or just began), Drop (down, came back), LevelShift (to another level, up or down, that the
/// series still has at its end: it lasts until there), Ramp (began to grow inside the series). A fall in the last three points is
/// never reported: bills are not complete there. Events with the largest absolute impact first. Series with a step
/// below six hours go to detectLevelAnomalies. Source: README "Anomalies". Errors: none; fewer than 8 points give no event.
/// Complexity: O(n^2), on the last 4096 points at most. A cancelled task gets no event.
[[nodiscard]] std::vector<AnomalyEvent> detectAnomalies(std::span<const Instant> times, std::span<const double> values,
    const AnomalyOptions& options, const TaskContext& task = {});

struct LevelAnomalyOptions {
    Span window = Span::hours(6); ///< of the rolling median that is tested
    Span base = Span::days(3); ///< of the history it is compared with
    Span lag = Span::hours(6); ///< between the two, so that a slow onset does not become its own base
    Span mergeGap = Span::hours(12); ///< alarms of one direction closer than this are one event
    double minScore = 6;
    double minRelativeMad = 0.05; ///< floor of the spread, of the median
};

/// Changes of level in series of minutes to hours (utilisation, replicas), whose normal state may be full of spikes:
/// the rolling median must leave the band that it kept before. Kinds: LevelShift (up) and Drop (down), in order of time.
/// Complexity: O(n x points of the base).
[[nodiscard]] std::vector<AnomalyEvent> detectLevelAnomalies(
    std::span<const Instant> times, std::span<const double> values, const LevelAnomalyOptions& options);

} // namespace heaptoll
