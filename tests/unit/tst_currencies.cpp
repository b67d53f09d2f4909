// SPDX-License-Identifier: Apache-2.0
// A bill of several currencies: nothing is added over them, and nothing is ranked by the bare number.
#include "core/analysis/cost_keys.h"
#include "core/analysis/cost_query.h"
#include "core/analysis/findings_builder.h"
#include "core/analysis/workspace_analysis.h"
#include "tests/support/check.h"
#include "tests/support/made_bill.h"

#include <algorithm>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

Finding worth(const char* title, const char* currency, std::int64_t amount)
{
    Finding finding;
    finding.kind = FindingKind::Overprovisioned;
    finding.title = title;
    if (amount != 0) {
        finding.costPerMonth = CostPerMonth { Decimal::fromUnits(amount), Decimal::fromUnits(amount),
            Decimal::fromUnits(amount), currency, SavingKind::SavesNow };
    }
    return finding;
}

/// Titles of findings in the order that the analysis gives them, for a bill in these currencies, most rows first.
std::string ranked(std::vector<Finding> findings, const std::vector<std::string>& currencies)
{
    WorkspaceAnalysis analysis;
    for (const std::string& currency : currencies) {
        analysis.totals.byCurrency.emplace_back().currency = currency;
    }
    analysis.findings = std::move(findings);
    finishFindings(analysis);
    std::string titles;
    for (const Finding& finding : analysis.findings) {
        titles += (titles.empty() ? "" : " ") + finding.title;
    }
    return titles;
}

/// Thirty days: shop and cart in EUR, kiosk in JPY, whose numbers are a hundred times as large.
DocumentPtr mixedBill()
{
    std::vector<MadeCharge> charges;
    for (std::int64_t day = 0; day < 30; ++day) {
        charges.push_back({ "shop", "EUR", day, 10, "compute", {}, {}, {}, {}, "i-shop" });
        charges.push_back({ "cart", "EUR", day, 4, "compute", {}, {}, {}, {}, "i-cart" });
        charges.push_back({ "kiosk", "JPY", day, 1000, "compute", {}, {}, {}, {}, "i-kiosk" });
    }
    charges.push_back({ "shop", "JPY", 5, 500, "compute", {}, {}, {}, {}, "i-shop" });
    charges.push_back({ "", "EUR", 5, 7, "compute", {}, {}, {}, {}, "i-none" });
    charges.push_back({ "", "EUR", 6, 7, "compute", {}, {}, {}, {}, "i-none" });
    charges.push_back({ "", "JPY", 6, 90, "compute", {}, {}, {}, {}, "i-none" });
    return madeBill(charges);
}

} // namespace

TEST(findingsAreRankedWithinTheirCurrency)
{
    const std::vector<Finding> findings { worth("yen900", "JPY", 900), worth("euro20", "EUR", 20), worth("none", "", 0),
        worth("yen9000", "JPY", 9000), worth("euro60", "EUR", 60), worth("dollar70", "USD", 70) };
    // rows decide which currency is first; one that is in no bill (a rate card) comes behind those that are
    CHECK_EQ(ranked(findings, { "EUR", "JPY" }), "euro60 euro20 yen9000 yen900 dollar70 none");
    CHECK_EQ(ranked(findings, { "JPY", "EUR" }), "yen9000 yen900 euro60 euro20 dollar70 none");
}

TEST(eachCurrencyHasItsOwnTotals)
{
    AnalysisOptions options;
    options.hoursPerMonth = 720; // thirty days
    const auto analysis = analyzeWorkspace({ mixedBill() }, options, {});
    CHECK(analysis.ok());
    const WorkspaceTotals& totals = analysis.value()->totals;
    CHECK(totals.isMixed() && totals.currency.empty());
    CHECK(!totals.billed && !totals.billedPerMonth && !totals.memoryPerMonth);
    CHECK(totals.recoverablePerMonth.all().isZero());
    CHECK_EQ(totals.byCurrency.size(), std::size_t { 2 });
    CHECK_EQ(totals.byCurrency[0].currency, "EUR"); // 62 rows against 32, though the number of yen is larger
    CHECK_EQ(totals.byCurrency[0].rows, std::uint64_t { 62 });
    CHECK(totals.byCurrency[0].billed == Decimal::fromUnits(30 * 14 + 14));
    CHECK(totals.byCurrency[0].billedPerMonth == Decimal::fromUnits(30 * 14 + 14));
    CHECK_EQ(totals.byCurrency[1].rows, std::uint64_t { 32 });
    CHECK(totals.byCurrency[1].billed == Decimal::fromUnits(30 * 1000 + 590));
    CHECK_EQ(totals.rankOf("JPY"), std::size_t { 1 });
    CHECK_EQ(totals.rankOf("USD"), std::size_t { 2 });
    // shares need one currency: that of most rows
    CHECK(analysis.value()->coverage.matched == Decimal::fromUnits(30 * 14));
    CHECK(analysis.value()->coverage.unassigned == Decimal::fromUnits(14));
}

TEST(servicesAreOrderedWithinTheirCurrency)
{
    const auto analysis = analyzeWorkspace({ mixedBill() }, {}, {});
    CHECK(analysis.ok());
    std::string names;
    for (const ServiceView& service : analysis.value()->services) {
        names += (names.empty() ? "" : " ") + service.name;
    }
    CHECK_EQ(names, "shop cart kiosk (unassigned)");
    const auto gap = std::ranges::find(analysis.value()->findings, FindingKind::UnattributedCost, &Finding::kind);
    CHECK(gap != analysis.value()->findings.end());
    CHECK(gap->costSoFar == Decimal::fromUnits(14));
    CHECK_EQ(gap->currency, "EUR");
    CHECK(gap->why.back().text.find("more is billed in JPY, which is not added") != std::string::npos);
}

TEST(aKeyOfTheBillHasOneCurrency)
{
    const auto analysis = analyzeWorkspace({ mixedBill() }, {}, {});
    CHECK(analysis.ok());
    std::string keys;
    for (const CostKey& key : costKeys(*analysis.value())) {
        keys += key.text + '=' + key.cost.toString() + key.currency + ' ';
    }
    CHECK_EQ(keys, "i-none=14EUR i-none=90JPY i-shop=300EUR i-cart=120EUR i-kiosk=30000JPY i-shop=500JPY ");
}

TEST(groupsOfAQueryAreOrderedWithinTheirCurrency)
{
    const auto result = queryCosts(*mixedBill()->costs(), CostBasis::Effective, { { "resource" } }, {}, {}, {});
    CHECK(result.ok());
    std::string groups;
    for (const CostGroup& group : result.value().groups) {
        groups += group.keys[0] + group.currency + ' ';
    }
    CHECK_EQ(groups, "i-shopEUR i-cartEUR i-noneEUR i-kioskJPY i-shopJPY i-noneJPY ");
    CHECK_EQ(reconcile(*mixedBill()->costs()).currencies.size(), std::size_t { 2 });
}

HEAPTOLL_TEST_MAIN
