// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/row_model.h"
#include "core/analysis/workspace_analysis.h"

#include <QString>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heaptoll::gui {

/// What the services of a bill cost in a range. Amounts of two currencies are neither added nor compared.
struct ServiceCost {
    const ServiceView* view = nullptr; ///< the money is in view->currency
    Decimal total; ///< in the range
};

/// True when a day lies in the range, in part at least.
[[nodiscard]] bool isDayIn(std::int64_t day, const std::optional<TimeRange>& range);
/// Services with money, by currency (as the totals rank them), most money first, buckets last.
[[nodiscard]] std::vector<ServiceCost> serviceCosts(
    const WorkspaceAnalysis& analysis, const std::optional<TimeRange>& range);
/// Sum per currency, in the order of the totals of the bill.
[[nodiscard]] std::vector<std::pair<std::string, Decimal>> sumsByCurrency(
    const WorkspaceAnalysis& analysis, const std::vector<ServiceCost>& costs);
/// A row of the table of services: all money in the currency of the service, its share is of that currency. Key: its name.
[[nodiscard]] Row serviceCostRow(
    const WorkspaceAnalysis& analysis, const ServiceCost& cost, Decimal allOfCurrency, TokenColor color);

/// The line of sums below those rows, cell by cell: `sum` in the range; memory and what a month costs as the bill's totals
/// say. In a bill of several currencies a service's money in a second one is in the bill, not in its row: no sum per month.
[[nodiscard]] std::vector<Cell> totalCostCells(
    const WorkspaceAnalysis& analysis, const std::vector<ServiceCost>& costs, const std::string& currency, Decimal sum);

/// "€12 · $30": what amountOf gives for each currency, never added; "" where it is known for none.
[[nodiscard]] QString moneyOfEach(const WorkspaceTotals& totals,
    const std::function<std::optional<Decimal>(const CurrencyTotals&)>& amountOf, bool isPerMonth);

} // namespace heaptoll::gui
