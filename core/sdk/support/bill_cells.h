// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/cost_sink.h"
#include "core/sdk/support/cell_cache.h"
#include "core/sdk/support/csv_reader.h"
#include "core/sdk/support/number_text.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// One column of a billing CSV and what becomes of it.
struct BillColumn {
    std::string name;
    CostRole role = CostRole::Other;
    CostColumnKind kind = CostColumnKind::Text;
    std::size_t source = 0; ///< column of the file
    bool isRequired = false; ///< decimals: an empty cell is an issue of its own
};

/// A distinct cell that has not been seen before.
struct FreshCell {
    std::string_view raw; ///< quotes not undone
    std::uint32_t flags = 0; ///< of CsvField
};

/// A cell that could not be read. The value is unknown.
struct BadCell {
    std::uint32_t row = 0;
    bool isEmpty = false;
};

/// A cell that names a currency of its own.
struct MarkedCell {
    std::uint32_t row = 0;
    std::string_view mark; ///< "$", "EUR": of the batch's text
};

/// How a file writes its numbers: both decided once.
struct NumberSpelling {
    NumberStyle style = NumberStyle::Undecided;
    NumberForm form = NumberForm::Undecided;
    [[nodiscard]] bool isDecided() const { return style != NumberStyle::Undecided && form != NumberForm::Undecided; }
};

/// One column of a batch, converted as far as is possible without the sink.
struct CellColumn {
    static constexpr std::uint32_t kLocal = std::uint32_t { 1 } << 31U; ///< code bit: index into fresh, this batch only

    std::vector<std::uint32_t> codes; ///< text and tags: 0 = unknown, else the number of the distinct cell
    std::vector<FreshCell> fresh; ///< cells numbered in this batch, in order; with kLocal codes: all of them
    std::vector<Instant> times;
    std::vector<std::int64_t> narrow; ///< decimals in units of 10^-scale, unless isWide
    std::vector<Decimal> wide;
    std::vector<std::uint8_t> isNull;
    int scale = 0;
    bool isWide = false;
    bool isLocal = false;
    std::uint64_t rounded = 0;
    std::uint64_t nullLiterals = 0; ///< cells that spell NULL
    std::vector<BadCell> bad;
    std::vector<MarkedCell> marked;

    /// Precondition: a decimal column. Zero where unknown.
    [[nodiscard]] Decimal decimal(std::size_t row) const;
    [[nodiscard]] bool isUnknown(std::size_t row) const { return isNull[row] != 0; }
};

/// Converts the cells of one column, batch after batch. Used by one thread at a time.
class CellConverter {
public:
    explicit CellConverter(BillColumn column)
        : m_column(std::move(column))
    { }
    void convert(const CsvBatch& batch, NumberSpelling spelling, CellColumn& out);

private:
    void convertText(const CsvBatch& batch, CellColumn& out);
    void convertTimes(const CsvBatch& batch, CellColumn& out);
    void convertDecimals(const CsvBatch& batch, NumberSpelling spelling, CellColumn& out);
    void convertOddDecimal(const CsvBatch& batch, std::size_t row, NumberSpelling spelling, CellColumn& out);
    void unifyScale(CellColumn& out);
    std::uint32_t codeOf(std::string_view raw, std::uint32_t flags, CellColumn& out);

    BillColumn m_column;
    CellCache m_cache;
    std::vector<Instant> m_times; ///< of the codes of a time column
    std::vector<std::uint8_t> m_scales; ///< per row of the batch
};

/// What the decimal cells of a batch add to what is known of the spelling. Style: Point where one cell speaks for it,
/// else Comma. Form: of the money columns; Plain where one cell speaks for it, or where cells speak for both styles, so that
/// what a comma means is open.
[[nodiscard]] NumberSpelling sniffSpelling(
    NumberSpelling known, const CsvBatch& batch, const std::vector<BillColumn>& columns);
/// Undoes doubled quotes where there are any.
[[nodiscard]] std::string cellText(const FreshCell& cell);

} // namespace heaptoll::sdk
