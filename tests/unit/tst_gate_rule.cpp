// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/gate_rule.h"
#include "tests/support/check.h"
#include "tests/support/currency_totals.h"

#include <tuple>

using namespace heaptoll;

namespace {

GateRule parsed(std::string_view text)
{
    const Result<GateRule> rule = parseGateRule(text);
    if (!rule.ok()) {
        test::fail(__FILE__, __LINE__, std::string(text) + ": " + rule.error().message);
        return {};
    }
    return rule.value();
}

/// "column: message", the way the caret is placed.
std::string refused(std::string_view text)
{
    const Result<GateRule> rule = parseGateRule(text);
    return rule.ok() ? "accepted"
                     : std::to_string(rule.error().where.offset.value_or(999)) + ": " + rule.error().message;
}

Finding leak(const char* id, const char* service, double bytesPerHour, ConfidenceLevel level)
{
    Finding finding;
    finding.id = id;
    finding.fingerprint = std::string("print-") + id;
    finding.service = service;
    finding.growthBytesPerHour = bytesPerHour;
    finding.confidence.level = level;
    return finding;
}

WorkspaceAnalysis twoLeaks()
{
    WorkspaceAnalysis analysis;
    analysis.findings.push_back(leak("L-01", "checkout", 9e6, ConfidenceLevel::High));
    analysis.findings.push_back(leak("L-02", "search", 50e6, ConfidenceLevel::Low));
    return analysis;
}

/// A service with two profiles of a heap that stays level: a leak would be seen.
WorkspaceAnalysis watched(const char* service)
{
    WorkspaceAnalysis analysis;
    ServiceView view;
    view.name = service;
    view.growth.emplace();
    view.growth->times = { startOfDay(20000), startOfDay(20001) };
    view.growth->liveBytesAt = { 5000, 5000 };
    view.growth->segmentStarts = { 0 };
    view.growth->sites.emplace_back();
    view.growth->sites.back().site.function = "parseHeader";
    analysis.services.push_back(view);
    return analysis;
}

} // namespace

TEST(parse_readsMetricSelectorValueUnitAndConfidence)
{
    const GateRule rule = parsed("leak(check*) >= 5MiB/h @high");
    CHECK(rule.metric == GateMetric::Leak);
    CHECK_EQ(rule.selector, "check*");
    CHECK(rule.op == GateOp::GreaterEqual);
    CHECK_EQ(rule.value, 5.0 * 1024 * 1024);
    CHECK(rule.confidence == ConfidenceLevel::High);
}

TEST(parse_bringsRatesAndMoneyToTheUnitOfTheMetric)
{
    CHECK_EQ(parsed("leak>24MiB/d").value, 1024.0 * 1024);
    CHECK_EQ(parsed("coverage<80%").value, 0.8);
    CHECK_EQ(parsed("cost>$500/mo").currency, "USD");
    CHECK_EQ(parsed("cost>500EUR/d").currency, "EUR");
    CHECK_EQ(parsed("cost>500EUR/d").periodHours, 24.0);
    CHECK_EQ(parsed("new-findings>0").value, 0.0);
}

TEST(parse_pointsAtTheBadColumnAndNamesTheNearestWord)
{
    CHECK_EQ(refused("leek>5MiB/h"), "0: unknown metric 'leek', did you mean 'leak'?");
    CHECK_EQ(refused("leak 5MiB/h"), "5: expected one of < <= > >= = !=");
    CHECK_EQ(refused("leak>5MB/h"), "6: unknown unit 'MB', did you mean 'MiB'?");
    CHECK_EQ(refused("leak>5MiB"), "9: leak is measured in bytes per time, e.g. 5MiB/h");
    CHECK_EQ(refused("live>5MiB/h"), "9: live is measured in bytes, e.g. 512MiB");
    CHECK_EQ(refused("leak>5MiB/h@hihg"), "12: unknown confidence 'hihg', did you mean 'high'?");
    CHECK_EQ(refused("coverage<80"), "11: expected percent, e.g. 80%");
    CHECK_EQ(refused("findings>$3"), "11: expected a count, e.g. 0");
    CHECK_EQ(refused("leak(checkout>5MiB/h"), "4: this '(' has no ')'");
    CHECK_EQ(refused("findings>0 now"), "11: expected a count, e.g. 0");
    CHECK_EQ(refused("findings>0 ;"), "11: unexpected text after the rule");
    CHECK(refused("").find("missing metric") != std::string::npos);
}

