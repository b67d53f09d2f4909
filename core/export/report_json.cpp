// SPDX-License-Identifier: Apache-2.0
#include "core/export/report_json.h"

#include "core/export/csv.h"

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

void writeCostPerMonth(JsonWriter& json, const Finding& finding)
{
    if (!finding.costPerMonth) {
        json.key("costPerMonth").null();
        json.fieldOrNull("costReason", finding.costReason);
        return;
    }
    const CostPerMonth& cost = *finding.costPerMonth;
    json.key("costPerMonth").beginObject(Layout::Line).field("amount", cost.amount);
    json.field("low", cost.low).field("high", cost.high).fieldOrNull("currency", cost.currency);
    json.fieldOrNull("kind", name(cost.kind)).endObject();
}

void writeConfidence(JsonWriter& json, const Confidence& confidence)
{
    json.key("confidence").beginObject().field("level", name(confidence.level)).field("score", confidence.score);
    json.key("checks").beginArray();
    for (const ConfidenceCheck& check : confidence.checks) {
        json.beginObject(Layout::Line).field("name", check.name).field("passed", check.passed);
        json.field("value", check.value).endObject();
    }
    json.endArray().endObject();
}

void writeEvidence(JsonWriter& json, const Finding& finding)
{
    json.key("why").beginArray();
    for (const Evidence& evidence : finding.why) {
        json.string(evidence.text);
    }
    json.endArray().key("do").beginArray();
    for (const std::string& action : finding.actions) {
        json.string(action);
    }
    json.endArray();
}

void writeFinding(JsonWriter& json, const Finding& finding, const AnalysisReport& report)
{
    json.beginObject();
    json.field("id", finding.id).field("fingerprint", finding.fingerprint).field("kind", name(finding.kind));
    json.fieldOrNull("service", finding.service).field("title", finding.title);
    json.key("blame");
    if (finding.blame) {
        writeSite(json, *finding.blame);
    } else {
        json.null();
    }
    writeStack(json, "stack", finding.stack);
    json.field("growthBytesPerHour", finding.growthBytesPerHour).field("growthLow", finding.growthLow);
    json.field("growthHigh", finding.growthHigh).field("liveBytes", finding.liveBytes);
    writeCostPerMonth(json, finding);
    json.fieldOrNull("howComputed", finding.howComputed);
    const std::string& currency = finding.costPerMonth ? finding.costPerMonth->currency : finding.currency;
    json.field("costSoFar", finding.costSoFar).fieldOrNull("currency", currency);
    json.field("timeToLimitHours", finding.timeToLimitHours);
    const std::optional<TimeRange> range = finding.isRelative ? std::nullopt : finding.range;
    json.field("start", range ? std::optional(toIso8601(range->start)) : std::nullopt);
    json.field("end", range ? std::optional(toIso8601(range->end)) : std::nullopt);
    writeConfidence(json, finding.confidence);
    writeEvidence(json, finding);
    json.field("partial", finding.isPartial).field("state", finding.isWeak ? "weak" : "open");
    json.field(
        "isNew", report.baseline ? std::optional(!report.baseline->contains(finding.fingerprint)) : std::nullopt);
    json.endObject();
}

void writeRecoverable(JsonWriter& json, const RecoverableTotals& parts, bool isKnown)
{
    const auto known = [isKnown](Decimal value) { return isKnown ? std::optional(value) : std::nullopt; };
    json.field("recoverable", known(parts.all()));
    json.key("recoverableByKind").beginObject(Layout::Line).field("saves_now", known(parts.savesNow));
    json.field("frees_capacity", known(parts.freesCapacity)).field("avoids_growth", known(parts.avoidsGrowth));
    json.endObject();
}

void writeCurrencyTotals(JsonWriter& json, const CurrencyTotals& total)
{
    json.beginObject(Layout::Line).field("currency", total.currency).field("rows", total.rows);
    json.field("billed", total.billed).field("billedPerMonth", total.billedPerMonth);
    json.field("memory", total.memoryPerMonth);
    writeRecoverable(json, total.recoverablePerMonth, total.billed || total.rows == 0);
    json.field("unknownRows", total.unknownRows);
    json.endObject();
}

void writeTotals(JsonWriter& json, const AnalysisReport& report)
{
    const WorkspaceTotals& totals = report.analysis->totals;
    const bool hasMoney = !totals.currency.empty();
    json.key("totals").beginObject();
    json.field("billed", totals.billed).field("billedPerMonth", totals.billedPerMonth);
    json.field("memory", totals.memoryPerMonth);
    writeRecoverable(json, totals.recoverablePerMonth, hasMoney);
    json.fieldOrNull("currency", totals.currency);
    json.key("billedByCurrency").beginObject(Layout::Line);
    for (const CurrencyTotals& total : totals.byCurrency) {
        if (total.billed) {
            json.field(total.currency, *total.billed);
        }
    }
    json.endObject();
    json.key("byCurrency").beginArray();
    for (const CurrencyTotals& total : totals.byCurrency) {
        writeCurrencyTotals(json, total);
    }
    json.endArray();
    json.field("unknownRows", totals.unknownRows);
    json.field("hoursPerMonth", report.analysis->options.hoursPerMonth);
    json.field("basis", name(report.analysis->options.basis)).field("partial", report.isPartial);
    if (!hasMoney) {
        json.field("reason",
            totals.byCurrency.empty() ? std::string_view("no bill and no rate card was given")
                : !totals.isMixed()   ? std::string_view(totals.reason)
                                    : "several currencies are never added or compared: see byCurrency, whose order is "
                                      "that of the findings");
    }
    json.endObject();
}

