// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"
#include "core/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

// The one formatter of the product: GUI, CLI and reports show the same text for the same number.

/// "4.10 GiB", "512 B", "\u22121.5 KiB": IEC units, three significant digits. Units: bytes.
[[nodiscard]] std::string formatBytes(double bytes);
/// "9.4 MiB/h".
[[nodiscard]] std::string formatBytesPerHour(double bytesPerHour);
/// "▲ 9.40 MiB/h" or "▼ …"; "0 B/h" has no sign.
[[nodiscard]] std::string formatGrowth(double bytesPerHour);
/// "1,024,000" below ten million, then "10.2 M".
[[nodiscard]] std::string formatCount(double count);
/// "$", "€"; the code itself for currencies without a sign ("CHF"), "¤" for none. currency: ISO 4217 or "".
[[nodiscard]] std::string_view currencySign(std::string_view currency);
/// "$399", "$12.30", "€1,204", "< $0.01", "\u2212$5"; the code itself for currencies without a sign ("CHF 12").
/// Whole units from 100 on, cents below.
[[nodiscard]] std::string formatMoney(Decimal amount, std::string_view currency);
/// "$399/mo".
[[nodiscard]] std::string formatMoneyPerMonth(Decimal amount, std::string_view currency);
/// The parts rounded to the digits that formatMoney shows their sum with, so that what is shown adds up to it.
/// Parts must not be negative. Source: largest remainders (Hamilton apportionment).
[[nodiscard]] std::vector<Decimal> partsAsShown(std::vector<Decimal> parts);
/// "86 %"; one decimal below 10.
[[nodiscard]] std::string formatPercent(double ratio);
/// "3.12 s", "1 min 52 s", "45 min", "2 h 30 min", "31 h", "8 d 4 h": off by 5 % at most.
[[nodiscard]] std::string formatSpan(Span span);
/// "2025-01-31 04:00" (UTC).
[[nodiscard]] std::string formatInstant(Instant t);

/// What is shown where the truth is unknown.
inline constexpr std::string_view kUnknown = "—";

} // namespace heaptoll
