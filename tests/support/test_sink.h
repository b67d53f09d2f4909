// SPDX-License-Identifier: Apache-2.0
#pragma once

// The model's builders behind the SDK's sink: what the host does with an importer, without files and plugins.

#include "core/model/cost_table.h"
#include "core/model/issue.h"
#include "core/model/profile_builder.h"
#include "core/model/usage_table.h"
#include "core/sdk/importer.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace heaptoll::test {

class TestSink final : public sdk::Sink {
public:
    TestSink()
        : m_heap(issues)
    { }

    sdk::HeapSink& heap() override { return m_heap; }
    sdk::CostSink& costs() override { return m_costs; }
    sdk::UsageSink& usage() override { return m_usage; }
    void issue(Severity severity, std::string_view code, const Location& where, std::string_view message,
        std::uint64_t count) override
    {
        issues.add(severity, code, where, message, count);
    }

    /// Finished profiles in the order of the file. Each call returns what was finished since the last.
    [[nodiscard]] std::vector<std::shared_ptr<const Profile>> takeProfiles() { return m_heap.take(); }
    [[nodiscard]] std::shared_ptr<const CostTable> takeCosts() { return m_costs.take(); }
    [[nodiscard]] std::shared_ptr<const UsageTable> takeUsage() { return m_usage.take(); }

    /// The issue with a code; nullptr when there is none.
    [[nodiscard]] const Issue* findIssue(std::string_view code) const
    {
        const auto it = std::ranges::find(issues.all(), code, &Issue::code);
        return it == issues.all().end() ? nullptr : &*it;
    }

    IssueList issues;

private:
    ProfileBuilder m_heap;
    CostTableBuilder m_costs;
    UsageBuilder m_usage;
};

} // namespace heaptoll::test
