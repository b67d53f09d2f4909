// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/cell_cache.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <cstring>

namespace heaptoll::sdk {
namespace {

constexpr std::size_t kFirstSlots = 256;
constexpr std::size_t kBlock = std::size_t { 256 } << 10U;
constexpr std::size_t kGiveUpEntries = 65'536;
__extension__ using UInt128 = unsigned __int128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b)
{
    const UInt128 product = UInt128 { a } * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(const char* p, std::size_t count)
{
    std::uint64_t word = 0;
    std::memcpy(&word, p, count);
    return word;
}

/// Sixteen bytes per multiplication; reads each byte at least once, none outside.
std::uint64_t hashCell(std::string_view text)
{
    constexpr std::uint64_t kA = 0x9e3779b97f4a7c15ULL;
    constexpr std::uint64_t kB = 0xd6e8feb86659fd93ULL;
    const char* p = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = kA ^ left;
    for (; left > 16; left -= 16, p += 16) {
        hash = fold(load(p, 8) ^ kB, load(p + 8, 8) ^ hash);
    }
    if (left >= 8) {
        return fold(fold(load(p, 8) ^ kB, load(p + left - 8, 8) ^ hash), kA);
    }
    if (left >= 4) {
        return fold(fold((load(p, 4) << 32U | load(p + left - 4, 4)) ^ kB, hash), kA);
    }
    const std::uint64_t few
        = left == 0 ? 0 : load(p, 1) | load(p + left / 2, 1) << 8U | load(p + left - 1, 1) << 16U;
    return fold(fold(few ^ kB, hash), kA);
}

} // namespace

CellCache::CellCache()
    : m_slots(kFirstSlots)
{ }

CellCache::Found CellCache::code(std::string_view text, std::uint32_t flags)
{
    if (m_entries.size() * 2 >= m_slots.size()) {
        grow();
    }
    const std::uint64_t hash = hashCell(text);
    const auto bits = static_cast<std::uint32_t>(hash >> 32U);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        Slot& slot = m_slots[at];
        if (slot.code == 0) {
            m_entries.push_back({ store(text), flags });
            slot = { bits, static_cast<std::uint32_t>(m_entries.size()) };
            return { slot.code, m_entries.back().text };
        }
        const Entry& entry = m_entries[slot.code - 1];
        if (slot.hashBits == bits && entry.flags == flags && entry.text == text) {
            return { slot.code, {} };
        }
    }
}

void CellCache::noteCells(std::size_t count)
{
    m_cells += count;
    if (!m_hasGivenUp && m_entries.size() >= kGiveUpEntries && m_entries.size() * 2 > m_cells) {
        m_hasGivenUp = true;
        std::vector<Slot>().swap(m_slots);
        std::vector<Entry>().swap(m_entries); // the blocks stay: batches on their way still point into them
    }
}

void CellCache::grow()
{
    m_slots.assign(m_slots.size() * 2, {});
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t code = 1; code <= m_entries.size(); ++code) {
        const std::uint64_t hash = hashCell(m_entries[code - 1].text);
        std::size_t at = hash & mask;
        while (m_slots[at].code != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = { static_cast<std::uint32_t>(hash >> 32U), code };
    }
}

std::string_view CellCache::store(std::string_view text)
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

} // namespace heaptoll::sdk
