// SPDX-License-Identifier: Apache-2.0
// Findings of usage and bill: sizes, money without a service. Formulas: FINDINGS.md.
#include "core/analysis/findings_builder.h"
#include "core/analysis/leak_usage.h"
#include "core/analysis/sizing_saving.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>

namespace heaptoll {
namespace {

constexpr double kWorthShrinking = 0.2; ///< of the request

std::size_t oomKillsOf(const WorkloadUsage& usage)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(usage.events, [](const PodEvent& e) { return e.kind == PodEvent::Kind::OomKill; }));
}

/// "eu/prod", where the service has the same container in several clusters or namespaces; else "".
std::string placeAmongSeveral(const FindingContext& context, const WorkloadUsage& usage)
{
    const bool isOneOfSeveral = std::ranges::any_of(context.service.workloads, [&](std::size_t w) {
        const WorkloadUsage& other = context.analysis.workloads[w];
        return other.container == usage.container && (other.cluster != usage.cluster || other.ns != usage.ns);
    });
    return !isOneOfSeveral ? "" : usage.cluster.empty() ? usage.ns : usage.cluster + '/' + usage.ns;
}

Finding startSizing(FindingKind kind, const FindingContext& context, std::size_t workload)
{
    const WorkloadUsage& usage = context.analysis.workloads[workload];
    const std::string place = placeAmongSeveral(context, usage);
    Site container;
    container.function = "container " + usage.container + (place.empty() ? "" : " in " + place);
    container.module = usage.workload;
    Finding finding = startFinding(kind, context.service.name, container);
    finding.workload = workload;
    if (!usage.times.empty()) {
        finding.range = TimeRange { usage.times.front(), usage.times.back() };
        const Span span = usage.times.back() - usage.times.front();
        check(finding, "duration", span >= Span::days(7), formatSpan(span));
    }
    check(finding, "gaps", usage.missingShare < 0.1, formatPercent(usage.missingShare) + " of the samples missing");
    return finding;
}

/// Usage and bill may not be of the same pods: then the figure is at most what is billed, and less sure.
ConfidenceLevel checkBilledMemory(Finding& finding, const FindingContext& context)
{
    const auto balance =
        memoryBalance(context.service, context.analysis.workloads, context.analysis.options.hoursPerMonth);
    if (!finding.costPerMonth || !balance) {
        return ConfidenceLevel::High;
    }
    const auto gib = [](double amount) { return formatBytes(amount * 1024 * 1024 * 1024); };
    const std::string held =
        "its pods hold " + gib(balance->heldGib) + ", the bill pays for " + gib(balance->billedGib);
    check(finding, "billed_memory", !balance->isUnbilled(), held + (balance->isUnbilled() ? ": at most medium" : ""));
    return balance->isUnbilled() ? ConfidenceLevel::Medium : ConfidenceLevel::High;
}

void addOverprovisioned(
    std::vector<Finding>& out, const FindingContext& context, std::size_t workload, const SizingAdvice& advice)
{
    const double request = advice.requestBytes.value_or(0);
    const double wanted = advice.recommendedRequestBytes.value_or(request);
    if (request <= 0 || request - wanted < kWorthShrinking * request) {
        return;
    }
    Finding finding = startSizing(FindingKind::Overprovisioned, context, workload);
    finding.title =
        findingTitle(context.service.name, "asks " + formatBytes(request) + ", needs " + formatBytes(wanted), "");
    why(finding, "asks for " + formatBytes(request) + " a pod; p99 of what it uses is " + formatBytes(advice.usage.p99),
        EvidenceView::Rightsizing, "usage");
    why(finding, advice.formula, EvidenceView::Rightsizing, "how");
    if (context.service.growth && leakedPerHour(*context.service.growth) <= 0) {
        why(finding, "the heap does not leak", EvidenceView::Timeline, "chart");
    }
    check(finding, "samples", advice.usage.samples >= 100,
        formatCount(static_cast<double>(advice.usage.samples)) + " samples");
    check(finding, "replay", advice.replayOver == 0,
        std::to_string(advice.replayOver) + " of " + std::to_string(advice.replaySamples)
            + " past samples above the new limit");
    finding.costPerMonth = advice.saving;
    finding.costReason = advice.savingReason;
    finding.howComputed = advice.savingFormula;
    addCommonChecks(finding, context);
    finding.actions.push_back("Set the memory request of " + finding.blame->function + " to " + formatBytes(wanted));
    closeConfidence(finding, checkBilledMemory(finding, context));
    out.push_back(std::move(finding));
}

