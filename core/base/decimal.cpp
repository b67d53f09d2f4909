// SPDX-License-Identifier: Apache-2.0
#include "core/base/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace heaptoll {
namespace {

__extension__ using UInt128 = unsigned __int128;

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

Int128 divideHalfEven(Int128 value, Int128 divisor)
{
    const Int128 quotient = value / divisor;
    Int128 rest = value % divisor;
    rest = rest < 0 ? -rest : rest;
    const Int128 size = divisor < 0 ? -divisor : divisor;
    const Int128 away = (value < 0) == (divisor < 0) ? 1 : -1;
    if (rest > size - rest || (rest == size - rest && quotient % 2 != 0)) {
        return quotient + away;
    }
    return quotient;
}

std::string digitsOf(UInt128 value)
{
    std::string text;
    do {
        text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::ranges::reverse(text);
    return text;
}

/// Out of range where it does not fit; 0 for what is no number.
Decimal clamped(long double attos)
{
    constexpr long double kLimit = 1.7e38L;
    if (!(attos < kLimit)) {
        return Decimal::fromAttos(attos > 0 ? Decimal::kMaxAttos : 0);
    }
    return Decimal::fromAttos(attos > -kLimit ? static_cast<Int128>(attos) : -Decimal::kMaxAttos);
}

UInt128 magnitude(Int128 value)
{
    return value < 0 ? ~static_cast<UInt128>(value) + 1 : static_cast<UInt128>(value);
}

constexpr int kFastDigits = 18; ///< what is sure to fit into 64 bits
constexpr long kMaxDigits = 39; ///< of 2^127

constexpr std::int64_t kPowers[] = { 1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000,
    1'000'000'000, 10'000'000'000, 100'000'000'000, 1'000'000'000'000, 10'000'000'000'000, 100'000'000'000'000,
    1'000'000'000'000'000, 10'000'000'000'000'000, 100'000'000'000'000'000, 1'000'000'000'000'000'000 };

std::string_view trimmed(std::string_view text)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && isBlank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isBlank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// Attos of a plain number of at most 18 digits without a sign, which is nearly every cell of every export; of others
/// nothing.
std::optional<Int128> shortAttos(std::string_view text)
{
    std::uint64_t value = 0;
    int digits = 0;
    int scale = 0;
    bool hasPoint = false;
    for (const char c : text) {
        if (isDigit(c) && digits < kFastDigits) {
            value = value * 10 + static_cast<std::uint64_t>(c - '0');
            ++digits;
            scale += hasPoint ? 1 : 0;
        } else if (c == '.' && !hasPoint) {
            hasPoint = true;
        } else {
            return std::nullopt;
        }
    }
    if (digits == 0) {
        return std::nullopt;
    }
    return Int128 { static_cast<std::int64_t>(value) } * kPowers[Decimal::kScale - scale];
}

/// 0.DIGITS times ten to the power of `point`.
struct Scientific {
    std::string digits;
    long point = 0;
};

/// A number without a sign, of any length, with an exponent or without.
std::optional<Scientific> scientific(std::string_view text)
{
    Scientific number;
    std::optional<long> point;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (isDigit(text[i])) {
            number.digits.push_back(text[i]);
        } else if (text[i] == '.' && !point) {
            point = static_cast<long>(number.digits.size());
        } else {
            break;
        }
    }
    if (number.digits.empty()) {
        return std::nullopt;
    }
    number.point = point.value_or(static_cast<long>(number.digits.size()));
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        i += i + 1 < text.size() && text[i + 1] == '+' ? 2U : 1U;
        int exponent = 0;
        const auto [end, status] = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
        if (status != std::errc {}) {
            return std::nullopt;
        }
        number.point += exponent;
        i = static_cast<std::size_t>(end - text.data());
    }
    return i == text.size() ? std::optional(std::move(number)) : std::nullopt;
}

bool onlyZerosFrom(const std::string& digits, std::size_t first)
{
    return first >= digits.size() || digits.find_first_not_of('0', first) == std::string::npos;
}

/// The digits of at least 10^-18 as attos; nothing when they do not fit.
std::optional<Int128> wholeAttos(const std::string& digits, long keep)
{
    Int128 attos = 0;
    for (long k = 0; k < keep; ++k) {
        const int digit = k < static_cast<long>(digits.size()) ? digits[static_cast<std::size_t>(k)] - '0' : 0;
        if (attos > (Decimal::kMaxAttos - digit) / 10) {
            return std::nullopt;
        }
        attos = attos * 10 + digit;
    }
    return attos;
}

/// Whether the digits behind the first `keep` round an odd or even number of attos up (half to even).
bool roundsUp(const std::string& digits, long keep, bool isOdd)
{
    if (keep < 0 || keep >= static_cast<long>(digits.size())) {
        return false;
    }
    const auto first = static_cast<std::size_t>(keep);
    return digits[first] > '5' || (digits[first] == '5' && (isOdd || !onlyZerosFrom(digits, first + 1)));
}

} // namespace

