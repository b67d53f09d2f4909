// SPDX-License-Identifier: Apache-2.0
#pragma once

// A FOCUS bill as text, read by the real importer, beside the usage of one pod: for figures computed by hand.

#include "core/analysis/workspace_analysis.h"
#include "plugins/focus/focus_parser.h"
#include "tests/support/bill_test.h"
#include "tests/support/usage_data.h"

#include <string>
#include <vector>

namespace heaptoll::test {

constexpr std::int64_t kNewYear = 20089; ///< UTC day number of 2025-01-01

/// One row of a bill. Defaults: a day's 768 GiB-hours at 0.004 of service checkout.
struct CsvCharge {
    std::int64_t day = 0; ///< after kNewYear
    std::string cost = "3.072";
    std::string app = "checkout"; ///< "" = untagged
    std::string quantity = "768";
    std::string unit = "GB-Hours";
    std::string sku = "memory";
    std::string category = "Usage";
    std::string frequency = "Usage-Based";
    std::int64_t days = 1;
    std::string pricedQuantity = {};
    std::string pricedUnit = {};
    std::string billingStart = {};
    std::string billingEnd = {};
    std::string currency = "USD";
    std::string description = "x";
    std::string product = "Compute"; ///< name of the provider's service
    std::int64_t hour = 0; ///< that it begins at
    std::int64_t hours = 0; ///< instead of days; 0 = days
};

inline std::string csvOf(const std::vector<CsvCharge>& charges)
{
    std::string csv = "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingPeriodEnd,"
                      "BillingCurrency,ServiceCategory,ServiceName,ChargeCategory,ChargeFrequency,ConsumedQuantity,"
                      "ConsumedUnit,PricingQuantity,PricingUnit,SkuId,Tags,ChargeDescription\n";
    for (const CsvCharge& c : charges) {
        const Instant start = startOfDay(kNewYear + c.day) + Span::hours(c.hour);
        const Instant end = start + (c.hours > 0 ? Span::hours(c.hours) : Span::days(c.days));
        const std::string tags = c.app.empty() ? "" : "\"{\"\"app\"\": \"\"" + c.app + "\"\"}\"";
        for (const std::string& cell : { c.cost, c.cost, toIso8601(start), toIso8601(end), c.billingStart, c.billingEnd,
                 c.currency, std::string("Compute"), c.product, c.category, c.frequency, c.quantity, c.unit,
                 c.pricedQuantity, c.pricedUnit, c.sku, tags }) {
            csv += cell + ',';
        }
        csv += c.description + '\n';
    }
    return csv;
}

/// The same charge on so many days.
inline std::vector<CsvCharge> daily(std::int64_t days, const CsvCharge& charge = {}, std::int64_t from = 0)
{
    std::vector<CsvCharge> charges(static_cast<std::size_t>(days), charge);
    for (std::size_t i = 0; i < charges.size(); ++i) {
        charges[i].day = from + static_cast<std::int64_t>(i);
    }
    return charges;
}

inline std::vector<CsvCharge> operator+(std::vector<CsvCharge> a, const std::vector<CsvCharge>& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline DocumentPtr csvBill(const std::vector<CsvCharge>& charges)
{
    auto document = std::make_shared<Document>();
    document->path = "bill.csv";
    document->content = BillRun::of(FocusParser(), csvOf(charges))->bill;
    return document;
}

/// A pod of checkout for eight days: asks for 8 GiB and holds 1 GiB. It needs 1 GiB + 15 %, in steps of 16 MiB:
/// 1184 MiB, so 6.84375 GiB too much, which is 19.98375 a month at 0.004 per GiB-hour.
inline DocumentPtr wastefulPod()
{
    std::string used;
    std::string asked;
    for (int i = 0; i < 8 * 288; ++i) {
        const std::string time = (i > 0 ? ",[" : "[") + std::to_string(kNewYear * 86'400 + i * 300);
        used += time + ",\"1073741824\"]";
        asked += time + ",\"8589934592\"]";
    }
    const auto series = [](const std::string& name, const std::string& points) {
        return R"({"metric":{"__name__":")" + name
            + R"(","namespace":"prod","pod":"checkout-7d9f4c8b5-x2k4p","container":"app","resource":"memory"},)"
              R"("values":[)"
            + points + "]}";
    };
    MemorySource source(R"({"status":"success","data":{"resultType":"matrix","result":[)"
        + series("container_memory_working_set_bytes", used) + ','
        + series("kube_pod_container_resource_requests", asked) + "]}}");
    TestSink sink;
    CHECK(PrometheusParser().run(source, sink, {}).ok());
    auto document = std::make_shared<Document>();
    document->path = "usage.json";
    document->content = sink.takeUsage();
    return document;
}

using AnalysisPtr = std::shared_ptr<const WorkspaceAnalysis>;

inline AnalysisPtr analysed(const std::vector<CsvCharge>& charges, const AnalysisOptions& options = {})
{
    auto result = analyzeWorkspace({ csvBill(charges), wastefulPod() }, options, TaskContext {});
    CHECK(result.ok());
    return result.ok() ? result.value() : std::make_shared<const WorkspaceAnalysis>();
}

/// To cents; "-" when unknown.
inline std::string cents(const std::optional<Decimal>& money)
{
    return money ? money->toFixed(2) : std::string("-");
}

} // namespace heaptoll::test
