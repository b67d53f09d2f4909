// SPDX-License-Identifier: Apache-2.0
// Figures per month of small bills, computed by hand: days of the bill, credits, discounts, unknown money, units.
// The base is 30 days of 3.072 for 768 GiB-hours: 92.16, x 730 / 720 hours = 93.44 a month, 0.004 per GiB-hour.
#include "core/analysis/sizing_saving.h"
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

bool hasNote(const AnalysisPtr& analysis, std::string_view text)
{
    return std::ranges::any_of(
        analysis->notes, [text](const std::string& note) { return note.find(text) != std::string::npos; });
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

BillSpan spanOf(const std::vector<CsvCharge>& charges)
{
    const std::vector<std::shared_ptr<const CostTable>> bills { csvBill(charges)->costs() };
    return billSpan(bills, TaskContext {});
}

std::vector<CsvCharge> inPeriod(std::vector<CsvCharge> charges, const char* start, const char* end)
{
    for (CsvCharge& charge : charges) {
        charge.billingStart = start;
        charge.billingEnd = end;
    }
    return charges;
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

/// 1200 over 365 days: 30 of them are 98.63, which is 100.00 a month of 730 hours; 1101.37 is of later days.
TEST(aYearPaidUpfrontDoesNotStretchTheBill)
{
    const AnalysisPtr a = analysed(daily(30) + std::vector { kUpfront });
    CHECK_EQ(a->billSpan.text(), std::string("2025-01-01 to 2025-01-30"));
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("93.44"));
    CHECK_EQ(cents(a->totals.billedPerMonth), std::string("193.44"));
    CHECK_EQ(cents(a->totals.billed), std::string("1292.16"));
    CHECK_EQ(costOf(findingOf(a, FindingKind::UnattributedCost)), std::string("100.00"));
    CHECK(hasNote(a, "$1,101 of $1,292 billed lies outside of the 30 days"));
}

TEST(aCreditOfLastYearDoesNotStretchTheBill)
{
    CsvCharge old = credit(-363, "-5", "", "");
    old.frequency = "One-Time";
    const AnalysisPtr a = analysed(daily(30) + std::vector { old });
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("93.44"));
    CHECK_EQ(cents(a->totals.billedPerMonth), std::string("93.44"));
    CHECK_EQ(cents(a->totals.billed), std::string("87.16"));
}

TEST(billingPeriodsThatAreMissingAreNoDaysOfTheBill)
{
    const auto january = inPeriod(daily(31), "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z");
    const auto march = inPeriod(daily(31, {}, 59), "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z");
    CHECK_EQ(spanOf(january + march).days(), 62);
    CHECK_EQ(spanOf(january + march).text(), std::string("2025-01-01 to 2025-01-31 and 2025-03-01 to 2025-03-31"));
    CHECK(!spanOf(january + march).contains(kNewYear + 40));
    // Without periods a silence of more than a week says the same, and a lone day is of another bill.
    CHECK_EQ(spanOf(daily(31) + daily(31, {}, 59)).days(), 62);
    CHECK_EQ(spanOf(daily(31) + daily(10, {}, 38)).days(), 48);
    CHECK_EQ(spanOf(daily(31) + daily(10, {}, 39)).days(), 41);
    CHECK_EQ(spanOf(daily(31) + daily(1, {}, -363)).days(), 31);
    // Periods that follow each other are one run, from the first charge to the last, however sparse.
    const auto sparse = inPeriod(daily(1, {}, 15), "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
        + inPeriod(daily(1, {}, 40), "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z");
    CHECK_EQ(spanOf(sparse).days(), 26);
}

TEST(aCorrectionOfAnotherPeriodDoesNotStretchTheBill)
{
    const auto january = inPeriod(daily(31), "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z");
    const auto late = inPeriod(daily(1, {}, -100), "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z");
    CHECK_EQ(spanOf(january + late).days(), 31);
}

TEST(feesTellTheDaysWhereNothingElseDoes)
{
    CHECK_EQ(spanOf({ kUpfront }).days(), 365);
    const auto a = analysed({ kUpfront });
    CHECK_EQ(cents(a->totals.billedPerMonth), std::string("100.00")); // 1200 x 730 / 8760
    CHECK_EQ(spanOf({ credit(3, "-5", "", "") }).days(), 1);
}

/// 92.16 - 80 = 12.16, which is 12.33 a month: neither memory nor what can be recovered may be more.
TEST(creditsOfNobodyKeepMemoryBelowWhatIsBilled)
{
    const AnalysisPtr a = analysed(daily(30) + std::vector { credit(29, "-80", "", "") });
    CHECK_EQ(cents(a->totals.billed), std::string("12.16"));
    CHECK_EQ(cents(a->totals.billedPerMonth), std::string("12.33"));
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("12.33"));
    CHECK_EQ(recoverable(a), std::string("12.33"));
    CHECK_EQ(costOf(findingOf(a, FindingKind::Overprovisioned)), std::string("12.33"));
    CHECK_EQ(a->coverage.matched.toString(), std::string("92.16"));
    CHECK_EQ(a->coverage.unassigned.toString(), std::string("0"));
    CHECK_EQ(a->coverage.credits.toString(), std::string("-80"));
    CHECK_NEAR(a->coverage.matchedShare(), 1.0, 1e-12);
    CHECK(hasNote(a, "credits of $80.00 leave less billed"));
}

