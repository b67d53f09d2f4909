// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace heaptoll {

/// Interns byte strings into dense indices, 0 = "". Views stay valid for the arena's life (blocks never move).
/// Complexity: O(length) per intern; 16 bytes per string beside its bytes.
class StringArena {
public:
    StringArena();
    StringArena(const StringArena&) = delete;
    StringArena& operator=(const StringArena&) = delete;
    StringArena(StringArena&&) noexcept = default;
    StringArena& operator=(StringArena&&) noexcept = default;
    ~StringArena() = default;

    std::uint32_t intern(std::string_view text);
    [[nodiscard]] std::string_view view(std::uint32_t index) const { return m_views[index]; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(m_views.size()); }
    /// Index of text, or size() when it was never interned.
    [[nodiscard]] std::uint32_t find(std::string_view text) const;

private:
    struct Slot {
        std::uint32_t hashBits = 0; ///< upper half of the hash: most misses are seen without touching the bytes
        std::uint32_t index = 0; ///< 0 = free
    };
    void grow();
    std::string_view store(std::string_view text);

    std::vector<std::unique_ptr<char[]>> m_blocks;
    std::size_t m_blockUsed = 0;
    std::size_t m_blockSize = 0;
    std::vector<std::string_view> m_views;
    std::vector<Slot> m_slots;
};

} // namespace heaptoll
