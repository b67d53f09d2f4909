// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cost_rows.h"

#include "core/analysis/bill_money.h"

#include <algorithm>
#include <array>

namespace heaptoll::cli {
namespace {

struct NamedRole {
    std::string_view field;
    CostRole role;
};
constexpr std::array<NamedRole, 9> kRoles { NamedRole { "provider", CostRole::Provider },
    NamedRole { "account", CostRole::Account }, NamedRole { "subaccount", CostRole::SubAccount },
    NamedRole { "region", CostRole::Region }, NamedRole { "service", CostRole::Service },
    NamedRole { "category", CostRole::ChargeCategory }, NamedRole { "sku", CostRole::Sku },
    NamedRole { "resource", CostRole::Resource }, NamedRole { "currency", CostRole::Currency } };
constexpr std::array<std::string_view, 14> kFields { "provider", "account", "subaccount", "region", "service",
    "workload", "category", "sku", "resource", "currency", "day", "month", "cost", "tag:" };

FieldValue known(std::string_view text)
{
    return text.empty() ? FieldValue {} : FieldValue { std::string(text) };
}

} // namespace

std::span<const std::string_view> costFields()
{
    return kFields;
}

Result<CostRows> CostRows::create(
    const Context& context, Inputs& inputs, const AnalysisOptions& options, bool needsWorkload)
{
    CostRows rows;
    rows.m_bills = inputs.ofKind(DocumentKind::Cost);
    if (rows.m_bills.empty()) {
        return Error { ErrorCode::NotRecognized, "there is no bill among the inputs", {},
            "heaptoll inspect FILE tells what a file is" };
    }
    if (!needsWorkload) {
        return rows;
    }
    HEAPTOLL_TRY_ASSIGN(rows.m_analysis, analyzeInputs(context, inputs, options));
    const WorkspaceAnalysis& analysis = *rows.m_analysis;
    for (const DocumentPtr& bill : rows.m_bills) {
        const auto it = std::ranges::find_if(
            analysis.costDocuments, [&](std::size_t document) { return analysis.documents[document] == bill; });
        rows.m_matchIndex.push_back(static_cast<std::size_t>(it - analysis.costDocuments.begin()));
    }
    return rows;
}

std::function<std::string(std::size_t)> CostRows::workloadOf(std::size_t bill) const
{
    if (!m_analysis || m_matchIndex[bill] >= m_analysis->costRowMatch.size()) {
        return {};
    }
    const std::size_t index = m_matchIndex[bill];
    return [analysis = m_analysis, index](
               std::size_t row) { return analysis->costRowMatches[index][analysis->costRowMatch[index][row]].service; };
}

std::function<bool(std::size_t)> CostRows::keep(std::size_t bill, const Filter& filter, CostBasis basis) const
{
    if (filter.isEmpty()) {
        return {};
    }
    return [this, bill, basis, &filter](std::size_t row) {
        return filter.matches([&](std::string_view field) { return fieldOf(bill, basis, row, field); });
    };
}

FieldValue CostRows::fieldOf(std::size_t bill, CostBasis basis, std::size_t row, std::string_view field) const
{
    const CostTable& table = *m_bills[bill]->costs();
    if (const auto role = std::ranges::find(kRoles, field, &NamedRole::field); role != kRoles.end()) {
        return known(table.textAt(role->role, row));
    }
    if (field.starts_with("tag:")) {
        const std::optional<std::string_view> value = table.tagAt(field.substr(4), row);
        return value ? FieldValue { std::string(*value) } : FieldValue {};
    }
    if (field == "day" || field == "month") {
        const Instant start = table.chargeStart[row];
        return field == "day" ? toIsoDate(start) : toIsoMonth(start);
    }
    if (field == "workload") {
        const auto service = workloadOf(bill);
        return service ? known(service(row)) : FieldValue {};
    }
    const BillMoney money = moneyOf(table, basis);
    const bool isKnown = field == "cost" && !money.isUnknown(row);
    return isKnown ? FieldValue { money.at(row).toDouble() } : FieldValue {};
}

} // namespace heaptoll::cli
