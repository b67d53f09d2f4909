// SPDX-License-Identifier: Apache-2.0
// The decision table of growth: leak, cache, churn, steady, or too thin to tell.
#include "core/analysis/growth_verdict.h"

#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace heaptoll {
namespace {

/// Below this many points a shape (plateau, saw-tooth, warm-up) cannot be told from a leak that pauses.
constexpr std::size_t kPointsForShape = 30;
constexpr std::size_t kPointsForTrend = 5;

struct Tests {
    double floor = 0; ///< gain below it is noise or not worth a word
    bool isSignificant = false;
    bool isAboveFloor = false;
    bool grewLate = false; ///< still growing in the second half and the last third
    bool fellBack = false;
    bool isStep = false;
    bool isOverwhelming = false;
};

Tests runTests(const GrowthShape& shape, const GrowthContext& context)
{
    constexpr double kSecondHalfShare = 0.12; // a logarithm gains 17 % there, a plateau nothing
    constexpr double kLastThirdShare = 0.04;
    constexpr double kDrawDownShare = 0.4;
    constexpr double kStepShare = 0.6;
    Tests tests;
    tests.floor = std::max({ 2 * shape.noise.sigma, context.options.minShareOfHeap * context.heapBytes,
        context.options.minBytesPerHour * shape.hours });
    tests.isSignificant = shape.trend.pValue <= context.pThreshold && shape.trend.s > 0 && shape.fit.low > 0;
    tests.isAboveFloor = shape.gain > tests.floor;
    tests.grewLate
        = shape.secondHalfGain > kSecondHalfShare * shape.gain && shape.lastThirdGain > kLastThirdShare * shape.gain;
    tests.fellBack = shape.drawDown > kDrawDownShare;
    tests.isStep = shape.largestStepShare > kStepShare;
    const std::size_t n = shape.end - shape.begin;
    tests.isOverwhelming = n >= kPointsForTrend && shape.drawDown <= 0 && shape.rSquared > 0.95
        && shape.largestStepShare < 0.5 && shape.gain > 3 * tests.floor;
    return tests;
}

void set(SiteGrowth& site, GrowthClass growthClass, std::string reason)
{
    site.growthClass = growthClass;
    site.reason = std::move(reason);
}

std::string inWords(const GrowthShape& shape)
{
    return "+" + formatBytes(shape.gain) + " over " + std::to_string(shape.end - shape.begin) + " profiles";
}

/// How many more profiles at the same distance would lift the gain over the noise, or show the shape.
std::size_t moreNeeded(const GrowthShape& shape, const Tests& tests)
{
    const auto n = static_cast<double>(shape.end - shape.begin);
    double wanted = shape.end - shape.begin < kPointsForShape ? static_cast<double>(kPointsForShape) : 2 * n;
    if (!tests.isAboveFloor && shape.gain > 0) {
        wanted = std::max(wanted, n * tests.floor / shape.gain);
    }
    return static_cast<std::size_t>(std::clamp(std::ceil(wanted - n), 1.0, 1000.0));
}

void setUndecided(SiteGrowth& site, const GrowthShape& shape, const Tests& tests, std::string reason)
{
    site.moreProfilesNeeded = moreNeeded(shape, tests);
    set(site, GrowthClass::Undecided,
        std::move(reason) + "; collect " + std::to_string(site.moreProfilesNeeded) + " more profiles");
}

bool isChurn(const SiteGrowth& site, const GrowthShape& shape, const GrowthContext& context)
{
    constexpr double kKeptShare = 0.02;
    constexpr double kShareOfAllocations = 0.05;
    const double allocated = site.allocatedBytesPerHour * shape.hours;
    return site.survivalRatio < kKeptShare && allocated > kShareOfAllocations * context.allocatedBytes
        && allocated > 10 * std::max(shape.peakLevel, 1.0);
}

/// A rise that the shape tests call no leak.
void judgeRejected(SiteGrowth& site, const GrowthShape& shape, const Tests& tests)
{
    const std::size_t n = shape.end - shape.begin;
    if (n < kPointsForShape) {
        setUndecided(site, shape, tests, inWords(shape) + ", but it pauses, steps or falls back");
    } else if (tests.isStep) {
        set(site, GrowthClass::Steady, "one step of " + formatPercent(shape.largestStepShare) + " of the growth, level since");
    } else if (tests.fellBack) {
        set(site, GrowthClass::Cache, "grows and is cut back: fell by " + formatPercent(shape.drawDown) + " of its range");
    } else {
        set(site, GrowthClass::Cache, "grew and levelled off: the last third gained " + formatBytes(shape.lastThirdGain));
    }
}

/// A short series that is not significant, though it points upwards.
bool isThinButGrowing(const GrowthShape& shape, const Tests& tests)
{
    const std::size_t n = shape.end - shape.begin;
    return n < kPointsForShape && shape.gain > 0 && tests.isAboveFloor;
}

} // namespace

void judge(SiteGrowth& site, const GrowthShape& shape, const GrowthContext& context)
{
    const std::size_t n = shape.end - shape.begin;
    if (n < 2) {
        set(site, site.liveBytes > 0 ? GrowthClass::Retained : GrowthClass::Steady,
            site.liveBytes > 0 ? "live at the only profile" : "nothing live");
        return;
    }
    const Tests tests = runTests(shape, context);
    const bool looksLikeLeak = tests.isAboveFloor && tests.grewLate && !tests.fellBack && !tests.isStep;
    if (looksLikeLeak && n >= kPointsForTrend && (tests.isSignificant || tests.isOverwhelming)) {
        set(site, GrowthClass::Leak, "grows steadily: " + inWords(shape) + ", still in the last third");
        return;
    }
    if (tests.isSignificant && tests.isAboveFloor) {
        judgeRejected(site, shape, tests);
        return;
    }
    if (isChurn(site, shape, context)) {
        set(site, GrowthClass::Churn,
            formatBytesPerHour(site.allocatedBytesPerHour) + " allocated, " + formatPercent(site.survivalRatio) + " kept");
        return;
    }
    if (isThinButGrowing(shape, tests) || (tests.isSignificant && shape.gain > 0 && 2 * shape.noise.sigma > 0)) {
        setUndecided(site, shape, tests,
            tests.isAboveFloor ? inWords(shape) + ", not yet beyond chance" : inWords(shape) + ", within the sampling noise");
        return;
    }
    if (tests.fellBack && shape.peakLevel > tests.floor && shape.drawDown > 0.6) {
        set(site, GrowthClass::Cache, "rises and falls within " + formatBytes(shape.peakLevel));
        return;
    }
    set(site, GrowthClass::Steady, "no growth beyond noise");
}

} // namespace heaptoll
