// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/bill_reader.h"

#include "core/base/pipeline.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <utility>

namespace heaptoll::sdk {
namespace {

constexpr std::size_t kWorkInFlight = 4;
constexpr std::size_t kShownText = 40;

std::string shown(std::string_view raw)
{
    std::string text(raw.substr(0, kShownText));
    if (auto repaired = repairUtf8(text)) {
        text = std::move(*repaired);
    }
    return '"' + text + (raw.size() > kShownText ? "...\"" : "\"");
}

template<typename T>
std::span<const T> keep(std::span<const T> values, const std::vector<std::uint8_t>& isDropped, std::vector<T>& storage)
{
    storage.clear();
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (isDropped[row] == 0) {
            storage.push_back(values[row]);
        }
    }
    return storage;
}

} // namespace

StringId BillDialect::text(std::size_t /*column*/, std::string_view text, CostSink& sink)
{
    return sink.string(text);
}

LabelSetId BillDialect::tags(std::size_t /*column*/, std::string_view /*text*/, const Location& /*where*/)
{
    return {};
}

std::vector<CostColumnRow> BillDialect::extraColumns() const
{
    return {};
}

void BillDialect::extend(BillRows& /*rows*/) { }

void BillTotals::exclude(std::string_view rule, Decimal billed, std::uint64_t rows, bool rowsKept)
{
    CostExclusion& exclusion = excluded[std::string(rule)];
    exclusion.rule = rule;
    exclusion.rows += rows;
    exclusion.rowsKept = rowsKept;
    exclusion.billed = Decimal::add(exclusion.billed, billed).value_or(exclusion.billed);
}

std::size_t RowFilter::apply(std::vector<CostColumnData>& data, const std::vector<std::uint8_t>& isDropped)
{
    m_storage.resize(data.size());
    for (std::size_t c = 0; c < data.size(); ++c) {
        Storage& storage = m_storage[c];
        data[c].text = keep(data[c].text, isDropped, storage.text);
        data[c].decimal = keep(data[c].decimal, isDropped, storage.decimal);
        data[c].narrow = keep(data[c].narrow, isDropped, storage.narrow);
        data[c].isNull = keep(data[c].isNull, isDropped, storage.isNull);
        data[c].time = keep(data[c].time, isDropped, storage.time);
        data[c].tags = keep(data[c].tags, isDropped, storage.tags);
    }
    return static_cast<std::size_t>(std::ranges::count(isDropped, 0));
}

struct BillReader::Work {
    CsvBatch csv;
    std::vector<CellColumn> cells;
    NumberSpelling spelling;
};

BillReader::BillReader(BillPart part, std::vector<BillColumn> columns, BillDialect& dialect, BillTotals& totals)
    : m_part(std::move(part))
    , m_columns(std::move(columns))
    , m_dialect(dialect)
    , m_totals(totals)
    , m_resolved(m_columns.size(), { 0 })
    , m_tags(m_columns.size())
    , m_currency(static_cast<std::size_t>(
          std::ranges::find(m_columns, CostRole::Currency, &BillColumn::role) - m_columns.begin()))
{
    std::vector<CostColumnRow> rows;
    for (const BillColumn& column : m_columns) {
        m_converters.emplace_back(column);
        rows.push_back({ column.name, column.role, column.kind });
    }
    m_rows.texts.resize(m_columns.size());
    std::ranges::copy(m_dialect.extraColumns(), std::back_inserter(rows));
    m_part.sink->costs().beginCosts(rows);
}

BillReader::~BillReader() = default;

void BillReader::convert(Work& work)
{
    work.cells.resize(m_columns.size());
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        m_converters[c].convert(work.csv, work.spelling, work.cells[c]);
    }
}

