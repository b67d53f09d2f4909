// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/cost_keys.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heaptoll {
namespace {

using KeyId = std::tuple<std::uint32_t, bool, std::uint32_t>; ///< text, is a resource, match

void addDocument(const WorkspaceAnalysis& analysis, std::size_t index, std::vector<CostKey>& keys)
{
    const auto table = analysis.documents[analysis.costDocuments[index]]->costs();
    const DecimalColumn* const money = table ? table->money(analysis.options.basis) : nullptr;
    if (money == nullptr) {
        return;
    }
    const TextColumn* const resource = table->text(CostRole::Resource);
    const TextColumn* const service = table->text(CostRole::Service);
    std::map<KeyId, std::size_t> known;
    for (std::size_t row = 0; row < table->rowCount; ++row) {
        const std::uint32_t resourceId = resource == nullptr ? 0 : resource->ids[row];
        const std::uint32_t serviceId = service == nullptr ? 0 : service->ids[row];
        const bool isResource = resourceId != 0;
        const std::uint32_t match = analysis.costRowMatch[index][row];
        const auto [it, isNew] =
            known.try_emplace(KeyId { isResource ? resourceId : serviceId, isResource, match }, keys.size());
        if (isNew) {
            const ServiceMatch& how = analysis.costRowMatches[index][match];
            keys.push_back({ isResource ? "resource" : "service",
                std::string(table->strings.view(StringId { isResource ? resourceId : serviceId })), how.service,
                how.rank, how.why, {}, 0 });
        }
        keys[it->second].cost += money->at(row);
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
    for (std::size_t i = 0; i < analysis.costDocuments.size(); ++i) {
        addDocument(analysis, i, keys);
    }
    std::ranges::stable_sort(keys, [](const CostKey& a, const CostKey& b) {
        return isInBucket(a) != isInBucket(b) ? isInBucket(a) : a.cost > b.cost;
    });
    return keys;
}

} // namespace heaptoll
