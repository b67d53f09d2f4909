// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// One key=value pair. A numeric label (pprof) has number and unit instead of text.
struct Label {
    StringId key;
    StringId text;
    std::int64_t number = 0;
    StringId unit;
    friend auto operator<=>(const Label&, const Label&) = default;
};

/// Interned label sets, sorted by key; set 0 is empty.
class LabelTable {
public:
    LabelTable();
    /// Sorts and interns. Duplicate keys are kept as they are: the importer decides what they mean.
    LabelSetId intern(std::span<const Label> labels);
    [[nodiscard]] std::span<const Label> at(LabelSetId id) const;
    /// Text of a key in a set; StringId{} when it is absent.
    [[nodiscard]] StringId textOf(LabelSetId id, StringId key) const;
    [[nodiscard]] std::size_t size() const { return m_offsets.size() - 1; }

private:
    std::vector<std::uint32_t> m_offsets;
    std::vector<Label> m_labels;
    std::unordered_multimap<std::uint64_t, std::uint32_t> m_index;
};

} // namespace heaptoll