TEST(evaluate_takesTheWorstLeakOfTheConfidence)
{
    const WorkspaceAnalysis analysis = twoLeaks();
    const GateResult any = evaluateGate(parsed("leak>10MiB/h"), analysis, {});
    CHECK(any.isViolated);
    CHECK_EQ(any.where, "L-02");
    const GateResult high = evaluateGate(parsed("leak>10MiB/h@high"), analysis, {});
    CHECK(!high.isViolated);
    CHECK_EQ(high.where, "L-01");
    CHECK(!evaluateGate(parsed("leak(checkout)>10MiB/h"), analysis, {}).isViolated);
}

TEST(evaluate_aThresholdBeatsTheFloorsOfTheTable)
{
    WorkspaceAnalysis analysis = watched("checkout");
    analysis.findings.push_back(leak("L-01", "checkout", 400 * 1024.0, ConfidenceLevel::Medium));
    analysis.findings.back().isWeak = true;
    const GateResult low = evaluateGate(parsed("leak>100KiB/h"), analysis, {});
    CHECK(low.isViolated);
    CHECK_EQ(low.where, "L-01");
    CHECK(evaluateGate(parsed("leak>500KiB/h"), analysis, {}).value == 400 * 1024.0);
    const GateResult count = evaluateGate(parsed("findings>0"), analysis, {});
    CHECK(!count.isViolated && !count.value);
    CHECK_EQ(count.reason, "L-01 may count: weak, below the floors or undecided");
    CHECK(evaluateGate(parsed("findings>1"), analysis, {}).value == 0.0); // not even with it
    CHECK(!evaluateGate(parsed("new-findings>0"), analysis, std::set<std::string> {}).value);
    CHECK(evaluateGate(parsed("new-findings>0"), analysis, std::set<std::string> { "print-L-01" }).value == 0.0);
}

TEST(evaluate_undecidedGrowthIsUnknownWhereItWouldDecide)
{
    WorkspaceAnalysis analysis = watched("checkout");
    analysis.findings.push_back(leak("L-01", "checkout", 2e6, ConfidenceLevel::High));
    analysis.findings.push_back(leak("L-02", "checkout", 9e6, ConfidenceLevel::Low));
    analysis.findings.back().isWeak = analysis.findings.back().isUndecided = true;
    CHECK(evaluateGate(parsed("leak>1MiB/h"), analysis, {}).isViolated); // by the certain one
    const GateResult doubt = evaluateGate(parsed("leak>4MiB/h"), analysis, {});
    CHECK(!doubt.isViolated && !doubt.value);
    CHECK_EQ(doubt.reason, "L-02 may leak as much: undecided, collect what it asks for");
    CHECK(evaluateGate(parsed("leak>40MiB/h"), analysis, {}).value == 2e6);
    CHECK(evaluateGate(parsed("leak>4MiB/h@high"), analysis, {}).value == 2e6);
    analysis.findings.back().growthBytesPerHour.reset(); // profiles of one moment
    CHECK(!evaluateGate(parsed("leak>40MiB/h"), analysis, {}).value);
}

TEST(evaluate_withoutALeakIsZeroWhereOneCouldBeSeen)
{
    CHECK(!evaluateGate(parsed("leak>0B/h"), WorkspaceAnalysis {}, {}).value);
    WorkspaceAnalysis analysis = watched("checkout");
    const GateResult result = evaluateGate(parsed("leak>0B/h"), analysis, {});
    CHECK(result.value == 0.0);
    CHECK(!result.isViolated && result.findings.empty());
    CHECK(evaluateGate(parsed("leak(parse*)>0B/h"), analysis, {}).value == 0.0); // a function that does not grow
    CHECK(evaluateGate(parsed("findings(L-01)>0"), analysis, {}).value == 0.0);
    CHECK(evaluateGate(parsed("findings(leak)>0"), analysis, {}).value == 0.0);
    analysis.services.front().growth->times.resize(1);
    CHECK(!evaluateGate(parsed("leak>0B/h"), analysis, {}).value); // one profile shows no leak
    CHECK(!evaluateGate(parsed("leak(checkout)>0B/h"), analysis, {}).value);
    CHECK(!evaluateGate(parsed("findings(leak)>0"), analysis, {}).value);
}

