// SPDX-License-Identifier: Apache-2.0
// Recoverable money without overlaps, ranks and ids. Rules: FINDINGS.md "Never above its base".
#include "core/analysis/findings_builder.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace heaptoll {
namespace {

/// Kinds whose money is memory of the service, the surest first: what one has claimed the next cannot claim again.
int claimOrder(FindingKind kind)
{
    switch (kind) {
    case FindingKind::Leak: return 0;
    case FindingKind::Overprovisioned: return 1;
    case FindingKind::UnboundedCache: return 2;
    default: return 3;
    }
}

/// Most that a finding may show: the memory of its service, or all of its cost where the memory is not known.
std::optional<Decimal> baseOf(const ServiceView& service)
{
    const auto base = service.memoryCostPerMonth ? service.memoryCostPerMonth : service.costPerMonth;
    return base ? std::optional(std::max(Decimal {}, *base)) : std::nullopt;
}

void claim(Finding& finding, Decimal& left, std::string_view whose)
{
    CostPerMonth& cost = *finding.costPerMonth;
    if (cost.amount > left) {
        cost.amount = left;
        finding.howComputed +=
            "; capped at what is left of " + std::string(whose) + ", " + formatMoneyPerMonth(left, cost.currency);
    }
    cost.low = std::min(cost.low, cost.amount);
    cost.high = std::max(std::min(cost.high, left), cost.amount);
    left -= cost.amount;
}

void addRecoverable(RecoverableTotals& totals, const CostPerMonth& cost)
{
    if (!cost.kind) {
        return;
    }
    switch (*cost.kind) {
    case SavingKind::SavesNow: totals.savesNow += cost.amount; break;
    case SavingKind::FreesCapacity: totals.freesCapacity += cost.amount; break;
    case SavingKind::AvoidsGrowth: totals.avoidsGrowth += cost.amount; break;
    }
}

using Left = std::map<std::string, Decimal, std::less<>>; ///< what is not claimed yet, by service or currency

void takeFrom(Left& left, const std::string& whose, CostPerMonth& saving)
{
    const auto it = left.find(whose);
    if (it == left.end() || saving.amount.isNegative()) {
        return;
    }
    saving.amount = std::min(saving.amount, it->second);
    saving.low = std::min(saving.low, saving.amount);
    saving.high = std::max(saving.amount, std::min(saving.high, it->second));
    it->second -= saving.amount;
}

/// The advice shows what its finding claimed; what has no finding shows at most what the findings have left.
void writeBack(WorkspaceAnalysis& analysis, Left left, Left billLeft)
{
    for (ServiceView& service : analysis.services) {
        for (std::size_t i = 0; i < service.sizing.size(); ++i) {
            SizingAdvice& advice = service.sizing[i];
            const auto finding = std::ranges::find_if(analysis.findings, [&](const Finding& f) {
                return f.kind == FindingKind::Overprovisioned && f.service == service.name
                    && f.workload == service.workloads[i];
            });
            if (finding != analysis.findings.end()) {
                advice.saving = finding->costPerMonth;
                advice.savingFormula = finding->howComputed;
            } else if (advice.saving && advice.saving->currency == service.currency) {
                takeFrom(left, service.name, *advice.saving);
                if (service.memoryCostPerMonth) {
                    takeFrom(billLeft, service.currency, *advice.saving);
                } else {
                    advice.saving->kind.reset(); // as in a finding: no row tells that this memory is paid for
                }
            }
        }
    }
}

void removeOverlaps(WorkspaceAnalysis& analysis)
{
    std::ranges::stable_sort(analysis.findings, {}, [](const Finding& f) { return claimOrder(f.kind); });
    std::vector<CurrencyTotals>& totals = analysis.totals.byCurrency;
    Left left;
    for (const ServiceView& service : analysis.services) {
        if (const auto base = baseOf(service)) {
            left[service.name] = *base;
        }
    }
    Left billLeft;
    for (const CurrencyTotals& total : totals) {
        billLeft[total.currency] = total.memoryPerMonth.value_or(Decimal {});
    }
    for (Finding& finding : analysis.findings) {
        const auto it = left.find(finding.service);
        if (!finding.costPerMonth || claimOrder(finding.kind) > 2) {
            continue;
        }
        // Money of another currency (a rate card beside a bill) can neither be capped by the bill nor added to it.
        const ServiceView* const service = analysis.service(finding.service);
        if (it != left.end() && service != nullptr && service->currency == finding.costPerMonth->currency) {
            const bool hasMemory = service->memoryCostPerMonth.has_value();
            const auto total = std::ranges::find(totals, service->currency, &CurrencyTotals::currency);
            claim(finding, it->second, hasMemory ? "the service's memory cost" : "the service's cost");
            if (!hasMemory) { // no row tells that this memory is paid for
                finding.costPerMonth->kind.reset();
                finding.howComputed += "; not recoverable: no memory of this service is billed";
            } else if (total != totals.end()) {
                claim(finding, billLeft[service->currency], "the bill's memory cost after credits");
                addRecoverable(total->recoverablePerMonth, *finding.costPerMonth);
            }
        }
    }
    writeBack(analysis, left, billLeft);
    if (totals.size() == 1) {
        analysis.totals.recoverablePerMonth = totals.front().recoverablePerMonth;
    }
}

void markWeak(Finding& finding, const AnalysisOptions& options)
{
    const bool hasMoney = finding.costPerMonth && finding.costPerMonth->amount.toDouble() >= options.minMoneyPerMonth;
    const bool hasBytes = finding.growthBytesPerHour && *finding.growthBytesPerHour >= options.minBytesPerHour;
    const bool isMoneyKind = finding.costPerMonth.has_value() || finding.growthBytesPerHour.has_value();
    finding.isWeak = finding.isWeak || (isMoneyKind && !hasMoney && !hasBytes);
}

/// Amounts of two currencies have no order: one currency comes behind the other, and within each the amounts count.
/// What has no money comes last.
std::pair<std::size_t, std::string_view> currencyGroup(const Finding& finding, const WorkspaceTotals& totals)
{
    if (!finding.costPerMonth || finding.costPerMonth->amount <= Decimal {}) {
        return { totals.byCurrency.size() + 1, {} };
    }
    return { totals.rankOf(finding.costPerMonth->currency), finding.costPerMonth->currency };
}

bool ranksBefore(const Finding& a, const Finding& b, const WorkspaceTotals& totals)
{
    if (a.isWeak != b.isWeak) {
        return b.isWeak;
    }
    // Money that belongs to nobody is a gap in the mapping, not something to recover: it comes after what can be acted on.
    const bool aIsGap = a.kind == FindingKind::UnattributedCost;
    const bool bIsGap = b.kind == FindingKind::UnattributedCost;
    if (aIsGap != bIsGap) {
        return bIsGap;
    }
    const auto groupOfA = currencyGroup(a, totals);
    const auto groupOfB = currencyGroup(b, totals);
    if (groupOfA != groupOfB) {
        return groupOfA < groupOfB;
    }
    const Decimal x = a.costPerMonth ? a.costPerMonth->amount : Decimal {};
    const Decimal y = b.costPerMonth ? b.costPerMonth->amount : Decimal {};
    if (x != y) {
        return x > y;
    }
    if (a.growthBytesPerHour.value_or(0) != b.growthBytesPerHour.value_or(0)) {
        return a.growthBytesPerHour.value_or(0) > b.growthBytesPerHour.value_or(0);
    }
    return a.title != b.title ? a.title < b.title : a.fingerprint < b.fingerprint;
}

} // namespace

void finishFindings(WorkspaceAnalysis& analysis)
{
    removeOverlaps(analysis);
    for (Finding& finding : analysis.findings) {
        markWeak(finding, analysis.options);
    }
    std::ranges::stable_sort(analysis.findings,
        [&analysis](const Finding& a, const Finding& b) { return ranksBefore(a, b, analysis.totals); });
    std::array<int, kFindingKindCount> counts {};
    for (Finding& finding : analysis.findings) {
        const int number = ++counts[static_cast<std::size_t>(finding.kind)];
        finding.id = std::string(1, letter(finding.kind)) + (number < 10 ? "-0" : "-") + std::to_string(number);
    }
}

} // namespace heaptoll
