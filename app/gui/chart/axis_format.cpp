// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/axis_format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace heaptoll::gui {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

constexpr std::array<const char*, 12> kMonths { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
    "Nov", "Dec" };

std::int64_t floorTo(std::int64_t value, std::int64_t step)
{
    const std::int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

std::string twoDigits(std::int64_t value)
{
    return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string dayLabel(Instant t)
{
    const std::string iso = toIsoDate(t); // "2026-11-05"
    const int month = std::stoi(iso.substr(5, 2));
    const int day = std::stoi(iso.substr(8, 2));
    return std::string(kMonths.at(static_cast<std::size_t>(month - 1))) + ' ' + std::to_string(day);
}

std::string clockLabel(Instant t, bool hasSeconds)
{
    const std::int64_t inDay = t.ns - floorTo(t.ns, kDay);
    std::string text = twoDigits(inDay / kHour) + ':' + twoDigits(inDay / kMinute % 60);
    if (hasSeconds) {
        text += ':' + twoDigits(inDay / kSecond % 60);
    }
    return text;
}

/// Exact, unlike formatSpan: "1 min 30 s", "1 d 6 h". Ticks are on whole seconds; before the start they are negative.
std::string elapsedLabel(std::int64_t ns)
{
    struct Unit {
        std::int64_t length;
        const char* name;
    };
    constexpr std::array<Unit, 4> kUnits { { { kDay, " d" }, { kHour, " h" }, { kMinute, " min" },
        { kSecond, " s" } } };
    if (ns < 0) {
        return "\u2212" + elapsedLabel(-ns);
    }
    std::string text;
    for (const Unit& unit : kUnits) {
        if (const std::int64_t count = ns / unit.length; count > 0) {
            text += (text.empty() ? "" : " ") + std::to_string(count) + unit.name;
            ns -= count * unit.length;
        }
    }
    return text.empty() ? "0 s" : text;
}

std::int64_t timeStep(std::int64_t length, int maxTicks)
{
    constexpr std::array<std::int64_t, 19> kSteps { kSecond, 5 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,
        5 * kMinute, 15 * kMinute, 30 * kMinute, kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay, 2 * kDay, 4 * kDay,
        7 * kDay, 14 * kDay, 28 * kDay, 84 * kDay };
    const auto fits = [length, maxTicks](std::int64_t step) { return length / step < maxTicks; };
    const auto it = std::ranges::find_if(kSteps, fits);
    if (it != kSteps.end()) {
        return *it;
    }
    std::int64_t step = kSteps.back();
    while (!fits(step)) {
        step *= 2;
    }
    return step;
}

} // namespace

LinearAxis bytesAxis(double max)
{
    constexpr double kSmallest = 4;
    const double reach = std::max(max, kSmallest);
    constexpr int kFewest = 3;
    constexpr int kMost = 6;
    double step = 1;
    while (step * kMost < reach) {
        step *= 2;
    }
    const int count = std::max(kFewest, static_cast<int>(std::ceil(reach / step)));
    return { step, count };
}

LinearAxis moneyAxis(double max, int count)
{
    constexpr double kSmallest = 0.01;
    const double least = std::max(max, kSmallest) / count;
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : { 1.0, 2.0, 2.5, 5.0, 10.0 }) {
        if (factor * power >= least * (1 - 1e-9)) {
            return { factor * power, count };
        }
    }
    return { 10 * power, count };
}

std::vector<TimeTick> timeTicks(TimeRange range, int maxTicks)
{
    std::vector<TimeTick> ticks;
    const std::int64_t length = range.end.ns - range.start.ns;
    if (length <= 0 || maxTicks < 1) {
        return ticks;
    }
    const std::int64_t step = timeStep(length, maxTicks);
    // Steps above a day count from the first midnight of the range, so that a tick stands near its start.
    const std::int64_t midnight = floorTo(range.start.ns + kDay - 1, kDay);
    std::int64_t at = step > kDay ? midnight : floorTo(range.start.ns + step - 1, step);
    for (; at <= range.end.ns; at += step) {
        const Instant t { at };
        const bool isMidnight = floorTo(at, kDay) == at;
        ticks.push_back({ t, isMidnight ? dayLabel(t) : clockLabel(t, step < kMinute) });
    }
    return ticks;
}

std::vector<TimeTick> elapsedTicks(Instant start, TimeRange range, int maxTicks)
{
    const Span since { start.ns };
    std::vector<TimeTick> ticks = timeTicks({ range.start - since, range.end - since }, maxTicks);
    for (TimeTick& tick : ticks) {
        tick.label = elapsedLabel(tick.time.ns);
        tick.time = tick.time + since;
    }
    return ticks;
}

} // namespace heaptoll::gui
