// SPDX-License-Identifier: Apache-2.0
#include "core/model/stack_trie.h"

#include "core/base/hash.h"

#include <cassert>

namespace heaptoll {
namespace {

std::uint64_t hashOf(std::uint32_t parent, std::uint32_t frame)
{
    return mixHash((std::uint64_t { parent } << 32U) | frame);
}

} // namespace

StackTrie::StackTrie()
    : m_parents(1)
    , m_frames(1)
    , m_slots(64)
{ }

NodeId StackTrie::child(NodeId parent, FrameId frame)
{
    assert(!m_slots.empty());
    if (m_parents.size() * 2 > m_slots.size()) {
        grow();
    }
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hashOf(parent.value, frame.value) & mask;; at = (at + 1) & mask) {
        const std::uint32_t node = m_slots[at];
        if (node == 0) {
            m_slots[at] = static_cast<std::uint32_t>(m_parents.size());
            m_parents.push_back(parent.value);
            m_frames.push_back(frame.value);
            return NodeId { m_parents.size() - 1 };
        }
        if (m_parents[node] == parent.value && m_frames[node] == frame.value) {
            return NodeId { node };
        }
    }
}

void StackTrie::grow()
{
    m_slots.assign(m_slots.size() * 2, 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t node = 1; node < m_parents.size(); ++node) {
        std::size_t at = hashOf(m_parents[node], m_frames[node]) & mask;
        while (m_slots[at] != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = node;
    }
}

void StackTrie::freeze()
{
    m_slots.clear();
    m_slots.shrink_to_fit();
    m_parents.shrink_to_fit();
    m_frames.shrink_to_fit();
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
