// SPDX-License-Identifier: Apache-2.0
#include "core/base/time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace heaptoll {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kNsPerDay = 86'400 * kNsPerSecond;

/// Reads exactly `count` digits. Errors: -1.
int takeDigits(std::string_view& text, std::size_t count)
{
    if (text.size() < count) {
        return -1;
    }
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

/// Nanoseconds of an optional ".123" part.
std::int64_t takeFraction(std::string_view& text)
{
    if (!take(text, '.')) {
        return 0;
    }
    std::int64_t ns = 0;
    std::int64_t unit = kNsPerSecond / 10;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        ns += unit * (text.front() - '0');
        unit /= 10;
        text.remove_prefix(1);
    }
    return ns;
}

/// Seconds east of UTC. Errors: nullopt when the rest of the text is no zone.
std::optional<std::int64_t> takeZone(std::string_view& text)
{
    if (text.empty()) {
        return 0;
    }
    if (text == "Z" || text == "z" || text == " UTC") {
        text = {};
        return 0;
    }
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) {
        return std::nullopt;
    }
    const int hours = takeDigits(text, 2);
    take(text, ':');
    const int minutes = text.empty() ? 0 : takeDigits(text, 2);
    if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59 || !text.empty()) {
        return std::nullopt;
    }
    return sign * (hours * 3600 + minutes * 60);
}

std::chrono::year_month_day dateOf(Instant t)
{
    return std::chrono::year_month_day { std::chrono::sys_days { std::chrono::days { utcDay(t) } } };
}

} // namespace

std::int64_t utcDay(Instant t)
{
    const std::int64_t day = t.ns / kNsPerDay;
    return t.ns % kNsPerDay < 0 ? day - 1 : day;
}

Instant startOfDay(std::int64_t day)
{
    return { day * kNsPerDay };
}

std::string toIsoDate(Instant t)
{
    const auto date = dateOf(t);
    std::array<char, 32> text {};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

std::string toIsoMonth(Instant t)
{
    return toIsoDate(t).substr(0, 7);
}

std::string toIso8601(Instant t)
{
    const std::int64_t ofDay = t.ns - utcDay(t) * kNsPerDay;
    const auto second = static_cast<int>(ofDay / kNsPerSecond);
    std::array<char, 32> text {};
    std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
    std::string iso = toIsoDate(t) + text.data();
    if (const std::int64_t fraction = ofDay % kNsPerSecond; fraction != 0) {
        std::snprintf(text.data(), text.size(), ".%09lld", static_cast<long long>(fraction));
        std::string digits = text.data();
        digits.erase(digits.find_last_not_of('0') + 1);
        iso += digits;
    }
    return iso + 'Z';
}

std::optional<Instant> parseInstant(std::string_view text)
{
    namespace chrono = std::chrono;
    const int y = takeDigits(text, 4);
    const bool dashed = take(text, '-');
    const int m = takeDigits(text, 2);
    if (dashed && !take(text, '-')) {
        return std::nullopt;
    }
    const int d = takeDigits(text, 2);
    if (y < 1 || m < 1 || d < 1) {
        return std::nullopt;
    }
    const chrono::year_month_day date { chrono::year { y }, chrono::month { static_cast<unsigned>(m) },
        chrono::day { static_cast<unsigned>(d) } };
    if (!date.ok() || y < 1700 || y > 2200) { // what 64-bit nanoseconds can hold
        return std::nullopt;
    }
    std::int64_t ns = chrono::sys_days { date }.time_since_epoch().count() * kNsPerDay;
    if (text.empty()) {
        return Instant { ns };
    }
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) {
        return std::nullopt;
    }
    const int hour = takeDigits(text, 2);
    const bool colon = take(text, ':');
    const int minute = takeDigits(text, 2);
    int second = 0;
    if (colon ? take(text, ':') : !text.empty()) {
        second = takeDigits(text, 2);
    }
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return std::nullopt;
    }
    ns += (hour * 3600LL + minute * 60LL + second) * kNsPerSecond + takeFraction(text);
    const auto zone = takeZone(text);
    if (!zone) {
        return std::nullopt;
    }
    return Instant { ns - *zone * kNsPerSecond };
}

} // namespace heaptoll
