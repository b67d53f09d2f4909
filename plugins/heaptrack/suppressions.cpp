// SPDX-License-Identifier: Apache-2.0
#include "plugins/heaptrack/suppressions.h"

#include <algorithm>
#include <optional>

namespace heaptoll {

SuppressionList::SuppressionList()
    : m_patterns { "__nss_module_allocate", "__gconv_read_conf", "__new_exitfn", "tzset_internal", "dl_open_worker",
        "g_main_context_new", "g_thread_self" }
{
}

bool SuppressionList::addRule(std::string_view line)
{
    constexpr std::string_view kPrefix = "leak:";
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
        line.remove_prefix(1);
    }
    if (line.empty() || line.front() == '#') {
        return true;
    }
    if (!line.starts_with(kPrefix) || line.size() == kPrefix.size()) {
        return false;
    }
    m_patterns.emplace_back(line.substr(kPrefix.size()));
    return true;
}

bool SuppressionList::matches(std::string_view text) const
{
    return std::ranges::any_of(m_patterns, [text](const std::string& pattern) { return matchesPattern(pattern, text); });
}

/// The pieces between the stars have to occur one after the other; taking the first place for each is enough, except
/// for a last piece tied to the end, which has to be the text's suffix.
bool matchesPattern(std::string_view pattern, std::string_view text)
{
    const bool fromStart = pattern.starts_with('^');
    pattern.remove_prefix(fromStart ? 1 : 0);
    const bool toEnd = pattern.ends_with('$');
    pattern.remove_suffix(toEnd ? 1 : 0);
    bool isFirst = true;
    while (true) {
        const std::size_t star = pattern.find('*');
        const std::string_view piece = pattern.substr(0, star);
        const bool isLast = star == std::string_view::npos;
        if (isFirst && fromStart && !text.starts_with(piece)) {
            return false;
        }
        if (isLast && toEnd) {
            return text.ends_with(piece) && (!isFirst || !fromStart || text.size() == piece.size());
        }
        const std::size_t at = isFirst && fromStart ? 0 : text.find(piece);
        if (at == std::string_view::npos) {
            return false;
        }
        if (isLast) {
            return true;
        }
        text.remove_prefix(at + piece.size());
        pattern.remove_prefix(star + 1);
        isFirst = false;
    }
}

} // namespace heaptoll
