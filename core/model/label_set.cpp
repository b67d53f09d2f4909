// SPDX-License-Identifier: Apache-2.0
#include "core/model/label_set.h"

#include "core/base/hash.h"

#include <algorithm>

namespace heaptoll {

LabelTable::LabelTable()
    : m_offsets { 0, 0 }
{ }

LabelSetId LabelTable::intern(std::span<const Label> labels)
{
    if (labels.empty()) {
        return {};
    }
    std::vector<Label> sorted(labels.begin(), labels.end());
    std::ranges::sort(sorted);
    std::uint64_t hash = sorted.size();
    for (const Label& label : sorted) {
        hash = mixHash(hash ^ ((std::uint64_t { label.key.value } << 32U) | label.text.value));
        hash = mixHash(hash ^ static_cast<std::uint64_t>(label.number) ^ (std::uint64_t { label.unit.value } << 40U));
    }
    const auto [first, last] = m_index.equal_range(hash);
    for (auto it = first; it != last; ++it) {
        if (std::ranges::equal(at(LabelSetId { it->second }), sorted)) {
            return LabelSetId { it->second };
        }
    }
    m_labels.insert(m_labels.end(), sorted.begin(), sorted.end());
    m_offsets.push_back(static_cast<std::uint32_t>(m_labels.size()));
    const LabelSetId id { m_offsets.size() - 2 };
    m_index.emplace(hash, id.value);
    return id;
}

std::span<const Label> LabelTable::at(LabelSetId id) const
{
    const std::uint32_t begin = m_offsets[id.index()];
    return std::span(m_labels).subspan(begin, m_offsets[id.index() + 1] - begin);
}

StringId LabelTable::textOf(LabelSetId id, StringId key) const
{
    const auto labels = at(id);
    const auto it = std::ranges::find(labels, key, &Label::key);
    return it == labels.end() ? StringId {} : it->text;
}

} // namespace heaptoll
