// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/flame/flame_layout.h"
#include "app/gui/flame/flame_palette.h"

#include <QString>

namespace heaptoll::gui {

/// A call tree with all that drawing it needs and that takes time. Made in a job, shown by the GUI thread.
struct FlameTree {
    FlameTree(CallTree tree, const QString& searched);
    CallTree calls;
    CallTreeIndex index;
    FlameCategories categories;
    QString search; ///< what was looked for when it was made
    FlameMatches matches; ///< of that
};

/// Frames whose function or file contains the text, or matches it as /regex/; "" = none.
[[nodiscard]] FlameMatches matchesOf(const CallTree& tree, const QString& search);

} // namespace heaptoll::gui
