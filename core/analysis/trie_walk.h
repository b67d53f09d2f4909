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

/// Are the nodes numbered in the order of a depth-first walk? Every parent is then the node before or a caller of it.
[[nodiscard]] bool isDepthFirst(std::span<const std::uint32_t> parents);

/// Depth-first walk over a trie whose parents come before their children: enter(node) on the way down, leave(node) on
/// the way up, siblings in the order of their numbers. Without a stack; needs 8 bytes a node, and nothing where the numbers are in that order.
template<typename Enter, typename Leave>
void walkDepthFirst(std::span<const std::uint32_t> parents, Enter&& enter, Leave&& leave)
{
    const auto count = static_cast<std::uint32_t>(parents.size());
    if (isDepthFirst(parents)) {
        std::uint32_t at = 0;
        for (std::uint32_t node = 1; node < count; ++node) {
            for (; at != parents[node]; at = parents[at]) {
                leave(at);
            }
            enter(node);
            at = node;
        }
        for (; at != 0; at = parents[at]) {
            leave(at);
        }
        return;
    }
    struct Links {
        std::uint32_t firstChild = 0;
        std::uint32_t nextSibling = 0;
    };
    std::vector<Links> links(count);
    for (std::uint32_t node = count; node-- > 1;) {
        Links& parent = links[parents[node]];
        links[node].nextSibling = parent.firstChild;
        parent.firstChild = node;
    }
    std::uint32_t node = count > 1 ? links[0].firstChild : 0;
    while (node != 0) {
        enter(node);
        if (links[node].firstChild != 0) {
            node = links[node].firstChild;
            continue;
        }
        while (node != 0) {
            leave(node);
            if (links[node].nextSibling != 0) {
                node = links[node].nextSibling;
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
/// ... and of one whose file is known all the same (tracemalloc): "app/feed.py:42". Such lines are told apart.
[[nodiscard]] std::string unnamedFunction(std::string_view module, std::string_view file, std::uint32_t line);

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