/// The next rows, and how their numbers are to be read. False at the end.
Result<bool> BillReader::nextBatch(CsvReader& csv, Work& work)
{
    HEAPTOLL_TRY_ASSIGN(const bool more, csv.next(work.csv));
    if (!more) {
        return false;
    }
    if (const std::uint64_t repeated = csv.takeRepeatedHeaders(work.csv); repeated > 0) {
        m_part.sink->issue(Severity::Info, m_part.prefix + ".repeated_header",
            { m_part.source->displayName(), {}, work.csv.firstLine, {} },
            "the header is there again, as in parts that were put together; it is no row", repeated);
    }
    if (!m_spelling.isDecided()) {
        m_spelling = sniffSpelling(m_spelling, work.csv, m_columns);
    }
    work.spelling = m_spelling;
    return true;
}

Result<void> BillReader::read(CsvReader& csv)
{
    std::unique_ptr<Pipeline<Work>> converting;
    std::vector<std::unique_ptr<Work>> idle;
    Result<void> result;
    const auto deliverOne = [&] {
        auto work = converting->take();
        deliver(*work);
        idle.push_back(std::move(work));
    };
    bool isFirst = true;
    while (true) {
        if (m_part.task->cancelled()) {
            result = Error { ErrorCode::Cancelled, "cancelled" };
            break;
        }
        auto work = idle.empty() ? std::make_unique<Work>() : std::move(idle.back());
        if (!idle.empty()) {
            idle.pop_back();
        }
        const auto more = nextBatch(csv, *work);
        if (!more.ok()) {
            result = more.error();
            break;
        }
        if (!more.value()) {
            break;
        }
        if (isFirst) { // most files are small: they need no thread
            convert(*work);
            deliver(*work);
            idle.push_back(std::move(work));
            isFirst = false;
            continue;
        }
        if (!converting) {
            converting = std::make_unique<Pipeline<Work>>([this](Work& one) { convert(one); });
        }
        converting->put(std::move(work));
        if (converting->inFlight() == kWorkInFlight) {
            deliverOne();
        }
        m_part.task->progress({ m_part.source->offset(), m_part.source->size().value_or(0), "reading the bill" });
    }
    while (converting && converting->inFlight() > 0) {
        deliverOne();
    }
    if (csv.endedInQuotes()) {
        m_part.sink->issue(Severity::DataLoss, m_part.prefix + ".unclosed_quote",
            { m_part.source->displayName(), {}, csv.line(), {} },
            "the text ends inside quotes: its last record was left out");
        m_totals.exclude("unclosed_quote", {});
        ++m_totals.rowsRead;
    } else if (csv.endedWithoutBreak() && m_totals.rowsRead > 0) {
        m_part.sink->issue(Severity::Notice, m_part.prefix + ".no_final_line_break",
            { m_part.source->displayName(), {}, csv.line() - 1, {} },
            "the last line has no line break: if the file was cut there, its last value is short");
    }
    return result;
}

Location BillReader::at(const Work& work, std::size_t row, std::size_t column) const
{
    return { m_part.source->displayName(), {}, work.csv.line(row), m_columns[column].name };
}

void BillReader::resolve(const Work& work, std::size_t column)
{
    const CellColumn& cells = work.cells[column];
    auto& ids = m_resolved[column];
    const bool isTags = m_columns[column].kind == CostColumnKind::Tags;
    if (cells.isLocal) {
        ids.resize(1);
    }
    for (const FreshCell& cell : cells.fresh) {
        const Location where { m_part.source->displayName(), {}, work.csv.firstLine, m_columns[column].name };
        std::string text = cellText(cell);
        if (auto repaired = repairUtf8(text)) {
            m_part.sink->issue(Severity::Notice, m_part.prefix + ".invalid_utf8", where,
                "bytes that are not UTF-8 (or NUL) were replaced in " + shown(*repaired));
            text = std::move(*repaired);
        }
        ids.push_back(isTags ? m_dialect.tags(column, text, where).value
                             : m_dialect.text(column, text, m_part.sink->costs()).value);
    }
    const auto idOf = [&ids, &cells](std::uint32_t code) {
        return ids[cells.isLocal && code != 0 ? (code & ~CellColumn::kLocal) + 1 : code];
    };
    if (isTags) {
        m_tags[column].clear();
        for (const std::uint32_t code : cells.codes) {
            m_tags[column].push_back(LabelSetId { idOf(code) });
        }
        m_rows.data[column].tags = m_tags[column];
        return;
    }
    auto& texts = m_rows.texts[column];
    texts.resize(cells.codes.size());
    std::ranges::transform(cells.codes, texts.begin(), [&idOf](std::uint32_t code) { return StringId { idOf(code) }; });
    m_rows.data[column].text = texts;
}

