// SPDX-License-Identifier: Apache-2.0
#include "core/model/issue.h"

#include <algorithm>

namespace heaptoll {

void IssueList::add(
    Severity severity, std::string_view code, Location where, std::string_view message, std::uint64_t count)
{
    const auto it = std::ranges::find(m_issues, code, &Issue::code);
    if (it != m_issues.end()) {
        it->count += count;
        it->severity = std::max(it->severity, severity);
        return;
    }
    m_issues.push_back({ std::string(code), severity, count, std::move(where), std::string(message) });
}

void IssueList::remove(std::string_view code)
{
    std::erase_if(m_issues, [code](const Issue& issue) { return issue.code == code; });
}

bool IssueList::hasDataLoss() const
{
    return std::ranges::any_of(m_issues, [](const Issue& issue) { return issue.severity >= Severity::DataLoss; });
}

} // namespace heaptoll
