// SPDX-License-Identifier: Apache-2.0
#include "plugins/heaptrack/recording_reader.h"

#include "plugins/heaptrack/event_scanner.h"

#include <algorithm>
#include <limits>

namespace heaptoll {
namespace {

constexpr std::size_t kEventsPerBatch = std::size_t { 1 } << 14U; ///< 64 KiB: one batch stays in the cache
constexpr std::size_t kMaxLineBytes = std::size_t { 16 } << 20U;
constexpr std::uint32_t kMaxClasses = std::numeric_limits<std::uint32_t>::max() / 2; ///< an event has 31 bits for it
constexpr std::uint64_t kMaxMilliseconds = std::uint64_t { 1 } << 40U; ///< 35 years
constexpr std::uint64_t kMaxPages = std::uint64_t { 1 } << 40U;
constexpr std::uint64_t kMaxPageBytes = std::uint64_t { 1 } << 22U;
constexpr std::uint64_t kVersionWithImpliedFile = 0x010200; ///< wrote file version 1 without saying so
constexpr std::uint64_t kOldestHeaptrack = 0x010000;

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool allHex(std::string_view fields, std::size_t atLeast)
{
    HexFields reader(fields);
    std::size_t count = 0;
    while (!reader.atEnd()) {
        if (!reader.next()) {
            return false;
        }
        ++count;
    }
    return count >= atLeast;
}

} // namespace

std::optional<std::uint64_t> HexFields::next()
{
    std::string_view text = rest();
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] != ' '; ++digits) {
        const int digit = hexDigit(text[digits]);
        if (digit < 0 || (value >> 60U) != 0) {
            return std::nullopt;
        }
        value = value << 4U | static_cast<std::uint64_t>(digit);
    }
    if (digits == 0) {
        return std::nullopt;
    }
    m_text = text.substr(digits);
    return value;
}

std::optional<RecordingVersion> parseVersionLine(std::string_view line)
{
    if (!line.starts_with("v ")) {
        return std::nullopt;
    }
    HexFields fields(line.substr(2));
    const auto heaptrack = fields.next();
    if (!heaptrack || *heaptrack < kOldestHeaptrack) {
        return std::nullopt;
    }
    if (fields.atEnd()) {
        return RecordingVersion { *heaptrack, *heaptrack == kVersionWithImpliedFile ? 1U : 0U };
    }
    const auto file = fields.next();
    if (!file || !fields.atEnd()) {
        return std::nullopt;
    }
    return RecordingVersion { *heaptrack, *file };
}

RecordingReader::RecordingReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
    : m_source(source)
    , m_sink(sink)
    , m_task(task)
    , m_strings(1)
    , m_textEnds(1)
    , m_ips(1)
    , m_ipStringEnds(1)
    , m_traces(1)
    , m_events(kEventsPerBatch)
{ }

Result<void> RecordingReader::run()
{
    std::optional<Error> stopped;
    while (!stopped) {
        auto block = m_source.nextBlock();
        if (!block.ok()) {
            stopped = std::move(block).error();
        } else if (block.value().empty()) {
            break;
        } else if (m_task.cancelled()) {
            stopped = Error { ErrorCode::Cancelled, "cancelled", here() };
        } else {
            HEAPTOLL_TRY(consume({ reinterpret_cast<const char*>(block.value().data()), block.value().size() }));
        }
    }
    if (!m_version) {
        return stopped
            ? *stopped
            : Error { ErrorCode::NotRecognized, "no heaptrack version line", { m_source.displayName(), {}, 1, {} } };
    }
    if (!stopped && !m_carry.empty()) {
        stopped = Error { ErrorCode::Truncated, "the last line is cut off; everything before it was read",
            { m_source.displayName(), {}, lineNumber() + 1, {} },
            "the recorder may have been killed: what was live at the end counts as leaked" };
    }
    if (m_unreadEvents > 0 && !m_hasEvents) {
        return noEvents();
    }
    finish();
    return stopped ? Result<void>(*stopped) : Result<void>();
}

/// The sum of nothing is not 0 B where there were events and none could be read.
Error RecordingReader::noEvents() const
{
    const std::string version = std::to_string(m_version->file);
    Location where = m_firstMalformed;
    where.source = m_source.displayName();
    return { ErrorCode::Malformed,
        "none of its " + std::to_string(m_unreadEvents) + " allocations and frees is written as file version " + version
            + " says, which is that of the first line: " + m_malformedText,
        where, "copy the recording again, or record again: its version line and its events do not belong together" };
}

