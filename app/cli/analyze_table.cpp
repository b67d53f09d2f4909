// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analyze_table.h"

#include "app/cli/load_inputs.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"

#include <algorithm>
#include <iterator>

namespace heaptoll::cli {
namespace {

constexpr std::size_t kCallers = 3; // enough to recognise the path
constexpr std::size_t kBlameIndent = 5; // below the title, after "L-01 "

Emphasis lookOf(ConfidenceLevel level)
{
    switch (level) {
    case ConfidenceLevel::High: return Emphasis::Strong;
    case ConfidenceLevel::Medium: return Emphasis::None;
    case ConfidenceLevel::Low: return Emphasis::Muted;
    }
    return Emphasis::None;
}

void addFinding(TextTable& table, const Finding& finding)
{
    const std::string growth =
        finding.growthBytesPerHour ? formatBytesPerHour(*finding.growthBytesPerHour) : std::string(kUnknown);
    const std::string kind(finding.costPerMonth ? displayName(finding.costPerMonth->kind) : kUnknown);
    table.addRow({ finding.id + ' ' + finding.title + (finding.isPartial ? " (partial)" : ""),
        finding.service.empty() ? std::string(kUnknown) : finding.service, growth, costWithRange(finding), kind,
        { std::string(name(finding.confidence.level)), lookOf(finding.confidence.level) } });
    const std::string blame = blameLine(finding, kCallers);
    if (!blame.empty()) {
        table.addNote(blame, kBlameIndent);
    }
}

/// Growth that is no finding yet, one line each, with what to do about it. Other weak signals are only counted.
std::string weakLines(const AnalysisReport& report, std::size_t limit)
{
    std::vector<const Finding*> growth;
    std::ranges::copy_if(report.weak, std::back_inserter(growth),
        [](const Finding* finding) { return finding->kind == FindingKind::Leak && !finding->costPerMonth; });
    std::string out;
    for (std::size_t i = 0; i < shownRows(growth.size(), limit); ++i) {
        const Finding& finding = *growth[i];
        out += "weak: " + finding.id + ' ' + printable(finding.title)
            + (finding.actions.empty() ? "" : "; " + printable(finding.actions.front())) + '\n';
    }
    return out.empty() ? out : out + moreRows(growth.size(), limit) + '\n';
}

std::string ruleLine(const RuleOutcome& outcome, const TextStyle& style)
{
    const bool isFail = outcome.state == RuleOutcome::State::Fail;
    std::string out = isFail ? emphasised("FAIL", Emphasis::Bad, style) : emphasised("WARN", Emphasis::Warn, style);
    out += ' ' + printable(outcome.rule.text) + ": ";
    if (!outcome.result.value) {
        return out + "not checked, " + printable(outcome.result.reason) + '\n';
    }
    return out + (outcome.result.where.empty() ? "" : printable(outcome.result.where) + ' ') + outcome.result.valueText
        + '\n';
}

std::string perMonthHeading(const WorkspaceTotals& totals)
{
    return totals.currency.empty() ? "COST/MONTH" : std::string(currencySign(totals.currency)) + "/MONTH";
}

} // namespace

std::string analyzeTable(const AnalysisReport& report, std::size_t limit, const TextStyle& style)
{
    std::string out;
    if (!report.findings.empty()) {
        TextTable table({ { "FINDING", Align::Left, true }, { "SERVICE", Align::Left, true },
            { "GROWTH", Align::Right, false }, { perMonthHeading(report.analysis->totals), Align::Right, false },
            { "KIND", Align::Left, false }, { "CONF", Align::Left, false } });
        for (std::size_t i = 0; i < shownRows(report.findings.size(), limit); ++i) {
            addFinding(table, *report.findings[i]);
        }
        out += table.render(style) + moreRows(report.findings.size(), limit) + '\n';
    }
    out += weakLines(report, limit);
    out += printable(totalsLine(report)) + '\n';
    const std::string coverage = coverageLine(report);
    if (!coverage.empty()) {
        out += printable(coverage) + '\n';
    }
    for (const std::string& line : reconciliationLines(report)) {
        out += printable(line) + '\n';
    }
    for (const RuleOutcome& outcome : report.rules) {
        if (outcome.state != RuleOutcome::State::Ok) {
            out += ruleLine(outcome, style);
        }
    }
    return out;
}

} // namespace heaptoll::cli
