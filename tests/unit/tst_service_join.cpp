// SPDX-License-Identifier: Apache-2.0
// What belongs to a service: names, pods, their cost, and what a range shows of it. Expected figures are computed by hand.
#include "core/analysis/attribution.h"
#include "core/analysis/findings_builder.h"
#include "core/analysis/service_mapper.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"
#include "tests/support/made_bill.h"

#include <algorithm>
#include <array>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr double kMib = 1024.0 * 1024;

/// An hour of samples every five minutes of one container.
UsageSeries usedBytes(const std::string& ns, const std::string& pod, double bytes)
{
    UsageSeries one;
    one.metric = UsageMetric::MemoryWorkingSet;
    one.labels = { { "container", "app" }, { "namespace", ns }, { "pod", pod } };
    for (int i = 0; i < 12; ++i) {
        one.times.push_back(Instant::fromUnixSeconds(1735689600 + i * 300));
        one.values.push_back(bytes);
    }
    return one;
}

/// One container that ran in so many pods for a day. Units: GiB.
WorkloadUsage dayOf(const std::string& container, std::size_t pods, double used, double requested)
{
    WorkloadUsage usage;
    usage.ns = "prod";
    usage.workload = "shop";
    usage.container = container;
    usage.windowHours = 24;
    PodUsage pod;
    pod.hours = 24;
    pod.workingSetByteHours = used * 24 * 1024 * kMib;
    pod.requestByteHours = requested * 24 * 1024 * kMib;
    pod.paidByteHours = std::max(used, requested) * 24 * 1024 * kMib;
    usage.pods.assign(pods, pod);
    return usage;
}

/// A profile of one site, on noon of a day of the made bill. The columns are those named: live bytes, live objects.
DocumentPtr profileAt(std::int64_t day, std::int64_t liveBytes, bool hasObjects)
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { "live_bytes", "inuse_space", "bytes" } };
    std::vector<std::int64_t> values { liveBytes };
    if (hasObjects) {
        row.values.push_back({ "live_objects", "inuse_objects", "count" });
        values.push_back(liveBytes / 100);
    }
    row.time = startOfDay(kBillDay + day) + Span::hours(12);
    builder.beginProfile(row);
    sdk::FrameRow frame;
    frame.function = builder.string("keep");
    const std::array<sdk::FrameRef, 1> stack { builder.frame(frame) };
    const std::array<sdk::StackRef, 1> stacks { builder.stackFromRoot(stack) };
    builder.samples({ stacks, values, {} });
    builder.endProfile({});
    auto document = std::make_shared<Document>();
    document->path = "profiles/shop/heap." + std::to_string(day) + ".pb.gz";
    document->content = builder.take().at(0);
    return document;
}

TimeRange hoursOf(std::int64_t first, std::int64_t last)
{
    return { startOfDay(kBillDay) + Span::hours(first), startOfDay(kBillDay) + Span::hours(last) };
}

MadeCharge charge(const char* service, std::int64_t day, std::int64_t dollars)
{
    MadeCharge made;
    made.service = service;
    made.currency = "USD";
    made.day = day;
    made.cost = dollars;
    return made;
}

std::int64_t sumOf(const std::vector<std::int64_t>& values)
{
    std::int64_t sum = 0;
    for (const std::int64_t value : values) {
        sum += value;
    }
    return sum;
}

} // namespace

TEST(pathsAndIdentifiersNameServices)
{
    CHECK_EQ(serviceInPath("profiles/checkout/heap.0003.pb.gz"), std::string("checkout"));
    CHECK_EQ(serviceInPath("x/checkout-heap.3.pb.gz"), std::string("checkout"));
    CHECK_EQ(serviceInPath("heap.pb.gz"), std::string());
    CHECK(isServiceKey("app.kubernetes.io/name") && isServiceKey("Service_Name") && isServiceKey("user:app")
        && !isServiceKey("team"));
    ServiceMapper mapper({});
    mapper.learn("ab-testing");
    mapper.learn("ab");
    CHECK_EQ(mapper.namesIn("arn:aws:ecs:eu:1:Task/ab-testing-r-0").at(0), std::string("ab-testing"));
    CHECK(mapper.namesIn("arn:aws:ecs:eu:1:Task/about-us").empty());
    std::string star;
    CHECK(matchesGlob("a*c?e", "abbcde", &star));
    CHECK_EQ(star, std::string("bb"));
    CHECK(!matchesGlob("a*c", "abd"));
}

