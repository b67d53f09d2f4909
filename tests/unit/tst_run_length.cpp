// SPDX-License-Identifier: Apache-2.0
// How long pods run between restarts, weighted by time, and what a leak costs by it.
#include "core/analysis/findings_builder.h"
#include "tests/support/check.h"

using namespace heaptoll;

namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;

/// A pod with a sample an hour from `first` on; it restarts before the samples given.
void addPod(WorkloadUsage& usage, const std::string& name, std::int64_t first, std::int64_t hours,
    const std::vector<std::int64_t>& restartsBefore)
{
    PodUsage pod;
    pod.pod = name;
    for (std::int64_t i = 0; i < hours; ++i) {
        pod.times.push_back(startOfDay(20000) + Span::hours(first + i));
        pod.workingSetBytes.push_back(kGib);
    }
    for (const std::int64_t i : restartsBefore) {
        usage.events.push_back({ pod.times[static_cast<std::size_t>(i)], PodEvent::Kind::Restart, name });
    }
    pod.hours = static_cast<double>(hours);
    usage.pods.push_back(std::move(pod));
}

/// A service with one workload of so many live pods that leaks 1 GiB/h each, at 0.004 a GiB-hour.
struct Leaking {
    explicit Leaking(WorkloadUsage usage, std::uint32_t livePods)
    {
        usage.stepHours = 1;
        usage.windowHours = usageWindowHours(usage);
        usage.times.push_back(startOfDay(20000));
        usage.workingSetBytes.push_back(livePods * kGib);
        usage.podCount.push_back(livePods);
        analysis.workloads.push_back(std::move(usage));
        service.name = "shop";
        service.workloads = { 0 };
        SizingAdvice advice;
        advice.replicas = livePods;
        service.sizing.push_back(advice);
        UsageTrend trend;
        trend.isGrowing = true;
        trend.bytesPerHourPerPod = trend.low = trend.high = kGib;
        service.trends.push_back(trend);
        MemoryPrice price;
        price.method = PriceMethod::Direct;
        price.perGibHour = price.low = price.high = 0.004;
        price.currency = "USD";
        service.price = price;
    }
    [[nodiscard]] FindingContext context() const { return findingContext(analysis, service); }
    [[nodiscard]] double costPerMonth() const
    {
        std::vector<Finding> found;
        addLeakFindings(found, context());
        CHECK(found.size() == 1 && found.front().costPerMonth);
        return found.empty() || !found.front().costPerMonth ? 0 : found.front().costPerMonth->amount.toDouble();
    }
    WorkspaceAnalysis analysis;
    ServiceView service;
};

} // namespace

TEST(longRunsCountByTheirLength)
{
    // runs of 10 h and 30 h: (100 + 900) / 40, not their mean of 20
    WorkloadUsage usage;
    addPod(usage, "a", 0, 40, { 10 });
    const Leaking shop(usage, 1);
    CHECK_NEAR(shop.context().meanRunHours, 25.0, 1e-9);
    CHECK(shop.context().restarts);
    // 1 GiB/h x 25 h / 2 x 1 pod x 0.004 x 730 h
    CHECK_NEAR(shop.costPerMonth(), 36.5, 1e-9);
}

TEST(runsOfAllPodsAreTakenTogether)
{
    // 10, 30 and 40 h: (100 + 900 + 1600) / 80; three runs of two live pods are not many enough to call it saw-tooth
    WorkloadUsage usage;
    addPod(usage, "a", 0, 40, { 10 });
    addPod(usage, "b", 0, 40, {});
    const Leaking two(usage, 2);
    CHECK_NEAR(two.context().meanRunHours, 32.5, 1e-9);
    CHECK(!two.context().restarts);
    // so it grows over a month: 730 h / 2 x 2 pods x 0.004 x 730 h
    CHECK_NEAR(two.costPerMonth(), 730.0 / 2 * 2 * 0.004 * 730, 1e-6);
    // where b replaced a there is one pod at a time, and the runs are those of one pod
    WorkloadUsage replaced;
    addPod(replaced, "a", 0, 40, { 10 });
    addPod(replaced, "b", 40, 40, {});
    const Leaking one(replaced, 1);
    CHECK(one.context().restarts);
    CHECK_NEAR(one.context().replicas, 1.0, 1e-9);
    CHECK_NEAR(one.costPerMonth(), 32.5 / 2 * 0.004 * 730, 1e-9);
}

TEST(aGapEndsARunAndASampleLastsAStep)
{
    WorkloadUsage usage;
    addPod(usage, "a", 0, 6, {});
    addPod(usage, "a2", 0, 1, {}); // one sample: one hour
    std::vector<Instant>& times = usage.pods[0].times;
    for (std::size_t i = 3; i < times.size(); ++i) {
        times[i] = times[i] + Span::hours(4); // from 2 to 7: more than three steps
    }
    // 3, 3 and 1 h
    CHECK_NEAR(Leaking(usage, 1).context().meanRunHours, (9.0 + 9 + 1) / 7, 1e-9);
}

TEST(withoutSamplesNothingIsKnown)
{
    const Leaking none(WorkloadUsage {}, 1);
    CHECK_NEAR(none.context().meanRunHours, 0.0, 1e-12);
    CHECK(!none.context().restarts);
}

HEAPTOLL_TEST_MAIN
