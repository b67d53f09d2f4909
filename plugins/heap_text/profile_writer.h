// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "core/sdk/importer.h"
#include "plugins/heap_text/memory_map.h"
#include "plugins/heap_text/stack_table.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace heaptoll::heap_text {

/// Everything a file said, once it was read.
struct Profile {
    Header header;
    bool hasAllocated = false;
    StackTable stacks;
    SymbolTable symbols;
    MemoryMap map;
    std::vector<std::string> threads; ///< names by the number in a row's label; empty = labels are block sizes
    std::unordered_map<std::uint64_t, std::size_t> threadNumbers; ///< by the number that the program gave the thread
    std::optional<Instant> time;
    std::optional<std::int64_t> peakRssBytes;
};

/// Sends a profile to the sink: frames, stacks in ascending order, and their numbers. Errors: Cancelled.
[[nodiscard]] Result<void> writeProfile(
    const Profile& profile, const std::string& sourceName, sdk::Sink& sink, const TaskContext& task);

} // namespace heaptoll::heap_text
