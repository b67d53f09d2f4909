// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/sdk/severity.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// A non-fatal observation about an input: nothing is dropped or repaired without one.
struct Issue {
    std::string code; ///< stable, dotted: "pprof.location_missing"
    Severity severity = Severity::Info;
    std::uint64_t count = 1;
    Location where; ///< of the first one
    std::string message; ///< of the first one
};

/// Issues of one import, merged by code: count goes up, the first message and location stay.
class IssueList {
public:
    void add(
        Severity severity, std::string_view code, Location where, std::string_view message, std::uint64_t count = 1);
    void remove(std::string_view code);
    [[nodiscard]] const std::vector<Issue>& all() const { return m_issues; }
    [[nodiscard]] bool hasDataLoss() const;

private:
    std::vector<Issue> m_issues;
};

} // namespace heaptoll
