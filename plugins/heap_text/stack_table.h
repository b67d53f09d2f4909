// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/heap_text/heap_text_lines.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll::heap_text {

/// A frame that the file itself names.
struct NamedFrame {
    std::string function; ///< empty = only the address is known
    std::string file;
    std::uint32_t line = 0; ///< 0 = unknown
    std::uint64_t address = 0;
    bool isInlined = false;
};

/// The stacks and numbers of a file. They wait here for its end, where the files of the addresses, the time and the
/// symbols stand. Memory: 4 bytes a frame, 40 a row of numbers.
class StackTable {
public:
    /// A number of an address or of a named frame.
    using Location = std::uint32_t;
    static constexpr std::int64_t kNoLabel = std::numeric_limits<std::int64_t>::min();

    struct Row {
        Counts counts; ///< estimates, not raw samples
        std::int64_t label = kNoLabel; ///< block size, or number of a thread
    };
    struct Stack {
        std::size_t firstLocation = 0;
        std::size_t firstRow = 0;
    };

    /// The call that returns to an address: one byte before it.
    [[nodiscard]] Location locationOf(std::uint64_t returnAddress);
    /// key: what makes the frame this one; make: called when it is new.
    template<typename Make>
    [[nodiscard]] Location named(const std::string& key, Make make)
    {
        const auto [it, isNew] = m_namedIndex.try_emplace(key, static_cast<Location>(m_named.size()) | kNamed);
        if (isNew) {
            m_named.push_back(make());
        }
        return it->second;
    }

    void addStack(std::span<const Location> leafFirst);
    void addStackOfAddresses(std::span<const std::uint64_t> leafFirst);
    /// Numbers of the last stack.
    void addRow(const Row& row) { m_rows.push_back(row); }

    [[nodiscard]] std::span<const Stack> stacks() const { return m_stacks; }
    [[nodiscard]] std::span<const Location> locationsOf(std::size_t stack) const
    {
        const std::size_t end = stack + 1 < m_stacks.size() ? m_stacks[stack + 1].firstLocation : m_locations.size();
        return std::span(m_locations).subspan(m_stacks[stack].firstLocation, end - m_stacks[stack].firstLocation);
    }
    [[nodiscard]] std::span<const Row> rowsOf(std::size_t stack) const
    {
        const std::size_t end = stack + 1 < m_stacks.size() ? m_stacks[stack + 1].firstRow : m_rows.size();
        return std::span(m_rows).subspan(m_stacks[stack].firstRow, end - m_stacks[stack].firstRow);
    }
    [[nodiscard]] std::span<const std::uint64_t> addresses() const { return m_addresses; }
    [[nodiscard]] std::span<const NamedFrame> namedFrames() const { return m_named; }
    [[nodiscard]] static bool isNamed(Location location) { return (location & kNamed) != 0; }
    /// Place in namedFrames() or addresses().
    [[nodiscard]] static std::size_t indexOf(Location location) { return location & ~kNamed; }

private:
    static constexpr Location kNamed = Location { 1 } << 31U;
    void grow();

    std::vector<std::uint64_t> m_addresses;
    std::vector<Location> m_slots; ///< open addressing: place in m_addresses + 1, 0 = free
    std::vector<NamedFrame> m_named;
    std::unordered_map<std::string, Location> m_namedIndex;
    std::vector<Location> m_locations; ///< leaf first, stack after stack
    std::vector<Stack> m_stacks;
    std::vector<Row> m_rows;
};

/// Names of addresses: the part of a file between "--- symbol" and "---".
/// Source: ReadSymbols and PrintSymbolizedProfile of jeprof and google-pprof.
class SymbolTable {
public:
    /// "0x55d2c0 outermost--inlined into it", "binary=/path". false = neither, or more names than code has: each of
    /// them would be a frame of every stack with this address.
    [[nodiscard]] bool addLine(std::string_view line);
    /// Names for the call before a return address, outermost first; empty = unknown. Leaves are listed by their return
    /// address itself, all others by the byte before.
    [[nodiscard]] std::vector<std::string_view> namesOf(std::uint64_t callAddress) const;
    [[nodiscard]] const std::string& binary() const { return m_binary; }

private:
    std::unordered_map<std::uint64_t, std::string> m_names;
    std::string m_binary;
};

} // namespace heaptoll::heap_text
