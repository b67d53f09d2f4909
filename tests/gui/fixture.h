// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <memory>

namespace heaptoll::test {

/// A small shop by hand: checkout leaks 9.4 MiB/h over 20 days in 11 profiles, orders-api is too large, a bill, usage with
/// one OOM kill. Numbers are chosen for the views, not measured.
[[nodiscard]] std::shared_ptr<const WorkspaceAnalysis> makeShop();
/// The same documents with options: an engine's analyze function.
[[nodiscard]] std::shared_ptr<const WorkspaceAnalysis> makeShop(const AnalysisOptions& options);
/// The same with a recording that has no wall clock: "profiles/orders-api/run.zst", 6.5 s.
[[nodiscard]] std::shared_ptr<const WorkspaceAnalysis> makeShopWithRecording(const AnalysisOptions& options);
/// Linear in time; profile = the last one of the service.
[[nodiscard]] RangeView makeRange(
    const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range);

} // namespace heaptoll::test
