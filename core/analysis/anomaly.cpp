// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/anomaly.h"

#include "core/analysis/piecewise.h"
#include "core/analysis/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace heaptoll {
namespace {

constexpr std::size_t kMinPoints = 8;
constexpr std::size_t kMaxPoints = 4096;
constexpr std::size_t kSeasonPoints = 21; ///< three weeks
constexpr std::size_t kAnchorPoints = 15; ///< a level that holds longer than this is normal, not a spike
constexpr std::size_t kSettledPoints = 8; ///< at the end of the series: from here on a new level, no spike
constexpr std::size_t kShiftPoints = 14; ///< afterwards a new level is the new normal
constexpr std::size_t kProvisionalPoints = 3;
constexpr double kMinSpread = 0.02; ///< of the level
constexpr double kPenalty = 3.0; ///< x log n x variance
constexpr double kReturn = 0.3; ///< of the height of an excursion: so near is "came back"
constexpr double kMinRamp = 0.1; ///< of the level where it began

/// The series without its weekly pattern.
struct Adjusted {
    std::span<const Instant> times;
    std::span<const double> raw;
    std::vector<double> values;
    std::vector<double> factors; ///< raw = values x factors
    double sigma = 0;
    Span step;
};

double medianStepHours(std::span<const Instant> times)
{
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); ++i) {
        steps.push_back((times[i] - times[i - 1]).toHours());
    }
    return median(std::move(steps));
}

/// Median of the seven points around each one: the level of working days, whatever the weekend does.
std::vector<double> weekLevel(std::span<const double> values)
{
    std::vector<double> level;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t begin = i < 3 ? 0 : std::min(i - 3, values.size() - 7);
        level.push_back(median({ values.begin() + static_cast<std::ptrdiff_t>(begin),
            values.begin() + static_cast<std::ptrdiff_t>(begin + 7) }));
    }
    return level;
}

double medianDistance(std::span<const double> a, std::span<const double> b, std::span<const double> factors)
{
    std::vector<double> distance;
    for (std::size_t i = 0; i < a.size(); ++i) {
        distance.push_back(std::abs(a[i] / factors[i] - b[i]));
    }
    return quantile(std::move(distance), 0.75); // the median would not see a weekend
}

/// One factor per point from the medians of each weekday; all 1 where there is no clear weekly pattern.
std::vector<double> weeklyFactors(std::span<const Instant> times, std::span<const double> values)
{
    const std::vector<double> none(values.size(), 1.0);
    if (values.size() < kSeasonPoints) {
        return none;
    }
    const std::vector<double> level = weekLevel(values);
    std::array<std::vector<double>, 7> ratios;
    const auto weekday = [&](std::size_t i) { return static_cast<std::size_t>((utcDay(times[i]) % 7 + 7) % 7); };
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (level[i] > 0 && values[i] > 0) {
            ratios[weekday(i)].push_back(values[i] / level[i]);
        }
    }
    std::array<double, 7> factor {};
    for (std::size_t day = 0; day < 7; ++day) {
        if (ratios[day].size() < 3) {
            return none;
        }
        factor[day] = median(ratios[day]);
        if (factor[day] < 0.1 || factor[day] > 10) {
            return none;
        }
    }
    std::vector<double> factors;
    for (std::size_t i = 0; i < values.size(); ++i) {
        factors.push_back(factor[weekday(i)]);
    }
    const bool helps = medianDistance(values, level, factors) < 0.8 * medianDistance(values, level, none);
    return helps ? factors : none;
}

Adjusted adjust(std::span<const Instant> times, std::span<const double> values, double stepHours)
{
    Adjusted out { times, values, {}, {}, 0, Span { std::llround(stepHours * 3.6e12) } };
    const bool isDaily = stepHours > 23 && stepHours < 25;
    out.factors = isDaily ? weeklyFactors(times, values) : std::vector<double>(values.size(), 1.0);
    std::vector<double> size;
    std::vector<double> change;
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        out.values.push_back(values[i] / out.factors[i]);
        size.push_back(std::abs(out.values[i]));
        sum += size.back();
        if (i > 0) {
            change.push_back(std::abs(out.values[i] - out.values[i - 1]));
        }
    }
    double level = median(std::move(size));
    if (level == 0) {
        level = sum / static_cast<double>(values.size()); // mostly nothing, sometimes something
    }
    // Differences of neighbours have twice the variance, and do not see levels and slopes.
    const double spread = median(std::move(change)) * 1.4826 / std::sqrt(2.0);
    out.sigma = std::max(spread, kMinSpread * level);
    return out;
}

