// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"
#include "plugins/heaptrack/suppressions.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// The newest file version this reader knows.
inline constexpr std::uint64_t kNewestFileVersion = 3;

/// What the first line says: "v heaptrackVersion [fileVersion]", hexadecimal.
struct RecordingVersion {
    std::uint64_t heaptrack = 0;
    std::uint64_t file = 0;
};
[[nodiscard]] std::optional<RecordingVersion> parseVersionLine(std::string_view line);

/// Hexadecimal fields of a record, separated by single spaces.
class HexFields {
public:
    explicit HexFields(std::string_view text)
        : m_text(text)
    { }
    /// The next field; nullopt at the end or when it is not a number of at most 64 bits.
    [[nodiscard]] std::optional<std::uint64_t> next();
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }
    /// What next() has not read, without the separating space.
    [[nodiscard]] std::string_view rest() const { return m_text.substr(m_text.starts_with(' ') ? 1 : 0); }

private:
    std::string_view m_text;
};

/// One run over one recording: the tables that records refer to by number, and the events on their way to the sink.
class RecordingReader {
public:
    RecordingReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task);
    [[nodiscard]] Result<void> run();

private:
    struct Trace {
        std::uint32_t ip = 0;
        std::uint32_t parent = 0;
        NodeId stack;
    };
    struct Ip {
        std::size_t firstFrame = 0; ///< in m_ipFrames; they end where the next ip's start
        bool isSuppressed = false;
    };

    [[nodiscard]] Result<void> consume(std::string_view block);
    [[nodiscard]] Result<void> wholeLines(std::string_view text);
    [[nodiscard]] Result<void> line(std::string_view line);
    [[nodiscard]] Result<void> versionLine(std::string_view line);
    [[nodiscard]] Result<void> commandLine(std::string_view line);
    [[nodiscard]] Result<void> record(std::string_view line);
    [[nodiscard]] Result<void> rawDialect() const;
    [[nodiscard]] bool isRecord(std::string_view line) const;
    bool dataRecord(char kind, std::string_view fields);
    bool stringRecord(std::string_view fields);
    bool ipRecord(std::string_view fields);
    bool traceRecord(std::string_view fields);
    bool classRecord(std::string_view fields);
    bool eventRecord(std::uint32_t isFree, std::string_view fields);
    bool pointerEvent(std::uint32_t isFree, std::string_view fields);
    bool timeRecord(std::string_view fields);
    bool residentRecord(std::string_view fields);
    bool systemRecord(std::string_view fields);
    void comment(std::string_view line);

    void begin();
    void finish();
    [[nodiscard]] Error noEvents() const;
    void flush();
    void addEvent(std::uint32_t event);
    void malformed(std::string_view line);
    [[nodiscard]] sdk::StringRef stringAt(std::uint64_t index);
    [[nodiscard]] std::string_view textAt(std::uint64_t index) const;
    [[nodiscard]] std::vector<NodeId> suppressedStacks();
    [[nodiscard]] std::uint64_t lineNumber() const { return m_otherLines + m_eventLines; }
    [[nodiscard]] Location here() const { return { m_source.displayName(), {}, lineNumber(), {} }; }
    [[nodiscard]] Location hereForHost() const { return { {}, {}, lineNumber(), {} }; }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;

    std::string m_carry; ///< start of a line whose end is in the next block
    std::uint64_t m_otherLines = 0;
    std::uint64_t m_eventLines = 0;
    std::optional<RecordingVersion> m_version;
    bool m_isInCommand = false; ///< the last record was X: lines that are no records go on with it
    bool m_hasCommand = false;
    std::uint64_t m_commandLines = 0;
    std::string m_command;
    bool m_hasBegun = false;
    bool m_isAttached = false;
    bool m_hasEndMark = false;

    std::vector<sdk::StringRef> m_strings; ///< by string number; 0 = none
    std::string m_texts; ///< the same strings one after the other, for the suppressions
    std::vector<std::size_t> m_textEnds;
    std::vector<Ip> m_ips; ///< by ip number; 0 = none
    std::vector<std::uint32_t> m_ipStrings; ///< numbers of all strings of each ip, see m_ipStringEnds
    std::vector<std::size_t> m_ipStringEnds;
    std::vector<sdk::FrameRef> m_ipFrames; ///< outermost first
    std::vector<Trace> m_traces; ///< by trace number; 0 = root
    std::vector<std::uint32_t> m_classTraces;
    std::uint32_t m_scanClasses = 0; ///< classes that event lines may name; 0 in version 0

    std::vector<std::uint32_t> m_events;
    std::size_t m_eventCount = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> m_pointerClass; ///< version 0 only
    std::unordered_map<std::string, std::uint32_t> m_classOfKey; ///< version 0 only: "size trace"

    bool m_hasEvents = false; ///< one could be read
    std::uint64_t m_unreadEvents = 0;

    Span m_time;
    std::uint64_t m_pageBytes = 0;
    std::uint64_t m_systemPages = 0;
    std::uint64_t m_peakPages = 0;
    SuppressionList m_suppressions;
    std::uint64_t m_malformed = 0;
    Location m_firstMalformed;
    std::string m_malformedText;
};

} // namespace heaptoll
