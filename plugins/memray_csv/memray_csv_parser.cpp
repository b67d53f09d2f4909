// SPDX-License-Identifier: Apache-2.0
// allocator,num_allocations,size,tid,thread_name,stack_trace; the stack is "function;file;line|function;file;line|...",
// the innermost first. Source: src/memray/reporters/transform.py of bloomberg/memray.
#include "plugins/memray_csv/memray_csv_parser.h"

#include "core/sdk/support/csv_reader.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace heaptoll {
namespace {

using sdk::CsvBatch;

constexpr std::array<std::string_view, 6> kColumns { "allocator", "num_allocations", "size", "tid", "thread_name",
    "stack_trace" };
enum Column : std::size_t { kAllocator, kCount, kSize, kThreadId, kThreadName, kStack };

template<typename Number>
std::optional<Number> wholeNumber(std::string_view text)
{
    Number value {};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc {} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// One frame of a stack, and what follows it. Names of C++ may hold ';' and '|': a frame ends where a number stands
/// between a ';' and a '|' or the end.
struct Frame {
    std::string_view function;
    std::string_view file;
    std::uint32_t line = 0;
};

std::optional<Frame> takeFrame(std::string_view& stack)
{
    for (std::size_t from = 0; from <= stack.size();) {
        const std::size_t end = std::min(stack.find('|', from), stack.size());
        const std::string_view piece = stack.substr(0, end);
        const std::size_t second = piece.rfind(';');
        const std::size_t first =
            second == std::string_view::npos || second == 0 ? std::string_view::npos : piece.rfind(';', second - 1);
        const auto line =
            first == std::string_view::npos ? std::nullopt : wholeNumber<std::uint32_t>(piece.substr(second + 1));
        if (line) {
            stack.remove_prefix(std::min(end + 1, stack.size()));
            return Frame { piece.substr(0, first), piece.substr(first + 1, second - first - 1), *line };
        }
        from = end + 1;
    }
    return std::nullopt;
}

bool isHeader(const sdk::CsvHeader& header)
{
    return header.delimiter == ',' && std::ranges::equal(header.names, kColumns);
}

class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_sink(sink)
        , m_task(task)
        , m_csv(source)
    { }

    Result<void> run()
    {
        HEAPTOLL_TRY_ASSIGN(const sdk::CsvHeader header, m_csv.readHeader());
        if (!isHeader(header)) {
            return Error { ErrorCode::NotRecognized, "not a table of memray: its first line has other columns",
                at(1, {}), "write it with memray transform csv" };
        }
        sdk::ProfileRow row;
        row.values = { { "peak_bytes", "size", "bytes" }, { "custom", "num_allocations", "count" } };
        m_sink.heap().beginProfile(row);
        auto read = readRows();
        const bool isPart =
            !read.ok() && (read.error().code == ErrorCode::Truncated || read.error().code == ErrorCode::Cancelled);
        if (read.ok() || isPart) {
            m_sink.heap().endProfile({});
            report();
        }
        return read;
    }

private:
    [[nodiscard]] Location at(std::uint64_t line, std::string column) const
    {
        return { m_source.displayName(), {}, line, std::move(column) };
    }

    Result<void> readRows()
    {
        CsvBatch batch;
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const bool more, m_csv.next(batch));
            if (!more) {
                break;
            }
            if (batch.raggedCount > 0) {
                m_sink.issue(Severity::DataLoss, "memray_csv.bad_row", at(batch.ragged.front().line, {}),
                    "a row has another number of columns than the header; it is left out", batch.raggedCount);
            }
            for (std::size_t row = 0; row < batch.rows; ++row) {
                readRow(batch, row);
            }
            m_task.progress({ m_source.offset(), m_source.size().value_or(0), "rows" });
            if (m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", at(m_csv.line(), {}) };
            }
        }
        if (m_csv.endedInQuotes()) {
            return Error { ErrorCode::Truncated, "the table ends inside quotes: it is cut", at(m_csv.line(), {}) };
        }
        if (m_csv.endedWithoutBreak()) { // memray ends every row
            return Error { ErrorCode::Truncated, "the last row does not end: the table is cut", at(m_csv.line(), {}) };
        }
        return {};
    }

    void readRow(const CsvBatch& batch, std::size_t row)
    {
        std::array<std::string, kColumns.size()> cells;
        for (std::size_t column = 0; column < cells.size(); ++column) {
            const sdk::CsvField& field = batch.at(row, column);
            cells[column] = field.isEscaped() ? sdk::unescapeCsv(batch.raw(field)) : std::string(batch.raw(field));
        }
        const auto count = wholeNumber<std::int64_t>(cells[kCount]);
        const auto size = wholeNumber<std::int64_t>(cells[kSize]);
        const auto stack = count && size && *count >= 0 && *size >= 0 ? stackOf(cells[kStack]) : std::nullopt;
        if (!stack) {
            m_sink.issue(Severity::DataLoss, "memray_csv.bad_row", at(batch.line(row), {}),
                "a row has no counts or no stack that can be read; it is left out");
            return;
        }
        const std::array<sdk::LabelRow, 2> labels { sdk::LabelRow { text("allocator"), text(cells[kAllocator]), 0, {} },
            sdk::LabelRow {
                text("thread"), text(cells[kThreadName].empty() ? cells[kThreadId] : cells[kThreadName]), 0, {} } };
        const std::array<std::int64_t, 2> values { *size, *count };
        const LabelSetId labelSet = m_sink.heap().labels(labels);
        m_sink.heap().samples({ std::span(&*stack, 1), values, std::span(&labelSet, 1) });
    }

    std::optional<sdk::StackRef> stackOf(std::string_view words)
    {
        m_frames.clear();
        while (!words.empty()) {
            const auto frame = takeFrame(words);
            if (!frame) {
                return std::nullopt;
            }
            sdk::FrameRow row;
            row.function = text(frame->function);
            row.file = text(frame->file);
            row.line = frame->line;
            m_frames.push_back(m_sink.heap().frame(row));
        }
        if (m_frames.empty()) {
            ++m_withoutStack;
            sdk::FrameRow row;
            row.function = text("(no stack recorded)");
            m_frames.push_back(m_sink.heap().frame(row));
        }
        std::ranges::reverse(m_frames);
        return m_sink.heap().stackFromRoot(m_frames);
    }

    sdk::StringRef text(std::string_view raw)
    {
        const auto better = sdk::repairUtf8(raw);
        m_repaired += better ? 1U : 0U;
        return m_sink.heap().string(better ? std::string_view(*better) : raw);
    }

    void report()
    {
        m_sink.issue(Severity::Notice, "memray_csv.peak_assumed", at(0, {}),
            "the table does not say of which moment it is: it is taken as memory at the peak, memray's default; made "
            "with "
            "--leaks it is what was never freed");
        m_sink.issue(Severity::Notice, "memray_csv.time_missing", at(0, {}),
            "the table does not say when it was recorded: it cannot be placed on the calendar");
        if (m_withoutStack > 0) {
            m_sink.issue(Severity::Notice, "memray_csv.no_stack", at(0, {}), "rows without a stack", m_withoutStack);
        }
        if (m_repaired > 0) {
            m_sink.issue(Severity::Notice, "memray_csv.invalid_utf8", at(0, {}),
                "names are not valid UTF-8; each bad byte is shown as U+FFFD", m_repaired);
        }
    }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    sdk::CsvReader m_csv;
    std::vector<sdk::FrameRef> m_frames;
    std::uint64_t m_withoutStack = 0;
    std::uint64_t m_repaired = 0;
};

} // namespace

sdk::ProbeResult MemrayCsvParser::probe(const sdk::ProbeInput& input) const
{
    const std::string_view prefix(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    if (prefix.substr(0, 64).find(kColumns[kCount]) == std::string_view::npos) {
        return {};
    }
    const auto header = sdk::parseCsvHeader(prefix, input.isWhole);
    if (!header || !isHeader(*header)) {
        return {};
    }
    return { 100, {}, "the six columns of memray transform csv" };
}

Result<void> MemrayCsvParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
