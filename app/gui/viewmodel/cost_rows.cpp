// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/cost_rows.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/cells.h"

#include <QCoreApplication>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("CostRows", text);
}

/// How the rows of a service were found to be its own.
QString rankText(MatchRank rank)
{
    return rank == MatchRank::Heuristic ? tr("name") : toQString(heaptoll::name(rank));
}

Cell shareCell(double share, const std::string& currency, bool isMixed)
{
    Cell cell;
    cell.text = percentText(share);
    cell.toolTip = isMixed ? tr("of what is billed in %1 in this range").arg(toQString(currency))
                           : tr("of the bill in this range");
    cell.sortValue = share;
    cell.bar = std::clamp(share, 0.0, 1.0);
    cell.barColor = &Tokens::cost;
    return cell;
}

/// What a service costs in its own currency; money in others is named beside it.
Cell totalCell(const ServiceCost& cost, std::size_t rank)
{
    const ServiceView& service = *cost.view;
    Cell cell = moneyCell(moneyText(cost.total, service.currency), cost.total, service.currency, {}, rank);
    cell.textColor = &Tokens::costText;
    for (const auto& [currency, amount] : service.otherCosts) {
        cell.text += tr(" and %1").arg(moneyText(amount, currency));
        cell.toolTip +=
            u'\n' + tr("Beside it, over the whole bill: %1 %2").arg(toQString(amount.toString()), toQString(currency));
    }
    return cell;
}

} // namespace

bool isDayIn(std::int64_t day, const std::optional<TimeRange>& range)
{
    return !range || (startOfDay(day + 1) > range->start && startOfDay(day) < range->end);
}

std::vector<ServiceCost> serviceCosts(const WorkspaceAnalysis& analysis, const std::optional<TimeRange>& range)
{
    std::vector<ServiceCost> costs;
    for (const ServiceView& service : analysis.services) {
        const ServiceCost cost { &service, costInRange(analysis, service, range).value_or(Decimal {}) };
        if (!service.dailyCost.empty()) {
            costs.push_back(cost);
        }
    }
    std::ranges::stable_sort(costs, [&totals = analysis.totals](const ServiceCost& a, const ServiceCost& b) {
        if (a.view->isBucket != b.view->isBucket) {
            return b.view->isBucket;
        }
        const std::size_t x = totals.rankOf(a.view->currency);
        const std::size_t y = totals.rankOf(b.view->currency);
        return x != y ? x < y : a.total > b.total;
    });
    return costs;
}

std::vector<std::pair<std::string, Decimal>> sumsByCurrency(
    const WorkspaceAnalysis& analysis, const std::vector<ServiceCost>& costs)
{
    std::vector<std::pair<std::string, Decimal>> sums;
    for (const CurrencyTotals& total : analysis.totals.byCurrency) {
        std::pair<std::string, Decimal> sum { total.currency, {} };
        bool isThere = false;
        for (const ServiceCost& cost : costs) {
            if (cost.view->currency == total.currency) {
                sum.second += cost.total;
                isThere = true;
            }
        }
        if (isThere) {
            sums.push_back(std::move(sum));
        }
    }
    return sums;
}

Row serviceCostRow(const WorkspaceAnalysis& analysis, const ServiceCost& cost, Decimal allOfCurrency, TokenColor color)
{
    const QString unknown = tr("Not known: the bill gives no price of memory for it");
    const ServiceView& service = *cost.view;
    const std::string& currency = service.currency;
    const std::size_t rank = analysis.totals.rankOf(currency);
    Row row;
    row.key = toQString(service.name);
    Cell name = textCell(row.key);
    name.icon = u"severity-low"_s;
    name.iconColor = std::move(color);
    const double share = allOfCurrency.isZero() ? 0 : cost.total.toDouble() / allOfCurrency.toDouble();
    Cell rows;
    rows.text = countText(static_cast<double>(service.costRows));
    rows.sortValue = static_cast<double>(service.costRows);
    Cell trend;
    for (const DailyCost& day : service.dailyCost) {
        trend.sparkline << std::max(0.0, day.cost.toDouble());
    }
    row.cells = { name, totalCell(cost, rank),
        moneyCell(moneyPerMonthText(service.costPerMonth, currency), service.costPerMonth, currency, {}, rank),
        shareCell(share, currency, analysis.totals.isMixed()), trend,
        moneyCell(moneyPerMonthText(service.memoryCostPerMonth, currency), service.memoryCostPerMonth, currency,
            unknown, rank),
        textCell(service.isBucket ? u"—"_s : rankText(service.worstRank)), rows };
    return row;
}

std::vector<Cell> totalCostCells(
    const WorkspaceAnalysis& analysis, const std::vector<ServiceCost>& costs, const std::string& currency, Decimal sum)
{
    std::uint64_t rows = 0;
    for (const ServiceCost& cost : costs) {
        rows += cost.view->currency == currency ? cost.view->costRows : 0;
    }
    const WorkspaceTotals& totals = analysis.totals;
    const auto total = std::ranges::find(totals.byCurrency, currency, &CurrencyTotals::currency);
    const bool isKnown = !totals.isMixed() && total != totals.byCurrency.end();
    const auto month = isKnown ? total->billedPerMonth : std::nullopt;
    const auto memory = isKnown ? total->memoryPerMonth : std::nullopt;
    const QString why =
        isKnown ? tr("Not known: no bill row gives it") : tr("Not known: the bill has several currencies");
    Cell amount = moneyCell(moneyText(sum, currency), sum, currency, {});
    amount.textColor = &Tokens::costText;
    return { textCell(tr("Total, %1").arg(toQString(currency))), amount,
        moneyCell(moneyPerMonthText(month, currency), month, currency, why), textCell(percentText(1.0)), {},
        moneyCell(moneyPerMonthText(memory, currency), memory, currency, why), {},
        textCell(countText(static_cast<double>(rows))) };
}

QString moneyOfEach(const WorkspaceTotals& totals,
    const std::function<std::optional<Decimal>(const CurrencyTotals&)>& amountOf, bool isPerMonth)
{
    QStringList parts;
    for (const CurrencyTotals& total : totals.byCurrency) {
        if (const std::optional<Decimal> amount = amountOf(total)) {
            parts << (isPerMonth ? moneyPerMonthText(amount, total.currency) : moneyText(amount, total.currency));
        }
    }
    return parts.join(u" · "_s);
}

} // namespace heaptoll::gui
