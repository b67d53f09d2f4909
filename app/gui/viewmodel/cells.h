// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/row_model.h"
#include "core/base/decimal.h"

#include <optional>
#include <string>

namespace heaptoll::gui {

// The cells that most tables have: formatted text, raw value to sort by, full precision in the tooltip.

[[nodiscard]] Cell textCell(const QString& text, const QString& toolTip = {});
/// "—" and no sort value where bytes are unknown.
[[nodiscard]] Cell bytesCell(std::optional<double> bytes);
/// What amounts of money sort by. Those of two currencies have no order: the ones of a higher rank (WorkspaceTotals::rankOf)
/// stand together, below all of a lower one.
[[nodiscard]] double moneySortValue(Decimal amount, std::size_t currencyRank);
/// text is how the table shows it ("$12", "$12/mo"); the tooltip has the exact amount, or why when it is unknown.
[[nodiscard]] Cell moneyCell(const QString& text, std::optional<Decimal> amount, const std::string& currency,
    const QString& whyUnknown, std::size_t currencyRank = 0);

} // namespace heaptoll::gui
