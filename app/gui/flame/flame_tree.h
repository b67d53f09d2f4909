// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/flame/flame_layout.h"
#include "app/gui/flame/flame_palette.h"

#include <QStringList>

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

/// What a box of a flame graph is called: the function with " (inl)", or what stands for it.
[[nodiscard]] QString frameName(const CallTree& tree, std::uint32_t node);

/// The node at a path of names (of frameName, the root first). Where frames on the way have come or gone, as by folding: the
/// heaviest of the last name; without one, as deep as the path exists.
[[nodiscard]] std::uint32_t placeOf(const FlameTree& tree, const QStringList& path);

} // namespace heaptoll::gui
