// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/decimal_column.h"
#include "core/model/dictionary_column.h"
#include "core/model/label_set.h"
#include "core/model/string_table.h"
#include "core/sdk/cost_sink.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

using sdk::CostRole;

/// Which money of a row. Meaning by provider: core/README "Cost bases".
enum class CostBasis : std::uint8_t { Billed, Effective, List, Contracted, Net };
inline constexpr std::size_t kCostBasisCount = 5;
[[nodiscard]] std::string_view name(CostBasis basis); ///< "billed", ...
[[nodiscard]] std::optional<CostBasis> parseCostBasis(std::string_view name);

/// A text column: StringIds into the table's strings; StringId{} = unknown.
struct TextColumn {
    std::string name;
    CostRole role = CostRole::Other;
    DictionaryColumn<std::uint32_t> ids; ///< indexed by row: ids[row]
};

struct NamedDecimalColumn {
    std::string name;
    CostRole role = CostRole::Other;
    DecimalColumn values;
};

/// The charge lines of one bill, in columns, in the order of the file. All columns of the input are kept.
/// Units: money in the row's currency; times UTC, half-open.
struct CostTable {
    StringTable strings;
    LabelTable tagSets; ///< key/text pairs; see rowTags
    std::size_t rowCount = 0;
    DictionaryColumn<Instant> chargeStart; ///< indexed by row
    DictionaryColumn<Instant> chargeEnd; ///< indexed by row
    DictionaryColumn<std::uint32_t> rowTags; ///< LabelSetId values
    std::vector<TextColumn> texts;
    std::vector<NamedDecimalColumn> decimals;
    sdk::CostDelivery delivery;

    /// The column with a role; nullptr when the bill has none.
    [[nodiscard]] const TextColumn* text(CostRole role) const;
    [[nodiscard]] const DecimalColumn* decimal(CostRole role) const;
    [[nodiscard]] const DecimalColumn* money(CostBasis basis) const;
    /// Text of a row in a role's column, "" when unknown.
    [[nodiscard]] std::string_view textAt(CostRole role, std::size_t row) const;
    /// Value of a tag of a row; nullopt when the row has no such tag.
    [[nodiscard]] std::optional<std::string_view> tagAt(std::string_view key, std::size_t row) const;
    /// Distinct ISO 4217 codes, sorted.
    [[nodiscard]] std::vector<std::string> currencies() const;
};

class CostTableBuilder final : public sdk::CostSink {
public:
    void beginCosts(std::span<const sdk::CostColumnRow> columns) override;
    StringId string(std::string_view text) override;
    LabelSetId tags(std::span<const sdk::TagRow> tags) override;
    void rows(const sdk::CostRows& rows) override;
    void endCosts(const sdk::CostDelivery& delivery) override;
    /// Null when no bill was begun.
    [[nodiscard]] std::shared_ptr<const CostTable> take();

private:
    enum class Target : std::uint8_t { Text, Decimal, Start, End, Tags };
    void appendColumn(const sdk::CostColumnData& data, std::size_t mapping, std::size_t rows);
    struct Mapping {
        Target target = Target::Text;
        std::size_t index = 0;
    };
    std::shared_ptr<CostTable> m_table;
    std::vector<Mapping> m_mapping; ///< of the columns declared last
};

} // namespace heaptoll
