// SPDX-License-Identifier: Apache-2.0
#include "plugins/collapsed/collapsed_parser.h"

#include "core/sdk/support/metric_words.h"
#include "core/sdk/support/prefix_source.h"
#include "core/sdk/support/text_lines.h"
#include "core/sdk/support/utf8_source.h"
#include "plugins/collapsed/collapsed_line.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace heaptoll {
namespace {

constexpr std::size_t kProbedLines = 200;
constexpr std::uint64_t kLinesPerPoll = 4096;
constexpr std::size_t kMaxFrames = 65'536; ///< of one stack: recursion until the stack ran over has some ten thousand

/// What the first lines look like.
struct Sight {
    std::size_t lines = 0; ///< that should be stacks
    std::size_t stacks = 0; ///< that are
    std::size_t withTwoValues = 0;
    std::size_t withFrames = 0; ///< of more than one frame
    [[nodiscard]] CollapsedShape shape() const
    {
        return stacks > 0 && withTwoValues == stacks ? CollapsedShape::TwoValues : CollapsedShape::OneValue;
    }
};

void look(Sight& sight, std::string_view line)
{
    if (isCollapsedComment(line)) {
        return;
    }
    ++sight.lines;
    if (const auto parsed = parseCollapsedLine(line, CollapsedShape::OneValue)) {
        ++sight.stacks;
        const std::size_t separator = parsed->stack.find(';');
        const bool hasCaller = parsed->stack.find_first_not_of("; \t") < separator;
        const bool hasCallee = parsed->stack.find_first_not_of("; \t", separator) != std::string_view::npos;
        sight.withFrames += separator != std::string_view::npos && hasCaller && hasCallee ? 1U : 0U;
        sight.withTwoValues += parseCollapsedLine(line, CollapsedShape::TwoValues) ? 1U : 0U;
    }
}

class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_utf8(source)
        , m_lines(m_utf8)
        , m_sink(sink)
        , m_heap(sink.heap())
        , m_task(task)
    { }

    Result<void> run()
    {
        const std::vector<std::string> first = readFirst();
        if (m_sight.stacks == 0) {
            HEAPTOLL_TRY(m_lines.status());
            return Error { ErrorCode::NotRecognized, "no collapsed stacks: no line ends in a number",
                { m_source.displayName(), {}, 1, {} }, "expected lines such as main;serve;grow 4096" };
        }
        begin();
        for (std::size_t i = 0; i < first.size(); ++i) {
            add(first[i], i + 1);
        }
        bool isCancelled = false;
        while (const auto line = isCancelled ? std::nullopt : m_lines.next()) {
            add(*line, m_lines.lineNumber());
            isCancelled = m_lines.lineNumber() % kLinesPerPoll == 0 && m_task.cancelled();
        }
        end();
        if (isCancelled) {
            return Error { ErrorCode::Cancelled, "cancelled", m_lines.where() };
        }
        return m_lines.status();
    }

private:
    std::vector<std::string> readFirst()
    {
        std::vector<std::string> first;
        while (m_sight.lines < kProbedLines) {
            const auto line = m_lines.next();
            if (!line) {
                break;
            }
            look(m_sight, *line);
            first.emplace_back(*line);
        }
        return first;
    }

    void begin()
    {
        m_shape = m_sight.shape();
        const std::string name = m_source.displayName();
        const sdk::MetricWord word =
            sdk::metricNamedIn(std::string_view(name).substr(name.rfind('/') + 1), sdk::MetricWords::WithCosts);
        sdk::ProfileRow profile;
        if (m_shape == CollapsedShape::TwoValues) {
            profile.values = { { "custom", "before", std::string(word.unit) },
                { "custom", "after", std::string(word.unit) } };
            profile.defaultValue = 1;
        } else if (!word.metric.empty()) {
            profile.values = { { word.metric, std::string(word.metric), std::string(word.unit) } };
        } else {
            profile.values = { { "custom", "value", "" } };
        }
        if (word.metric.empty()) {
            m_sink.issue(Severity::Info, "collapsed.unit_unknown", {},
                "collapsed stacks do not say what their numbers count; a name such as "
                "NAME.peak_bytes.folded or NAME.alloc_objects.folded does");
        }
        m_heap.beginProfile(profile);
    }

