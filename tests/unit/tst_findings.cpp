// SPDX-License-Identifier: Apache-2.0
// Names, prices, attribution and growth verdicts on made-up data whose truth is known.
#include "core/analysis/attribution.h"
#include "core/analysis/findings_builder.h"
#include "core/analysis/memory_pricing.h"
#include "core/analysis/service_mapper.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>

using namespace heaptoll;

namespace {

constexpr double kMib = 1024.0 * 1024;

/// A series of one exact profile a day with one site whose live bytes are a function of the day.
GrowthReport growthOf(std::size_t days, const std::function<double(std::size_t)>& bytes)
{
    std::vector<SeriesPoint> points;
    for (std::size_t day = 0; day < days; ++day) {
        IssueList issues;
        ProfileBuilder builder(issues);
        sdk::ProfileRow row;
        row.values = { { "live_bytes", "inuse_space", "bytes" }, { "live_objects", "inuse_objects", "count" } };
        row.time = startOfDay(20000 + static_cast<std::int64_t>(day));
        builder.beginProfile(row);
        const auto frame = [&](const char* function, std::uint32_t line) {
            sdk::FrameRow f;
            f.function = builder.string(function);
            f.file = builder.string("app.cpp");
            f.line = line;
            return builder.frame(f);
        };
        const std::array<sdk::FrameRef, 3> stack { frame("main", 1), frame("serve", 7), frame("keep", 42) };
        const std::array<sdk::FrameRef, 2> other { stack[0], frame("base", 9) };
        const std::array<sdk::StackRef, 2> stacks { builder.stackFromRoot(stack), builder.stackFromRoot(other) };
        const auto value = static_cast<std::int64_t>(bytes(day));
        const std::array<std::int64_t, 4> values { value, value / 100, static_cast<std::int64_t>(50 * kMib), 1000 };
        builder.samples({ stacks, values, {} });
        builder.endProfile({});
        points.push_back({ *row.time, builder.take().at(0), true });
    }
    return analyzeGrowth(unifySeries(points), {}, {}, {});
}

std::string verdict(const GrowthReport& report)
{
    for (const SiteGrowth& site : report.sites) {
        if (site.site.function == "keep") {
            return std::string(name(site.growthClass));
        }
    }
    return "absent";
}

} // namespace

TEST(aLineIsALeakWithItsRateAndLine)
{
    const GrowthReport report = growthOf(40, [](std::size_t d) { return (10 + 2.0 * static_cast<double>(d)) * kMib; });
    CHECK_EQ(verdict(report), std::string("leak"));
    CHECK_NEAR(report.sites[0].bytesPerHour, 2 * kMib / 24, 1.0);
    CHECK_EQ(report.sites[0].site.line, 42U);
    CHECK_EQ(report.sites[0].stack.size(), std::size_t { 3 });
}

TEST(fiveStraightPointsAreEnoughAndFourAreNot)
{
    const auto line = [](std::size_t d) { return (10 + 5.0 * static_cast<double>(d)) * kMib; };
    CHECK_EQ(verdict(growthOf(5, line)), std::string("leak"));
    CHECK(verdict(growthOf(4, line)) != "leak");
}

TEST(whatLevelsOffStepsOrSwingsIsNoLeak)
{
    CHECK_EQ(
        verdict(growthOf(60, [](std::size_t d) { return 40 * kMib * (1 - std::exp(-static_cast<double>(d) / 6)); })),
        std::string("cache"));
    CHECK_EQ(verdict(growthOf(60, [](std::size_t d) { return d < 20 ? 5 * kMib : 25 * kMib; })), std::string("steady"));
    CHECK_EQ(verdict(growthOf(60, [](std::size_t d) { return static_cast<double>(d % 8 + 1) * 4 * kMib; })),
        std::string("cache"));
    CHECK_EQ(verdict(growthOf(60, [](std::size_t) { return 20 * kMib; })), std::string("steady"));
}

TEST(noiseIsNeverALeak)
{
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        std::normal_distribution<double> noise(20 * kMib, 4 * kMib);
        const std::string got = verdict(growthOf(40, [&](std::size_t) { return std::max(0.0, noise(random)); }));
        if (got == "leak") {
            std::printf("seed %u\n", seed);
        }
        CHECK(got != "leak");
    }
}

TEST(aLateLeakIsDatedAndFittedAfterItsOnset)
{
    const GrowthReport report =
        growthOf(40, [](std::size_t d) { return (10 + (d > 20 ? 3.0 * static_cast<double>(d - 20) : 0.0)) * kMib; });
    CHECK_EQ(verdict(report), std::string("leak"));
    CHECK_NEAR(report.sites[0].onsetHours, 20 * 24.0, 24.0);
    CHECK_NEAR(report.sites[0].bytesPerHour, 3 * kMib / 24, 0.01 * kMib);
}

TEST(aRestartSplitsAndIsNotRegressedAcross)
{
    const GrowthReport report =
        growthOf(40, [](std::size_t d) { return 200 * kMib + static_cast<double>(d % 20) * 20 * kMib; });
    CHECK_EQ(report.segmentStarts.size(), std::size_t { 2 });
    CHECK_EQ(verdict(report), std::string("leak"));
    CHECK_NEAR(report.sites[0].bytesPerHour, 20 * kMib / 24, 1.0);
}

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

TEST(twoShapesGiveBackThePricesTheyWereMadeOf)
{
    const std::map<MachineShape, MemoryEvidence::Machine> machines { { { 2, 4 }, { 10, 10 * (2 * 0.03 + 4 * 0.004) } },
        { { 2, 8 }, { 5, 5 * (2 * 0.03 + 8 * 0.004) } } };
    const auto fit = hedonicFit(machines);
    CHECK(fit.has_value());
    CHECK_NEAR(fit->first, 0.03, 1e-9);
    CHECK_NEAR(fit->second, 0.004, 1e-9);
}

