// SPDX-License-Identifier: Apache-2.0
// What explains a rise of cost: more pods, more memory in each, or neither.
#include "core/analysis/anomaly_cause.h"
#include "tests/support/check.h"

using namespace heaptoll;

namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr std::int64_t kFirstDay = 20000;

/// Hourly usage of `days` days: pods and GiB per pod, inside the event's days and outside.
struct Shape {
    std::uint32_t podsUsual = 2;
    std::uint32_t podsDuring = 2;
    double gibUsual = 1;
    double gibDuring = 1;
};

constexpr std::int64_t kEventStart = kFirstDay + 10;
constexpr std::int64_t kEventEnd = kFirstDay + 13;

WorkloadUsage usageOf(const Shape& shape, std::int64_t days = 30)
{
    WorkloadUsage usage;
    usage.stepHours = 1;
    for (std::int64_t hour = 0; hour < days * 24; ++hour) {
        const std::int64_t day = kFirstDay + hour / 24;
        const bool inside = day >= kEventStart && day < kEventEnd;
        const std::uint32_t pods = inside ? shape.podsDuring : shape.podsUsual;
        usage.times.push_back(startOfDay(kFirstDay) + Span::hours(hour));
        usage.podCount.push_back(pods);
        usage.workingSetBytes.push_back(pods * (inside ? shape.gibDuring : shape.gibUsual) * kGib);
    }
    return usage;
}

/// Three days at `actual` instead of `expected` a day.
AnomalyEvent eventOf(double actual, double expected)
{
    AnomalyEvent event;
    event.range = { startOfDay(kEventStart), startOfDay(kEventEnd) };
    event.actual = actual;
    event.expected = expected;
    event.impact = 3 * (actual - expected);
    return event;
}

std::optional<PodCause> causeOf(const WorkloadUsage& usage, const AnomalyEvent& event, double price)
{
    const std::vector<const WorkloadUsage*> workloads { &usage };
    const std::vector<AnomalyEvent> events { event };
    return podCause(workloads, events, event, price);
}

} // namespace

TEST(tenTimesThePodsExplainTenTimesTheCost)
{
    const auto cause = causeOf(usageOf({ 2, 20, 1, 1 }), eventOf(100, 10), 0.005);
    CHECK(cause.has_value());
    CHECK_NEAR(cause->podsUsual, 2.0, 1e-9);
    CHECK_NEAR(cause->podsDuring, 20.0, 1e-9);
    CHECK_NEAR(cause->podsShare, 1.0, 1e-9);
    CHECK_NEAR(*cause->memoryShare, 0.0, 1e-9);
}

TEST(halfOfTheExcessIsNotAllOfIt)
{
    // Twice the pods double the cost of 10 to 20; it was 30.
    const auto cause = causeOf(usageOf({ 2, 4, 1, 1 }), eventOf(30, 10), 0.005);
    CHECK(cause.has_value());
    CHECK_NEAR(cause->podsShare, 0.5, 1e-9);
}

TEST(memoryOfTheSamePodsIsPricedByTheGibHour)
{
    // 2 pods x 5 GiB more x 24 h x 0.005 = 1.20 a day of an excess of 1.50.
    const auto cause = causeOf(usageOf({ 2, 2, 1, 6 }), eventOf(4.5, 3), 0.005);
    CHECK(cause.has_value());
    CHECK_NEAR(cause->podsShare, 0.0, 1e-9);
    CHECK_NEAR(*cause->memoryShare, 0.8, 1e-9);
    CHECK_NEAR(cause->bytesPerPodDuring, 6 * kGib, 1.0);
}

TEST(whatDidNotChangeExplainsNothing)
{
    const auto cause = causeOf(usageOf({ 3, 3, 2, 2 }), eventOf(50, 10), 0.005);
    CHECK(cause.has_value());
    CHECK_NEAR(cause->podsShare, 0.0, 1e-9);
    CHECK_NEAR(*cause->memoryShare, 0.0, 1e-9);
}

TEST(unknownStaysUnknown)
{
    // no price: the share of memory is not 0
    const auto unpriced = causeOf(usageOf({ 2, 2, 1, 6 }), eventOf(4.5, 3), 0);
    CHECK(unpriced.has_value() && !unpriced->memoryShare);
    // usage that ends before the event, or that is there during the event only
    CHECK(!causeOf(usageOf({}, 5), eventOf(100, 10), 0.005).has_value());
    WorkloadUsage during = usageOf({ 2, 20, 1, 1 });
    for (std::size_t i = 0; i < during.times.size(); ++i) {
        if (during.times[i] < startOfDay(kEventStart) || during.times[i] >= startOfDay(kEventEnd)) {
            during.podCount[i] = 0;
            during.workingSetBytes[i] = 0;
        }
    }
    CHECK(!causeOf(during, eventOf(100, 10), 0.005).has_value());
    CHECK(!podCause({}, {}, eventOf(100, 10), 0.005).has_value());
}

TEST(otherAnomaliesAreNotTheUsualState)
{
    // Another spike fills most of the rest: the usual state is what is left.
    AnomalyEvent other;
    other.range = { startOfDay(kFirstDay + 13), startOfDay(kFirstDay + 30) };
    WorkloadUsage usage = usageOf({ 2, 20, 1, 1 });
    for (std::size_t i = 0; i < usage.times.size(); ++i) {
        usage.podCount[i] = usage.times[i] >= other.range.start ? 40 : usage.podCount[i];
    }
    const AnomalyEvent event = eventOf(100, 10);
    const std::vector<const WorkloadUsage*> workloads { &usage };
    const std::vector<AnomalyEvent> events { event, other };
    const auto cause = podCause(workloads, events, event, 0.005);
    CHECK(cause.has_value());
    CHECK_NEAR(cause->podsUsual, 2.0, 1e-9);
}

HEAPTOLL_TEST_MAIN
