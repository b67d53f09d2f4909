// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/chart_data.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace heaptoll {
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

/// Colours that services are told apart by; those of lineColor().
inline constexpr std::size_t kServiceColors = 6;

/// Which colour a service has in every view. It comes from the name, so a service keeps it when ranges, filters and costs
/// change; of two that would share one, the one that costs more keeps it, and the other takes the next that is free. The
/// kServiceColors services that cost most have one; buckets and all others have none.
[[nodiscard]] std::map<std::string, std::size_t> serviceColorSlots(const WorkspaceAnalysis& analysis);
/// Lines of services get these colours; one without takes what no other line of the chart has.
void colorServices(ChartData& chart, const WorkspaceAnalysis& analysis);
/// Grey without a slot.
[[nodiscard]] TokenColor serviceColor(std::optional<std::size_t> slot);

} // namespace heaptoll::gui
