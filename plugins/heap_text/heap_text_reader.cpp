// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/heap_text_reader.h"

#include <algorithm>
#include <utility>

namespace heaptoll::heap_text {
namespace {

constexpr std::size_t kMaxAddresses = std::size_t { 1 } << 30U; ///< distinct ones; half of what their numbers hold
constexpr std::uint64_t kLinesPerProgress = 1U << 14U;

bool isBinary(std::string_view line)
{
    return line.find('\0') != std::string_view::npos;
}

} // namespace

HeapTextReader::HeapTextReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
    : m_sink(sink)
    , m_task(task)
    , m_source(source)
    , m_name(source.displayName())
    , m_lines(source)
{ }

Error HeapTextReader::malformed(std::uint64_t line, std::string message) const
{
    return { ErrorCode::Malformed, std::move(message), { m_name, {}, line, {} },
        "the file is damaged: take the profile again" };
}

/// The next line into m_line; false at the end. Errors: those of the source; Truncated when the line has no end.
Result<bool> HeapTextReader::nextLine()
{
    HEAPTOLL_TRY_ASSIGN(const auto line, m_lines.next());
    m_line = line.value_or(std::string_view {});
    if (m_lines.lineNumber() % kLinesPerProgress == 0) {
        m_task.progress({ m_source.offset(), m_source.size().value_or(0), "samples" });
    }
    if (line && m_lines.lastLineWasOpen()) {
        return Error { ErrorCode::Truncated, "the last line is cut off; everything before it was read", here(),
            "copy the whole file, or take the profile again" };
    }
    return line.has_value();
}

Result<void> HeapTextReader::run()
{
    Result<void> read = readFile();
    const bool isCut =
        !read.ok() && (read.error().code == ErrorCode::Truncated || read.error().code == ErrorCode::Cancelled);
    if (!read.ok() && (!isCut || !m_hasHeader)) {
        return read;
    }
    HEAPTOLL_TRY(closeOpen());
    if (m_profile.stacks.stacks().empty() && (isCut || m_totals != Counts {})) {
        // The sum of nothing is not 0 B where the file does not say that there was nothing.
        return isCut ? read
                     : Error { ErrorCode::Truncated, "the file ends before its first sample", here(),
                           "copy the whole file, or take the profile again" };
    }
    const bool isInsideRecord = read.ok() && m_record.isOpen;
    if (read.ok() && !isInsideRecord && totalsDiffer()) {
        m_sink.issue(Severity::DataLoss, "heap_text.totals_differ", { m_name, {}, 1, {} },
            "the samples do not add up to the sums at the start of the file: lines of it are missing or damaged");
    }
    HEAPTOLL_TRY(finish(isCut ? TaskContext {} : m_task)); // what was read is delivered, cancelled or not
    if (isInsideRecord) {
        return Error { ErrorCode::Truncated, "the file ends inside of a record; everything before it was read", here(),
            "copy the whole file, or take the profile again" };
    }
    return read;
}

Result<void> HeapTextReader::readFile()
{
    HEAPTOLL_TRY_ASSIGN(const bool hasLine, nextLine());
    if (!hasLine) {
        return Error { ErrorCode::NotRecognized, "the file is empty", { m_name, 0, 0, {} } };
    }
    if (JavaText::isStart(m_line)) {
        return readJava();
    }
    if (m_line.starts_with("---")) {
        HEAPTOLL_TRY(readSymbols());
    }
    HEAPTOLL_TRY(readHeader());
    HEAPTOLL_TRY(m_profile.header.layout == Layout::Lines ? readLines() : readThreads());
    return {};
}

Result<void> HeapTextReader::readSymbols()
{
    if (trimmed(m_line) != "--- symbol") {
        return Error { ErrorCode::NotRecognized, "no heap profile begins like this", here() };
    }
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const bool hasLine, nextLine());
        if (!hasLine) {
            return Error { ErrorCode::Truncated, "the file ends before the profile behind its symbols", here(),
                "copy the whole file, or take the profile again" };
        }
        if (m_line.starts_with("---")) {
            return readMarker();
        }
        if (!trimmed(m_line).empty() && !m_profile.symbols.addLine(m_line)) {
            note(m_unreadSymbols);
        }
    }
}

