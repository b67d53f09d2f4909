// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/model/cost_table.h"

#include <string>

namespace heaptoll {

/// The money of a bill in one basis.
struct BillMoney {
    const DecimalColumn* column = nullptr; ///< null: the export has no such column, so all of it is unknown
    std::string note; ///< why not, or what the basis rests on

    [[nodiscard]] bool isUnknown(std::size_t row) const { return column == nullptr || column->isUnknown(row); }
    /// Zero where unknown.
    [[nodiscard]] Decimal at(std::size_t row) const { return column == nullptr ? Decimal {} : column->at(row); }
};
/// The one place that knows which column stands for a basis. Source: core/README.md, "Cost bases".
[[nodiscard]] BillMoney moneyOf(const CostTable& table, CostBasis basis);
/// What is said where a sum of costs is out of range.
[[nodiscard]] Error moneyOverflow();

} // namespace heaptoll
