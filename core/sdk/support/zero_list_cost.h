// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/bill_reader.h"

#include <cstdint>
#include <vector>

namespace heaptoll::sdk {

/// Exports write 0 where a charge has no list price (taxes, credits, negotiated prices). A list cost of zero beside a
/// billed cost that is not zero is therefore unknown: it is marked so, and counted as issue "<prefix>.zero_list_cost".
class ZeroListCost {
public:
    ZeroListCost(BillPart part, const std::vector<BillColumn>& plan);
    void apply(BillRows& rows);

private:
    BillPart m_part;
    std::size_t m_list; ///< column of the plan; none: neither of the two is there
    std::size_t m_billed;
    bool m_hasBoth;
    std::vector<std::uint8_t> m_isNull; ///< of the batch that is being delivered
};

} // namespace heaptoll::sdk
