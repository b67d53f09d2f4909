// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"
#include "core/base/strong.h"
#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// What a column of a bill means to the analysis. Columns with role Other are kept under their own name.
enum class CostRole : std::uint8_t {
    Other,
    // text
    Provider,
    Account, ///< billing (payer) account
    SubAccount,
    Region,
    Service, ///< the provider's product by its long name
    ServiceCategory,
    ChargeCategory, ///< Usage, Purchase, Tax, Credit, Adjustment
    ChargeFrequency,
    ChargeDescription,
    Sku,
    Resource,
    UsageType, ///< CUR usage type or FOCUS SkuMeter
    Currency,
    Unit, ///< of Quantity
    PricingUnit, ///< of PricingQuantity
    BillingStart, ///< of the billing period; text, for a row has one pair of times, those of its charge
    BillingEnd,
    // decimal
    Billed,
    Effective,
    List,
    Contracted,
    Net,
    Quantity, ///< consumed
    PricingQuantity, ///< what the price is for, which may be in another unit
    VcpuCount, ///< of the machine the row pays for
    MemoryGib, ///< of the machine the row pays for
    // time
    ChargeStart,
    ChargeEnd,
    // tags
    Tags,
};

enum class CostColumnKind : std::uint8_t { Text, Decimal, Time, Tags };

struct CostColumnRow {
    std::string name; ///< as the file names it
    CostRole role = CostRole::Other;
    CostColumnKind kind = CostColumnKind::Text;
};

/// One tag of a row.
struct TagRow {
    StringId key;
    StringId value;
};

/// A block of rows, columnar. Shape: columns.size() equals the declared columns; of each only the array of its kind is
/// used, `rows` long. Unknown: text = StringId{}, decimal = isNull, time = nulls are an importer error.
struct CostColumnData {
    std::span<const StringId> text;
    std::span<const Decimal> decimal;
    /// For decimal, instead of `decimal` when not empty: values in units of 10^-narrowScale (0 to 18). Exact as well,
    /// and cheaper to make and to store.
    std::span<const std::int64_t> narrow;
    int narrowScale = 0;
    std::span<const std::uint8_t> isNull; ///< for decimal: 1 = unknown (the value is then 0); empty = none is
    std::span<const Instant> time;
    std::span<const LabelSetId> tags;
};
struct CostRows {
    std::size_t rows = 0;
    std::span<const CostColumnData> columns;
};

/// Rows that were read and left out on purpose, by a rule with a name (core/README "Exclusion rules").
struct CostExclusion {
    std::string rule;
    std::uint64_t rows = 0;
    Decimal billed;
    bool rowsKept = false; ///< the rows are in the table; only one basis (named by the rule) takes them as 0
};

/// What a file or delivery says about itself, for the reconciliation report.
struct CostDelivery {
    std::string format; ///< "focus", "aws-cur"
    std::string formatVersion;
    std::optional<std::uint64_t> expectedRows;
    std::optional<Decimal> expectedTotal;
    std::uint64_t rowsRead = 0;
    std::uint64_t duplicatesDropped = 0;
    std::uint64_t roundedValues = 0;
    std::vector<CostExclusion> excluded;
    std::vector<std::string> parts; ///< files read, in order
};

/// Receives one bill (all parts of a delivery).
class CostSink {
public:
    CostSink() = default;
    CostSink(const CostSink&) = delete;
    CostSink& operator=(const CostSink&) = delete;
    CostSink(CostSink&&) = delete;
    CostSink& operator=(CostSink&&) = delete;
    virtual ~CostSink() = default;

    /// Declares columns. May be called again when a later part has other columns: columns are united by name, rows
    /// that lack one are unknown there.
    virtual void beginCosts(std::span<const CostColumnRow> columns) = 0;
    [[nodiscard]] virtual StringId string(std::string_view text) = 0;
    [[nodiscard]] virtual LabelSetId tags(std::span<const TagRow> tags) = 0;
    virtual void rows(const CostRows& rows) = 0;
    virtual void endCosts(const CostDelivery& delivery) = 0;
};

} // namespace heaptoll::sdk
