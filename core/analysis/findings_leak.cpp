// SPDX-License-Identifier: Apache-2.0
// Leaks: named by profiles, by the working sets of pods, or both. Formulas: FINDINGS.md "Leak".
#include "core/analysis/findings_builder.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr double kMinOneSiteShare = 0.001;

/// The fastest growing workload of a service.
struct GrowingUsage {
    const WorkloadUsage* usage = nullptr;
    const UsageTrend* trend = nullptr;
    const SizingAdvice* advice = nullptr;
};

std::optional<GrowingUsage> growingUsage(const FindingContext& context)
{
    std::optional<GrowingUsage> best;
    const ServiceView& service = context.service;
    for (std::size_t i = 0; i < service.trends.size(); ++i) {
        const UsageTrend& trend = service.trends[i];
        if (trend.isGrowing && (!best || trend.bytesPerHourPerPod > best->trend->bytesPerHourPerPod)) {
            best = GrowingUsage { &context.analysis.workloads[service.workloads[i]], &trend, &service.sizing[i] };
        }
    }
    return best;
}

/// Growth of one process that a finding answers for. Units: bytes per hour.
struct Rate {
    double bytesPerHour = 0;
    double low = 0;
    double high = 0;
};

/// Mean leaked bytes of a process over a month: half of what a run gathers, at most what its limit lets it.
double meanLeaked(const FindingContext& context, double bytesPerHour, std::optional<double> limit)
{
    const double month = context.analysis.options.hoursPerMonth;
    const double run = context.restarts && context.meanRunHours > 0 ? std::min(month, context.meanRunHours) : month;
    const double mean = bytesPerHour * run / 2;
    return limit ? std::min(mean, *limit) : mean;
}

/// processShare: of the replicas, those that leak here.
void addMoney(
    Finding& finding, const FindingContext& context, const Rate& rate, std::optional<double> limit, double processShare)
{
    const double month = context.analysis.options.hoursPerMonth;
    const bool isSawTooth = context.restarts && context.meanRunHours > 0 && context.meanRunHours < month;
    finding.howComputed = formatBytesPerHour(rate.bytesPerHour) + " x "
        + inFigures(isSawTooth ? context.meanRunHours : month) + " h / 2 ("
        + (isSawTooth ? "saw-tooth: run of a pod between restarts, weighted by time"
                      : "growth over a month, no restart seen")
        + (limit ? ", at most the limit" : "") + ") x " + inFigures(context.replicas) + " replicas"
        + (processShare < 1 ? " x " + inFigures(processShare) + " of the processes leak" : "");
    const auto gib = [&](double bytesPerHour) {
        return meanLeaked(context, std::max(0.0, bytesPerHour), limit) * context.replicas * processShare / kGib;
    };
    const GibBand band { gib(rate.bytesPerHour), gib(rate.low), gib(rate.high) };
    priceMemory(finding, context, band, context.isMemoryBilled ? SavingKind::SavesNow : SavingKind::AvoidsGrowth);
}

void addLimit(Finding& finding, const GrowingUsage& usage, double bytesPerHour)
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

void addUsageEvidence(Finding& finding, const FindingContext& context, const GrowingUsage& usage)
{
    why(finding, "its pods grow " + formatBytesPerHour(usage.trend->bytesPerHourPerPod) + " each between restarts",
        EvidenceView::Usage, "usage", finding.isRelative ? std::nullopt : finding.range);
    if (const OomKills kills = oomKills(context); kills.count > 0) {
        why(finding, std::to_string(kills.count) + (kills.count == 1 ? " OOM kill" : " OOM kills"), EvidenceView::Usage,
            "kills", kills.around());
    }
    check(finding, "usage", true, "pods grow " + formatBytesPerHour(usage.trend->bytesPerHourPerPod));
}

