// SPDX-License-Identifier: Apache-2.0
// Snapshot.dump(): a pickle of Snapshot { traces: _Traces { _traces: [(domain, size, frames, depth), ...] },
// traceback_limit }; frames are ((file, line), ...), the most recent call first. Source: Lib/tracemalloc.py of CPython.
#include "plugins/tracemalloc/tracemalloc_parser.h"

#include "core/sdk/support/pickle_reader.h"
#include "core/sdk/support/prefix_source.h"
#include "core/sdk/support/utf8_text.h"
#include "plugins/tracemalloc/trace_table.h"

#include <algorithm>
#include <array>
#include <limits>

namespace heaptoll {
namespace {

using sdk::PickleClass;
using sdk::PickleKind;
using sdk::PickleReader;
using sdk::PickleRef;
using tracemalloc::StackOrder;
using tracemalloc::TraceTable;

constexpr std::array<PickleClass, 2> kClasses { { { "tracemalloc", "Snapshot" }, { "tracemalloc", "_Traces" } } };
constexpr std::size_t kSnapshot = 0;
constexpr std::size_t kBatchRows = 16'384;
constexpr std::size_t kAhead = 8; // rows whose memory is fetched before it is their turn
constexpr std::size_t kTracesPerCheck = 65'536;

/// The list of traces, and where it stands if the pickle is whole.
struct Traces {
    std::span<const PickleRef> list;
    std::span<const PickleRef> pending; ///< made, but not yet in the list: of a pickle that is cut
    std::optional<std::int64_t> limit; ///< frames that were kept of each stack
};

class SnapshotReader {
public:
    SnapshotReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_pickle(source, kClasses, task)
        , m_sink(sink)
        , m_task(task)
        , m_name(source.displayName())
    { }

    Result<void> run()
    {
        const auto root = m_pickle.read();
        if (root.ok()) {
            HEAPTOLL_TRY_ASSIGN(const Traces traces, tracesOf(root.value()));
            HEAPTOLL_TRY_ASSIGN(const bool hasMore, m_pickle.hasMore());
            if (hasMore) {
                m_sink.issue(Severity::DataLoss, "tracemalloc.trailing_bytes", m_pickle.where(),
                    "bytes follow the snapshot; they are not read: a file of several snapshots holds one for Heaptoll");
            }
            return deliver(traces);
        }
        const ErrorCode code = root.error().code;
        if (code == ErrorCode::Truncated || code == ErrorCode::Cancelled) {
            const auto traces = tracesUnderConstruction();
            if (traces && (!traces->list.empty() || !traces->pending.empty())) {
                HEAPTOLL_TRY(deliver(*traces));
            }
        }
        return root.error();
    }

private:
    [[nodiscard]] Error notASnapshot(std::string what) const
    {
        return { m_pickle.hasSeenClass() ? ErrorCode::Malformed : ErrorCode::NotRecognized,
            "not a tracemalloc snapshot: " + std::move(what), m_pickle.where(),
            "write it with tracemalloc.take_snapshot().dump(path)" };
    }

    [[nodiscard]] Result<Traces> tracesOf(PickleRef root) const
    {
        const auto state = m_pickle.state(root);
        if (PickleReader::kind(root) != PickleKind::Object || m_pickle.classOf(root) != kSnapshot || !state) {
            return notASnapshot("the pickle holds something else");
        }
        const auto holder = m_pickle.find(*state, "traces");
        const auto inner = holder ? m_pickle.state(*holder) : std::nullopt;
        const auto list = inner ? m_pickle.find(*inner, "_traces") : std::nullopt;
        if (!list
            || (PickleReader::kind(*list) != PickleKind::List && PickleReader::kind(*list) != PickleKind::Tuple)) {
            return notASnapshot("its traces are missing");
        }
        const auto limit = m_pickle.find(*state, "traceback_limit");
        return Traces { m_pickle.items(*list), {}, limit ? m_pickle.integer(*limit) : std::nullopt };
    }

