// SPDX-License-Identifier: Apache-2.0
// What a leak costs beside the pods, limits, restarts and days that its service has. All figures by hand.
#include "core/analysis/findings_builder.h"
#include "core/analysis/leak_usage.h"
#include "core/analysis/source_times.h"
#include "tests/support/check.h"
#include "tests/support/finding_checks.h"

#include <algorithm>
#include <functional>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr double kMib = 1024.0 * 1024;
constexpr double kGib = 1024 * kMib;

Instant hour(double hours)
{
    return startOfDay(20000) + Span { static_cast<std::int64_t>(hours * 3.6e12) };
}

/// A service at 0.004 USD per GiB-hour that leaks at keep() in its profiles, one an hour.
struct Shop {
    Shop()
    {
        service.name = "shop";
        MemoryPrice price;
        price.method = PriceMethod::Direct;
        price.perGibHour = price.low = price.high = 0.004;
        price.currency = "USD";
        service.price = price;
    }

    void leak(double bytesPerHour, std::size_t points, double stepHours = 1)
    {
        GrowthReport growth;
        growth.points = points;
        growth.hours = stepHours * static_cast<double>(points - 1);
        growth.segmentStarts = { 0 };
        for (std::size_t p = 0; p < points; ++p) {
            growth.times.push_back(hour(stepHours * static_cast<double>(p)));
        }
        SiteGrowth site;
        site.site.function = "keep";
        site.growthClass = GrowthClass::Leak;
        site.bytesPerHour = site.low = site.high = bytesPerHour;
        site.pValue = 0.001;
        site.lastBytes = site.liveBytes = static_cast<std::int64_t>(bytesPerHour * growth.hours);
        growth.sites.push_back(site);
        service.growth = growth;
    }

    /// One pod with a sample an hour from the first hour on.
    void pod(std::int64_t first, std::int64_t hours, const std::function<double(double)>& bytesAt)
    {
        WorkloadUsage usage;
        usage.stepHours = 1;
        PodUsage pod;
        pod.pod = "shop-0";
        for (std::int64_t i = 0; i < hours; ++i) {
            pod.times.push_back(hour(static_cast<double>(first + i)));
            pod.workingSetBytes.push_back(bytesAt(static_cast<double>(i)));
        }
        pod.hours = static_cast<double>(hours);
        usage.times = pod.times;
        usage.workingSetBytes = pod.workingSetBytes;
        usage.podCount.assign(pod.times.size(), 1);
        usage.pods.push_back(pod);
        usage.windowHours = usageWindowHours(usage);
        SizingAdvice advice;
        advice.replicas = 1;
        advice.limitBytes = 4 * kGib;
        service.trends.push_back(usageTrend(usage));
        service.sizing.push_back(advice);
        service.workloads.push_back(analysis.workloads.size());
        analysis.workloads.push_back(std::move(usage));
    }

    void bill(std::int64_t firstDay, std::int64_t days)
    {
        for (std::int64_t day = firstDay; day < firstDay + days; ++day) {
            service.dailyCost.push_back({ day, Decimal::fromUnits(1) });
        }
    }

    Finding finding()
    {
        analysis.services = { service };
        std::vector<Finding> found;
        addLeakFindings(found, findingContext(analysis, analysis.services.front()));
        CHECK_EQ(found.size(), std::size_t { 1 });
        return found.empty() ? Finding {} : found.front();
    }

    WorkspaceAnalysis analysis;
    ServiceView service;
};

bool fails(const Finding& finding, std::string_view name)
{
    const ConfidenceCheck* const one = checkOf(finding, name);
    return one != nullptr && !one->passed;
}

double moneyOf(const Finding& finding)
{
    CHECK(finding.costPerMonth.has_value());
    return finding.costPerMonth ? finding.costPerMonth->amount.toDouble() : -1;
}

bool hasWhy(const Finding& finding, std::string_view text)
{
    return std::ranges::any_of(
        finding.why, [&](const Evidence& one) { return one.text.find(text) != std::string::npos; });
}

} // namespace

TEST(flatPodsContradictAProfiledLeak)
{
    Shop shop;
    shop.leak(10 * kMib, 30 * 24);
    shop.pod(0, 30 * 24, [](double) { return kGib; });
    const Finding finding = shop.finding();
    CHECK(fails(finding, "usage") && fails(finding, "same_rate"));
    CHECK(finding.confidence.level == ConfidenceLevel::Medium);
    CHECK(!finding.costPerMonth.has_value());
    CHECK(finding.costReason.find("pods do not grow") != std::string::npos);
    CHECK_NEAR(finding.growthBytesPerHour.value_or(0), 10 * kMib, 1.0); // as `growth` shows it
    CHECK(hasWhy(finding, "it holds 7.02 GiB, none of its pods ever held more than 1.00 GiB"));
    CHECK(!leaksInPods(shop.analysis, shop.analysis.services.front())); // so that right-sizing is not blocked
}

TEST(growingPodsOfTheSameRateConfirmIt)
{
    Shop shop;
    shop.leak(10 * kMib, 72);
    shop.pod(0, 72, [](double h) { return kGib + 10 * kMib * h; });
    const Finding finding = shop.finding();
    CHECK(!fails(finding, "usage") && !fails(finding, "same_rate"));
    CHECK(finding.confidence.level == ConfidenceLevel::High);
    CHECK(leaksInPods(shop.analysis, shop.analysis.services.front()));
}