void BillReader::reportCells(const Work& work, std::size_t column)
{
    const CellColumn& cells = work.cells[column];
    Sink& sink = *m_part.sink;
    const std::string& prefix = m_part.prefix;
    if (cells.nullLiterals > 0) {
        sink.issue(Severity::Info, prefix + ".null_literal", at(work, 0, column),
            "cells spell NULL for a missing value; they are unknown", cells.nullLiterals);
    }
    if (cells.rounded > 0) {
        m_totals.rounded += cells.rounded;
        sink.issue(Severity::Notice, prefix + ".rounded", at(work, 0, column),
            "numbers have more than 18 decimals and were rounded half-even", cells.rounded);
    }
    for (const BadCell& cell : cells.bad) {
        const std::string_view raw = work.csv.raw(work.csv.at(cell.row, m_columns[column].source));
        if (cell.isEmpty) {
            sink.issue(Severity::Notice, prefix + ".missing_value", at(work, cell.row, column),
                "the mandatory column " + m_columns[column].name + " is empty; the value is unknown");
        } else if (m_columns[column].kind == CostColumnKind::Time) {
            sink.issue(
                Severity::DataLoss, prefix + ".bad_time", at(work, cell.row, column), shown(raw) + " is not a time");
        } else {
            sink.issue(Severity::DataLoss, prefix + ".bad_number", at(work, cell.row, column),
                shown(raw) + " is not a number; the value is unknown");
        }
    }
}

void BillReader::reportBatch(const Work& work)
{
    const CsvBatch& csv = work.csv;
    Sink& sink = *m_part.sink;
    const std::string source = m_part.source->displayName();
    const std::uint64_t kept = csv.ragged.size();
    for (std::size_t i = 0; i < csv.ragged.size(); ++i) {
        const CsvRagged& record = csv.ragged[i];
        sink.issue(Severity::DataLoss, m_part.prefix + ".ragged_record", { source, {}, record.line, {} },
            "the record has " + std::to_string(record.fields) + " fields, the header " + std::to_string(csv.width)
                + "; it was left out",
            i + 1 == kept ? csv.raggedCount - kept + 1 : 1);
    }
    if (csv.raggedCount > 0) {
        m_totals.exclude("ragged_record", {}, csv.raggedCount);
    }
    if (csv.trimmedRows > 0) {
        sink.issue(Severity::Info, m_part.prefix + ".trailing_delimiter", { source, {}, csv.firstLine, {} },
            "records have empty fields beyond the last column", csv.trimmedRows);
    }
    if (csv.malformedFields > 0) {
        sink.issue(Severity::Notice, m_part.prefix + ".text_after_quote", { source, {}, csv.firstLine, {} },
            "fields have text behind their closing quote and were taken as they are", csv.malformedFields);
    }
}

/// A cell may name its currency ("12.34 EUR"): where the row names another one, what was billed is unknown.
void BillReader::refuseForeignMarks(Work& work)
{
    for (std::size_t c = 0; c < m_columns.size() && m_currency < m_columns.size(); ++c) {
        CellColumn& cells = work.cells[c];
        for (const MarkedCell& cell : cells.marked) {
            const CsvField& field = work.csv.at(cell.row, m_columns[m_currency].source);
            const std::string_view code = codeOfMark(cell.mark);
            if (code.empty() || code == work.csv.raw(field)) {
                continue;
            }
            cells.isNull[cell.row] = 1;
            if (cells.isWide) {
                cells.wide[cell.row] = {};
            }
            cells.narrow[cell.row] = 0;
            m_part.sink->issue(Severity::DataLoss, m_part.prefix + ".other_currency", at(work, cell.row, c),
                "the number is in " + std::string(cell.mark) + ", its row in " + shown(work.csv.raw(field))
                    + "; the value is unknown");
        }
    }
}

