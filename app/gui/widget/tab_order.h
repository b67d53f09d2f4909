// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace heaptoll::gui {

/// Tab goes through the widgets of `root` in the order in which its layouts show them, whenever they were made. Call it
/// again after widgets came.
void orderTabs(QWidget* root);

} // namespace heaptoll::gui
