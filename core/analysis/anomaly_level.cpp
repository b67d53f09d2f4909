// SPDX-License-Identifier: Apache-2.0
// Changes of level in series with a fine step. Parameters were chosen on labelled public data: README "Anomalies".
#include "core/analysis/anomaly.h"
#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace heaptoll {
namespace {

/// The last points of a series, in order of size.
class SortedWindow {
public:
    void insert(double value) { m_values.insert(std::ranges::upper_bound(m_values, value), value); }
    void erase(double value) { m_values.erase(std::ranges::lower_bound(m_values, value)); }
    [[nodiscard]] bool empty() const { return m_values.empty(); }
    [[nodiscard]] double median() const
    {
        const std::size_t half = m_values.size() / 2;
        return m_values.size() % 2 == 1 ? m_values[half] : (m_values[half - 1] + m_values[half]) / 2;
    }
    /// Median of the distances from a centre: the distances ascend on both sides of it, so they are merged.
    [[nodiscard]] double medianDistance(double centre) const
    {
        std::size_t above = static_cast<std::size_t>(std::ranges::lower_bound(m_values, centre) - m_values.begin());
        std::size_t below = above;
        double last = 0;
        double beforeLast = 0;
        for (std::size_t taken = 0; taken <= m_values.size() / 2; ++taken) {
            const bool takeAbove =
                below == 0 || (above < m_values.size() && m_values[above] - centre <= centre - m_values[below - 1]);
            beforeLast = last;
            last = takeAbove ? m_values[above++] - centre : centre - m_values[--below];
        }
        return m_values.size() % 2 == 1 ? last : (beforeLast + last) / 2;
    }

private:
    std::vector<double> m_values;
};

double usualStepHours(std::span<const Instant> times)
{
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); ++i) {
        steps.push_back((times[i] - times[i - 1]).toHours());
    }
    return median(std::move(steps));
}

std::size_t pointsIn(Span span, double stepHours)
{
    return static_cast<std::size_t>(std::max(1.0, std::round(span.toHours() / stepHours)));
}

std::vector<double> rollingMedian(std::span<const double> values, std::size_t window)
{
    std::vector<double> out;
    SortedWindow sorted;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sorted.insert(values[i]);
        if (i >= window) {
            sorted.erase(values[i - window]);
        }
        out.push_back(sorted.median());
    }
    return out;
}

/// What the same time of the last three days was: of each day the value within an hour that is nearest to the one
/// now, of those the median. Nullopt without three days of history.
std::optional<double> sameTimeOfDay(std::span<const double> smooth, std::size_t i, double stepHours)
{
    const std::size_t day = pointsIn(Span::hours(24), stepHours);
    const std::size_t slack = pointsIn(Span::hours(1), stepHours);
    if (stepHours > 12 || i < 3 * day + slack || slack >= day) {
        return std::nullopt;
    }
    std::vector<double> nearest;
    for (std::size_t k = 1; k <= 3; ++k) {
        double best = smooth[i - k * day];
        for (std::size_t j = i - k * day - slack; j <= i - k * day + slack; ++j) {
            best = std::abs(smooth[j] - smooth[i]) < std::abs(best - smooth[i]) ? smooth[j] : best;
        }
        nearest.push_back(best);
    }
    return median(std::move(nearest));
}

/// Spread below which nothing counts, for histories that hardly move: a hundredth of the mean size.
double leastSpread(std::span<const double> values)
{
    double sum = 0;
    for (const double value : values) {
        sum += std::abs(value);
    }
    return 0.01 * sum / static_cast<double>(values.size());
}

/// Adds an alarm at point i to the event it belongs to.
struct EventList {
    std::vector<AnomalyEvent> events;
    std::vector<std::size_t> points; ///< per event

    void add(const AnomalyEvent& alarm, Span mergeGap)
    {
        const bool isSame = !events.empty() && events.back().kind == alarm.kind
            && alarm.range.start - events.back().range.end <= mergeGap;
        if (!isSame) {
            events.push_back(alarm);
            points.push_back(1);
            return;
        }
        AnomalyEvent& event = events.back();
        event.range.end = alarm.range.end;
        event.actual += alarm.actual;
        event.expected += alarm.expected;
        event.score = std::max(event.score, alarm.score);
        ++points.back();
    }

    /// Sums become means.
    std::vector<AnomalyEvent> finished()
    {
        for (std::size_t i = 0; i < events.size(); ++i) {
            AnomalyEvent& event = events[i];
            event.impact = event.actual - event.expected;
            event.actual /= static_cast<double>(points[i]);
            event.expected /= static_cast<double>(points[i]);
        }
        return std::move(events);
    }
};

} // namespace

std::vector<AnomalyEvent> detectLevelAnomalies(
    std::span<const Instant> times, std::span<const double> values, const LevelAnomalyOptions& options)
{
    const std::size_t count = std::min(times.size(), values.size());
    if (count < 8) {
        return {};
    }
    const double stepHours = usualStepHours(times.first(count));
    if (stepHours <= 0) {
        return {};
    }
    const std::vector<double> smooth = rollingMedian(values.first(count), pointsIn(options.window, stepHours));
    const std::size_t lag = pointsIn(options.lag, stepHours);
    const std::size_t base = pointsIn(options.base, stepHours);
    const double floor = leastSpread(values.first(count));
    SortedWindow history;
    EventList list;
    for (std::size_t i = lag; i < count; ++i) {
        history.insert(smooth[i - lag]);
        if (i < lag + base) {
            continue;
        }
        history.erase(smooth[i - lag - base]);
        double expected = history.median();
        const double spread =
            std::max({ history.medianDistance(expected), options.minRelativeMad * std::abs(expected), floor });
        double score = 0.6745 * std::abs(smooth[i] - expected) / spread;
        if (spread <= 0 || score <= options.minScore) {
            continue;
        }
        // Office hours and nightly jobs are no change: it must differ from the same time of the days before, too.
        const double before = sameTimeOfDay(smooth, i, stepHours).value_or(expected);
        if (std::abs(smooth[i] - before) < std::abs(smooth[i] - expected)) {
            expected = before;
            score = 0.6745 * std::abs(smooth[i] - expected) / spread;
        }
        if (score <= options.minScore) {
            continue;
        }
        const double distance = smooth[i] - expected;
        AnomalyEvent alarm;
        alarm.range = { times[i], times[i] + Span { std::llround(stepHours * 3.6e12) } };
        alarm.kind = distance > 0 ? AnomalyKind::LevelShift : AnomalyKind::Drop;
        alarm.actual = values[i];
        alarm.expected = expected;
        alarm.score = score;
        list.add(alarm, options.mergeGap);
    }
    return list.finished();
}

} // namespace heaptoll
