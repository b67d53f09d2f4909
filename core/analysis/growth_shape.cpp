// SPDX-License-Identifier: Apache-2.0
// The shape of a series: straight-line fit, late growth, draw-down, steps, onset. Linear algebra by Eigen.
#include "core/analysis/growth_shape.h"

#include <Eigen/Dense>

#include <algorithm>
#include <array>
#include <cmath>

namespace heaptoll {
namespace {

using Series = Eigen::Map<const Eigen::VectorXd>;

Series mapped(std::span<const double> values)
{
    return { values.data(), static_cast<Eigen::Index>(values.size()) };
}

/// Sum of squared residuals of y about the columns of a design matrix, by Householder QR.
double residual(const Eigen::MatrixXd& design, const Series& y)
{
    const Eigen::VectorXd coefficients = design.colPivHouseholderQr().solve(y);
    return (y - design * coefficients).squaredNorm();
}

Eigen::MatrixXd lineDesign(const Series& x)
{
    Eigen::MatrixXd design(x.size(), 2);
    design.col(0).setOnes();
    design.col(1) = x;
    return design;
}

double rSquared(const Series& x, const Series& y)
{
    const double total = (y.array() - y.mean()).matrix().squaredNorm();
    return total > 0 ? 1 - residual(lineDesign(x), y) / total : 0;
}

/// First point of the growth: the break of "level, then line" when that explains the series much better than one line.
/// Least squares over all breaks (at most 64 are tried). Source: hockey-stick regression, Hinkley 1971.
std::size_t onsetOf(const Series& x, const Series& y)
{
    constexpr double kMustExplain = 0.5; // of the squared residual of the plain line
    const Eigen::Index n = x.size();
    if (n < 6) {
        return 0;
    }
    const double plain = residual(lineDesign(x), y);
    double best = plain;
    Eigen::Index onset = 0;
    const Eigen::Index step = std::max<Eigen::Index>(1, n / 64);
    for (Eigen::Index b = 1; b + 3 <= n; b += step) {
        Eigen::MatrixXd design(n, 2);
        design.col(0).setOnes();
        design.col(1) = (x.array() - x[b]).max(0.0);
        const double sum = residual(design, y);
        if (sum < best) {
            best = sum;
            onset = b;
        }
    }
    return best < kMustExplain * plain ? static_cast<std::size_t>(onset) : 0;
}

double slopeGain(std::span<const double> x, std::span<const double> y)
{
    if (x.size() < 2) {
        return 0;
    }
    constexpr std::array<std::size_t, 1> kOneSegment { 0 };
    return theilSen(x, y, kOneSegment).slope * (x.back() - x.front());
}

/// Rises and falls of a series, and how lumpy the rises are. Units: bytes.
struct Steps {
    double rises = 0;
    double falls = 0;
    double lump = 0; ///< variance of the steps between neighbours over their mean: what comes at once
};
Steps stepsOf(std::span<const double> y)
{
    Steps steps;
    double squares = 0;
    for (std::size_t i = 1; i < y.size(); ++i) {
        const double step = y[i] - y[i - 1];
        steps.rises += std::max(0.0, step);
        steps.falls += std::max(0.0, -step);
        if (i > 1) {
            // Neighbours, so that a rate which changes slowly is not taken for lumps.
            const double change = step - (y[i - 1] - y[i - 2]);
            squares += change * change / 2;
        }
    }
    const double net = y.back() - y.front();
    if (y.size() > 2 && net > 0) {
        const double mean = net / static_cast<double>(y.size() - 1);
        steps.lump = squares / static_cast<double>(y.size() - 2) / mean;
    }
    return steps;
}

/// Upper end of the 95 % interval of a count's mean. Source: square-root approximation of the Poisson interval.
double poissonHigh(double count)
{
    return count + 1.92 + 1.96 * std::sqrt(count + 0.96);
}

/// How much wider the error of a line is because neighbouring residuals are alike: sqrt((1 + r) / (1 - r)) for their
/// correlation r. Source: effective sample size of an AR(1) process, Bayley & Hammersley 1946.
double persistence(std::span<const double> x, std::span<const double> y, const TheilSenFit& fit)
{
    double products = 0;
    double squares = 0;
    double before = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double now = y[i] - fit.intercept - fit.slope * x[i];
        products += i > 0 ? now * before : 0;
        squares += now * now;
        before = now;
    }
    const double correlation = squares > 0 ? std::clamp(products / squares, 0.0, 0.9) : 0;
    return std::sqrt((1 + correlation) / (1 - correlation));
}

/// Adds the last part of a segment, from point `from` on. What is only ever added to is a sum of random lumps: its line
/// has no scatter to tell the error of the rate from, the lumps do.
void addLate(
    LateGrowth& late, std::span<const double> x, std::span<const double> y, std::size_t from, double sampleBytes)
{
    constexpr std::size_t kPoints = 4;
    constexpr std::size_t kPointsOfStandstill = 8;
    constexpr double kKept = 0.05;
    constexpr std::array<std::size_t, 1> kOneSegment { 0 };
    const std::span<const double> tail = y.subspan(from);
    if (tail.size() < kPoints) {
        return;
    }
    const double hours = x.back() - x[from];
    const TheilSenFit fit = theilSen(x.subspan(from), tail, kOneSegment);
    const double gain = std::max(0.0, fit.slope * hours);
    double high = std::max(gain, fit.high * hours);
    const auto [lowest, highest] = std::ranges::minmax(tail);
    const Steps steps = stepsOf(y);
    const bool standsStill = lowest == highest && tail.size() >= kPointsOfStandstill;
    double low = gain;
    if (steps.falls > kKept * steps.rises) {
        const double wider = persistence(x.subspan(from), tail, fit);
        low = gain - wider * (gain - fit.low * hours);
        high = gain + wider * (high - gain);
    } else if (!standsStill) {
        const double lump = std::max({ sampleBytes, steps.lump, 1.0 });
        high = std::max(high, lump * poissonHigh(gain / lump));
    }
    const double rise = median({ tail.begin(), tail.end() }) - y.front();
    const double middle = (x[from] + x.back()) / 2 - x.front();
    late.gain += gain;
    late.low += low;
    late.high += high;
    late.expected += std::max(0.0, rise / middle * hours);
    late.points += tail.size();
}

void measureFalls(GrowthShape& shape, std::span<const double> y)
{
    double highest = y.front();
    double deepest = 0;
    double largestRise = 0;
    const auto [low, high] = std::minmax_element(y.begin(), y.end());
    for (std::size_t i = 1; i < y.size(); ++i) {
        highest = std::max(highest, y[i]);
        deepest = std::max(deepest, highest - y[i]);
        largestRise = std::max(largestRise, y[i] - y[i - 1]);
    }
    shape.peakLevel = *high;
    shape.firstLevel = y.front();
    shape.drawDown = *high > *low ? deepest / (*high - *low) : 0;
    shape.largestStepShare = *high > *low ? largestRise / (*high - *low) : 0;
}

void longestSegment(GrowthShape& shape, std::size_t points, std::span<const std::size_t> starts)
{
    for (std::size_t s = 0; s < starts.size(); ++s) {
        const std::size_t end = s + 1 < starts.size() ? starts[s + 1] : points;
        if (end - starts[s] >= shape.end - shape.begin) {
            shape.begin = starts[s];
            shape.end = end;
        }
    }
}

/// Shares of the gain by time, over all segments that have a shape.
void measureLate(GrowthShape& shape, std::span<const double> hours, std::span<const double> bytes,
    std::span<const std::size_t> starts)
{
    constexpr std::size_t kPoints = 5;
    const double sampleBytes = shape.noise.sampled > 0 ? bytes.back() / shape.noise.sampled : 0;
    double gain = 0;
    double secondHalf = 0;
    double lastThird = 0;
    for (std::size_t s = 0; s < starts.size(); ++s) {
        const std::size_t n = (s + 1 < starts.size() ? starts[s + 1] : bytes.size()) - starts[s];
        if (n < kPoints) {
            continue;
        }
        const std::span<const double> x = hours.subspan(starts[s], n);
        const std::span<const double> y = bytes.subspan(starts[s], n);
        const std::size_t third = n - (n + 2) / 3;
        shape.points += n;
        gain += shape.fit.slope * (x.back() - x.front());
        secondHalf += slopeGain(x.subspan(n / 2), y.subspan(n / 2));
        lastThird += slopeGain(x.subspan(third), y.subspan(third));
        addLate(shape.lastHalf, x, y, n / 2, sampleBytes);
        addLate(shape.lastThird, x, y, third, sampleBytes);
    }
    shape.secondHalfShare = gain > 0 ? secondHalf / gain : 0;
    shape.lastThirdShare = gain > 0 ? lastThird / gain : 0;
}

} // namespace

