// SPDX-License-Identifier: Apache-2.0
// { head: { callFrame: { functionName, url, lineNumber }, selfSize, id, children: [...] }, samples: [{ size, nodeId }] }.
// Source: SamplingHeapProfile of the Chrome DevTools protocol; V8 src/profiler/sampling-heap-profiler.cc.
#include "plugins/v8_heapprofile/v8_heapprofile_parser.h"

#include "core/base/string_arena.h"
#include "core/sdk/support/json_pull.h"
#include "core/sdk/support/prefix_source.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <unordered_map>

namespace heaptoll {
namespace {

using sdk::JsonKind;
using sdk::JsonPull;
using sdk::JsonToken;

constexpr std::size_t kMostDepth = 1'000'000; // of JSON: two levels a call; what is open costs a bit a level
constexpr std::size_t kBatchRows = 16'384;
constexpr std::size_t kNodesPerCheck = 16'384;

/// A call, with what it allocated itself.
struct Node {
    std::uint32_t parent = 0; ///< number of the caller; the root is its own
    std::uint32_t function = 0; ///< of the texts; 0 = none
    std::uint32_t url = 0;
    std::uint32_t line = 0; ///< from 1; 0 = unknown
    bool isRoot = false; ///< V8's "(root)": no function
    std::int64_t selfBytes = 0;
    std::int64_t samples = 0;
};

class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_sink(sink)
        , m_task(task)
        , m_json(source, { kMostDepth })
    { }

    Result<void> run()
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        if (first.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::NotRecognized, "not a heap profile of V8: it is not a JSON object");
        }
        auto read = readMembers();
        const bool isPart =
            !read.ok() && (read.error().code == ErrorCode::Truncated || read.error().code == ErrorCode::Cancelled);
        if (m_hasBegun && (read.ok() || isPart)) {
            deliver();
        }
        if (read.ok() && !m_hasBegun) {
            return Error { ErrorCode::NotRecognized, "not a heap profile of V8: it has no head",
                { m_source.displayName() } };
        }
        return read;
    }

