// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/profile.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace heaptoll {

// Building blocks of the tables and trees over a profile's stacks. Everything is linear in the nodes of the trie and
// without recursion: stacks of 60,000 frames are input like any other.

/// Depth-first walk over a trie whose parents come before their children: enter(node) on the way down, leave(node) on
/// the way up, siblings in the order of their numbers. Needs 8 bytes a node and no stack.
template<typename Enter, typename Leave>
void walkDepthFirst(std::span<const std::uint32_t> parents, Enter&& enter, Leave&& leave)
{
    const auto count = static_cast<std::uint32_t>(parents.size());
    std::vector<std::uint32_t> firstChild(count, 0);
    std::vector<std::uint32_t> nextSibling(count, 0);
    for (std::uint32_t node = count; node-- > 1;) {
        nextSibling[node] = firstChild[parents[node]];
        firstChild[parents[node]] = node;
    }
    std::uint32_t node = count > 1 ? firstChild[0] : 0;
    while (node != 0) {
        enter(node);
        if (firstChild[node] != 0) {
            node = firstChild[node];
            continue;
        }
        while (node != 0) {
            leave(node);
            if (nextSibling[node] != 0) {
                node = nextSibling[node];
                break;
            }
            node = parents[node];
        }
    }
}

/// A sum that does not fit stays at the end of the range, instead of turning into a wrong number that looks right.
[[nodiscard]] inline std::int64_t addSaturated(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    }
    return sum;
}

/// |value| as an unsigned number.
[[nodiscard]] constexpr std::uint64_t magnitude(std::int64_t value)
{
    return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

/// Name of a frame whose function is unknown, as pprof prints it: "[libc.so.6]", or "<unknown>".
[[nodiscard]] std::string unnamedFunction(std::string_view module);

/// Per frame of a profile: is it a runtime frame? Shape: profile.frames.size().
[[nodiscard]] std::vector<std::uint8_t> runtimeFlags(const Profile& profile);

/// Values of whole subtrees: own value plus those of all descendants, saturated. Shape: as self.
[[nodiscard]] std::vector<std::int64_t> inclusiveValues(
    std::span<const std::uint32_t> parents, std::span<const std::int64_t> self);

/// Per frame of a profile: the distinct function names as labels 0 ... names.size()-1.
struct FunctionLabels {
    std::vector<std::uint32_t> ofFrame;
    std::vector<std::string> names;
};
[[nodiscard]] FunctionLabels functionLabels(const Profile& profile);

} // namespace heaptoll
