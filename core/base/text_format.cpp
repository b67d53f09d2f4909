// SPDX-License-Identifier: Apache-2.0
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace heaptoll {
namespace {

constexpr std::string_view kMinus = "\u2212";
constexpr long long kSecondsPerMinute = 60;
constexpr long long kMinutesPerHour = 60;
constexpr long long kSecondsPerHour = kSecondsPerMinute * kMinutesPerHour;
constexpr long long kHoursPerDay = 24;

std::string printed(const char* format, double value)
{
    std::array<char, 64> text {};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

/// Three significant digits, never an exponent.
std::string threeDigits(double value)
{
    if (value >= 99.95) {
        return printed("%.0f", value);
    }
    return printed(value >= 9.995 ? "%.1f" : "%.2f", value);
}

std::string grouped(std::string digits)
{
    const std::size_t point = digits.find('.');
    std::size_t at = point == std::string::npos ? digits.size() : point;
    while (at > 3) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

/// "8 d 4 h"; "8 d" where nothing is left over.
std::string twoUnits(long long amount, long long perLarge, std::string_view large, std::string_view small)
{
    std::string text = std::to_string(amount / perLarge).append(large);
    if (const long long rest = amount % perLarge; rest != 0) {
        text += ' ' + std::to_string(rest).append(small);
    }
    return text;
}

} // namespace

std::string formatBytes(double bytes)
{
    static constexpr std::array<const char*, 7> kUnits { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double size = std::abs(bytes);
    std::size_t unit = 0;
    // 999.5 rounds to 1000 in three digits; 1023.5 is where the next unit starts to read better.
    while (size >= 1023.5 && unit + 1 < kUnits.size()) {
        size /= 1024;
        ++unit;
    }
    std::string text = unit == 0 ? printed("%.0f", size) : threeDigits(size);
    text += ' ';
    text += kUnits[unit];
    return bytes < 0 && text != "0 B" ? std::string(kMinus) + text : text;
}

std::string formatBytesPerHour(double bytesPerHour)
{
    return formatBytes(bytesPerHour) + "/h";
}

std::string formatGrowth(double bytesPerHour)
{
    std::string size = formatBytesPerHour(std::abs(bytesPerHour));
    if (size == "0 B/h") {
        return size;
    }
    return (bytesPerHour > 0 ? "▲ " : "▼ ") + size;
}

std::string formatCount(double count)
{
    const double size = std::abs(count);
    std::string text;
    if (size < 1e7) {
        text = grouped(printed("%.0f", size));
    } else if (size < 1e9) {
        text = threeDigits(size / 1e6) + " M";
    } else if (size < 1e12) {
        text = threeDigits(size / 1e9) + " G";
    } else {
        text = threeDigits(size / 1e12) + " T";
    }
    return count < 0 ? std::string(kMinus) + text : text;
}

std::string_view currencySign(std::string_view currency)
{
    if (currency == "USD") {
        return "$";
    }
    if (currency == "EUR") {
        return "€";
    }
    if (currency == "GBP") {
        return "£";
    }
    if (currency == "JPY") {
        return "¥";
    }
    return currency.empty() ? "¤" : currency; // the sign of a currency that is not named
}

std::string formatMoney(Decimal amount, std::string_view currency)
{
    const std::string_view sign = currencySign(currency);
    const std::string prefix = std::string(sign) + (sign == currency ? " " : "");
    const Decimal size = amount.isNegative() ? -amount : amount;
    if (size.isZero()) {
        return prefix + '0';
    }
    const Decimal cent = Decimal::fromAttos(Decimal::kOne / 100);
    std::string text;
    if (size < cent) {
        text = "< " + prefix + "0.01";
    } else {
        text = prefix + grouped(size.toFixed(size < Decimal::fromUnits(100) ? 2 : 0));
    }
    return amount.isNegative() ? std::string(kMinus) + text : text;
}

std::string formatMoneyPerMonth(Decimal amount, std::string_view currency)
{
    return formatMoney(amount, currency) + "/mo";
}

std::vector<Decimal> partsAsShown(std::vector<Decimal> parts)
{
    Decimal sum;
    for (const Decimal part : parts) {
        sum += part;
    }
    const Int128 digit = sum < Decimal::fromUnits(100) ? Decimal::kOne / 100 : Decimal::kOne;
    Int128 missing = (sum.attos() + digit / 2) / digit;
    std::vector<Int128> remainders;
    for (Decimal& part : parts) {
        remainders.push_back(part.attos() % digit);
        missing -= part.attos() / digit;
        part -= Decimal::fromAttos(remainders.back());
    }
    for (; missing > 0 && !parts.empty(); --missing) {
        const auto largest = std::ranges::max_element(remainders);
        parts[static_cast<std::size_t>(largest - remainders.begin())] += Decimal::fromAttos(digit);
        *largest = -1;
    }
    return parts;
}

std::string formatPercent(double ratio)
{
    const double percent = ratio * 100;
    if (percent != 0 && std::abs(percent) < 9.95) {
        return printed("%.1f", percent) + " %";
    }
    return printed("%.0f", percent) + " %";
}

std::string formatSpan(Span span)
{
    const double s = std::abs(span.toSeconds());
    const long long seconds = std::llround(s);
    const long long minutes = std::llround(s / kSecondsPerMinute);
    const long long hours = std::llround(s / kSecondsPerHour);
    std::string text;
    if (seconds < kSecondsPerMinute) {
        text = threeDigits(s) + " s";
    } else if (seconds < 10 * kSecondsPerMinute) {
        text = twoUnits(seconds, kSecondsPerMinute, " min", " s");
    } else if (minutes < kMinutesPerHour) {
        text = std::to_string(minutes) + " min";
    } else if (minutes < 10 * kMinutesPerHour) {
        text = twoUnits(minutes, kMinutesPerHour, " h", " min");
    } else if (hours < 2 * kHoursPerDay) {
        text = std::to_string(hours) + " h";
    } else {
        text = twoUnits(hours, kHoursPerDay, " d", " h");
    }
    return span.ns < 0 ? std::string(kMinus) + text : text;
}

std::string formatInstant(Instant t)
{
    const std::string iso = toIso8601(t);
    return iso.substr(0, 10) + ' ' + iso.substr(11, 5);
}

} // namespace heaptoll