TEST(creditsAboveTheBillLeaveNothingToRecover)
{
    const AnalysisPtr a = analysed(daily(30) + std::vector { credit(29, "-100", "", "") });
    CHECK_EQ(cents(a->totals.billed), std::string("-7.84"));
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("0.00"));
    CHECK_EQ(recoverable(a), std::string("0.00"));
}

TEST(withoutAMemoryCostNothingIsRecoverable)
{
    const CsvCharge requests { .cost = "3", .quantity = "24", .unit = "Requests", .sku = "requests" };
    const CsvCharge memory { .app = "other" };
    const AnalysisPtr a = analysed(daily(30, requests) + daily(30, memory));
    CHECK(!a->service("checkout")->memoryCostPerMonth.has_value());
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("93.44"));
    CHECK_EQ(recoverable(a), std::string("0.00"));
    const Finding* const finding = findingOf(a, FindingKind::Overprovisioned);
    CHECK_EQ(costOf(finding), std::string("19.98")); // what it would be worth at the price of the bill
    CHECK(finding != nullptr && !finding->costPerMonth->kind.has_value());
    CHECK(finding != nullptr && finding->howComputed.find("not recoverable") != std::string::npos);
}

namespace {

/// 90 days of a service; batch runs on the last 30 for about 10.1 a day, and for 60 a day on four of them: 502.7.
std::vector<CsvCharge> shortService()
{
    std::vector<CsvCharge> charges = daily(90, { .app = "other" });
    for (std::int64_t day = 60; day < 90; ++day) {
        const bool isSpike = day >= 75 && day < 79;
        charges.push_back({ .day = day,
            .cost = isSpike ? "60" : "10." + std::to_string(day % 3),
            .app = "batch",
            .quantity = "",
            .unit = "",
            .sku = "batch" });
    }
    return charges;
}

} // namespace

TEST(anAnomalyIsSpreadOverTheDaysOfTheBill)
{
    const AnalysisPtr a = analysed(shortService());
    const auto spike = std::ranges::find_if(
        a->findings, [](const Finding& finding) { return finding.title.find("spiked") != std::string::npos; });
    CHECK(spike != a->findings.end());
    if (spike == a->findings.end()) {
        return;
    }
    CHECK_NEAR(spike->costSoFar->toDouble(), 200, 1); // 4 x (60 - 10.1)
    CHECK_NEAR(spike->costPerMonth->amount.toDouble(), spike->costSoFar->toDouble() * 730 / (90 * 24), 0.01);
    CHECK_EQ(cents(a->service("batch")->costPerMonth), std::string("169.89")); // 502.7 x 730 / 2160
    // that it began is a level shift without the spike: 30 days of 10.1, at most what the service costs an average month
    const Finding* const began = findingOf(a, FindingKind::CostAnomaly);
    CHECK(began != nullptr && began->title.find("is new in the bill") != std::string::npos);
    CHECK_NEAR(began->costSoFar->toDouble(), 502.7 - 200, 1);
    CHECK_EQ(costOf(began), std::string("169.89"));
}