TEST(evaluate_doesNotPassARuleThatSelectsNothing)
{
    WorkspaceAnalysis analysis = watched("checkout");
    analysis.totals.currency = "USD";
    analysis.totals.byCurrency = { test::currencyTotals("USD", 30, {}, {}, Decimal::fromUnits(100)) };
    for (const char* const rule : { "leak(typo)>0MiB/h", "findings(typo)>0", "recoverable(typo)>$1/mo" }) {
        const GateResult result = evaluateGate(parsed(rule), analysis, {});
        CHECK(!result.value && !result.isViolated);
        CHECK_EQ(result.reason, "'typo' names no service, finding, kind or function that was read");
    }
    CHECK(evaluateGate(parsed("recoverable(checkout)>$1/mo"), analysis, {}).value == 0.0);
    analysis.totals.byCurrency.front().memoryPerMonth.reset();
    CHECK(!evaluateGate(parsed("recoverable>$1/mo"), analysis, {}).value);
}

TEST(evaluate_recoverableSumsWhatIsClaimedInOneCurrency)
{
    WorkspaceAnalysis analysis = watched("checkout");
    analysis.totals.currency = "USD";
    analysis.totals.byCurrency = { test::currencyTotals("USD", 30, {}, {}, Decimal::fromUnits(100)) };
    const auto add = [&](const char* id, FindingKind kind, std::int64_t amount, const char* currency) {
        Finding finding = leak(id, "checkout", 1e6, ConfidenceLevel::High);
        finding.kind = kind;
        finding.costPerMonth = CostPerMonth { Decimal::fromUnits(amount), {}, {}, currency, {} };
        analysis.findings.push_back(finding);
    };
    add("L-01", FindingKind::Leak, 5, "USD");
    add("O-01", FindingKind::Overprovisioned, 2, "USD");
    add("C-01", FindingKind::UnboundedCache, 1, "USD");
    add("X-01", FindingKind::UnattributedCost, 100, "USD");
    add("A-01", FindingKind::CostAnomaly, 40, "USD");
    add("L-02", FindingKind::Leak, 700, "EUR");
    const GateResult all = evaluateGate(parsed("recoverable>$1/mo@low"), analysis, {});
    CHECK(all.value == 8.0);
    CHECK_EQ(all.findings, (std::vector<std::string> { "L-01", "O-01", "C-01" }));
    CHECK(evaluateGate(parsed("recoverable(overprovisioned)>$1/mo"), analysis, {}).value == 2.0);
}

TEST(evaluate_liveKeepsTheNewestValueThereIs)
{
    const auto document = [](std::vector<ValueType> types, std::int64_t value) {
        auto profile = std::make_shared<Profile>();
        profile->valueTypes = std::move(types);
        profile->samples.stacks = { 0 };
        profile->samples.labels = { 0 };
        profile->samples.values = { { value } };
        auto made = std::make_shared<Document>();
        made->content = std::shared_ptr<const Profile>(std::move(profile));
        return made;
    };
    WorkspaceAnalysis analysis;
    analysis.documents = { document({ { Metric::LiveBytes, "inuse_space", "bytes" } }, 5000),
        document({ { Metric::Custom, "goroutine", "count" } }, 7) };
    ServiceView service;
    service.name = "shop";
    service.profileDocuments = { 0, 1 };
    analysis.services.push_back(service);
    const GateResult live = evaluateGate(parsed("live>1KiB"), analysis, {});
    CHECK(live.value == 5000.0);
    CHECK(live.isViolated);
}

