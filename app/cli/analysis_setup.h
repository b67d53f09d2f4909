// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/load_inputs.h"
#include "core/analysis/workspace_analysis.h"

#include <memory>
#include <string_view>

namespace heaptoll::cli {

/// The options of the analysis that a command line sets: --service, --map, --rate-card, --basis, --policy, --headroom.
/// Errors: Usage; Io and Malformed for the files they name.
[[nodiscard]] Result<AnalysisOptions> analysisOptions(const Context& context);
/// --basis, or what the command starts from. Errors: Usage.
[[nodiscard]] Result<CostBasis> costBasis(const Context& context, CostBasis fallback);
/// Joins the inputs; fills in the service of every source. Errors: those of analyzeWorkspace.
[[nodiscard]] Result<std::shared_ptr<const WorkspaceAnalysis>> analyzeInputs(
    const Context& context, Inputs& inputs, const AnalysisOptions& options);
/// A whole small file of ours (map, rate card, baseline). Errors: Io, LimitExceeded above 64 MiB.
[[nodiscard]] Result<std::string> readSmallFile(std::string_view what, const std::string& path);

} // namespace heaptoll::cli