/// Checks of duration and samples; the most that the confidence may be.
ConfidenceLevel addSeriesChecks(Finding& finding, const FindingContext& context, const GrowthReport& growth)
{
    const AnalysisOptions& options = context.analysis.options;
    const double seconds = growth.hours * 3600;
    const bool isLong = seconds >= options.minHighSeconds;
    const bool isMany = growth.points >= options.minHighSamples;
    const Span span { static_cast<std::int64_t>(seconds * 1e9) };
    check(finding, "duration", isLong, formatSpan(span));
    check(finding, "samples", isMany, std::to_string(growth.points) + " profiles");
    if (!isLong && seconds > 0) {
        const double times = options.hoursPerMonth * 3600 / seconds;
        why(finding, "measured " + formatSpan(span) + ", extrapolated x" + formatCount(std::round(times)),
            EvidenceView::Sources, "placement");
    }
    return isLong && isMany ? ConfidenceLevel::High : ConfidenceLevel::Low;
}

/// A start-up that ends after the last profile looks like a leak. What rules it out: a long series, growth that began
/// later or came back after a restart, or pods that grow for days.
ConfidenceLevel checkWarmUp(Finding& finding, const SiteGrowth& site, const GrowthReport& growth, bool podsGrow)
{
    const bool isRuledOut = !site.mayBeWarmUp || podsGrow;
    check(finding, "warm_up", isRuledOut,
        isRuledOut ? std::string("is no start-up")
                   : "grows since the first of " + std::to_string(growth.points)
                + " profiles, a long start-up would, too: at most medium");
    return isRuledOut ? ConfidenceLevel::High : ConfidenceLevel::Medium;
}

/// Of several processes most should leak at the same place; one of many may be chance.
ConfidenceLevel checkProcesses(Finding& finding, const SiteGrowth& site)
{
    constexpr double kMost = 0.5;
    if (site.processes.empty()) {
        return ConfidenceLevel::High;
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
        std::to_string(leaking) + " of " + std::to_string(site.processes.size()) + " processes leak here"
            + (isCommon ? "" : ": at most medium"));
    return isCommon ? ConfidenceLevel::High : ConfidenceLevel::Medium;
}

/// Pods and profiled heap have to tell the same story. Then the site's own slope is the rate (it is what `growth` shows),
/// and the range covers the pods' share of it, too. Where they do not, the pods' rate counts: it is what is paid for.
ConfidenceLevel chooseRate(
    Finding& finding, Rate& rate, const SiteGrowth& site, double share, const GrowingUsage& usage)
{
    constexpr double kAlike = 3;
    const UsageTrend& trend = *usage.trend;
    const double heapRate = site.bytesPerHour / std::max(share, kMinOneSiteShare);
    const double ratio = trend.bytesPerHourPerPod / std::max(1.0, heapRate);
    const bool isAlike = ratio < kAlike && ratio > 1 / kAlike;
    check(finding, "same_rate", isAlike,
        "usage grows x" + inFigures(ratio) + " the profiled heap" + (isAlike ? "" : ": at most medium"));
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
    return isAlike ? ConfidenceLevel::High : ConfidenceLevel::Medium;
}

