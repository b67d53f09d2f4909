// SPDX-License-Identifier: Apache-2.0
// Joins the bill: rows to services, sums, and what of it is memory.
#include "core/analysis/bill_money.h"
#include "core/analysis/charge_days.h"
#include "core/analysis/workspace_join.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <functional>

namespace heaptoll {
namespace {

/// What the service of a row depends on, as ids: tags, resource and, where rules ask for them, SKU and product.
using MatchKey = std::array<std::uint32_t, 4>;

std::array<const TextColumn*, 3> matchedColumns(const CostTable& table, const std::vector<ServiceRule>& rules)
{
    const auto isAsked = [&rules](std::string_view field) {
        return std::ranges::find(rules, field, &ServiceRule::field) != rules.end();
    };
    return { table.text(CostRole::Resource), isAsked("sku") ? table.text(CostRole::Sku) : nullptr,
        isAsked("service") ? table.text(CostRole::Service) : nullptr };
}

MatchKey matchKey(const CostTable& table, const std::array<const TextColumn*, 3>& columns, std::size_t row)
{
    MatchKey key { table.rowTags[row] };
    for (std::size_t i = 0; i < columns.size(); ++i) {
        key[i + 1] = columns[i] == nullptr ? 0 : columns[i]->ids[row];
    }
    return key;
}

} // namespace

/// Every service is shown in the currency that most of its rows are in: money of different currencies is never added.
void WorkspaceJoin::chooseCurrencies()
{
    std::map<std::string, std::map<std::string, std::size_t>> rowsOf;
    std::map<std::string, std::size_t> all;
    const std::vector<std::shared_ptr<const CostTable>> tables = bills();
    for (std::size_t t = 0; t < tables.size(); ++t) {
        for (std::size_t row = 0; row < tables[t]->rowCount; ++row) {
            const std::string currency(tables[t]->textAt(CostRole::Currency, row));
            const ServiceMatch& match = m_analysis.costRowMatches[t][m_analysis.costRowMatch[t][row]];
            ++rowsOf[match.service][currency];
            ++all[currency];
        }
    }
    const auto mostOf = [](const std::map<std::string, std::size_t>& rows) {
        return std::ranges::max_element(rows, {}, [](const auto& entry) { return entry.second; })->first;
    };
    for (const auto& [service, rows] : rowsOf) {
        view(service).currency = mostOf(rows);
    }
    std::vector<CurrencyTotals>& totals = m_analysis.totals.byCurrency;
    for (const auto& [currency, rows] : all) {
        CurrencyTotals& total = totals.emplace_back();
        total.currency = currency;
        total.rows = rows;
    }
    std::ranges::stable_sort(totals, std::greater {}, &CurrencyTotals::rows);
    if (totals.size() > 1) {
        m_analysis.notes.push_back("the bill has " + std::to_string(totals.size())
            + " currencies, which are never added or compared: a service shows the one that most of its rows are in, "
              "and findings are ranked within a currency, "
            + totals.front().currency + " first, which most rows are in");
    }
}

/// That most rows are in; empty without a bill.
std::string WorkspaceJoin::mainCurrency() const
{
    const std::vector<CurrencyTotals>& totals = m_analysis.totals.byCurrency;
    return totals.empty() ? std::string() : totals.front().currency;
}

void WorkspaceJoin::addCoverage(Decimal cost, MatchRank rank)
{
    Coverage& coverage = m_analysis.coverage;
    if (cost.isNegative()) {
        coverage.credits += cost;
        return;
    }
    switch (rank) {
    case MatchRank::Rule:
    case MatchRank::Tag: coverage.matched += cost; break;
    case MatchRank::Heuristic: coverage.heuristic += cost; break;
    case MatchRank::Ambiguous: coverage.ambiguous += cost; break;
    case MatchRank::Unassigned: coverage.unassigned += cost; break;
    }
}

void WorkspaceJoin::addCostRow(const CostRow& row, const ServiceMatch& match)
{
    std::vector<CurrencyTotals>& totals = m_analysis.totals.byCurrency;
    const auto total = std::ranges::find(totals, row.currency, &CurrencyTotals::currency);
    ServiceView& service = view(match.service);
    const bool isShown = row.currency == service.currency;
    if (isShown) {
        service.worstRank = service.costRows == 0 ? match.rank : std::max(service.worstRank, match.rank);
        ++service.costRows;
    }
    if (!row.cost) {
        ++total->unknownRows;
        service.unknownRows += isShown ? 1 : 0;
        return;
    }
    const Decimal cost = *row.cost;
    total->billed = total->billed.value_or(Decimal {}) + cost;
    if (total == totals.begin()) {
        addCoverage(cost, match.rank);
    }
    const std::vector<DayShare> shares =
        sharesByDay(row.table.chargeStart[row.row], row.table.chargeEnd[row.row], cost);
    Decimal inSpan;
    for (const DayShare& share : shares) {
        inSpan += m_analysis.billSpan.contains(share.day) ? share.cost : Decimal {};
    }
    const double share = cost.isZero() ? 0 : inSpan.toDouble() / cost.toDouble();
    total->inSpan += inSpan;
    total->credits += std::min(inSpan, Decimal {});
    m_billEvidence[row.currency].add(row.table, row.row, inSpan, share);
    if (!isShown) {
        service.otherCosts[row.currency] += cost;
        return;
    }
    service.totalCost += cost;
    service.costInSpan += inSpan;
    m_evidence[match.service].add(row.table, row.row, inSpan, share);
    for (const DayShare& day : shares) {
        m_daily[match.service][day.day] += day.cost;
        if (row.isDailyUse && m_analysis.billSpan.contains(day.day)) {
            m_dailyByUse[match.service][day.day] += day.cost.toDouble();
        }
    }
}

Result<void> WorkspaceJoin::matchCostRows()
{
    constexpr std::size_t kPollRows = 4096;
    for (const auto& table : bills()) {
        std::map<MatchKey, std::uint32_t> known;
        std::optional<MatchKey> lastKey;
        std::uint32_t last = 0;
        const std::array<const TextColumn*, 3> columns = matchedColumns(*table, m_analysis.options.rules);
        std::vector<ServiceMatch> matches;
        std::vector<std::uint32_t> matchOfRow(table->rowCount);
        for (std::size_t row = 0; row < table->rowCount; ++row) {
            if (row % kPollRows == 0 && m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
            }
            const MatchKey key = matchKey(*table, columns, row);
            if (key != lastKey) {
                const auto [it, isNew] = known.try_emplace(key, static_cast<std::uint32_t>(matches.size()));
                if (isNew) {
                    matches.push_back(m_mapper.matchCostRow(*table, row));
                }
                lastKey = key;
                last = it->second;
            }
            matchOfRow[row] = last;
        }
        m_analysis.costRowMatches.push_back(std::move(matches));
        m_analysis.costRowMatch.push_back(std::move(matchOfRow));
    }
    return {};
}

Result<void> WorkspaceJoin::joinCosts()
{
    constexpr std::size_t kPollRows = 4096;
    HEAPTOLL_TRY(matchCostRows());
    chooseCurrencies();
    const std::vector<std::shared_ptr<const CostTable>> tables = bills();
    m_analysis.billSpan = billSpan(tables, m_task);
    for (std::size_t t = 0; t < tables.size(); ++t) {
        const CostTable& table = *tables[t];
        const BillMoney money = moneyOf(table, m_analysis.options.basis);
        if (money.column != table.money(m_analysis.options.basis) || money.column == nullptr) {
            m_analysis.notes.push_back(m_analysis.documents[m_analysis.costDocuments[t]]->path + ": " + money.note);
            m_analysis.totals.reason = money.note;
        }
        DailyUse dailyUse(table);
        for (std::size_t row = 0; row < table.rowCount; ++row) {
            if (row % kPollRows == 0 && m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
            }
            addCostRow({ table, row, money.isUnknown(row) ? std::nullopt : std::optional(money.at(row)),
                           std::string(table.textAt(CostRole::Currency, row)), dailyUse.contains(row) },
                m_analysis.costRowMatches[t][m_analysis.costRowMatch[t][row]]);
        }
    }
    return finishCosts();
}

void WorkspaceJoin::finishServiceCost(ServiceView& service, double months)
{
    MemoryEvidence& evidence = m_evidence[service.name];
    evidence.settle();
    service.price = memoryPrice(
        evidence, m_billEvidence[service.currency.empty() ? mainCurrency() : service.currency], priceOptions());
    for (const auto& [day, cost] : m_daily[service.name]) {
        service.dailyCost.push_back({ day, cost });
    }
    if (service.costRows > service.unknownRows && months > 0) {
        service.costPerMonth = service.costInSpan.scaledBy(1 / months);
        double share = service.price->memoryShare;
        if (service.price->method == PriceMethod::Direct) {
            MemoryEvidence machines = evidence; // beside the rows that are all memory, machines have their own share
            machines.directGibHours = 0;
            share = memoryPrice(machines, priceOptions()).memoryShare;
        }
        const Decimal memory = evidence.directCost + evidence.machineCost.scaledBy(std::clamp(share, 0.0, 1.0));
        if (memory > Decimal {}) {
            service.memoryCost = std::min(memory, std::max(Decimal {}, service.costInSpan));
            service.memoryCostPerMonth = service.memoryCost->scaledBy(1 / months);
        }
    }
    if (m_analysis.costDocuments.empty() && service.price->method == PriceMethod::RateCard) {
        addRateCardCost(service);
    }
    if (service.price->method == PriceMethod::None && m_analysis.costDocuments.empty()) {
        service.price.reset();
    }
}

/// Without a bill the price of the card is paid for what the pods hold.
void WorkspaceJoin::addRateCardCost(ServiceView& service)
{
    double gib = 0;
    for (const std::size_t w : service.workloads) {
        gib += usageMeans(m_analysis.workloads[w]).paidBytes / 1073741824.0;
    }
    service.currency = service.price->currency;
    if (gib > 0) { // no usage: how much it holds is not known, which is not nothing
        service.memoryCostPerMonth =
            Decimal::fromDouble(gib * service.price->perGibHour * m_analysis.options.hoursPerMonth);
    }
}

/// A sum that left the range at any time is one of these: each row is in a total, in the coverage and in a service.
Result<void> WorkspaceJoin::checkSums() const
{
    const Coverage& coverage = m_analysis.coverage;
    bool isOut = (coverage.charges() + coverage.credits).isOutOfRange();
    for (const CurrencyTotals& total : m_analysis.totals.byCurrency) {
        isOut = isOut || (total.billed && total.billed->isOutOfRange()) || total.inSpan.isOutOfRange();
    }
    for (const auto& [name, service] : m_views) {
        isOut = isOut || service.totalCost.isOutOfRange()
            || std::ranges::any_of(service.otherCosts, [](const auto& cost) { return cost.second.isOutOfRange(); });
    }
    return isOut ? Result<void>(moneyOverflow()) : Result<void>();
}

Result<void> WorkspaceJoin::finishCosts()
{
    HEAPTOLL_TRY(checkSums());
    const double months = m_analysis.billSpan.months(m_analysis.options.hoursPerMonth);
    for (auto& [currency, evidence] : m_billEvidence) {
        evidence.settle();
    }
    for (auto& [name, service] : m_views) {
        finishServiceCost(service, months);
    }
    finishTotals(months);
    return {};
}

void WorkspaceJoin::finishTotals(double months)
{
    WorkspaceTotals& totals = m_analysis.totals;
    if (totals.byCurrency.empty() && m_analysis.options.rateCardPerGibHour) {
        totals.byCurrency.emplace_back().currency = m_analysis.options.rateCardCurrency;
    }
    for (CurrencyTotals& total : totals.byCurrency) {
        if (total.billed && months > 0) {
            total.billedPerMonth = total.inSpan.scaledBy(1 / months);
        }
        for (const auto& [name, service] : m_views) {
            if (!service.isBucket && service.memoryCostPerMonth && service.currency == total.currency) {
                total.memoryPerMonth = total.memoryPerMonth.value_or(Decimal {}) + *service.memoryCostPerMonth;
            }
        }
        capByCredits(total);
        noteWhatLiesOutside(total);
        totals.unknownRows += total.unknownRows;
    }
    if (totals.unknownRows > 0) {
        m_analysis.notes.push_back(formatCount(static_cast<double>(totals.unknownRows)) + " billing rows have no "
            + std::string(name(m_analysis.options.basis)) + " cost: it is unknown, and in no sum");
    }
    if (totals.byCurrency.size() != 1) {
        return;
    }
    const CurrencyTotals& only = totals.byCurrency.front();
    totals.billed = only.billed;
    totals.billedPerMonth = only.billedPerMonth;
    totals.memoryPerMonth = only.memoryPerMonth;
    if (only.billed || only.rows == 0) {
        totals.currency = only.currency;
        totals.reason.clear();
    } else if (totals.reason.empty()) {
        totals.reason = "no row of the bill has a value for the basis " + std::string(name(m_analysis.options.basis));
    }
}

/// Credits of other services and of nobody lower what is billed, not what the memory of a service is charged at.
void WorkspaceJoin::capByCredits(CurrencyTotals& total)
{
    const Decimal most = std::max(Decimal {}, total.billedPerMonth.value_or(Decimal {}));
    if (!total.billedPerMonth || !total.memoryPerMonth || *total.memoryPerMonth <= most) {
        return;
    }
    m_analysis.notes.push_back("credits of " + formatMoney(-total.credits, total.currency)
        + " leave less billed than memory is charged at: memory counts as " + formatMoneyPerMonth(most, total.currency)
        + ", all that is billed, instead of " + formatMoneyPerMonth(*total.memoryPerMonth, total.currency)
        + ", and no more than that is recoverable");
    total.memoryPerMonth = most;
}

/// Fees that run on, late credits, corrections of other months: they are in the sums and in no figure per month.
void WorkspaceJoin::noteWhatLiesOutside(const CurrencyTotals& total)
{
    const Decimal billed = total.billed.value_or(Decimal {});
    if (billed != total.inSpan) {
        m_analysis.notes.push_back(formatMoney(billed - total.inSpan, total.currency) + " of "
            + formatMoney(billed, total.currency) + " billed lies outside of the "
            + std::to_string(m_analysis.billSpan.days()) + " days of charges by use (" + m_analysis.billSpan.text()
            + "): no figure per month has it");
    }
}

} // namespace heaptoll
