// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace heaptoll::gui {

/// Folder of the bundled sample "Leaky shop": HEAPTOLL_SAMPLES, beside the program (source tree, ../share), or the install
/// folder. Empty when it is nowhere.
[[nodiscard]] QString sampleFolder();

} // namespace heaptoll::gui
