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
    /// The node of a whole stack, outermost frame first. Complexity: O(frames); faster than as many calls of child(),
    /// and several times faster, in half the memory, while the stacks come in ascending order of their frames.
    NodeId path(std::span<const FrameId> frames);
    [[nodiscard]] NodeId parent(NodeId node) const { return NodeId { m_parents[node.index()] }; }
    [[nodiscard]] FrameId frame(NodeId node) const { return FrameId { m_frames[node.index()] }; }
    [[nodiscard]] std::span<const std::uint32_t> parents() const { return m_parents; }
    [[nodiscard]] std::span<const std::uint32_t> frames() const { return m_frames; }
    [[nodiscard]] std::size_t size() const { return m_parents.size(); }
    /// Frees the index that only building needs; child() may not be called afterwards.
    void freeze();

private:
    [[nodiscard]] bool followsLast(std::span<const FrameId> frames, std::size_t common) const;
    void makeIndex();
    void grow();
    [[nodiscard]] std::uint32_t add(std::uint32_t parent, std::uint32_t frame);
    [[nodiscard]] std::uint32_t findOrAdd(std::uint32_t parent, std::uint32_t frame, std::uint32_t hash);
    std::vector<std::uint32_t> m_parents;
    std::vector<std::uint32_t> m_frames;
    // Only while building. As long as every stack is greater than the last one, what it does not share with the last
    // one is new: there is no index then, and nodes are numbered depth first. The first stack out of order makes one.
    std::vector<FrameId> m_lastPath;
    std::vector<std::uint32_t> m_lastNodes;
    // The index. A node is found by the hash of its whole path, not of its parent's number: the places of all frames
    // of a stack are then known before the first lookup, and are fetched at the same time.
    std::vector<std::uint32_t> m_hashes;
    std::vector<std::uint32_t> m_slots; ///< empty = there is no index yet
    std::vector<std::uint32_t> m_pathHashes;
    bool m_isFrozen = false;
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
