// SPDX-License-Identifier: Apache-2.0
// Figures per month of small bills, computed by hand: days of the bill, credits, discounts, unknown money, units.
// The base is 30 days of 3.072 for 768 GiB-hours: 92.16, x 730 / 720 hours = 93.44 a month, 0.004 per GiB-hour.
#include "tests/support/csv_bill.h"

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const CsvCharge kUpfront { .day = 0,
    .cost = "1200",
    .app = "",
    .quantity = "",
    .unit = "",
    .sku = "plan",
    .category = "Purchase",
    .frequency = "One-Time",
    .days = 365 };

CsvCharge credit(std::int64_t day, const std::string& cost, const std::string& app, const std::string& sku)
{
    return { .day = day, .cost = cost, .app = app, .quantity = "", .unit = "", .sku = sku, .category = "Credit" };
}

const Finding* findingOf(const AnalysisPtr& analysis, FindingKind kind)
{
    const auto it = std::ranges::find(analysis->findings, kind, &Finding::kind);
    return it == analysis->findings.end() ? nullptr : &*it;
}

std::string costOf(const Finding* finding)
{
    return finding != nullptr && finding->costPerMonth ? cents(finding->costPerMonth->amount) : "-";
}

std::string recoverable(const AnalysisPtr& analysis)
{
    return cents(analysis->totals.recoverablePerMonth.all());
}

double priceOf(const AnalysisPtr& analysis)
{
    const ServiceView* const service = analysis->service("checkout");
    return service != nullptr && service->price ? service->price->perGibHour : -1;
}

} // namespace

TEST(theBaseCostsWhatItShould)
{
    const AnalysisPtr a = analysed(daily(30));
    CHECK_EQ(cents(a->totals.billed), std::string("92.16"));
    CHECK_EQ(cents(a->totals.billedPerMonth), std::string("93.44"));
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("93.44"));
    CHECK_EQ(costOf(findingOf(a, FindingKind::Overprovisioned)), std::string("19.98"));
    CHECK_EQ(recoverable(a), std::string("19.98"));
    CHECK_NEAR(priceOf(a), 0.004, 1e-12);
}

TEST(discountsLowerThePriceOfTheirSku)
{
    std::vector<CsvCharge> charges = daily(30);
    for (std::int64_t day = 0; day < 30; ++day) {
        charges.push_back(credit(day, "-1.536", "checkout", "memory"));
    }
    const AnalysisPtr half = analysed(charges);
    CHECK_NEAR(priceOf(half), 0.002, 1e-12); // 46.08 / 23040
    CHECK_NEAR(half->service("checkout")->price->high, 0.002, 1e-12);
    CHECK_EQ(cents(half->totals.memoryPerMonth), std::string("46.72"));
    CHECK_EQ(recoverable(half), std::string("9.99"));
    // The same money off another SKU of the service leaves the price of memory alone.
    for (CsvCharge& charge : charges) {
        charge.sku = charge.category == "Credit" ? "support" : charge.sku;
    }
    CHECK_NEAR(priceOf(analysed(charges)), 0.004, 1e-12);
    CHECK_EQ(cents(analysed(charges)->totals.memoryPerMonth), std::string("46.72")); // all that the service costs
}

TEST(refundsTakeTheirQuantityBack)
{
    const CsvCharge refund { .cost = "-3.072", .quantity = "-768", .category = "Adjustment" };
    const AnalysisPtr a = analysed(daily(30) + daily(15, refund));
    CHECK_NEAR(priceOf(a), 0.004, 1e-12); // 46.08 / 11520
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("46.72"));
}

TEST(whatWasRefundedWhollyTellsNoPrice)
{
    const CsvCharge refund { .cost = "-3.072", .quantity = "-768", .category = "Adjustment" };
    const AnalysisPtr a = analysed(daily(30) + daily(30, refund));
    CHECK(!a->totals.memoryPerMonth.has_value());
    CHECK(a->service("checkout")->price->method == PriceMethod::None);
}

TEST(memoryIsFoundByWhatWasConsumedOrPriced)
{
    const std::string byteSeconds = "2968681394995200"; // 768 x 2^30 x 3600
    CsvCharge charge { .quantity = byteSeconds, .unit = "byte-seconds" };
    CHECK_NEAR(priceOf(analysed(daily(30, charge))), 0.004, 1e-9);
    charge = { .quantity = "805306368", .unit = "kibibyte hours" };
    CHECK_NEAR(priceOf(analysed(daily(30, charge))), 0.004, 1e-9);
    charge = { .quantity = "2831155200", .unit = "MiB-seconds" }; // 768 x 1024 x 3600
    CHECK_NEAR(priceOf(analysed(daily(30, charge))), 0.004, 1e-9);
    charge = { .quantity = "12", .unit = "count", .pricedQuantity = "768", .pricedUnit = "gibibyte hour" };
    CHECK_NEAR(priceOf(analysed(daily(30, charge))), 0.004, 1e-9);
    charge = { .quantity = "", .unit = "", .pricedQuantity = "768", .pricedUnit = "gibibyte hour" };
    CHECK_NEAR(priceOf(analysed(daily(30, charge))), 0.004, 1e-9);
    // A disk is bytes over time, too: it is priced by the month.
    charge = { .quantity = byteSeconds, .unit = "byte-seconds", .pricedQuantity = "1", .pricedUnit = "gibibyte month" };
    CHECK(analysed(daily(30, charge))->service("checkout")->price->method == PriceMethod::None);
}

TEST(rulesBySkuKeepOneMatchPerKindOfRow)
{
    AnalysisOptions options;
    options.rules = { { "sku", "mem*", "pinned", false } };
    const AnalysisPtr a = analysed(daily(30) + daily(30, { .sku = "cpu" }), options);
    CHECK_EQ(a->costRowMatches.at(0).size(), std::size_t { 2 });
    CHECK_EQ(cents(a->service("pinned")->totalCost), std::string("92.16"));
    CHECK_EQ(cents(a->service("checkout")->totalCost), std::string("92.16"));
}

HEAPTOLL_TEST_MAIN
