// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/bill_rows.h"

#include "core/analysis/bill_money.h"
#include "core/analysis/charge_days.h"

#include <algorithm>
#include <tuple>

namespace heaptoll {
namespace {

/// A row as long as it may still fall out of the list: its texts are read once it stays.
struct Candidate {
    std::size_t currencyRank = 0;
    Decimal size; ///< amount without its sign
    std::optional<Decimal> cost;
    Instant start;
    std::size_t bill = 0; ///< index of WorkspaceAnalysis::costDocuments
    std::size_t row = 0;
};

bool standsBefore(const Candidate& a, const Candidate& b)
{
    if (a.currencyRank != b.currencyRank) {
        return a.currencyRank < b.currencyRank;
    }
    if (a.size != b.size) {
        return a.size > b.size;
    }
    return std::tie(a.start.ns, a.bill, a.row) < std::tie(b.start.ns, b.bill, b.row);
}

/// What of a charge lies in the range; nullopt: none of its days does.
std::optional<Decimal> partInRange(
    const CostTable& table, std::size_t row, Decimal cost, const std::optional<TimeRange>& range)
{
    Decimal part;
    bool isIn = false;
    for (const DayShare& share : sharesByDay(table.chargeStart[row], table.chargeEnd[row], cost)) {
        isIn = isIn || !range || (range->start < startOfDay(share.day + 1) && startOfDay(share.day) < range->end);
        part += costInRange(DailyCost { share.day, share.cost }, range);
    }
    return isIn ? std::optional(part) : std::nullopt;
}

std::string whatOf(const CostTable& table, std::size_t row)
{
    for (const CostRole role : { CostRole::ChargeDescription, CostRole::Sku, CostRole::UsageType }) {
        if (const std::string_view text = table.textAt(role, row); !text.empty()) {
            return std::string(text);
        }
    }
    return {};
}

BillRow read(const WorkspaceAnalysis& analysis, const Candidate& candidate)
{
    BillRow out;
    out.document = analysis.costDocuments[candidate.bill];
    out.row = candidate.row;
    const auto table = analysis.documents[out.document]->costs();
    out.period = { table->chargeStart[out.row], table->chargeEnd[out.row] };
    out.product = table->textAt(CostRole::Service, out.row);
    out.what = whatOf(*table, out.row);
    out.resource = table->textAt(CostRole::Resource, out.row);
    out.currency = table->textAt(CostRole::Currency, out.row);
    out.cost = candidate.cost;
    out.matchedBy = analysis.costRowMatches[candidate.bill][analysis.costRowMatch[candidate.bill][out.row]].why;
    return out;
}

} // namespace

Result<BillRows> billRows(const WorkspaceAnalysis& analysis, std::string_view service,
    const std::optional<TimeRange>& range, std::size_t most, const TaskContext& task)
{
    constexpr std::size_t kPollRows = 4096;
    BillRows result;
    std::vector<Candidate> kept;
    const auto keepMost = [&kept, most] {
        const auto end = kept.begin() + static_cast<std::ptrdiff_t>(std::min(most, kept.size()));
        std::ranges::partial_sort(kept, end, standsBefore);
        kept.erase(end, kept.end());
    };
    for (std::size_t bill = 0; bill < analysis.costDocuments.size(); ++bill) {
        const auto table = analysis.documents[analysis.costDocuments[bill]]->costs();
        const BillMoney money = moneyOf(*table, analysis.options.basis);
        for (std::size_t row = 0; row < table->rowCount; ++row) {
            if (row % kPollRows == 0 && task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
            }
            if (analysis.costRowMatches[bill][analysis.costRowMatch[bill][row]].service != service) {
                continue;
            }
            const std::optional<Decimal> part = partInRange(*table, row, money.at(row), range);
            if (!part) {
                continue;
            }
            ++result.all;
            const std::string currency(table->textAt(CostRole::Currency, row));
            result.sums[currency] += *part;
            const Decimal size = part->isNegative() ? Decimal {} - *part : *part;
            kept.push_back({ analysis.totals.rankOf(currency), size, money.isUnknown(row) ? std::nullopt : part,
                table->chargeStart[row], bill, row });
            if (kept.size() >= 2 * most + kPollRows) {
                keepMost();
            }
        }
    }
    keepMost();
    for (const Candidate& candidate : kept) {
        result.rows.push_back(read(analysis, candidate));
    }
    return result;
}

} // namespace heaptoll