    /// In the stack of a cut pickle the list stands behind its name, and the traces of the last batch behind the list.
    [[nodiscard]] std::optional<Traces> tracesUnderConstruction() const
    {
        const auto stack = m_pickle.stack();
        for (std::size_t i = 0; i + 1 < stack.size(); ++i) {
            if (m_pickle.text(stack[i]) != "_traces" || PickleReader::kind(stack[i + 1]) != PickleKind::List) {
                continue;
            }
            const auto pending = stack.subspan(i + 2);
            const auto end = std::ranges::find_if(
                pending, [&](PickleRef ref) { return PickleReader::kind(ref) != PickleKind::Tuple; });
            return Traces { m_pickle.items(stack[i + 1]),
                pending.first(static_cast<std::size_t>(end - pending.begin())), std::nullopt };
        }
        return std::nullopt;
    }

    Result<void> addAll(std::span<const PickleRef> traces, TraceTable& table)
    {
        for (std::size_t i = 0; i < traces.size(); ++i) {
            table.expectLater(traces[std::min(i + 2 * kAhead, traces.size() - 1)]);
            table.expectSoon(traces[std::min(i + kAhead, traces.size() - 1)]);
            if (i % kTracesPerCheck == 0 && m_task.cancelled()) {
                return cancelled();
            }
            if (!table.add(traces[i])) {
                m_sink.issue(Severity::DataLoss, "tracemalloc.bad_trace",
                    { m_name, {}, 0, "trace " + std::to_string(i) },
                    "a trace is not (domain, size, frames, depth); it is left out");
            }
        }
        return {};
    }

    Result<void> deliver(const Traces& traces)
    {
        TraceTable table(m_pickle);
        HEAPTOLL_TRY(addAll(traces.list, table));
        HEAPTOLL_TRY(addAll(traces.pending, table));
        reportDoubts(traces, table);
        sdk::ProfileRow row;
        row.values = { { "live_bytes", "size", "bytes" }, { "live_objects", "count", "count" } };
        row.formatVersion = "pickle protocol " + std::to_string(m_pickle.protocol());
        m_sink.heap().beginProfile(row);
        HEAPTOLL_TRY(sendRows(table));
        m_sink.heap().endProfile({});
        return {};
    }

    void reportDoubts(const Traces& traces, const TraceTable& table)
    {
        m_sink.issue(Severity::Notice, "tracemalloc.time_missing", { m_name },
            "a snapshot does not say when it was taken: it cannot be placed on the calendar");
        if (table.cutStacks() > 0) {
            m_sink.issue(Severity::Notice, "tracemalloc.stacks_cut", { m_name },
                "stacks were recorded without their outermost frames"
                    + (traces.limit ? " (tracemalloc kept " + std::to_string(*traces.limit) + ")" : std::string())
                    + ": start it with a larger limit, e.g. PYTHONTRACEMALLOC=50",
                table.cutStacks());
        }
        if (table.hasOverflowed()) {
            m_sink.issue(Severity::DataLoss, "tracemalloc.value_overflow", m_pickle.where(),
                "sizes of one stack add up to more than 64 bits hold; they were capped");
        }
    }

    /// Frames in the order of their places, so that numbers of frames ascend as those of places do.
    std::vector<sdk::FrameRef> makeFrames(const TraceTable& table)
    {
        std::vector<sdk::FrameRef> frames;
        frames.reserve(table.places().size());
        std::uint64_t repaired = 0;
        for (const tracemalloc::Place& place : table.places()) {
            const auto better = sdk::repairUtf8(place.file);
            repaired += better ? 1U : 0U;
            sdk::FrameRow row;
            row.file = m_sink.heap().string(better ? std::string_view(*better) : place.file);
            row.line = place.line;
            frames.push_back(m_sink.heap().frame(row));
        }
        if (repaired > 0) {
            m_sink.issue(Severity::Notice, "tracemalloc.invalid_utf8", { m_name },
                "file names are not valid UTF-8; each bad byte is shown as U+FFFD", repaired);
        }
        return frames;
    }

