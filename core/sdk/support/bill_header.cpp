// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/bill_header.h"

#include "core/sdk/support/utf8_text.h"

#include <algorithm>

namespace heaptoll::sdk {

std::string lowerAscii(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(
        lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

std::string_view trimSpace(std::string_view text)
{
    static constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> columnNames(const CsvHeader& header, const BillPart& part)
{
    std::vector<std::string> names;
    std::vector<std::string> seen;
    for (std::size_t i = 0; i < header.names.size(); ++i) {
        std::string name(trimSpace(header.names[i]));
        name = repairUtf8(name).value_or(name);
        if (name.empty()) {
            name = "column " + std::to_string(i + 1);
        }
        seen.push_back(name);
        names.push_back(std::move(name));
    }
    std::ranges::sort(seen);
    const bool isUnique = std::ranges::adjacent_find(seen) == seen.end();
    for (std::size_t i = 1; i < names.size() && !isUnique; ++i) {
        const auto here = names.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(names.begin(), here, names[i]) != here) {
            part.sink->issue(Severity::DataLoss, part.prefix + ".duplicate_column",
                { part.source->displayName(), {}, 1, names[i] },
                "the header names this column twice; the first one is used, this one is left out");
            names[i].clear();
        }
    }
    return names;
}

std::size_t findColumn(const std::vector<std::string>& names, std::string_view name)
{
    const std::string wanted = lowerAscii(name);
    return static_cast<std::size_t>(
        std::ranges::find(names, wanted, [](const std::string& n) { return lowerAscii(n); }) - names.begin());
}

std::vector<std::string> TagList::takeDuplicates()
{
    std::vector<std::string> twice;
    std::vector<std::pair<std::string, std::string>> kept;
    for (std::size_t i = tags.size(); i-- > 0;) {
        if (std::ranges::find(kept, tags[i].first, &std::pair<std::string, std::string>::first) == kept.end()) {
            kept.push_back(tags[i]);
        } else {
            twice.push_back(tags[i].first);
        }
    }
    tags.assign(kept.rbegin(), kept.rend());
    return twice;
}

LabelSetId TagList::intern(CostSink& sink) const
{
    std::vector<TagRow> rows;
    for (const auto& [key, value] : tags) {
        rows.push_back({ sink.string(key), sink.string(value) });
    }
    return sink.tags(rows);
}

} // namespace heaptoll::sdk
