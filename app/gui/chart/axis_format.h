// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/time.h"

#include <string>
#include <vector>

namespace heaptoll::gui {

// Ticks as pure functions: tested without pixels.

/// An axis from 0 in `count` equal steps. Units: those of the values.
struct LinearAxis {
    double step = 1;
    int count = 4;
    [[nodiscard]] double max() const { return step * count; }
};

/// Smallest axis of 3 to 6 steps that reaches `max`, in steps of 1, 2, 4, 8, ... 512 of one IEC unit.
[[nodiscard]] LinearAxis bytesAxis(double max);
/// As many steps as the other axis has (shared grid lines), each 1, 2, 2.5 or 5 times a power of ten.
[[nodiscard]] LinearAxis moneyAxis(double max, int count);

struct TimeTick {
    Instant time;
    std::string label; ///< "Nov 5", "04:00"; a label without time at midnight (UTC)
};
/// At most `maxTicks` ticks at round UTC times (whole hours, days, weeks from the first day, months) within the range.
[[nodiscard]] std::vector<TimeTick> timeTicks(TimeRange range, int maxTicks);
/// The same for a window of a recording without a calendar: labels are the time since its start, "30 s".
[[nodiscard]] std::vector<TimeTick> elapsedTicks(Instant start, TimeRange range, int maxTicks);

} // namespace heaptoll::gui