/// "---", "--- heap" and the first line of the profile itself.
Result<void> HeapTextReader::readMarker()
{
    if (trimmed(m_line) == "---") {
        HEAPTOLL_TRY(nextLine());
    }
    const std::string marker(trimmed(m_line));
    if (marker == "--- profile" || marker == "--- contention") {
        return Error { ErrorCode::Unsupported,
            std::string("this is a symbolised ")
                + (marker == "--- profile" ? "CPU profile" : "profile of contended locks") + ", not one of the heap",
            here(), "collect /pprof/heap instead" };
    }
    if (marker != "--- heap" && marker != "--- growth") {
        return malformed(m_lines.lineNumber(), "\"--- heap\" is missing behind the symbols");
    }
    const Result<bool> next = nextLine();
    if (isBinary(m_line)) {
        return Error { ErrorCode::Unsupported,
            "behind its symbols stands a CPU profile in binary form, which is what google-pprof --raw makes of a heap "
            "profile on disk: it has lost the bytes",
            here(), "open the heap profile it was made of" };
    }
    return next.ok() ? Result<void>() : next.error();
}

Result<void> HeapTextReader::readHeader()
{
    auto header = parseHeader(m_line);
    if (!header.ok()) {
        Error error = std::move(header).error();
        error.where = here();
        return error;
    }
    m_profile.header = std::move(header).value();
    m_totals = m_profile.header.totals;
    m_hasHeader = true;
    if (m_profile.header.kind == Kind::Sampled && m_profile.header.rateBytes == 0) {
        m_sink.issue(Severity::Notice, "heap_text.rate_unknown", here(),
            "the file does not say how many bytes lie between samples: what was sampled is shown as it is, too small");
    }
    if (m_profile.header.kind == Kind::Growth || m_profile.header.kind == Kind::Fragmentation) {
        m_sink.issue(Severity::Info, "heap_text.not_live", here(),
            m_profile.header.kind == Kind::Growth
                ? "a growth profile: bytes by which the heap grew, whether they are in use or not"
                : "a fragmentation profile: bytes that are held but not in use");
    }
    return {};
}

Result<void> HeapTextReader::readLines()
{
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const bool hasLine, nextLine());
        const std::string_view line = trimmed(m_line);
        if (!hasLine) {
            return {};
        }
        if (line.starts_with('#')) {
            readComment(line);
            continue;
        }
        HEAPTOLL_TRY(closeRecord());
        if (MemoryMap::isStart(line)) {
            return readMap();
        }
        if (!line.empty()) {
            HEAPTOLL_TRY(readRecord(line));
        }
    }
}

Result<void> HeapTextReader::readRecord(std::string_view line)
{
    const auto counts = takeCounts(line);
    line = trimmed(line);
    m_record.addresses.clear();
    m_record.symbols.clear();
    if (!counts || !line.starts_with('@') || !takeAddresses(line.substr(1), m_record.addresses)) {
        return malformed(m_lines.lineNumber(),
            "this is no sample, which is \"objects: bytes [objects: bytes] @ address address...\"");
    }
    m_record.raw = *counts;
    m_record.line = m_lines.lineNumber();
    m_record.isOpen = true;
    return {};
}

void HeapTextReader::readComment(std::string_view line)
{
    if (auto symbol = parseGoSymbol(line)) {
        m_hasSymbols = true;
        if (m_record.isOpen) {
            m_record.symbols.push_back(std::move(*symbol));
            return;
        }
    }
    if (!m_memStats.addLine(line) && line.starts_with("#\t")) {
        note(m_unreadComments);
    }
}

Result<void> HeapTextReader::closeRecord()
{
    if (!m_record.isOpen) {
        return {};
    }
    m_record.isOpen = false;
    const Header& header = m_profile.header;
    const auto estimate = unsample(m_record.raw, header.rateBytes);
    if (!estimate) {
        return malformed(m_record.line, "the objects and bytes of the sample contradict each other, or are too large");
    }
    if (m_record.symbols.empty()) {
        m_profile.stacks.addStackOfAddresses(m_record.addresses);
    } else {
        m_profile.stacks.addStack(goStack(m_record.symbols, m_profile.stacks));
    }
    // Sampled blocks are listed by size, so the average is the size of each.
    const Counts& raw = m_record.raw;
    const std::int64_t blockBytes = raw.objects != 0 ? raw.bytes / raw.objects
        : raw.allocatedObjects != 0                  ? raw.allocatedBytes / raw.allocatedObjects
                                                     : 0;
    const bool hasSize = header.kind == Kind::Sampled && blockBytes > 0;
    m_profile.stacks.addRow({ *estimate, hasSize ? blockBytes : StackTable::kNoLabel });
    addToSums(raw);
    return checkAddresses();
}

