// SPDX-License-Identifier: Apache-2.0
#include "core/model/usage_table.h"

#include <algorithm>

namespace heaptoll {

std::string_view UsageSeries::label(std::string_view key) const
{
    const auto it = std::ranges::find(labels, key, [](const auto& pair) { return std::string_view(pair.first); });
    return it == labels.end() ? std::string_view {} : std::string_view(it->second);
}

std::size_t UsageTable::pointCount() const
{
    std::size_t count = 0;
    for (const UsageSeries& one : series) {
        count += one.times.size();
    }
    return count;
}

std::optional<TimeRange> UsageTable::timeRange() const
{
    std::optional<TimeRange> range;
    for (const UsageSeries& one : series) {
        if (one.times.empty()) {
            continue;
        }
        if (!range) {
            range = TimeRange { one.times.front(), one.times.back() };
        }
        range->start = std::min(range->start, one.times.front());
        range->end = std::max(range->end, one.times.back());
    }
    return range;
}

void UsageBuilder::beginSeries(const sdk::UsageSeriesRow& series)
{
    if (!m_table) {
        m_table = std::make_shared<UsageTable>();
    }
    m_table->series.push_back({ series.metric, series.metricName, series.labels, {}, {} });
}

void UsageBuilder::points(std::span<const Instant> times, std::span<const double> values)
{
    UsageSeries& series = m_table->series.back();
    series.times.insert(series.times.end(), times.begin(), times.end());
    series.values.insert(series.values.end(), values.begin(), values.end());
}

void UsageBuilder::endSeries() { }

std::shared_ptr<const UsageTable> UsageBuilder::take()
{
    return std::move(m_table);
}

} // namespace heaptoll
