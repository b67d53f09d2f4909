// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

// The rules of budgets and of --fail-on / --warn-on: METRIC[(selector)] OP VALUE[@confidence], e.g.
// "leak(checkout)>5MiB/h@high", "cost > $500/mo", "coverage<80%", "new-findings>0". A rule states what must not be.

enum class GateMetric : std::uint8_t {
    Leak, ///< growth of leak findings, bytes per hour
    Live, ///< live bytes of a service in its newest profile
    Peak, ///< highest heap of a service's profiles, bytes
    Cost, ///< money per month: of the bill, or of the services selected
    Recoverable, ///< money per month that findings could free, overlaps removed
    Growth, ///< growth of a service's whole heap, bytes per hour
    Findings, ///< number of findings above the floors
    NewFindings, ///< of them, those that the baseline does not have
    Coverage, ///< share of the bill that was assigned to a service
    Fragmentation, ///< share of a memory image that is free but unusable
    Headroom, ///< (limit - max usage) / limit of a workload
};
[[nodiscard]] std::span<const std::string_view> gateMetricNames(); ///< in the order of the enum

/// What a metric is measured in.
enum class GateUnit : std::uint8_t { Bytes, BytesPerHour, MoneyPerMonth, Share, Count };
[[nodiscard]] GateUnit unitOf(GateMetric metric);

enum class GateOp : std::uint8_t { Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual };

struct GateRule {
    std::string text; ///< as typed
    GateMetric metric = GateMetric::Leak;
    std::string selector; ///< glob over service, finding id, kind or function; empty = everything
    GateOp op = GateOp::Greater;
    double value = 0; ///< in the metric's unit; money per periodHours
    double periodHours = 0; ///< money only: 1, 24, or 0 for the month of the workspace
    std::string currency; ///< money only; empty = the only one of the bill
    std::optional<ConfidenceLevel> confidence; ///< at least this
};

/// Errors: Usage; where.offset is the 0-based column of the offending text, the message names the nearest valid word.
[[nodiscard]] Result<GateRule> parseGateRule(std::string_view text);

/// Outcome of one rule. Units: value in the metric's unit.
struct GateResult {
    bool isViolated = false;
    std::optional<double> value; ///< the worst one found; absent when the metric is unknown
    std::string currency; ///< of a value that is money
    std::string where; ///< finding id, service or workload of the value
    std::vector<std::string> findings; ///< ids of all findings that violate it, or that make the value up
    std::string valueText; ///< for people
    std::string reason; ///< why there is no value
};

/// baseline: fingerprints of earlier findings, for new-findings.
[[nodiscard]] GateResult evaluateGate(
    const GateRule& rule, const WorkspaceAnalysis& analysis, const std::optional<std::set<std::string>>& baseline);

/// The word of a list that is nearest to a typed one by edit distance; "" when none is close.
[[nodiscard]] std::string_view nearestWord(std::string_view typed, std::span<const std::string_view> words);

} // namespace heaptoll
