// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flame/flame_layout.h"

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {
namespace {

double magnitude(std::int64_t value)
{
    return std::abs(static_cast<double>(value));
}

/// Places the children of one box beside each other; small ones gather in one block at their place.
class RowFiller {
public:
    RowFiller(std::vector<FlameBox>& row, std::uint32_t depth)
        : m_row(row)
        , m_depth(depth)
    { }

    void add(double x0, double x1, std::uint32_t node)
    {
        if (x1 - x0 >= kMinFrameWidth) {
            flush();
            m_row.push_back({ x0, x1, m_depth, node, 0 });
            return;
        }
        if (m_pending.mergedCount == 0) {
            m_pending = { x0, x1, m_depth, node, 0 };
        }
        m_pending.x1 = x1;
        ++m_pending.mergedCount;
    }

    void flush()
    {
        // A block below half a pixel cannot be seen, let alone hit.
        if (m_pending.mergedCount > 0 && m_pending.x1 - m_pending.x0 >= 0.5) {
            m_row.push_back(m_pending);
        }
        m_pending = {};
    }

private:
    std::vector<FlameBox>& m_row;
    std::uint32_t m_depth;
    FlameBox m_pending {};
};

void appendRow(FlameLayout& layout, const std::vector<FlameBox>& row)
{
    layout.rowStart.push_back(static_cast<std::uint32_t>(layout.boxes.size()));
    layout.boxes.insert(layout.boxes.end(), row.begin(), row.end());
}

} // namespace

CallTreeIndex::CallTreeIndex(const CallTree& tree)
    : offsets(tree.nodes.size() + 1)
    , children(tree.nodes.empty() ? 0 : tree.nodes.size() - 1)
    , depth(tree.nodes.size())
{
    for (std::size_t node = 1; node < tree.nodes.size(); ++node) {
        ++offsets[tree.nodes[node].parent + 1];
        depth[node] = depth[tree.nodes[node].parent] + 1;
    }
    for (std::size_t node = 1; node < offsets.size(); ++node) {
        offsets[node] += offsets[node - 1];
    }
    std::vector<std::uint32_t> next(offsets.begin(), offsets.end() - (offsets.empty() ? 0 : 1));
    for (std::uint32_t node = 1; node < tree.nodes.size(); ++node) {
        children[next[tree.nodes[node].parent]++] = node;
    }
}

FlameLayout layoutFlame(const CallTree& tree, const CallTreeIndex& index, std::uint32_t zoomNode, double width)
{
    FlameLayout layout;
    layout.zoomNode = zoomNode;
    layout.width = width;
    if (tree.nodes.empty() || width <= 0) {
        return layout;
    }
    std::vector<FlameBox> row;
    for (const std::uint32_t node : pathTo(tree, zoomNode)) {
        row = { { 0, width, index.depth[node], node, 0 } };
        appendRow(layout, row);
    }
    std::uint32_t depth = index.depth[zoomNode];
    while (!row.empty()) {
        ++depth;
        std::vector<FlameBox> next;
        for (const FlameBox& box : row) {
            const double base = magnitude(tree.nodes[box.node].total);
            if (box.mergedCount > 0 || base <= 0) {
                continue;
            }
            RowFiller filler(next, depth);
            double x = box.x0;
            for (const std::uint32_t child : index.of(box.node)) {
                // Children of a difference may outweigh their parent: never draw beyond it.
                const double end = std::min(box.x1, x + (box.x1 - box.x0) * magnitude(tree.nodes[child].total) / base);
                if (end > x) {
                    filler.add(x, end, child);
                    x = end;
                }
            }
            filler.flush();
        }
        if (!next.empty()) {
            appendRow(layout, next);
        }
        row = std::move(next);
    }
    layout.rowStart.push_back(static_cast<std::uint32_t>(layout.boxes.size()));
    return layout;
}

std::optional<std::size_t> FlameLayout::boxAt(double x, std::uint32_t depth) const
{
    if (depth >= rowCount()) {
        return std::nullopt;
    }
    const auto first = boxes.begin() + rowStart[depth];
    const auto last = boxes.begin() + rowStart[depth + 1];
    const auto it = std::upper_bound(first, last, x, [](double value, const FlameBox& box) { return value < box.x1; });
    if (it == last || x < it->x0) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(it - boxes.begin());
}

std::optional<std::size_t> FlameLayout::boxOf(std::uint32_t node) const
{
    const auto it =
        std::ranges::find_if(boxes, [&](const FlameBox& box) { return box.node == node && box.mergedCount == 0; });
    if (it == boxes.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(it - boxes.begin());
}

std::vector<std::uint32_t> pathTo(const CallTree& tree, std::uint32_t node)
{
    std::vector<std::uint32_t> path { node };
    while (node != 0) {
        node = tree.nodes[node].parent;
        path.push_back(node);
    }
    std::ranges::reverse(path);
    return path;
}

FlameMatches matchFrames(const CallTree& tree, const std::function<bool(const CallTree::LabelInfo&)>& matches)
{
    FlameMatches result;
    result.isMatch.resize(tree.nodes.size());
    std::vector<std::uint8_t> labelMatches(tree.labels.size());
    std::ranges::transform(tree.labels, labelMatches.begin(),
        [&](const auto& label) { return static_cast<std::uint8_t>(matches(label)); });
    std::vector<std::uint8_t> below(tree.nodes.size()); // an ancestor matched: its total is counted already
    for (std::uint32_t node = 1; node < tree.nodes.size(); ++node) {
        const CallTree::Node& one = tree.nodes[node];
        below[node] = static_cast<std::uint8_t>(below[one.parent] | result.isMatch[one.parent]);
        result.isMatch[node] = labelMatches[one.label];
        if (result.isMatch[node] != 0) {
            result.nodes.push_back(node);
            result.total += below[node] != 0 ? 0 : one.total;
        }
    }
    return result;
}

} // namespace heaptoll::gui
