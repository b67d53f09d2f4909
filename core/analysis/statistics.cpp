// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

namespace heaptoll {
namespace {

struct Segment {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] std::size_t size() const { return end - begin; }
};

/// Above this many pairs (400 points in one segment) slopes are sampled.
constexpr std::uint64_t kMaxPairs = 400 * 399 / 2;
constexpr double kZ95 = 1.959963984540054; // two-sided 95 % point of the normal distribution

/// No starts at all means one segment; starts out of order or range are clamped, so that no point is used twice.
std::vector<Segment> segmentsOf(std::size_t count, std::span<const std::size_t> starts)
{
    std::vector<Segment> segments;
    std::size_t begin = starts.empty() ? 0 : std::min(starts[0], count);
    for (std::size_t i = 1; i < starts.size(); ++i) {
        const std::size_t end = std::clamp(starts[i], begin, count);
        segments.push_back({ begin, end });
        begin = end;
    }
    segments.push_back({ begin, count });
    return segments;
}

std::uint64_t pairCount(std::size_t n)
{
    return n < 2 ? 0 : std::uint64_t { n } * (n - 1) / 2;
}

/// Counts pairs i < j with values[i] > values[j]; sorts values. Bottom-up merge sort: O(n log n), no recursion.
std::uint64_t sortCountingInversions(std::vector<double>& values)
{
    const std::size_t n = values.size();
    std::vector<double> merged(n);
    std::uint64_t inversions = 0;
    for (std::size_t width = 1; width < n; width *= 2) {
        for (std::size_t left = 0; left < n; left += 2 * width) {
            const std::size_t middle = std::min(left + width, n);
            const std::size_t right = std::min(left + 2 * width, n);
            std::size_t a = left;
            std::size_t b = middle;
            for (std::size_t out = left; out < right; ++out) {
                const bool takeRight = b < right && (a >= middle || values[b] < values[a]);
                inversions += takeRight ? middle - a : 0;
                merged[out] = takeRight ? values[b++] : values[a++];
            }
        }
        values.swap(merged);
    }
    return inversions;
}

struct KendallSum {
    double s = 0;
    double variance = 0;
};

/// Kendall's S of one segment and its variance with the tie correction n(n-1)(2n+5)/18 - sum t(t-1)(2t+5)/18.
KendallSum kendall(std::span<const double> y)
{
    const auto cube = [](std::size_t count) {
        const auto n = static_cast<double>(count);
        return n * (n - 1) * (2 * n + 5) / 18.0;
    };
    std::vector<double> sorted(y.begin(), y.end());
    const std::uint64_t discordant = sortCountingInversions(sorted);
    std::uint64_t tied = 0;
    double variance = cube(sorted.size());
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t j = i + 1;
        while (j < sorted.size() && sorted[j] == sorted[i]) {
            ++j;
        }
        tied += pairCount(j - i);
        variance -= cube(j - i);
        i = j;
    }
    const std::uint64_t concordant = pairCount(sorted.size()) - tied - discordant;
    return { static_cast<double>(concordant) - static_cast<double>(discordant), variance };
}

void addSlope(
    std::vector<double>& slopes, std::span<const double> x, std::span<const double> y, std::size_t i, std::size_t j)
{
    const double dx = x[j] - x[i];
    if (dx != 0) {
        slopes.push_back((y[j] - y[i]) / dx);
    }
}

/// All slopes within segments, or kMaxPairs of them drawn with a fixed seed when there are more.
std::vector<double> pairSlopes(
    std::span<const double> x, std::span<const double> y, const std::vector<Segment>& segments)
{
    std::vector<std::uint64_t> upTo;
    std::uint64_t total = 0;
    for (const Segment& segment : segments) {
        total += pairCount(segment.size());
        upTo.push_back(total);
    }
    std::vector<double> slopes;
    slopes.reserve(static_cast<std::size_t>(std::min(total, kMaxPairs)));
    if (total <= kMaxPairs) {
        for (const Segment& segment : segments) {
            for (std::size_t i = segment.begin; i < segment.end; ++i) {
                for (std::size_t j = i + 1; j < segment.end; ++j) {
                    addSlope(slopes, x, y, i, j);
                }
            }
        }
        return slopes;
    }
    std::mt19937_64 random(20250101); // NOLINT: the same answer on every run is wanted
    for (std::uint64_t k = 0; k < kMaxPairs; ++k) {
        const auto which = std::upper_bound(upTo.begin(), upTo.end(), random() % total) - upTo.begin();
        const Segment& segment = segments[static_cast<std::size_t>(which)];
        const std::size_t i = segment.begin + static_cast<std::size_t>(random() % segment.size());
        std::size_t j = segment.begin + static_cast<std::size_t>(random() % (segment.size() - 1));
        j += j >= i ? 1 : 0;
        addSlope(slopes, x, y, std::min(i, j), std::max(i, j));
    }
    return slopes;
}

} // namespace

