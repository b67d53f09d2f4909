// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/tree_builder.h"

#include "core/analysis/runtime_frames.h"
#include "core/base/hash.h"

#include <algorithm>
#include <iterator>
#include <numeric>

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

/// Labels in the order of their names; equal names share a rank.
std::vector<std::uint32_t> nameRanks(const std::vector<CallTree::LabelInfo>& labels)
{
    std::vector<std::uint32_t> order(labels.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto name = [&](std::uint32_t label) -> const std::string& { return labels[label].site.function; };
    std::ranges::sort(order, {}, name);
    std::vector<std::uint32_t> ranks(labels.size());
    for (std::size_t i = 1; i < order.size(); ++i) {
        ranks[order[i]] = ranks[order[i - 1]] + (name(order[i - 1]) != name(order[i]) ? 1U : 0U);
    }
    return ranks;
}

} // namespace

TreeBuilder::TreeBuilder(std::size_t labelCount, std::size_t expectedNodes)
    : m_slots(64)
    , m_labelStates(labelCount)
    , m_labelCount(static_cast<std::uint32_t>(labelCount))
{
    m_nodes.reserve(expectedNodes);
}

std::uint32_t TreeBuilder::child(std::uint32_t parent, std::uint32_t label)
{
    std::size_t seen = 0;
    std::uint32_t node = m_nodes[parent].lastChild;
    for (; node != 0 && seen < kFewChildren; node = m_nodes[node].olderSibling) {
        if (m_nodes[node].label == label) {
            return node;
        }
        ++seen;
    }
    if (seen < kFewChildren) {
        return add(parent, label);
    }
    if (node != 0) { // there are more
        if (const std::uint32_t known = findHashed(parent, label); known != 0) {
            return known;
        }
    } else {
        for (std::uint32_t few = m_nodes[parent].lastChild; few != 0; few = m_nodes[few].olderSibling) {
            hash(few);
        }
    }
    const std::uint32_t added = add(parent, label);
    hash(added);
    return added;
}

std::uint32_t TreeBuilder::add(std::uint32_t parent, std::uint32_t label)
{
    const auto added = static_cast<std::uint32_t>(m_nodes.size());
    m_nodes.push_back({ parent, label, 0, 0, m_nodes[parent].lastChild, 0, 0 });
    m_nodes[parent].lastChild = added;
    return added;
}

std::uint32_t TreeBuilder::findHashed(std::uint32_t parent, std::uint32_t label) const
{
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hashOf(parent, label) & mask; m_slots[at] != 0; at = (at + 1) & mask) {
        const Node& node = m_nodes[m_slots[at]];
        if (node.parent == parent && node.label == label) {
            return m_slots[at];
        }
    }
    return 0;
}

void TreeBuilder::hash(std::uint32_t node)
{
    if (++m_hashedNodes * 2 > m_slots.size()) {
        grow();
    }
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hashOf(m_nodes[node].parent, m_nodes[node].label) & mask;
    while (m_slots[at] != 0) {
        at = (at + 1) & mask;
    }
    m_slots[at] = node;
}

void TreeBuilder::grow()
{
    std::vector<std::uint32_t> old(m_slots.size() * 2);
    old.swap(m_slots);
    const std::size_t mask = m_slots.size() - 1;
    for (const std::uint32_t node : old) {
        if (node != 0) {
            std::size_t at = hashOf(m_nodes[node].parent, m_nodes[node].label) & mask;
            while (m_slots[at] != 0) {
                at = (at + 1) & mask;
            }
            m_slots[at] = node;
        }
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
    const bool isHeavier = weight > state.weight || (weight == state.weight && frame < state.frame);
    if (state.frame == 0 || isHeavier) {
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

std::vector<CallTree::LabelInfo> TreeBuilder::numberLabels(const Profile& profile, const FunctionLabels& labels)
{
    std::vector<CallTree::LabelInfo> infos;
    std::vector<std::uint32_t> numbers(std::size_t { m_labelCount } + 2, kNone); // by shown label
    infos.push_back(describe(m_nodes.front(), profile, labels));
    m_nodes.front().label = 0;
    for (std::size_t i = 1; i < m_nodes.size(); ++i) {
        Node& node = m_nodes[i];
        const std::size_t shown = shownLabel(node);
        if (shown >= numbers.size()) {
            numbers.resize(shown + 1, kNone);
        }
        if (numbers[shown] == kNone) {
            numbers[shown] = static_cast<std::uint32_t>(infos.size());
            infos.push_back(describe(node, profile, labels));
        }
        node.label = numbers[shown];
    }
    return infos;
}

std::vector<std::int64_t> TreeBuilder::totals() const
{
    std::vector<std::int64_t> totals;
    totals.reserve(m_nodes.size());
    std::ranges::transform(m_nodes, std::back_inserter(totals), &Node::self);
    for (std::size_t node = m_nodes.size(); node-- > 1;) {
        std::int64_t& parent = totals[m_nodes[node].parent];
        parent = addSaturated(parent, totals[node]);
    }
    return totals;
}

std::vector<CallTree::Node> TreeBuilder::inDisplayOrder(const std::vector<CallTree::LabelInfo>& labels) const
{
    constexpr std::size_t kAhead = 16; // nodes to fetch in advance: their children, and twice as far, themselves
    const std::vector<std::int64_t> total = totals();
    const std::vector<std::uint32_t> rankOf = nameRanks(labels);
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        if (total[a] != total[b]) {
            return total[a] > total[b];
        }
        const std::uint32_t left = rankOf[m_nodes[a].label];
        const std::uint32_t right = rankOf[m_nodes[b].label];
        return left != right ? left < right : a < b;
    };
    std::vector<std::uint32_t> order { 0 };
    order.reserve(m_nodes.size());
    std::vector<CallTree::Node> nodes;
    nodes.reserve(m_nodes.size());
    nodes.push_back({ 0, m_nodes[0].label, m_nodes[0].self, total[0] });
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        if (i + 2 * kAhead < order.size()) {
            __builtin_prefetch(&m_nodes[order[i + 2 * kAhead]]);
            __builtin_prefetch(&m_nodes[m_nodes[order[i + kAhead]].lastChild]);
            __builtin_prefetch(&total[m_nodes[order[i + kAhead]].lastChild]);
        }
        const std::size_t first = order.size();
        for (std::uint32_t at = m_nodes[order[i]].lastChild; at != 0; at = m_nodes[at].olderSibling) {
            order.push_back(at);
        }
        const auto children = std::span(order).subspan(first);
        std::ranges::sort(children, before);
        for (const std::uint32_t child : children) {
            nodes.push_back({ i, m_nodes[child].label, m_nodes[child].self, total[child] });
        }
    }
    return nodes;
}

CallTree TreeBuilder::finish(const Profile& profile, const FunctionLabels& labels)
{
    m_slots = {};
    CallTree tree;
    tree.labels = numberLabels(profile, labels);
    tree.nodes = inDisplayOrder(tree.labels);
    return tree;
}

} // namespace heaptoll
