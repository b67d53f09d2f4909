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

/// Median absolute deviation about the Theil-Sen line, as a sigma.
double scatter(std::span<const double> x, std::span<const double> y)
{
    if (x.size() < 3) {
        return 0;
    }
    constexpr std::array<std::size_t, 1> kOneSegment { 0 };
    const TheilSenFit fit = theilSen(x, y, kOneSegment);
    std::vector<double> deviations(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        deviations[i] = std::abs(y[i] - fit.intercept - fit.slope * x[i]);
    }
    return 1.4826 * median(std::move(deviations));
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
    shape.secondHalfGain = slopeGain(x.subspan(n / 2), y.subspan(n / 2));
    shape.lastThirdGain = slopeGain(x.subspan(n - (n + 2) / 3), y.subspan(n - (n + 2) / 3));
    shape.lastThirdNoise = scatter(x.subspan(n - (n + 2) / 3), y.subspan(n - (n + 2) / 3));
    shape.rSquared = rSquared(mapped(x), mapped(y));
    measureFalls(shape, y);
    shape.onset = shape.begin + onsetOf(mapped(x), mapped(y));
    return shape;
}

} // namespace heaptoll