/// What the bill shows of it: a rise that began while it leaks.
void addCostEvidence(Finding& finding, const FindingContext& context)
{
    for (const AnomalyEvent& event : context.service.anomalies) {
        const bool isRise = event.kind == AnomalyKind::Ramp || event.kind == AnomalyKind::LevelShift;
        if (isRise && event.impact > 0 && !finding.isRelative) {
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
    const FindingContext& context, const SiteGrowth& site, double share, const std::optional<GrowingUsage>& usage)
{
    const GrowthReport& growth = *context.growth;
    Finding finding = startFinding(FindingKind::Leak, context.service.name, site.site);
    finding.stack = site.stack;
    finding.liveBytes = site.liveBytes;
    Rate rate { site.bytesPerHour, site.low, site.high };
    const Instant first = growth.times.front();
    const Instant onset { first.ns + static_cast<std::int64_t>(site.onsetHours * 3.6e12) };
    finding.isRelative = context.isRelative;
    finding.range = TimeRange { onset, { growth.times.back().ns + 1 } };
    why(finding, site.reason, EvidenceView::Timeline, "chart", finding.range);
    why(finding, formatPercent(share) + " of the heap's growth is here", EvidenceView::Flame, "flame", finding.range);
    if (!context.source.empty()) {
        why(finding, "measured in the recording " + context.source, EvidenceView::Sources, "recording");
    }
    if (site.wrapper) {
        why(finding, "allocated through " + site.wrapper->function + ", which does not keep what its other callers get",
            EvidenceView::Flame, "flame", finding.range);
    }
    ConfidenceLevel atMost = ConfidenceLevel::High;
    if (usage) {
        addLimit(finding, *usage, usage->trend->bytesPerHourPerPod);
        addUsageEvidence(finding, context, *usage);
        atMost = chooseRate(finding, rate, site, share, *usage);
    }
    finding.growthLow = rate.low;
    finding.growthHigh = rate.high;
    finding.growthBytesPerHour = rate.bytesPerHour;
    finding.title =
        findingTitle(site.site.function, "leaks " + formatBytesPerHour(rate.bytesPerHour), context.service.name);
    atMost = std::min(atMost, addSeriesChecks(finding, context, growth));
    atMost = std::min(atMost, checkWarmUp(finding, site, growth, usage.has_value()));
    atMost = std::min(atMost, checkProcesses(finding, site));
    check(finding, "fit", site.pValue < 0.01, "p = " + inFigures(site.pValue));
    const double gain = static_cast<double>(site.lastBytes - site.firstBytes);
    check(finding, "noise", gain > 2 * site.noiseBytes,
        site.noiseBytes > 0 ? "+" + formatBytes(gain) + " against " + formatBytes(site.noiseBytes) : "exact profiles");
    check(finding, "blame_share", share >= 0.1, formatPercent(share));
    addCostEvidence(finding, context);
    // that of the pods is the mean of all of them already
    addMoney(finding, context, rate, usage ? usage->advice->limitBytes : std::nullopt,
        finding.isRateOfPods ? 1 : site.processShare);
    addCommonChecks(finding, context);
    addLeakActions(finding, site.site);
    closeConfidence(finding, atMost);
    return finding;
}

/// Pods that grow, and no profile that says where.
Finding usageLeak(const FindingContext& context, const GrowingUsage& usage)
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
        finding.range = TimeRange { usage.usage->times.front(), { usage.usage->times.back().ns + 1 } };
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
    addMoney(finding, context, { trend.bytesPerHourPerPod, trend.low, trend.high }, usage.advice->limitBytes, 1);
    addCommonChecks(finding, context);
    finding.actions.emplace_back("Take heap profiles of one pod, some hours apart (12 or more), and add them here");
    closeConfidence(finding);
    return finding;
}

/// The same place leaks in several series or recordings: one finding, of the one that saw most.
void addLeaksOf(std::vector<Finding>& out, const FindingContext& context, const std::optional<GrowingUsage>& usage)
{
    double growth = 0;
    for (const SiteGrowth& site : context.growth->sites) {
        growth += site.growthClass == GrowthClass::Leak ? site.bytesPerHour : 0;
    }
    for (const SiteGrowth& site : context.growth->sites) {
        if (site.growthClass != GrowthClass::Leak || growth <= 0) {
            continue;
        }
        if (Finding* known = findingAt(out, context, site.site)) {
            why(*known, "leaks " + formatBytesPerHour(site.bytesPerHour) + " in the recording " + context.source,
                EvidenceView::Sources, "recording");
        } else {
            out.push_back(profileLeak(context, site, site.bytesPerHour / growth, usage));
        }
    }
}

} // namespace

void addLeakFindings(std::vector<Finding>& out, const FindingContext& context)
{
    const std::optional<GrowingUsage> usage = growingUsage(context);
    const std::size_t before = out.size();
    for (const FindingContext& one : growthContexts(context)) {
        addLeaksOf(out, one, usage);
    }
    if (out.size() == before && usage) {
        out.push_back(usageLeak(context, *usage));
    }
}

} // namespace heaptoll
