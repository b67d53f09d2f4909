// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll {

/// All stacks of a profile as one trie: a stack is the path from a node to the root.
/// Shape: parallel columns. Invariant: parent(n) < n, node 0 is the root, so inclusive sums are one reverse sweep:
///   for (n = size-1; n > 0; --n) total[parent(n)] += total[n]
class StackTrie {
public:
    StackTrie();
    /// The child of parent for frame, made when it is new. Complexity: O(1).
    NodeId child(NodeId parent, FrameId frame);
    [[nodiscard]] NodeId parent(NodeId node) const { return NodeId { m_parents[node.index()] }; }
    [[nodiscard]] FrameId frame(NodeId node) const { return FrameId { m_frames[node.index()] }; }
    [[nodiscard]] std::span<const std::uint32_t> parents() const { return m_parents; }
    [[nodiscard]] std::span<const std::uint32_t> frames() const { return m_frames; }
    [[nodiscard]] std::size_t size() const { return m_parents.size(); }
    /// Frees the index that only building needs; child() may not be called afterwards.
    void freeze();

private:
    void grow();
    std::vector<std::uint32_t> m_parents;
    std::vector<std::uint32_t> m_frames;
    std::vector<std::uint32_t> m_slots;
};

/// Children of every node in CSR form: children of n are nodes[offsets[n] .. offsets[n+1]).
struct TrieChildren {
    std::vector<std::uint32_t> offsets;
    std::vector<std::uint32_t> nodes;
    [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t node) const
    {
        return std::span(nodes).subspan(offsets[node], offsets[node + 1] - offsets[node]);
    }
};
[[nodiscard]] TrieChildren childrenOf(const StackTrie& trie);

} // namespace heaptoll