TEST(theRatioPresetsGiveThePublishedShares)
{
    MemoryEvidence evidence;
    evidence.machines[{ 4, 16 }] = { 1, 1 };
    for (const auto& [provider, share] : { std::pair("AWS", 0.3077), std::pair("Google", 0.3490) }) {
        evidence.provider = provider;
        const MemoryPrice price = memoryPrice(evidence, {});
        CHECK_NEAR(price.memoryShare, share, 1e-4);
        CHECK(price.low <= price.perGibHour && price.perGibHour <= price.high);
    }
}

TEST(attributionClosesForAnyNumbers)
{
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> real(0, 1);
        std::vector<AttributedSite> sites(1 + seed % 17);
        double heap = 0;
        for (AttributedSite& site : sites) {
            site.meanLiveBytes = real(random) * kMib;
            heap += site.meanLiveBytes;
        }
        const double working = heap * (1.01 + real(random));
        const Attribution a = attributeMemory(
            Decimal::fromDouble(1000 * real(random)), sites, { working * (1 + real(random)), working, 1 }, {});
        CHECK(a.isValid);
        CHECK(a.sitesCost + a.nonHeapCost + a.headroomCost + a.residual == a.memoryCost);
        CHECK(std::abs(a.residual.toDouble()) < 1e-9);
    }
    CHECK(!attributeMemory(Decimal::fromUnits(1), { { {}, 5, {} } }, { 4, 4, 1 }, {}).isValid);
}

/// A bill of random rows, tagged, named by resource, named twice, or not at all.
static DocumentPtr randomBill(std::uint32_t seed)
{
    std::mt19937 random(seed);
    CostTableBuilder builder;
    const std::array<sdk::CostColumnRow, 6> columns { { { "cost", CostRole::Effective, sdk::CostColumnKind::Decimal },
        { "currency", CostRole::Currency, sdk::CostColumnKind::Text },
        { "resource", CostRole::Resource, sdk::CostColumnKind::Text },
        { "start", CostRole::ChargeStart, sdk::CostColumnKind::Time },
        { "end", CostRole::ChargeEnd, sdk::CostColumnKind::Time },
        { "tags", CostRole::Tags, sdk::CostColumnKind::Tags } } };
    builder.beginCosts(columns);
    const std::array<const char*, 4> names { "alpha", "beta", "alpha-0/beta-1", "i-0123" };
    std::vector<Decimal> cost;
    std::vector<StringId> currency;
    std::vector<StringId> resource;
    std::vector<Instant> start;
    std::vector<Instant> end;
    std::vector<LabelSetId> tags;
    for (int row = 0; row < 300; ++row) {
        cost.push_back(Decimal::fromAttos(static_cast<std::int64_t>(random()) * 1'000'003 - 1'000'000'000'000'000));
        currency.push_back(builder.string("USD"));
        resource.push_back(builder.string(names[random() % 4]));
        start.push_back(startOfDay(20000 + static_cast<std::int64_t>(random() % 30)));
        end.push_back(start.back() + Span::days(1));
        const sdk::TagRow tag { builder.string("App"), builder.string(names[random() % 2]) };
        tags.push_back(random() % 3 == 0 ? builder.tags({ &tag, 1 }) : LabelSetId {});
    }
    std::array<sdk::CostColumnData, 6> data {};
    data[0].decimal = cost;
    data[1].text = currency;
    data[2].text = resource;
    data[3].time = start;
    data[4].time = end;
    data[5].tags = tags;
    builder.rows({ cost.size(), data });
    builder.endCosts({});
    auto document = std::make_shared<Document>();
    document->path = "bill.csv";
    document->content = builder.take();
    return document;
}

TEST(servicesAndBucketsSumToAnyBill)
{
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        const DocumentPtr bill = randomBill(seed);
        Decimal total;
        for (std::size_t row = 0; row < bill->costs()->rowCount; ++row) {
            total += bill->costs()->money(CostBasis::Effective)->at(row);
        }
        const auto analysis = analyzeWorkspace({ bill }, {}, {});
        CHECK(analysis.ok());
        Decimal sum;
        for (const ServiceView& service : analysis.value()->services) {
            sum += service.totalCost;
        }
        if (sum != total) {
            std::printf("seed %u\n", seed);
        }
        CHECK(sum == total);
        CHECK(*analysis.value()->totals.billed == total);
        CHECK(analysis.value()->service(kAmbiguousService) != nullptr);
        CHECK(analysis.value()->service(kUnassignedService) != nullptr);
    }
}

TEST(aCancelledAnalysisSaysSo)
{
    std::stop_source stop;
    stop.request_stop();
    const auto result = analyzeWorkspace({ randomBill(1) }, {}, { stop.get_token(), {} });
    CHECK(!result.ok());
    CHECK(result.error().code == ErrorCode::Cancelled);
}

TEST(titlesFitAndKeepTheFunction)
{
    CHECK_EQ(findingTitle("main.(*SessionStore).Touch", "leaks 1 MiB/h", "ab"),
        std::string("main.(*SessionStore).Touch leaks 1 MiB/h in ab"));
    CHECK(findingTitle(std::string(200, 'x'), "leaks 1 MiB/h", std::string(80, 's')).size() <= 60);
    CHECK_EQ(shortFunction("ns::Pool<int, std::less<int>>::get(int) const", 40), std::string("ns::Pool::get"));
    CHECK_EQ(fingerprintOf(""), std::string("cbf29ce484222325"));
}

HEAPTOLL_TEST_MAIN
