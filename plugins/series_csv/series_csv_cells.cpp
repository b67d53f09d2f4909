// SPDX-License-Identifier: Apache-2.0
#include "plugins/series_csv/series_csv_cells.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace heaptoll::series_csv {
namespace {

constexpr std::int64_t kFirstSecond = 631'152'000; // 1990-01-01
constexpr std::int64_t kLastSecond = 4'102'444'800; // 2100-01-01
constexpr std::int64_t kNanos = 1'000'000'000;

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool isDigits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = result.ec == std::errc() && result.ptr == text.data() + text.size();
    return isWhole ? std::optional(number) : std::nullopt;
}

/// Digits of a fraction of a second as nanoseconds; further digits are below what a clock of ours tells.
std::int64_t nanosOf(std::string_view digits)
{
    std::int64_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i) {
        nanos = nanos * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    return nanos;
}

std::optional<Instant> parseEpoch(std::string_view text)
{
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (!isDigits(whole) || whole.size() > 19 || (point != std::string_view::npos && !isDigits(fraction))) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> number = wholeNumber(whole);
    for (const std::int64_t perSecond :
        { std::int64_t { 1 }, std::int64_t { 1000 }, std::int64_t { 1'000'000 }, kNanos }) {
        if (number && *number / perSecond >= kFirstSecond && *number / perSecond < kLastSecond) {
            const std::int64_t nanos = perSecond == 1 ? nanosOf(fraction) : 0;
            return Instant { *number * (kNanos / perSecond) + nanos };
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<Instant> parseTime(std::string_view text)
{
    const std::string_view cell = trimmed(text);
    if (cell.empty()) {
        return std::nullopt;
    }
    // Bare digits first: a compact date of AWS manifests has a T in it.
    const std::optional<Instant> epoch = parseEpoch(cell);
    return epoch ? epoch : parseInstant(cell);
}

Value parseValue(std::string_view text, sdk::NumberStyle style)
{
    static constexpr std::array<std::string_view, 8> kMissing { "", "NaN", "nan", "null", "NULL", "NA", "N/A", "-" };
    std::string cell(trimmed(text));
    if (std::ranges::find(kMissing, cell) != kMissing.end()) {
        return { ValueKind::Missing, 0 };
    }
    if (style == sdk::NumberStyle::Comma) {
        if (cell.find('.') != std::string::npos || std::ranges::count(cell, ',') > 1) {
            return {};
        }
        std::ranges::replace(cell, ',', '.');
    }
    const std::size_t sign = cell.starts_with('+') ? 1 : 0;
    double number = 0;
    const auto result = std::from_chars(cell.data() + sign, cell.data() + cell.size(), number);
    const bool isWhole = result.ec == std::errc() && result.ptr == cell.data() + cell.size();
    return isWhole && std::isfinite(number) ? Value { ValueKind::Number, number } : Value {};
}

std::string stemOf(std::string_view path)
{
    static constexpr std::array<std::string_view, 5> kEndings { ".gz", ".zst", ".csv", ".tsv", ".txt" };
    std::string_view name = path.substr(path.rfind('/') + 1);
    for (const std::string_view ending : kEndings) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.remove_suffix(ending.size());
        }
    }
    return std::string(name);
}

} // namespace heaptoll::series_csv