void addUnderprovisioned(
    std::vector<Finding>& out, const FindingContext& context, std::size_t workload, const SizingAdvice& advice)
{
    const std::size_t kills = oomKillsOf(context.analysis.workloads[workload]);
    if (kills == 0 || advice.blockedBy == SizingBlock::Leak) {
        return;
    }
    Finding finding = startSizing(FindingKind::Underprovisioned, context, workload);
    finding.title = findingTitle(context.service.name, "ran out of memory " + std::to_string(kills) + " times", "");
    why(finding,
        std::to_string(kills) + (kills == 1 ? " OOM kill" : " OOM kills")
            + ", and its pods do not grow between restarts",
        EvidenceView::Rightsizing, "usage");
    check(finding, "kills", kills > 1, std::to_string(kills));
    finding.costReason = "more memory costs money; what the kills cost is not in the bill";
    addCommonChecks(finding, context);
    finding.actions.push_back(advice.recommendedLimitBytes
            ? "Raise the memory limit to " + formatBytes(*advice.recommendedLimitBytes)
            : std::string("Raise the memory limit"));
    closeConfidence(finding);
    out.push_back(std::move(finding));
}

void addUnattributed(std::vector<Finding>& out, const FindingContext& context)
{
    const ServiceView& service = context.service;
    if (!service.costPerMonth || *service.costPerMonth <= Decimal {}) {
        return;
    }
    Finding finding = startFinding(FindingKind::UnattributedCost, service.name, std::nullopt);
    const std::string& currency = service.currency;
    const bool isAmbiguous = service.name == kAmbiguousService;
    finding.title = formatMoneyPerMonth(*service.costPerMonth, currency)
        + (isAmbiguous ? " names several services" : " belongs to no service");
    finding.costPerMonth =
        CostPerMonth { *service.costPerMonth, *service.costPerMonth, *service.costPerMonth, currency, {} };
    finding.costSoFar = service.totalCost;
    finding.currency = currency;
    finding.howComputed = formatMoney(service.totalCost, currency) + " of " + std::to_string(service.costRows)
        + " billing rows, per month";
    why(finding, std::to_string(service.costRows) + " billing rows", EvidenceView::CostBreakdown, "rows");
    for (const auto& [other, cost] : service.otherCosts) {
        why(finding, formatMoney(cost, other) + " more is billed in " + other + ", which is not added to it",
            EvidenceView::CostBreakdown, "rows");
    }
    check(finding, "exact", true, "sum of billing rows");
    finding.actions.emplace_back("Tag these resources, or add a mapping rule in Sources and mapping");
    closeConfidence(finding);
    out.push_back(std::move(finding));
}

} // namespace

void addSizingFindings(std::vector<Finding>& out, const FindingContext& context)
{
    for (std::size_t i = 0; i < context.service.sizing.size(); ++i) {
        addOverprovisioned(out, context, context.service.workloads[i], context.service.sizing[i]);
        addUnderprovisioned(out, context, context.service.workloads[i], context.service.sizing[i]);
    }
}

void addCostFindings(std::vector<Finding>& out, const FindingContext& context)
{
    if (context.service.isBucket) {
        addUnattributed(out, context);
        return;
    }
    addAnomalyFindings(out, context);
}

} // namespace heaptoll