std::optional<Decimal::Parsed> Decimal::parse(std::string_view text)
{
    text = trimmed(text);
    const bool isNegative = !text.empty() && text.front() == '-';
    if (isNegative || (!text.empty() && text.front() == '+')) {
        text.remove_prefix(1);
    }
    if (const auto attos = shortAttos(text)) {
        return Parsed { fromAttos(isNegative ? -*attos : *attos), false };
    }
    auto number = scientific(text);
    if (!number) {
        return std::nullopt;
    }
    // Leading zeros carry nothing but their place.
    const std::size_t lead = std::min(number->digits.find_first_not_of('0'), number->digits.size());
    number->digits.erase(0, lead);
    if (number->digits.empty()) {
        return Parsed {};
    }
    const long keep = number->point - static_cast<long>(lead) + kScale; // digit k weighs 10^(point - lead - 1 - k)
    if (keep > kMaxDigits) {
        return std::nullopt;
    }
    auto attos = wholeAttos(number->digits, keep);
    if (attos && roundsUp(number->digits, keep, *attos % 2 != 0)) {
        attos = *attos + (*attos < kMaxAttos ? 1 : 0);
    }
    if (!attos || *attos == kMaxAttos) {
        return std::nullopt;
    }
    Parsed parsed;
    parsed.rounded = !onlyZerosFrom(number->digits, keep < 0 ? 0 : static_cast<std::size_t>(keep));
    parsed.value = fromAttos(isNegative ? -*attos : *attos);
    return parsed;
}

Decimal Decimal::fromDouble(double value)
{
    return clamped(std::roundl(static_cast<long double>(value) * static_cast<long double>(kOne)));
}

double Decimal::toDouble() const
{
    return static_cast<double>(static_cast<long double>(m_attos) / static_cast<long double>(kOne));
}

std::string Decimal::toString() const
{
    const UInt128 size = magnitude(m_attos);
    std::string text = digitsOf(size / static_cast<UInt128>(kOne));
    std::string fraction = digitsOf(size % static_cast<UInt128>(kOne));
    fraction.insert(0, static_cast<std::size_t>(kScale) - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    if (!fraction.empty()) {
        text += '.' + fraction;
    }
    return m_attos < 0 ? '-' + text : text;
}

std::string Decimal::toFixed(int decimals) const
{
    const int kept = std::clamp(decimals, 0, kScale);
    UInt128 unit = 1;
    for (int k = kept; k < kScale; ++k) {
        unit *= 10;
    }
    const UInt128 rounded = (magnitude(m_attos) + unit / 2) / unit;
    std::string digits = digitsOf(rounded);
    if (kept > 0) {
        if (digits.size() <= static_cast<std::size_t>(kept)) {
            digits.insert(0, static_cast<std::size_t>(kept) + 1 - digits.size(), '0');
        }
        digits.insert(digits.size() - static_cast<std::size_t>(kept), 1, '.');
    }
    const bool nonZero = digits.find_first_not_of("0.") != std::string::npos;
    return m_attos < 0 && nonZero ? '-' + digits : digits;
}

std::optional<Decimal> Decimal::scaled(Int128 numerator, Int128 denominator) const
{
    if (denominator == 0 || isOutOfRange()) {
        return std::nullopt;
    }
    Int128 product = 0;
    if (!__builtin_mul_overflow(m_attos, numerator, &product)) {
        return fromAttos(divideHalfEven(product, denominator));
    }
    // Split the value: whole multiples of the denominator first, then the rest.
    const Int128 quotient = m_attos / denominator;
    const Int128 rest = m_attos % denominator;
    Int128 high = 0;
    Int128 low = 0;
    if (__builtin_mul_overflow(quotient, numerator, &high) || __builtin_mul_overflow(rest, numerator, &low)) {
        return std::nullopt;
    }
    Int128 sum = 0;
    if (__builtin_add_overflow(high, divideHalfEven(low, denominator), &sum)) {
        return std::nullopt;
    }
    return fromAttos(sum);
}

Decimal Decimal::scaledBy(double ratio) const
{
    return isOutOfRange() ? *this
                          : clamped(std::roundl(static_cast<long double>(m_attos) * static_cast<long double>(ratio)));
}

std::optional<Decimal> Decimal::add(Decimal a, Decimal b)
{
    a += b;
    return a.isOutOfRange() ? std::nullopt : std::optional(a);
}

} // namespace heaptoll
