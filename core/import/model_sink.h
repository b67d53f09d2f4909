// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/document.h"
#include "core/model/profile_builder.h"
#include "core/sdk/importer.h"

namespace heaptoll {

/// The host's sink: importers write, the builders of the model build.
class ModelSink final : public sdk::Sink {
public:
    explicit ModelSink(std::string sourceName)
        : m_sourceName(std::move(sourceName))
        , m_profiles(m_issues)
    { }

    sdk::HeapSink& heap() override { return m_profiles; }
    sdk::CostSink& costs() override { return m_costs; }
    sdk::UsageSink& usage() override { return m_usage; }
    void issue(Severity severity, std::string_view code, const Location& where, std::string_view message,
        std::uint64_t count) override;

    /// Everything that was closed, as documents that share `base` (path, format, issues so far).
    [[nodiscard]] std::vector<DocumentPtr> take(Document base);
    [[nodiscard]] IssueList& issues() { return m_issues; }

private:
    std::string m_sourceName;
    IssueList m_issues;
    ProfileBuilder m_profiles;
    CostTableBuilder m_costs;
    UsageBuilder m_usage;
};

} // namespace heaptoll
