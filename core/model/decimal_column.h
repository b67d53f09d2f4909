// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace heaptoll {

/// A column of exact decimals with unknowns.
class DecimalColumn {
public:
    void append(Decimal value);
    void appendUnknown(std::size_t rows = 1);
    [[nodiscard]] std::size_t size() const { return m_values.size(); }
    [[nodiscard]] bool isUnknown(std::size_t row) const { return m_isUnknown[row] != 0; }
    /// Zero where unknown.
    [[nodiscard]] Decimal at(std::size_t row) const { return m_values[row]; }
    [[nodiscard]] std::uint64_t unknownCount() const { return m_unknownCount; }

private:
    std::vector<Decimal> m_values;
    std::vector<std::uint8_t> m_isUnknown;
    std::uint64_t m_unknownCount = 0;
};

} // namespace heaptoll
