// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/zero_list_cost.h"

#include <algorithm>

namespace heaptoll::sdk {
namespace {

std::size_t columnOf(const std::vector<BillColumn>& plan, CostRole role)
{
    return static_cast<std::size_t>(std::ranges::find(plan, role, &BillColumn::role) - plan.begin());
}

} // namespace

ZeroListCost::ZeroListCost(BillPart part, const std::vector<BillColumn>& plan)
    : m_part(std::move(part))
    , m_list(columnOf(plan, CostRole::List))
    , m_billed(columnOf(plan, CostRole::Billed))
    , m_hasBoth(m_list < plan.size() && m_billed < plan.size())
{ }

void ZeroListCost::apply(BillRows& rows)
{
    if (!m_hasBoth) {
        return;
    }
    const CellColumn& list = (*rows.cells)[m_list];
    const CellColumn& billed = (*rows.cells)[m_billed];
    m_isNull.assign(rows.csv->rows, 0);
    bool isAny = false;
    for (std::size_t row = 0; row < rows.csv->rows; ++row) {
        const bool isZero = !list.isUnknown(row) && list.decimal(row).isZero();
        const bool isContradicted = isZero && !billed.isUnknown(row) && !billed.decimal(row).isZero();
        m_isNull[row] = list.isUnknown(row) || isContradicted ? 1 : 0;
        const bool isDropped = !rows.isDropped.empty() && rows.isDropped[row] != 0;
        if (isContradicted && !isDropped) {
            isAny = true;
            m_part.sink->issue(Severity::Info, m_part.prefix + ".zero_list_cost",
                { m_part.source->displayName(), {}, 0, {} },
                "a list cost of 0 beside a billed cost that is not 0 is taken as unknown");
        }
    }
    if (isAny) {
        rows.data[m_list].isNull = m_isNull;
    }
}

} // namespace heaptoll::sdk
