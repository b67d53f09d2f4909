// SPDX-License-Identifier: Apache-2.0
// What a bill alone tells: anomalies, appearing and disappearing services, currencies, and findings on damaged data.
#include "core/analysis/findings_builder.h"
#include "core/analysis/workspace_analysis.h"
#include "tests/support/check.h"
#include "tests/support/finding_checks.h"
#include "tests/support/made_bill.h"

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

/// Rows of a bill: service (tag), currency, first day, days, cost, frequency.
struct Charge {
    const char* service;
    const char* currency;
    std::int64_t day;
    std::int64_t days;
    std::int64_t cost;
    const char* frequency = "Usage-Based";
};

DocumentPtr billOf(const std::vector<Charge>& charges)
{
    std::vector<MadeCharge> made;
    for (const Charge& charge : charges) {
        MadeCharge& row = made.emplace_back();
        row.service = charge.service;
        row.currency = charge.currency;
        row.day = charge.day;
        row.days = charge.days;
        row.cost = charge.cost;
        row.frequency = charge.frequency;
    }
    return madeBill(made);
}

} // namespace

TEST(feesAreNoAnomalies)
{
    std::vector<Charge> charges;
    for (std::int64_t day = 0; day < 60; ++day) {
        charges.push_back({ "shop", "USD", day, 1, 10 });
    }
    charges.push_back({ "shop", "USD", 20, 30, 900 }); // three times the daily cost over a month: a level, not a spike
    charges.push_back({ "shop", "USD", 40, 1, 500, "Recurring" });
    const auto analysis = analyzeWorkspace({ billOf(charges) }, {}, {});
    CHECK(analysis.ok());
    const ServiceView* const shop = analysis.value()->service("shop");
    CHECK(shop != nullptr);
    for (const AnomalyEvent& event : shop->anomalies) {
        CHECK(event.range.length() > Span::days(1));
        CHECK(event.actual < 100);
    }
    Decimal days;
    for (const DailyCost& day : shop->dailyCost) {
        days += day.cost;
        CHECK(day.cost <= Decimal::fromUnits(540));
    }
    CHECK(days == shop->totalCost && shop->totalCost == Decimal::fromUnits(2000));
}

TEST(aServiceThatAppearsOrDisappearsIsAnAnomaly)
{
    std::vector<Charge> charges;
    for (std::int64_t day = 0; day < 60; ++day) {
        charges.push_back({ "shop", "USD", day, 1, 10 });
        if (day >= 40) {
            charges.push_back({ "newcomer", "USD", day, 1, 50 });
        }
        if (day < 30) {
            charges.push_back({ "leaver", "USD", day, 1, 20 });
        }
        if (day < 58) {
            charges.push_back({ "late", "USD", day, 1, 20 }); // its last two days may still come
        }
    }
    charges.push_back({ "shop", "USD", -400, 1, -3 }); // a credit for last year makes no bill of last year
    const auto analysis = analyzeWorkspace({ billOf(charges) }, {}, {}).value();
    const auto& came = analysis->service("newcomer")->anomalies;
    CHECK_EQ(came.size(), std::size_t { 1 });
    CHECK(came.front().kind == AnomalyKind::LevelShift);
    CHECK_EQ(toIsoDate(came.front().range.start), toIsoDate(startOfDay(20040)));
    CHECK_NEAR(came.front().actual, 50.0, 1e-9);
    CHECK_NEAR(came.front().expected, 0.0, 1e-9);
    CHECK_NEAR(came.front().impact, 20 * 50.0, 1e-9); // to the last day of the bill
    const auto& left = analysis->service("leaver")->anomalies;
    CHECK_EQ(left.size(), std::size_t { 1 });
    CHECK(left.front().kind == AnomalyKind::LevelShift);
    CHECK_EQ(toIsoDate(left.front().range.start), toIsoDate(startOfDay(20030)));
    CHECK_NEAR(left.front().impact, -30 * 20.0, 1e-9);
    CHECK(analysis->service("late")->anomalies.empty());
    const auto finding = std::ranges::find(analysis->findings, "newcomer", &Finding::service);
    CHECK(finding != analysis->findings.end() && finding->costPerMonth && !finding->costPerMonth->kind);
    CHECK(analysis->service("shop")->anomalies.empty());
}

TEST(costThatBeginsWhereThePodsAlreadyRanIsAMatterOfMapping)
{
    for (const bool ranBefore : { true, false }) {
        WorkspaceAnalysis analysis;
        analysis.billSpan.runs = { { 20000, 20059 } };
        WorkloadUsage& usage = analysis.workloads.emplace_back();
        usage.stepHours = 24;
        PodUsage& pod = usage.pods.emplace_back();
        pod.times = { startOfDay(ranBefore ? 20000 : 20040), startOfDay(20059) };
        pod.workingSetBytes = { 1e9, 1e9 };
        ServiceView service;
        service.name = "tagged-late";
        service.currency = "USD";
        service.costPerMonth = Decimal::fromUnits(100);
        service.workloads = { 0 };
        AnomalyEvent event;
        event.kind = AnomalyKind::LevelShift;
        event.range = { startOfDay(20040), startOfDay(20054) };
        event.actual = 3;
        event.impact = 42;
        event.score = 50;
        service.anomalies = { event };
        std::vector<Finding> found;
        addAnomalyFindings(found, findingContext(analysis, service));
        CHECK_EQ(found.size(), std::size_t { 1 });
        CHECK_EQ(found.front().isWeak, ranBefore);
        CHECK_EQ(found.front().actions.front().starts_with("Look for its rows before 2024-11-13"), ranBefore);
    }
}

