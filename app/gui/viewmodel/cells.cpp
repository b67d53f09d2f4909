// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/cells.h"

#include "app/gui/text.h"

#include <QCoreApplication>

namespace heaptoll::gui {

Cell textCell(const QString& text, const QString& toolTip)
{
    Cell cell;
    cell.text = text;
    cell.toolTip = toolTip.isEmpty() ? text : toolTip;
    cell.sortValue = text;
    return cell;
}

Cell bytesCell(std::optional<double> bytes)
{
    Cell cell;
    cell.text = bytesText(bytes);
    if (bytes) {
        cell.sortValue = *bytes;
        cell.toolTip = exactBytesText(*bytes);
    } else {
        cell.toolTip = QCoreApplication::translate("Cells", "Not known");
    }
    return cell;
}

double moneySortValue(Decimal amount, std::size_t currencyRank)
{
    constexpr double kApart = 1e13; // above any amount on a bill, and a double keeps its hundredths beside it
    return amount.toDouble() - static_cast<double>(currencyRank) * kApart;
}

Cell moneyCell(const QString& text, std::optional<Decimal> amount, const std::string& currency,
    const QString& whyUnknown, std::size_t currencyRank)
{
    Cell cell;
    cell.text = text;
    if (amount) {
        cell.sortValue = moneySortValue(*amount, currencyRank);
        cell.toolTip = toQString(amount->toString()) + u' ' + toQString(currency);
    } else {
        cell.toolTip = whyUnknown;
    }
    return cell;
}

} // namespace heaptoll::gui
