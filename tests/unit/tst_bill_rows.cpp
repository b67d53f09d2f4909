// SPDX-License-Identifier: Apache-2.0
// The rows of a bill behind what a service costs. All by hand.
#include "core/analysis/bill_rows.h"
#include "tests/support/check.h"
#include "tests/support/made_bill.h"

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

MadeCharge charge(const char* service, std::int64_t day, std::int64_t cost, const char* what, const char* resource)
{
    MadeCharge made;
    made.service = service;
    made.currency = "USD";
    made.day = day;
    made.cost = cost;
    made.description = what;
    made.resource = resource;
    return made;
}

std::shared_ptr<const WorkspaceAnalysis> shopAnalysis(std::vector<MadeCharge> more = {})
{
    std::vector<MadeCharge> charges { charge("shop", 0, 5, "small machine", "i-1"),
        charge("shop", 1, 40, "large machine", "i-2"), charge("shop", 2, -20, "refund", ""),
        charge("other", 1, 99, "disk", "vol-1"), charge("", 1, 7, "support", "") };
    charges.insert(charges.end(), more.begin(), more.end());
    return analyzeWorkspace({ madeBill(charges) }, {}, {}).value();
}

/// "large machine i-2 40; ..." and what was left out.
std::string textOf(const BillRows& rows)
{
    std::string text;
    for (const BillRow& row : rows.rows) {
        text += row.what + ' ' + row.resource + ' ' + (row.cost ? row.cost->toString() : "unknown") + "; ";
    }
    return text + std::to_string(rows.all);
}

} // namespace

TEST(rows_areThoseOfTheServiceBySize)
{
    const auto analysis = shopAnalysis();
    const BillRows rows = billRows(*analysis, "shop", std::nullopt, 10, {}).value();
    CHECK_EQ(textOf(rows), "large machine i-2 40; refund  -20; small machine i-1 5; 3");
    CHECK_EQ(rows.sums.at("USD").toString(), "25");
    CHECK_EQ(rows.rows.front().period.start.ns, startOfDay(kBillDay + 1).ns);
    CHECK(rows.rows.front().matchedBy.find("shop") != std::string::npos);
}

TEST(rows_beyondTheMostAreCountedAndSummed)
{
    std::vector<MadeCharge> many;
    for (std::int64_t i = 0; i < 9000; ++i) {
        many.push_back(charge("shop", i % 20, 1, "hour", "i-3"));
    }
    const BillRows rows = billRows(*shopAnalysis(many), "shop", std::nullopt, 2, {}).value();
    CHECK_EQ(textOf(rows), "large machine i-2 40; refund  -20; 9003");
    CHECK_EQ(rows.sums.at("USD").toString(), "9025");
}

TEST(rows_ofARangeCountByTheirPartOfADay)
{
    const auto analysis = shopAnalysis();
    const TimeRange range { startOfDay(kBillDay + 1) + Span::hours(12), startOfDay(kBillDay + 2) };
    const BillRows rows = billRows(*analysis, "shop", range, 10, {}).value();
    CHECK_EQ(textOf(rows), "large machine i-2 20; 1");
    CHECK_EQ(rows.sums.at("USD").toString(), costInRange(*analysis, *analysis->service("shop"), range)->toString());
}

TEST(rows_ofABucketAreItsOwn)
{
    CHECK_EQ(textOf(billRows(*shopAnalysis(), kUnassignedService, std::nullopt, 10, {}).value()), "support  7; 1");
}

TEST(rows_ofOneCurrencyStandTogether)
{
    MadeCharge euros = charge("shop", 0, 1000, "support in Europe", "");
    euros.currency = "EUR";
    const BillRows rows = billRows(*shopAnalysis({ euros }), "shop", std::nullopt, 2, {}).value();
    CHECK_EQ(textOf(rows), "large machine i-2 40; refund  -20; 4"); // dollars first: most rows are in them
    CHECK_EQ(rows.sums.at("EUR").toString(), "1000");
}

TEST(callers_beginAboveTheBlamedPlace)
{
    Finding finding;
    finding.stack = { { "operator new", "", 0, "" }, { "keepExif", "a.cpp", 1, "" },
        { "handleRequest", "a.cpp", 9, "" }, { "main", "a.cpp", 20, "" } };
    CHECK(callersOf(finding).empty());
    finding.blame = finding.stack[1];
    CHECK_EQ(callersOf(finding).size(), std::size_t { 2 });
    CHECK_EQ(callersOf(finding).front().function, "handleRequest");
    finding.blame = Site { "container app", "", 0, "shop" };
    CHECK(callersOf(finding).empty());
}

HEAPTOLL_TEST_MAIN