    Result<void> sendRows(const TraceTable& table)
    {
        const std::vector<sdk::FrameRef> frames = makeFrames(table);
        const auto order = StackOrder(table.stacks(), table.frames(), frames.size()).sort(m_task);
        if (order.size() != table.stacks().size()) {
            return cancelled();
        }
        std::vector<sdk::StackRef> nodes(table.otherDomains().empty() ? 0 : order.size());
        std::vector<sdk::FrameRef> path;
        for (std::size_t i = 0; i < order.size(); ++i) {
            __builtin_prefetch(&table.stacks()[order[std::min(i + 2 * kAhead, order.size() - 1)]]);
            __builtin_prefetch(&table.frames()[table.stacks()[order[std::min(i + kAhead, order.size() - 1)]].begin]);
            const StackOrder::Stack& stack = table.stacks()[order[i]];
            path.clear();
            for (std::uint32_t left = stack.count; left > 0; --left) {
                path.push_back(frames[table.frames()[stack.begin + left - 1]]);
            }
            const sdk::StackRef node = m_sink.heap().stackFromRoot(path);
            if (!nodes.empty()) {
                nodes[order[i]] = node;
            }
            if (stack.objects > 0) {
                add(node, {}, stack.bytes, stack.objects);
            }
            if (i % kTracesPerCheck == 0 && m_task.cancelled()) {
                return cancelled();
            }
        }
        // Memory of other domains (of extension modules that say so) carries a label.
        for (const TraceTable::OtherRow& row : table.otherDomains()) {
            const sdk::LabelRow label { m_sink.heap().string("domain"), {}, row.domain, {} };
            add(nodes[row.stack], m_sink.heap().labels(std::span(&label, 1)), row.bytes, row.objects);
        }
        flush();
        return {};
    }

    /// Equal stacks follow each other (tuples of other depths): one row, so that the host need not sort.
    void add(sdk::StackRef stack, LabelSetId labels, std::int64_t bytes, std::int64_t objects)
    {
        if (!m_stacks.empty() && m_stacks.back() == stack && m_labels.back() == labels
            && m_values[m_values.size() - 2] <= std::numeric_limits<std::int64_t>::max() - bytes) {
            m_values[m_values.size() - 2] += bytes;
            m_values.back() += objects;
            return;
        }
        if (m_stacks.size() == kBatchRows) {
            flush();
        }
        m_stacks.push_back(stack);
        m_values.push_back(bytes);
        m_values.push_back(objects);
        m_labels.push_back(labels);
    }

    [[nodiscard]] Error cancelled() const { return { ErrorCode::Cancelled, "cancelled", m_pickle.where() }; }

    void flush()
    {
        m_sink.heap().samples({ m_stacks, m_values, m_labels });
        m_stacks.clear();
        m_values.clear();
        m_labels.clear();
    }

    PickleReader m_pickle;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    std::string m_name;
    std::vector<sdk::StackRef> m_stacks;
    std::vector<std::int64_t> m_values;
    std::vector<LabelSetId> m_labels;
};

} // namespace

sdk::ProbeResult TracemallocParser::probe(const sdk::ProbeInput& input) const
{
    if (input.prefix.empty() || input.prefix[0] != std::byte { 0x80 }) {
        return {}; // no pickle of protocol 2 or later; dump() writes the newest
    }
    sdk::PrefixSource source(input.prefix);
    const TaskContext task;
    PickleReader pickle(source, kClasses, task);
    const auto root = pickle.read();
    const bool isCut = !root.ok() && root.error().code == ErrorCode::Truncated;
    if (!pickle.hasSeenClass()) {
        const bool isPickle = root.ok() || isCut; // a refusal names what the pickle asks for: worth a line
        return { isPickle ? 0 : 25, {}, isPickle ? "a pickle without a tracemalloc snapshot" : root.error().message };
    }
    const std::string version = std::to_string(pickle.protocol());
    return { 100, version, "pickle of tracemalloc.Snapshot, protocol " + version };
}

Result<void> TracemallocParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return SnapshotReader(source, sink, task).run();
}

} // namespace heaptoll
