// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/site.h"
#include "core/base/decimal.h"
#include "core/base/time.h"

#include <QString>

#include <optional>
#include <string_view>

namespace heaptoll::gui {

// The edge between the UTF-8 of the core and the UTF-16 of Qt, and the core's formatter as QString.

[[nodiscard]] QString toQString(std::string_view utf8);
[[nodiscard]] std::string toUtf8(const QString& text);

/// Texts with "(s)" are read right for their number ("1 file", "2 files") also without a translation file.
void installPlurals();

/// "—" where the value is absent.
[[nodiscard]] QString bytesText(std::optional<double> bytes);
[[nodiscard]] QString exactBytesText(double bytes); ///< "4,402,341,478 bytes": tooltips
[[nodiscard]] QString growthText(std::optional<double> bytesPerHour); ///< "▲ 9.40 MiB/h"
[[nodiscard]] QString countText(double count);
[[nodiscard]] QString moneyText(std::optional<Decimal> amount, std::string_view currency);
[[nodiscard]] QString moneyPerMonthText(std::optional<Decimal> amount, std::string_view currency);
[[nodiscard]] QString percentText(double ratio);
[[nodiscard]] QString spanText(Span span);
/// "Nov 5" (UTC).
[[nodiscard]] QString dayText(Instant t);
/// The days that a range touches: "Nov 5", "Nov 1 – Nov 30".
[[nodiscard]] QString daysText(TimeRange range);
/// "2026-11-05 04:00" (UTC).
[[nodiscard]] QString instantText(Instant t);
/// "Nov 5 04:00", without the time when both ends are at midnight; "Nov 1 – Nov 21".
[[nodiscard]] QString rangeText(TimeRange range);

/// "openSession" of "myapp::Pool<int>::openSession(int)" is not attempted: the whole name; elide in the view.
[[nodiscard]] QString siteText(const Site& site); ///< "openSession  leaky.cpp:14"
[[nodiscard]] QString placeText(const Site& site); ///< "leaky.cpp:14", "" when unknown
/// Elides in the middle of a qualified name so that the last "::" or "." part stays readable.
[[nodiscard]] QString shortFunction(std::string_view function);

} // namespace heaptoll::gui
