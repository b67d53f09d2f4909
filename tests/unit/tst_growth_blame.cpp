// SPDX-License-Identifier: Apache-2.0
// Who is blamed: the code that keeps memory, not the allocation wrapper that everybody calls; and not its caller where
// the function itself keeps it.
#include "core/analysis/growth.h"
#include "tests/support/check.h"
#include "tests/support/stack_profile.h"

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr std::int64_t kMib = 1024 * 1024;

/// Live and ever allocated bytes of one stack at an hour.
struct Use {
    std::string stack;
    std::function<std::int64_t(std::int64_t)> live;
    std::function<std::int64_t(std::int64_t)> allocated;
};

std::function<std::int64_t(std::int64_t)> line(std::int64_t start, std::int64_t perHour)
{
    return [start, perHour](std::int64_t hour) { return start + perHour * hour; };
}
/// Keeps everything it allocates.
Use keeps(const std::string& stack, std::int64_t perHour)
{
    return { stack, line(0, perHour), line(0, perHour) };
}
/// Holds some, exchanges all of it every hour.
Use exchanges(const std::string& stack, std::int64_t holds, std::int64_t perHour)
{
    return { stack, [holds](std::int64_t hour) { return holds + (hour % 3) * holds / 10; }, line(holds, perHour) };
}

GrowthReport reportOf(const std::vector<Use>& uses, bool countsAllocations = true)
{
    constexpr std::size_t kHours = 40;
    std::vector<StackSample> samples;
    for (const Use& use : uses) {
        samples.push_back({ use.stack, 1 });
    }
    UnifiedSeries series = unifySeries({ { startOfDay(20000), stackProfile(samples), true } });
    series.metrics = { Metric::LiveBytes };
    if (countsAllocations) {
        series.metrics.push_back(Metric::AllocBytes);
    }
    const std::vector<std::int64_t> one = series.values[0];
    series.values.assign(series.metrics.size(), std::vector<std::int64_t>(one.size() * kHours, 0));
    series.times.clear();
    for (std::size_t hour = 0; hour < kHours; ++hour) {
        series.times.push_back(startOfDay(20000) + Span::hours(static_cast<std::int64_t>(hour)));
    }
    std::size_t use = 0;
    for (std::size_t node = 1; node < one.size(); ++node) {
        for (std::size_t hour = 0; one[node] != 0 && hour < kHours; ++hour) {
            const auto h = static_cast<std::int64_t>(hour);
            series.values[0][node * kHours + hour] = uses[use].live(h);
            if (countsAllocations) {
                series.values[1][node * kHours + hour] = uses[use].allocated(h);
            }
        }
        use += one[node] != 0 ? 1U : 0U; // the trie numbers the leaves in the order of the samples
    }
    return analyzeGrowth(series, {}, {}, {});
}

/// "serveOrders:7<makeBuffer, ..." for all leaks.
std::string leaksOf(const GrowthReport& report)
{
    std::string text;
    for (const SiteGrowth& site : report.sites) {
        if (site.growthClass == GrowthClass::Leak) {
            text += (text.empty() ? "" : " ") + site.site.function + ':' + std::to_string(site.site.line)
                + (site.wrapper ? "<" + site.wrapper->function : std::string());
        }
    }
    return text;
}

} // namespace

TEST(aSharedWrapperDoesNotTakeTheBlameOfItsGrowingCaller)
{
    for (const bool counts : { true, false }) {
        const GrowthReport report =
            reportOf({ keeps("main@a.c:1;serveOrders@a.c:7;makeBuffer@u.c:3;malloc", kMib),
                         exchanges("main@a.c:1;serveCart@a.c:8;makeBuffer@u.c:3;malloc", 8 * kMib, 4 * kMib),
                         exchanges("main@a.c:1;render@a.c:9;makeBuffer@u.c:3;malloc", 6 * kMib, 5 * kMib) },
                counts);
        CHECK_EQ(leaksOf(report), std::string("serveOrders:7<makeBuffer"));
        CHECK_EQ(report.sites[0].stack.size(), std::size_t { 4 });
        CHECK_NEAR(report.sites[0].bytesPerHour, static_cast<double>(kMib), 1.0);
    }
}

TEST(aStoreThatKeepsForEveryCallerIsToBlameItself)
{
    CHECK_EQ(leaksOf(reportOf({ keeps("main@a.c:1;login@a.c:7;remember@s.c:3", kMib),
                 keeps("main@a.c:1;browse@a.c:8;remember@s.c:3", 3 * kMib) })),
        std::string("remember:3"));
}

TEST(oneCallerIsNoEvidenceAgainstIt)
{
    CHECK_EQ(
        leaksOf(reportOf({ keeps("main@a.c:1;serve@a.c:7;makeBuffer@u.c:3", kMib) })), std::string("makeBuffer:3"));
}

TEST(aCallerThatOnlyStartedUpIsNoEvidenceEither)
{
    const Use startUp { "main@a.c:1;load@a.c:6;intern@s.c:3", line(20 * kMib, 0), line(20 * kMib, 0) };
    for (const bool counts : { true, false }) {
        CHECK_EQ(leaksOf(reportOf({ startUp, keeps("main@a.c:1;serve@a.c:7;intern@s.c:3", kMib) }, counts)),
            std::string("intern:3"));
    }
}

TEST(aSmallReleasingCallerOutweighsNothing)
{
    // What the other caller lets go is less than half a percent of the heap: not enough to say who keeps.
    CHECK_EQ(leaksOf(reportOf({ keeps("main@a.c:1;serve@a.c:7;remember@s.c:3", kMib),
                 exchanges("main@a.c:1;probe@a.c:8;remember@s.c:3", 1024, 1024) })),
        std::string("remember:3"));
}

TEST(wrappersAroundWrappersAreClimbedToTheCaller)
{
    CHECK_EQ(leaksOf(reportOf({ keeps("main@a.c:1;serveOrders@a.c:7;makeBuffer@u.c:3;allocOrDie@u.c:1", kMib),
                 exchanges("main@a.c:1;serveCart@a.c:8;makeBuffer@u.c:3;allocOrDie@u.c:1", 8 * kMib, 4 * kMib),
                 exchanges("main@a.c:1;render@a.c:9;allocOrDie@u.c:1", 6 * kMib, 5 * kMib) })),
        std::string("serveOrders:7<allocOrDie"));
}

TEST(twoGrowingCallersOfOneWrapperAreTwoLeaks)
{
    CHECK_EQ(leaksOf(reportOf({ keeps("main@a.c:1;serveOrders@a.c:7;makeBuffer@u.c:3", 2 * kMib),
                 keeps("main@a.c:1;audit@a.c:8;makeBuffer@u.c:3", kMib),
                 exchanges("main@a.c:1;render@a.c:9;makeBuffer@u.c:3", 6 * kMib, 5 * kMib),
                 exchanges("main@a.c:1;export@a.c:10;makeBuffer@u.c:3", 6 * kMib, 5 * kMib) })),
        std::string("serveOrders:7<makeBuffer audit:8<makeBuffer"));
}

TEST(recursionIsNoCaller)
{
    CHECK_EQ(leaksOf(reportOf({ keeps("main@a.c:1;walk@t.c:4;walk@t.c:4;keep@t.c:9", kMib),
                 keeps("main@a.c:1;walk@t.c:4;keep@t.c:9", kMib) })),
        std::string("keep:9"));
}

HEAPTOLL_TEST_MAIN