/// What is normal: the level to compare each point with.
struct Base {
    double begin = 0; ///< at the first point of a stretch
    double slope = 0;
};

class Classifier {
public:
    Classifier(const Adjusted& series, const AnomalyOptions& options, const TaskContext& task)
        : m_series(series)
        , m_options(options)
        , m_pieces(fitPieces(series.values,
              kPenalty * std::log(static_cast<double>(series.values.size())) * series.sigma * series.sigma, task))
    { }

    std::vector<AnomalyEvent> run()
    {
        const std::vector<std::size_t> anchors = findAnchors();
        leading(anchors.front());
        for (std::size_t i = 0; i + 1 < anchors.size(); ++i) {
            between(anchors[i], anchors[i + 1]);
        }
        trailing(anchors.back());
        std::ranges::stable_sort(m_events,
            [](const AnomalyEvent& a, const AnomalyEvent& b) { return std::abs(a.impact) > std::abs(b.impact); });
        return std::move(m_events);
    }

private:
    /// Pieces that are the normal state: the long ones, or the longest if none is long.
    [[nodiscard]] std::vector<std::size_t> findAnchors() const
    {
        std::vector<std::size_t> anchors;
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            if (m_pieces[i].size() >= kAnchorPoints) {
                anchors.push_back(i);
            }
        }
        if (anchors.empty()) {
            const auto longest = std::ranges::max_element(m_pieces, {}, &LinePiece::size);
            anchors.push_back(static_cast<std::size_t>(longest - m_pieces.begin()));
        }
        return anchors;
    }

    [[nodiscard]] bool differs(double value, double expected) const
    {
        return std::abs(value - expected)
            >= std::max(m_options.minScore * m_series.sigma, m_options.minRelativeImpact * std::abs(expected));
    }

    static double middleOf(const LinePiece& piece) { return (piece.first + piece.last()) / 2; }

    /// Before the first normal stretch nothing is known of what was before: a short excursion, or another level.
    void leading(std::size_t anchor)
    {
        if (anchor == 0) {
            return;
        }
        const LinePiece& after = m_pieces[anchor];
        const LinePiece& before = m_pieces[anchor - 1];
        if (after.begin >= kSettledPoints && differs(middleOf(before), after.first)) {
            shift(after.begin, after.end, middleOf(before));
            return;
        }
        excursions(0, anchor, [&](const LinePiece&) { return Base { after.first, 0 }; });
        if (before.size() >= kSettledPoints) {
            ramp(before, after);
        }
    }

    void trailing(std::size_t anchor)
    {
        if (anchor + 1 == m_pieces.size()) {
            return;
        }
        const LinePiece& before = m_pieces[anchor];
        const LinePiece& newest = m_pieces.back();
        const std::size_t settled = newest.end - before.end;
        if (settled >= kSettledPoints && newest.size() >= kProvisionalPoints
            && differs(middleOf(newest), before.last())) {
            shift(newest.begin, newest.end, before.last());
            excursions(anchor + 1, m_pieces.size() - 1, [&](const LinePiece&) { return Base { before.last(), 0 }; });
            return;
        }
        excursions(anchor + 1, m_pieces.size(), [&](const LinePiece&) { return Base { before.last(), 0 }; });
    }

    /// Between two normal stretches: an excursion that comes back is a spike; else the level has shifted.
    void between(std::size_t left, std::size_t right)
    {
        const LinePiece& before = m_pieces[left];
        const LinePiece& after = m_pieces[right];
        double height = 0;
        for (std::size_t i = left + 1; i < right; ++i) {
            height = std::max(height, std::abs(middleOf(m_pieces[i]) - before.last()));
        }
        // A slope goes on through the excursion.
        const double expectedAfter = before.at(static_cast<double>(after.begin));
        const double missing = std::min(std::abs(after.first - before.last()), std::abs(after.first - expectedAfter));
        if (!differs(after.first, after.first - missing) || missing <= kReturn * height) {
            const double slope = (after.first - before.last()) / static_cast<double>(after.begin - before.end + 1);
            excursions(left + 1, right, [&](const LinePiece& piece) {
                return Base { before.last() + slope * static_cast<double>(piece.begin - before.end + 1), slope };
            });
            ramp(before, after);
            return;
        }
        std::size_t first = right; // of the new level: the pieces before it that are nearer to it than to the old one
        const auto isNew = [&](const LinePiece& piece) {
            return std::abs(middleOf(piece) - after.first) < std::abs(middleOf(piece) - before.last());
        };
        while (first > left + 1 && isNew(m_pieces[first - 1])) {
            --first;
        }
        shift(m_pieces[first].begin, after.end, before.last());
        excursions(left + 1, first, [&](const LinePiece&) { return Base { before.last(), 0 }; });
        excursions(first, right, [&](const LinePiece&) { return Base { after.first, 0 }; });
    }

    /// Neighbouring pieces that leave the base in one direction are one event.
    template<typename BaseOf>
    void excursions(std::size_t begin, std::size_t end, const BaseOf& baseOf)
    {
        const auto sign = [&](std::size_t i) {
            const Base base = baseOf(m_pieces[i]);
            const double expected = base.begin + base.slope * (static_cast<double>(m_pieces[i].size()) - 1) / 2;
            const double value = middleOf(m_pieces[i]);
            return !differs(value, expected) ? 0 : value > expected ? 1 : -1;
        };
        for (std::size_t i = begin; i < end;) {
            std::size_t j = i + 1;
            const int direction = sign(i);
            while (j < end && sign(j) == direction) {
                ++j;
            }
            if (direction != 0) {
                report(direction > 0 ? AnomalyKind::Spike : AnomalyKind::Drop, m_pieces[i].begin, m_pieces[j - 1].end,
                    baseOf(m_pieces[i]));
            }
            i = j;
        }
    }

    void shift(std::size_t begin, std::size_t end, double level)
    {
        report(AnomalyKind::LevelShift, begin, std::min(end, begin + kShiftPoints), { level, 0 });
    }

    /// A stretch that began to grow, after one that grew much less.
    void ramp(const LinePiece& before, const LinePiece& after)
    {
        const double rise = after.last() - after.first;
        const bool isNew = after.slope > 0 && before.slope < after.slope / 3;
        if (isNew && rise >= kMinRamp * std::abs(after.first) && rise >= m_options.minScore * m_series.sigma) {
            report(AnomalyKind::Ramp, after.begin, after.end, { after.first, 0 });
        }
    }

    void report(AnomalyKind kind, std::size_t begin, std::size_t end, Base base)
    {
        AnomalyEvent event;
        event.kind = kind;
        event.range = { m_series.times[begin], m_series.times[end - 1] + m_series.step };
        for (std::size_t i = begin; i < end; ++i) {
            const double expected = base.begin + base.slope * static_cast<double>(i - begin);
            event.actual += m_series.raw[i];
            event.expected += expected * m_series.factors[i];
            event.score = std::max(event.score, std::abs(m_series.values[i] - expected) / m_series.sigma);
        }
        event.impact = event.actual - event.expected;
        event.actual /= static_cast<double>(end - begin);
        event.expected /= static_cast<double>(end - begin);
        const bool isProvisional = event.impact < 0 && begin + kProvisionalPoints >= m_series.raw.size();
        const bool isSmall = std::abs(event.impact) < m_options.minImpact
            || std::abs(event.actual - event.expected) < m_options.minRelativeImpact * std::abs(event.expected);
        if (!isProvisional && !isSmall && event.score >= m_options.minScore) {
            m_events.push_back(event);
        }
    }

    const Adjusted& m_series;
    const AnomalyOptions& m_options;
    std::vector<LinePiece> m_pieces;
    std::vector<AnomalyEvent> m_events;
};

} // namespace

std::vector<AnomalyEvent> detectAnomalies(std::span<const Instant> times, std::span<const double> values,
    const AnomalyOptions& options, const TaskContext& task)
{
    const std::size_t given = std::min(times.size(), values.size());
    if (given < kMinPoints) {
        return {};
    }
    const double stepHours = medianStepHours(times.first(given));
    if (stepHours < 6) {
        std::vector<AnomalyEvent> events = detectLevelAnomalies(times.first(given), values.first(given), {});
        std::erase_if(events, [&](const AnomalyEvent& event) { return std::abs(event.impact) < options.minImpact; });
        return events;
    }
    const std::size_t count = std::min(given, kMaxPoints);
    const Adjusted series =
        adjust(times.subspan(given - count, count), values.subspan(given - count, count), stepHours);
    if (series.sigma <= 0) {
        return {}; // nothing but zeros
    }
    Classifier classifier(series, options, task);
    return task.cancelled() ? std::vector<AnomalyEvent> {} : classifier.run();
}

} // namespace heaptoll
