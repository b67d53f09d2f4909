// SPDX-License-Identifier: Apache-2.0
#include "plugins/collapsed/collapsed_line.h"

#include <charconv>
#include <cmath>

namespace heaptoll {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmedEnd(std::string_view text)
{
    const std::size_t end = text.find_last_not_of(kBlanks);
    return end == std::string_view::npos ? std::string_view {} : text.substr(0, end + 1);
}

/// Splits the number at the end off. Errors: nullopt.
std::optional<CollapsedValue> takeValue(std::string_view& line)
{
    line = trimmedEnd(line);
    const std::size_t blank = line.find_last_of(kBlanks);
    if (blank == std::string_view::npos) {
        return std::nullopt;
    }
    const auto value = parseCollapsedValue(line.substr(blank + 1));
    if (value) {
        line = trimmedEnd(line.substr(0, blank));
    }
    return value;
}

} // namespace

std::optional<CollapsedValue> parseCollapsedValue(std::string_view text)
{
    const std::string_view digits = text.starts_with('+') || text.starts_with('-') ? text.substr(1) : text;
    const bool isNumber = !digits.empty() && digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos
        && digits.front() >= '0' && digits.front() <= '9';
    if (!isNumber) {
        return std::nullopt; // also "inf", "nan" and hexadecimal
    }
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, whole); error == std::errc {} && at == end) {
        return CollapsedValue { whole, false };
    }
    double value = 0;
    const auto [at, error] = std::from_chars(text.data(), end, value);
    constexpr double kLargest = 9.2e18; // below 2^63
    if (error != std::errc {} || at != end || !(std::abs(value) < kLargest)) {
        return std::nullopt;
    }
    return CollapsedValue { std::llround(value), value != std::nearbyint(value) };
}

std::optional<CollapsedLine> parseCollapsedLine(std::string_view line, CollapsedShape shape)
{
    CollapsedLine parsed;
    const auto last = takeValue(line);
    if (!last) {
        return std::nullopt;
    }
    parsed.first = *last;
    if (shape == CollapsedShape::TwoValues) {
        const auto before = takeValue(line);
        if (!before) {
            return std::nullopt;
        }
        parsed.first = *before;
        parsed.second = *last;
    }
    parsed.stack = line;
    return line.find_first_not_of("; \t") == std::string_view::npos ? std::nullopt : std::optional(parsed);
}

bool isCollapsedComment(std::string_view line)
{
    const std::size_t start = line.find_first_not_of(kBlanks);
    return start == std::string_view::npos || line[start] == '#' || line.substr(start).starts_with("//");
}

} // namespace heaptoll