Result<void> HeapTextReader::readThreads()
{
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const bool hasLine, nextLine());
        const std::string_view line = trimmed(m_line);
        if (!hasLine || MemoryMap::isStart(line)) {
            return hasLine ? readMap() : Result<void>();
        }
        if (!line.empty()) {
            HEAPTOLL_TRY(line.starts_with('@') ? openThreads(line.substr(1)) : readThreadLine(line));
        }
    }
}

Result<void> HeapTextReader::openThreads(std::string_view addresses)
{
    HEAPTOLL_TRY(closeThreads());
    m_threads.line = m_lines.lineNumber();
    m_isThreadsOpen = true;
    return takeAddresses(addresses, m_threads.addresses)
        ? Result<void>()
        : malformed(m_threads.line, "this is no stack, which is \"@ address address...\"");
}

Result<void> HeapTextReader::readThreadLine(std::string_view line)
{
    const auto parsed = parseThreadLine(line);
    if (!parsed) {
        return malformed(
            m_lines.lineNumber(), "this is no line of numbers, which is \"t*: objects: bytes [objects: bytes]\"");
    }
    if (!m_isThreadsOpen) { // the summary before the first stack
        if (!parsed->thread) {
            m_totals = parsed->raw;
            return {};
        }
        const std::string name(parsed->name);
        if (m_profile.threadNumbers.try_emplace(*parsed->thread, m_profile.threads.size()).second) {
            m_profile.threads.push_back(std::to_string(*parsed->thread) + (name.empty() ? "" : ' ' + name));
        }
        return {};
    }
    if (parsed->thread) {
        m_threads.threads.push_back({ *parsed->thread, parsed->raw });
    } else if (m_threads.all) {
        return malformed(m_lines.lineNumber(), "a stack has two lines for all of its threads (\"t*\")");
    } else {
        m_threads.all = parsed->raw;
    }
    return {};
}

Result<void> HeapTextReader::closeThreads()
{
    if (!m_isThreadsOpen) {
        return {};
    }
    m_isThreadsOpen = false;
    if (!m_threads.all) {
        return malformed(m_threads.line, "a stack has no line for all of its threads (\"t*\")");
    }
    const auto rows = m_threads.rows(m_profile.header.rateBytes, m_profile.threadNumbers);
    if (!rows) {
        return malformed(m_threads.line, "the objects and bytes of the stack contradict each other, or are too large");
    }
    m_profile.stacks.addStackOfAddresses(m_threads.addresses);
    for (const StackTable::Row& row : *rows) {
        m_profile.stacks.addRow(row);
    }
    addToSums(*m_threads.all);
    m_threads.clear();
    return checkAddresses();
}

Result<void> HeapTextReader::readMap()
{
    HEAPTOLL_TRY(closeThreads());
    m_hasMap = true;
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const bool hasLine, nextLine());
        if (!hasLine) {
            return {};
        }
        if (!trimmed(m_line).empty() && !m_profile.map.addLine(m_line)) {
            note(m_unreadMapLines);
        }
    }
}

Result<void> HeapTextReader::readJava()
{
    m_profile.header = { Layout::Lines, Kind::Sampled, "heapz 1", JavaText::kRateBytes, std::nullopt };
    m_hasHeader = true;
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const bool hasLine, nextLine());
        if (!hasLine) {
            return {};
        }
        const std::string_view line = trimmed(m_line);
        switch (line.empty() ? JavaText::Line::Read : m_java.addLine(line)) {
        case JavaText::Line::Read: break;
        case JavaText::Line::Foreign:
            return Error { ErrorCode::Unsupported,
                "only profiles of Java's heap in bytes are known, and this says: " + std::string(line), here() };
        case JavaText::Line::Broken:
            return malformed(m_lines.lineNumber(),
                "this is no sample, which is \"bytes objects @ number number...\", nor the name of a number");
        }
    }
}

