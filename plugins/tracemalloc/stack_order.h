// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll::tracemalloc {

/// Puts stacks into ascending order, frame by frame from the outermost: the host builds its trie of such stacks without
/// looking anything up, several times faster. The order is for speed only.
///
/// As many outermost frames as fit become one 64-bit key, sorted by digits; what is equal then is compared frame by
/// frame. Programs have few allocating lines: 16 frames of 15 lines are one key.
class StackOrder {
public:
    /// A stack: frame numbers below `frameCount`, leaf first, at [begin, begin + count) of `frames`; and what it holds.
    struct Stack {
        std::uint32_t begin = 0;
        std::uint32_t count = 0;
        std::int64_t bytes = 0;
        std::int64_t objects = 0;
    };

    /// All arguments must outlive the call of sort().
    StackOrder(std::span<const Stack> stacks, std::span<const std::uint32_t> frames, std::size_t frameCount);

    /// Rows of the stacks in order; empty when cancelled. Complexity: O(stacks), and O(n log n) frames for equal keys.
    [[nodiscard]] std::vector<std::uint32_t> sort(const TaskContext& task);

private:
    struct Entry {
        std::uint64_t key = 0;
        std::uint32_t row = 0;
    };
    [[nodiscard]] std::uint64_t keyOf(const Stack& stack) const;
    void sortByKey(const TaskContext& task);
    void sortRuns();

    std::span<const Stack> m_stacks;
    std::span<const std::uint32_t> m_frames;
    unsigned m_frameBits;
    std::vector<Entry> m_entries;
};

} // namespace heaptoll::tracemalloc