TEST(currenciesAreNeverAdded)
{
    std::vector<Charge> charges;
    for (std::int64_t day = 0; day < 30; ++day) {
        charges.push_back({ "shop", "USD", day, 1, 10 });
        charges.push_back({ "kiosk", "EUR", day, 1, day == 20 || day == 21 ? 90 : 7 });
    }
    charges.push_back({ "shop", "EUR", 3, 1, 5 });
    const auto analysis = analyzeWorkspace({ billOf(charges) }, {}, {});
    CHECK(analysis.ok());
    const ServiceView* const shop = analysis.value()->service("shop");
    const ServiceView* const kiosk = analysis.value()->service("kiosk");
    CHECK(shop != nullptr && kiosk != nullptr);
    CHECK_EQ(shop->currency, std::string("USD"));
    CHECK(shop->totalCost == Decimal::fromUnits(300));
    CHECK(shop->otherCosts.at("EUR") == Decimal::fromUnits(5));
    CHECK_EQ(kiosk->currency, std::string("EUR"));
    CHECK(kiosk->totalCost == Decimal::fromUnits(28 * 7 + 180));
    const WorkspaceTotals& totals = analysis.value()->totals;
    CHECK(!totals.billed && !totals.memoryPerMonth && totals.currency.empty());
    CHECK_EQ(totals.byCurrency.size(), std::size_t { 2 });
    CHECK(totals.of("EUR")->billed == Decimal::fromUnits(28 * 7 + 185));
    CHECK(totals.of("USD")->billed == Decimal::fromUnits(300));
    CHECK(totals.of("GBP") == nullptr);
    bool isSeen = false;
    for (const Finding& finding : analysis.value()->findings) {
        isSeen = isSeen || (finding.kind == FindingKind::CostAnomaly && finding.service == "kiosk");
        CHECK(!finding.costPerMonth || finding.service != "kiosk" || finding.costPerMonth->currency == "EUR");
    }
    CHECK(isSeen);
}

TEST(aFindingIsPartialWhenWhatItRestsOnIs)
{
    std::vector<Charge> charges;
    for (std::int64_t day = 0; day < 60; ++day) {
        charges.push_back({ "shop", "USD", day, 1, day == 30 || day == 31 ? 900 : 10 });
    }
    const DocumentPtr whole = billOf(charges);
    auto cut = std::make_shared<Document>(*whole);
    cut->isComplete = false;
    auto damaged = std::make_shared<Document>(*whole);
    damaged->issues.add(Severity::DataLoss, "test.row", {}, "a row was lost");
    const auto anomalyOf = [](const DocumentPtr& bill) {
        const auto analysis = analyzeWorkspace({ bill }, {}, {}).value();
        for (const Finding& finding : analysis->findings) {
            if (finding.kind == FindingKind::CostAnomaly) {
                return finding;
            }
        }
        return Finding {};
    };
    const Finding sure = anomalyOf(whole);
    CHECK(!sure.isPartial && checkOf(sure, "data_quality")->passed);
    for (const DocumentPtr& bill : { DocumentPtr(cut), DocumentPtr(damaged) }) {
        const Finding doubtful = anomalyOf(bill);
        CHECK(doubtful.isPartial);
        CHECK_EQ(checkOf(doubtful, "data_quality")->value, std::string("partial: bill: at most medium"));
        CHECK(doubtful.confidence.level == ConfidenceLevel::Medium);
    }
    WorkspaceAnalysis analysis;
    auto usage = std::make_shared<Document>();
    usage->content = std::make_shared<const UsageTable>();
    usage->isComplete = false;
    analysis.documents = { usage };
    ServiceView service;
    service.workloads = { 0 };
    analysis.workloads.emplace_back();
    const FindingContext context = findingContext(analysis, service);
    Finding sizing = startFinding(FindingKind::Overprovisioned, "shop", {});
    addCommonChecks(sizing, context);
    for (int i = 0; i < 20; ++i) { // 21 of 22 passed, which is high but for the cap
        check(sizing, "made", true, "up");
    }
    closeConfidence(sizing);
    CHECK(sizing.isPartial && sizing.confidence.level == ConfidenceLevel::Medium);
    Finding gap = startFinding(FindingKind::UnattributedCost, "shop", {}); // usage says nothing of it
    addCommonChecks(gap, context);
    CHECK(!gap.isPartial);
}

HEAPTOLL_TEST_MAIN
