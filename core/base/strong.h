// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heaptoll {

/// Row number of a table, typed by the table. 0 is reserved: none, root or the empty string.
template<typename Tag>
struct Id {
    std::uint32_t value = 0;

    constexpr Id() = default;
    constexpr explicit Id(std::size_t index)
        : value(static_cast<std::uint32_t>(index))
    { }
    [[nodiscard]] constexpr std::size_t index() const { return value; }
    [[nodiscard]] constexpr bool isNone() const { return value == 0; }
    friend constexpr bool operator==(Id, Id) = default;
    friend constexpr auto operator<=>(Id, Id) = default;
};

using StringId = Id<struct StringTag>;
using FrameId = Id<struct FrameTag>;
using NodeId = Id<struct NodeTag>; ///< a stack: a node of the trie, its path to the root
using LabelSetId = Id<struct LabelSetTag>;

} // namespace heaptoll

template<typename Tag>
struct std::hash<heaptoll::Id<Tag>> {
    std::size_t operator()(heaptoll::Id<Tag> id) const noexcept { return std::hash<std::uint32_t> {}(id.value); }
};
