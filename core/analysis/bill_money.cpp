// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/bill_money.h"

namespace heaptoll {

BillMoney moneyOf(const CostTable& table, CostBasis basis)
{
    if (const DecimalColumn* const money = table.money(basis)) {
        const bool isAmortised = basis == CostBasis::Effective && table.delivery.format == "aws-cur";
        return { money, isAmortised ? "effective cost is amortised from the line items of the report" : "" };
    }
    if (basis == CostBasis::Net && table.money(CostBasis::Billed) != nullptr) {
        return { table.money(CostBasis::Billed), "this export has no net cost: net is the billed cost" };
    }
    return { nullptr, "this export has no column for the basis " + std::string(name(basis)) };
}

Error moneyOverflow()
{
    return { ErrorCode::LimitExceeded, "the sum of the costs does not fit 128 bits", {},
        "check the costs of this bill" };
}

} // namespace heaptoll
