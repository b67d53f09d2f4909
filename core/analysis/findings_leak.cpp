// SPDX-License-Identifier: Apache-2.0
// Leaks: named by profiles, by the working sets of pods, or both. Formulas: FINDINGS.md "Leak".
#include "core/analysis/leak_money.h"
#include "core/analysis/leak_usage.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>

namespace heaptoll {
namespace {

constexpr double kMinOneSiteShare = 0.001;

/// What the leak has room for in a pod.
LeakBounds boundsOf(const PodEvidence& pods, double shareOfGrowth)
{
    LeakBounds bounds;
    bounds.startBytes = startBytes(*pods.usage);
    bounds.limitBytes = pods.advice->limitBytes;
    bounds.shareOfGrowth = std::max(shareOfGrowth, kMinOneSiteShare);
    return bounds;
}

void addLimit(Finding& finding, const PodEvidence& usage, double bytesPerHour)
{
    const auto limit = usage.advice->limitBytes;
    if (!limit || usage.usage->workingSetBytes.empty() || bytesPerHour <= 0) {
        return;
    }
    const double pods = std::max<double>(1, usage.usage->podCount.back());
    const double left = *limit - usage.usage->workingSetBytes.back() / pods;
    finding.timeToLimitHours = std::max(0.0, left / bytesPerHour);
}

struct OomKills {
    std::size_t count = 0;
    Instant first;
    Instant last;

