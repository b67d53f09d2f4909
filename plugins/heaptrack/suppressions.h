// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// Leak suppressions in LeakSanitizer's syntax: a pattern matches anywhere in a text; '*' stands for any text, '^' and
/// '$' tie it to the start and the end. Source: clang LeakSanitizer documentation, "Suppressions".
class SuppressionList {
public:
    /// Starts with the patterns that heaptrack_print always applies (README.md, "Suppressions").
    SuppressionList();
    /// "leak:pattern", one per line; '#' starts a comment. False: a line that is neither was left out.
    [[nodiscard]] bool addRule(std::string_view line);
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    std::vector<std::string> m_patterns;
};

[[nodiscard]] bool matchesPattern(std::string_view pattern, std::string_view text);

} // namespace heaptoll
