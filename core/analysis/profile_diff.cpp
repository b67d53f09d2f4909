// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/call_tree.h"
#include "core/analysis/trie_walk.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace heaptoll {
namespace {

std::int64_t differenceSaturated(std::int64_t after, std::int64_t before)
{
    std::int64_t delta = 0;
    if (__builtin_sub_overflow(after, before, &delta)) {
        return before < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    }
    return delta;
}

DiffClass classify(const DiffRow& row)
{
    if (row.delta == 0) {
        return DiffClass::Same;
    }
    if (row.before == 0) {
        return DiffClass::New;
    }
    if (row.after == 0) {
        return DiffClass::Gone;
    }
    return row.delta > 0 ? DiffClass::Grew : DiffClass::Shrank;
}

} // namespace

std::vector<DiffRow> diffTables(const TopTable& before, const TopTable& after)
{
    std::vector<DiffRow> rows;
    std::unordered_map<std::string_view, std::size_t> byName;
    rows.reserve(before.rows.size() + after.rows.size());
    for (const TopRow& row : before.rows) {
        byName.emplace(row.name, rows.size());
        rows.push_back({ row.name, row.site, row.total, 0, 0, DiffClass::Same });
    }
    for (const TopRow& row : after.rows) {
        const auto it = byName.find(row.name);
        if (it == byName.end()) {
            rows.push_back({ row.name, row.site, 0, row.total, 0, DiffClass::Same });
            continue;
        }
        rows[it->second].after = row.total;
        rows[it->second].site = row.site; // where the code is now
    }
    for (DiffRow& row : rows) {
        row.delta = differenceSaturated(row.after, row.before);
        row.diffClass = classify(row);
    }
    std::ranges::sort(rows, [](const DiffRow& a, const DiffRow& b) {
        const std::uint64_t left = magnitude(a.delta);
        const std::uint64_t right = magnitude(b.delta);
        return left != right ? left > right : a.name < b.name;
    });
    return rows;
}

} // namespace heaptoll
