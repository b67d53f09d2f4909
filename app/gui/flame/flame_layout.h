// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/call_tree.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace heaptoll::gui {

/// One box of a flame graph. Units: x in pixels from the left edge, depth in rows from the top.
struct FlameBox {
    double x0 = 0;
    double x1 = 0;
    std::uint32_t depth = 0;
    std::uint32_t node = 0; ///< of the call tree; for a block of small frames: the first of them
    std::uint32_t mergedCount = 0; ///< > 0: a block that stands for so many frames too small to draw
};

/// The boxes of one zoom level, by row; within a row from left to right, so that hit-testing is a binary search.
struct FlameLayout {
    std::vector<FlameBox> boxes; ///< sorted by (depth, x0)
    std::vector<std::uint32_t> rowStart; ///< first box of each row, and the end
    std::uint32_t zoomNode = 0;
    double width = 0;

    [[nodiscard]] std::uint32_t rowCount() const
    {
        return rowStart.empty() ? 0 : static_cast<std::uint32_t>(rowStart.size() - 1);
    }
    /// Index of the box under a point; nullopt beside all.
    [[nodiscard]] std::optional<std::size_t> boxAt(double x, std::uint32_t depth) const;
    /// Index of the box that draws a node; nullopt when it is merged or outside the zoom.
    [[nodiscard]] std::optional<std::size_t> boxOf(std::uint32_t node) const;
};

/// Frames narrower than this merge with their small neighbours. Units: pixels.
inline constexpr double kMinFrameWidth = 3.0;

/// Children of each node of a call tree, in the tree's order. Built once per tree.
struct CallTreeIndex {
    explicit CallTreeIndex(const CallTree& tree);
    std::vector<std::uint32_t> offsets;
    std::vector<std::uint32_t> children;
    std::vector<std::uint32_t> depth;
    [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t node) const
    {
        return std::span(children).subspan(offsets[node], offsets[node + 1] - offsets[node]);
    }
};

/// Lays out the subtree of zoomNode over the width, its ancestors above it at full width. Widths are proportional to
/// |total|; negative totals (differences) take their magnitude. Complexity: O(boxes drawn).
[[nodiscard]] FlameLayout layoutFlame(
    const CallTree& tree, const CallTreeIndex& index, std::uint32_t zoomNode, double width);

/// Ancestors of a node from the root down, the node last.
[[nodiscard]] std::vector<std::uint32_t> pathTo(const CallTree& tree, std::uint32_t node);

/// Nodes whose label matches, and what they add up to when every stack counts once (no match below a match).
struct FlameMatches {
    std::vector<std::uint8_t> isMatch; ///< per node
    std::vector<std::uint32_t> nodes; ///< matching nodes, outermost first
    std::int64_t total = 0;
};
[[nodiscard]] FlameMatches matchFrames(
    const CallTree& tree, const std::function<bool(const CallTree::LabelInfo&)>& matches);

} // namespace heaptoll::gui