TEST(anAnomalyNeverCostsMoreThanItsService)
{
    CsvCharge refund = credit(80, "-480", "batch", "");
    refund.frequency = "One-Time";
    const AnalysisPtr a = analysed(shortService() + std::vector { refund });
    CHECK_EQ(cents(a->service("batch")->costPerMonth), std::string("7.67")); // 22.7 x 730 / 2160
    CHECK_EQ(costOf(findingOf(a, FindingKind::CostAnomaly)), std::string("7.67"));
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

TEST(netFallsBackToBilledAndSaysSo)
{
    AnalysisOptions options;
    options.basis = CostBasis::Net;
    const AnalysisPtr a = analysed(daily(30), options);
    CHECK_EQ(cents(a->totals.billed), std::string("92.16"));
    CHECK_EQ(recoverable(a), std::string("19.98"));
    CHECK(hasNote(a, "net is the billed cost"));
}

TEST(aBasisThatTheBillLacksIsUnknownWithAReason)
{
    AnalysisOptions options;
    options.basis = CostBasis::Contracted;
    const AnalysisPtr a = analysed(daily(30), options);
    CHECK(!a->totals.billed.has_value());
    CHECK(!a->totals.billedPerMonth.has_value());
    CHECK(!a->totals.memoryPerMonth.has_value());
    CHECK(!a->service("checkout")->costPerMonth.has_value());
    CHECK(a->totals.currency.empty());
    CHECK_EQ(a->totals.unknownRows, std::uint64_t { 30 });
    CHECK_EQ(a->totals.reason, std::string("this export has no column for the basis contracted"));
}

TEST(unknownMoneyIsCountedAndNotZero)
{
    std::vector<CsvCharge> charges = daily(10, { .cost = "3" });
    for (std::size_t i = 1; i < charges.size(); i += 2) {
        charges[i].cost.clear();
    }
    const AnalysisPtr half = analysed(charges);
    CHECK_EQ(cents(half->totals.billed), std::string("15.00"));
    CHECK_EQ(half->totals.unknownRows, std::uint64_t { 5 });
    CHECK_EQ(half->service("checkout")->unknownRows, std::uint64_t { 5 });
    CHECK(hasNote(half, "5 billing rows have no effective cost"));
    const AnalysisPtr none = analysed(daily(10, { .cost = "" }));
    CHECK(!none->totals.billed.has_value());
    CHECK(!none->totals.reason.empty());
}

TEST(sumsThatDoNotFitAreAnError)
{
    const CsvCharge huge { .cost = "120000000000000000000" };
    const CsvCharge back { .day = 5, .cost = "-120000000000000000000" };
    const std::vector<std::vector<CsvCharge>> bills { daily(2, huge),
        daily(2, huge) + std::vector { back, back } }; // that the end would fit again does not help
    for (const auto& bill : bills) {
        const auto result = analyzeWorkspace({ csvBill(bill) }, {}, TaskContext {});
        CHECK(!result.ok() && result.error().code == ErrorCode::LimitExceeded);
    }
    CHECK(analyzeWorkspace({ csvBill(daily(1, huge)) }, {}, TaskContext {}).ok());
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

/// The pod asks for 8 GiB, needs 1184 MiB, and the bill pays for 4 GiB (96 GiB-hours a day): 11.68 a month. Of the 8 GiB
/// 6.84375 are freed: 11.68 x 6.84375 / 8 = 9.99, though they would be worth 19.98 at the price.
TEST(aSavingIsThatPartOfTheMemoryCostThatIsFreed)
{
    const CsvCharge half { .cost = "0.384", .quantity = "96" };
    const AnalysisPtr a = analysed(daily(30, half));
    CHECK_EQ(cents(a->totals.memoryPerMonth), std::string("11.68"));
    const Finding* const finding = findingOf(a, FindingKind::Overprovisioned);
    CHECK_EQ(costOf(finding), std::string("9.99"));
    CHECK_NEAR(finding->costPerMonth->amount.toDouble(), 11.68 * 6.84375 / 8, 1e-9);
    CHECK(finding->costPerMonth->high <= *a->service("checkout")->memoryCostPerMonth);
    CHECK(finding->howComputed.find("capped at its part of the service's memory cost: 6.844 of the 8 GiB")
        != std::string::npos);
    CHECK(finding->confidence.level == ConfidenceLevel::Medium);
    const auto check = std::ranges::find(finding->confidence.checks, "billed_memory", &ConfidenceCheck::name);
    CHECK(check != finding->confidence.checks.end() && !check->passed);
    CHECK(hasNote(
        a, "pods hold more memory than the bill pays for in 1 service: checkout (8.00 GiB held, 4.00 GiB billed)"));
    // the advice that rightsize and the GUI show is the finding's
    const SizingAdvice& advice = a->service("checkout")->sizing.front();
    CHECK(advice.saving && advice.saving->amount == finding->costPerMonth->amount);
    CHECK(advice.saving->kind == finding->costPerMonth->kind);
    const AnalysisPtr full = analysed(daily(30)); // enough is billed: neither cap nor doubt
    const Finding* const sure = findingOf(full, FindingKind::Overprovisioned);
    CHECK(full->service("checkout")->sizing.front().saving->amount == sure->costPerMonth->amount);
    CHECK(sure->howComputed.find("capped") == std::string::npos);
    CHECK(!hasNote(full, "pods hold more memory"));
}

/// The cost is shared by what each container holds: savings never add up to more than it.
TEST(containersOfAServiceShareItsMemoryCost)
{
    constexpr double kGib = 1024.0 * 1024 * 1024;
    std::vector<WorkloadUsage> workloads(2);
    ServiceView service;
    service.workloads = { 0, 1 };
    service.currency = "USD";
    service.memoryCostPerMonth = Decimal::fromUnits(100);
    MemoryPrice price;
    price.method = PriceMethod::Direct;
    price.perGibHour = price.low = 1;
    price.high = 2;
    price.currency = "USD";
    service.price = price;
    for (const auto& [request, wanted] : { std::pair { 6.0, 1.0 }, std::pair { 2.0, 0.5 } }) {
        SizingAdvice advice;
        advice.replicas = 5;
        advice.requestBytes = request * kGib;
        advice.recommendedRequestBytes = wanted * kGib;
        service.sizing.push_back(advice);
    }
    priceSizing(service, workloads, 730);
    CHECK_NEAR(service.sizing[0].saving->amount.toDouble(), 100 * 25.0 / 40, 1e-9);
    CHECK_NEAR(service.sizing[1].saving->amount.toDouble(), 100 * 7.5 / 40, 1e-9);
    CHECK(service.sizing[0].saving->high == service.sizing[0].saving->amount);
    CHECK(service.sizing[0].saving->kind == SavingKind::SavesNow);
    const auto balance = memoryBalance(service, workloads, 730);
    CHECK(balance && balance->isUnbilled());
    CHECK_NEAR(balance->heldGib, 40, 1e-9);
    CHECK_NEAR(balance->billedGib, 100.0 / 730, 1e-9);
    service.price.reset(); // without a price there is a reason
    priceSizing(service, workloads, 730);
    CHECK(!service.sizing[1].savingReason.empty());
}

/// 8 hours at 1.00, over midnight: 730 a month of 730 hours, not 8 / 48 of it.
TEST(aBillByTheHourCountsItsHours)
{
    std::vector<CsvCharge> charges;
    for (std::int64_t hour = 20; hour < 28; ++hour) {
        charges.push_back({ .cost = "1", .hour = hour, .hours = 1 });
    }
    CHECK_EQ(cents(analysed(charges)->totals.billedPerMonth), std::string("730.00"));
    CHECK_NEAR(spanOf(charges).months(730), 8.0 / 730, 1e-12);
    CHECK_EQ(spanOf(charges).days(), 2);
    // two days of another time zone touch three of UTC
    std::vector<CsvCharge> zone;
    for (std::int64_t hour = 22; hour < 70; ++hour) {
        zone.push_back({ .cost = "1", .hour = hour, .hours = 1 });
    }
    CHECK_EQ(cents(analysed(zone)->totals.billedPerMonth), std::string("730.00"));
    const std::vector<CsvCharge> wholeDays { { .cost = "24", .hour = 22, .hours = 24 },
        { .cost = "24", .hour = 46, .hours = 24 } };
    CHECK_EQ(cents(analysed(wholeDays)->totals.billedPerMonth), std::string("730.00"));
    // an hour of silence inside: a job of some hours a day is no service that runs all the time
    zone.erase(zone.begin() + 10);
    CHECK_NEAR(spanOf(zone).months(730), 72.0 / 730, 1e-12);
    const std::vector<CsvCharge> nightly { { .cost = "1", .hour = 3, .hours = 1 },
        { .cost = "1", .hour = 27, .hours = 1 } };
    CHECK_EQ(cents(analysed(nightly)->totals.billedPerMonth), std::string("30.42"));
}

TEST(functionsHaveNoPriceOfMemory)
{
    for (const char* product : { "AWS Lambda", "Azure Functions", "Cloud Functions" }) {
        const CsvCharge charge { .quantity = "2764800", .unit = "GB-Seconds", .product = product };
        const AnalysisPtr a = analysed(daily(30, charge));
        CHECK(a->service("checkout")->price->method != PriceMethod::Direct);
        CHECK(!a->totals.memoryPerMonth);
    }
}

TEST(unitsAreSoldInBlocks)
{
    for (const auto& [quantity, unit] : { std::pair { "7.68", "100 GB Hours" }, std::pair { "7.68", "100 GB-Hours" },
             std::pair { "0.768", "\"1,000 GiB-Hours\"" }, std::pair { "0.768", "1K GB Hours" },
             std::pair { "768", "1 GB Hour" }, std::pair { "2.7648", "1M GB-Seconds" } }) {
        const CsvCharge charge { .quantity = quantity, .unit = unit };
        CHECK_NEAR(priceOf(analysed(daily(30, charge))), 0.004, 1e-12);
        const CsvCharge priced { .quantity = "", .unit = "", .pricedQuantity = quantity, .pricedUnit = unit };
        CHECK_NEAR(priceOf(analysed(daily(30, priced))), 0.004, 1e-12);
    }
}

/// 50 were taken back for 10 February in April: no drop of that day, and no rise on the day after.
TEST(aCorrectionOfAnEarlierPeriodIsNoAnomaly)
{
    auto charges = inPeriod(daily(28, { .cost = "10" }, 31), "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z")
        + inPeriod(daily(31, { .cost = "10" }, 59), "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z");
    const std::vector<CsvCharge> late { { .day = 40, .cost = "-50" } };
    const auto corrected = charges + inPeriod(late, "2025-04-01T00:00:00Z", "2025-05-01T00:00:00Z");
    const AnalysisPtr a = analysed(corrected);
    CHECK(a->service("checkout")->anomalies.empty());
    CHECK_EQ(cents(a->totals.billed), std::string("540.00")); // in the sum all the same
    // in its own period it is what the day cost
    const auto own = charges + inPeriod(late, "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z");
    CHECK_EQ(analysed(own)->service("checkout")->anomalies.size(), std::size_t { 1 });
    CHECK(analysed(own)->service("checkout")->anomalies.front().kind == AnomalyKind::Drop);
    CHECK(findingOf(analysed(own), FindingKind::CostAnomaly) == nullptr);
}

/// 100 a day, 200 from day 31 on: 3,000 in 30 days so far, 100 x 730 / 24 a month, and a smaller bill as soon as it ends.
TEST(aLevelThatIsStillOnSavesNow)
{
    const AnalysisPtr a = analysed(daily(30, { .cost = "100" }) + daily(30, { .cost = "200" }, 30));
    const Finding* const finding = findingOf(a, FindingKind::CostAnomaly);
    CHECK_EQ(costOf(finding), std::string("3041.67"));
    CHECK_EQ(cents(finding->costSoFar), std::string("3000.00"));
    CHECK(finding->costPerMonth->kind == SavingKind::SavesNow);
    CHECK(finding->title.find("cost rose by $3,000 in 30 d") != std::string::npos);
    // ten days may still be a spike: they go on, but are no rate
    const AnalysisPtr young = analysed(daily(50, { .cost = "100" }) + daily(10, { .cost = "200" }, 50));
    CHECK_EQ(costOf(findingOf(young, FindingKind::CostAnomaly)), std::string("506.94")); // 1000 x 730 / (60 x 24)
    CHECK(findingOf(young, FindingKind::CostAnomaly)->costPerMonth->kind == SavingKind::SavesNow);
    // a plateau that is over: 20 days of 100 more, in 100 days of bill
    const AnalysisPtr over =
        analysed(daily(40, { .cost = "100" }) + daily(20, { .cost = "200" }, 40) + daily(40, { .cost = "100" }, 60));
    const Finding* const gone = findingOf(over, FindingKind::CostAnomaly);
    CHECK_EQ(cents(gone->costSoFar), std::string("2000.00"));
    CHECK_EQ(costOf(gone), std::string("608.33"));
    CHECK(gone->costPerMonth->kind == SavingKind::AvoidsGrowth);
}

TEST(chargesOverMoreDaysThanABillHasAreNoted)
{
    const std::vector<CsvCharge> charges { { .day = -20050 }, { .day = 0 } };
    const AnalysisPtr a = analysed(inPeriod(charges, "1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z"));
    CHECK(hasNote(a, "checkout: not searched for anomalies, its charges are dated over 20051 days"));
}

HEAPTOLL_TEST_MAIN