TEST(onlyGeneratedWordsAfterANameAreItsOwn)
{
    ServiceMapper mapper({});
    mapper.learn("checkout");
    for (const char* other : { "checkout-cache", "checkout-proxy", "checkout-redis", "checkout-queue", "checkout-db",
             "checkout-https", "checkout-a-b", "checkout-cache-0", "checkout-api-7d9f4c8b5-x2k4p" }) {
        CHECK_EQ(mapper.namesIn(other).size(), std::size_t { 0 });
    }
    for (const char* own : { "checkout", "checkout-0", "checkout-r-0", "checkout-20250131", "checkout-7d9f4c8b5-x2k4p",
             "checkout-7d9f4c8b5-qwrtp", "arn:aws:ecs:eu:1:Task/checkout-r-0" }) {
        CHECK_EQ(mapper.namesIn(own).size(), std::size_t { 1 });
    }
}

TEST(rulesOnPodsSeeTheNamesOfPods)
{
    const std::vector<std::string> pods { "checkout-7d9f4c8b5-x2k4p", "checkout-7d9f4c8b5-z2k4p" };
    ServiceMapper mapper({ { "pod", "cart-*", "cart", false }, { "pod", "checkout-*", "shop", false } });
    CHECK_EQ(mapper.matchPod("prod", "checkout", pods).service, std::string("shop"));
    CHECK(mapper.matchPod("prod", "checkout", pods).rank == MatchRank::Rule);
    CHECK_EQ(mapper.unmatchedRules().size(), std::size_t { 1 });
    CHECK_EQ(mapper.unmatchedRules().at(0).service, std::string("cart"));
    // the workload's name still matches, and gives $1 its text
    CHECK_EQ(ServiceMapper({ { "pod", "checkout", "shop", false } }).matchPod("prod", "checkout", pods).service,
        std::string("shop"));
    CHECK_EQ(ServiceMapper({ { "pod", "*", "team-$1", false } }).matchPod("prod", "checkout", pods).service,
        std::string("team-checkout"));
}

TEST(servicesThatSpanNamespacesAndRulesWithoutUseAreNoted)
{
    auto table = std::make_shared<UsageTable>();
    table->series = { usedBytes("blue", "shop-0", kMib), usedBytes("green", "shop-0", kMib),
        usedBytes("green", "shop-1", kMib) };
    auto document = std::make_shared<Document>();
    document->path = "usage.json";
    document->content = std::shared_ptr<const UsageTable>(table);
    AnalysisOptions options;
    options.rules = { { "pod", "chekout-*", "checkout", false }, { "tag:app", "x", "y", false } };
    const auto result = analyzeWorkspace({ document }, options, {});
    CHECK(result.ok());
    const WorkspaceAnalysis& analysis = *result.value();
    CHECK_EQ(analysis.notes.size(), std::size_t { 2 }); // no bill: nothing that the rule on tags could match
    CHECK(analysis.notes.at(0).find("shop (blue, green)") != std::string::npos);
    CHECK(analysis.notes.at(1).find("pod = chekout-*") != std::string::npos);
    CHECK_EQ(findingContext(analysis, *analysis.service("shop")).replicas, 3.0);
}

