// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/anomaly.h"

#include "core/analysis/piecewise.h"
#include "core/analysis/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace heaptoll {
namespace {

constexpr std::size_t kMinPoints = 8;
constexpr std::size_t kMaxPoints = 4096;
constexpr std::size_t kSeasonPoints = 21; ///< three weeks
constexpr std::size_t kSettledPoints = 8; ///< at the ends of the series: from here on a level, no spike
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
    std::vector<double> none(values.size(), 1.0);
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

    [[nodiscard]] double at(std::size_t points) const { return begin + slope * static_cast<double>(points); }
};

/// Another level that the series went to and has not left yet.
struct OpenShift {
    std::size_t begin = 0;
    Base base; ///< what it would have been without
    double level = 0;
};

class Classifier {
public:
    Classifier(const Adjusted& series, const AnomalyOptions& options, const TaskContext& task)
        : m_series(series)
        , m_options(options)
        , m_pieces(fitPieces(series.values,
              kPenalty * std::log(static_cast<double>(series.values.size())) * series.sigma * series.sigma, task))
        , m_left(series.raw.begin(), series.raw.end())
    { }

    std::vector<AnomalyEvent> run()
    {
        const std::vector<std::size_t> anchors = findAnchors();
        leading(anchors.front());
        for (std::size_t i = 0; i + 1 < anchors.size(); ++i) {
            between(anchors[i], anchors[i + 1]);
        }
        trailing(anchors.back());
        while (!m_open.empty()) {
            close(m_left.size(), false);
        }
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
            if (m_pieces[i].size() >= kNormalPoints) {
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

    /// The level of the points before one, if there are enough of them: one day or two that are out of line are no level.
    [[nodiscard]] std::optional<double> levelBefore(std::size_t end) const
    {
        const std::span<const double> values = std::span(m_series.values).first(end);
        const double level = median({ values.begin(), values.end() });
        const auto near = std::ranges::count_if(values, [&](double value) { return !differs(value, level); });
        return static_cast<std::size_t>(near) >= kSettledPoints ? std::optional(level) : std::nullopt;
    }

    /// First piece of the new level: the pieces before `right` that are nearer to it than to the old one are of it.
    [[nodiscard]] std::size_t firstOfNew(std::size_t lowest, std::size_t right, double old, double now) const
    {
        std::size_t first = right;
        while (first > lowest
            && std::abs(middleOf(m_pieces[first - 1]) - now) < std::abs(middleOf(m_pieces[first - 1]) - old)) {
            --first;
        }
        return first;
    }

    /// Before the first normal stretch: another level, if there are enough points of it, else a short excursion.
    void leading(std::size_t anchor)
    {
        if (anchor == 0) {
            return;
        }
        const LinePiece& after = m_pieces[anchor];
        if (const auto old = levelBefore(after.begin); old && differs(*old, after.first)) {
            const std::size_t first = firstOfNew(1, anchor, *old, after.first);
            goTo(m_pieces[first].begin, { *old, 0 }, after.first);
            excursions(0, first, [&](const LinePiece&) { return Base { *old, 0 }; });
            excursions(first, anchor, [&](const LinePiece&) { return Base { after.first, 0 }; });
            return;
        }
        excursions(0, anchor, [&](const LinePiece&) { return Base { after.first, 0 }; });
        if (m_pieces[anchor - 1].size() >= kSettledPoints) {
            ramp(m_pieces[anchor - 1], after);
        }
    }

    void trailing(std::size_t anchor)
    {
        if (anchor + 1 == m_pieces.size()) {
            return;
        }
        const LinePiece& before = m_pieces[anchor];
        const LinePiece& newest = m_pieces.back();
        const double level = middleOf(newest);
        const bool isSettled = newest.end - before.end >= kSettledPoints && newest.size() >= kProvisionalPoints;
        const bool isBack = newest.size() > kProvisionalPoints && comesBack(newest.begin, level);
        std::size_t end = m_pieces.size();
        if ((isSettled || isBack) && differs(level, before.last())) {
            end = firstOfNew(anchor + 1, end - 1, before.last(), level);
            goTo(m_pieces[end].begin, { before.last(), 0 }, level);
            excursions(end, m_pieces.size(), [&](const LinePiece&) { return Base { level, 0 }; });
        }
        excursions(anchor + 1, end, [&](const LinePiece&) { return Base { before.last(), 0 }; });
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
        const std::size_t first = firstOfNew(left + 1, right, before.last(), after.first);
        goTo(m_pieces[first].begin, { before.last(), commonSlope(before, after) }, after.first);
        excursions(left + 1, first, [&](const LinePiece&) { return Base { before.last(), 0 }; });
        excursions(first, right, [&](const LinePiece&) { return Base { after.first, 0 }; });
    }

    /// A slope that the old and the new level have goes on below the new one.
    [[nodiscard]] double commonSlope(const LinePiece& before, const LinePiece& after) const
    {
        const bool areSlopes = differs(before.last(), before.first) && differs(after.last(), after.first);
        if (!areSlopes || (before.slope > 0) != (after.slope > 0)) {
            return 0;
        }
        return std::abs(before.slope) < std::abs(after.slope) ? before.slope : after.slope;
    }

    /// How much of the last shift a level leaves: 1 all of it, 0 nothing, negative beyond what was before.
    [[nodiscard]] double shareLeft(std::size_t at, double level) const
    {
        const OpenShift& last = m_open.back();
        const double old = last.base.at(at - last.begin);
        return (level - old) / (last.level - old);
    }

    [[nodiscard]] bool comesBack(std::size_t at, double level) const
    {
        return !m_open.empty() && shareLeft(at, level) <= kReturn;
    }

    /// The series goes to another level. Where that leads back to one that it had, the shift from there is over; where it
    /// leads only part of the way, the shift goes on at a smaller height; everywhere else a new one begins.
    void goTo(std::size_t begin, Base from, double level)
    {
        while (!m_open.empty()) {
            const bool isUp = m_open.back().level > m_open.back().base.at(begin - m_open.back().begin);
            if (isUp == (level > from.begin)) {
                break; // further away
            }
            if (!comesBack(begin, level)) {
                return;
            }
            from = { m_open.back().base.at(begin - m_open.back().begin), m_open.back().base.slope };
            close(begin, true);
            if (!differs(level, from.begin)) {
                return;
            }
        }
        m_open.push_back({ begin, from, level });
    }

    /// What came back was a spike or a drop, however long; what did not is a shift to the end of the series.
    void close(std::size_t end, bool cameBack)
    {
        const OpenShift shift = m_open.back();
        m_open.pop_back();
        const bool isUp = shift.level > shift.base.begin;
        report(!cameBack ? AnomalyKind::LevelShift
                : isUp   ? AnomalyKind::Spike
                         : AnomalyKind::Drop,
            shift.begin, end, shift.base);
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

    /// A stretch that began to grow, after one that grew much less.
    void ramp(const LinePiece& before, const LinePiece& after)
    {
        const double rise = after.last() - after.first;
        const bool isNew = after.slope > 0 && before.slope < after.slope / 3;
        if (isNew && rise >= kMinRamp * std::abs(after.first) && rise >= m_options.minScore * m_series.sigma) {
            report(AnomalyKind::Ramp, after.begin, after.end, { after.first, 0 });
        }
    }

    /// What an event explains, no event around it explains again: a spike on a new level is no part of the shift.
    void report(AnomalyKind kind, std::size_t begin, std::size_t end, Base base)
    {
        AnomalyEvent event;
        event.kind = kind;
        event.range = { m_series.times[begin], m_series.times[end - 1] + m_series.step };
        std::vector<double> expected;
        for (std::size_t i = begin; i < end; ++i) {
            expected.push_back(base.at(i - begin) * m_series.factors[i]);
            event.actual += m_left[i];
            event.expected += expected.back();
            event.score =
                std::max(event.score, std::abs(m_left[i] - expected.back()) / m_series.factors[i] / m_series.sigma);
        }
        event.impact = event.actual - event.expected;
        event.actual /= static_cast<double>(end - begin);
        event.expected /= static_cast<double>(end - begin);
        const bool isProvisional = event.impact < 0 && begin + kProvisionalPoints >= m_series.raw.size();
        const bool isSmall = std::abs(event.impact) < m_options.minImpact
            || std::abs(event.actual - event.expected) < m_options.minRelativeImpact * std::abs(event.expected);
        if (!isProvisional && !isSmall && event.score >= m_options.minScore) {
            m_events.push_back(event);
            std::ranges::copy(expected, m_left.begin() + static_cast<std::ptrdiff_t>(begin));
        }
    }

    const Adjusted& m_series;
    const AnomalyOptions& m_options;
    std::vector<LinePiece> m_pieces;
    std::vector<double> m_left; ///< of the raw series, without what the events so far explain
    std::vector<OpenShift> m_open; ///< the outer before the inner
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
