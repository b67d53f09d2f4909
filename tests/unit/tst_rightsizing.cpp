// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/rightsizing.h"
#include "tests/support/check.h"

#include <cmath>
#include <random>

using namespace heaptoll;

namespace {

constexpr double kMiB = 1024.0 * 1024.0;

PodUsage pod(const std::string& name, const std::vector<double>& mib, double stepHours = 1)
{
    PodUsage one;
    one.pod = name;
    for (std::size_t i = 0; i < mib.size(); ++i) {
        one.times.push_back(Instant::fromUnixSeconds(std::llround(static_cast<double>(i) * stepHours * 3600)));
        one.workingSetBytes.push_back(mib[i] * kMiB);
    }
    one.hours = static_cast<double>(mib.size()) * stepHours;
    one.requestBytes = 1024 * kMiB;
    one.limitBytes = 2048 * kMiB;
    return one;
}

WorkloadUsage workload(std::vector<PodUsage> pods)
{
    WorkloadUsage usage;
    usage.ns = "n";
    usage.workload = "w";
    usage.stepHours = 1;
    usage.times = pods.at(0).times;
    usage.podCount.assign(usage.times.size(), static_cast<std::uint32_t>(pods.size()));
    usage.pods = std::move(pods);
    usage.windowHours = usageWindowHours(usage);
    return usage;
}

/// 1..n MiB, repeated to fill the hours.
std::vector<double> counting(std::size_t hours, std::size_t n)
{
    std::vector<double> values;
    for (std::size_t i = 0; i < hours; ++i) {
        values.push_back(static_cast<double>(1 + i % n));
    }
    return values;
}

SizingAdvice advise(const WorkloadUsage& usage, SizingPolicy policy, std::optional<double> headroom = {})
{
    SizingOptions options;
    options.policy = policy;
    options.headroom = headroom;
    options.floorBytes = 0;
    return adviseSize(usage, options, false);
}

double bucketEnd(double bytes)
{
    const double index = std::floor(std::log(bytes * 0.05 / 1e7 + 1) / std::log(1.05));
    return 1e7 * (std::pow(1.05, index + 1) - 1) / 0.05;
}

} // namespace

TEST(vpaOfOnePeakIsTheEndOfItsBucketAndTheMargin)
{
    // 100 MiB = 104857600 B is in bucket 8 (95491089 .. 110265643): target = 110265643 * 1.15.
    std::vector<double> day(24 * 60, 50.0);
    day[700] = 100;
    const auto estimate = vpaEstimate(workload({ pod("a", day, 1.0 / 60) }), 0.15);
    CHECK(estimate.has_value());
    CHECK_NEAR(bucketEnd(100 * kMiB), 110265643.1957, 0.01);
    CHECK_NEAR(estimate->target, 110265643.1957 * 1.15, 0.1);
    // 1439 minutes from first to last sample: confidence just below one day.
    const double confidence = 1439.0 / 1440;
    CHECK_NEAR(estimate->upper, estimate->target * (1 + 1 / confidence), 1);
    CHECK_NEAR(estimate->lower, estimate->target * std::pow(1 + 0.001 / confidence, -2), 1);
}

TEST(vpaForgetsHalfOfItsHistoryADay)
{
    // Peaks of 800 MiB for four days, then of 200 MiB for four: the old ones weigh 1/16 + 1/32 + .. of 2: below 10 %.
    std::vector<double> values(96, 800.0);
    values.insert(values.end(), 96, 200.0);
    const auto later = vpaEstimate(workload({ pod("a", values) }), 0);
    CHECK_NEAR(later->target, bucketEnd(200 * kMiB), 1);
    values.resize(96 + 48); // two days after: weights 1, 1/2 against 1/4 + 1/8 + ...: a fifth is old
    CHECK_NEAR(vpaEstimate(workload({ pod("a", values) }), 0)->target, bucketEnd(800 * kMiB), 1);
}

TEST(vpaBumpsAfterAnOutOfMemoryKill)
{
    WorkloadUsage usage = workload({ pod("a", std::vector<double>(24, 300.0)) });
    usage.events.push_back({ usage.times[10], PodEvent::Kind::OomKill, "a" });
    CHECK_NEAR(vpaEstimate(usage, 0)->target, bucketEnd(1024 * kMiB * 1.2), 1); // of the request, above the peak
    usage.pods[0].requestBytes = 400 * kMiB;
    CHECK_NEAR(vpaEstimate(usage, 0)->target, bucketEnd(500 * kMiB), 1); // 100 MiB is more than 20 %
    CHECK(!vpaEstimate({}, 0.15));
}

