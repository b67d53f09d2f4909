// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/workspace_analysis.h"

#include "core/analysis/findings_builder.h"
#include "core/analysis/source_times.h"
#include "core/analysis/workspace_join.h"

#include <algorithm>

namespace heaptoll {
namespace {

std::optional<TimeRange> united(std::optional<TimeRange> a, const std::optional<TimeRange>& b)
{
    if (!a || !b) {
        return a ? a : b;
    }
    return TimeRange { std::min(a->start, b->start), std::max(a->end, b->end) };
}

void sortDocuments(WorkspaceAnalysis& analysis, const TaskContext& task)
{
    std::vector<std::shared_ptr<const UsageTable>> usage;
    for (std::size_t d = 0; d < analysis.documents.size(); ++d) {
        const Document& document = *analysis.documents[d];
        analysis.range = united(analysis.range, document.timeRange());
        analysis.totals.isPartial = analysis.totals.isPartial || document.isPartial();
        if (document.kind() == DocumentKind::Cost && document.costs()) {
            analysis.costDocuments.push_back(d);
            analysis.reconciliations.emplace_back(d, reconcile(*document.costs()));
        } else if (document.kind() == DocumentKind::Usage && document.usage()) {
            usage.push_back(document.usage());
        }
    }
    analysis.workloads = workloadUsage(usage, task);
}

} // namespace

const ServiceView* WorkspaceAnalysis::service(std::string_view name) const
{
    const auto it = std::ranges::find(services, name, &ServiceView::name);
    return it == services.end() ? nullptr : &*it;
}

const Finding* WorkspaceAnalysis::finding(std::string_view id) const
{
    const auto it = std::ranges::find(findings, id, &Finding::id);
    return it == findings.end() ? nullptr : &*it;
}

const CurrencyTotals* WorkspaceTotals::of(std::string_view name) const
{
    const auto it = std::ranges::find(byCurrency, name, &CurrencyTotals::currency);
    return it == byCurrency.end() ? nullptr : &*it;
}

std::size_t WorkspaceTotals::rankOf(std::string_view name) const
{
    return static_cast<std::size_t>(
        std::ranges::find(byCurrency, name, &CurrencyTotals::currency) - byCurrency.begin());
}

double Coverage::matchedShare() const
{
    const double all = charges().toDouble();
    return all > 0 ? (matched + heuristic).toDouble() / all : 0;
}

Result<std::shared_ptr<const WorkspaceAnalysis>> analyzeWorkspace(
    std::vector<DocumentPtr> documents, const AnalysisOptions& options, const TaskContext& task)
{
    auto analysis = std::make_shared<WorkspaceAnalysis>();
    std::erase(documents, nullptr);
    analysis->documents = std::move(documents);
    analysis->options = options;
    sortDocuments(*analysis, task);
    WorkspaceJoin join(*analysis, task);
    HEAPTOLL_TRY(join.run());
    for (const ServiceView& service : analysis->services) {
        if (task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
        }
        const FindingContext context = findingContext(*analysis, service, task);
        addLeakFindings(analysis->findings, context);
        addGrowthClassFindings(analysis->findings, context);
        addSizingFindings(analysis->findings, context);
        addCostFindings(analysis->findings, context);
    }
    if (task.cancelled()) {
        return Error { ErrorCode::Cancelled, "cancelled", {}, {} }; // the last service may have been left half way
    }
    noteTimesApart(*analysis);
    finishFindings(*analysis);
    return std::shared_ptr<const WorkspaceAnalysis>(std::move(analysis));
}

} // namespace heaptoll
