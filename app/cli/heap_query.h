// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/filter.h"
#include "app/cli/load_inputs.h"
#include "core/analysis/call_tree.h"

#include <span>
#include <string>

namespace heaptoll::cli {

/// --by of top and diff. Errors: Usage.
[[nodiscard]] Result<GroupBy> groupBy(const Context& context);
/// --where with the fields a command knows; absent = an empty filter that everything fits. Errors: Usage.
[[nodiscard]] Result<Filter> whereFilter(const Context& context, std::span<const std::string_view> fields);
/// Value of the fields function, file, module and line; monostate for others and for what is unknown.
[[nodiscard]] FieldValue siteField(const Site& site, std::string_view field);
/// "leaky.cpp:14", "leaky.cpp" or "".
[[nodiscard]] std::string placeOf(const Site& site);
/// Bytes or a count, by the type.
[[nodiscard]] std::string valueText(const ValueType& type, std::int64_t value);
/// "57 %" of a whole; the unknown sign when the whole is unknown or 0.
[[nodiscard]] std::string shareText(std::int64_t part, std::optional<std::int64_t> whole);

} // namespace heaptoll::cli
