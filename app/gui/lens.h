// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/time.h"
#include "core/model/cost_table.h"
#include "core/model/metric.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>

namespace heaptoll::gui {

/// The views of the rail, in its order; Ctrl+1 opens the first. Start has no rail.
enum class ViewId : std::uint8_t { Start, Findings, Timeline, Flame, Sites, Cost, Rightsizing, Sources };
inline constexpr std::size_t kViewCount = 8;
[[nodiscard]] QString viewTitle(ViewId view); ///< "Flame graph", translated
[[nodiscard]] QString viewKey(ViewId view); ///< "flame": action ids, icons, --view, workspaces
[[nodiscard]] std::optional<ViewId> parseView(const QString& key);

/// What numbers of memory are shown as; the order is that of the keys 1 to 6 in the flame graph.
enum class LensMetric : std::uint8_t {
    LiveBytes,
    LiveObjects,
    AllocatedBytes,
    Growth,
    TemporaryObjects,
    MoneyPerMonth
};
inline constexpr std::size_t kLensMetricCount = 6;
[[nodiscard]] QString metricTitle(LensMetric metric);
[[nodiscard]] QString metricKey(LensMetric metric);
[[nodiscard]] std::optional<LensMetric> parseLensMetric(const QString& key);

[[nodiscard]] QString basisTitle(CostBasis basis);

/// What all views look through. A value: views compare it, the history stores it, workspaces save it.
struct Lens {
    std::string service; ///< "" = all
    std::optional<TimeRange> range; ///< absent = everything
    std::string frame; ///< part of a function name; "" = no filter
    LensMetric metric = LensMetric::MoneyPerMonth;
    bool isWorkingSet = false; ///< memory over time is the pods' working sets, not the live bytes of the heap
    CostBasis basis = CostBasis::Effective;
    std::string fromFinding; ///< id of the finding whose evidence is looked at: the "Back to L-01" chip
    friend bool operator==(const Lens&, const Lens&) = default;
};

/// The filters of the lens that a view follows; the others do not change what it shows.
struct LensUse {
    bool service = false;
    bool range = false;
    bool frame = false;
    friend bool operator==(const LensUse&, const LensUse&) = default;
};
[[nodiscard]] LensUse lensUse(ViewId view);

/// A point of the history: where the user was and through which lens.
struct Place {
    ViewId view = ViewId::Start;
    Lens lens;
    std::string finding; ///< selected on the Findings page
    friend bool operator==(const Place&, const Place&) = default;
};

} // namespace heaptoll::gui