    void add(std::string_view line, std::uint64_t number)
    {
        if (isCollapsedComment(line)) {
            return;
        }
        const auto parsed = parseCollapsedLine(line, m_shape);
        if (!parsed || !readPath(parsed->stack)) {
            m_sink.issue(Severity::DataLoss, "collapsed.bad_line", { {}, {}, number, {} },
                parsed ? "a stack has more than " + std::to_string(kMaxFrames) + " frames; it is left out"
                       : "the line is no stack and a number; it is left out");
            return;
        }
        m_rounded += (parsed->first.isRounded ? 1U : 0U) + (parsed->second.isRounded ? 1U : 0U);
        const sdk::StackRef stack = m_heap.stackFromRoot(m_path);
        const std::int64_t values[] { parsed->first.value, parsed->second.value };
        m_heap.samples({ std::span(&stack, 1), std::span(values, m_shape == CollapsedShape::TwoValues ? 2 : 1), {} });
    }

    /// False when it is too deep. Empty and blank frames, as in "main;;grow; ", are none.
    bool readPath(std::string_view stack)
    {
        m_path.clear();
        while (!stack.empty()) {
            const std::size_t end = stack.find(';');
            if (const std::string_view name = stack.substr(0, end);
                name.find_first_not_of(" \t") != std::string_view::npos) {
                m_path.push_back(frameOf(name));
            }
            stack.remove_prefix(end == std::string_view::npos ? stack.size() : end + 1);
        }
        return m_path.size() <= kMaxFrames;
    }

    sdk::FrameRef frameOf(std::string_view name)
    {
        if (const auto it = m_frames.find(name); it != m_frames.end()) {
            return it->second;
        }
        constexpr std::string_view kInlined = "_[i]"; // of FlameGraph's stackcollapse scripts
        sdk::FrameRow row;
        row.isInlined = name.size() > kInlined.size() && name.ends_with(kInlined);
        row.function = m_heap.string(name.substr(0, name.size() - (row.isInlined ? kInlined.size() : 0)));
        return m_frames.emplace(name, m_heap.frame(row)).first->second;
    }

    void end()
    {
        if (m_lines.isUnended()) {
            m_sink.issue(Severity::Notice, "collapsed.no_final_line_break", m_lines.where(),
                "the last line has no line end: its number may be short");
        }
        if (m_rounded > 0) {
            m_sink.issue(Severity::Notice, "collapsed.rounded", {}, "values with a fraction; rounded", m_rounded);
        }
        m_heap.endProfile({});
    }

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view> {}(text); }
    };

    sdk::ByteSource& m_source;
    sdk::Utf8Source m_utf8;
    sdk::TextLines m_lines;
    sdk::Sink& m_sink;
    sdk::HeapSink& m_heap;
    const TaskContext& m_task;
    Sight m_sight;
    CollapsedShape m_shape = CollapsedShape::OneValue;
    std::unordered_map<std::string, sdk::FrameRef, Hash, std::equal_to<>> m_frames;
    std::vector<sdk::FrameRef> m_path;
    std::uint64_t m_rounded = 0;
};

} // namespace

sdk::ProbeResult CollapsedParser::probe(const sdk::ProbeInput& input) const
{
    sdk::PrefixSource prefix(input.prefix);
    sdk::Utf8Source utf8(prefix);
    sdk::TextLines lines(utf8);
    Sight sight;
    while (sight.lines < kProbedLines) {
        const auto line = lines.next();
        if (!line || (lines.isUnended() && !input.isWhole)) {
            break;
        }
        look(sight, *line);
    }
    // comments and one wrong line are forgiven; a stack of one frame tells nothing
    const bool isMostly = sight.lines > 0 && sight.stacks * 10 >= sight.lines * 8;
    if (!isMostly || sight.withFrames * 2 < sight.stacks) {
        return {};
    }
    const bool isAll = sight.stacks == sight.lines;
    return { isAll ? 75 : 60, {},
        "collapsed stacks, " + std::to_string(sight.stacks) + " of the first " + std::to_string(sight.lines) + " lines"
            + (sight.shape() == CollapsedShape::TwoValues ? ", two values each" : "") };
}

Result<void> CollapsedParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