SamplingNoise samplingNoise(double bytes, double objects, double periodBytes)
{
    if (periodBytes <= 1 || bytes <= 0) {
        return {};
    }
    const double count = objects > 0 ? objects : std::max(1.0, bytes / periodBytes);
    const double k = std::max(1e-9, count * -std::expm1(-bytes / count / periodBytes));
    return { bytes / std::sqrt(k), k };
}

std::vector<double> hoursSinceFirst(std::span<const Instant> times)
{
    std::vector<double> hours;
    hours.reserve(times.size());
    for (const Instant t : times) {
        hours.push_back((t - times.front()).toHours());
    }
    return hours;
}

GrowthShape growthShape(const GrowthUnit& unit, std::span<const double> hours,
    std::span<const std::size_t> segmentStarts, double periodBytes)
{
    GrowthShape shape;
    shape.fit = theilSen(hours, unit.bytes, segmentStarts);
    shape.trend = mannKendall(unit.bytes, segmentStarts);
    shape.noise = samplingNoise(unit.bytes.back(), unit.objects.empty() ? 0 : unit.objects.back(), periodBytes);
    longestSegment(shape, unit.bytes.size(), segmentStarts);
    const std::size_t n = shape.end - shape.begin;
    const std::span<const double> x = hours.subspan(shape.begin, n);
    const std::span<const double> y = std::span(unit.bytes).subspan(shape.begin, n);
    shape.hours = n > 1 ? x.back() - x.front() : 0;
    shape.gain = shape.fit.slope * shape.hours;
    if (n < 3) {
        return shape;
    }
    measureLate(shape, hours, unit.bytes, segmentStarts);
    shape.rSquared = rSquared(mapped(x), mapped(y));
    measureFalls(shape, y);
    shape.onset = shape.begin + onsetOf(mapped(x), mapped(y));
    shape.mayBeWarmUp = shape.onset == 0 && segmentStarts.size() == 1 && shape.points < kPointsForShape;
    return shape;
}

} // namespace heaptoll
