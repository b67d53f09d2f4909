// SPDX-License-Identifier: Apache-2.0
//  num     #instances         #bytes  class name (module)
// -------------------------------------------------------
//    1:           201         412816  [D (java.base@17.0.15)
// Total         13630        1069624
// Source: KlassInfoHisto::print_histo_on in src/hotspot/share/memory/heapInspection.cpp of OpenJDK.
#include "plugins/class_histogram/class_histogram_parser.h"

#include "core/sdk/support/byte_reader.h"
#include "core/sdk/support/utf8_text.h"
#include "plugins/class_histogram/class_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

namespace heaptoll {
namespace {

constexpr std::uint64_t kLinesPerCheck = 16'384;

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view {}
                                           : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Takes the first word off the text.
std::string_view takeWord(std::string_view& text)
{
    text = trimmed(text);
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());
    return word;
}

std::optional<std::int64_t> countOf(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = code == std::errc {} && end == text.data() + text.size();
    return isWhole && value >= 0 ? std::optional(value) : std::nullopt;
}

bool isHeader(std::string_view line)
{
    constexpr std::array<std::string_view, 5> kWords { "num", "#instances", "#bytes", "class", "name" };
    return std::ranges::all_of(kWords, [&](std::string_view word) { return takeWord(line) == word; });
}

struct Row {
    std::int64_t number = 0;
    std::int64_t objects = 0;
    std::int64_t bytes = 0;
    std::string_view name;
    std::string_view module; ///< from JDK 9 on, with its version
};

std::optional<Row> rowOf(std::string_view line)
{
    std::string_view number = takeWord(line);
    if (!number.ends_with(':')) {
        return std::nullopt;
    }
    number.remove_suffix(1);
    const auto rank = countOf(number);
    const auto objects = countOf(takeWord(line));
    const auto bytes = countOf(takeWord(line));
    std::string_view name = trimmed(line);
    if (!rank || !objects || !bytes || name.empty()) {
        return std::nullopt;
    }
    Row row { *rank, *objects, *bytes, name, {} };
    const std::size_t open = name.rfind(" (");
    if (open != std::string_view::npos && open > 0 && name.ends_with(')')) {
        row.name = name.substr(0, open);
        row.module = name.substr(open + 2, name.size() - open - 3);
    }
    return row;
}

class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_sink(sink)
        , m_task(task)
        , m_lines(source)
        , m_name(source.displayName())
    { }

    Result<void> run()
    {
        while (true) {
            const auto line = m_lines.next();
            if (!line.ok() || !line.value()) {
                return finish(line.ok() ? Result<void> {} : Result<void> { line.error() });
            }
            if (m_lines.lineNumber() % kLinesPerCheck == 0) {
                m_task.progress({ m_source.offset(), m_source.size().value_or(0), "classes" });
                if (m_task.cancelled()) {
                    return finish(Error { ErrorCode::Cancelled, "cancelled", here() });
                }
            }
            HEAPTOLL_TRY(readLine(*line.value()));
        }
    }

private:
    [[nodiscard]] Location here() const { return { m_name, {}, m_lines.lineNumber(), {} }; }

    Result<void> finish(Result<void> result)
    {
        const bool isPart =
            result.ok() || result.error().code == ErrorCode::Truncated || result.error().code == ErrorCode::Cancelled;
        if (m_isOpen && isPart) {
            close();
            if (result.ok()) {
                return Error { ErrorCode::Truncated, "the histogram ends without its line \"Total\": the text is cut",
                    here(), "print it again; what is above the cut has been read" };
            }
        }
        if (result.ok() && m_histograms == 0) {
            return Error { ErrorCode::NotRecognized,
                "not a class histogram: there is no line \"num #instances #bytes class name\"", { m_name } };
        }
        return result;
    }

    Result<void> readLine(std::string_view line)
    {
        if (isHeader(line)) {
            if (m_isOpen) {
                m_sink.issue(Severity::DataLoss, "class_histogram.total_missing", here(),
                    "a histogram ends without its total where the next begins");
                close();
            }
            open();
            return {};
        }
        if (!m_isOpen) {
            return {}; // "4711:" of jcmd, prompts, what else was printed around it
        }
        if (const auto row = rowOf(line)) {
            addRow(*row);
            return {};
        }
        std::string_view rest = line;
        if (takeWord(rest) == "Total") {
            return readTotal(rest);
        }
        const bool isRule = line.find_first_not_of('-') == std::string_view::npos;
        if (!isRule) {
            m_sink.issue(Severity::DataLoss, "class_histogram.bad_line", here(),
                "a line is not \"number: instances bytes class\"; it is left out");
        }
        return {};
    }