TEST(flatPodsOfOtherOrMoreDaysContradictNothing)
{
    Shop other;
    other.leak(10 * kMib, 72);
    other.pod(40 * 24, 30 * 24, [](double) { return kGib; });
    CHECK(checkOf(other.finding(), "usage") == nullptr);
    CHECK(leaksInPods(other.analysis, other.analysis.services.front()));
    Shop longer; // the leak began on the last three days of ten
    longer.leak(10 * kMib, 72);
    longer.pod(-7 * 24, 10 * 24, [](double) { return kGib; });
    const Finding finding = longer.finding();
    CHECK(fails(finding, "usage") && checkOf(finding, "same_rate") == nullptr);
    CHECK(finding.costPerMonth.has_value());
}

TEST(aLeakIsASawToothUpToTheLimit)
{
    Shop shop;
    shop.leak(100 * kMib, 28);
    shop.pod(0, 28, [](double h) { return kGib + 100 * kMib * h; });
    // (4 - 1) GiB / 2 x 0.004 x 730
    const Finding finding = shop.finding();
    CHECK_NEAR(moneyOf(finding), 1.5 * 0.004 * 730, 1e-9);
    CHECK(finding.howComputed.find("starts at 1.00 GiB and is at its limit of 4.00 GiB") != std::string::npos);
    CHECK_NEAR(finding.costPerMonth->high.toDouble(), 1.5 * 0.004 * 730, 1e-9);
}

TEST(sitesOfOneProcessShareTheRoomBelowTheLimit)
{
    Shop shop;
    shop.leak(75 * kMib, 28);
    SiteGrowth second = shop.service.growth->sites.front();
    second.site.function = "also";
    second.bytesPerHour = second.low = second.high = 25 * kMib;
    shop.service.growth->sites.push_back(second);
    shop.pod(0, 28, [](double h) { return kGib + 100 * kMib * h; });
    shop.analysis.services = { shop.service };
    std::vector<Finding> found;
    addLeakFindings(found, findingContext(shop.analysis, shop.analysis.services.front()));
    CHECK_EQ(found.size(), std::size_t { 2 });
    CHECK_NEAR(moneyOf(found.at(0)), 0.75 * 1.5 * 0.004 * 730, 1e-9);
    CHECK_NEAR(moneyOf(found.at(1)), 0.25 * 1.5 * 0.004 * 730, 1e-9);
}

TEST(restartsThatTheProfilesShowEndTheRuns)
{
    Shop shop;
    shop.leak(10 * kMib, 120, 6);
    for (std::size_t start = 20; start < 120; start += 20) {
        shop.service.growth->segmentStarts.push_back(start);
    }
    const Finding finding = shop.finding();
    // six runs of 19 x 6 h and one step more
    CHECK_NEAR(moneyOf(finding), 10 * kMib / kGib * 120 / 2 * 0.004 * 730, 1e-9);
    CHECK(finding.howComputed.find("the 5 restarts that the profiles show") != std::string::npos);
    CHECK(finding.howComputed.find("1 replica (assumed, no usage)") != std::string::npos);
    CHECK(fails(finding, "replicas"));
}

TEST(aRecordingDoesNotRestart)
{
    Shop shop;
    shop.leak(10 * kMib, 120, 6);
    shop.service.growth->segmentStarts.push_back(60);
    shop.service.growthSource = "one.zst";
    CHECK(shop.finding().howComputed.find("growth over a month") != std::string::npos);
}

TEST(replicasOfUsageAreKnown)
{
    Shop shop;
    shop.leak(10 * kMib, 72);
    shop.pod(0, 72, [](double h) { return kGib + 10 * kMib * h; });
    const Finding finding = shop.finding();
    CHECK(checkOf(finding, "replicas") != nullptr && !fails(finding, "replicas"));
    CHECK(finding.howComputed.find("x 1 replica;") != std::string::npos);
}

TEST(aRiseOfTheBillIsEvidenceOnlyWhileItLeaks)
{
    AnomalyEvent rise;
    rise.kind = AnomalyKind::LevelShift;
    rise.impact = 25;
    const auto tells = [&rise](std::int64_t firstDay) {
        Shop shop;
        shop.leak(10 * kMib, 10 * 24);
        rise.range = { startOfDay(firstDay), startOfDay(firstDay + 3) };
        shop.service.anomalies = { rise };
        return hasWhy(shop.finding(), "more than expected from");
    };
    CHECK(!tells(19997)); // over when the leak was first seen
    CHECK(!tells(19999)); // began before it
    CHECK(tells(20000));
    CHECK(tells(20005));
    CHECK(!tells(20012)); // after the last profile
}

TEST(sourcesMonthsApartAreSaidAndAtMostMedium)
{
    Shop near;
    near.leak(10 * kMib, 40 * 24);
    near.bill(20050, 30);
    CHECK(near.finding().confidence.level == ConfidenceLevel::High);
    CHECK(!fails(near.finding(), "same_time"));
    Shop far;
    far.leak(10 * kMib, 40 * 24);
    far.bill(20100, 30);
    const Finding finding = far.finding();
    CHECK(fails(finding, "same_time"));
    CHECK(finding.confidence.level == ConfidenceLevel::Medium);
    CHECK_EQ(checkOf(finding, "same_time")->value,
        std::string("profiles (2024-10-04 to 2024-11-12) and bill (2025-01-12 to 2025-02-10) are 60 d apart: "
                    "at most medium"));
    noteTimesApart(far.analysis);
    CHECK_EQ(far.analysis.notes.size(), std::size_t { 1 });
    CHECK(far.analysis.notes.front().starts_with("shop: its profiles (2024-10-04 to 2024-11-12) and bill"));
    noteTimesApart(near.analysis);
    CHECK(near.analysis.notes.empty());
}

HEAPTOLL_TEST_MAIN