double median(std::vector<double> values)
{
    const std::size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1) {
        return *middle;
    }
    const double below = *std::max_element(values.begin(), middle);
    return below + (*middle - below) / 2;
}

double quantile(std::vector<double> values, double q)
{
    const double position = std::clamp(q, 0.0, 1.0) * static_cast<double>(values.size() - 1);
    const auto index = static_cast<std::size_t>(position);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::ranges::nth_element(values, at);
    const double fraction = position - static_cast<double>(index);
    if (fraction == 0 || index + 1 == values.size()) {
        return *at;
    }
    const double next = *std::min_element(at + 1, values.end());
    return *at + (next - *at) * fraction;
}

double nearestRank(std::vector<double> values, double q)
{
    const auto n = static_cast<double>(values.size());
    // q * n may land an ulp above a whole rank (0.07 * 100 = 7.000000000000001), which would skip a value.
    const double rank = std::ceil(std::clamp(q, 0.0, 1.0) * n * (1 - 1e-15));
    const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, n)) - 1;
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::ranges::nth_element(values, at);
    return *at;
}

TheilSenFit theilSen(std::span<const double> x, std::span<const double> y, std::span<const std::size_t> segmentStarts)
{
    const std::size_t count = std::min(x.size(), y.size());
    x = x.first(count);
    y = y.first(count);
    const std::vector<Segment> segments = segmentsOf(count, segmentStarts);
    std::vector<double> slopes = pairSlopes(x, y, segments);
    TheilSenFit fit;
    if (!slopes.empty()) {
        double variance = 0;
        double pairs = 0;
        for (const Segment& segment : segments) {
            variance += kendall(y.subspan(segment.begin, segment.size())).variance;
            pairs += static_cast<double>(pairCount(segment.size()));
        }
        // Sen 1968: the interval is the slopes of rank (N -+ C) / 2, C = z * sd(S). As shares of N, so that it
        // also holds for a sample of the pairs.
        std::ranges::sort(slopes);
        const auto n = static_cast<double>(slopes.size());
        const double half = std::min(0.5, kZ95 * std::sqrt(std::max(variance, 0.0)) / (2 * pairs));
        const double lowRank = std::floor((0.5 - half) * n) - 1;
        const double highRank = std::ceil((0.5 + half) * n);
        const auto at = [&](double rank) { return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, n - 1))]; };
        fit.low = at(lowRank);
        fit.high = at(highRank);
        fit.slope = median(std::move(slopes));
    }
    std::vector<double> rest;
    rest.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        rest.push_back(y[i] - fit.slope * x[i]);
    }
    fit.intercept = rest.empty() ? 0 : median(std::move(rest));
    return fit;
}

MannKendall mannKendall(std::span<const double> y, std::span<const std::size_t> segmentStarts)
{
    KendallSum sum;
    for (const Segment& segment : segmentsOf(y.size(), segmentStarts)) {
        const KendallSum part = kendall(y.subspan(segment.begin, segment.size()));
        sum.s += part.s;
        sum.variance += part.variance;
    }
    MannKendall result { sum.s, 1 };
    if (sum.variance > 0 && sum.s != 0) {
        const double z = (std::abs(sum.s) - 1) / std::sqrt(sum.variance); // continuity correction
        result.pValue = std::erfc(z / std::sqrt(2.0));
    }
    return result;
}

} // namespace heaptoll
