// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/statistics.h"
#include "tests/support/check.h"

#include <algorithm>
#include <random>

using namespace heaptoll;

namespace {

std::vector<double> ramp(std::size_t n, double slope, double start)
{
    std::vector<double> y;
    for (std::size_t i = 0; i < n; ++i) {
        y.push_back(start + slope * static_cast<double>(i));
    }
    return y;
}

} // namespace

TEST(medianOfOddAndEvenCounts)
{
    CHECK_EQ(median({ 3 }), 3.0);
    CHECK_EQ(median({ 4, 1 }), 2.5);
    CHECK_EQ(median({ 9, 1, 5 }), 5.0);
    CHECK_EQ(median({ 4, 1, 3, 2 }), 2.5);
}

TEST(quantileInterpolatesAsType7)
{
    CHECK_NEAR(quantile({ 1, 2, 3, 4 }, 0.25), 1.75, 1e-12);
    CHECK_NEAR(quantile({ 4, 3, 2, 1 }, 0.95), 3.85, 1e-12);
    CHECK_EQ(quantile({ 2, 1 }, 0), 1.0);
    CHECK_EQ(quantile({ 2, 1 }, 1), 2.0);
}

TEST(nearestRankTakesAnExistingValue)
{
    std::vector<double> hundred;
    for (int i = 1; i <= 100; ++i) {
        hundred.push_back(i);
    }
    for (int percent = 1; percent <= 100; ++percent) {
        CHECK_EQ(nearestRank(hundred, percent / 100.0), static_cast<double>(percent));
    }
    CHECK_EQ(nearestRank({ 5, 1, 3 }, 0.95), 5.0);
    CHECK_EQ(nearestRank({ 5, 1, 3 }, 0), 1.0);
}

TEST(theilSenFindsAnExactLineAndIgnoresOutliers)
{
    const std::vector<double> x = ramp(50, 0.5, 10);
    std::vector<double> y = ramp(50, 3, -7);
    const TheilSenFit exact = theilSen(x, y, {});
    CHECK_NEAR(exact.slope, 6, 1e-9);
    CHECK_NEAR(exact.intercept, -67, 1e-9);
    for (std::size_t i = 0; i < 10; ++i) {
        y[i * 5] = 1e9;
    }
    CHECK_NEAR(theilSen(x, y, {}).slope, 6, 1e-6);
}

TEST(theilSenKeepsSegmentsApart)
{
    std::vector<double> x = ramp(60, 1, 0);
    std::vector<double> y;
    for (std::size_t i = 0; i < 60; ++i) {
        y.push_back(static_cast<double>(i % 20) * 2 + 100); // a saw: +2 per step, cut back every 20
    }
    const std::vector<std::size_t> starts { 0, 20, 40 };
    CHECK_NEAR(theilSen(x, y, starts).slope, 2, 1e-9);
    CHECK(theilSen(x, y, {}).slope < 1);
    CHECK(mannKendall(y, starts).pValue < 1e-10);
}

TEST(theilSenMatchesAnIntervalWorkedByHand)
{
    // 45 slopes, var(S) = (10*9*25 - 2*1*9) / 18 = 124, C = 1.96 * 11.14 = 21.83: the 11th and the 35th slope.
    const std::vector<double> x { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    const std::vector<double> y { 2, 3, 3, 5, 7, 6, 8, 9, 10, 12 };
    const TheilSenFit fit = theilSen(x, y, {});
    CHECK_NEAR(fit.slope, 1.0, 1e-12);
    CHECK_NEAR(fit.low, 1.0, 1e-12);
    CHECK_NEAR(fit.high, 4.0 / 3, 1e-12);
}

TEST(theilSenIntervalCoversTheTruthAboutNineteenTimesInTwenty)
{
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 5);
    int covered = 0;
    for (int round = 0; round < 400; ++round) {
        std::vector<double> y = ramp(30, 0.4, 0);
        for (double& value : y) {
            value += noise(random);
        }
        const TheilSenFit fit = theilSen(ramp(30, 1, 0), y, {});
        covered += fit.low <= 0.4 && 0.4 <= fit.high ? 1 : 0;
    }
    CHECK(covered >= 368); // 92 %
    CHECK(covered <= 396); // 99 %
}

TEST(theilSenSampledPairsAgreeWithTheTruthAndAreRepeatable)
{
    std::mt19937 random(3);
    std::normal_distribution<double> noise(0, 10);
    std::vector<double> y = ramp(5000, 0.25, 4);
    for (double& value : y) {
        value += noise(random);
    }
    const std::vector<double> x = ramp(5000, 1, 0);
    const TheilSenFit fit = theilSen(x, y, {});
    CHECK_NEAR(fit.slope, 0.25, 0.002);
    CHECK(fit.low < fit.slope && fit.slope < fit.high);
    CHECK_EQ(theilSen(x, y, {}).slope, fit.slope);
}

TEST(mannKendallCountsPairsAsTheDefinitionDoes)
{
    std::mt19937 random(11);
    for (int round = 0; round < 50; ++round) {
        std::vector<double> y;
        const std::size_t n = random() % 60;
        for (std::size_t i = 0; i < n; ++i) {
            y.push_back(static_cast<double>(random() % 15)); // many ties
        }
        double expected = 0;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = i + 1; j < n; ++j) {
                expected += y[j] > y[i] ? 1 : y[j] < y[i] ? -1 : 0;
            }
        }
        CHECK_EQ(mannKendall(y, {}).s, expected);
    }
}

TEST(mannKendallPValuesOfKnownCases)
{
    // n = 10 ascending: S = 45, var = 125, z = 44 / 11.18 = 3.9355, p = 8.3e-5.
    CHECK_NEAR(mannKendall(ramp(10, 1, 0), {}).pValue, 8.3e-5, 2e-6);
    CHECK_EQ(mannKendall(std::vector<double>(20, 4.0), {}).pValue, 1.0);
    CHECK_EQ(mannKendall({}, {}).pValue, 1.0);
    // Ties: y = 1 1 2 2 3, S = 8, var = (5*4*15 - 2*(2*1*9)) / 18 = 14.6667, z = 7 / 3.8297, p = 0.0676.
    const std::vector<double> tied { 1, 1, 2, 2, 3 };
    CHECK_NEAR(mannKendall(tied, {}).pValue, 0.0676, 5e-4);
}

TEST(mannKendallRarelyAlarmsOnNoise)
{
    std::mt19937 random(5);
    int alarms = 0;
    for (int round = 0; round < 1000; ++round) {
        std::vector<double> y;
        for (int i = 0; i < 40; ++i) {
            y.push_back(static_cast<double>(random() % 1000));
        }
        alarms += mannKendall(y, {}).pValue < 0.05 ? 1 : 0;
    }
    CHECK(alarms > 20);
    CHECK(alarms < 75);
}

TEST(badSegmentsNeverReadOutside)
{
    const std::vector<double> y { 1, 2, 3 };
    const std::vector<std::size_t> starts { 7, 2, 1 };
    CHECK_EQ(mannKendall(y, starts).s, 0.0);
    CHECK_EQ(theilSen(y, y, starts).slope, 0.0);
    CHECK_EQ(theilSen({}, {}, {}).slope, 0.0);
}

HEAPTOLL_TEST_MAIN
