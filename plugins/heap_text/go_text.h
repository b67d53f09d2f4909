// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"
#include "plugins/heap_text/stack_table.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::heap_text {

/// A line of symbols: "#\t0x6a72ca\tmain.run+0xca\t\t/src/main.go:40".
struct GoSymbol {
    std::uint64_t address = 0; ///< of the call, one less than the address of the stack
    std::uint64_t entry = 0; ///< where the machine code begins: that of the caller for what was inlined into it
    std::string function; ///< empty = Go found none
    std::string file;
    std::uint32_t line = 0;
};

/// Errors: nullopt when the line is no such.
[[nodiscard]] std::optional<GoSymbol> parseGoSymbol(std::string_view line);

/// The stack that the lines of symbols below a record name, leaf first. What they leave out is what Go hides in its
/// profiles: the runtime's own frames at the leaf, and runtime.goexit.
[[nodiscard]] std::vector<StackTable::Location> goStack(std::span<const GoSymbol> symbols, StackTable& table);

/// What the comment behind the records says of the process.
struct MemStats {
    bool isSeen = false;
    std::optional<Instant> lastGc; ///< the profile is as of then
    std::optional<std::int64_t> maxRssBytes;
    std::string summary; ///< "HeapAlloc 22399912, HeapSys ..."

    /// A line "# Name = value" or "# runtime.MemStats". false = another comment.
    bool addLine(std::string_view line);
};

} // namespace heaptoll::heap_text