/// Money without a currency stays what it is and is added to no other; it cannot be compared with anything.
void BillReader::reportCurrency(const Work& work)
{
    if (m_currency == m_columns.size()) {
        if (!std::exchange(m_isCurrencyTold, true)) {
            m_part.sink->issue(Severity::Notice, m_part.prefix + ".no_currency",
                { m_part.source->displayName(), {}, 1, {} },
                "the header names no column of the currency; that of all costs is unknown");
        }
        return;
    }
    const std::vector<StringId>& texts = m_rows.texts[m_currency];
    const auto first = std::ranges::find_if(texts, &StringId::isNone);
    if (first != texts.end()) {
        m_part.sink->issue(Severity::Notice, m_part.prefix + ".missing_currency",
            at(work, static_cast<std::size_t>(first - texts.begin()), m_currency),
            "the row names no currency: that of its costs is unknown",
            static_cast<std::uint64_t>(std::ranges::count_if(texts, &StringId::isNone)));
    }
}

void BillReader::exclude(const Work& work, std::size_t row, std::string_view rule)
{
    const auto billed = std::ranges::find(m_columns, CostRole::Billed, &BillColumn::role);
    const Decimal money = billed == m_columns.end()
        ? Decimal {}
        : work.cells[static_cast<std::size_t>(billed - m_columns.begin())].decimal(row);
    m_totals.exclude(rule, money);
    m_rows.drop(row);
}

/// A charge that lies on no day cannot be analysed: it is left out and its money named. A bad end is taken as
/// the start.
void BillReader::dropUndatedRows(const Work& work)
{
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        const CellColumn& cells = work.cells[c];
        if (m_columns[c].kind != CostColumnKind::Time || cells.bad.empty()) {
            continue;
        }
        const auto start = std::ranges::find(m_columns, CostRole::ChargeStart, &BillColumn::role);
        if (m_columns[c].role == CostRole::ChargeStart || start == m_columns.end()) {
            for (const BadCell& cell : cells.bad) {
                exclude(work, cell.row, "unreadable_time");
            }
            continue;
        }
        auto& times = m_times.emplace_back(cells.times);
        for (const BadCell& cell : cells.bad) {
            times[cell.row] = work.cells[static_cast<std::size_t>(start - m_columns.begin())].times[cell.row];
        }
        m_rows.data[c].time = times;
    }
}

void BillReader::deliver(Work& work)
{
    reportBatch(work);
    m_totals.rowsRead += work.csv.rows + work.csv.raggedCount;
    if (work.csv.rows == 0) {
        return;
    }
    m_rows.csv = &work.csv;
    m_rows.cells = &work.cells;
    m_rows.isDropped.clear();
    m_rows.data.assign(m_columns.size(), {});
    m_times.clear();
    m_times.reserve(m_columns.size());
    refuseForeignMarks(work);
    for (std::size_t c = 0; c < m_columns.size(); ++c) {
        const CellColumn& cells = work.cells[c];
        CostColumnData& data = m_rows.data[c];
        reportCells(work, c);
        switch (m_columns[c].kind) {
        case CostColumnKind::Text:
        case CostColumnKind::Tags: resolve(work, c); break;
        case CostColumnKind::Time: data.time = cells.times; break;
        case CostColumnKind::Decimal:
            data.isNull = cells.isNull;
            data.narrowScale = cells.scale;
            if (cells.isWide) {
                data.decimal = cells.wide;
            } else {
                data.narrow = cells.narrow;
            }
            break;
        }
    }
    reportCurrency(work);
    dropUndatedRows(work);
    m_dialect.extend(m_rows);
    send();
}

void BillReader::send()
{
    std::size_t rows = m_rows.csv->rows;
    RowFilter filter;
    if (!m_rows.isDropped.empty()) {
        rows = filter.apply(m_rows.data, m_rows.isDropped);
    }
    if (rows > 0) {
        m_part.sink->costs().rows({ rows, m_rows.data });
    }
}

} // namespace heaptoll::sdk
