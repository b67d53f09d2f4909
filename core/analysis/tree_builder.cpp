// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/tree_builder.h"

#include "core/analysis/runtime_frames.h"
#include "core/base/hash.h"

#include <algorithm>
#include <unordered_map>

namespace heaptoll {
namespace {

std::uint64_t hashOf(std::uint32_t parent, std::uint32_t label)
{
    return mixHash((std::uint64_t { parent } << 32U) | label);
}

Site siteOf(const Profile& profile, std::uint32_t frameRow)
{
    const Frame& frame = profile.frames.at(FrameId { frameRow });
    const auto text = [&](StringId id) { return std::string(profile.strings.view(id)); };
    return { text(frame.function), text(frame.file), frame.line, text(frame.module) };
}

} // namespace

TreeBuilder::TreeBuilder(std::size_t labelCount)
    : m_slots(64)
    , m_labelStates(labelCount)
    , m_labelCount(static_cast<std::uint32_t>(labelCount))
{ }

std::uint32_t TreeBuilder::child(std::uint32_t parent, std::uint32_t label)
{
    if (m_nodes.size() * 2 > m_slots.size()) {
        grow();
    }
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hashOf(parent, label) & mask;; at = (at + 1) & mask) {
        const std::uint32_t node = m_slots[at];
        if (node == 0) {
            m_slots[at] = static_cast<std::uint32_t>(m_nodes.size());
            m_nodes.push_back({ parent, label, 0, 0, 0 });
            return m_slots[at];
        }
        if (m_nodes[node].parent == parent && m_nodes[node].label == label) {
            return node;
        }
    }
}

void TreeBuilder::grow()
{
    m_slots.assign(m_slots.size() * 2, 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t node = 1; node < m_nodes.size(); ++node) {
        std::size_t at = hashOf(m_nodes[node].parent, m_nodes[node].label) & mask;
        while (m_slots[at] != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = node;
    }
}

std::uint32_t TreeBuilder::foldInto(std::uint32_t at, std::uint32_t label, std::uint32_t runLength)
{
    const std::uint32_t node = m_nodes[at].foldDepth > 0 ? at : child(at, m_labelCount);
    Node& folded = m_nodes[node];
    if (folded.foldDepth == 0) {
        folded.foldLabel = label;
    } else if (folded.foldLabel != label) {
        folded.foldLabel = kNone;
    }
    folded.foldDepth = std::max(folded.foldDepth, runLength);
    return node;
}

std::uint32_t TreeBuilder::cutChild(std::uint32_t parent)
{
    return child(parent, m_labelCount + 1);
}

void TreeBuilder::noteFrame(std::uint32_t label, std::uint32_t frame, bool isInlined, std::uint64_t weight)
{
    LabelState& state = m_labelStates[label];
    state.isInlined = state.isInlined && isInlined;
    if (state.frame == 0 || weight > state.weight) {
        state.frame = frame;
        state.weight = weight;
    }
}

std::uint32_t TreeBuilder::shownLabel(const Node& node) const
{
    if (node.foldDepth == 0) {
        return node.label; // a function, or the cut
    }
    if (node.foldDepth == 1 && node.foldLabel != kNone) {
        return node.foldLabel; // one runtime function alone keeps its name
    }
    return m_labelCount + 1 + node.foldDepth;
}

CallTree::LabelInfo TreeBuilder::describe(const Node& node, const Profile& profile, const FunctionLabels& labels) const
{
    const std::uint32_t shown = shownLabel(node);
    CallTree::LabelInfo info;
    if (node.label == kNone) {
        info.site.function = "all";
    } else if (shown < m_labelCount) {
        info.site = siteOf(profile, m_labelStates[shown].frame);
        info.site.function = labels.names[shown];
        info.isRuntime = node.foldDepth > 0 || isRuntimeFrame(siteOf(profile, m_labelStates[shown].frame));
        info.isInlined = m_labelStates[shown].isInlined;
    } else if (node.foldDepth > 0) {
        info.site.function =
            std::to_string(node.foldDepth) + (node.foldDepth == 1 ? " runtime frame" : " runtime frames");
        info.isRuntime = true;
        info.foldedFrames = node.foldDepth;
    } else {
        info.site.function = "(more callers)";
    }
    return info;
}

std::vector<std::uint32_t> TreeBuilder::numberLabels(
    CallTree& tree, const Profile& profile, const FunctionLabels& labels) const
{
    std::vector<std::uint32_t> numbers;
    numbers.reserve(m_nodes.size());
    std::unordered_map<std::uint32_t, std::uint32_t> known;
    for (const Node& node : m_nodes) {
        const auto [it, isNew] = known.try_emplace(
            node.label == kNone ? kNone : shownLabel(node), static_cast<std::uint32_t>(tree.labels.size()));
        if (isNew) {
            tree.labels.push_back(describe(node, profile, labels));
        }
        numbers.push_back(it->second);
    }
    return numbers;
}

std::vector<std::uint32_t> TreeBuilder::displayOrder(
    const std::vector<std::int64_t>& totals, const std::vector<std::uint32_t>& labelOf, const CallTree& tree) const
{
    std::vector<std::uint32_t> offsets(m_nodes.size() + 1, 0);
    for (std::size_t node = 1; node < m_nodes.size(); ++node) {
        ++offsets[m_nodes[node].parent + 1];
    }
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        offsets[i] += offsets[i - 1];
    }
    std::vector<std::uint32_t> children(m_nodes.size() - 1);
    std::vector<std::uint32_t> next(offsets.begin(), offsets.end() - 1);
    for (std::uint32_t node = 1; node < m_nodes.size(); ++node) {
        children[next[m_nodes[node].parent]++] = node;
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        if (totals[a] != totals[b]) {
            return totals[a] > totals[b];
        }
        const std::string& left = tree.labels[labelOf[a]].site.function;
        const std::string& right = tree.labels[labelOf[b]].site.function;
        return left != right ? left < right : a < b;
    };
    std::vector<std::uint32_t> order { 0 };
    order.reserve(m_nodes.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t node = order[i];
        const auto first = children.begin() + offsets[node];
        const auto last = children.begin() + offsets[node + 1];
        if (last - first > 1) {
            std::sort(first, last, before);
        }
        order.insert(order.end(), first, last);
    }
    return order;
}

CallTree TreeBuilder::finish(const Profile& profile, const FunctionLabels& labels)
{
    CallTree tree;
    std::vector<std::int64_t> totals;
    totals.reserve(m_nodes.size());
    for (const Node& node : m_nodes) {
        totals.push_back(node.self);
    }
    for (std::size_t node = m_nodes.size(); node-- > 1;) {
        std::int64_t& parent = totals[m_nodes[node].parent];
        parent = addSaturated(parent, totals[node]);
    }
    const std::vector<std::uint32_t> labelOf = numberLabels(tree, profile, labels);
    const std::vector<std::uint32_t> order = displayOrder(totals, labelOf, tree);
    std::vector<std::uint32_t> newNumber(m_nodes.size(), 0);
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        newNumber[order[i]] = i;
    }
    tree.nodes.reserve(order.size());
    for (const std::uint32_t node : order) {
        tree.nodes.push_back({ newNumber[m_nodes[node].parent], labelOf[node], m_nodes[node].self, totals[node] });
    }
    return tree;
}

} // namespace heaptoll
