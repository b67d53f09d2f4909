// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/gate_rule.h"
#include "core/analysis/workspace_analysis.h"

#include <span>
#include <string>

namespace heaptoll {

// What a rule selects, and whether anything that was given could have shown what it asks for. A rule that looked at
// nothing has not passed.

/// By service, id, kind or function of the finding; of the confidence asked for. Weak findings are selected, too.
[[nodiscard]] bool isSelected(const GateRule& rule, const Finding& finding);
[[nodiscard]] bool isSelected(const GateRule& rule, const ServiceView& service);

/// Why no finding of these kinds can be counted on: the selector names nothing, or no input that it selects could show
/// one. Empty = there is none, and that is known. kinds empty = any kind.
[[nodiscard]] std::string whyUnseen(
    const GateRule& rule, const WorkspaceAnalysis& analysis, std::span<const FindingKind> kinds);

} // namespace heaptoll
