// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/heap_query.h"

#include "core/base/text_format.h"

#include <array>

namespace heaptoll::cli {

Result<GroupBy> groupBy(const Context& context)
{
    static constexpr std::array<std::string_view, 4> kWords { "function", "site", "file", "module" };
    const std::string word = context.arguments.value("by").value_or("function");
    if (const std::optional<GroupBy> by = parseGroupBy(word)) {
        return *by;
    }
    if (word == "type") {
        return usageError("--by type needs a dump of objects; heap profiles know places, not types",
            "one of function site file module");
    }
    return unknownWord("grouping", word, kWords);
}

Result<Filter> whereFilter(const Context& context, std::span<const std::string_view> fields)
{
    const std::optional<std::string> text = context.arguments.value("where");
    return text ? Filter::parse(*text, fields) : Result<Filter>(Filter {});
}

FieldValue siteField(const Site& site, std::string_view field)
{
    const auto known = [](const std::string& text) { return text.empty() ? FieldValue {} : FieldValue { text }; };
    if (field == "function") {
        return known(site.function);
    }
    if (field == "file") {
        return known(site.file);
    }
    if (field == "module") {
        return known(site.module);
    }
    return field == "line" && site.line > 0 ? FieldValue { static_cast<double>(site.line) } : FieldValue {};
}

std::string placeOf(const Site& site)
{
    return site.line > 0 && !site.file.empty() ? site.file + ':' + std::to_string(site.line) : site.file;
}

std::string valueText(const ValueType& type, std::int64_t value)
{
    const auto number = static_cast<double>(value);
    if (isBytes(type)) {
        return formatBytes(number);
    }
    const bool isCount = type.unit.empty() || type.unit == "count";
    return formatCount(number) + (isCount ? "" : ' ' + printable(type.unit));
}

std::string shareText(std::int64_t part, std::optional<std::int64_t> whole)
{
    if (!whole || *whole == 0) {
        return std::string(kUnknown);
    }
    return formatPercent(static_cast<double>(part) / static_cast<double>(*whole));
}

} // namespace heaptoll::cli