/// What the end of the file, wherever it is, leaves open. A record of Go may have lost symbols, which end at an empty
/// line; a stack of jemalloc is worth its line for all threads.
Result<void> HeapTextReader::closeOpen()
{
    if (m_record.isOpen && !m_hasSymbols) {
        HEAPTOLL_TRY(closeRecord());
    }
    if (!m_java.finish(m_profile.stacks)) {
        return malformed(m_lines.lineNumber(), "the objects and bytes of a sample contradict each other");
    }
    return m_isThreadsOpen && m_threads.all ? closeThreads() : Result<void>();
}

Result<void> HeapTextReader::checkAddresses() const
{
    if (m_profile.stacks.addresses().size() <= kMaxAddresses) {
        return {};
    }
    return Error { ErrorCode::LimitExceeded,
        "the file names more than " + std::to_string(kMaxAddresses) + " different addresses", here(),
        "no program has so much code: the file is damaged or made to waste memory" };
}

void HeapTextReader::addToSums(const Counts& raw)
{
    m_sums[0] += raw.objects;
    m_sums[1] += raw.bytes;
    m_sums[2] += raw.allocatedObjects;
    m_sums[3] += raw.allocatedBytes;
}

/// jemalloc distorts sampled numbers one by one, so that unsample() is right for each: only exact ones add up.
bool HeapTextReader::totalsDiffer() const
{
    const Header& header = m_profile.header;
    if (!m_totals || (header.layout == Layout::Threads && header.rateBytes > 1)) {
        return false;
    }
    return m_sums[0] != m_totals->objects || m_sums[1] != m_totals->bytes || m_sums[2] != m_totals->allocatedObjects
        || m_sums[3] != m_totals->allocatedBytes;
}

Result<void> HeapTextReader::finish(const TaskContext& task)
{
    m_profile.map.finish();
    const bool isLive = m_profile.header.kind == Kind::Exact || m_profile.header.kind == Kind::Sampled;
    m_profile.hasAllocated = isLive && m_totals && hasAllocated(*m_totals);
    m_profile.time = m_memStats.lastGc;
    m_profile.peakRssBytes = m_memStats.maxRssBytes;
    report();
    return writeProfile(m_profile, m_name, m_sink, task);
}

void HeapTextReader::report() const
{
    if (!m_profile.time) {
        m_sink.issue(Severity::Notice, "heap_text.time_missing", { m_name, {}, 1, {} },
            "the profile does not say when it was taken: it cannot be placed on the calendar");
    }
    if (!m_hasMap && !m_profile.stacks.addresses().empty()) {
        const bool isAlwaysThere = m_profile.header.layout == Layout::Threads;
        m_sink.issue(isAlwaysThere ? Severity::DataLoss : Severity::Notice, "heap_text.no_memory_map", here(),
            isAlwaysThere ? "the file ends before its memory map: stacks may be missing, and the files of addresses are"
                          : "the file has no memory map: which files its addresses are of is unknown");
    }
    if (m_java.unnamedFrames() > 0) {
        m_sink.issue(Severity::DataLoss, "heap_text.names_missing", here(),
            "numbers of frames have no name: the end of the file, where names stand, is missing",
            m_java.unnamedFrames());
    }
    if (!m_memStats.summary.empty()) {
        m_sink.issue(Severity::Info, "heap_text.mem_stats", { m_name, {}, 1, {} }, m_memStats.summary);
    }
    reportUnread(m_unreadSymbols, "heap_text.symbol_unread", "lines among the symbols are none and were left out");
    reportUnread(m_unreadComments, "heap_text.comment_unread",
        "comments that look like symbols cannot be read: their frames have an address only, or are missing");
    reportUnread(m_unreadMapLines, "heap_text.map_line_unread", "lines of the memory map are none and were left out");
}

void HeapTextReader::reportUnread(const Unread& unread, std::string_view code, const std::string& message) const
{
    if (unread.count > 0) {
        m_sink.issue(Severity::Notice, code, { m_name, {}, unread.firstLine, {} }, message, unread.count);
    }
}

void HeapTextReader::note(Unread& unread) const
{
    unread.firstLine = unread.count++ == 0 ? m_lines.lineNumber() : unread.firstLine;
}

} // namespace heaptoll::heap_text