private:
    Result<void> readMembers()
    {
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                break;
            }
            if (*key == "head" && !m_hasBegun) {
                HEAPTOLL_TRY(m_json.expect(JsonKind::BeginObject, "the root of the calls"));
                m_hasBegun = true;
                HEAPTOLL_TRY(readTree());
            } else if (*key == "samples") {
                HEAPTOLL_TRY(readSamples());
            } else {
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
        HEAPTOLL_TRY(m_json.expect(JsonKind::End, "the end of the profile"));
        return {};
    }

    /// All calls, without recursion: a call is read over again as soon as its children are.
    Result<void> readTree()
    {
        std::vector<std::uint32_t> open;
        HEAPTOLL_TRY(openNode(open));
        while (!open.empty()) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                open.pop_back();
                HEAPTOLL_TRY(nextSibling(open));
            } else if (*key == "callFrame") {
                HEAPTOLL_TRY(readFrame(open.back()));
            } else if (*key == "selfSize") {
                HEAPTOLL_TRY_ASSIGN(m_nodes[open.back()].selfBytes, readNumber("selfSize"));
            } else if (*key == "id") {
                HEAPTOLL_TRY_ASSIGN(const std::int64_t id, readNumber("id"));
                m_nodeOfId.try_emplace(id, open.back());
            } else if (*key == "children") {
                HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of callees"));
                HEAPTOLL_TRY(nextSibling(open));
            } else {
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
        return {};
    }

    Result<void> openNode(std::vector<std::uint32_t>& open)
    {
        if (m_nodes.size() >= std::numeric_limits<std::uint32_t>::max()) {
            return m_json.errorHere(ErrorCode::LimitExceeded, "the profile has more than 2^32 calls");
        }
        const auto number = static_cast<std::uint32_t>(m_nodes.size());
        if (number % kNodesPerCheck == 0) {
            m_task.progress({ m_source.offset(), m_source.size().value_or(0), "calls" });
            if (m_task.cancelled()) {
                return m_json.errorHere(ErrorCode::Cancelled, "cancelled");
            }
        }
        m_nodes.emplace_back();
        m_nodes.back().parent = open.empty() ? number : open.back();
        open.push_back(number);
        return {};
    }

    /// In a list of callees: the next one, or the end of the list. The root is in no list.
    Result<void> nextSibling(std::vector<std::uint32_t>& open)
    {
        if (open.empty()) {
            return {};
        }
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        if (token.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::Malformed, "a callee must be an object");
        }
        return openNode(open);
    }

    Result<std::int64_t> readNumber(std::string_view what)
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::Number, what));
        const auto value = sdk::jsonInteger(token.text);
        if (!value || *value < 0) {
            return m_json.errorHere(ErrorCode::Malformed, std::string(what) + " must be a number of bytes, 0 or more");
        }
        return *value;
    }

    Result<void> readFrame(std::uint32_t number)
    {
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginObject, "a call frame"));
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                return {};
            }
            Node& node = m_nodes[number];
            if (*key == "functionName") {
                HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::String, "the name of a function"));
                node.isRoot = number == 0 && token.text == "(root)";
                node.function = text(token.text);
            } else if (*key == "url") {
                HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::String, "the url of a script"));
                node.url = text(token.text);
            } else if (*key == "lineNumber") {
                HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::Number, "lineNumber"));
                const auto line = sdk::jsonInteger(token.text); // from 0; -1 = none
                constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max() - 1;
                node.line = line && *line >= 0 && *line <= kMost ? static_cast<std::uint32_t>(*line + 1) : 0;
            } else {
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
    }

    std::uint32_t text(std::string_view raw)
    {
        const auto better = sdk::repairUtf8(raw);
        m_repaired += better ? 1U : 0U;
        return m_texts.intern(better ? std::string_view(*better) : raw);
    }

    Result<void> readSamples()
    {
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of samples"));
        m_hasSamples = true;
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
            if (token.kind == JsonKind::EndArray) {
                return {};
            }
            if (token.kind != JsonKind::BeginObject) {
                return m_json.errorHere(ErrorCode::Malformed, "a sample must be an object");
            }
            HEAPTOLL_TRY(readSample());
        }
    }

    Result<void> readSample()
    {
        std::optional<std::int64_t> id;
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                break;
            }
            if (*key == "size") {
                HEAPTOLL_TRY_ASSIGN(const std::int64_t size, readNumber("size"));
                noteSize(size);
            } else if (*key == "nodeId") {
                HEAPTOLL_TRY_ASSIGN(id, readNumber("nodeId"));
            } else {
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
        const auto it = id ? m_nodeOfId.find(*id) : m_nodeOfId.end();
        if (it != m_nodeOfId.end()) {
            ++m_nodes[it->second].samples;
        } else {
            ++m_strayedSamples;
        }
        return {};
    }

    /// A sample stands for at least one interval of bytes, so the smallest tells how long that is.
    void noteSize(std::int64_t size)
    {
        m_smallest = size > 0 && (m_smallest == 0 || size < m_smallest) ? size : m_smallest;
    }

    /// What a sample stands for is at least one interval, so the smallest value shows how long that was: all usual
    /// intervals are powers of two.
    [[nodiscard]] std::int64_t estimatedInterval() const
    {
        std::int64_t smallest = m_smallest;
        for (const Node& node : m_nodes) {
            smallest = node.selfBytes > 0 && (smallest == 0 || node.selfBytes < smallest) ? node.selfBytes : smallest;
        }
        return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(smallest)));
    }

    void deliver()
    {
        sdk::ProfileRow header;
        header.values = { { "live_bytes", "selfSize", "bytes" } };
        if (m_hasSamples) {
            header.values.push_back({ "custom", "samples", "count" });
        }
        header.sampling = { estimatedInterval(), true };
        m_sink.heap().beginProfile(header);
        report(header.sampling.periodBytes);
        std::vector<sdk::StackRef> stacks(m_nodes.size());
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            const Node& node = m_nodes[i];
            const sdk::StackRef caller = i == 0 ? sdk::StackRef {} : stacks[node.parent];
            const bool isEmptyRoot = node.isRoot && node.selfBytes == 0 && node.samples == 0;
            stacks[i] = isEmptyRoot ? sdk::StackRef {} : m_sink.heap().stack(caller, frameOf(node));
            if (node.selfBytes != 0 || node.samples != 0) {
                send(stacks[i], node);
            }
        }
        flush();
        m_sink.heap().endProfile({});
    }

    void send(sdk::StackRef stack, const Node& node)
    {
        m_rows.push_back(stack);
        m_values.push_back(node.selfBytes);
        if (m_hasSamples) {
            m_values.push_back(node.samples);
        }
        if (m_rows.size() == kBatchRows) {
            flush();
        }
    }

    void flush()
    {
        m_sink.heap().samples({ m_rows, m_values, {} });
        m_rows.clear();
        m_values.clear();
    }

    /// An anonymous function goes by its place, as a frame without a name does everywhere.
    sdk::FrameRef frameOf(const Node& node)
    {
        sdk::FrameRow row;
        const bool isNowhere = node.function == 0 && node.url == 0;
        row.function = m_sink.heap().string(isNowhere ? "(anonymous)" : m_texts.view(node.function));
        row.file = m_sink.heap().string(m_texts.view(node.url));
        row.line = node.line;
        return m_sink.heap().frame(row);
    }

    void report(std::int64_t interval)
    {
        m_sink.issue(Severity::Info, "v8_heapprofile.interval_estimated", { m_source.displayName() },
            interval == 0 ? std::string("nothing was sampled, so the sampling interval is not known")
                          : "the profile does not say its sampling interval; its smallest value suggests "
                    + std::to_string(interval) + " bytes");
        m_sink.issue(Severity::Notice, "v8_heapprofile.time_missing", { m_source.displayName() },
            "the profile does not say when it was taken: it cannot be placed on the calendar");
        if (m_strayedSamples > 0) {
            m_sink.issue(Severity::Notice, "v8_heapprofile.sample_without_call", { m_source.displayName() },
                "samples name a call that is not in the tree; bytes are those of the tree", m_strayedSamples);
        }
        if (m_repaired > 0 || m_json.replacedSurrogates() > 0) {
            m_sink.issue(Severity::Notice, "v8_heapprofile.invalid_utf8", { m_source.displayName() },
                "names hold bytes that are no text; each is shown as U+FFFD", m_repaired + m_json.replacedSurrogates());
        }
    }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    JsonPull m_json;
    StringArena m_texts;
    std::vector<Node> m_nodes;
    std::vector<sdk::StackRef> m_rows;
    std::vector<std::int64_t> m_values;
    std::unordered_map<std::int64_t, std::uint32_t> m_nodeOfId;
    std::int64_t m_smallest = 0;
    std::uint64_t m_strayedSamples = 0;
    std::uint64_t m_repaired = 0;
    bool m_hasBegun = false;
    bool m_hasSamples = false;
};