TEST(quantilePoliciesTakeNearestRanksAndRoundUpTo16MiB)
{
    const WorkloadUsage usage = workload({ pod("a", counting(200, 100)), pod("b", counting(200, 100)) });
    const SizingAdvice p95 = advise(usage, SizingPolicy::P95, 0.10);
    CHECK_EQ(p95.usage.p95, 95 * kMiB);
    CHECK_EQ(p95.usage.p50, 50 * kMiB);
    CHECK_EQ(p95.usage.samples, std::size_t { 400 });
    CHECK_EQ(p95.replicas, 2.0);
    CHECK_EQ(p95.recommendedRequestBytes.value_or(0), 112 * kMiB); // 104.5 up to 112
    CHECK_EQ(p95.recommendedLimitBytes.value_or(0), 112 * kMiB); // 110 up to 112
    CHECK_EQ(p95.formula, "p95 95.0 MiB x 1.1 = 105 MiB, rounded up to 112 MiB");
    CHECK_EQ(p95.replayOver, std::size_t { 0 });
    CHECK_EQ(advise(usage, SizingPolicy::P99, 0).recommendedRequestBytes.value_or(0), 112 * kMiB);
    CHECK_EQ(advise(usage, SizingPolicy::Max, 0.3).recommendedRequestBytes.value_or(0), 144 * kMiB);
    CHECK_EQ(*p95.requestBytes, 1024 * kMiB);
}

TEST(foreignPoliciesFollowTheirFormulas)
{
    WorkloadUsage usage = workload({ pod("a", counting(200, 100)) });
    CHECK_NEAR(*advise(usage, SizingPolicy::Krr).recommendedRequestBytes, 115 * kMiB, 1);
    CHECK_NEAR(*advise(usage, SizingPolicy::Krr).recommendedLimitBytes, 115 * kMiB, 1);
    CHECK_NEAR(*advise(usage, SizingPolicy::Kubecost).recommendedRequestBytes, 100 * kMiB / 0.7, 1);
    CHECK(!advise(usage, SizingPolicy::Kubecost).recommendedLimitBytes);
    CHECK_EQ(*advise(usage, SizingPolicy::Vpa).recommendedRequestBytes, 250 * kMiB); // its pod minimum
    CHECK_EQ(*advise(usage, SizingPolicy::Vpa).recommendedLimitBytes, 500 * kMiB); // limit = 2 x request, as before
    usage.events.push_back({ usage.times[50], PodEvent::Kind::OomKill, "a" });
    CHECK_NEAR(*advise(usage, SizingPolicy::Krr).recommendedRequestBytes, 2048 * kMiB * 1.25, 1);
    CHECK_EQ(*advise(usage, SizingPolicy::Heaptoll).recommendedRequestBytes, 2464 * kMiB); // 2048 * 1.2 = 2457.6
}

TEST(ourPolicyGivesLessHeadroomTheMoreIsKnown)
{
    const auto request = [](std::size_t days) {
        return *advise(workload({ pod("a", std::vector<double>(days * 24, 1000.0)) }), SizingPolicy::Heaptoll)
                    .recommendedRequestBytes;
    };
    CHECK_EQ(request(5), 1200 * kMiB);
    CHECK_EQ(request(10), 1152 * kMiB); // 1150 up
    CHECK_EQ(request(31), 1104 * kMiB); // 1100 up
}

TEST(theFloorIsKept)
{
    const WorkloadUsage usage = workload({ pod("a", std::vector<double>(200, 3.0)) });
    const SizingAdvice advice = adviseSize(usage, {}, false);
    CHECK_EQ(*advice.recommendedRequestBytes, 64 * kMiB);
    CHECK(advice.formula.find("at least 64.0 MiB") != std::string::npos);
}

TEST(ourLimitsNeverBreakOnReplay)
{
    std::mt19937 random(9);
    for (int round = 0; round < 200; ++round) {
        std::vector<double> values;
        for (std::size_t i = 0; i < 150 + random() % 400; ++i) {
            values.push_back(static_cast<double>(random() % 200 == 0 ? 4000 + random() % 900 : 100 + random() % 300));
        }
        const WorkloadUsage usage = workload({ pod("a", values) });
        for (const SizingPolicy policy :
            { SizingPolicy::Heaptoll, SizingPolicy::P95, SizingPolicy::P99, SizingPolicy::Max, SizingPolicy::Krr }) {
            const SizingAdvice advice = advise(usage, policy);
            CHECK_EQ(advice.replaySamples, values.size());
            CHECK_EQ(advice.replayOver, std::size_t { 0 });
            CHECK(*advice.recommendedLimitBytes >= *advice.recommendedRequestBytes);
        }
    }
}

TEST(replayCountsWhatAPolicyWithoutASafeLimitWouldHaveKilled)
{
    std::vector<double> values(24 * 12, 500.0);
    values[3] = 3000; // twelve days ago: forgotten by the decay
    const WorkloadUsage usage = workload({ pod("a", values) });
    CHECK_EQ(advise(usage, SizingPolicy::Vpa).replayOver, std::size_t { 1 });
}

TEST(leaksAndShortHistoriesGetNoSize)
{
    const WorkloadUsage full = workload({ pod("a", counting(200, 100)) });
    const SizingAdvice leak = adviseSize(full, {}, true);
    CHECK(leak.blockedBy == SizingBlock::Leak && !leak.recommendedRequestBytes && leak.usage.max > 0);
    for (const std::size_t hours : { 20U, 99U }) {
        const SizingAdvice thin = advise(workload({ pod("a", counting(hours, 10)) }), SizingPolicy::Heaptoll);
        CHECK(thin.blockedBy == SizingBlock::History && !thin.recommendedRequestBytes);
    }
    CHECK(adviseSize({}, {}, false).blockedBy == SizingBlock::History);
}

HEAPTOLL_TEST_MAIN
