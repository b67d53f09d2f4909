// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/finding.h"

#include <algorithm>
#include <string_view>

namespace heaptoll::test {

/// The check of that name in the confidence of a finding; null where it was not made.
[[nodiscard]] inline const ConfidenceCheck* checkOf(const Finding& finding, std::string_view name)
{
    const auto it = std::ranges::find(finding.confidence.checks, name, &ConfidenceCheck::name);
    return it == finding.confidence.checks.end() ? nullptr : &*it;
}

} // namespace heaptoll::test
