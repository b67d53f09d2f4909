// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/heap_text/stack_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll::heap_text {

/// The lines below a stack of jemalloc: the sum of all threads, then one line per thread.
///     t*: 77: 7399 [0: 0]
///     t0: 77: 7399 [0: 0]
struct ThreadCounts {
    struct One {
        std::uint64_t thread = 0;
        Counts raw;
    };
    std::vector<std::uint64_t> addresses; ///< leaf first
    std::optional<Counts> all; ///< absent = its line was not seen
    std::vector<One> threads;
    std::uint64_t line = 0; ///< of the addresses

    void clear();
    /// The rows of the stack: estimates for all threads together, shared out over them by their raw numbers. What the
    /// threads do not account for (their lines were cut, or they ended) is a row without a thread.
    /// The rows add up to the estimate of the sum, which is what jeprof shows: single threads have other average sizes,
    /// so their own estimates would not.
    /// Errors: nullopt without the sum, and when the numbers contradict each other or do not fit.
    [[nodiscard]] std::optional<std::vector<StackTable::Row>> rows(
        std::int64_t rateBytes, const std::unordered_map<std::uint64_t, std::size_t>& numberOfThread) const;
};

/// "t*: 1: 2 [3: 4]", "t7: 1: 2 [3: 4] name".
struct ThreadLine {
    std::optional<std::uint64_t> thread; ///< absent = all of them
    Counts raw;
    std::string_view name; ///< stands in the summary at the start only
};
/// Errors: nullopt when the line is no such; jemalloc writes no negative numbers.
[[nodiscard]] std::optional<ThreadLine> parseThreadLine(std::string_view line);

} // namespace heaptoll::heap_text
