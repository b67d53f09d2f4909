// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

enum class AnomalyKind : std::uint8_t { Spike, LevelShift, Ramp, Drop };
[[nodiscard]] std::string_view name(AnomalyKind kind); ///< "spike", ...

/// A stretch of a series that does not fit the rest. Units: those of the series; impact = sum(actual - expected).
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
/// Source: core/README "Anomalies". Errors: none; fewer than 8 points give no event.
[[nodiscard]] std::vector<AnomalyEvent> detectAnomalies(
    std::span<const Instant> times, std::span<const double> values, const AnomalyOptions& options);

} // namespace heaptoll
