// SPDX-License-Identifier: Apache-2.0
// Joins profiles, usage and bill by service.
#include "core/analysis/workspace_join.h"

#include <algorithm>
#include <set>

namespace heaptoll {

WorkspaceJoin::WorkspaceJoin(WorkspaceAnalysis& analysis, const TaskContext& task)
    : m_analysis(analysis)
    , m_task(task)
    , m_mapper(analysis.options.rules)
{ }

ServiceView& WorkspaceJoin::view(const std::string& name)
{
    ServiceView& found = m_views[name];
    found.name = name;
    found.isBucket = name == kAmbiguousService || name == kUnassignedService;
    return found;
}

PriceOptions WorkspaceJoin::priceOptions() const
{
    const AnalysisOptions& options = m_analysis.options;
    return { options.cpuToMemoryRatio, options.rateCardPerGibHour, options.rateCardCurrency };
}

std::vector<std::shared_ptr<const CostTable>> WorkspaceJoin::bills() const
{
    std::vector<std::shared_ptr<const CostTable>> tables;
    for (const std::size_t d : m_analysis.costDocuments) {
        tables.push_back(m_analysis.documents[d]->costs());
    }
    return tables;
}

/// Every source may name services; the spelling of the bill's tags is preferred, then that of the workloads.
void WorkspaceJoin::learnNames()
{
    for (const auto& table : bills()) {
        m_mapper.learnTags(*table);
    }
    for (const WorkloadUsage& usage : m_analysis.workloads) {
        m_mapper.learn(usage.workload);
    }
    for (const auto& [path, service] : m_analysis.options.serviceOfPath) {
        m_mapper.learn(service);
    }
    for (const DocumentPtr& document : m_analysis.documents) {
        if (document->kind() == DocumentKind::HeapProfile) {
            m_mapper.learn(
                m_mapper.matchPath(document->path).rank == MatchRank::Heuristic ? serviceInPath(document->path) : "");
        }
    }
}

void WorkspaceJoin::joinProfiles()
{
    for (std::size_t d = 0; d < m_analysis.documents.size(); ++d) {
        const Document& document = *m_analysis.documents[d];
        if (document.kind() != DocumentKind::HeapProfile || !document.profile()) {
            continue;
        }
        const auto byHand = m_analysis.options.serviceOfPath.find(document.path);
        std::string service = byHand != m_analysis.options.serviceOfPath.end()
            ? m_mapper.learn(byHand->second)
            : m_mapper.matchPath(document.path).service;
        const std::string& command = document.profile()->command;
        if (service == kUnassignedService && !serviceInPath(command).empty()) {
            service = m_mapper.learn(serviceInPath(command));
        }
        view(service).profileDocuments.push_back(d);
    }
    for (auto& [name, service] : m_views) {
        std::ranges::stable_sort(service.profileDocuments, {},
            [&](std::size_t d) { return placedTime(m_analysis, *m_analysis.documents[d]).value_or(Instant {}); });
    }
}

void WorkspaceJoin::joinWorkloads()
{
    for (std::size_t w = 0; w < m_analysis.workloads.size(); ++w) {
        const WorkloadUsage& usage = m_analysis.workloads[w];
        std::vector<std::string> pods;
        for (const PodUsage& pod : usage.pods) {
            pods.push_back(pod.pod);
        }
        view(m_mapper.matchPod(usage.ns, usage.workload, pods).service).workloads.push_back(w);
    }
    noteSpanningServices();
}

/// Equal names in two places may be two copies of one service, or two services: the user should know that they are one.
void WorkspaceJoin::noteSpanningServices()
{
    constexpr std::size_t kMostNamed = 3;
    std::string named;
    std::size_t count = 0;
    for (const auto& [name, service] : m_views) {
        std::set<std::string> places;
        for (const std::size_t w : service.workloads) {
            const WorkloadUsage& usage = m_analysis.workloads[w];
            places.insert(usage.cluster.empty() ? usage.ns : usage.cluster + '/' + usage.ns);
        }
        if (service.isBucket || places.size() < 2 || ++count > kMostNamed) {
            continue;
        }
        std::string list;
        for (const std::string& place : places) {
            list += (list.empty() ? "" : ", ") + place;
        }
        named += (named.empty() ? "" : "; ") + name + " (" + list + ")";
    }
    if (count > 0) {
        m_analysis.notes.push_back(std::to_string(count) + (count == 1 ? " service has" : " services have")
            + " pods in several namespaces or clusters, counted together: " + named
            + (count > kMostNamed ? "; ..." : "") + ". Rules on namespaces can keep those apart");
    }
}

/// Only rules about what was loaded can match something.
void WorkspaceJoin::noteUnmatchedRules()
{
    const bool hasProfiles = std::ranges::any_of(
        m_analysis.documents, [](const DocumentPtr& d) { return d->kind() == DocumentKind::HeapProfile; });
    for (const ServiceRule& rule : m_mapper.unmatchedRules()) {
        const bool isOfPods = rule.field == "pod" || rule.field == "namespace";
        const bool hasData = isOfPods ? !m_analysis.workloads.empty()
            : rule.field == "path"    ? hasProfiles
                                      : !m_analysis.costDocuments.empty();
        if (hasData) {
            m_analysis.notes.push_back("the rule " + rule.field + " = " + rule.pattern
                + (rule.ignore ? std::string(" (left out)") : " for service " + rule.service)
                + " matched nothing: see its spelling, and the rules before it");
        }
    }
}

Result<void> WorkspaceJoin::run()
{
    learnNames();
    joinProfiles();
    joinWorkloads();
    HEAPTOLL_TRY(joinCosts());
    noteUnmatchedRules();
    for (auto& [name, service] : m_views) {
        if (m_task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
        }
        studyProfiles(service);
        studyUsage(service);
        studyCosts(service);
        attribute(service);
    }
    noteUnbilledMemory();
    sortServices();
    return {};
}

void WorkspaceJoin::sortServices()
{
    for (auto& [name, service] : m_views) {
        m_analysis.services.push_back(std::move(service));
    }
    const WorkspaceTotals& totals = m_analysis.totals;
    const auto groupOf = [&totals](const ServiceView& service) {
        return service.totalCost > Decimal {} ? totals.rankOf(service.currency) : totals.byCurrency.size();
    };
    std::ranges::stable_sort(m_analysis.services, [&groupOf](const ServiceView& a, const ServiceView& b) {
        if (a.isBucket != b.isBucket) {
            return b.isBucket;
        }
        if (groupOf(a) != groupOf(b)) {
            return groupOf(a) < groupOf(b);
        }
        return a.totalCost != b.totalCost ? a.totalCost > b.totalCost : a.name < b.name;
    });
}

} // namespace heaptoll
