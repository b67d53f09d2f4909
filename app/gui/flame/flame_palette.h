// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/call_tree.h"

#include <QColor>
#include <QString>

#include <array>
#include <vector>

namespace heaptoll::gui {

/// Colours of a flame graph, from the theme.
struct FlameColors {
    QColor background;
    QColor text;
    QColor mutedText;
    QColor border;
    QColor selection; ///< outline of the selected frame
    QColor matched; ///< outline of search hits
    std::array<QColor, 6> packages;
    QColor runtime;
};

/// Which package a frame belongs to: Go import path, C++/Rust namespace, Java/Python package, else the module.
[[nodiscard]] QString packageOf(const Site& site);

/// Colour slot per label: the six heaviest packages have one each, all others and runtime frames share the grey.
struct FlameCategories {
    static constexpr std::size_t kRuntime = 6;
    std::vector<std::uint8_t> slotOfLabel; ///< 0..5 package, kRuntime grey
    std::vector<QString> packages; ///< names of slots 0..5 in use, for the legend
};
[[nodiscard]] FlameCategories categorise(const CallTree& tree);

} // namespace heaptoll::gui
