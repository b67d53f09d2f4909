// SPDX-License-Identifier: Apache-2.0
// Findings of days on which a service cost more than it does: how much, and what changed. Formulas: FINDINGS.md.
#include "core/analysis/anomaly_cause.h"
#include "core/analysis/findings_builder.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>

namespace heaptoll {
namespace {

constexpr double kMostly = 0.5; ///< of the excess, to call something its cause

std::string formatPods(double pods)
{
    return inFigures(pods < 10 ? std::round(pods * 10) / 10 : std::round(pods));
}

std::int64_t daysOf(const AnomalyEvent& event)
{
    return std::max<std::int64_t>(1, std::llround(event.range.length().toHours() / 24));
}

/// True when the service still costs more on the last day of the bill.
bool isOngoing(const WorkspaceAnalysis& analysis, const AnomalyEvent& event)
{
    return !analysis.billSpan.runs.empty() && startOfDay(analysis.billSpan.runs.back().last) < event.range.end;
}

/// A service that is billed for the first time; the level of a fit is not exactly 0.
bool isNew(const AnomalyEvent& event)
{
    constexpr double kNearlyNothing = 0.01; // of what it costs now
    return event.expected <= kNearlyNothing * event.actual;
}

/// What an event costs a month. A level that the service still has, and has had long enough to be its normal state, goes on
/// costing what it does a day; all else is what an average month of this bill had of it.
Decimal perMonthOf(Finding& finding, const FindingContext& context, const AnomalyEvent& event, double months)
{
    const bool isLevel = event.kind == AnomalyKind::LevelShift && daysOf(event) >= std::int64_t { kNormalPoints };
    if (!isLevel || !isOngoing(context.analysis, event)) {
        finding.howComputed += ", / " + inFigures(months) + " months of the bill";
        return Decimal::fromDouble(event.impact / months);
    }
    const double days = context.analysis.options.hoursPerMonth / 24;
    finding.howComputed += "; it goes on: " + inFigures(event.actual - event.expected) + ' ' + context.service.currency
        + " a day x " + inFigures(days) + " d a month";
    return Decimal::fromDouble((event.actual - event.expected) * days);
}

/// One day that is over tells no rate: it has its cost so far and no figure per month.
void priceAnomaly(Finding& finding, const FindingContext& context, const AnomalyEvent& event, double months)
{
    const std::string& currency = context.service.currency;
    const std::string excess = formatMoney(*finding.costSoFar, currency);
    finding.howComputed = "excess " + excess + " = (" + inFigures(event.actual) + " - " + inFigures(event.expected)
        + ") " + currency + " a day x " + std::to_string(daysOf(event)) + " d";
    if (daysOf(event) <= 1) {
        finding.costReason = "a single day, over since: " + excess + " once";
        return;
    }
    CostPerMonth cost;
    cost.amount = perMonthOf(finding, context, event, months);
    const Decimal most = std::max(Decimal {}, context.service.costPerMonth.value_or(cost.amount));
    if (cost.amount > most) {
        cost.amount = most;
        finding.howComputed +=
            "; capped at what the service costs, " + formatMoneyPerMonth(most, context.service.currency);
    }
    cost.low = cost.amount;
    cost.high = cost.amount;
    cost.currency = currency;
    if (!isNew(event)) { // all that a new service costs is no waste: nobody knows what it is for
        cost.kind = isOngoing(context.analysis, event) ? SavingKind::SavesNow : SavingKind::AvoidsGrowth;
    }
    finding.costPerMonth = std::move(cost);
}

/// In its profile series or in any of its recordings.
bool hasHeapLeak(const ServiceView& service)
{
    const auto leaks = [](const GrowthReport& growth) {
        return std::ranges::any_of(
            growth.sites, [](const SiteGrowth& site) { return site.growthClass == GrowthClass::Leak; });
    };
    return (service.growth && leaks(*service.growth))
        || std::ranges::any_of(service.furtherGrowth, leaks, &GrowthStudy::growth);
}

bool isLeaking(const ServiceView& service)
{
    return hasHeapLeak(service) || std::ranges::any_of(service.trends, &UsageTrend::isGrowing);
}

void blamePods(Finding& finding, const FindingContext& context, const AnomalyEvent& event, const PodCause& cause)
{
    const std::string change = formatPods(cause.podsUsual) + " to " + formatPods(cause.podsDuring) + " pods";
    why(finding,
        "it ran " + formatPods(cause.podsDuring) + " pods instead of " + formatPods(cause.podsUsual)
            + " meanwhile: that is " + formatPercent(cause.podsShare) + " of the excess",
        EvidenceView::Usage, "pods", event.range);
    finding.title = findingTitle(context.service.name,
        "ran " + formatPods(cause.podsDuring) + " pods, not " + formatPods(cause.podsUsual) + ": "
            + formatMoney(*finding.costSoFar, context.service.currency) + " in " + std::to_string(daysOf(event)) + " d",
        "");
    finding.actions.push_back("Find what scaled " + context.service.name + " from " + change
        + " (autoscaler target, a deploy, a stuck job), and cap its replicas");
    check(finding, "cause", true, "pods: " + formatPercent(cause.podsShare) + " of the excess");
}

/// Memory that grows inside of each pod. Where that is a leak, its finding has the money already: this one is its view
/// in the bill, and stands back.
void blameMemory(Finding& finding, const FindingContext& context, const AnomalyEvent& event, const PodCause& cause)
{
    const bool leaks = isLeaking(context.service);
    why(finding,
        "its pods held " + formatBytes(cause.bytesPerPodDuring) + " each instead of "
            + formatBytes(cause.bytesPerPodUsual) + ": that is " + formatPercent(*cause.memoryShare) + " of the excess"
            + (leaks ? "; it is the money of this service's leak, seen in the bill" : ""),
        EvidenceView::Usage, "memory", event.range);
    finding.actions.push_back(leaks ? std::string("Mend the leak of this service: this rise goes with it")
                                    : std::string("Find what its pods keep on these days, with a heap profile of one"));
    check(finding, "cause", true, "memory per pod: " + formatPercent(*cause.memoryShare) + " of the excess");
    finding.isWeak = leaks;
}

/// More memory is billed for a service that leaks, whatever its working set says.
void blameLeak(Finding& finding, const AnomalyEvent& event, const BillCause& bill)
{
    const std::string share = formatPercent(bill.memoryShare) + " of the excess";
    why(finding, share + " is memory billed by the GiB-hour; it is the money of this service's leak, seen in the bill",
        EvidenceView::CostBreakdown, "rows", event.range);
    finding.actions.emplace_back("Mend the leak of this service: this rise goes with it");
    check(finding, "cause", true, "billed memory: " + share);
    finding.isWeak = true;
}

/// What the pods and the bill say about the cause.
void addCause(Finding& finding, const FindingContext& context, const AnomalyEvent& event)
{
    const ServiceView& service = context.service;
    std::vector<const WorkloadUsage*> workloads;
    for (const std::size_t w : service.workloads) {
        workloads.push_back(&context.analysis.workloads[w]);
    }
    const double price = service.price ? service.price->perGibHour : 0;
    const std::optional<PodCause> pods = podCause(workloads, service.anomalies, event, price);
    const BillCause bill = billCause(context.analysis, service, event, context.task);
    if (pods && pods->podsShare >= kMostly) {
        blamePods(finding, context, event, *pods);
    } else if (pods && pods->memoryShare.value_or(0) >= kMostly) {
        blameMemory(finding, context, event, *pods);
    } else if (bill.memoryShare >= kMostly && isLeaking(service)) {
        blameLeak(finding, event, bill);
    } else if (pods) {
        why(finding,
            "its pods do not tell why: " + formatPods(pods->podsDuring) + " of " + formatBytes(pods->bytesPerPodDuring)
                + ", usually " + formatPods(pods->podsUsual) + " of " + formatBytes(pods->bytesPerPodUsual),
            EvidenceView::Usage, "pods", event.range);
        check(finding, "cause", false, "neither the number nor the memory of its pods");
    }
    for (const RowCause& rows : bill.rows) {
        why(finding, formatPercent(rows.share) + " of the excess is in " + rows.dimension + " " + rows.value,
            EvidenceView::CostBreakdown, "rows", event.range);
    }
    if (finding.actions.empty()) {
        finding.actions.emplace_back(
            "Compare the rows of these days with those before: what was started, and who stops it?");
    }
}

/// Cost that begins out of nothing while the pods ran before is most likely a tag that was set then: the money was there.
void blameMapping(Finding& finding, const FindingContext& context, const AnomalyEvent& event)
{
    const Instant before = event.range.start + Span::days(-1);
    const bool ranBefore = std::ranges::any_of(context.service.workloads, [&](std::size_t w) {
        return std::ranges::any_of(context.analysis.workloads[w].pods,
            [before](const PodUsage& pod) { return !pod.times.empty() && pod.times.front() < before; });
    });
    if (!isNew(event) || !ranBefore) {
        return;
    }
    finding.isWeak = true;
    const std::string day = toIsoDate(event.range.start);
    why(finding, "its cost begins on " + day + ", its pods ran before: most likely its rows had no tag then",
        EvidenceView::Sources, "mapping");
    finding.actions.insert(
        finding.actions.begin(), "Look for its rows before " + day + " in (unassigned) and give them to it by a rule");
}

void addAnomaly(std::vector<Finding>& out, const FindingContext& context, const AnomalyEvent& event)
{
    const WorkspaceAnalysis& analysis = context.analysis;
    const double months = analysis.billSpan.months(analysis.options.hoursPerMonth);
    if (event.kind == AnomalyKind::Drop || event.impact <= 0 || months <= 0) {
        return;
    }
    Finding finding = startFinding(FindingKind::CostAnomaly, context.service.name, std::nullopt);
    finding.fingerprint = fingerprintOf("cost_anomaly|" + context.service.name + '|' + toIsoDate(event.range.start));
    const std::string& currency = context.service.currency;
    const std::int64_t days = daysOf(event);
    finding.costSoFar = Decimal::fromDouble(event.impact);
    finding.currency = currency;
    finding.range = event.range;
    const std::string verb = event.kind == AnomalyKind::Spike ? "cost spiked by "
        : isNew(event)                                        ? "is new in the bill: "
                                                              : "cost rose by ";
    finding.title = findingTitle(context.service.name,
        verb + formatMoney(*finding.costSoFar, currency) + " in " + std::to_string(days) + " d", "");
    priceAnomaly(finding, context, event, months);
    why(finding,
        std::string(event.kind == AnomalyKind::LevelShift ? "level shift" : name(event.kind)) + " from "
            + toIsoDate(event.range.start) + " to " + toIsoDate(event.range.end) + ", " + inFigures(event.score)
            + " times as far from the expected cost as a usual day",
        EvidenceView::CostBreakdown, "rows", event.range);
    if (context.service.growth && !hasHeapLeak(context.service)) {
        why(finding, "the heap is flat meanwhile: not a leak", EvidenceView::Timeline, "chart", event.range);
    }
    addCause(finding, context, event);
    blameMapping(finding, context, event);
    check(finding, "score", event.score >= 5, inFigures(event.score) + " times as far off as a usual day");
    check(finding, "days", days > 1,
        days > 1 ? std::to_string(days) + " days"
                 : std::string("one day: a late booking or one job would look the same"));
    const auto history = std::ranges::count_if(
        context.service.dailyCost, [&analysis](const DailyCost& day) { return analysis.billSpan.contains(day.day); });
    check(finding, "history", history >= 28, std::to_string(history) + " days");
    addCommonChecks(finding, context);
    closeConfidence(finding);
    out.push_back(std::move(finding));
}

} // namespace

void addAnomalyFindings(std::vector<Finding>& out, const FindingContext& context)
{
    for (const AnomalyEvent& event : context.service.anomalies) {
        addAnomaly(out, context, event);
    }
}

} // namespace heaptoll
