// SPDX-License-Identifier: Apache-2.0
#include "plugins/massif/massif_parser.h"

#include "core/sdk/support/prefix_source.h"
#include "core/sdk/support/valgrind_frame.h"
#include "core/sdk/support/xtree_columns.h"
#include "plugins/massif/massif_file.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr std::string_view kNoBreakdown = "(no tree in this snapshot)";
constexpr std::string_view kExtra = "(allocator overhead, as Massif counts it)";
constexpr std::string_view kStacks = "(stacks of threads)";

bool isKnownUnit(const std::string& unit)
{
    return unit == "i" || unit == "ms" || unit == "B" || unit == "s";
}

sdk::RecordingClock clockOf(const std::string& unit)
{
    return unit == "i" ? sdk::RecordingClock::Instructions
        : unit == "B"  ? sdk::RecordingClock::AllocatedBytes
                       : sdk::RecordingClock::Time;
}

/// Units: nanoseconds for "ms" and "s", else as the file counts. Errors: nullopt for what does not fit.
std::optional<Span> spanOf(const MassifTime& time, const std::string& unit)
{
    const std::int64_t scale = unit == "s" ? 1'000'000'000 : unit == "ms" ? 1'000'000 : 1;
    std::int64_t whole = 0;
    std::int64_t sum = 0;
    const std::int64_t part = time.billionths / (1'000'000'000 / scale);
    if (__builtin_mul_overflow(time.whole, scale, &whole) || __builtin_add_overflow(whole, part, &sum)) {
        return std::nullopt;
    }
    return Span { sum };
}

/// Puts a file into one profile: the peak and the last state known as values, all states as the timeline.
class Delivery {
public:
    Delivery(const MassifFile& file, sdk::Sink& sink)
        : m_file(file)
        , m_sink(sink)
        , m_heap(sink.heap())
        , m_refs(2 * file.frames.texts().size())
    {
        m_frames.reserve(file.frames.texts().size());
        std::ranges::transform(file.frames.texts(), std::back_inserter(m_frames), sdk::parseValgrindFrame);
    }

    void run()
    {
        if (m_file.isXtree() && !m_file.snapshots.empty()) {
            deliverXtree();
            return;
        }
        choosePeak();
        chooseLast();
        m_heap.beginProfile(profileRow());
        makeStacks();
        addSamples();
        addTimeline();
        m_heap.endProfile({});
    }

private:
    void issue(Severity severity, std::string_view code, std::uint64_t line, const std::string& message)
    {
        m_sink.issue(severity, code, { {}, {}, line, {} }, message);
    }

    /// The snapshot that Massif calls the peak. Where it calls none so, that of the highest total.
    void choosePeak()
    {
        for (const MassifSnapshot& snapshot : m_file.snapshots) {
            const bool isHigher = m_peak == nullptr || snapshot.totalBytes() > m_peak->totalBytes();
            const bool isMarked = m_peak != nullptr && m_peak->isPeak;
            if (snapshot.isPeak ? isHigher || !isMarked : isHigher && !isMarked) {
                m_peak = &snapshot;
            }
        }
        if (m_peak != nullptr && !m_peak->hasTree) {
            issue(Severity::Notice, "massif.peak_without_tree", m_peak->line,
                "no snapshot is marked as the peak, and that of the highest total (" + std::to_string(m_peak->number)
                    + ") has no tree: peak_bytes is its total, without the places; --peak-inaccuracy=0.0 and "
                      "--detailed-freq=1 record more trees");
        }
    }

    void chooseLast()
    {
        for (const MassifSnapshot& snapshot : m_file.snapshots) {
            m_last = snapshot.hasTree ? &snapshot : m_last;
        }
        if (m_last != nullptr && m_last != &m_file.snapshots.back()) {
            const MassifSnapshot& end = m_file.snapshots.back();
            issue(Severity::Info, "massif.last_tree", m_last->line,
                "live_bytes is that of snapshot " + std::to_string(m_last->number) + ", the last with a tree; snapshot "
                    + std::to_string(end.number) + ", the last of all, has " + std::to_string(end.heapBytes)
                    + " bytes");
        }
    }

    sdk::ProfileRow profileRow()
    {
        sdk::ProfileRow row;
        row.values.push_back({ "peak_bytes", "peak", "bytes" });
        if (m_last != nullptr) {
            row.values.push_back({ "live_bytes", "live", "bytes" });
        }
        if (m_peak != nullptr && m_peak->extraBytes > 0) {
            m_extraColumn = row.values.size();
            row.values.push_back({ "custom", "peak_extra_bytes", "bytes" });
        }
        if (m_peak != nullptr && m_peak->stackBytes > 0) {
            m_stackColumn = row.values.size();
            row.values.push_back({ "custom", "peak_stack_bytes", "bytes" });
        }
        m_columns = row.values.size();
        row.command = m_file.command;
        row.clock = clockOf(m_file.timeUnit);
        if (!isKnownUnit(m_file.timeUnit)) {
            issue(Severity::DataLoss, "massif.unknown_time_unit", m_file.timeUnitLine,
                "its times count '" + m_file.timeUnit + "', which is none of i, ms, B and s: there is no timeline");
        } else if (row.clock != sdk::RecordingClock::Time) {
            const bool isCode = row.clock == sdk::RecordingClock::Instructions;
            issue(Severity::Info, "massif.no_time", 0,
                std::string("its clock counts ") + (isCode ? "instructions" : "allocated bytes")
                    + ", not time: the snapshots have an order and no rate per hour; --time-unit=ms records times");
        } else if (!m_file.snapshots.empty()) {
            row.duration = spanOf(m_file.snapshots.back().time, m_file.timeUnit).value_or(Span {});
        }
        return row;
    }

    sdk::FrameRef frameRef(std::uint32_t id, bool isInlined)
    {
        sdk::FrameRef& ref = m_refs[2 * std::size_t { id } + (isInlined ? 1 : 0)];
        if (ref.isNone()) {
            const sdk::ValgrindFrame& frame = m_frames[id];
            sdk::FrameRow row;
            row.function = m_heap.string(frame.function);
            row.file = m_heap.string(frame.file);
            row.module = m_heap.string(frame.module);
            row.line = frame.line;
            row.address = frame.address;
            row.isInlined = isInlined;
            ref = m_heap.frame(row);
        }
        return ref;
    }

    void makeStacks()
    {
        const MassifRows& rows = m_file.rows;
        std::vector<sdk::FrameRef> path;
        m_stacks.reserve(rows.size());
        std::size_t start = 0;
        for (const std::size_t end : rows.ends) {
            path.clear();
            for (std::size_t i = end; i-- > start;) { // from the root
                const std::uint32_t id = rows.frames[i];
                const bool isInlined = i + 1 < end && sdk::isInlinedInto(m_frames[id], m_frames[rows.frames[i + 1]]);
                path.push_back(frameRef(id, isInlined));
            }
            m_stacks.push_back(m_heap.stackFromRoot(path));
            start = end;
        }
    }

    sdk::StackRef stackOf(std::string_view name)
    {
        sdk::FrameRow row;
        row.function = m_heap.string(name);
        const sdk::FrameRef frame = m_heap.frame(row);
        return m_heap.stackFromRoot(std::span(&frame, 1));
    }

    /// One column per counter instead of one state per snapshot.
    void deliverXtree()
    {
        std::vector<sdk::XtreeEvent> events;
        for (const MassifSnapshot& snapshot : m_file.snapshots) {
            const std::string_view root = snapshot.hasTree ? m_file.frames.texts()[snapshot.rootFrame] : "";
            const std::size_t colon = root.find(" : ");
            events.push_back({ std::string(root.substr(0, colon)),
                std::string(colon == std::string_view::npos ? root : root.substr(colon + 3)) });
        }
        const std::vector<sdk::XtreeColumn> columns = sdk::xtreeColumns(events);
        sdk::ProfileRow row;
        for (const sdk::XtreeColumn& column : columns) {
            row.values.push_back(column.type);
        }
        row.command = m_file.command;
        m_columns = columns.size();
        m_heap.beginProfile(row);
        makeStacks();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            for (const sdk::XtreeColumn::Term& term : columns[i].terms) {
                addTree(m_file.snapshots[term.event], i, term.sign);
            }
        }
        m_heap.samples({ m_sampleStacks, m_sampleValues, {} });
        m_heap.endProfile({});
    }

    void addSample(sdk::StackRef stack, std::size_t column, std::int64_t bytes)
    {
        m_sampleStacks.push_back(stack);
        m_sampleValues.resize(m_sampleValues.size() + m_columns, 0);
        m_sampleValues[m_sampleValues.size() - m_columns + column] = bytes;
    }

    void addTree(const MassifSnapshot& snapshot, std::size_t column, std::int64_t sign = 1)
    {
        for (std::size_t row = snapshot.firstRow; row < snapshot.lastRow; ++row) {
            addSample(m_stacks[row], column, sign * m_file.rows.bytes[row]);
        }
    }

    void addSamples()
    {
        if (m_peak != nullptr && m_peak->hasTree) {
            addTree(*m_peak, 0);
        } else if (m_peak != nullptr) {
            addSample(stackOf(kNoBreakdown), 0, m_peak->heapBytes);
        }
        if (m_last != nullptr) {
            addTree(*m_last, 1);
        }
        if (m_peak != nullptr && m_extraColumn > 0) {
            addSample(stackOf(kExtra), m_extraColumn, m_peak->extraBytes);
        }
        if (m_peak != nullptr && m_stackColumn > 0) {
            addSample(stackOf(kStacks), m_stackColumn, m_peak->stackBytes);
        }
        m_heap.samples({ m_sampleStacks, m_sampleValues, {} });
    }

    void addTimeline()
    {
        if (!isKnownUnit(m_file.timeUnit)) {
            return; // profileRow() says so
        }
        for (const MassifSnapshot& snapshot : m_file.snapshots) {
            const auto time = spanOf(snapshot.time, m_file.timeUnit);
            if (!time) {
                issue(Severity::DataLoss, "massif.time_overflow", snapshot.line,
                    "its time is beyond 292 years: this snapshot and those after it are not on the timeline");
                return;
            }
            m_heap.liveTotal(*time, snapshot.heapBytes);
            if (snapshot.hasTree) {
                const std::size_t rows = snapshot.lastRow - snapshot.firstRow;
                m_heap.liveStacks(std::span(m_stacks).subspan(snapshot.firstRow, rows),
                    std::span(m_file.rows.bytes).subspan(snapshot.firstRow, rows));
            }
        }
    }

    const MassifFile& m_file;
    sdk::Sink& m_sink;
    sdk::HeapSink& m_heap;
    std::vector<sdk::ValgrindFrame> m_frames; ///< by id
    std::vector<sdk::FrameRef> m_refs; ///< by id, plain and inlined
    std::vector<sdk::StackRef> m_stacks; ///< by row
    const MassifSnapshot* m_peak = nullptr;
    const MassifSnapshot* m_last = nullptr; ///< with a tree
    std::size_t m_columns = 0;
    std::size_t m_extraColumn = 0; ///< 0 = there is none
    std::size_t m_stackColumn = 0;
    std::vector<sdk::StackRef> m_sampleStacks;
    std::vector<std::int64_t> m_sampleValues;
};

} // namespace

