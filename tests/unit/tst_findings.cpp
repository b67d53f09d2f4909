// SPDX-License-Identifier: Apache-2.0
// Names, prices, attribution and growth verdicts on made-up data whose truth is known.
#include "core/analysis/attribution.h"
#include "core/analysis/charge_days.h"
#include "core/analysis/findings_builder.h"
#include "core/analysis/growth_processes.h"
#include "core/analysis/memory_pricing.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"
#include "tests/support/finding_checks.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr double kMib = 1024.0 * 1024;

/// One exact profile a day with one site whose live bytes are a function of the day.
std::vector<SeriesPoint> pointsOf(std::size_t days, const std::function<double(std::size_t)>& bytes)
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
    return points;
}

GrowthReport growthOf(std::size_t days, const std::function<double(std::size_t)>& bytes)
{
    return analyzeGrowth(unifySeries(pointsOf(days, bytes)), {}, {}, {});
}

/// A leak of 2 MiB a day in the profiles, beside pods that grow so many times as fast.
Finding leakBesidePods(double times, double priceLow, double priceHigh)
{
    const double rate = 2 * kMib / 24;
    WorkspaceAnalysis analysis;
    analysis.workloads.emplace_back();
    ServiceView service;
    service.name = "shop";
    service.growth = growthOf(40, [](std::size_t d) { return (10 + 2.0 * static_cast<double>(d)) * kMib; });
    service.workloads = { 0 };
    service.sizing.emplace_back();
    UsageTrend trend;
    trend.isGrowing = true;
    trend.bytesPerHourPerPod = trend.low = trend.high = times * rate;
    service.trends.push_back(trend);
    MemoryPrice price;
    price.method = PriceMethod::Direct;
    price.perGibHour = 0.004;
    price.low = priceLow;
    price.high = priceHigh;
    price.currency = "USD";
    service.price = price;
    analysis.services.push_back(service);
    std::vector<Finding> found;
    addLeakFindings(found, findingContext(analysis, analysis.services.front()));
    CHECK_EQ(found.size(), std::size_t { 1 });
    return found.empty() ? Finding {} : found.front();
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

TEST(aFewProfilesThatOnlyRiseAreUndecided)
{
    const auto doubles = [](std::size_t d) { return (10 + 10.0 * static_cast<double>(d)) * kMib; };
    for (const std::size_t points : { 2U, 3U, 4U }) {
        const GrowthReport report = growthOf(points, doubles);
        CHECK_EQ(verdict(report), std::string("undecided"));
        CHECK_EQ(report.sites[0].moreProfilesNeeded, 30 - points);
        CHECK(report.sites[0].reason.find("too few to tell; collect") != std::string::npos);
    }
    CHECK_EQ(verdict(growthOf(4, [](std::size_t) { return 20 * kMib; })), std::string("steady"));
    CHECK(verdict(growthOf(4, [](std::size_t d) { return (d == 1 ? 30 : 20) * kMib; })) != "undecided");
    CHECK_EQ(verdict(growthOf(2, [](std::size_t d) { return (20 + 0.1 * static_cast<double>(d)) * kMib; })),
        std::string("steady")); // less than 0.5 % of the heap
}

TEST(profilesOfOneMomentTellNoRate)
{
    std::vector<SeriesPoint> points =
        pointsOf(6, [](std::size_t d) { return (10 + 10.0 * static_cast<double>(d)) * kMib; });
    for (SeriesPoint& point : points) {
        point.time = startOfDay(20000);
    }
    const GrowthReport report = analyzeGrowth(unifySeries(points), {}, {}, {});
    CHECK(report.rateUnit == RateUnit::Unknown);
    CHECK_EQ(verdict(report), std::string("undecided"));
    CHECK(!hourlyRate(report, report.sites[0]));
    CHECK(report.sites[0].reason.starts_with("the times of the 6 profiles are equal"));
    CHECK_EQ(report.sites[1].site.function, std::string("base"));
    CHECK(report.sites[1].growthClass == GrowthClass::Steady); // what is equal in all of them is level
}

TEST(profilesWithoutTimesGrowPerProfile)
{
    const auto points = pointsOf(6, [](std::size_t d) { return (10 + 10.0 * static_cast<double>(d)) * kMib; });
    const std::vector<std::string> paths { "a.1", "a.2", "a.3", "a.4", "a.5", "a.6" };
    const GrowthReport report = growthInOrder(points, paths, {}, {});
    CHECK(report.rateUnit == RateUnit::Profile);
    CHECK_EQ(verdict(report), std::string("leak"));
    CHECK_NEAR(report.sites[0].bytesPerHour, 10 * kMib, 1.0); // a profile, though the points are days apart
    CHECK(!hourlyRate(report, report.sites[0]));
    CHECK(report.notes.front().find("growth is per profile") != std::string::npos);
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

TEST(aCacheThatFilledUpNeedsFewProfiles)
{
    const auto fill = [](std::size_t d) { return std::min<double>(10.0 + 40.0 * static_cast<double>(d), 200) * kMib; };
    CHECK_EQ(verdict(growthOf(15, fill)), std::string("cache"));
    CHECK(verdict(growthOf(6, fill)) != "cache"); // level at two points only
}

TEST(podsThatGrowOtherwiseThanTheHeapCapTheConfidence)
{
    const Finding alike = leakBesidePods(1.2, 0.004, 0.004);
    CHECK(checkOf(alike, "same_rate") != nullptr && checkOf(alike, "same_rate")->passed);
    CHECK(alike.confidence.level == ConfidenceLevel::High);
    CHECK_NEAR(alike.growthBytesPerHour.value_or(0), 2 * kMib / 24, 1.0); // the profiles' own, as `growth` shows it
    CHECK_NEAR(alike.growthHigh.value_or(0), 1.2 * 2 * kMib / 24, 1.0);
    const Finding other = leakBesidePods(5, 0.004, 0.004);
    CHECK(checkOf(other, "same_rate") != nullptr && !checkOf(other, "same_rate")->passed);
    CHECK(checkOf(other, "same_rate")->value.find("at most medium") != std::string::npos);
    CHECK(other.confidence.level == ConfidenceLevel::Medium);
    CHECK_NEAR(other.growthBytesPerHour.value_or(0), 5 * 2 * kMib / 24, 1.0);
    CHECK_NEAR(other.growthLow.value_or(0), 2 * kMib / 24, 1.0); // the range covers both rates
}

TEST(theRangeOfALeakCoversThePriceAsWell)
{
    const Finding finding = leakBesidePods(1, 0.003, 0.006);
    CHECK(finding.costPerMonth.has_value());
    CHECK_NEAR(finding.costPerMonth->low.toDouble() / finding.costPerMonth->amount.toDouble(), 0.75, 0.001);
    CHECK_NEAR(finding.costPerMonth->high.toDouble() / finding.costPerMonth->amount.toDouble(), 1.5, 0.001);
}

TEST(undecidedGrowthIsAWeakSignalThatSaysWhatToCollect)
{
    std::vector<DocumentPtr> documents;
    const auto rises = [](std::size_t d) { return (d < 4 ? 20 : 35) * kMib; }; // once, so far
    for (const SeriesPoint& point : pointsOf(8, rises)) {
        auto document = std::make_shared<Document>();
        document->path = "profiles/shop/heap." + std::to_string(documents.size()) + ".pb.gz";
        document->content = point.profile;
        documents.push_back(document);
    }
    const auto analysis = analyzeWorkspace(documents, {}, {});
    CHECK(analysis.ok());
    CHECK_EQ(analysis.value()->findings.size(), std::size_t { 1 });
    const Finding& finding = analysis.value()->findings.at(0);
    CHECK(finding.isWeak && finding.kind == FindingKind::Leak && !finding.costPerMonth);
    CHECK(finding.confidence.level == ConfidenceLevel::Low);
    CHECK_EQ(finding.actions.at(0),
        std::string("Collect 22 more profiles at the same distance (about 22 d), then analyse all of them"));
}

TEST(aFewProfilesCannotRuleOutAStartUp)
{
    const auto line = [](std::size_t d) { return (10 + 5.0 * static_cast<double>(d)) * kMib; };
    CHECK(growthOf(12, line).sites[0].mayBeWarmUp);
    CHECK(!growthOf(40, line).sites[0].mayBeWarmUp);
}

TEST(aChargeOfSeveralDaysIsSpreadExactly)
{
    std::mt19937_64 random(7);
    for (int i = 0; i < 200; ++i) {
        const Instant start { static_cast<std::int64_t>(random() % 1'000'000'000'000'000'000U) };
        const Instant end = start + Span { static_cast<std::int64_t>(random() % 4'000'000'000'000'000U) };
        const Decimal cost = Decimal::fromAttos(static_cast<Int128>(random()) * 1000 - 500);
        Decimal sum;
        for (const DayShare& share : sharesByDay(start, end, cost)) {
            sum += share.cost;
        }
        CHECK(sum == cost);
    }
    const auto month = sharesByDay(startOfDay(20000), startOfDay(20030), Decimal::fromUnits(300));
    CHECK_EQ(month.size(), std::size_t { 30 });
    CHECK(month[0].cost == Decimal::fromUnits(10) && month[29].cost == Decimal::fromUnits(10));
    CHECK_EQ(sharesByDay(startOfDay(20000), startOfDay(20001), Decimal::fromUnits(1)).size(), std::size_t { 1 });
    CHECK_EQ(sharesByDay(startOfDay(20000), startOfDay(20000), Decimal::fromUnits(1)).size(), std::size_t { 1 });
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
        const double replicas = 1 + 9 * real(random);
        const double working = replicas * heap * (1.01 + real(random));
        const double paid = working * (1 + real(random));
        const Decimal cost = Decimal::fromDouble(1000 * real(random));
        const Attribution a = attributeMemory(cost, sites, { paid, working, replicas }, {});
        CHECK(a.isValid);
        CHECK(a.sitesCost + a.nonHeapCost + a.headroomCost + a.residual == cost);
        // Each share is rounded once, to a double's 2^-53 of the cost and to an atto.
        const double rounding = static_cast<double>(sites.size() + 2) * (cost.toDouble() * 0x1p-52 + 1e-18);
        CHECK(std::abs(a.residual.toDouble()) <= rounding);
        double others = 0;
        for (std::size_t i = 0; i < sites.size(); ++i) {
            const double share = replicas * sites[i].meanLiveBytes / paid;
            others += share;
            CHECK_NEAR(a.sites[i].cost.toDouble(), cost.toDouble() * share, 1e-9);
        }
        CHECK_NEAR(a.headroomCost.toDouble(), cost.toDouble() * (1 - working / paid), 1e-9);
        CHECK_NEAR(a.nonHeapCost.toDouble(), cost.toDouble() * (working / paid - others), 1e-9);
    }
    CHECK(!attributeMemory(Decimal::fromUnits(1), { { {}, 5, {} } }, { 4, 4, 1 }, {}).isValid);
}

TEST(aMonthOfMemoryIsSplitToTheLastAtto)
{
    ServiceView service;
    service.attribution = attributeMemory(Decimal::fromUnits(7), { { {}, 1, {} } }, { 10, 5, 3 }, {});
    CHECK(!memorySplit(service)); // without a cost per month there is nothing to split
    service.memoryCostPerMonth = Decimal::parse("3.333333333333333333")->value;
    const MemorySplit split = memorySplit(service).value();
    CHECK_NEAR(split.sites.toDouble(), 3.333333333333 * 0.3, 1e-9); // 1 x 3 of 10
    CHECK_NEAR(split.nonHeap.toDouble(), 3.333333333333 * 0.2, 1e-9); // 5 less 3
    CHECK_NEAR(split.headroom.toDouble(), 3.333333333333 * 0.5, 1e-9);
    CHECK(split.sites + split.nonHeap + split.headroom + split.residual == *service.memoryCostPerMonth);
    CHECK(std::abs(split.residual.toDouble()) < 1e-12);
    service.attribution.isValid = false;
    CHECK(!memorySplit(service));
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

TEST(titlesKnowAnonymousNamespacesAndWholeCodePoints)
{
    CHECK_EQ(findingTitle("shop::(anonymous namespace)::Cache::put(int)", "leaks 4.00 MiB/h", "x"),
        std::string("shop::Cache::put leaks 4.00 MiB/h in x"));
    CHECK_EQ(shortFunction("(anonymous namespace)::put(int)", 40), std::string("put"));
    CHECK_EQ(
        shortFunction("a::Pool<void (*)(int), (anonymous namespace)::Key>::get(int)", 40), std::string("a::Pool::get"));
    // two bytes each: 20 of them are 40 bytes, of which 13 (of 16 - 3) end amid one
    std::string omegas;
    for (int i = 0; i < 20; ++i) {
        omegas += "\xcf\x89";
    }
    CHECK_EQ(shortFunction(omegas, 16), "..." + omegas.substr(0, 12));
    CHECK_EQ(shortFunction(omegas, 3), omegas.substr(0, 2));
    // " leaks in " and 40 bytes of name are 50, cut to 45 with 35 of the name: 17 whole letters
    CHECK_EQ(findingTitle("f", "leaks", omegas), "f leaks in " + omegas.substr(0, 34) + "...");
}

HEAPTOLL_TEST_MAIN
