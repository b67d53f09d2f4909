// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/call_tree.h"
#include "core/analysis/trie_walk.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heaptoll {

/// Grows a call tree node by node and puts it into its final order. Labels are those of FunctionLabels; two more
/// kinds are its own: folded runtime frames, and callers that were cut.
class TreeBuilder {
public:
    /// expectedNodes: a guess; address space is set aside for as many.
    TreeBuilder(std::size_t labelCount, std::size_t expectedNodes);

    /// The child of a node for a function. Complexity: O(1); quick for what was made last, so depth first is best.
    [[nodiscard]] std::uint32_t child(std::uint32_t parent, std::uint32_t label);
    /// The child that stands for runtime frames; a runtime frame below one of them goes into the same node.
    /// runLength: how many runtime frames in a row this one is the last of.
    [[nodiscard]] std::uint32_t foldInto(std::uint32_t at, std::uint32_t label, std::uint32_t runLength);
    /// The child that stands for callers beyond the depth limit.
    [[nodiscard]] std::uint32_t cutChild(std::uint32_t parent);
    void addSelf(std::uint32_t node, std::int64_t value)
    {
        m_nodes[node].self = addSaturated(m_nodes[node].self, value);
    }
    /// A frame that a label stands for; the heaviest one (of equals the first) gives the label its file
    /// and line.
    void noteFrame(std::uint32_t label, std::uint32_t frame, bool isInlined, std::uint64_t weight);

    /// Sums, sorts and renumbers. Shape and order: see CallTree.
    [[nodiscard]] CallTree finish(const Profile& profile, const FunctionLabels& labels);

private:
    struct Node {
        std::uint32_t parent = 0;
        std::uint32_t label = 0;
        std::int64_t self = 0;
        std::uint32_t lastChild = 0; ///< head of the list of children, the newest first; 0 = none
        std::uint32_t olderSibling = 0;
        std::uint32_t foldDepth = 0; ///< folded runtime frames, the longest run; 0 = an ordinary node
        std::uint32_t foldLabel = 0; ///< the one function that was folded, kNone = several
    };
    struct LabelState {
        std::uint64_t weight = 0;
        std::uint32_t frame = 0;
        bool isInlined = true;
    };
    static constexpr std::uint32_t kNone = 0xffffffffU;

    /// Children of nodes that have more than this are also found by hash.
    static constexpr std::size_t kFewChildren = 8;

    [[nodiscard]] std::uint32_t add(std::uint32_t parent, std::uint32_t label);
    [[nodiscard]] std::uint32_t findHashed(std::uint32_t parent, std::uint32_t label) const;
    void hash(std::uint32_t node);
    void grow();
    /// Labels as the tree has them: functions, then folded runs by length, then the cut.
    [[nodiscard]] std::uint32_t shownLabel(const Node& node) const;
    [[nodiscard]] CallTree::LabelInfo describe(
        const Node& node, const Profile& profile, const FunctionLabels& labels) const;
    /// Gives the nodes the labels of the tree, numbered in the order of their first node.
    [[nodiscard]] std::vector<CallTree::LabelInfo> numberLabels(const Profile& profile, const FunctionLabels& labels);
    /// Own value plus those of all descendants, per node.
    [[nodiscard]] std::vector<std::int64_t> totals() const;
    /// Breadth first, siblings by total descending, then by name.
    [[nodiscard]] std::vector<CallTree::Node> inDisplayOrder(const std::vector<CallTree::LabelInfo>& labels) const;

    std::vector<Node> m_nodes { Node { 0, kNone, 0, 0, 0, 0, 0 } };
    std::vector<std::uint32_t> m_slots; ///< nodes whose parents have many children
    std::size_t m_hashedNodes = 0;
    std::vector<LabelState> m_labelStates;
    std::uint32_t m_labelCount = 0; ///< label m_labelCount = folded runtime frames, + 1 = cut callers
};

} // namespace heaptoll
