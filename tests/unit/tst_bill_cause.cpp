// SPDX-License-Identifier: Apache-2.0
// Why a service cost more for two days, told from the rows of a bill that were written for it. All by hand: twenty days,
// 0 to 19; the event is the days 10 and 11, so eighteen days are the usual state.
#include "core/analysis/anomaly_cause.h"
#include "core/analysis/findings_builder.h"
#include "core/analysis/workspace_analysis.h"
#include "tests/support/check.h"
#include "tests/support/made_bill.h"

#include <algorithm>
#include <functional>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr std::int64_t kDays = 20;
constexpr double kGib = 1024.0 * 1024 * 1024;

bool isEventDay(std::int64_t day)
{
    return day == 10 || day == 11;
}

AnomalyEvent eventOf(double actual, double expected)
{
    AnomalyEvent event;
    event.range = { startOfDay(kBillDay + 10), startOfDay(kBillDay + 12) };
    event.kind = AnomalyKind::Spike;
    event.actual = actual;
    event.expected = expected;
    event.impact = 2 * (actual - expected);
    event.score = 10;
    return event;
}

/// A row a day of shop: what it costs usually, and on the days of the event.
struct Daily {
    MadeCharge charge;
    std::int64_t usual = 0;
    std::int64_t during = 0;
};

DocumentPtr billOf(const std::vector<Daily>& rows, const std::vector<MadeCharge>& more = {})
{
    std::vector<MadeCharge> charges = more;
    for (std::int64_t day = 0; day < kDays; ++day) {
        for (const Daily& row : rows) {
            MadeCharge& charge = charges.emplace_back(row.charge);
            charge.service = charge.service.empty() ? "shop" : charge.service;
            charge.currency = "USD";
            charge.day = day;
            charge.cost = isEventDay(day) ? row.during : row.usual;
        }
    }
    return madeBill(charges);
}

/// The service shop of a bill, with nothing out of line but these events.
struct Shop {
    Shop(const DocumentPtr& bill, std::vector<AnomalyEvent> events)
        : analysis(*analyzeWorkspace({ bill }, {}, {}).value())
        , service(*analysis.service("shop"))
    {
        service.anomalies = std::move(events);
    }
    WorkspaceAnalysis analysis;
    ServiceView service;
};

/// "product RDS 1; resource i-2 0.6".
std::string causesOf(const BillCause& cause)
{
    std::string text;
    for (const RowCause& rows : cause.rows) {
        text += (text.empty() ? "" : "; ") + rows.dimension + ' ' + rows.value + ' ' + inFigures(rows.share);
    }
    return text;
}

std::string causesIn(const DocumentPtr& bill, const AnomalyEvent& event, std::vector<AnomalyEvent> others = {})
{
    others.push_back(event);
    const Shop shop(bill, others);
    return causesOf(billCause(shop.analysis, shop.service, event));
}

MadeCharge charge(const std::function<void(MadeCharge&)>& fill)
{
    MadeCharge made;
    fill(made);
    return made;
}

MadeCharge resource(const char* product, const char* name)
{
    return charge([&](MadeCharge& c) {
        c.product = product;
        c.resource = name;
    });
}

const ConfidenceCheck* causeCheck(const Finding& finding)
{
    const auto it = std::ranges::find(finding.confidence.checks, "cause", &ConfidenceCheck::name);
    return it == finding.confidence.checks.end() ? nullptr : &*it;
}

/// The finding of the only event of a shop.
Finding findingOf(const Shop& shop)
{
    std::vector<Finding> found;
    addAnomalyFindings(found, findingContext(shop.analysis, shop.service));
    CHECK_EQ(found.size(), std::size_t { 1 });
    return found.empty() ? Finding {} : found.front();
}

void makeLeak(ServiceView& service)
{
    SiteGrowth site;
    site.growthClass = GrowthClass::Leak;
    service.growth = GrowthReport {};
    service.growth->sites.push_back(site);
}

/// Half of the excess of 30 a day is memory billed by the GiB-hour.
DocumentPtr memoryBill()
{
    return billOf({ { charge([](MadeCharge& c) { c.gibHours = 100; }), 4, 19 }, { {}, 10, 25 } });
}

