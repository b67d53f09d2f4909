// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/cost_keys.h"

#include "core/analysis/bill_money.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heaptoll {
namespace {

/// Text, is a resource, match, currency: of one document.
using KeyId = std::tuple<std::uint32_t, bool, std::uint32_t, std::uint32_t>;
/// The same resource in the bills of several months is one key.
using SharedKeys = std::map<std::tuple<std::string, std::string, std::string, MatchRank, std::string>, std::size_t>;

void addDocument(const WorkspaceAnalysis& analysis, std::size_t index, SharedKeys& shared, std::vector<CostKey>& keys)
{
    const auto table = analysis.documents[analysis.costDocuments[index]]->costs();
    const BillMoney money = moneyOf(*table, analysis.options.basis);
    if (money.column == nullptr) {
        return;
    }
    const TextColumn* const resource = table->text(CostRole::Resource);
    const TextColumn* const service = table->text(CostRole::Service);
    const TextColumn* const currency = table->text(CostRole::Currency);
    std::map<KeyId, std::size_t> known;
    for (std::size_t row = 0; row < table->rowCount; ++row) {
        const std::uint32_t resourceId = resource == nullptr ? 0 : resource->ids[row];
        const std::uint32_t serviceId = service == nullptr ? 0 : service->ids[row];
        const bool isResource = resourceId != 0;
        const std::uint32_t match = analysis.costRowMatch[index][row];
        const KeyId id { isResource ? resourceId : serviceId, isResource, match,
            currency == nullptr ? 0U : currency->ids[row] };
        auto it = known.find(id);
        if (it == known.end()) {
            const ServiceMatch& how = analysis.costRowMatches[index][match];
            CostKey key { isResource ? "resource" : "service",
                std::string(table->strings.view(StringId { std::get<0>(id) })), how.service, how.rank, how.why, {},
                std::string(table->textAt(CostRole::Currency, row)), 0 };
            const auto [same, isNew] =
                shared.try_emplace({ key.field, key.text, key.assignedTo, key.rank, key.currency }, keys.size());
            if (isNew) {
                keys.push_back(std::move(key));
            }
            it = known.emplace(id, same->second).first;
        }
        keys[it->second].cost += money.at(row);
        ++keys[it->second].rows;
    }
}

bool isInBucket(const CostKey& key)
{
    return key.rank == MatchRank::Ambiguous || key.rank == MatchRank::Unassigned;
}

} // namespace

std::vector<CostKey> costKeys(const WorkspaceAnalysis& analysis)
{
    std::vector<CostKey> keys;
    SharedKeys shared;
    for (std::size_t i = 0; i < analysis.costDocuments.size(); ++i) {
        addDocument(analysis, i, shared, keys);
    }
    std::ranges::stable_sort(keys, [&totals = analysis.totals](const CostKey& a, const CostKey& b) {
        if (isInBucket(a) != isInBucket(b)) {
            return isInBucket(a);
        }
        return a.currency != b.currency ? totals.rankOf(a.currency) < totals.rankOf(b.currency) : a.cost > b.cost;
    });
    return keys;
}

} // namespace heaptoll
