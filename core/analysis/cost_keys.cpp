// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/cost_keys.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heaptoll {
namespace {

using KeyId = std::tuple<std::uint32_t, bool, std::uint32_t>; ///< text, is a resource, match: of one document
/// The same resource in the bills of several months is one key.
using SharedKeys = std::map<std::tuple<std::string, std::string, std::string, MatchRank>, std::size_t>;

void addDocument(const WorkspaceAnalysis& analysis, std::size_t index, SharedKeys& shared, std::vector<CostKey>& keys)
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
        const KeyId id { isResource ? resourceId : serviceId, isResource, match };
        auto it = known.find(id);
        if (it == known.end()) {
            const ServiceMatch& how = analysis.costRowMatches[index][match];
            CostKey key { isResource ? "resource" : "service",
                std::string(table->strings.view(StringId { std::get<0>(id) })), how.service, how.rank, how.why, {}, 0 };
            const auto [same, isNew] =
                shared.try_emplace({ key.field, key.text, key.assignedTo, key.rank }, keys.size());
            if (isNew) {
                keys.push_back(std::move(key));
            }
            it = known.emplace(id, same->second).first;
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
    SharedKeys shared;
    for (std::size_t i = 0; i < analysis.costDocuments.size(); ++i) {
        addDocument(analysis, i, shared, keys);
    }
    std::ranges::stable_sort(keys, [](const CostKey& a, const CostKey& b) {
        return isInBucket(a) != isInBucket(b) ? isInBucket(a) : a.cost > b.cost;
    });
    return keys;
}

} // namespace heaptoll
