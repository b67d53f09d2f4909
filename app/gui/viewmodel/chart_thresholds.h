// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/chart_data.h"

#include <span>

namespace heaptoll::gui {

/// The largest request and limit of a pod: drawn beside lines of one pod, not beside sums of many.
void addThresholds(ChartData& chart, const WorkspaceAnalysis& analysis, std::span<const std::size_t> workloads);
/// Requests and limits of all pods together, as they come and go: drawn beside the sum of their working sets.
void addThresholdSums(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service);

} // namespace heaptoll::gui
