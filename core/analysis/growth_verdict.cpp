// SPDX-License-Identifier: Apache-2.0
// The decision table of growth: leak, cache, churn, steady, or too thin to tell.
#include "core/analysis/growth_verdict.h"

#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace heaptoll {
namespace {

constexpr std::size_t kPointsForTrend = 5;

struct Tests {
    double worthFloor = 0; ///< gain below it is not worth a word
    double floor = 0; ///< gain below it is noise as well
    bool pointsUp = false; ///< a trend at the usual 5 %
    bool isSignificant = false;
    bool isAboveFloor = false;
    bool grewLate = false; ///< still growing in the second half and the last third
    bool slowsDown = false;
    bool levelledOff = false; ///< shown, not merely not refuted
    bool hadGrown = false; ///< the first half went up by more than noise
    bool fellBack = false;
    bool isStep = false;
    bool isOverwhelming = false;
    bool onlyRises = false; ///< too few points for a trend, and each is above the one before
};

/// Growth at even a quarter of the rate before is excluded: as strong a claim as that of a leak, so that few points or
/// much noise make neither.
bool isLevel(const LateGrowth& late)
{
    constexpr double kAtMost = 0.25;
    return late.points > 0 && late.high < kAtMost * late.expected;
}

Tests runTests(const GrowthShape& shape, const GrowthContext& context)
{
    constexpr double kSecondHalfShare = 0.12; // a logarithm gains 17 % there, a plateau nothing
    constexpr double kSlowsDownShare = 0.3; // a straight line gains half
    constexpr double kLastThirdShare = 0.04;
    constexpr double kDrawDownShare = 0.4;
    constexpr double kStepShare = 0.6;
    Tests tests;
    tests.worthFloor =
        std::max(context.options.minShareOfHeap * context.heapBytes, context.options.minBytesPerHour * shape.hours);
    tests.floor = std::max(2 * shape.noise.sigma, tests.worthFloor);
    tests.pointsUp = shape.trend.pValue <= 0.05 && shape.trend.s > 0;
    tests.isSignificant = shape.trend.pValue <= context.pThreshold && shape.trend.s > 0 && shape.fit.low > 0;
    tests.isAboveFloor = shape.gain > tests.floor;
    tests.grewLate = shape.secondHalfShare > kSecondHalfShare && shape.lastThirdShare > kLastThirdShare
        && (shape.lastHalf.points == 0 || shape.lastHalf.low > 0);
    tests.slowsDown = shape.secondHalfShare < kSlowsDownShare;
    tests.levelledOff = isLevel(shape.lastHalf) || isLevel(shape.lastThird);
    tests.hadGrown = shape.peakLevel - shape.firstLevel > tests.floor && shape.trend.s > 0;
    tests.fellBack = shape.drawDown > kDrawDownShare;
    tests.isStep = shape.largestStepShare > kStepShare;
    const std::size_t n = shape.end - shape.begin;
    tests.isOverwhelming = n >= kPointsForTrend && shape.drawDown <= 0 && shape.rSquared > 0.95
        && shape.largestStepShare < 0.5 && shape.gain > 3 * tests.floor;
    tests.onlyRises = n >= 2 && n < kPointsForTrend && shape.trend.s > 0 && shape.drawDown <= 0;
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
    double wanted = shape.points < kPointsForShape ? static_cast<double>(kPointsForShape) : 2 * n;
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

std::string levelInWords(const GrowthShape& shape)
{
    const LateGrowth& late = isLevel(shape.lastHalf) ? shape.lastHalf : shape.lastThird;
    return std::string("grew to ") + formatBytes(shape.peakLevel) + " and levelled off: the last "
        + (isLevel(shape.lastHalf) ? "half" : "third") + " gained at most " + formatBytes(late.high) + " where "
        + formatBytes(late.expected) + " was to come";
}

/// A rise that the shape tests call no leak.
void judgeRejected(SiteGrowth& site, const GrowthShape& shape, const Tests& tests)
{
    const bool isLong = shape.points >= kPointsForShape;
    if (tests.levelledOff && tests.isStep) {
        set(site, GrowthClass::Steady,
            "one step of " + formatPercent(shape.largestStepShare) + " of its range, level since");
    } else if (tests.levelledOff) {
        set(site, GrowthClass::Cache, levelInWords(shape));
    } else if (tests.fellBack && isLong) {
        set(site, GrowthClass::Cache,
            "grows and is cut back: fell by " + formatPercent(shape.drawDown) + " of its range");
    } else {
        setUndecided(site, shape, tests,
            inWords(shape) + (tests.slowsDown ? ", but it slows down" : ", but it pauses, steps or falls back"));
    }
}

/// Grows as far as one can see, but too few points or too much noise to say so.
bool isThin(const GrowthShape& shape, const Tests& tests)
{
    const bool isShort = shape.points < kPointsForShape;
    const bool isNoisy = shape.gain <= 2 * shape.noise.sigma;
    return tests.pointsUp && shape.gain > tests.worthFloor && (isShort || (isNoisy && tests.grewLate));
}

bool looksLikeLeak(const GrowthShape& shape, const Tests& tests)
{
    const bool levelsOff = tests.levelledOff || (shape.points < kPointsForShape && tests.slowsDown);
    return tests.isAboveFloor && tests.grewLate && !tests.fellBack && !tests.isStep && !levelsOff
        && shape.end - shape.begin >= kPointsForTrend && (tests.isSignificant || tests.isOverwhelming);
}

} // namespace

void judge(SiteGrowth& site, const GrowthShape& shape, const GrowthContext& context)
{
    if (shape.end - shape.begin < 2) {
        return set(site, site.liveBytes > 0 ? GrowthClass::Retained : GrowthClass::Steady,
            site.liveBytes > 0 ? "live at the only profile" : "nothing live");
    }
    const Tests tests = runTests(shape, context);
    if (looksLikeLeak(shape, tests)) {
        return set(site, GrowthClass::Leak, "grows steadily: " + inWords(shape) + ", still in the last third");
    }
    if ((tests.isSignificant && tests.isAboveFloor) || (tests.pointsUp && tests.hadGrown && tests.levelledOff)) {
        return judgeRejected(site, shape, tests);
    }
    if (isThin(shape, tests)) {
        return setUndecided(site, shape, tests,
            inWords(shape) + (tests.isAboveFloor ? ", not yet beyond chance" : ", within the sampling noise"));
    }
    if (isChurn(site, shape, context)) {
        return set(site, GrowthClass::Churn,
            formatBytesPerHour(site.allocatedBytesPerHour) + " allocated, " + formatPercent(site.survivalRatio)
                + " kept");
    }
    if (tests.onlyRises && tests.isAboveFloor) {
        return setUndecided(site, shape, tests, inWords(shape) + ", too few to tell");
    }
    if (tests.fellBack && shape.drawDown > 0.6 && shape.peakLevel > tests.floor) {
        return set(site, GrowthClass::Cache, "rises and falls within " + formatBytes(shape.peakLevel));
    }
    if (tests.pointsUp && tests.hadGrown) {
        return judgeRejected(site, shape, tests);
    }
    set(site, GrowthClass::Steady, "no growth beyond noise");
}

} // namespace heaptoll
