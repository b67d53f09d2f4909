// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "core/sdk/importer.h"
#include "core/sdk/support/bill_cells.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// Rows of a batch on their way to the sink. A dialect may add columns and leave rows out.
struct BillRows {
    const CsvBatch* csv = nullptr;
    const std::vector<CellColumn>* cells = nullptr; ///< of the columns of the plan
    std::vector<std::vector<StringId>> texts; ///< resolved texts, of the columns of the plan
    std::vector<CostColumnData> data; ///< one per declared column: those of the plan, then what the dialect adds
    std::vector<std::uint8_t> isDropped; ///< empty = no row is

    void drop(std::size_t row)
    {
        isDropped.resize(csv->rows);
        isDropped[row] = 1;
    }
};

/// What one billing format knows beyond its columns.
class BillDialect {
public:
    BillDialect() = default;
    BillDialect(const BillDialect&) = delete;
    BillDialect& operator=(const BillDialect&) = delete;
    BillDialect(BillDialect&&) = delete;
    BillDialect& operator=(BillDialect&&) = delete;
    virtual ~BillDialect() = default;

    /// The text that stands for a distinct cell of a text column (of the plan); may tidy it up or take notes
    /// by id.
    [[nodiscard]] virtual StringId text(std::size_t column, std::string_view text, CostSink& sink);
    /// The tag set of a distinct cell of a tags column.
    [[nodiscard]] virtual LabelSetId tags(std::size_t column, std::string_view text, const Location& where);
    /// Columns beyond the plan, in the order extend() adds them.
    [[nodiscard]] virtual std::vector<CostColumnRow> extraColumns() const;
    virtual void extend(BillRows& rows);
};

/// What was read so far: of all parts of a bill.
struct BillTotals {
    std::uint64_t rowsRead = 0;
    std::uint64_t rounded = 0;
    std::map<std::string, CostExclusion> excluded; ///< by rule

    void exclude(std::string_view rule, Decimal billed, std::uint64_t rows = 1, bool rowsKept = false);
};

/// Where a part is read from and to.
struct BillPart {
    ByteSource* source = nullptr;
    Sink* sink = nullptr;
    const TaskContext* task = nullptr;
    std::string prefix; ///< of issue codes: "focus"
};

/// Streams one CSV into the cost sink: batches are scanned on the calling thread, converted on a second one,
/// and handed over on the calling one, in order. Columns are declared first. Errors: those of CsvReader and
/// the source, Cancelled; rows before an error have been delivered. Throws what the converting thread threw.
class BillReader {
public:
    BillReader(BillPart part, std::vector<BillColumn> columns, BillDialect& dialect, BillTotals& totals);
    ~BillReader();
    BillReader(const BillReader&) = delete;
    BillReader& operator=(const BillReader&) = delete;
    BillReader(BillReader&&) = delete;
    BillReader& operator=(BillReader&&) = delete;

    [[nodiscard]] Result<void> read(CsvReader& csv);

private:
    struct Work;

    [[nodiscard]] Result<bool> nextBatch(CsvReader& csv, Work& work);
    void convert(Work& work);
    void deliver(Work& work);
    void resolve(const Work& work, std::size_t column);
    void reportCells(const Work& work, std::size_t column);
    void reportBatch(const Work& work);
    void refuseForeignMarks(Work& work);
    void reportCurrency(const Work& work);
    void dropUndatedRows(const Work& work);
    void exclude(const Work& work, std::size_t row, std::string_view rule);
    void send();
    [[nodiscard]] Location at(const Work& work, std::size_t row, std::size_t column) const;

    BillPart m_part;
    std::vector<BillColumn> m_columns;
    std::vector<CellConverter> m_converters;
    BillDialect& m_dialect;
    BillTotals& m_totals;
    NumberSpelling m_spelling;
    std::vector<std::vector<std::uint32_t>> m_resolved; ///< per column: id of a code; [0] = unknown
    std::vector<std::vector<LabelSetId>> m_tags; ///< per column, of the current batch
    std::vector<std::vector<Instant>> m_times; ///< only where rows are dropped
    BillRows m_rows;
    std::size_t m_currency; ///< column of the plan; m_columns.size() when there is none
    bool m_isCurrencyTold = false; ///< that there is none
};

/// Removes the dropped rows from the data; keeps the storage that the spans then point to.
class RowFilter {
public:
    /// Returns how many rows are left.
    std::size_t apply(std::vector<CostColumnData>& data, const std::vector<std::uint8_t>& isDropped);

private:
    struct Storage {
        std::vector<StringId> text;
        std::vector<Decimal> decimal;
        std::vector<std::int64_t> narrow;
        std::vector<std::uint8_t> isNull;
        std::vector<Instant> time;
        std::vector<LabelSetId> tags;
    };
    std::vector<Storage> m_storage;
};

} // namespace heaptoll::sdk
