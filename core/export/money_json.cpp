// SPDX-License-Identifier: Apache-2.0
#include "core/export/money_json.h"

#include "core/export/csv.h"
#include "core/export/heap_json.h"

#include <algorithm>

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

/// Half of the last digit a Decimal keeps: no rounded value is further off.
constexpr std::string_view kMaxRoundingError = "0.0000000000000000005";

void writeReconciliation(JsonWriter& json, const Reconciliation& check)
{
    // Money of what was left out carries no currency of its own: with several in the bill it would be a sum over them.
    const bool isOne = check.currencies.size() < 2;
    const auto known = [isOne](std::optional<Decimal> sum) { return isOne ? sum : std::nullopt; };
    json.key("reconciliation").beginObject();
    json.fieldOrNull("currency", isOne && !check.currencies.empty() ? *check.currencies.begin() : std::string());
    json.field("rowsRead", check.rowsRead).field("rowsKept", check.rowsKept);
    json.key("excluded").beginArray();
    for (const sdk::CostExclusion& excluded : check.excluded) {
        json.beginObject(Layout::Line).field("rule", excluded.rule).field("rows", excluded.rows);
        json.field("cost", known(excluded.billed)).field("rowsKept", excluded.rowsKept).endObject();
    }
    json.endArray();
    json.field("duplicatesDropped", check.duplicatesDropped);
    json.key("rounded").beginObject(Layout::Line).field("values", check.roundedValues);
    json.field("maxError", check.roundedValues > 0 ? kMaxRoundingError : std::string_view("0")).endObject();
    json.field("expectedRows", check.expectedRows).field("expectedTotal", known(check.expectedTotal));
    json.field("reconciles", check.reconciles).endObject();
}

void writeGroup(JsonWriter& json, const CostReport& report, const CostGroup& group)
{
    json.beginObject(Layout::Line).key("keys").beginObject();
    for (std::size_t i = 0; i < report.dimensions.size(); ++i) {
        json.fieldOrNull(report.dimensions[i], group.keys[i]);
    }
    json.endObject();
    const bool isKnown = report.hasBasis && group.unknownRows < group.rows;
    json.field("cost", isKnown ? std::optional(group.cost) : std::nullopt);
    json.fieldOrNull("currency", group.currency).field("rows", group.rows);
    if (group.unknownRows > 0) {
        json.field("unknownRows", group.unknownRows);
    }
    json.endObject();
}

void writeCostTotals(JsonWriter& json, const CostReport& report)
{
    json.fieldOrNull("currency", report.totals.size() == 1 ? report.totals.begin()->first : std::string());
    json.field("total", report.total);
    if (!report.total) {
        json.field("reason", report.totalReason);
    }
    json.key("totals").beginObject(Layout::Line);
    for (const auto& [currency, total] : report.totals) {
        json.field(currency.empty() ? "unknown" : std::string_view(currency), report.hasBasis ? total : std::nullopt);
    }
    json.endObject();
}

void writeUsage(JsonWriter& json, const UsageDistribution& usage)
{
    if (usage.samples == 0) {
        json.key("usage").null();
        return;
    }
    json.key("usage").beginObject(Layout::Line).field("p50", usage.p50).field("p95", usage.p95);
    json.field("p99", usage.p99).field("max", usage.max).field("samples", std::uint64_t { usage.samples });
    json.field("missingShare", usage.missingShare).endObject();
}

void writeRightsizeRow(JsonWriter& json, const RightsizeRow& row)
{
    const SizingAdvice& advice = row.advice;
    json.beginObject();
    json.fieldOrNull("cluster", advice.cluster)
        .field("namespace", advice.ns)
        .field("workload", advice.workload)
        .field("container", advice.container);
    json.fieldOrNull("service", row.service).field("replicas", advice.replicas);
    json.field("requestBytes", advice.requestBytes).field("limitBytes", advice.limitBytes);
    writeUsage(json, advice.usage);
    json.field("recommendedRequestBytes", advice.recommendedRequestBytes);
    json.field("recommendedLimitBytes", advice.recommendedLimitBytes);
    json.field("savingsPerMonth", row.savingsPerMonth).fieldOrNull("currency", row.currency);
    if (!row.savingsPerMonth) {
        json.fieldOrNull("reason", row.savingsReason);
    }
    json.fieldOrNull("kind", name(row.kind)).fieldOrNull("blockedBy", name(advice.blockedBy));
    json.field("formula", advice.formula);
    json.key("replay").beginObject(Layout::Line).field("samples", std::uint64_t { advice.replaySamples });
    json.field("over", std::uint64_t { advice.replayOver }).endObject();
    json.endObject();
}

/// A figure of a series: exact text where it is money, a number in the unit of the series elsewhere.
void writeAmount(JsonWriter& json, std::string_view key, const AnomalySeries& series, double value)
{
    if (series.currency.empty()) {
        json.field(key, value);
    } else {
        json.field(key, Decimal::fromDouble(value));
    }
}

void writeAmount(CsvWriter& csv, const AnomalySeries& series, double value)
{
    if (series.currency.empty()) {
        csv.cell(value);
    } else {
        csv.cell(Decimal::fromDouble(value));
    }
}

} // namespace

Reconciliation merged(Reconciliation a, const Reconciliation& b)
{
    a.rowsRead += b.rowsRead;
    a.rowsKept += b.rowsKept;
    for (const sdk::CostExclusion& excluded : b.excluded) {
        const auto same = std::ranges::find(a.excluded, excluded.rule, &sdk::CostExclusion::rule);
        if (same == a.excluded.end()) {
            a.excluded.push_back(excluded);
            continue;
        }
        same->rows += excluded.rows;
        same->billed += excluded.billed;
    }
    a.currencies.insert(b.currencies.begin(), b.currencies.end());
    a.duplicatesDropped += b.duplicatesDropped;
    a.roundedValues += b.roundedValues;
    // An expectation of the sum needs one of every part.
    a.expectedRows = a.expectedRows && b.expectedRows ? std::optional(*a.expectedRows + *b.expectedRows) : std::nullopt;
    a.expectedTotal =
        a.expectedTotal && b.expectedTotal ? std::optional(*a.expectedTotal + *b.expectedTotal) : std::nullopt;
    a.reconciles = a.reconciles && b.reconciles;
    return a;
}