/// Hourly usage over the days of the bill: pods and GiB per pod, usually and on the days of the event.
WorkloadUsage usageOf(std::uint32_t podsUsual, std::uint32_t podsDuring, double gibUsual, double gibDuring)
{
    WorkloadUsage usage;
    usage.stepHours = 1;
    for (std::int64_t hour = 0; hour < kDays * 24; ++hour) {
        const bool inside = isEventDay(hour / 24);
        usage.times.push_back(startOfDay(kBillDay) + Span::hours(hour));
        usage.podCount.push_back(inside ? podsDuring : podsUsual);
        usage.workingSetBytes.push_back(usage.podCount.back() * (inside ? gibDuring : gibUsual) * kGib);
    }
    return usage;
}

/// Cost went from 3 to 4.50 a day; prices are 0.005 a GiB-hour.
Shop shopWithPods(const WorkloadUsage& usage)
{
    Shop shop(billOf({ { {}, 3, 4 } }), { eventOf(4.5, 3) });
    shop.analysis.workloads.push_back(usage);
    shop.service.workloads = { 0 };
    MemoryPrice price;
    price.method = PriceMethod::Hedonic;
    price.perGibHour = price.low = price.high = 0.005;
    price.currency = "USD";
    shop.service.price = price;
    return shop;
}

} // namespace

TEST(theValueThatHoldsTheExcessIsTold)
{
    // 60 more than 2 days of 14: the database has 68 on these days and 72 on the other eighteen, so 68 - 72 x 2 / 18 = 60
    const DocumentPtr bill = billOf({ { resource("EC2", "i-1"), 10, 10 }, { resource("RDS", "db-1"), 4, 34 } });
    // its resource is the same rows: the product says it
    CHECK_EQ(causesIn(bill, eventOf(44, 14)), "product RDS 1");
}

TEST(everyColumnOfABillCanTell)
{
    const std::vector<std::pair<std::string, std::string MadeCharge::*>> columns { { "product", &MadeCharge::product },
        { "charge", &MadeCharge::description }, { "usage type", &MadeCharge::usageType }, { "SKU", &MadeCharge::sku },
        { "region", &MadeCharge::region }, { "resource", &MadeCharge::resource } };
    for (const auto& [name, member] : columns) {
        MadeCharge usual;
        MadeCharge grown;
        usual.*member = "a";
        grown.*member = "b";
        CHECK_EQ(causesIn(billOf({ { usual, 10, 10 }, { grown, 4, 34 } }), eventOf(44, 14)), name + " b 1");
    }
}

TEST(aSmallerPartIsToldBesideTheWhole)
{
    // 20 more a day, all in EC2: 8 in i-1 and 12 in i-2, which is 60 % of it
    const DocumentPtr bill = billOf(
        { { resource("EC2", "i-1"), 5, 13 }, { resource("EC2", "i-2"), 5, 17 }, { resource("S3", "bucket"), 3, 3 } });
    CHECK_EQ(causesIn(bill, eventOf(33, 13)), "product EC2 1; resource i-2 0.6");
}

TEST(lessThanHalfOfTheExcessIsNoCause)
{
    // three resources with 10 more each, and one product: nothing tells
    const DocumentPtr bill = billOf(
        { { resource("EC2", "i-1"), 5, 15 }, { resource("EC2", "i-2"), 5, 15 }, { resource("EC2", "i-3"), 5, 15 } });
    CHECK_EQ(causesIn(bill, eventOf(45, 15)), "");
    // an exact half is one
    const DocumentPtr halves = billOf({ { resource("EC2", "i-2"), 5, 15 }, { resource("EC2", "i-1"), 5, 15 } });
    CHECK_EQ(causesIn(halves, eventOf(30, 10)), "resource i-1 0.5"); // a tie goes by name
}

TEST(rowsOfOthersAndFeesAreNoCause)
{
    const auto fee = [](const char* service, const char* currency, const char* frequency) {
        MadeCharge made = resource("other", "x");
        made.service = service;
        made.currency = currency;
        made.frequency = frequency;
        made.day = 10;
        made.cost = 5000;
        return made;
    };
    const DocumentPtr bill = billOf({ { resource("EC2", "i-1"), 10, 10 }, { resource("RDS", "db-1"), 4, 34 } },
        { fee("cart", "USD", "Usage-Based"), fee("shop", "EUR", "Usage-Based"), fee("shop", "USD", "Recurring") });
    CHECK_EQ(causesIn(bill, eventOf(44, 14)), "product RDS 1");
}