TEST(aSidecarDoesNotDoubleTheCostOfSites)
{
    // Four pods: app uses 1 of 2 GiB, its sidecar 0.25 of 0.5; paid are 10 GiB for 100 a month. A site that holds
    // 0.5 GiB in each process has 4 x 0.5 / 10 of it; 5 of 10 GiB are headroom, 3 are neither.
    const WorkloadUsage app = dayOf("app", 4, 1, 2);
    const WorkloadUsage sidecar = dayOf("istio-proxy", 4, 0.25, 0.5);
    const MemoryMeans means = memoryMeans({ &app, &sidecar });
    CHECK_NEAR(means.replicas, 4.0, 1e-9);
    CHECK_NEAR(means.allocatedBytes, 10 * 1024 * kMib, 1.0);
    const Attribution a = attributeMemory(Decimal::fromUnits(100), { { {}, 512 * kMib, {} } }, means, {});
    CHECK(a.isValid);
    CHECK_NEAR(a.sitesCost.toDouble(), 20.0, 1e-9);
    CHECK_NEAR(a.nonHeapCost.toDouble(), 30.0, 1e-9);
    CHECK_NEAR(a.headroomCost.toDouble(), 50.0, 1e-9);
}

TEST(aRangeCountsDaysByTheirShare)
{
    const auto result =
        analyzeWorkspace({ madeBill({ charge("shop", 0, 24), charge("shop", 1, 48), charge("cart", 3, 10) }) }, {}, {});
    CHECK(result.ok());
    const WorkspaceAnalysis& analysis = *result.value();
    const ServiceView& shop = *analysis.service("shop");
    const auto costIn = [&](std::int64_t first, std::int64_t last) {
        return costInRange(analysis, shop, hoursOf(first, last));
    };
    CHECK(costInRange(analysis, shop, std::nullopt) == Decimal::fromUnits(72));
    CHECK(costIn(18, 30) == Decimal::fromUnits(18)); // 6 of 24 h of 24, 6 of 24 h of 48
    CHECK(costIn(0, 24) == Decimal::fromUnits(24));
    CHECK(costIn(72, 96) == Decimal {}); // a day of the bill without a row of the shop
    CHECK(!costIn(240, 264).has_value()); // no day of the bill
    CHECK(costInRange(shop.dailyCost.at(1), hoursOf(18, 30)) == Decimal::fromUnits(12));
}

TEST(aRangeWithOneProfileComparesNothing)
{
    const auto result = analyzeWorkspace({ madeBill({ charge("shop", 0, 24) }), profileAt(0, 1000, true),
                                             profileAt(1, 3400, true), profileAt(2, 5800, true) },
        {}, {});
    CHECK(result.ok());
    const RangeView one = rangeView(*result.value(), "shop", hoursOf(13, 30));
    CHECK_EQ(one.liveAtEndTotal, std::int64_t { 1000 });
    CHECK_EQ(sumOf(one.objectsAtEnd), std::int64_t { 10 });
    CHECK(one.liveDelta.empty() && !one.liveAtStartTotal && !one.bytesPerHour);
    CHECK_EQ(one.note, std::string("no profile in this range: shown is the one before it, of 2024-10-04T12:00:00Z"));
    CHECK(one.cost == Decimal::fromUnits(11)); // 11 of the 24 h of day 0
    const RangeView two = rangeView(*result.value(), "shop", hoursOf(12, 36));
    CHECK_EQ(two.liveAtStartTotal.value_or(0), std::int64_t { 1000 });
    CHECK_EQ(sumOf(two.liveDelta), std::int64_t { 2400 });
    CHECK_EQ(two.bytesPerHour.value_or(0), 100.0);
    const RangeView later = rangeView(*result.value(), "shop", hoursOf(40, 60));
    CHECK(!later.cost && later.costReason == "the bill has no day in this range");
}

TEST(whatAProfileDoesNotRecordIsEmpty)
{
    const auto result = analyzeWorkspace({ profileAt(0, 1000, false), profileAt(1, 3400, false) }, {}, {});
    CHECK(result.ok());
    const RangeView view = rangeView(*result.value(), "shop", std::nullopt);
    CHECK_EQ(sumOf(view.liveAtEnd), std::int64_t { 3400 });
    CHECK(view.objectsAtEnd.empty() && view.allocated.empty());
    CHECK(!view.cost && view.costReason == "no bill");
}

HEAPTOLL_TEST_MAIN
