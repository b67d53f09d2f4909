// SPDX-License-Identifier: Apache-2.0
#include "core/model/decimal_column.h"

namespace heaptoll {

void DecimalColumn::append(Decimal value)
{
    m_values.push_back(value);
    m_isUnknown.push_back(0);
}

void DecimalColumn::appendUnknown(std::size_t rows)
{
    m_values.resize(m_values.size() + rows);
    m_isUnknown.resize(m_isUnknown.size() + rows, 1);
    m_unknownCount += rows;
}

} // namespace heaptoll