TEST(otherAnomaliesAreNotTheUsualState)
{
    // On four later days the database costs 100: with them, its usual days would cost 25.33, and 68 - 50.67 is 29 % of 60.
    std::vector<MadeCharge> later;
    for (const std::int64_t day : { 15, 16, 17, 18 }) {
        later.push_back(resource("RDS", "db-1"));
        later.back().service = "shop";
        later.back().currency = "USD";
        later.back().day = day;
        later.back().cost = 96;
    }
    AnomalyEvent other = eventOf(110, 14);
    other.range = { startOfDay(kBillDay + 15), startOfDay(kBillDay + 19) };
    const DocumentPtr bill = billOf({ { resource("EC2", "i-1"), 10, 10 }, { resource("RDS", "db-1"), 4, 34 } }, later);
    // 60 of an impact of 100; 61.8 if the later days counted as usual ones that cost nothing more
    CHECK_EQ(causesIn(bill, eventOf(64, 14), { other }), "product RDS 0.6");
    CHECK_EQ(causesIn(bill, eventOf(64, 14)), "");
}

TEST(sharesAreOfTheExcessAndNeverAboveIt)
{
    const DocumentPtr bill = billOf({ { resource("EC2", "i-1"), 10, 10 }, { resource("RDS", "db-1"), 4, 34 } });
    CHECK_EQ(causesIn(bill, eventOf(29, 14)), "product RDS 1"); // 60 of an impact of 30
    CHECK_EQ(causesIn(bill, eventOf(64, 14)), "product RDS 0.6"); // 60 of 100
    CHECK_EQ(causesIn(bill, eventOf(14, 14)), ""); // no excess
}

TEST(memoryBilledByTheHourHasItsShare)
{
    const AnomalyEvent event = eventOf(44, 14);
    const Shop shop(memoryBill(), { event });
    // 15 of the 30 more a day
    CHECK_NEAR(billCause(shop.analysis, shop.service, event).memoryShare, 0.5, 1e-9);
    const Shop none(billOf({ { {}, 14, 44 } }), { event });
    CHECK_NEAR(billCause(none.analysis, none.service, event).memoryShare, 0.0, 1e-9);
}

TEST(billedMemoryOfALeakingServiceIsTheLeakSeenInTheBill)
{
    Shop shop(memoryBill(), { eventOf(44, 14) });
    const Finding apart = findingOf(shop);
    CHECK(!apart.isWeak);
    CHECK(apart.costSoFar == Decimal::fromUnits(60));
    CHECK(causeCheck(apart) == nullptr);
    makeLeak(shop.service);
    const Finding folded = findingOf(shop);
    CHECK(folded.isWeak); // its money is told by the leak
    CHECK(folded.actions.at(0).find("Mend the leak") == 0);
    CHECK(causeCheck(folded) != nullptr && causeCheck(folded)->passed);
    CHECK_EQ(causeCheck(folded)->value, "billed memory: 50 % of the excess");
    // less than half of the excess is another story
    Shop other(
        billOf({ { charge([](MadeCharge& c) { c.gibHours = 100; }), 4, 18 }, { {}, 10, 26 } }), { eventOf(44, 14) });
    makeLeak(other.service);
    CHECK(!findingOf(other).isWeak);
}

TEST(podsThatGrowForDaysAreALeakToo)
{
    Shop shop(memoryBill(), { eventOf(44, 14) });
    UsageTrend trend;
    shop.service.trends.push_back(trend);
    CHECK(!findingOf(shop).isWeak);
    shop.service.trends.back().isGrowing = true;
    CHECK(findingOf(shop).isWeak);
}

TEST(memoryInEachPodFoldsIntoALeakAndMorePodsDoNot)
{
    // 2 pods x 5 GiB more x 24 h x 0.005 = 1.20 of the 1.50 more a day
    Shop grown = shopWithPods(usageOf(2, 2, 1, 6));
    const Finding memory = findingOf(grown);
    CHECK(!memory.isWeak);
    CHECK_EQ(causeCheck(memory)->value, "memory per pod: 80 % of the excess");
    CHECK(memory.actions.at(0).find("heap profile") != std::string::npos);
    makeLeak(grown.service);
    CHECK(findingOf(grown).isWeak);
    CHECK(findingOf(grown).actions.at(0).find("Mend the leak") == 0);
    // half as many pods again cost half as much again: that is no leak, whatever leaks beside it
    Shop scaled = shopWithPods(usageOf(2, 3, 1, 1));
    makeLeak(scaled.service);
    const Finding pods = findingOf(scaled);
    CHECK(!pods.isWeak);
    CHECK_EQ(causeCheck(pods)->value, "pods: 100 % of the excess");
}

HEAPTOLL_TEST_MAIN
