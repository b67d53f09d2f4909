// SPDX-License-Identifier: Apache-2.0
#include "plugins/series_csv/series_csv_parser.h"

#include "core/sdk/support/csv_reader.h"
#include "core/sdk/support/prefix_source.h"
#include "plugins/series_csv/series_csv_cells.h"

#include <algorithm>
#include <array>
#include <vector>

namespace heaptoll {
namespace {

using sdk::CsvBatch;
using sdk::CsvHeader;
using sdk::CsvReader;
using sdk::NumberStyle;
using series_csv::parseTime;
using series_csv::parseValue;
using series_csv::Value;
using series_csv::ValueKind;

constexpr std::size_t kColumns = 2;
constexpr int kPlausibleScore = 50; ///< the least that is imported: every format with a shape of its own goes first
constexpr int kNamedScore = 60; ///< the header says that the first column is a time
constexpr std::size_t kProbedRows = 200;
constexpr std::size_t kMinRows = 2;

std::string lowerCase(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(
        out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

bool namesATime(std::string_view header)
{
    static constexpr std::array<std::string_view, 8> kNames { "timestamp", "time", "datetime", "date", "ts", "_time",
        "time_iso8601", "epoch" };
    return std::ranges::find(kNames, lowerCase(header)) != kNames.end();
}

/// Is the first record data, so that there is no header?
bool isData(const CsvHeader& header)
{
    return parseTime(header.names[0]).has_value();
}

std::string textOf(const CsvBatch& batch, std::size_t row, std::size_t column)
{
    const sdk::CsvField& field = batch.at(row, column);
    return field.isEscaped() ? sdk::unescapeCsv(batch.raw(field)) : std::string(batch.raw(field));
}

/// How the file writes decimals: with a comma between the columns there is no choice; else the first cell that tells.
NumberStyle styleIn(const CsvBatch& batch, char delimiter)
{
    for (std::size_t row = 0; delimiter != ',' && row < batch.rows; ++row) {
        const NumberStyle style = sdk::styleOf(textOf(batch, row, 1));
        if (style != NumberStyle::Undecided) {
            return style;
        }
    }
    return NumberStyle::Point;
}

struct Point {
    Instant time;
    double value = 0;
    std::uint64_t line = 0;
};

/// One pass over one table.
class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_sink(sink)
        , m_task(task)
        , m_csv(m_source)
    { }

    Result<void> run()
    {
        HEAPTOLL_TRY_ASSIGN(const CsvHeader header, m_csv.readHeader());
        if (header.names.size() != kColumns) {
            return notASeries("the first line has " + std::to_string(header.names.size())
                + " columns, a series has a time and a value");
        }
        m_valueName = header.names[1];
        Result<void> outcome = readRows(header);
        if (!m_points.empty() || outcome.ok()) {
            deliver();
        }
        if (outcome.ok() && m_points.empty()) {
            return notASeries("no line has a time and a number");
        }
        return outcome;
    }

private:
    [[nodiscard]] Error notASeries(std::string why) const
    {
        return { ErrorCode::NotRecognized, "not a time series: " + std::move(why),
            { m_source.displayName(), {}, 1, {} }, "expected lines such as 2025-01-31 23:55:00,12.5" };
    }

    Result<void> readRows(const CsvHeader& header)
    {
        CsvBatch batch;
        bool isFirst = true;
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const bool more, m_csv.next(batch));
            if (isFirst) {
                isFirst = false;
                m_style = styleIn(batch, header.delimiter);
                if (isData(header)) {
                    m_valueName.clear();
                    addRow(header.names[0], header.names[1], 1);
                }
            }
            if (!more) {
                break;
            }
            for (std::size_t row = 0; row < batch.rows; ++row) {
                addRow(textOf(batch, row, 0), textOf(batch, row, 1), batch.line(row));
            }
            reportRagged(batch);
            if (m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", { m_source.displayName(), {}, 0, {} }, {} };
            }
        }
        if (m_csv.endedInQuotes()) {
            return Error { ErrorCode::Truncated, "the file ends inside quotes; the last line is left out",
                { m_source.displayName(), {}, m_csv.line(), {} }, "export the series again" };
        }
        if (m_csv.endedWithoutBreak() && m_lastLine > 0) {
            issue(Severity::Notice, "series_csv.no_final_line_break", m_lastLine, 0,
                "the last line has no line break: if the file was cut there, its value is short");
        }
        return {};
    }

    void reportRagged(const CsvBatch& batch)
    {
        if (batch.raggedCount > 0) {
            m_sink.issue(Severity::DataLoss, "series_csv.ragged_row",
                { {}, {}, batch.ragged.empty() ? 0 : batch.ragged.front().line, {} },
                "lines without exactly a time and a value were left out", batch.raggedCount);
        }
    }

    void issue(Severity severity, std::string_view code, std::uint64_t line, std::size_t column, std::string_view what)
    {
        m_sink.issue(severity, code, { {}, {}, line, column == 0 ? std::string() : std::to_string(column) }, what, 1);
    }

