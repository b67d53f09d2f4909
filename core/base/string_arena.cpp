// SPDX-License-Identifier: Apache-2.0
#include "core/base/string_arena.h"

#include "core/base/hash.h"

#include <algorithm>
#include <cstring>

namespace heaptoll {
namespace {
constexpr std::size_t kBlock = std::size_t { 1 } << 20U;
constexpr std::size_t kFirstSlots = 64;
} // namespace

StringArena::StringArena()
    : m_views { std::string_view {} }
    , m_slots(kFirstSlots)
{ }

std::uint32_t StringArena::intern(std::string_view text)
{
    if (text.empty()) {
        return 0;
    }
    if (m_views.size() * 2 > m_slots.size()) {
        grow();
    }
    const std::uint64_t hash = hashBytes(text);
    const auto bits = static_cast<std::uint32_t>(hash >> 32U);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        Slot& slot = m_slots[at];
        if (slot.index == 0) {
            slot = { bits, static_cast<std::uint32_t>(m_views.size()) };
            m_views.push_back(store(text));
            return slot.index;
        }
        if (slot.hashBits == bits && m_views[slot.index] == text) {
            return slot.index;
        }
    }
}

std::uint32_t StringArena::find(std::string_view text) const
{
    if (text.empty()) {
        return 0;
    }
    const std::uint64_t hash = hashBytes(text);
    const auto bits = static_cast<std::uint32_t>(hash >> 32U);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const Slot& slot = m_slots[at];
        if (slot.index == 0) {
            return size();
        }
        if (slot.hashBits == bits && m_views[slot.index] == text) {
            return slot.index;
        }
    }
}

void StringArena::grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    const std::size_t mask = m_slots.size() - 1;
    for (const Slot& slot : old) {
        if (slot.index != 0) {
            std::size_t at = hashBytes(m_views[slot.index]) & mask;
            while (m_slots[at].index != 0) {
                at = (at + 1) & mask;
            }
            m_slots[at] = slot;
        }
    }
}

std::string_view StringArena::store(std::string_view text)
{
    if (text.size() > m_blockSize - m_blockUsed) {
        m_blockSize = std::max(kBlock, text.size());
        m_blocks.push_back(std::make_unique<char[]>(m_blockSize));
        m_blockUsed = 0;
    }
    char* const start = m_blocks.back().get() + m_blockUsed;
    std::memcpy(start, text.data(), text.size());
    m_blockUsed += text.size();
    return { start, text.size() };
}

} // namespace heaptoll
