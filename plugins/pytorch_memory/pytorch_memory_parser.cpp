// SPDX-License-Identifier: Apache-2.0
// A pickle of plain values: { segments: [{ device, address, total_size, blocks: [{ size, requested_size, state, frames }] }],
// device_traces: [[{ action, addr, size, frames, time_us }]] }. Source: torch/cuda/memory.py, docstring of _snapshot().
#include "plugins/pytorch_memory/pytorch_memory_parser.h"

#include "core/sdk/support/pickle_reader.h"
#include "core/sdk/support/prefix_source.h"
#include "plugins/pytorch_memory/pytorch_stacks.h"

#include <algorithm>
#include <array>
#include <limits>

namespace heaptoll {
namespace {

using sdk::PickleKind;
using sdk::PickleReader;
using sdk::PickleRef;

constexpr std::size_t kChecks = 16'384; // blocks or events between two questions for cancelling
constexpr std::int64_t kMostMicroseconds = std::numeric_limits<std::int64_t>::max() / 1000;

enum Column : std::size_t { kLiveBytes, kLiveObjects, kRequested, kCached, kTracedBytes, kTracedCount, kColumns };

class SnapshotReader {
public:
    SnapshotReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_pickle(source, {}, task)
        , m_sink(sink)
        , m_task(task)
        , m_name(source.displayName())
    { }

    Result<void> run()
    {
        const auto root = m_pickle.read();
        if (root.ok()) {
            return readRoot(root.value());
        }
        const ErrorCode code = root.error().code;
        if (code == ErrorCode::Truncated || code == ErrorCode::Cancelled) {
            HEAPTOLL_TRY(readWhatIsThere());
        }
        return root.error();
    }

private:
    [[nodiscard]] static bool isList(std::optional<PickleRef> ref)
    {
        return ref && (PickleReader::kind(*ref) == PickleKind::List || PickleReader::kind(*ref) == PickleKind::Tuple);
    }

    Result<void> readRoot(PickleRef root)
    {
        // Before PyTorch 2.0 the segments were all there was.
        const auto segments =
            PickleReader::kind(root) == PickleKind::List ? std::optional(root) : m_pickle.find(root, "segments");
        if (!isList(segments)) {
            return Error { ErrorCode::NotRecognized, "not a memory snapshot of PyTorch: it has no segments",
                m_pickle.where(), "write it with torch.cuda.memory._dump_snapshot(path)" };
        }
        HEAPTOLL_TRY_ASSIGN(const bool hasMore, m_pickle.hasMore());
        if (hasMore) {
            m_sink.issue(Severity::DataLoss, "pytorch_memory.trailing_bytes", m_pickle.where(),
                "bytes follow the snapshot; they are not read");
        }
        const auto traces = m_pickle.find(root, "device_traces");
        return deliver(
            m_pickle.items(*segments), isList(traces) ? m_pickle.items(*traces) : std::span<const PickleRef> {});
    }

    /// Of a cut pickle: the segments that are whole stand in their list, or behind it.
    Result<void> readWhatIsThere()
    {
        const auto stack = m_pickle.stack();
        std::vector<PickleRef> segments;
        for (std::size_t i = 0; i + 1 < stack.size(); ++i) {
            const bool isNamed = m_pickle.text(stack[i]) == "segments";
            if (!isNamed || PickleReader::kind(stack[i + 1]) != PickleKind::List) {
                continue;
            }
            const auto listed = m_pickle.items(stack[i + 1]);
            segments.assign(listed.begin(), listed.end());
            for (std::size_t k = i + 2; k < stack.size() && m_pickle.find(stack[k], "blocks"); ++k) {
                segments.push_back(stack[k]);
            }
            break;
        }
        return segments.empty() ? Result<void> {} : deliver(segments, {});
    }

    Result<void> deliver(std::span<const PickleRef> segments, std::span<const PickleRef> traces)
    {
        m_hasTrace = std::ranges::any_of(traces, [&](PickleRef trace) { return !m_pickle.items(trace).empty(); });
        sdk::ProfileRow row;
        row.values = { { "live_bytes", "active", "bytes" }, { "live_objects", "active_blocks", "count" },
            { "custom", "requested_bytes", "bytes" }, { "custom", "cached_bytes", "bytes" } };
        if (m_hasTrace) {
            row.values.push_back({ "custom", "traced_bytes", "bytes" });
            row.values.push_back({ "custom", "traced_allocations", "count" });
        }
        row.formatVersion = "pickle protocol " + std::to_string(m_pickle.protocol());
        row.time = newestTime(traces);
        m_sink.heap().beginProfile(row);
        pytorch::StackMaker stacks(m_pickle, m_sink.heap());
        for (const PickleRef segment : segments) {
            readSegment(segment, stacks);
            if (m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", m_pickle.where() };
            }
        }
        for (std::size_t device = 0; device < traces.size(); ++device) {
            HEAPTOLL_TRY(readTrace(traces[device], device, stacks));
        }
        flush();
        m_sink.heap().endProfile({});
        report(row.time.has_value(), stacks.repairedTexts());
        return {};
    }

