// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/stack_table.h"

#include "core/base/hash.h"

namespace heaptoll::heap_text {
namespace {

constexpr std::size_t kFewestSlots = 1024;
constexpr std::string_view kInlineSeparator = "--"; ///< not part of any function's name
constexpr std::size_t kMaxNames = 64; ///< of one address
constexpr std::string_view kBinary = "binary=";

std::size_t separatorsIn(std::string_view names)
{
    std::size_t count = 0;
    for (std::size_t at = names.find(kInlineSeparator); at != std::string_view::npos;
         at = names.find(kInlineSeparator, at + kInlineSeparator.size())) {
        ++count;
    }
    return count;
}

/// What symbolisers print for an address they know nothing of.
bool isUnknownName(std::string_view name)
{
    return name.empty() || name.starts_with("0x") || name == "?" || name == "??";
}

} // namespace

StackTable::Location StackTable::locationOf(std::uint64_t returnAddress)
{
    const std::uint64_t address = returnAddress == 0 ? 0 : returnAddress - 1;
    if (m_addresses.size() * 2 >= m_slots.size()) {
        grow();
    }
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = mixHash(address) & mask;; at = (at + 1) & mask) {
        const Location slot = m_slots[at];
        if (slot == 0) {
            m_addresses.push_back(address);
            m_slots[at] = static_cast<Location>(m_addresses.size());
            return m_slots[at] - 1;
        }
        if (m_addresses[slot - 1] == address) {
            return slot - 1;
        }
    }
}

void StackTable::grow()
{
    m_slots.assign(m_slots.empty() ? kFewestSlots : m_slots.size() * 2, 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t i = 0; i < m_addresses.size(); ++i) {
        std::size_t at = mixHash(m_addresses[i]) & mask;
        while (m_slots[at] != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = static_cast<Location>(i + 1);
    }
}

void StackTable::addStack(std::span<const Location> leafFirst)
{
    m_stacks.push_back({ m_locations.size(), m_rows.size() });
    m_locations.insert(m_locations.end(), leafFirst.begin(), leafFirst.end());
}

void StackTable::addStackOfAddresses(std::span<const std::uint64_t> leafFirst)
{
    m_stacks.push_back({ m_locations.size(), m_rows.size() });
    for (const std::uint64_t address : leafFirst) {
        m_locations.push_back(locationOf(address));
    }
}

bool SymbolTable::addLine(std::string_view line)
{
    if (line.starts_with(kBinary)) {
        m_binary = trimmed(line.substr(kBinary.size()));
        return true;
    }
    if (!line.starts_with("0x")) {
        return false;
    }
    const auto address = takeHex(line);
    if (!address || (!line.empty() && line.front() != ' ' && line.front() != '\t') || separatorsIn(line) >= kMaxNames) {
        return false;
    }
    m_names.emplace(*address, trimmed(line));
    return true;
}

std::vector<std::string_view> SymbolTable::namesOf(std::uint64_t callAddress) const
{
    auto it = m_names.find(callAddress);
    if (it == m_names.end()) {
        it = m_names.find(callAddress + 1);
    }
    std::vector<std::string_view> names;
    std::string_view rest = it == m_names.end() ? std::string_view {} : std::string_view(it->second);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(kInlineSeparator), rest.size());
        const std::string_view name = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + kInlineSeparator.size(), rest.size()));
        if (!isUnknownName(name)) {
            names.push_back(name);
        }
    }
    return names;
}

} // namespace heaptoll::heap_text
