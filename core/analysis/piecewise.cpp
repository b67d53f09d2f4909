// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/piecewise.h"

#include <algorithm>
#include <limits>

namespace heaptoll {
namespace {

/// Sums over any stretch in O(1). Values are shifted by the first one, so that squares do not lose their digits.
class Sums {
public:
    explicit Sums(std::span<const double> values)
        : m_origin(values.empty() ? 0 : values.front())
        , m_y(values.size() + 1)
        , m_yy(values.size() + 1)
        , m_xy(values.size() + 1)
    {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double y = values[i] - m_origin;
            m_y[i + 1] = m_y[i] + y;
            m_yy[i + 1] = m_yy[i] + y * y;
            m_xy[i + 1] = m_xy[i] + y * static_cast<double>(i);
        }
    }

    struct Fit {
        double cost = 0; ///< sum of squared residuals
        double mean = 0;
        double slope = 0;
    };
    [[nodiscard]] Fit fit(std::size_t begin, std::size_t end) const
    {
        const auto n = static_cast<double>(end - begin);
        const double sum = m_y[end] - m_y[begin];
        Fit out { m_yy[end] - m_yy[begin] - sum * sum / n, m_origin + sum / n, 0 };
        if (end - begin >= kMinSlopePoints) {
            const double middle = static_cast<double>(begin) + (n - 1) / 2;
            const double sxy = m_xy[end] - m_xy[begin] - middle * sum;
            const double sxx = n * (n * n - 1) / 12;
            out.slope = sxy / sxx;
            out.cost -= sxy * sxy / sxx;
        }
        out.cost = std::max(out.cost, 0.0);
        return out;
    }

private:
    double m_origin;
    std::vector<double> m_y;
    std::vector<double> m_yy;
    std::vector<double> m_xy;
};

} // namespace

std::vector<LinePiece> fitPieces(std::span<const double> values, double penalty, const TaskContext& task)
{
    const std::size_t n = values.size();
    const Sums sums(values);
    std::vector<double> best(n + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> from(n + 1, 0);
    best[0] = 0;
    for (std::size_t end = 1; end <= n; ++end) {
        if (task.cancelled()) {
            return { { 0, n, 0, 0 } };
        }
        for (std::size_t begin = 0; begin < end; ++begin) {
            const double cost = best[begin] + penalty + sums.fit(begin, end).cost;
            if (cost < best[end]) {
                best[end] = cost;
                from[end] = begin;
            }
        }
    }
    std::vector<LinePiece> pieces;
    for (std::size_t end = n; end > 0; end = from[end]) {
        const std::size_t begin = from[end];
        const Sums::Fit fit = sums.fit(begin, end);
        const double half = (static_cast<double>(end - begin) - 1) / 2;
        pieces.push_back({ begin, end, fit.mean - fit.slope * half, fit.slope });
    }
    std::ranges::reverse(pieces);
    return pieces;
}

} // namespace heaptoll