Result<void> RecordingReader::consume(std::string_view block)
{
    const std::size_t lastEnd = block.rfind('\n');
    if (m_carry.size() + (lastEnd == std::string_view::npos ? block.size() : 0) > kMaxLineBytes) {
        return Error { ErrorCode::LimitExceeded, "a line is longer than 16 MiB", here(),
            "this is no heaptrack recording" };
    }
    if (lastEnd == std::string_view::npos) {
        m_carry += block;
        return {};
    }
    if (!m_carry.empty()) {
        const std::size_t end = block.find('\n');
        m_carry += block.substr(0, end + 1);
        block.remove_prefix(end + 1);
        const std::string joined = std::exchange(m_carry, {});
        HEAPTOLL_TRY(wholeLines(joined));
    }
    const std::size_t whole = block.rfind('\n') + 1; // npos + 1 == 0: nothing but the next carry is left
    HEAPTOLL_TRY(wholeLines(block.substr(0, whole)));
    m_carry = block.substr(whole);
    return {};
}

Result<void> RecordingReader::wholeLines(std::string_view text)
{
    while (!text.empty()) {
        const EventScan scan = scanEvents(text, m_scanClasses, std::span(m_events).subspan(m_eventCount));
        m_eventCount += scan.events;
        m_eventLines += scan.events;
        m_hasEvents = m_hasEvents || scan.events > 0;
        text.remove_prefix(scan.bytes);
        if (m_eventCount == m_events.size()) {
            flush();
            continue;
        }
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            break; // only when the scan took everything
        }
        ++m_otherLines;
        std::string_view one = text.substr(0, end);
        if (one.ends_with('\r')) {
            one.remove_suffix(1);
        }
        HEAPTOLL_TRY(line(one));
        text.remove_prefix(end + 1);
    }
    return {};
}

Result<void> RecordingReader::line(std::string_view line)
{
    if (!m_version) {
        return versionLine(line);
    }
    if (m_isInCommand) {
        if (!isRecord(line)) {
            m_command += '\n';
            m_command += line;
            ++m_commandLines;
            return {};
        }
        m_isInCommand = false;
    }
    return record(line);
}

Result<void> RecordingReader::versionLine(std::string_view line)
{
    m_version = parseVersionLine(line);
    if (!m_version) {
        return Error { ErrorCode::NotRecognized, "the first line is not a heaptrack version line", here() };
    }
    if (m_version->file > kNewestFileVersion) {
        return Error { ErrorCode::Unsupported,
            "heaptrack file version " + std::to_string(m_version->file) + " is newer than version "
                + std::to_string(kNewestFileVersion) + ", the newest this importer reads",
            here(), "update Heaptoll, or record with an older heaptrack" };
    }
    return {};
}

/// True for lines that a recorder writes after the command line, so that a command of several lines is told apart
/// from what follows it.
bool RecordingReader::isRecord(std::string_view line) const
{
    if (line == "A") {
        return true;
    }
    if (line.size() < 3 || line[1] != ' ') {
        return false;
    }
    const std::string_view fields = line.substr(2);
    switch (line[0]) {
    case 'I':
    case 'i':
    case 't':
    case 'a': return allHex(fields, 2);
    case '+':
    case '-':
    case 'c':
    case 'R': return allHex(fields, 1);
    case 'S': return fields.starts_with("leak:");
    case 's':
    case 'x':
    case 'm': {
        if (m_version->file < 3) {
            return true; // strings have no length there
        }
        HexFields reader(fields);
        const auto length = reader.next();
        return length && (line[0] == 's' ? *length == reader.rest().size() : *length <= reader.rest().size());
    }
    default: return false;
    }
}

Result<void> RecordingReader::commandLine(std::string_view line)
{
    if (m_hasCommand) {
        return Error { ErrorCode::Malformed, "a second command line: the file holds two recordings, or is damaged",
            here(), "split it before the second line that starts with 'v'" };
    }
    if (m_hasBegun) {
        malformed(line);
        return {};
    }
    m_hasCommand = true;
    m_isInCommand = true;
    m_command = line.substr(2);
    return {};
}

Result<void> RecordingReader::rawDialect() const
{
    return Error { ErrorCode::Unsupported,
        "this is heaptrack's raw dialect: its addresses are not yet resolved to functions", here(),
        "run it through heaptrack_interpret on the machine it was recorded on: "
        "zstd -dc FILE | heaptrack_interpret | zstd > FILE.interpreted.zst" };
}

Result<void> RecordingReader::record(std::string_view line)
{
    if (line.empty()) {
        return {};
    }
    if (line == "A") {
        m_isAttached = true; // changes no totals in heaptrack_print 1.4, and in real files nothing precedes it
        return {};
    }
    if (line[0] == '#') {
        comment(line);
        return {};
    }
    if (line.size() < 2 || line[1] != ' ') {
        malformed(line);
        return {};
    }
    const std::string_view fields = line.substr(2);
    bool isGood = true;
    switch (line[0]) {
    case 'X': return commandLine(line);
    case 'x':
    case 'm': return rawDialect();
    case 'v':
        return Error { ErrorCode::Malformed, "a second version line: the file holds two recordings, or is damaged",
            here(), "split it before this line" };
    case 'I': isGood = systemRecord(fields); break;
    case 'S': isGood = m_suppressions.addRule(fields); break;
    default: isGood = dataRecord(line[0], fields); break;
    }
    if (!isGood) {
        malformed(line);
    }
    if (m_classTraces.size() >= kMaxClasses) {
        return Error { ErrorCode::LimitExceeded, "more than 2,147,483,647 kinds of allocation", here() };
    }
    return {};
}

