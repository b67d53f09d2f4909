// SPDX-License-Identifier: Apache-2.0
#include "core/model/stack_trie.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace heaptoll {
namespace {

constexpr std::size_t kFewestSlots = 64;
constexpr std::size_t kLargeTrie = std::size_t { 1 } << 20U; ///< nodes

/// Hash of a path: of the path of its parent and the last frame.
std::uint32_t hashOf(std::uint32_t parentHash, std::uint32_t frame)
{
    const std::uint64_t mixed = ((std::uint64_t { parentHash } << 32U) | frame) * 0x9e3779b97f4a7c15ULL;
    const std::uint64_t folded = (mixed ^ (mixed >> 29U)) * 0xd6e8feb86659fd93ULL;
    return static_cast<std::uint32_t>(folded >> 32U);
}

} // namespace

StackTrie::StackTrie()
    : m_parents(1)
    , m_frames(1)
{ }

NodeId StackTrie::child(NodeId parent, FrameId frame)
{
    assert(!m_isFrozen);
    if (m_slots.empty()) {
        makeIndex();
    }
    return NodeId { findOrAdd(parent.value, frame.value, hashOf(m_hashes[parent.index()], frame.value)) };
}

NodeId StackTrie::path(std::span<const FrameId> frames)
{
    assert(!m_isFrozen);
    if (m_slots.empty()) {
        const auto differs = std::ranges::mismatch(frames, m_lastPath);
        const auto common = static_cast<std::size_t>(differs.in1 - frames.begin());
        if (common == frames.size()) {
            return NodeId { frames.empty() ? 0 : m_lastNodes[common - 1] };
        }
        if (followsLast(frames, common)) {
            m_lastPath.resize(common);
            m_lastNodes.resize(common);
            std::uint32_t node = common == 0 ? 0 : m_lastNodes[common - 1];
            for (const FrameId frame : frames.subspan(common)) {
                node = add(node, frame.value);
                m_lastPath.push_back(frame);
                m_lastNodes.push_back(node);
            }
            return NodeId { node };
        }
        makeIndex();
    }
    m_pathHashes.resize(frames.size());
    std::uint32_t hash = m_hashes[0];
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        hash = hashOf(hash, frames[i].value);
        m_pathHashes[i] = hash;
        __builtin_prefetch(&m_slots[hash & mask]);
    }
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        node = findOrAdd(node, frames[i].value, m_pathHashes[i]);
    }
    return NodeId { node };
}

/// Is a stack, which shares `common` frames with the last one and has more than those, greater than it?
bool StackTrie::followsLast(std::span<const FrameId> frames, std::size_t common) const
{
    return common == m_lastPath.size() || m_lastPath[common].value < frames[common].value;
}

std::uint32_t StackTrie::add(std::uint32_t parent, std::uint32_t frame)
{
    const auto added = static_cast<std::uint32_t>(m_parents.size());
    m_parents.push_back(parent);
    m_frames.push_back(frame);
    return added;
}

std::uint32_t StackTrie::findOrAdd(std::uint32_t parent, std::uint32_t frame, std::uint32_t hash)
{
    if (m_parents.size() * 2 > m_slots.size()) {
        grow();
    }
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const std::uint32_t node = m_slots[at];
        if (node == 0) {
            m_slots[at] = add(parent, frame);
            m_hashes.push_back(hash);
            return m_slots[at];
        }
        if (m_parents[node] == parent && m_frames[node] == frame) {
            return node;
        }
    }
}

void StackTrie::makeIndex()
{
    m_hashes.assign(1, 0);
    for (std::size_t node = 1; node < m_parents.size(); ++node) {
        m_hashes.push_back(hashOf(m_hashes[m_parents[node]], m_frames[node]));
    }
    m_slots.resize(std::bit_ceil(m_parents.size() + kFewestSlots / 2));
    grow();
    m_lastPath = {};
    m_lastNodes = {};
}

void StackTrie::grow()
{
    m_slots.assign(m_slots.size() * 2, 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t node = 1; node < m_parents.size(); ++node) {
        std::size_t at = m_hashes[node] & mask;
        while (m_slots[at] != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = node;
    }
}

void StackTrie::freeze()
{
    m_isFrozen = true;
    m_lastPath = {};
    for (std::vector<std::uint32_t>* building : { &m_lastNodes, &m_slots, &m_hashes, &m_pathHashes }) {
        *building = {};
    }
    // Pages that were never written cost nothing; copying a large trie to give them back does, and needs both at once.
    if (m_parents.size() < kLargeTrie) {
        m_parents.shrink_to_fit();
        m_frames.shrink_to_fit();
    }
}

TrieChildren childrenOf(const StackTrie& trie)
{
    const auto parents = trie.parents();
    TrieChildren children;
    children.offsets.assign(parents.size() + 1, 0);
    for (std::size_t node = 1; node < parents.size(); ++node) {
        ++children.offsets[parents[node] + 1];
    }
    for (std::size_t node = 1; node < children.offsets.size(); ++node) {
        children.offsets[node] += children.offsets[node - 1];
    }
    children.nodes.resize(parents.size() - 1);
    std::vector<std::uint32_t> next(children.offsets.begin(), children.offsets.end() - 1);
    for (std::uint32_t node = 1; node < parents.size(); ++node) {
        children.nodes[next[parents[node]]++] = node;
    }
    return children;
}

} // namespace heaptoll