TEST(evaluate_countsFindingsThatTheBaselineLacks)
{
    const WorkspaceAnalysis analysis = twoLeaks();
    const std::set<std::string> known { "print-L-01" };
    const GateResult fresh = evaluateGate(parsed("new-findings>0"), analysis, known);
    CHECK(fresh.value == 1.0);
    CHECK_EQ(fresh.where, "L-02");
    CHECK(fresh.isViolated);
    CHECK(!evaluateGate(parsed("new-findings>0"), analysis, {}).value.has_value());
    const GateResult many = evaluateGate(parsed("findings>1"), analysis, {});
    CHECK(many.isViolated);
    CHECK_EQ(many.findings, (std::vector<std::string> { "L-01", "L-02" }));
    const GateResult leaks = evaluateGate(parsed("leak>1MiB/h"), analysis, {});
    CHECK_EQ(leaks.where, "L-02"); // the worst
    CHECK_EQ(leaks.findings, (std::vector<std::string> { "L-01", "L-02" }));
}

TEST(evaluate_saysWhyAMetricIsUnknown)
{
    const WorkspaceAnalysis empty;
    CHECK_EQ(evaluateGate(parsed("coverage<80%"), empty, {}).reason, "no bill in one currency was given");
    CHECK_EQ(evaluateGate(parsed("cost>$5/mo"), empty, {}).reason, "no bill and no rate card was given");
    CHECK(!evaluateGate(parsed("fragmentation>20%"), empty, {}).isViolated);
    WorkspaceAnalysis euros;
    euros.totals.currency = "EUR";
    euros.totals.byCurrency = { test::currencyTotals("EUR", 30, Decimal::fromUnits(600), Decimal::fromUnits(600)) };
    CHECK_EQ(evaluateGate(parsed("cost>$5/mo"), euros, {}).reason, "the bill is in EUR, not in USD");
    CHECK(evaluateGate(parsed("cost>500/mo"), euros, {}).isViolated);
    CHECK(!evaluateGate(parsed("cost>20EUR/d"), euros, {}).isViolated); // 608 a month
}

TEST(evaluate_takesOneCurrencyOfSeveral)
{
    WorkspaceAnalysis mixed;
    mixed.totals.byCurrency = { test::currencyTotals("EUR", 30, Decimal::fromUnits(60), Decimal::fromUnits(60)),
        test::currencyTotals("JPY", 20, Decimal::fromUnits(9000), Decimal::fromUnits(9000)) };
    mixed.totals.byCurrency[1].recoverablePerMonth.savesNow = Decimal::fromUnits(700);
    for (const auto& [service, currency, amount] :
        { std::tuple("shop", "EUR", 60), std::tuple("kiosk", "JPY", 9000) }) {
        ServiceView view;
        view.name = service;
        view.currency = currency;
        view.costPerMonth = Decimal::fromUnits(amount);
        mixed.services.push_back(view);
        Finding finding = leak("L-01", service, 9e6, ConfidenceLevel::High);
        finding.costPerMonth = CostPerMonth { Decimal::fromUnits(amount / 2), {}, {}, currency, {} };
        mixed.findings.push_back(finding);
    }
    // a bare number is of no currency: unknown, which warns
    CHECK_EQ(evaluateGate(parsed("cost>500/mo"), mixed, {}).reason,
        "the bill is in EUR and JPY: say in the rule which one is meant");
    CHECK_EQ(evaluateGate(parsed("cost>5USD/mo"), mixed, {}).reason, "the bill is in EUR and JPY, not in USD");
    const GateResult euros = evaluateGate(parsed("cost>500EUR/mo"), mixed, {});
    CHECK(euros.value == 60.0 && !euros.isViolated);
    CHECK_EQ(euros.currency, "EUR");
    CHECK(evaluateGate(parsed("cost>500JPY/mo"), mixed, {}).value == 9000.0);
    // the dearest service of the currency, not of the number
    CHECK_EQ(evaluateGate(parsed("cost(*)>5EUR/mo"), mixed, {}).where, "shop");
    CHECK(evaluateGate(parsed("recoverable>5JPY/mo"), mixed, {}).value == 700.0);
    CHECK(evaluateGate(parsed("recoverable(*)>5EUR/mo"), mixed, {}).value == 30.0);
}

TEST(nearestWord_isSilentWhenNothingIsClose)
{
    const std::vector<std::string_view> words { "analyze", "inspect" };
    CHECK_EQ(nearestWord("analyse", words), "analyze");
    CHECK_EQ(nearestWord("xyz", words), "");
}

HEAPTOLL_TEST_MAIN
