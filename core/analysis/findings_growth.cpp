// SPDX-License-Identifier: Apache-2.0
// What is no leak but worth a look: caches, churn, memory left at the end of a recording. Formulas: FINDINGS.md.
#include "core/analysis/findings_builder.h"
#include "core/base/text_format.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr double kLargeShare = 0.1; ///< of the heap, for a cache
constexpr std::size_t kMostPerKind = 5; ///< of a service

double peakOf(const SiteGrowth& site)
{
    return site.bytesAt.empty() ? 0 : *std::ranges::max_element(site.bytesAt);
}

Finding start(FindingKind kind, const FindingContext& context, const SiteGrowth& site)
{
    Finding finding = startFinding(kind, context.service.name, site.site);
    finding.stack = site.stack;
    finding.liveBytes = site.liveBytes;
    const GrowthReport& growth = *context.growth;
    finding.isRelative = context.isRelative;
    finding.range = TimeRange { growth.times.front(), growth.times.back() };
    why(finding, site.reason, EvidenceView::Timeline, "chart", finding.range);
    if (!context.source.empty()) {
        why(finding, "measured in the recording " + context.source, EvidenceView::Sources, "recording");
    }
    check(finding, "samples", growth.points >= context.analysis.options.minHighSamples,
        std::to_string(growth.points) + " profiles", ConfidenceLevel::Low);
    const bool isLong = growth.hours * 3600 >= context.analysis.options.minHighSeconds;
    check(finding, "duration", isLong, formatSpan(Span { static_cast<std::int64_t>(growth.hours * 3.6e12) }),
        ConfidenceLevel::Low);
    return finding;
}

Finding cache(const FindingContext& context, const SiteGrowth& site, double heap)
{
    Finding finding = start(FindingKind::UnboundedCache, context, site);
    const double peak = peakOf(site);
    finding.title = findingTitle(site.site.function, "holds up to " + formatBytes(peak), context.service.name);
    check(finding, "share", peak > 0.25 * heap, formatPercent(heap > 0 ? peak / heap : 0) + " of the heap");
    const double gib = peak * context.replicas / kGib;
    finding.howComputed = formatBytes(peak) + " at its peak x " + replicasInWords(context);
    priceMemory(finding, context, { gib, 0, gib }, SavingKind::FreesCapacity);
    checkReplicas(finding, context);
    addCommonChecks(finding, context);
    finding.actions.emplace_back("Check that it has a bound and that the bound is worth its memory");
    closeConfidence(finding);
    finding.isWeak = peak <= 0.25 * heap;
    return finding;
}

Finding churn(const FindingContext& context, const SiteGrowth& site)
{
    Finding finding = start(FindingKind::Churn, context, site);
    finding.title = findingTitle(
        site.site.function, "churns " + formatBytesPerHour(site.allocatedBytesPerHour), context.service.name);
    finding.costReason = "churn costs CPU and garbage collection, not memory";
    finding.howComputed = "allocated between the first and the last profile over the time between them";
    addCommonChecks(finding, context);
    finding.isWeak = site.allocatedBytesPerHour < context.analysis.options.minBytesPerHour;
    finding.actions.emplace_back("Reuse the buffer, or allocate once outside of the loop");
    closeConfidence(finding);
    return finding;
}

Finding retained(const FindingContext& context, const SiteGrowth& site)
{
    Finding finding = start(FindingKind::Retained, context, site);
    finding.title = findingTitle(
        site.site.function, "left " + formatBytes(static_cast<double>(site.liveBytes)), context.service.name);
    finding.costReason = "one recording tells no rate: a series does";
    check(finding, "fit", false, "no series");
    addCommonChecks(finding, context);
    finding.actions.emplace_back("Record twice as long: what doubles is a leak, what stays is a start-up cost");
    closeConfidence(finding, ConfidenceLevel::Low);
    return finding;
}

/// "18 more profiles at the same distance (about 5 d)".
std::string moreInWords(const GrowthReport& growth, std::size_t more)
{
    std::string text = std::to_string(more) + (more == 1 ? " more profile" : " more profiles");
    if (growth.times.size() > 1 && growth.hours > 0) {
        const double hours = growth.hours / static_cast<double>(growth.times.size() - 1) * static_cast<double>(more);
        text += " at the same distance (about " + formatSpan(Span { static_cast<std::int64_t>(hours * 3.6e12) }) + ")";
    }
    return text;
}

/// Grows, but the data is too thin to call it a leak: a weak signal with what to collect, and without a price.
Finding undecided(const FindingContext& context, const SiteGrowth& site)
{
    Finding finding = start(FindingKind::Leak, context, site);
    const bool hasRate = context.growth->rateUnit == RateUnit::Hour;
    if (hasRate) {
        finding.growthBytesPerHour = site.bytesPerHour;
        finding.growthLow = site.low;
        finding.growthHigh = site.high;
    }
    finding.title = findingTitle(site.site.function,
        hasRate ? "may leak " + formatBytesPerHour(site.bytesPerHour) : std::string("may leak, rate unknown"),
        context.service.name);
    finding.costReason = "not certain to grow on, so nothing is priced";
    check(finding, "fit", false, "undecided, p = " + inFigures(site.pValue));
    addCommonChecks(finding, context);
    finding.isWeak = true;
    finding.isUndecided = true;
    finding.actions.push_back(hasRate
            ? "Collect " + moreInWords(*context.growth, site.moreProfilesNeeded) + ", then analyse all of them"
            : std::string("Collect profiles at different times, then analyse all of them"));
    closeConfidence(finding, ConfidenceLevel::Low);
    return finding;
}

/// How many of a kind a service has got already.
struct Counts {
    std::size_t churns = 0;
    std::size_t leftovers = 0;
    std::size_t doubts = 0;
};

void addClassesOf(std::vector<Finding>& out, const FindingContext& context, Counts& counts)
{
    const GrowthReport& growth = *context.growth;
    if (growth.liveBytesAt.empty()) {
        return;
    }
    const double heap = *std::ranges::max_element(growth.liveBytesAt);
    for (const SiteGrowth& site : growth.sites) {
        if (findingAt(out, context, site.site) != nullptr) {
            continue; // another series or recording has said more of it
        }
        if (site.growthClass == GrowthClass::Cache && peakOf(site) > kLargeShare * heap) {
            out.push_back(cache(context, site, heap));
        } else if (site.growthClass == GrowthClass::Churn && ++counts.churns <= kMostPerKind) {
            out.push_back(churn(context, site));
        } else if (site.growthClass == GrowthClass::Retained && ++counts.leftovers <= kMostPerKind
            && static_cast<double>(site.liveBytes) > 0.01 * heap) {
            out.push_back(retained(context, site));
        } else if (site.growthClass == GrowthClass::Undecided && ++counts.doubts <= kMostPerKind) {
            out.push_back(undecided(context, site));
        }
    }
}

} // namespace

void addGrowthClassFindings(std::vector<Finding>& out, const FindingContext& context)
{
    Counts counts;
    for (const FindingContext& one : growthContexts(context)) {
        addClassesOf(out, one, counts);
    }
}

} // namespace heaptoll