void writeCoverage(JsonWriter& json, const AnalysisReport& report)
{
    if (!report.analysis->totals.billed) {
        json.key("coverage").null();
        return;
    }
    const Coverage& coverage = report.analysis->coverage;
    json.key("coverage").beginObject(Layout::Line).field("matched", coverage.matched);
    json.field("heuristic", coverage.heuristic).field("ambiguous", coverage.ambiguous);
    json.field("unassigned", coverage.unassigned)
        .field("credits", coverage.credits)
        .field("matchedShare", coverage.matchedShare());
    json.fieldOrNull("currency", report.analysis->totals.currency).endObject();
}

void writeRules(JsonWriter& json, const AnalysisReport& report)
{
    json.key("rules").beginArray();
    for (const RuleOutcome& outcome : report.rules) {
        json.beginObject(Layout::Line).field("rule", outcome.rule.text);
        if (unitOf(outcome.rule.metric) == GateUnit::MoneyPerMonth) {
            const std::optional<double>& money = outcome.result.value;
            json.field("value", money ? std::optional(Decimal::fromDouble(*money)) : std::nullopt);
            json.fieldOrNull("currency", outcome.result.currency);
        } else {
            json.field("value", outcome.result.value);
        }
        json.field("state", name(outcome.state)).fieldOrNull("where", outcome.result.where);
        json.key("findings").beginArray();
        for (const std::string& id : outcome.result.findings) {
            json.string(id);
        }
        json.endArray();
        if (!outcome.result.value) {
            json.field("reason", outcome.result.reason);
        }
        json.endObject();
    }
    json.endArray();
}

void writeServices(JsonWriter& json, const WorkspaceAnalysis& analysis)
{
    json.key("services").beginArray();
    for (const ServiceView& service : analysis.services) {
        json.beginObject(Layout::Line).field("service", service.name);
        json.field("profiles", std::uint64_t { service.profileDocuments.size() });
        json.field("workloads", std::uint64_t { service.workloads.size() });
        json.field("cost", service.costRows > service.unknownRows ? std::optional(service.totalCost) : std::nullopt);
        json.field("costPerMonth", service.costPerMonth).field("memoryPerMonth", service.memoryCostPerMonth);
        json.fieldOrNull("currency", service.currency).key("otherCosts").beginObject(Layout::Line);
        for (const auto& [currency, cost] : service.otherCosts) {
            json.field(currency, cost);
        }
        json.endObject();
        json.field("costRows", service.costRows)
            .field("unknownRows", service.unknownRows)
            .field("match", name(service.worstRank))
            .endObject();
    }
    json.endArray();
}

void writeReconciliations(JsonWriter& json, const WorkspaceAnalysis& analysis)
{
    json.key("reconciliation").beginArray();
    for (const auto& [document, check] : analysis.reconciliations) {
        json.beginObject(Layout::Line).field("source", analysis.documents[document]->path);
        json.field("rowsRead", check.rowsRead).field("rowsKept", check.rowsKept);
        json.field("duplicatesDropped", check.duplicatesDropped).field("reconciles", check.reconciles).endObject();
    }
    json.endArray();
}

} // namespace

std::string_view name(RuleOutcome::State state)
{
    switch (state) {
    case RuleOutcome::State::Ok: return "ok";
    case RuleOutcome::State::Warn: return "warn";
    case RuleOutcome::State::Fail: return "fail";
    }
    return "fail";
}

std::string analyzeJson(const AnalysisReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "analyze", sources);
    json.key("findings").beginArray();
    for (const Finding* finding : report.findings) {
        writeFinding(json, *finding, report);
    }
    json.endArray();
    json.key("weak").beginArray();
    for (const Finding* finding : report.weak) {
        writeFinding(json, *finding, report);
    }
    json.endArray();
    json.key("fingerprints").beginArray(); // whatever a filter or a limit shows: this is what a baseline is made of
    for (const Finding& finding : report.analysis->findings) {
        if (!finding.isWeak) {
            json.string(finding.fingerprint);
        }
    }
    json.endArray();
    json.field("weakFindings", std::uint64_t { report.weak.size() });
    json.field("filteredFindings", std::uint64_t { report.filteredFindings });
    writeTotals(json, report);
    writeCoverage(json, report);
    writeRules(json, report);
    writeServices(json, *report.analysis);
    writeReconciliations(json, *report.analysis);
    json.key("notes").beginArray();
    for (const std::vector<std::string>* const notes : { &report.analysis->notes, &report.notes }) {
        for (const std::string& note : *notes) {
            json.string(note);
        }
    }
    return json.endArray().endObject().take();
}

std::string analyzeCsv(const AnalysisReport& report)
{
    CsvWriter csv { "id", "kind", "service", "title", "function", "file", "line", "growthBytesPerHour", "liveBytes",
        "costPerMonth", "costLow", "costHigh", "currency", "savingKind", "confidence", "partial", "fingerprint" };
    for (const Finding* finding : report.findings) {
        const Site site = finding->blame.value_or(Site {});
        const auto& cost = finding->costPerMonth;
        csv.cell(finding->id).cell(name(finding->kind)).cell(finding->service).cell(finding->title);
        csv.cell(site.function).cell(site.file).cell(site.line == 0 ? std::nullopt : std::optional(site.line));
        csv.cell(finding->growthBytesPerHour).cell(finding->liveBytes);
        csv.cell(cost ? std::optional(cost->amount) : std::nullopt);
        csv.cell(cost ? std::optional(cost->low) : std::nullopt);
        csv.cell(cost ? std::optional(cost->high) : std::nullopt);
        csv.cell(cost ? cost->currency : std::string()).cell(cost ? name(cost->kind) : std::string_view {});
        csv.cell(name(finding->confidence.level)).cell(finding->isPartial).cell(finding->fingerprint).endRow();
    }
    return csv.take();
}

} // namespace heaptoll
