// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_setup.h"
#include "app/cli/analyze_table.h"
#include "app/cli/baseline.h"
#include "app/cli/heap_query.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"
#include "core/export/report_json.h"

#include <algorithm>
#include <array>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 10> kFields { "id", "kind", "service", "title", "function", "file", "confidence",
    "growth", "cost", "live" };

FieldValue fieldOf(const Finding& finding, std::string_view field)
{
    if (field == "id" || field == "title" || field == "service") {
        return field == "id" ? finding.id : field == "title" ? finding.title : finding.service;
    }
    if (field == "kind") {
        return std::string(name(finding.kind));
    }
    if (field == "confidence") {
        return std::string(name(finding.confidence.level));
    }
    if (field == "growth") {
        return finding.growthBytesPerHour ? FieldValue { *finding.growthBytesPerHour } : FieldValue {};
    }
    if (field == "live") {
        return finding.liveBytes ? FieldValue { static_cast<double>(*finding.liveBytes) } : FieldValue {};
    }
    if (field == "cost") {
        return finding.costPerMonth ? FieldValue { finding.costPerMonth->amount.toDouble() } : FieldValue {};
    }
    return finding.blame ? siteField(*finding.blame, field) : FieldValue {};
}

/// Fingerprints of the findings of an earlier "analyze --format json".
Result<std::optional<std::set<std::string>>> baselineOf(const Context& context)
{
    const std::optional<std::string> path = context.arguments.value("baseline");
    if (!path) {
        return std::optional<std::set<std::string>> {};
    }
    HEAPTOLL_TRY_ASSIGN(const std::string text, readSmallFile("--baseline", *path));
    HEAPTOLL_TRY_ASSIGN(std::set<std::string> fingerprints, parseBaseline(*path, text));
    return std::optional(std::move(fingerprints));
}

/// Rules are parsed before anything is read: a typo should not cost a minute.
Result<std::vector<RuleOutcome>> rulesOf(const Context& context)
{
    std::vector<RuleOutcome> rules;
    for (const std::string_view option : { std::string_view("fail-on"), std::string_view("warn-on") }) {
        for (const std::string& text : context.arguments.values(option)) {
            Result<GateRule> rule = parseGateRule(text);
            if (!rule.ok()) {
                Error error = std::move(rule).error();
                error.message = "--" + std::string(option) + ": " + error.message;
                error.where.source = text;
                return error;
            }
            RuleOutcome outcome;
            outcome.rule = std::move(rule).value();
            outcome.state = option == "fail-on" ? RuleOutcome::State::Fail : RuleOutcome::State::Warn;
            rules.push_back(std::move(outcome));
        }
    }
    return rules;
}

/// state comes in as what a violation means and goes out as what happened. A rule whose metric is unknown warns: a gate
/// that cannot be checked must not pass silently.
void evaluateRules(AnalysisReport& report)
{
    for (RuleOutcome& outcome : report.rules) {
        outcome.result = evaluateGate(outcome.rule, *report.analysis, report.baseline);
        if (!outcome.result.value) {
            outcome.state = RuleOutcome::State::Warn;
        } else if (!outcome.result.isViolated) {
            outcome.state = RuleOutcome::State::Ok;
        }
    }
}

void chooseFindings(AnalysisReport& report, const Filter& filter)
{
    for (const Finding& finding : report.analysis->findings) {
        if (!filter.isEmpty()
            && !filter.matches([&finding](std::string_view field) { return fieldOf(finding, field); })) {
            ++report.filteredFindings;
        } else if (finding.isWeak) {
            report.weak.push_back(&finding);
        } else {
            report.findings.push_back(&finding);
        }
    }
}

