// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/gate_rule.h"
#include "tests/support/check.h"

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

TEST(evaluate_withoutALeakIsZeroNotUnknown)
{
    const GateResult result = evaluateGate(parsed("leak>0B/h"), WorkspaceAnalysis {}, {});
    CHECK(result.value == 0.0);
    CHECK(!result.isViolated);
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
    CHECK(evaluateGate(parsed("findings>1"), analysis, {}).isViolated);
}

TEST(evaluate_saysWhyAMetricIsUnknown)
{
    const WorkspaceAnalysis empty;
    CHECK_EQ(evaluateGate(parsed("coverage<80%"), empty, {}).reason, "no bill in one currency was given");
    CHECK_EQ(evaluateGate(parsed("cost>$5/mo"), empty, {}).reason, "no bill and no rate card was given");
    CHECK(!evaluateGate(parsed("fragmentation>20%"), empty, {}).isViolated);
    WorkspaceAnalysis euros;
    euros.totals.currency = "EUR";
    euros.totals.byCurrency = { { "EUR", 30, Decimal::fromUnits(600), Decimal::fromUnits(600), {}, {} } };
    CHECK_EQ(evaluateGate(parsed("cost>$5/mo"), euros, {}).reason, "the bill is in EUR, not in USD");
    CHECK(evaluateGate(parsed("cost>500/mo"), euros, {}).isViolated);
    CHECK(!evaluateGate(parsed("cost>20EUR/d"), euros, {}).isViolated); // 608 a month
}

TEST(evaluate_takesOneCurrencyOfSeveral)
{
    WorkspaceAnalysis mixed;
    mixed.totals.byCurrency = { { "EUR", 30, Decimal::fromUnits(60), Decimal::fromUnits(60), {}, {} },
        { "JPY", 20, Decimal::fromUnits(9000), Decimal::fromUnits(9000), {}, {} } };
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