std::string costJson(const CostReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "cost", sources);
    json.field("basis", name(report.basis));
    writeCostTotals(json, report);
    json.field("partial", report.isPartial).field("rows", report.rows).field("unknownRows", report.unknownRows);
    json.field("groupCount", std::uint64_t { report.groups.size() });
    json.key("groups").beginArray();
    for (std::size_t i = 0; i < shownRows(report.groups.size(), report.limit); ++i) {
        writeGroup(json, report, report.groups[i]);
    }
    json.endArray();
    writeReconciliation(json, report.reconciliation);
    return json.endObject().take();
}

std::string costCsv(const CostReport& report)
{
    CsvWriter csv;
    for (const std::string& dimension : report.dimensions) {
        csv.cell(dimension);
    }
    csv.cell("cost").cell("currency").cell("rows").endRow();
    for (std::size_t i = 0; i < shownRows(report.groups.size(), report.limit); ++i) {
        const CostGroup& group = report.groups[i];
        for (const std::string& key : group.keys) {
            csv.cell(key);
        }
        const bool isKnown = report.hasBasis && group.unknownRows < group.rows;
        csv.cell(isKnown ? std::optional(group.cost) : std::nullopt).cell(group.currency).cell(group.rows).endRow();
    }
    return csv.take();
}

std::string rightsizeJson(const RightsizeReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "rightsize", sources);
    json.field("policy", name(report.options.policy));
    json.key("parameters").beginObject(Layout::Line).field("headroom", report.options.headroom);
    json.field("floorBytes", report.options.floorBytes).field("hoursPerMonth", report.hoursPerMonth).endObject();
    json.field("partial", report.isPartial);
    json.key("workloads").beginArray();
    for (std::size_t i = 0; i < shownRows(report.rows.size(), report.limit); ++i) {
        writeRightsizeRow(json, report.rows[i]);
    }
    return json.endArray().endObject().take();
}

std::string rightsizeCsv(const RightsizeReport& report)
{
    CsvWriter csv { "namespace", "workload", "container", "replicas", "requestBytes", "limitBytes", "p50", "p95", "p99",
        "max", "samples", "recommendedRequestBytes", "recommendedLimitBytes", "savingsPerMonth", "currency",
        "blockedBy", "cluster" };
    for (std::size_t i = 0; i < shownRows(report.rows.size(), report.limit); ++i) {
        const RightsizeRow& row = report.rows[i];
        const SizingAdvice& advice = row.advice;
        const bool hasUsage = advice.usage.samples > 0;
        const auto known = [hasUsage](double value) { return hasUsage ? std::optional(value) : std::nullopt; };
        csv.cell(advice.ns).cell(advice.workload).cell(advice.container).cell(advice.replicas);
        csv.cell(advice.requestBytes).cell(advice.limitBytes).cell(known(advice.usage.p50));
        csv.cell(known(advice.usage.p95)).cell(known(advice.usage.p99)).cell(known(advice.usage.max));
        csv.cell(advice.usage.samples).cell(advice.recommendedRequestBytes).cell(advice.recommendedLimitBytes);
        csv.cell(row.savingsPerMonth).cell(row.currency).cell(name(advice.blockedBy)).cell(advice.cluster).endRow();
    }
    return csv.take();
}

std::string anomaliesJson(const AnomalyReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "anomalies", sources);
    json.field("partial", report.isPartial);
    json.key("series").beginArray();
    for (const AnomalySeries& series : report.series) {
        json.beginObject(Layout::Line).field("series", series.name);
        json.fieldOrNull("unit", series.currency).fieldOrNull("currency", series.currency);
        json.field("points", std::uint64_t { series.points });
        json.field("start", series.range ? std::optional(toIso8601(series.range->start)) : std::nullopt);
        json.field("end", series.range ? std::optional(toIso8601(series.range->end)) : std::nullopt).endObject();
    }
    json.endArray().key("events").beginArray();
    for (const AnomalySeries& series : report.series) {
        for (const AnomalyEvent& event : series.events) {
            json.beginObject(Layout::Line).field("series", series.name);
            json.field("start", toIso8601(event.range.start)).field("end", toIso8601(event.range.end));
            json.field("kind", name(event.kind));
            writeAmount(json, "actual", series, event.actual);
            writeAmount(json, "expected", series, event.expected);
            writeAmount(json, "impact", series, event.impact);
            json.field("score", event.score).fieldOrNull("unit", series.currency);
            json.fieldOrNull("currency", series.currency).endObject();
        }
    }
    return json.endArray().endObject().take();
}

std::string anomaliesCsv(const AnomalyReport& report)
{
    CsvWriter csv { "series", "start", "end", "kind", "actual", "expected", "impact", "score", "unit" };
    for (const AnomalySeries& series : report.series) {
        for (const AnomalyEvent& event : series.events) {
            csv.cell(series.name).cell(toIso8601(event.range.start)).cell(toIso8601(event.range.end));
            csv.cell(name(event.kind));
            for (const double amount : { event.actual, event.expected, event.impact }) {
                writeAmount(csv, series, amount);
            }
            csv.cell(event.score).cell(series.currency).endRow();
        }
    }
    return csv.take();
}

} // namespace heaptoll