/// One note for all profiles that know no time of day: their money would be a guess, and the reader should know why it
/// is missing and how to get it.
std::string timeNote(const std::vector<DocumentPtr>& documents)
{
    std::size_t timeless = 0;
    std::size_t recordings = 0; // they know how long they ran, not when
    std::string first;
    for (const DocumentPtr& document : documents) {
        if (document->kind() != DocumentKind::HeapProfile || document->timeRange()) {
            continue;
        }
        first = first.empty() ? document->path : first;
        ++timeless;
        recordings += clockName(*document) == "relative" ? 1U : 0U;
    }
    if (timeless == 0) {
        return {};
    }
    const std::string who = timeless == 1
        ? first + " knows no time of day"
        : formatCount(static_cast<double>(timeless)) + " profiles, " + first + " among them, know no time of day";
    if (recordings == timeless) {
        return who
            + ": growth is per hour of the recording only, and no bill can be laid over it, so a bill gives no"
              " cost a month; add two or more pprof profiles of the same service, hours apart, for growth over days";
    }
    return who + ", so there is no growth and no cost a month from " + (timeless == 1 ? "it" : "them")
        + "; take two or more profiles hours apart with a tool that writes the time (net/http/pprof does), or compare "
          "two"
          " with heaptoll diff";
}

bool hasFailed(const AnalysisReport& report)
{
    return std::ranges::any_of(
        report.rules, [](const RuleOutcome& outcome) { return outcome.state == RuleOutcome::State::Fail; });
}

std::string render(const AnalysisReport& report, const ReportSources& sources, OutputFormat format)
{
    switch (format) {
    case OutputFormat::Json: return analyzeJson(report, sources);
    case OutputFormat::Csv: return analyzeCsv(report);
    case OutputFormat::Markdown: return analyzeMarkdown(report, sources);
    case OutputFormat::Sarif: return analyzeSarif(report, sources);
    case OutputFormat::Table:
    case OutputFormat::Folded:
    case OutputFormat::Svg:
    case OutputFormat::Speedscope: break;
    }
    return {};
}

} // namespace

Result<CommandOutput> runAnalyze(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, kFields));
    HEAPTOLL_TRY_ASSIGN(const std::size_t tableLimit, rowLimit(context, true));
    HEAPTOLL_TRY_ASSIGN(const std::size_t limit, rowLimit(context, false));
    AnalysisReport report;
    HEAPTOLL_TRY_ASSIGN(report.rules, rulesOf(context));
    HEAPTOLL_TRY_ASSIGN(report.baseline, baselineOf(context));
    const bool wantsNew = std::ranges::any_of(
        report.rules, [](const RuleOutcome& outcome) { return outcome.rule.metric == GateMetric::NewFindings; });
    if (wantsNew && !report.baseline) {
        return usageError("new-findings compares with an earlier run: give --baseline FILE");
    }
    HEAPTOLL_TRY_ASSIGN(const AnalysisOptions options, analysisOptions(context));
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    HEAPTOLL_TRY_ASSIGN(const auto analysis, analyzeInputs(context, inputs, options));
    if (const std::string note = timeNote(analysis->documents); !note.empty()) {
        context.note(note);
        report.notes.push_back(note);
    }
    report.analysis = analysis.get();
    report.isPartial = analysis->totals.isPartial || isPartial(inputs.sources);
    chooseFindings(report, filter);
    evaluateRules(report);
    for (const RuleOutcome& outcome : report.rules) {
        if (!outcome.result.value) {
            context.warning("rule " + outcome.rule.text + " could not be checked: " + outcome.result.reason);
        }
    }
    CommandOutput output;
    output.exitCode = inputs.exitCode(context, hasFailed(report) ? kExitRuleFailed : kExitOk);
    output.render = [report, analysis, limit, tableLimit, sources = inputs.sources](
                        OutputFormat format, const TextStyle& style) {
        if (format == OutputFormat::Table) {
            return analyzeTable(report, tableLimit, style);
        }
        AnalysisReport shown = report;
        shown.findings.resize(shownRows(shown.findings.size(), limit));
        return render(shown, sources, format);
    };
    return output;
}

} // namespace heaptoll::cli
