// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/heap_text/stack_table.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll::heap_text {

/// Heap profiles that Google's tools took of Java programs. Numbers stand for frames, and their names come last:
///     --- heapz 1 ---
///     format = java
///     resolution = bytes
///               7048     1 @ 0x00000003 0x00000004
///      0x00000003 com.example.function003 (Source003.java:103)
/// Source: profile/legacy_java_profile.go of google/pprof.
class JavaText {
public:
    /// Bytes between samples: no file says it, all have it.
    static constexpr std::int64_t kRateBytes = std::int64_t { 512 } << 10U;
    [[nodiscard]] static bool isStart(std::string_view line);

    enum class Line : std::uint8_t { Read, Foreign, Broken };
    /// A line without spaces at its ends. Foreign = an attribute says that the numbers are no bytes of Java's heap.
    [[nodiscard]] Line addLine(std::string_view line);
    /// Moves everything into the table. Errors: false when numbers contradict each other.
    [[nodiscard]] bool finish(StackTable& table);
    [[nodiscard]] std::uint64_t unnamedFrames() const { return m_unnamed; } ///< after finish()

private:
    struct Record {
        Counts raw;
        std::size_t firstId = 0;
    };
    [[nodiscard]] bool addSample(std::string_view line);
    [[nodiscard]] bool addName(std::string_view line);
    [[nodiscard]] NamedFrame frameOf(std::uint64_t id);

    std::vector<Record> m_records;
    std::vector<std::uint64_t> m_ids; ///< leaf first, record after record
    std::unordered_map<std::uint64_t, std::string> m_names;
    std::uint64_t m_unnamed = 0;
};

} // namespace heaptoll::heap_text