    /// Wide enough to see the memory rise before the first kill, and fall after the last.
    [[nodiscard]] TimeRange around() const { return { first - Span::days(1), last + Span::days(1) }; }
};

OomKills oomKills(const FindingContext& context)
{
    OomKills kills;
    for (const std::size_t w : context.service.workloads) {
        for (const PodEvent& event : context.analysis.workloads[w].events) {
            if (event.kind == PodEvent::Kind::OomKill) {
                kills.first = kills.count == 0 ? event.time : std::min(kills.first, event.time);
                kills.last = kills.count == 0 ? event.time : std::max(kills.last, event.time);
                ++kills.count;
            }
        }
    }
    return kills;
}

void addUsageEvidence(Finding& finding, const FindingContext& context, const PodEvidence& usage)
{
    why(finding, "its pods grow " + formatBytesPerHour(usage.trend->bytesPerHourPerPod) + " each between restarts",
        EvidenceView::Usage, "usage", finding.isRelative ? std::nullopt : finding.range);
    if (const OomKills kills = oomKills(context); kills.count > 0) {
        why(finding, std::to_string(kills.count) + (kills.count == 1 ? " OOM kill" : " OOM kills"), EvidenceView::Usage,
            "kills", kills.around());
    }
    check(finding, "usage", true, "pods grow " + formatBytesPerHour(usage.trend->bytesPerHourPerPod));
}

/// Pods that ran as long and do not grow: the profiled process is not one of them, or does there what they do not do.
void addContradiction(Finding& finding, const PodEvidence& usage, double heapRate)
{
    const UsageTrend& trend = *usage.trend;
    const std::string most = formatBytesPerHour(std::max(0.0, trend.high));
    const std::string watched = formatSpan(Span { static_cast<std::int64_t>(trend.hours * 3.6e12) });
    why(finding, "its pods do not grow: at most " + most + " each, watched for " + watched, EvidenceView::Timeline,
        "usage");
    check(finding, "usage", false, "pods grow at most " + most);
    check(finding, "same_rate", false, "the profiled heap grows " + formatBytesPerHour(heapRate) + ", the pods do not",
        ConfidenceLevel::Medium);
    finding.costReason = "its pods do not grow, so none of what they are given is this leak's";
    const double mostHeld = mostBytes(*usage.usage);
    if (static_cast<double>(finding.liveBytes.value_or(0)) > mostHeld) {
        why(finding,
            "it holds " + formatBytes(static_cast<double>(*finding.liveBytes))
                + ", none of its pods ever held more than " + formatBytes(mostHeld)
                + ": the profiles are of another process",
            EvidenceView::Timeline, "usage");
    }
}

void addSeriesChecks(Finding& finding, const FindingContext& context, const GrowthReport& growth)
{
    const AnalysisOptions& options = context.analysis.options;
    const double seconds = growth.hours * 3600;
    const bool isLong = seconds >= options.minHighSeconds;
    const bool isMany = growth.points >= options.minHighSamples;
    const Span span { static_cast<std::int64_t>(seconds * 1e9) };
    check(finding, "duration", isLong, formatSpan(span), ConfidenceLevel::Low);
    check(finding, "samples", isMany, std::to_string(growth.points) + " profiles", ConfidenceLevel::Low);
    if (!isLong && seconds > 0) {
        const double times = options.hoursPerMonth * 3600 / seconds;
        why(finding, "measured " + formatSpan(span) + ", extrapolated x" + formatCount(std::round(times)),
            EvidenceView::Sources, "placement");
    }
}

/// A start-up that ends after the last profile looks like a leak. What rules it out: a long series, growth that began
/// later or came back after a restart, or pods that grow for days.
void checkWarmUp(Finding& finding, const SiteGrowth& site, const GrowthReport& growth, bool podsGrow)
{
    const bool isRuledOut = !site.mayBeWarmUp || podsGrow;
    check(finding, "warm_up", isRuledOut,
        isRuledOut
            ? std::string("is no start-up")
            : "grows since the first of " + std::to_string(growth.points) + " profiles, a long start-up would, too",
        ConfidenceLevel::Medium);
}

/// Of several processes most should leak at the same place; one of many may be chance.
void checkProcesses(Finding& finding, const SiteGrowth& site)
{
    constexpr double kMost = 0.5;
    if (site.processes.empty()) {
        return;
    }
    const bool isCommon = site.processShare >= kMost;
    std::size_t leaking = 0;
    for (const ProcessGrowth& process : site.processes) {
        leaking += process.growthClass == GrowthClass::Leak ? 1U : 0U;
        why(finding,
            process.process + ": " + std::string(name(process.growthClass)) + ", "
                + formatBytesPerHour(process.bytesPerHour) + " (95 %: " + formatBytesPerHour(process.low) + " to "
                + formatBytesPerHour(process.high) + ")",
            EvidenceView::Sites, "sites");
    }
    check(finding, "processes", isCommon,
        std::to_string(leaking) + " of " + std::to_string(site.processes.size()) + " processes leak here",
        ConfidenceLevel::Medium);
}

/// Pods and profiled heap have to tell the same story. Then the site's own slope is the rate (it is what `growth` shows),
/// and the range covers the pods' share of it, too. Where they do not, the pods' rate counts: it is what is paid for.
void chooseRate(Finding& finding, LeakRate& rate, const SiteGrowth& site, double share, const PodEvidence& usage)
{
    const UsageTrend& trend = *usage.trend;
    const double heapRate = site.bytesPerHour / std::max(share, kMinOneSiteShare);
    const double ratio = trend.bytesPerHourPerPod / std::max(1.0, heapRate);
    const bool isAlike = ratio < kAlikeRates && ratio > 1 / kAlikeRates;
    check(finding, "same_rate", isAlike, "usage grows x" + inFigures(ratio) + " the profiled heap",
        ConfidenceLevel::Medium);
    const std::string ofPods = formatBytesPerHour(trend.bytesPerHourPerPod * share);
    if (isAlike) {
        why(finding, "the rate is that of the profiles; the pods' own, shared by growth, is " + ofPods,
            EvidenceView::Sites, "sites");
    } else {
        rate.bytesPerHour = trend.bytesPerHourPerPod * share;
        finding.isRateOfPods = true;
        why(finding,
            "the rate is the pods' own, shared by the growth in the profiles (which grew "
                + formatBytesPerHour(site.bytesPerHour) + " here)",
            EvidenceView::Sites, "sites");
    }
    rate.low = std::min(site.low, trend.low * share);
    rate.high = std::max(site.high, trend.high * share);
}

/// What the pods say of a profiled leak. Sets the rate where they grow, and why nothing is priced where they do not.
void addPods(Finding& finding, LeakRate& rate, const FindingContext& context, const SiteGrowth& site, double share,
    const PodEvidence& pods)
{
    const UsageTrend& trend = *pods.trend;
    switch (pods.says) {
    case PodsSay::Nothing: break;
    case PodsSay::Grow:
        addLimit(finding, pods, trend.bytesPerHourPerPod);
        addUsageEvidence(finding, context, pods);
        chooseRate(finding, rate, site, share, pods);
        break;
    case PodsSay::Unclear:
        check(finding, "usage", false,
            "pods grow between " + formatBytesPerHour(trend.low) + " and " + formatBytesPerHour(trend.high)
                + " over all their days: that neither shows this leak nor rules it out");
        break;
    case PodsSay::Flat: addContradiction(finding, pods, site.bytesPerHour / std::max(share, kMinOneSiteShare)); break;
    }
}

/// What the bill shows of it: a rise that began while it leaks. A bill knows days, so the day on which the leak began
/// counts.
void addCostEvidence(Finding& finding, const FindingContext& context)
{
    for (const AnomalyEvent& event : context.service.anomalies) {
        const bool isRise = event.kind == AnomalyKind::Ramp || event.kind == AnomalyKind::LevelShift;
        const bool isMeanwhile = !finding.isRelative && finding.range
            && finding.range->start < event.range.start + Span::days(1) && event.range.start <= finding.range->end;
        if (isRise && event.impact > 0 && isMeanwhile) {
            why(finding,
                "its service cost " + formatMoney(Decimal::fromDouble(event.impact), context.service.currency)
                    + " more than expected from " + toIsoDate(event.range.start) + " to " + toIsoDate(event.range.end),
                EvidenceView::CostBreakdown, "rows", event.range);
        }
    }
}

void addLeakActions(Finding& finding, const Site& site)
{
    const std::string where = site.file.empty() ? site.function : site.file + ":" + std::to_string(site.line);
    finding.actions.push_back(
        "Look at what " + site.function + " keeps (" + where + "): what should remove it, and when?");
    finding.actions.emplace_back("Bound or expire what it holds, deploy, and compare a new series with this one");
}

Finding profileLeak(
    const FindingContext& context, const SiteGrowth& site, double share, const std::optional<PodEvidence>& pods)
{
    const GrowthReport& growth = *context.growth;
    Finding finding = startFinding(FindingKind::Leak, context.service.name, site.site);
    finding.stack = site.stack;
    finding.liveBytes = site.liveBytes;
    LeakRate rate { site.bytesPerHour, site.low, site.high };
    const Instant first = growth.times.front();
    const Instant onset { first.ns + static_cast<std::int64_t>(site.onsetHours * 3.6e12) };
    finding.isRelative = context.isRelative;
    finding.range = TimeRange { onset, growth.times.back() };
    why(finding, site.reason, EvidenceView::Timeline, "chart", finding.range);
    why(finding, formatPercent(share) + " of the heap's growth is here", EvidenceView::Flame, "flame", finding.range);
    if (!context.source.empty()) {
        why(finding, "measured in the recording " + context.source, EvidenceView::Sources, "recording");
    }
    if (site.wrapper) {
        why(finding, "allocated through " + site.wrapper->function + ", which does not keep what its other callers get",
            EvidenceView::Flame, "flame", finding.range);
    }
    if (pods) {
        addPods(finding, rate, context, site, share, *pods);
    }
    finding.growthLow = rate.low;
    finding.growthHigh = rate.high;
    finding.growthBytesPerHour = rate.bytesPerHour;
    finding.title =
        findingTitle(site.site.function, "leaks " + formatBytesPerHour(rate.bytesPerHour), context.service.name);
    addSeriesChecks(finding, context, growth);
    checkWarmUp(finding, site, growth, pods && pods->says == PodsSay::Grow);
    checkProcesses(finding, site);
    check(finding, "fit", site.pValue < 0.01, "p = " + inFigures(site.pValue));
    const auto gain = static_cast<double>(site.lastBytes - site.firstBytes);
    check(finding, "noise", gain > 2 * site.noiseBytes,
        site.noiseBytes > 0 ? "+" + formatBytes(gain) + " against " + formatBytes(site.noiseBytes) : "exact profiles");
    check(finding, "blame_share", share >= 0.1, formatPercent(share));
    addCostEvidence(finding, context);
    if (!pods || pods->says != PodsSay::Flat) {
        LeakBounds bounds = pods ? boundsOf(*pods, share) : LeakBounds {};
        bounds.processShare =
            finding.isRateOfPods ? 1 : site.processShare; // that of the pods is the mean of all of them already
        priceLeak(finding, context, rate, bounds);
    }
    addCommonChecks(finding, context);
    addLeakActions(finding, site.site);
    closeConfidence(finding);
    return finding;
}

/// Pods that grow, and no profile that says where.
Finding usageLeak(const FindingContext& context, const PodEvidence& usage)
{
    Site container;
    container.function = "container " + usage.usage->container;
    container.module = usage.usage->workload;
    Finding finding = startFinding(FindingKind::Leak, context.service.name, container);
    const UsageTrend& trend = *usage.trend;
    finding.growthBytesPerHour = trend.bytesPerHourPerPod;
    finding.isRateOfPods = true;
    finding.growthLow = trend.low;
    finding.growthHigh = trend.high;
    finding.title = findingTitle(
        "Memory", "grows " + formatBytesPerHour(trend.bytesPerHourPerPod) + " per pod", context.service.name);
    if (!usage.usage->times.empty()) {
        finding.range = TimeRange { usage.usage->times.front(), usage.usage->times.back() };
    }
    addUsageEvidence(finding, context, usage);
    check(finding, "duration", trend.hours >= 24, formatSpan(Span { static_cast<std::int64_t>(trend.hours * 3.6e12) }));
    check(finding, "fit", trend.pValue < 0.01, "p = " + inFigures(trend.pValue));
    check(finding, "blame_share", false, "no profile names the code");
    if (context.service.growth) {
        why(finding, "the profiled heap does not leak: the growth is outside of it, or in another process",
            EvidenceView::Timeline, "chart");
    }
    addLimit(finding, usage, trend.bytesPerHourPerPod);
    priceLeak(finding, context, { trend.bytesPerHourPerPod, trend.low, trend.high }, boundsOf(usage, 1));
    addCommonChecks(finding, context);
    finding.actions.emplace_back("Take heap profiles of one pod, some hours apart (12 or more), and add them here");
    closeConfidence(finding);
    return finding;
}

/// The same place leaks in several series or recordings: one finding, of the one that saw most.
void addLeaksOf(std::vector<Finding>& out, const FindingContext& context)
{
    const double growth = leakedPerHour(*context.growth);
    const std::optional<PodEvidence> pods =
        podEvidence(context.analysis, context.service, *context.growth, context.isRelative);
    for (const SiteGrowth& site : context.growth->sites) {
        if (site.growthClass != GrowthClass::Leak || growth <= 0) {
            continue;
        }
        if (Finding* known = findingAt(out, context, site.site)) {
            why(*known, "leaks " + formatBytesPerHour(site.bytesPerHour) + " in the recording " + context.source,
                EvidenceView::Sources, "recording");
        } else {
            out.push_back(profileLeak(context, site, site.bytesPerHour / growth, pods));
        }
    }
}

} // namespace

void addLeakFindings(std::vector<Finding>& out, const FindingContext& context)
{
    const std::size_t before = out.size();
    for (const FindingContext& one : growthContexts(context)) {
        addLeaksOf(out, one);
    }
    if (out.size() > before) {
        return;
    }
    const std::optional<PodEvidence> pods = podEvidence(context.analysis, context.service, {}, false);
    if (pods && pods->trend->isGrowing) {
        out.push_back(usageLeak(context, *pods));
    }
}

} // namespace heaptoll
