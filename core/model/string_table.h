// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/string_arena.h"
#include "core/base/strong.h"

namespace heaptoll {

/// The strings of one document. Views live as long as the table.
class StringTable {
public:
    StringId intern(std::string_view text) { return StringId { m_arena.intern(text) }; }
    [[nodiscard]] std::string_view view(StringId id) const { return m_arena.view(id.value); }
    [[nodiscard]] std::size_t size() const { return m_arena.size(); }

private:
    StringArena m_arena;
};

} // namespace heaptoll
