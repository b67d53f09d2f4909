// SPDX-License-Identifier: Apache-2.0
// Changes of level in series with a fine step. Parameters were chosen on labelled public data: README "Anomalies".
#include "core/analysis/anomaly.h"
#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>

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
            const bool takeAbove = below == 0
                || (above < m_values.size() && m_values[above] - centre <= centre - m_values[below - 1]);
            beforeLast = last;
            last = takeAbove ? m_values[above++] - centre : centre - m_values[--below];
        }
        return m_values.size() % 2 == 1 ? last : (beforeLast + last) / 2;
    }

private:
    std::vector<double> m_values;
};

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
};

} // namespace

std::vector<AnomalyEvent> detectLevelAnomalies(
    std::span<const Instant> times, std::span<const double> values, const LevelAnomalyOptions& options)
{
    const std::size_t count = std::min(times.size(), values.size());
    if (count < 8) {
        return {};
    }
    std::vector<double> steps;
    for (std::size_t i = 1; i < count; ++i) {
        steps.push_back((times[i] - times[i - 1]).toHours());
    }
    const double stepHours = median(std::move(steps));
    if (stepHours <= 0) {
        return {};
    }
    const std::vector<double> smooth = rollingMedian(values.first(count), pointsIn(options.window, stepHours));
    const std::size_t lag = pointsIn(options.lag, stepHours);
    const std::size_t base = pointsIn(options.base, stepHours);
    SortedWindow history;
    EventList list;
    for (std::size_t i = lag; i < count; ++i) {
        history.insert(smooth[i - lag]);
        if (i < lag + base) {
            continue;
        }
        history.erase(smooth[i - lag - base]);
        const double expected = history.median();
        const double spread = std::max(history.medianDistance(expected), options.minRelativeMad * std::abs(expected));
        const double distance = smooth[i] - expected;
        const double score = spread > 0 ? 0.6745 * std::abs(distance) / spread : distance != 0 ? HUGE_VAL : 0;
        if (score <= options.minScore) {
            continue;
        }
        AnomalyEvent alarm;
        alarm.range = { times[i], times[i] + Span { std::llround(stepHours * 3.6e12) } };
        alarm.kind = distance > 0 ? AnomalyKind::LevelShift : AnomalyKind::Drop;
        alarm.actual = values[i];
        alarm.expected = expected;
        alarm.score = score;
        list.add(alarm, options.mergeGap);
    }
    for (std::size_t i = 0; i < list.events.size(); ++i) {
        AnomalyEvent& event = list.events[i];
        event.impact = event.actual - event.expected;
        event.actual /= static_cast<double>(list.points[i]);
        event.expected /= static_cast<double>(list.points[i]);
    }
    return std::move(list.events);
}

} // namespace heaptoll