/// Evidence in the first object under "head"; stops at the end of the prefix.
Result<void> lookIntoHead(JsonPull& json, bool& hasFrame, bool& hasSize)
{
    HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "head"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
        if (!key) {
            return {};
        }
        hasSize = hasSize || *key == "selfSize";
        if (*key == "callFrame") {
            HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "callFrame"));
            HEAPTOLL_TRY_ASSIGN(const auto inner, json.nextKey());
            hasFrame = inner.has_value();
            HEAPTOLL_TRY(json.leaveTo(2));
        } else {
            HEAPTOLL_TRY(json.skipValue());
        }
    }
}

Result<void> lookInto(JsonPull& json, bool& hasFrame, bool& hasSize)
{
    HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "a profile"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
        if (!key) {
            return {};
        }
        if (*key == "head") {
            return lookIntoHead(json, hasFrame, hasSize);
        }
        HEAPTOLL_TRY(json.skipValue());
    }
}

} // namespace

sdk::ProbeResult V8HeapProfileParser::probe(const sdk::ProbeInput& input) const
{
    sdk::PrefixSource source(input.prefix);
    JsonPull json(source, { kMostDepth });
    bool hasFrame = false;
    bool hasSize = false;
    static_cast<void>(lookInto(json, hasFrame, hasSize).ok()); // the prefix may end anywhere
    if (!hasFrame) {
        return {};
    }
    return { hasSize ? 100 : 50, {}, hasSize ? "head with callFrame and selfSize" : "head with callFrame" };
}

Result<void> V8HeapProfileParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
