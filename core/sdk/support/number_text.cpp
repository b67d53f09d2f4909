// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/number_text.h"

#include <algorithm>
#include <array>
#include <string>

namespace heaptoll::sdk {
namespace {

constexpr int kMaxDigits = 18;
constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers {};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// "E-08" behind the digits. false = no exponent of at most two digits.
bool takeExponent(const char* at, const char* end, int& exponent)
{
    ++at;
    const bool isNegative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+') ? 1 : 0;
    if (at == end || end - at > 2) {
        return false;
    }
    for (; at < end; ++at) {
        if (!isDigit(*at)) {
            return false;
        }
        exponent = exponent * 10 + (*at - '0');
    }
    exponent = isNegative ? -exponent : exponent;
    return true;
}

} // namespace

bool parseNarrow(const char* text, std::size_t size, NarrowNumber& number)
{
    const char* at = text;
    const char* end = text + size;
    while (at < end && *at == ' ') {
        ++at;
    }
    while (at < end && end[-1] == ' ') {
        --end;
    }
    if (at == end) {
        return false;
    }
    const bool isNegative = *at == '-';
    at += isNegative || *at == '+' ? 1 : 0;
    std::uint64_t mantissa = 0;
    const char* const first = at;
    while (at < end && isDigit(*at)) {
        mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at++ - '0');
    }
    auto digits = at - first;
    int scale = 0;
    if (at < end && *at == '.') {
        const char* const fraction = ++at;
        while (at < end && isDigit(*at)) {
            mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at++ - '0');
        }
        scale = static_cast<int>(std::min<std::ptrdiff_t>(at - fraction, 100));
        digits += at - fraction;
    }
    if (digits == 0 || digits > kMaxDigits) {
        return false;
    }
    if (at < end) {
        int exponent = 0;
        if ((*at != 'e' && *at != 'E') || !takeExponent(at, end, exponent)) {
            return false;
        }
        scale -= exponent;
        if (scale < 0) {
            if (digits - scale > kMaxDigits) {
                return false;
            }
            mantissa *= static_cast<std::uint64_t>(kPowers[static_cast<std::size_t>(-scale)]);
            scale = 0;
        }
        if (scale > kMaxDigits) {
            return false;
        }
    }
    const auto value = static_cast<std::int64_t>(mantissa);
    number = { isNegative ? -value : value, scale };
    return true;
}

std::optional<Decimal::Parsed> parseNumber(std::string_view text, NumberStyle style)
{
    const std::size_t comma = text.find(',');
    if (style != NumberStyle::Comma) {
        return comma == std::string_view::npos ? Decimal::parse(text) : std::nullopt;
    }
    const std::size_t point = text.find('.');
    if (comma == std::string_view::npos) {
        return point == std::string_view::npos ? Decimal::parse(text) : std::nullopt;
    }
    std::string plain;
    std::size_t groupDigits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.') {
            const bool isFirst = plain.find_first_of("0123456789") == std::string::npos;
            if (i > comma || isFirst || (i != point && groupDigits != 3) || (i == point && groupDigits > 3)) {
                return std::nullopt;
            }
            groupDigits = 0;
            continue;
        }
        if (i == comma && point != std::string_view::npos && groupDigits != 3) {
            return std::nullopt;
        }
        groupDigits += isDigit(c) ? 1U : 0U;
        plain.push_back(i == comma ? '.' : c);
    }
    return Decimal::parse(plain);
}

NumberStyle styleOf(std::string_view text)
{
    if (text.empty() || text.find_first_not_of("+-0123456789.,eE ") != std::string_view::npos) {
        return NumberStyle::Undecided;
    }
    const std::size_t comma = text.find(',');
    const std::size_t point = text.find('.');
    if (comma == std::string_view::npos) {
        return point == std::string_view::npos ? NumberStyle::Undecided : NumberStyle::Point;
    }
    const bool isSingle = text.find(',', comma + 1) == std::string_view::npos;
    const std::string_view behind = text.substr(comma + 1);
    const bool mayBeGrouped = behind.size() == 3 && comma <= 4;
    if (!isSingle || (point != std::string_view::npos && point > comma) || mayBeGrouped) {
        return NumberStyle::Undecided;
    }
    return NumberStyle::Comma;
}

} // namespace heaptoll::sdk
