// SPDX-License-Identifier: Apache-2.0
// The sentences that every text form of an analysis shares.
#include "core/base/text_format.h"
#include "core/export/report_json.h"

#include <algorithm>

namespace heaptoll {
namespace {

/// The money without its currency sign, for the parts of a sum whose sign was just read.
std::string bareMoney(Decimal amount)
{
    return formatCount(amount.toDouble());
}

std::string recoverableText(const CurrencyTotals& totals)
{
    const RecoverableTotals& kinds = totals.recoverablePerMonth;
    const std::vector<Decimal> parts = partsAsShown({ kinds.savesNow, kinds.freesCapacity, kinds.avoidsGrowth });
    std::string text = "recoverable " + formatMoneyPerMonth(kinds.all(), totals.currency) + " (now "
        + bareMoney(parts[0]) + ", capacity " + bareMoney(parts[1]) + ", growth " + bareMoney(parts[2]) + ')';
    if (totals.memoryPerMonth) {
        text += " of " + formatMoneyPerMonth(*totals.memoryPerMonth, totals.currency) + " memory spend";
    }
    return text;
}

double shareOf(Decimal part, Decimal whole)
{
    return whole.isZero() ? 0 : part.toDouble() / whole.toDouble();
}

std::string siteText(const Site& site)
{
    if (site.file.empty()) {
        return site.function;
    }
    const std::string place = site.file + (site.line > 0 ? ':' + std::to_string(site.line) : std::string());
    return site.function.empty() || site.function == place ? place : place + ' ' + site.function;
}

} // namespace

std::string totalsLine(const AnalysisReport& report)
{
    const std::size_t count = report.findings.size();
    std::string text = formatCount(static_cast<double>(count)) + (count == 1 ? " finding" : " findings");
    if (!report.weak.empty()) {
        text += " (and " + formatCount(static_cast<double>(report.weak.size()))
            + (report.weak.size() == 1 ? " weak signal)" : " weak signals)");
    }
    if (report.filteredFindings > 0) {
        text += " (" + formatCount(static_cast<double>(report.filteredFindings)) + " filtered out)";
    }
    const WorkspaceTotals& totals = report.analysis->totals;
    for (const CurrencyTotals& total : totals.byCurrency) {
        if (!total.billed && total.rows > 0) {
            continue;
        }
        text += "; " + (totals.isMixed() ? total.currency + ": " : std::string()) + recoverableText(total);
        if (totals.isMixed() && total.billedPerMonth) {
            text += ", " + formatMoneyPerMonth(*total.billedPerMonth, total.currency) + " billed";
        }
    }
    if (totals.isMixed()) {
        text += "; amounts of different currencies are neither added nor compared: findings are ranked within each";
    } else if (!totals.reason.empty()) {
        text += "; no money: " + totals.reason;
    } else if (totals.byCurrency.empty()) {
        text += "; no money: give a bill or --rate-card";
    }
    return text + (report.isPartial ? " (partial)" : "");
}

std::string coverageLine(const AnalysisReport& report)
{
    const WorkspaceAnalysis& analysis = *report.analysis;
    if (!analysis.totals.billed) {
        return {};
    }
    const Coverage& coverage = analysis.coverage;
    const std::string& currency = analysis.totals.currency;
    const Decimal whole = coverage.charges();
    const bool hasCredits = !coverage.credits.isZero();
    std::string text = "coverage: " + formatPercent(coverage.matchedShare()) + " of " + formatMoney(whole, currency)
        + (hasCredits ? " charged" : " billed") + " is mapped to services ("
        + formatPercent(shareOf(coverage.matched, whole)) + " by tag or rule, "
        + formatPercent(shareOf(coverage.heuristic, whole)) + " by name); "
        + formatPercent(shareOf(coverage.unassigned, whole)) + " unmapped";
    if (!coverage.ambiguous.isZero()) {
        text += ", " + formatPercent(shareOf(coverage.ambiguous, whole)) + " ambiguous";
    }
    if (hasCredits) {
        text += "; credits and discounts " + formatMoney(coverage.credits, currency) + ", which leaves "
            + formatMoney(*analysis.totals.billed, currency) + " billed";
    }
    return text;
}

std::vector<std::string> reconciliationLines(const AnalysisReport& report)
{
    const auto count = [](std::uint64_t rows) { return formatCount(static_cast<double>(rows)); };
    std::vector<std::string> lines;
    for (const auto& [document, check] : report.analysis->reconciliations) {
        std::string text = "bill " + report.analysis->documents[document]->path + ": " + count(check.rowsRead)
            + " rows read, " + count(check.rowsKept) + " kept";
        for (const sdk::CostExclusion& excluded : check.excluded) {
            text += ", " + count(excluded.rows) + (excluded.rowsKept ? " of them count as 0 (" : " left out (")
                + excluded.rule + ')';
        }
        if (check.duplicatesDropped > 0) {
            text += ", " + count(check.duplicatesDropped) + " duplicates dropped";
        }
        text += check.reconciles ? "; reconciles" : "; does not reconcile";
        if (!check.reconciles && check.expectedRows) {
            text += " (the delivery announces " + count(*check.expectedRows) + " rows)";
        }
        lines.push_back(std::move(text));
    }
    return lines;
}

std::string costWithRange(const Finding& finding)
{
    if (!finding.costPerMonth) {
        return std::string(kUnknown);
    }
    const CostPerMonth& cost = *finding.costPerMonth;
    std::string text = formatMoney(cost.amount, cost.currency);
    const std::string low = formatMoney(cost.low, cost.currency);
    const std::string high = formatMoney(cost.high, cost.currency);
    if (low != high) {
        text += " (" + low + "–" + high + ')';
    }
    return text;
}

std::string costPerMonthWithKind(const Finding& finding)
{
    const bool isSaving = finding.costPerMonth && finding.costPerMonth->kind;
    return costWithRange(finding) + "/mo"
        + (isSaving ? ", " + std::string(displayName(finding.costPerMonth->kind)) : std::string());
}

std::string blameLine(const Finding& finding, std::size_t callers)
{
    if (!finding.blame) {
        return {};
    }
    std::string text = siteText(*finding.blame);
    for (const Site& caller : callersOf(finding).first(std::min(callers, callersOf(finding).size()))) {
        text += " < " + caller.function;
    }
    return text;
}

} // namespace heaptoll