bool RecordingReader::dataRecord(char kind, std::string_view fields)
{
    begin();
    switch (kind) {
    case 's': return stringRecord(fields);
    case 'i': return ipRecord(fields);
    case 't': return traceRecord(fields);
    case 'a': return classRecord(fields);
    case '+': return eventRecord(0, fields);
    case '-': return eventRecord(1, fields);
    case 'c': return timeRecord(fields);
    case 'R': return residentRecord(fields);
    default: return false;
    }
}

void RecordingReader::comment(std::string_view line)
{
    m_hasEndMark = m_hasEndMark || line.starts_with("# strings:");
}

void RecordingReader::malformed(std::string_view line)
{
    constexpr std::size_t kShownBytes = 60;
    m_unreadEvents += line.starts_with('+') || line.starts_with('-') ? 1U : 0U;
    if (m_malformed++ == 0) {
        m_firstMalformed = hereForHost();
        m_malformedText = "line not understood, left out: '" + std::string(line.substr(0, kShownBytes)) + "'";
    }
}

void RecordingReader::begin()
{
    if (m_hasBegun) {
        return;
    }
    m_hasBegun = true;
    sdk::ProfileRow row;
    row.command = m_command;
    row.formatVersion = std::to_string(m_version->file);
    m_sink.heap().beginProfile(row);
    m_sink.heap().advanceTime({});
    if (m_commandLines > 0) {
        m_sink.issue(Severity::Info, "heaptrack.multiline_command", hereForHost(),
            "the recorded command has several lines; they were read as one command", m_commandLines);
    }
}

void RecordingReader::flush()
{
    if (m_eventCount > 0) {
        m_sink.heap().events(std::span(m_events).first(m_eventCount));
        m_eventCount = 0;
    }
}

void RecordingReader::addEvent(std::uint32_t event)
{
    m_hasEvents = true;
    m_events[m_eventCount++] = event;
    if (m_eventCount == m_events.size()) {
        flush();
    }
}

void RecordingReader::finish()
{
    begin();
    flush();
    sdk::RecordingTotals totals;
    if (m_pageBytes > 0) {
        totals.systemMemoryBytes = static_cast<std::int64_t>(m_systemPages * m_pageBytes);
        totals.peakRssBytes = static_cast<std::int64_t>(m_peakPages * m_pageBytes);
    }
    totals.suppressedStacks = suppressedStacks();
    m_sink.heap().endProfile(totals);
    if (m_malformed > 0) {
        m_sink.issue(Severity::DataLoss, "heaptrack.malformed_line", m_firstMalformed, m_malformedText, m_malformed);
    }
    if (!m_hasEndMark) {
        m_sink.issue(Severity::Info, "heaptrack.no_end_mark", hereForHost(),
            "the recording has no end mark: if the program was killed, 'leaked' is what was live at that moment");
    }
}

bool RecordingReader::timeRecord(std::string_view fields)
{
    HexFields reader(fields);
    const auto milliseconds = reader.next();
    if (!milliseconds || *milliseconds > kMaxMilliseconds) {
        return false;
    }
    const Span time = Span::milliseconds(static_cast<std::int64_t>(*milliseconds));
    if (time < m_time) {
        m_sink.issue(Severity::Notice, "heaptrack.time_goes_back", hereForHost(),
            "a time stamp is before the one above it; it was left out, its events count at the time above");
        return true;
    }
    m_time = time;
    flush();
    m_sink.heap().advanceTime(time);
    return true;
}

bool RecordingReader::residentRecord(std::string_view fields)
{
    HexFields reader(fields);
    const auto pages = reader.next();
    if (!pages || *pages > kMaxPages) {
        return false;
    }
    m_peakPages = std::max(m_peakPages, *pages);
    m_sink.heap().residentSize(static_cast<std::int64_t>(*pages * m_pageBytes));
    return true;
}

bool RecordingReader::systemRecord(std::string_view fields)
{
    HexFields reader(fields);
    const auto pageBytes = reader.next();
    const auto pages = reader.next();
    if (!pageBytes || !pages || *pageBytes > kMaxPageBytes || *pages > kMaxPages) {
        return false;
    }
    m_pageBytes = *pageBytes;
    m_systemPages = *pages;
    return true;
}

} // namespace heaptoll