    /// Of the newest event: the snapshot is as old as that, or a little younger. Units: time_us since 1970.
    [[nodiscard]] std::optional<Instant> newestTime(std::span<const PickleRef> traces) const
    {
        std::int64_t newest = 0;
        for (const PickleRef trace : traces) {
            for (const PickleRef event : m_pickle.items(trace)) {
                const std::int64_t time = number(event, "time_us").value_or(0);
                newest = time <= kMostMicroseconds ? std::max(newest, time) : newest;
            }
        }
        return newest == 0 ? std::nullopt : std::optional(Instant { newest * 1000 });
    }

    [[nodiscard]] std::optional<std::int64_t> number(PickleRef dict, std::string_view key) const
    {
        const auto value = m_pickle.find(dict, key);
        return value ? m_pickle.integer(*value) : std::nullopt;
    }

    void bad(const std::string& place, const char* what)
    {
        m_sink.issue(Severity::DataLoss, "pytorch_memory.bad_record", { m_name, {}, 0, place },
            std::string(what) + "; it is left out");
    }

    void readSegment(PickleRef segment, pytorch::StackMaker& stacks)
    {
        const std::string place = "segment " + std::to_string(m_segments++);
        const auto blocks = m_pickle.find(segment, "blocks");
        if (!isList(blocks)) {
            bad(place, "a segment is no dict with blocks");
            return;
        }
        const std::int64_t device = number(segment, "device").value_or(0);
        std::int64_t sum = 0;
        std::size_t row = 0;
        for (const PickleRef block : m_pickle.items(*blocks)) {
            const auto size = number(block, "size");
            const auto state = m_pickle.find(block, "state");
            const auto words = state ? m_pickle.text(*state) : std::nullopt;
            if (!size || *size < 0 || !words) {
                bad(place + " block " + std::to_string(row), "a block has no size or no state");
            } else {
                readBlock(block, *size, *words, device, stacks);
                sum = __builtin_add_overflow(sum, *size, &sum) ? -1 : sum;
            }
            ++row;
        }
        const auto total = number(segment, "total_size");
        if (total && *total != sum) {
            m_sink.issue(Severity::Notice, "pytorch_memory.segment_sum", { m_name, {}, 0, place },
                "the blocks of a segment add up to " + std::to_string(sum) + " bytes, the segment says "
                    + std::to_string(*total));
        }
    }

    /// States: active_allocated (a tensor has it), active_awaiting_free or active_pending_free (freed, but another stream
    /// still uses it), inactive (the allocator keeps it for later).
    void readBlock(
        PickleRef block, std::int64_t size, std::string_view state, std::int64_t device, pytorch::StackMaker& stacks)
    {
        std::array<std::int64_t, kColumns> values {};
        if (!state.starts_with("active")) {
            values[kCached] = size;
            send(stacks.named("(cached by the allocator)"), values, labels(device, {}));
            return;
        }
        // Up to PyTorch 2.0 frames and size stood in the newest entry of the block's history.
        const auto history = m_pickle.find(block, "history");
        const bool hasHistory = isList(history) && !m_pickle.items(*history).empty();
        const PickleRef holder = hasHistory ? m_pickle.items(*history).front() : block;
        const auto frames = m_pickle.find(holder, "frames");
        const auto stack = frames ? stacks.stackOf(*frames) : std::nullopt;
        m_withoutStack += stack ? 0U : 1U;
        const auto requested = number(holder, hasHistory ? "real_size" : "requested_size");
        values[kLiveBytes] = size;
        values[kLiveObjects] = 1;
        values[kRequested] = requested && *requested >= 0 ? *requested : size;
        send(stack ? *stack : stacks.named("(no stack recorded)"), values,
            labels(device, state == "active_allocated" ? std::string_view {} : state));
    }

    Result<void> readTrace(PickleRef trace, std::size_t device, pytorch::StackMaker& stacks)
    {
        std::size_t row = 0;
        for (const PickleRef event : m_pickle.items(trace)) {
            if (row % kChecks == 0 && m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", m_pickle.where() };
            }
            const auto action = m_pickle.find(event, "action");
            const auto word = action ? m_pickle.text(*action) : std::nullopt;
            const auto size = number(event, "size");
            m_outOfMemory += word == "oom" ? 1U : 0U;
            if (!word || (word == "alloc" && (!size || *size < 0))) {
                bad("trace " + std::to_string(device) + " event " + std::to_string(row),
                    "an event has no action or size");
            } else if (word == "alloc") {
                const auto frames = m_pickle.find(event, "frames");
                const auto stack = frames ? stacks.stackOf(*frames) : std::nullopt;
                std::array<std::int64_t, kColumns> values {};
                values[kTracedBytes] = *size;
                values[kTracedCount] = 1;
                send(stack ? *stack : stacks.named("(no stack recorded)"), values,
                    labels(static_cast<std::int64_t>(device), {}));
            }
            ++row;
        }
        return {};
    }

