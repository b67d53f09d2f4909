// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/usage_track.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

/// The smaller of what is known.
double finer(double a, double b)
{
    return a <= 0 || b <= 0 ? std::max(a, b) : std::min(a, b);
}

constexpr std::size_t kWindow = 5; ///< so few gaps that a new rhythm shows at once, and one rest among them does not

/// 0 with fewer than three gaps.
double medianGap(std::span<const double> gaps)
{
    if (gaps.size() < 3) {
        return 0;
    }
    std::array<double, kWindow> window {};
    auto end = window.begin();
    for (const double gap : gaps) {
        const auto place = std::upper_bound(window.begin(), end, gap);
        std::copy_backward(place, end, end + 1);
        *place = gap;
        ++end;
    }
    return window[(gaps.size() - 1) / 2];
}

/// Of a point in one track or the other, or in both.
template<typename Value, typename Both>
Value joined(const std::vector<Value>& one, std::optional<std::size_t> i, std::span<const Value> other,
    std::optional<std::size_t> j, const Both& both)
{
    if (!i || !j) {
        return i ? one[*i] : other[*j];
    }
    return both(one[*i], other[*j]);
}

Rhythm finerOf(const Rhythm& one, const Rhythm& other)
{
    return { finer(one.before, other.before), finer(one.after, other.after) };
}

} // namespace

void Track::merge(
    std::span<const Instant> otherTimes, std::span<const double> otherValues, std::span<const Rhythm> otherRhythms)
{
    Track out;
    out.times.reserve(times.size() + otherTimes.size());
    out.values.reserve(times.size() + otherTimes.size());
    out.rhythms.reserve(otherRhythms.empty() ? 0 : times.size() + otherTimes.size());
    std::size_t a = 0;
    std::size_t b = 0;
    while (a < times.size() || b < otherTimes.size()) {
        const bool hasA = a < times.size() && (b >= otherTimes.size() || times[a] <= otherTimes[b]);
        const bool hasB = b < otherTimes.size() && (a >= times.size() || otherTimes[b] <= times[a]);
        const auto i = hasA ? std::optional(a++) : std::nullopt;
        const auto j = hasB ? std::optional(b++) : std::nullopt;
        out.times.push_back(i ? times[*i] : otherTimes[*j]);
        out.values.push_back(
            joined(values, i, otherValues, j, [](double one, double other) { return std::max(one, other); }));
        if (!otherRhythms.empty()) {
            out.rhythms.push_back(joined(rhythms, i, otherRhythms, j, finerOf));
        }
    }
    *this = std::move(out);
}

std::optional<std::size_t> Track::indexAt(Instant t) const
{
    const auto after = std::ranges::upper_bound(times, t);
    return after == times.begin() ? std::nullopt : std::optional(static_cast<std::size_t>(after - times.begin()) - 1);
}

std::optional<double> Track::lastKnown(Instant t) const
{
    return times.empty() ? std::nullopt : std::optional(values[indexAt(t).value_or(0)]);
}

std::vector<Rhythm> rhythmsOf(std::span<const double> gaps)
{
    const std::size_t n = gaps.size();
    const double usual = n < 3 ? 0 : median({ gaps.begin(), gaps.end() });
    std::vector<Rhythm> rhythms(n + 1, Rhythm { usual, usual });
    if (std::ranges::all_of(gaps, [usual](double gap) { return gap == usual; })) {
        return rhythms;
    }
    for (std::size_t i = 0; i <= n; ++i) {
        const std::size_t begin = i - std::min(i, kWindow);
        const double before = medianGap(gaps.subspan(begin, i - begin));
        const double after = medianGap(gaps.subspan(i, std::min(n - i, kWindow)));
        rhythms[i] = { before > 0 ? before : usual, after > 0 ? after : usual };
    }
    return rhythms;
}

} // namespace heaptoll