    void addRow(std::string_view time, std::string_view value, std::uint64_t line)
    {
        m_lastLine = line;
        const std::optional<Instant> at = parseTime(time);
        const Value number = parseValue(value, m_style);
        if (!at) {
            issue(Severity::DataLoss, "series_csv.bad_time", line, 1,
                "lines without a time were left out, e.g. '" + excerpt(time) + '\'');
        } else if (number.kind == ValueKind::Bad) {
            issue(Severity::DataLoss, "series_csv.bad_value", line, 2,
                "lines without a number were left out, e.g. '" + excerpt(value) + '\'');
        } else if (number.kind == ValueKind::Missing) {
            issue(Severity::Notice, "series_csv.no_value", line, 2, "lines without a value were left out");
        } else {
            m_points.push_back({ *at, number.number, line });
        }
    }

    static std::string excerpt(std::string_view text) { return std::string(text.substr(0, 40)); }

    /// Ascending by time, one value each; of several the first of the file.
    void sort()
    {
        if (!std::ranges::is_sorted(m_points, {}, &Point::time)) {
            const auto late = std::ranges::is_sorted_until(m_points, {}, &Point::time);
            issue(Severity::Notice, "series_csv.out_of_order", late->line, 1, "the lines were sorted by time");
            std::ranges::stable_sort(m_points, {}, &Point::time);
        }
        std::vector<Point> kept;
        kept.reserve(m_points.size());
        for (const Point& point : m_points) {
            if (kept.empty() || kept.back().time < point.time) {
                kept.push_back(point);
            } else if (kept.back().value == point.value) {
                issue(Severity::Notice, "series_csv.repeated_line", point.line, 1, "lines that say the same again");
            } else {
                issue(Severity::DataLoss, "series_csv.duplicate_time", point.line, 1,
                    "several values at one time: the first of the file is kept");
            }
        }
        m_points = std::move(kept);
    }

    void deliver()
    {
        sort();
        const bool isNamed = !m_valueName.empty() && lowerCase(m_valueName) != "value";
        sdk::UsageSeriesRow row;
        row.metricName = isNamed ? m_valueName : series_csv::stemOf(m_source.displayName());
        std::vector<Instant> times;
        std::vector<double> values;
        for (const Point& point : m_points) {
            times.push_back(point.time);
            values.push_back(point.value);
        }
        if (times.empty()) {
            return;
        }
        m_sink.usage().beginSeries(row);
        m_sink.usage().points(times, values);
        m_sink.usage().endSeries();
    }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    CsvReader m_csv;
    NumberStyle m_style = NumberStyle::Point;
    std::string m_valueName;
    std::vector<Point> m_points;
    std::uint64_t m_lastLine = 0;
};

/// What a prefix shows: lines, and how many of them are a time and a number.
struct Evidence {
    std::size_t rows = 0;
    std::size_t good = 0;
};

Evidence look(CsvReader& csv, const CsvHeader& header)
{
    Evidence evidence;
    CsvBatch batch;
    const auto more = csv.next(batch);
    if (!more.ok() || !more.value()) {
        return evidence;
    }
    const NumberStyle style = styleIn(batch, header.delimiter);
    for (std::size_t row = 0; row < std::min(batch.rows, kProbedRows); ++row) {
        const bool isGood = parseTime(textOf(batch, row, 0)).has_value()
            && parseValue(textOf(batch, row, 1), style).kind != ValueKind::Bad;
        ++evidence.rows;
        evidence.good += isGood ? 1U : 0U;
    }
    evidence.rows += std::min<std::size_t>(batch.raggedCount, kProbedRows);
    if (isData(header)) {
        ++evidence.rows;
        evidence.good += parseValue(header.names[1], style).kind != ValueKind::Bad ? 1U : 0U;
    }
    return evidence;
}

} // namespace

sdk::ProbeResult SeriesCsvParser::probe(const sdk::ProbeInput& input) const
{
    std::span<const std::byte> lines = input.prefix;
    while (!input.isWhole && !lines.empty() && lines.back() != std::byte { '\n' }) {
        lines = lines.first(lines.size() - 1); // the last line may be cut
    }
    sdk::PrefixSource source(lines);
    CsvReader csv(source);
    const auto header = csv.readHeader();
    if (!header.ok() || header.value().names.size() != kColumns) {
        return {};
    }
    const Evidence evidence = look(csv, header.value());
    if (evidence.good < kMinRows || evidence.good * 10 < evidence.rows * 9) {
        return {};
    }
    const bool isNamed = namesATime(header.value().names[0]);
    return { isNamed ? kNamedScore : kPlausibleScore, isData(header.value()) ? "no header" : "header",
        "2 columns, a time and a number in " + std::to_string(evidence.good) + " of the first "
            + std::to_string(evidence.rows) + " lines" };
}

Result<void> SeriesCsvParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
