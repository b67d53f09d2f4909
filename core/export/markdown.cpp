// SPDX-License-Identifier: Apache-2.0
#include "core/base/text_format.h"
#include "core/export/report_json.h"

namespace heaptoll {
namespace {

/// Text inside a table cell or paragraph: nothing of it may act as Markdown or HTML.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '\r':
        case '\n': out += ' '; break;
        case '|':
        case '*':
        case '_':
        case '`':
        case '[':
        case ']':
        case '@':
        case '#':
        case '~':
        case '\\':
            out += '\\';
            out += c;
            break;
        default: out += c;
        }
    }
    return out;
}

/// Code in HTML: inside <code> only HTML needs care, and no backtick can end it.
std::string code(std::string_view text)
{
    std::string out = "<code>";
    for (const char c : text) {
        switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '|': out += "&#124;"; break;
        case '`': out += "&#96;"; break;
        case '_': out += "&#95;"; break;
        case '*': out += "&#42;"; break;
        case '\r':
        case '\n': out += ' '; break;
        default: out += c;
        }
    }
    return out + "</code>";
}

std::string growthOf(const Finding& finding)
{
    return finding.growthBytesPerHour ? formatGrowth(*finding.growthBytesPerHour) : std::string(kUnknown);
}

std::string costCell(const Finding& finding)
{
    return finding.costPerMonth ? costPerMonthWithKind(finding) : std::string(kUnknown);
}

void appendTable(std::string& out, const AnalysisReport& report)
{
    out += "| | Finding | Service | Growth | Cost | Confidence |\n|---|---|---|---:|---:|---|\n";
    for (const Finding* finding : report.findings) {
        out += "| " + finding->id + " | " + escaped(finding->title) + (finding->isPartial ? " (partial)" : "") + " | "
            + escaped(finding->service) + " | " + growthOf(*finding) + " | " + escaped(costCell(*finding)) + " | "
            + std::string(name(finding->confidence.level)) + " |\n";
    }
    out += '\n';
}

void appendEvidence(std::string& out, const Finding& finding)
{
    out += "<details><summary><b>" + finding.id + "</b> " + escaped(finding.title) + "</summary>\n\n";
    if (finding.blame) {
        out += code(blameLine(finding, 3)) + "\n\n";
    }
    for (const Evidence& evidence : finding.why) {
        out += "- " + escaped(evidence.text) + '\n';
    }
    if (!finding.howComputed.empty()) {
        out += "- How the money is computed: " + escaped(finding.howComputed) + '\n';
    } else if (!finding.costPerMonth && !finding.costReason.empty()) {
        out += "- No money: " + escaped(finding.costReason) + '\n';
    }
    if (!finding.actions.empty()) {
        out += "\nWhat to do:\n\n";
        for (const std::string& action : finding.actions) {
            out += "- " + escaped(action) + '\n';
        }
    }
    out += "\nConfidence " + std::string(name(finding.confidence.level)) + ":\n\n";
    for (const ConfidenceCheck& check : finding.confidence.checks) {
        out += std::string(check.passed ? "- ✓ " : "- ✗ ") + escaped(check.name) + ": " + escaped(check.value) + '\n';
    }
    out += "\n</details>\n\n";
}

void appendRules(std::string& out, const AnalysisReport& report)
{
    if (report.rules.empty()) {
        return;
    }
    out += "| Rule | State | Value | Where |\n|---|---|---:|---|\n";
    for (const RuleOutcome& outcome : report.rules) {
        const GateResult& result = outcome.result;
        out += "| " + code(outcome.rule.text) + " | " + std::string(name(outcome.state)) + " | "
            + escaped(result.value ? result.valueText : std::string(kUnknown) + " " + result.reason) + " | "
            + escaped(result.where) + " |\n";
    }
    out += '\n';
}

} // namespace

std::string analyzeMarkdown(const AnalysisReport& report, const ReportSources& sources)
{
    std::string out = "### Heaptoll\n\n" + escaped(totalsLine(report)) + "\n\n";
    appendRules(out, report);
    if (!report.findings.empty()) {
        appendTable(out, report);
    }
    for (const Finding* finding : report.findings) {
        appendEvidence(out, *finding);
    }
    const std::string coverage = coverageLine(report);
    if (!coverage.empty()) {
        out += escaped(coverage) + "\n\n";
    }
    for (const std::string& line : reconciliationLines(report)) {
        out += escaped(line) + "\n\n";
    }
    for (const DocumentPtr& document : sources.documents) {
        if (isPartial(*document)) {
            out += "> " + escaped(document->path) + " was read in part; numbers from it are partial.\n\n";
        }
    }
    for (const UnreadInput& input : sources.unread) {
        out += "> " + escaped(input.path) + " was not read: " + escaped(input.error.message) + "\n\n";
    }
    return out;
}

} // namespace heaptoll
