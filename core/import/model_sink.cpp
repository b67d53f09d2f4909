// SPDX-License-Identifier: Apache-2.0
#include "core/import/model_sink.h"

namespace heaptoll {

void ModelSink::issue(
    Severity severity, std::string_view code, const Location& where, std::string_view message, std::uint64_t count)
{
    Location located = where;
    if (located.source.empty()) {
        located.source = m_sourceName;
    }
    m_issues.add(severity, code, std::move(located), message, count);
}

std::vector<DocumentPtr> ModelSink::take(Document base)
{
    std::vector<DocumentPtr> documents;
    auto profiles = m_profiles.take();
    auto costs = m_costs.take();
    auto usage = m_usage.take();
    base.issues = m_issues;
    base.isComplete = base.isComplete && !m_issues.hasDataLoss();
    const auto add = [&](auto content) {
        Document document = base;
        document.content = std::move(content);
        documents.push_back(std::make_shared<const Document>(std::move(document)));
    };
    for (auto& profile : profiles) {
        add(std::move(profile));
    }
    if (costs) {
        add(std::move(costs));
    }
    if (usage) {
        add(std::move(usage));
    }
    return documents;
}

} // namespace heaptoll
