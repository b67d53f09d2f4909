// SPDX-License-Identifier: Apache-2.0
// { flamebearer: { names, levels, numTicks }, metadata: { format, units, name }, timeline: { startTime, samples,
// durationDelta } }. A level is a row of the flame graph, a bar is (offset, total, self, name); offsets count from the end
// of the bar before. "double" is two graphs over one set of names: (offset, total, self) twice, then the name.
// Source: pkg/og/structs/flamebearer of grafana/pyroscope.
#include "plugins/flamebearer/flamebearer_parser.h"

#include "core/base/string_arena.h"
#include "core/sdk/support/json_pull.h"
#include "core/sdk/support/prefix_source.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace heaptoll {
namespace {

using sdk::JsonKind;
using sdk::JsonPull;
using sdk::JsonToken;

constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;

struct KnownType {
    std::string_view name;
    std::string_view metric;
};
/// By the type in the name of the query, "memory:inuse_space:bytes:space:bytes". What was allocated counts from the start of
/// the range, not of the process: it is no alloc_bytes, which restarts are told by.
constexpr std::array<KnownType, 2> kKnownTypes { {
    { "inuse_space", "live_bytes" },
    { "inuse_objects", "live_objects" },
} };

/// Part number `index` of a text with colons; empty when there is none.
std::string_view partOf(std::string_view text, std::size_t index)
{
    text = text.substr(0, text.find('{'));
    for (; index > 0; --index) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(colon + 1);
    }
    return text.substr(0, text.find(':'));
}

/// One of the graphs of the file: which numbers of a bar are its own.
struct Side {
    std::size_t first = 0;
    std::size_t step = 4;
};

