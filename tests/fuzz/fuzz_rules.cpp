// SPDX-License-Identifier: Apache-2.0
// Any short text as --where and as --fail-on. What is understood is answered for every kind of value, asks for no other
// field than it names, and a rule without a value says why; what is not understood names a place inside the text.
#include "app/cli/filter.h"
#include "core/analysis/gate_rule.h"
#include "tests/support/currency_totals.h"
#include "tests/support/require.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace {

using namespace heaptoll;
using test::require;

/// Two services in two currencies, a leak in one of them: every metric about money, growth and counts has an answer.
const WorkspaceAnalysis& smallWorkspace()
{
    static const WorkspaceAnalysis kAnalysis = [] {
        WorkspaceAnalysis analysis;
        for (const auto& [name, currency] : { std::pair("shop", "EUR"), std::pair("kiosk", "USD") }) {
            ServiceView service;
            service.name = name;
            service.currency = currency;
            service.costPerMonth = Decimal::fromUnits(100);
            analysis.services.push_back(service);
            analysis.totals.byCurrency.push_back(
                test::currencyTotals(currency, 10, Decimal::fromUnits(100), Decimal::fromUnits(100)));
        }
        Finding leak;
        leak.id = "L-01";
        leak.fingerprint = "0123456789abcdef";
        leak.service = "shop";
        leak.growthBytesPerHour = 1e6;
        leak.costPerMonth = CostPerMonth { Decimal::fromUnits(5), {}, {}, "EUR", SavingKind::SavesNow };
        analysis.findings.push_back(leak);
        return analysis;
    }();
    return kAnalysis;
}

void tryFilter(std::string_view text)
{
    static constexpr std::array<std::string_view, 4> kFields { "name", "growth", "file", "tag:" };
    const Result<cli::Filter> filter = cli::Filter::parse(text, kFields);
    if (!filter.ok()) {
        require(filter.error().code == ErrorCode::Usage && filter.error().where.offset.value_or(0) <= text.size());
        return;
    }
    const std::array<cli::FieldValue, 5> values { cli::FieldValue {}, cli::FieldValue { std::string("shop") },
        cli::FieldValue { std::string("\xff\xfe a'\"") }, cli::FieldValue { 0.5 }, cli::FieldValue { 1e300 } };
    for (const cli::FieldValue& value : values) {
        const auto valueOf = [&](std::string_view field) {
            require(filter.value().uses(field));
            return value;
        };
        require(filter.value().matches(valueOf) == filter.value().matches(valueOf));
    }
}

void tryRule(std::string_view text)
{
    const Result<GateRule> rule = parseGateRule(text);
    if (!rule.ok()) {
        require(rule.error().code == ErrorCode::Usage && rule.error().where.offset.value_or(0) <= text.size());
        return;
    }
    require(rule.value().text == text && std::isfinite(rule.value().value) && rule.value().periodHours >= 0);
    static const std::optional<std::set<std::string>> kBaseline = std::set<std::string> { "0123456789abcdef" };
    for (const auto& baseline : { std::optional<std::set<std::string>> {}, kBaseline }) {
        const GateResult result = evaluateGate(rule.value(), smallWorkspace(), baseline);
        require(result.value ? !result.valueText.empty() : !result.reason.empty());
        require(result.value || !result.isViolated);
        const bool isMoney = unitOf(rule.value().metric) == GateUnit::MoneyPerMonth;
        require(!result.value || isMoney == !result.currency.empty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t kLongest = 4096; // what a command line is: long ones only repeat
    const std::string_view text(reinterpret_cast<const char*>(data), std::min(size, kLongest));
    tryFilter(text);
    tryRule(text);
    return 0;
}
