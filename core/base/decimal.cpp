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

} // namespace

std::optional<Decimal::Parsed> Decimal::parse(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    std::size_t at = 0;
    bool negative = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
        negative = text[at] == '-';
        ++at;
    }
    // Fast path: plain numbers of at most 18 digits, which is nearly every cell of every export.
    std::uint64_t fast = 0;
    int fastDigits = 0;
    int fastScale = 0;
    bool seenPoint = false;
    std::size_t i = at;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (isDigit(c)) {
            fast = fast * 10 + static_cast<std::uint64_t>(c - '0');
            ++fastDigits;
            fastScale += seenPoint ? 1 : 0;
        } else if (c == '.' && !seenPoint) {
            seenPoint = true;
        } else {
            break;
        }
        if (fastDigits > 18) {
            break;
        }
    }
    static constexpr std::int64_t kPowers[] = { 1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000,
        1'000'000'000, 10'000'000'000, 100'000'000'000, 1'000'000'000'000, 10'000'000'000'000, 100'000'000'000'000,
        1'000'000'000'000'000, 10'000'000'000'000'000, 100'000'000'000'000'000, 1'000'000'000'000'000'000 };
    if (i == text.size() && fastDigits > 0 && fastDigits <= 18) {
        const Int128 attos = Int128 { static_cast<std::int64_t>(fast) } * kPowers[kScale - fastScale];
        return Parsed { fromAttos(negative ? -attos : attos), false };
    }

    // General path: any number of digits, with an exponent.
    std::string digits;
    long point = -1;
    i = at;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (isDigit(c)) {
            digits.push_back(c);
        } else if (c == '.' && point < 0) {
            point = static_cast<long>(digits.size());
        } else {
            break;
        }
    }
    if (digits.empty()) {
        return std::nullopt;
    }
    if (point < 0) {
        point = static_cast<long>(digits.size());
    }
    int exponent = 0;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && text[i] == '+') {
            ++i;
        }
        const auto [end, status] = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
        if (status != std::errc {} || end == text.data() + i) {
            return std::nullopt;
        }
        i = static_cast<std::size_t>(end - text.data());
    }
    if (i != text.size()) {
        return std::nullopt;
    }
    // Digit k has the weight 10^(point - 1 - k + exponent); keep those of at least 10^-18.
    const long keep = point + exponent + kScale;
    const std::size_t lead = digits.find_first_not_of('0');
    if (lead == std::string::npos) {
        return Parsed {};
    }
    if (keep - static_cast<long>(lead) > 39) {
        return std::nullopt;
    }
    Int128 attos = 0;
    for (long k = static_cast<long>(lead); k < keep; ++k) {
        const int digit = k < static_cast<long>(digits.size()) ? digits[static_cast<std::size_t>(k)] - '0' : 0;
        if (attos > (kMaxAttos - digit) / 10) {
            return std::nullopt;
        }
        attos = attos * 10 + digit;
    }
    Parsed parsed;
    if (keep < static_cast<long>(digits.size())) {
        const std::size_t first = keep < 0 ? 0 : static_cast<std::size_t>(keep);
        const bool anyRest = digits.find_first_not_of('0', first) != std::string::npos;
        parsed.rounded = anyRest;
        if (keep >= 0) {
            const char next = digits[first];
            const bool more = digits.find_first_not_of('0', first + 1) != std::string::npos;
            if (next > '5' || (next == '5' && (more || attos % 2 != 0))) {
                attos += attos < kMaxAttos ? 1 : 0;
            }
        }
    }
    if (attos == kMaxAttos) {
        return std::nullopt;
    }
    parsed.value = fromAttos(negative ? -attos : attos);
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