    void open()
    {
        ++m_histograms;
        m_isOpen = true;
        m_objects = 0;
        m_bytes = 0;
        m_hasOverflowed = false;
        m_nextNumber = 1;
        sdk::ProfileRow row;
        row.values = { { "live_bytes", "#bytes", "bytes" }, { "live_objects", "#instances", "count" } };
        m_sink.heap().beginProfile(row);
        m_sink.issue(Severity::Notice, "class_histogram.time_missing", here(),
            "a histogram does not say when it was taken: it cannot be placed on the calendar");
    }

    void close()
    {
        m_sink.heap().endProfile({});
        m_isOpen = false;
    }

    sdk::StringRef text(std::string_view raw)
    {
        const auto better = sdk::repairUtf8(raw);
        if (better) {
            m_sink.issue(Severity::Notice, "class_histogram.invalid_utf8", here(),
                "a name is not valid UTF-8; each bad byte is shown as U+FFFD");
        }
        return m_sink.heap().string(better ? std::string_view(*better) : raw);
    }

    void addRow(const Row& row)
    {
        if (row.number != m_nextNumber) {
            m_sink.issue(Severity::DataLoss, "class_histogram.row_missing", here(),
                "row " + std::to_string(row.number) + " follows row " + std::to_string(m_nextNumber - 1)
                    + ": lines are missing or damaged");
        }
        m_nextNumber = row.number < std::numeric_limits<std::int64_t>::max() ? row.number + 1 : row.number;
        sdk::FrameRow frame;
        frame.systemName = text(row.name);
        frame.function = text(histogram::javaName(row.name));
        frame.module = text(row.module);
        const sdk::StackRef stack = m_sink.heap().stack({}, m_sink.heap().frame(frame));
        const std::array<std::int64_t, 2> values { row.bytes, row.objects };
        m_sink.heap().samples({ std::span(&stack, 1), values, {} });
        m_hasOverflowed = __builtin_add_overflow(m_bytes, row.bytes, &m_bytes) || m_hasOverflowed;
        m_hasOverflowed = __builtin_add_overflow(m_objects, row.objects, &m_objects) || m_hasOverflowed;
    }

    /// The virtual machine adds up as well: what differs was lost on the way.
    Result<void> readTotal(std::string_view rest)
    {
        const auto objects = countOf(takeWord(rest));
        const auto bytes = countOf(takeWord(rest));
        if (!objects || !bytes || !trimmed(rest).empty()) {
            m_sink.issue(Severity::DataLoss, "class_histogram.bad_line", here(), "the line of the total is damaged");
        } else if (m_hasOverflowed || *objects != m_objects || *bytes != m_bytes) {
            m_sink.issue(Severity::DataLoss, "class_histogram.total_differs", here(),
                "the rows add up to " + std::to_string(m_objects) + " instances and " + std::to_string(m_bytes)
                    + " bytes, the total says " + std::to_string(*objects) + " and " + std::to_string(*bytes)
                    + ": rows are missing or damaged");
        }
        close();
        return {};
    }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    sdk::LineReader m_lines;
    std::string m_name;
    bool m_isOpen = false;
    std::size_t m_histograms = 0;
    std::int64_t m_objects = 0;
    std::int64_t m_bytes = 0;
    bool m_hasOverflowed = false;
    std::int64_t m_nextNumber = 1;
};

} // namespace

sdk::ProbeResult ClassHistogramParser::probe(const sdk::ProbeInput& input) const
{
    std::string_view text(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    bool hasHeader = false;
    for (int line = 0; line < 64 && !text.empty(); ++line) { // prompts and a process id may come first
        const std::size_t end = text.find('\n');
        std::string_view words = text.substr(0, end);
        words.remove_suffix(words.ends_with('\r') ? 1 : 0);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (hasHeader && rowOf(words)) {
            return { 100, {}, "class histogram of a Java virtual machine" };
        }
        hasHeader = hasHeader || isHeader(words);
    }
    return { hasHeader ? 75 : 0, {}, hasHeader ? "header of a class histogram" : "" };
}

Result<void> ClassHistogramParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
