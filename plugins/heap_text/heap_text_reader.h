// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"
#include "core/sdk/support/byte_reader.h"
#include "plugins/heap_text/go_text.h"
#include "plugins/heap_text/java_text.h"
#include "plugins/heap_text/profile_writer.h"
#include "plugins/heap_text/thread_counts.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::heap_text {

/// One run over a file: header, samples, memory map. See README.md of this folder for the formats.
class HeapTextReader {
public:
    HeapTextReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task);
    [[nodiscard]] Result<void> run();

private:
    /// A sample of Layout::Lines, which lines of symbols may follow.
    struct Record {
        Counts raw;
        std::vector<std::uint64_t> addresses;
        std::vector<GoSymbol> symbols;
        std::uint64_t line = 0;
        bool isOpen = false;
    };
    /// Lines that could not be read, and the first of them.
    struct Unread {
        std::uint64_t count = 0;
        std::uint64_t firstLine = 0;
    };

    [[nodiscard]] Result<bool> nextLine();
    [[nodiscard]] Result<void> readFile();
    [[nodiscard]] Result<void> readSymbols();
    [[nodiscard]] Result<void> readMarker();
    [[nodiscard]] Result<void> readHeader();
    [[nodiscard]] Result<void> readLines();
    [[nodiscard]] Result<void> readRecord(std::string_view line);
    void readComment(std::string_view line);
    [[nodiscard]] Result<void> readThreads();
    [[nodiscard]] Result<void> openThreads(std::string_view addresses);
    [[nodiscard]] Result<void> readThreadLine(std::string_view line);
    [[nodiscard]] Result<void> readMap();
    [[nodiscard]] Result<void> readJava();

    [[nodiscard]] Result<void> closeRecord();
    [[nodiscard]] Result<void> closeThreads();
    [[nodiscard]] Result<void> closeOpen();
    [[nodiscard]] Result<void> checkAddresses() const;
    void addToSums(const Counts& raw);
    [[nodiscard]] bool totalsDiffer() const;
    [[nodiscard]] Result<void> finish(const TaskContext& task);
    void report() const;
    void reportUnread(const Unread& unread, std::string_view code, const std::string& message) const;
    void note(Unread& unread) const;

    [[nodiscard]] Location here() const { return { m_name, {}, m_lines.lineNumber(), {} }; }
    [[nodiscard]] Error malformed(std::uint64_t line, std::string message) const;

    sdk::Sink& m_sink;
    const TaskContext& m_task;
    sdk::ByteSource& m_source;
    std::string m_name;
    sdk::LineReader m_lines;
    std::string_view m_line; ///< of m_lines, valid until nextLine()

    Profile m_profile;
    bool m_hasHeader = false;
    bool m_hasSymbols = false; ///< lines of symbols were seen below records
    bool m_hasMap = false;
    std::optional<Counts> m_totals; ///< what the file says its numbers add up to
    std::array<Int128, 4> m_sums {}; ///< of the raw numbers
    Record m_record;
    ThreadCounts m_threads; ///< the open stack of Layout::Threads
    bool m_isThreadsOpen = false;
    JavaText m_java;
    MemStats m_memStats;
    Unread m_unreadSymbols;
    Unread m_unreadComments;
    Unread m_unreadMapLines;
};

} // namespace heaptoll::heap_text