sdk::ProbeResult MassifParser::probe(const sdk::ProbeInput& input) const
{
    sdk::PrefixSource prefix(input.prefix);
    sdk::TextLines lines(prefix);
    std::vector<std::string> found;
    constexpr std::size_t kNeeded = 4;
    while (found.size() < kNeeded) {
        const auto line = lines.next();
        if (!line) {
            break;
        }
        const bool isRepeated = line->starts_with("desc:") && !found.empty() && found.back().starts_with("desc:");
        if (!line->empty() && !line->starts_with('#') && !isRepeated) {
            found.emplace_back(line->substr(0, 32));
        }
    }
    const auto starts = [&found](std::size_t index, std::string_view key) {
        return index < found.size() && found[index].starts_with(key);
    };
    if (starts(0, "desc:") && starts(1, "cmd:")) {
        const bool hasUnit = starts(2, "time_unit:");
        return { hasUnit ? 100 : 50, {}, std::string("Massif output, header") + (hasUnit ? "" : " cut") };
    }
    if (starts(0, "snapshot=") && starts(1, "time=") && starts(2, "mem_heap_B=")) {
        return { 100, {}, "snapshots of Massif, the header not in front of them: as heaptrack_print -M writes them" };
    }
    return {};
}

Result<void> MassifParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    MassifReader reader(source, sink, task);
    Result<void> outcome = reader.run();
    const MassifFile& file = reader.file();
    if (!file.snapshots.empty() || outcome.ok()) {
        if (file.snapshots.empty()) {
            sink.issue(Severity::Notice, "massif.no_snapshots", {},
                "it holds no snapshot: the program ended, or was killed, before the first");
        }
        Delivery(file, sink).run();
    }
    return outcome;
}

} // namespace heaptoll
