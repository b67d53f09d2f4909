// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chart/axis_format.h"
#include "app/gui/chart/chart_panel.h"

namespace heaptoll::gui {

/// The two value axes of a panel: as many steps on both, so they share their grid lines.
struct ChartPanel::Axes {
    LinearAxis memory;
    LinearAxis cost;
};

} // namespace heaptoll::gui