class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_sink(sink)
        , m_task(task)
        , m_json(source)
    { }

    Result<void> run()
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        if (first.kind != JsonKind::BeginObject) {
            return m_json.errorHere(
                ErrorCode::NotRecognized, "not a flame graph of Pyroscope: it is not a JSON object");
        }
        auto read = readMembers();
        const bool isPart = !read.ok() && read.error().code == ErrorCode::Truncated;
        // The format of the levels is in the metadata, behind them: without it their numbers mean nothing.
        if (read.ok() || (isPart && m_hasMetadata && !m_levels.empty())) {
            HEAPTOLL_TRY(deliver());
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
            if (*key == "flamebearer") {
                m_hasFlamebearer = true;
                HEAPTOLL_TRY(readObject(&Reader::flamebearerMember));
            } else if (*key == "metadata") {
                HEAPTOLL_TRY(readObject(&Reader::metadataMember));
                m_hasMetadata = true;
            } else if (*key == "timeline") {
                HEAPTOLL_TRY(readObject(&Reader::timelineMember));
            } else {
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
        HEAPTOLL_TRY(m_json.expect(JsonKind::End, "the end of the profile"));
        return {};
    }

    /// Members of an object, one by one; null stands for none.
    Result<void> readObject(Result<void> (Reader::*member)(std::string_view))
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        if (first.kind == JsonKind::Null) {
            return {};
        }
        if (first.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::Malformed, "flamebearer, metadata and timeline must be objects");
        }
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                return {};
            }
            HEAPTOLL_TRY((this->*member)(*key));
        }
    }

    Result<void> flamebearerMember(std::string_view key)
    {
        if (key == "names") {
            return readNames();
        }
        if (key == "levels") {
            return readLevels();
        }
        return metadataMember(key); // the first versions had format and units here
    }

    Result<void> metadataMember(std::string_view key)
    {
        std::string* const text = key == "format" ? &m_format
            : key == "units"                      ? &m_units
            : key == "name"                       ? &m_name
            : key == "query"                      ? &m_query
                                                  : nullptr;
        if (text == nullptr) {
            return m_json.skipValue();
        }
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::String, "format, units and name"));
        *text = sdk::repairUtf8(token.text).value_or(std::string(token.text));
        return {};
    }

    Result<void> timelineMember(std::string_view key)
    {
        if (key == "startTime") {
            HEAPTOLL_TRY_ASSIGN(m_startSeconds, readNumber("startTime"));
            return {};
        }
        if (key == "durationDelta") {
            HEAPTOLL_TRY_ASSIGN(m_stepSeconds, readNumber("durationDelta"));
            return {};
        }
        if (key != "samples") {
            return m_json.skipValue();
        }
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        while (first.kind == JsonKind::BeginArray) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
            if (token.kind == JsonKind::EndArray) {
                break;
            }
            if (token.kind != JsonKind::Number) {
                return m_json.errorHere(ErrorCode::Malformed, "the samples of the timeline must be numbers");
            }
            ++m_steps;
        }
        return {};
    }

    Result<std::int64_t> readNumber(std::string_view what)
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::Number, what));
        return number(token.text);
    }

    Result<std::int64_t> number(std::string_view text) const
    {
        const auto value = sdk::jsonInteger(text);
        if (!value || *value < 0) {
            return m_json.errorHere(ErrorCode::Malformed, "a number must be an integer, 0 or more");
        }
        return *value;
    }

    Result<void> readNames()
    {
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of names"));
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
            if (token.kind == JsonKind::EndArray) {
                return {};
            }
            if (token.kind != JsonKind::String) {
                return m_json.errorHere(ErrorCode::Malformed, "a name must be a string");
            }
            const auto better = sdk::repairUtf8(token.text);
            m_repaired += better ? 1U : 0U;
            m_names.push_back(m_texts.intern(better ? std::string_view(*better) : token.text));
        }
    }

    Result<void> readLevels()
    {
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of levels"));
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
            if (token.kind == JsonKind::EndArray) {
                return {};
            }
            if (token.kind != JsonKind::BeginArray) {
                return m_json.errorHere(ErrorCode::Malformed, "a level must be a list of numbers");
            }
            m_task.progress({ m_source.offset(), m_source.size().value_or(0), "levels" });
            if (m_task.cancelled()) {
                return m_json.errorHere(ErrorCode::Cancelled, "cancelled");
            }
            std::vector<std::int64_t> level;
            while (true) {
                HEAPTOLL_TRY_ASSIGN(const JsonToken value, m_json.next());
                if (value.kind == JsonKind::EndArray) {
                    break;
                }
                HEAPTOLL_TRY_ASSIGN(const std::int64_t count, number(value.kind == JsonKind::Number ? value.text : ""));
                level.push_back(count);
            }
            m_levels.push_back(std::move(level));
        }
    }

    [[nodiscard]] Error malformed(std::string message, std::size_t level) const
    {
        return { ErrorCode::Malformed, std::move(message),
            { m_source.displayName(), {}, 0, "flamebearer.levels[" + std::to_string(level) + "]" } };
    }

    Result<void> check() const
    {
        if (!m_hasFlamebearer) {
            return Error { ErrorCode::NotRecognized, "not a flame graph of Pyroscope: it has no flamebearer",
                { m_source.displayName() } };
        }
        if (m_format != "single" && m_format != "double" && !m_format.empty()) {
            return Error { ErrorCode::Unsupported, "flame graphs of format \"" + m_format + "\" are not known",
                { m_source.displayName(), {}, 0, "metadata.format" } };
        }
        const std::size_t step = m_format == "double" ? 7 : 4;
        for (std::size_t i = 0; i < m_levels.size(); ++i) {
            if (m_levels[i].size() % step != 0) {
                return malformed("a level has " + std::to_string(m_levels[i].size())
                        + " numbers, which is no multiple of " + std::to_string(step),
                    i);
            }
            for (std::size_t k = step - 1; k < m_levels[i].size(); k += step) {
                if (static_cast<std::uint64_t>(m_levels[i][k]) >= m_names.size()) {
                    return malformed(
                        "a bar has name " + std::to_string(m_levels[i][k]) + " of " + std::to_string(m_names.size()),
                        i);
                }
            }
        }
        return {};
    }

    Result<void> deliver()
    {
        HEAPTOLL_TRY(check());
        const bool isDouble = m_format == "double";
        HEAPTOLL_TRY(deliverSide({ 0, isDouble ? 7U : 4U }));
        if (isDouble) {
            m_sink.issue(Severity::Info, "flamebearer.comparison", { m_source.displayName() },
                "the file compares two flame graphs; they are read as two profiles, the base first");
            HEAPTOLL_TRY(deliverSide({ 3, 7 }));
        }
        if (m_repaired > 0) {
            m_sink.issue(Severity::Notice, "flamebearer.invalid_utf8", { m_source.displayName() },
                "names are not valid UTF-8; each bad byte is shown as U+FFFD", m_repaired);
        }
        return {};
    }

    /// The range ends where its timeline does.
    void placeInTime(sdk::ProfileRow& row) const
    {
        std::int64_t length = 0;
        std::int64_t end = 0;
        const bool isKnown = m_startSeconds > 0 && m_stepSeconds > 0
            && !__builtin_mul_overflow(m_stepSeconds, m_steps, &length)
            && !__builtin_add_overflow(m_startSeconds, length, &end) && end <= kMostSeconds;
        if (isKnown) {
            row.time = Instant { end * 1'000'000'000 };
            row.duration = Span { length * 1'000'000'000 };
            return;
        }
        m_sink.issue(Severity::Notice, "flamebearer.time_missing", { m_source.displayName() },
            "there is no timeline: the profile cannot be placed on the calendar");
    }

    sdk::ProfileRow profileRow()
    {
        const std::string_view query = m_query.empty() ? std::string_view(m_name) : std::string_view(m_query);
        const std::string_view type = partOf(query, 1).empty() ? partOf(query, 0) : partOf(query, 1);
        const auto known = std::ranges::find(kKnownTypes, type, &KnownType::name);
        sdk::ProfileRow row;
        row.values.push_back({ known == kKnownTypes.end() ? "custom" : known->metric,
            type.empty() ? std::string("value") : std::string(type), m_units });
        placeInTime(row);
        return row;
    }

    Result<void> deliverSide(const Side& side)
    {
        // Layouts without problems first: an importer that fails leaves no profile open.
        std::vector<std::vector<std::size_t>> callers;
        HEAPTOLL_TRY(findCallers(side, callers));
        m_sink.heap().beginProfile(profileRow());
        std::vector<sdk::StackRef> above;
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < m_levels.size(); ++i) {
            std::vector<sdk::StackRef> here;
            for (std::size_t k = 0; k < m_levels[i].size(); k += side.step) {
                const std::int64_t* const bar = &m_levels[i][k];
                const sdk::StackRef caller = i == 0 ? sdk::StackRef {} : above[callers[i][k / side.step]];
                here.push_back(i == 0 ? caller : m_sink.heap().stack(caller, frameOf(bar[side.step - 1])));
                const std::int64_t self = bar[side.first + 2];
                if (self > 0) { // of the root itself: its name becomes a frame
                    const sdk::StackRef stack =
                        i == 0 ? m_sink.heap().stack({}, frameOf(bar[side.step - 1])) : here.back();
                    m_sink.heap().samples({ std::span(&stack, 1), std::span(&self, 1), {} });
                    sum = __builtin_add_overflow(sum, self, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
                }
            }
            above = std::move(here);
        }
        m_sink.heap().endProfile({});
        const std::int64_t total = m_levels.empty() || m_levels[0].empty() ? 0 : m_levels[0][side.first + 1];
        if (sum != total) {
            m_sink.issue(Severity::Notice, "flamebearer.sum_differs", { m_source.displayName() },
                "the bars add up to " + std::to_string(sum) + ", the root says " + std::to_string(total));
        }
        return {};
    }

    sdk::FrameRef frameOf(std::int64_t name)
    {
        sdk::FrameRow row;
        row.function = m_sink.heap().string(m_texts.view(m_names[static_cast<std::size_t>(name)]));
        return m_sink.heap().frame(row);
    }

    /// The caller of each bar: the last bar of the level above that begins at or before it. Both are in order.
    Result<void> findCallers(const Side& side, std::vector<std::vector<std::size_t>>& callers) const
    {
        std::vector<std::int64_t> above;
        for (std::size_t i = 0; i < m_levels.size(); ++i) {
            std::vector<std::int64_t> starts;
            std::vector<std::size_t> row;
            std::int64_t end = 0;
            std::size_t caller = 0;
            for (std::size_t k = 0; k < m_levels[i].size(); k += side.step) {
                std::int64_t start = 0;
                if (__builtin_add_overflow(end, m_levels[i][k + side.first], &start)
                    || __builtin_add_overflow(start, m_levels[i][k + side.first + 1], &end)) {
                    return malformed("the bars of a level are wider than 64 bits hold", i);
                }
                while (caller + 1 < above.size() && above[caller + 1] <= start) {
                    ++caller;
                }
                if (i > 0 && (above.empty() || above[caller] > start)) {
                    return malformed("a bar begins before every bar of the level above it", i);
                }
                starts.push_back(start);
                row.push_back(caller);
            }
            above = std::move(starts);
            callers.push_back(std::move(row));
        }
        return {};
    }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    JsonPull m_json;
    StringArena m_texts;
    std::vector<std::uint32_t> m_names;
    std::vector<std::vector<std::int64_t>> m_levels;
    std::string m_format;
    std::string m_units;
    std::string m_name;
    std::string m_query;
    std::int64_t m_startSeconds = 0;
    std::int64_t m_stepSeconds = 0;
    std::int64_t m_steps = 0;
    std::uint64_t m_repaired = 0;
    bool m_hasFlamebearer = false;
    bool m_hasMetadata = false;
};

/// Keys of the object under "flamebearer", as far as the prefix goes.
Result<void> lookInto(JsonPull& json, bool& hasNames, bool& hasLevels)
{
    HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "a profile"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
        if (!key) {
            return {};
        }
        if (*key != "flamebearer") {
            HEAPTOLL_TRY(json.skipValue());
            continue;
        }
        HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "flamebearer"));
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto inner, json.nextKey());
            if (!inner) {
                return {};
            }
            hasNames = hasNames || *inner == "names";
            hasLevels = hasLevels || *inner == "levels";
            HEAPTOLL_TRY(json.skipValue());
        }
    }
}

} // namespace

sdk::ProbeResult FlamebearerParser::probe(const sdk::ProbeInput& input) const
{
    sdk::PrefixSource source(input.prefix);
    JsonPull json(source);
    bool hasNames = false;
    bool hasLevels = false;
    static_cast<void>(lookInto(json, hasNames, hasLevels).ok()); // the prefix may end anywhere
    if (!hasNames && !hasLevels) {
        return {};
    }
    const bool hasBoth = hasNames && hasLevels;
    return { hasBoth ? 100 : 75, {},
        hasBoth ? "flamebearer with names and levels" : "flamebearer with names or levels" };
}

Result<void> FlamebearerParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
