// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// Numbers the distinct cells of one column from 1, by their raw bytes and a flag. Gives up (and stays given
/// up) on columns where most cells are new, such as line ids: there a dictionary costs more than it saves.
class CellCache {
public:
    struct Found {
        std::uint32_t code = 0;
        std::string_view stored; ///< of a new cell: its bytes, valid for the life of the cache
    };

    CellCache();
    [[nodiscard]] bool hasGivenUp() const { return m_hasGivenUp; }
    [[nodiscard]] Found code(std::string_view text, std::uint32_t flags);
    /// Tells how many cells were looked at, hits of the caller's own included; decides whether to give up.
    void noteCells(std::size_t count);

private:
    struct Slot {
        std::uint32_t hashBits = 0;
        std::uint32_t code = 0; ///< 0 = free
    };
    struct Entry {
        std::string_view text;
        std::uint32_t flags = 0;
    };
    void grow();
    std::string_view store(std::string_view text);

    std::vector<Slot> m_slots;
    std::vector<Entry> m_entries; ///< of code - 1
    std::vector<std::unique_ptr<char[]>> m_blocks;
    std::size_t m_blockUsed = 0;
    std::size_t m_blockSize = 0;
    std::uint64_t m_cells = 0;
    bool m_hasGivenUp = false;
};

} // namespace heaptoll::sdk