    [[nodiscard]] LabelSetId labels(std::int64_t device, std::string_view state)
    {
        std::array<sdk::LabelRow, 2> rows;
        rows[0] = { m_sink.heap().string("device"), {}, device, {} };
        rows[1] = { m_sink.heap().string("state"), m_sink.heap().string(state), 0, {} };
        return m_sink.heap().labels(std::span(rows).first(state.empty() ? 1 : 2));
    }

    void send(sdk::StackRef stack, const std::array<std::int64_t, kColumns>& values, LabelSetId labelSet)
    {
        const std::size_t columns = m_hasTrace ? kColumns : kTracedBytes;
        m_stacks.push_back(stack);
        m_values.insert(m_values.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(columns));
        m_labels.push_back(labelSet);
        if (m_stacks.size() == kChecks) {
            flush();
        }
    }

    void flush()
    {
        m_sink.heap().samples({ m_stacks, m_values, m_labels });
        m_stacks.clear();
        m_values.clear();
        m_labels.clear();
    }

    void report(bool hasTime, std::uint64_t repaired)
    {
        if (!hasTime) {
            m_sink.issue(Severity::Notice, "pytorch_memory.time_missing", { m_name },
                "the snapshot has no trace events, so it does not say when it was taken");
        }
        if (m_withoutStack > 0) {
            m_sink.issue(Severity::Notice, "pytorch_memory.no_stack", { m_name },
                "blocks without a stack: call torch.cuda.memory._record_memory_history() before they are allocated",
                m_withoutStack);
        }
        if (m_outOfMemory > 0) {
            m_sink.issue(Severity::Info, "pytorch_memory.out_of_memory", { m_name },
                "the trace holds requests that the device had no memory for", m_outOfMemory);
        }
        if (repaired > 0) {
            m_sink.issue(Severity::Notice, "pytorch_memory.invalid_utf8", { m_name },
                "names are not valid UTF-8; each bad byte is shown as U+FFFD", repaired);
        }
    }

    PickleReader m_pickle;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    std::string m_name;
    bool m_hasTrace = false;
    std::size_t m_segments = 0;
    std::uint64_t m_withoutStack = 0;
    std::uint64_t m_outOfMemory = 0;
    std::vector<sdk::StackRef> m_stacks;
    std::vector<std::int64_t> m_values;
    std::vector<LabelSetId> m_labels;
};

/// Words of the format among the keys: of a whole pickle in its first segment, of a cut one on the stack.
bool hasKeys(const PickleReader& pickle, std::optional<PickleRef> root)
{
    if (root) {
        const auto segments = pickle.find(*root, "segments").value_or(*root);
        const auto items = pickle.items(segments);
        const bool isEmpty = items.empty() && pickle.find(*root, "segments") && pickle.find(*root, "device_traces");
        return isEmpty || (!items.empty() && pickle.find(items[0], "blocks") && pickle.find(items[0], "total_size"));
    }
    const auto stack = pickle.stack();
    const auto has = [&](std::string_view word) {
        return std::ranges::any_of(stack, [&](PickleRef ref) {
            return pickle.text(ref) == word || pickle.find(ref, word)
                || (!pickle.items(ref).empty() && pickle.find(pickle.items(ref)[0], word));
        });
    };
    return has("segments") && (has("total_size") || has("blocks"));
}

} // namespace

sdk::ProbeResult PytorchMemoryParser::probe(const sdk::ProbeInput& input) const
{
    if (input.prefix.empty() || input.prefix[0] != std::byte { 0x80 }) {
        return {};
    }
    sdk::PrefixSource source(input.prefix);
    const TaskContext task;
    PickleReader pickle(source, {}, task);
    const auto root = pickle.read();
    const bool isCut = !root.ok() && root.error().code == ErrorCode::Truncated;
    if (!root.ok() && !isCut) {
        return { 0, {}, "no memory snapshot: " + root.error().message };
    }
    if (!hasKeys(pickle, root.ok() ? std::optional(root.value()) : std::nullopt)) {
        return { 0, {}, "a pickle without segments of a memory allocator" };
    }
    const std::string version = std::to_string(pickle.protocol());
    return { root.ok() ? 100 : 75, version, "pickle of memory segments and blocks, protocol " + version };
}

Result<void> PytorchMemoryParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return SnapshotReader(source, sink, task).run();
}

} // namespace heaptoll
