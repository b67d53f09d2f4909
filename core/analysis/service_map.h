// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// How sure the assignment of something to a service is.
enum class MatchRank : std::uint8_t { Rule, Tag, Heuristic, Ambiguous, Unassigned };
[[nodiscard]] std::string_view name(MatchRank rank); ///< "rule", "tag", ...

inline constexpr std::string_view kAmbiguousService = "(ambiguous)";
inline constexpr std::string_view kUnassignedService = "(unassigned)";

/// A user rule, first match wins. Field: tag:KEY, label:KEY, resource, sku, path, pod, namespace, service.
/// Pattern: glob with * and ?; the service may use $1 for the text of the first *.
struct ServiceRule {
    std::string field;
    std::string pattern;
    std::string service;
    bool ignore = false; ///< leave what matches out of services on purpose: it goes to (unassigned)
};

struct ServiceMatch {
    std::string service;
    MatchRank rank = MatchRank::Unassigned;
    std::string why; ///< "tag app = checkout", for tooltips
};

} // namespace heaptoll
