// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/usage_sink.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

using sdk::UsageMetric;

/// One metric of one container (or whatever its labels identify) over time.
/// Shape: times and values of equal length, times strictly ascending, values finite.
struct UsageSeries {
    UsageMetric metric = UsageMetric::Other;
    std::string metricName;
    std::vector<std::pair<std::string, std::string>> labels; ///< sorted by key
    std::vector<Instant> times;
    std::vector<double> values;

    /// Value of a label, or "".
    [[nodiscard]] std::string_view label(std::string_view key) const;
};

/// All series of one input.
struct UsageTable {
    std::vector<UsageSeries> series;
    [[nodiscard]] std::size_t pointCount() const;
    /// First and last time over all series. Errors: nullopt when there is no point.
    [[nodiscard]] std::optional<TimeRange> timeRange() const;
};

class UsageBuilder final : public sdk::UsageSink {
public:
    void beginSeries(const sdk::UsageSeriesRow& series) override;
    void points(std::span<const Instant> times, std::span<const double> values) override;
    void endSeries() override;
    /// Null when no series was begun.
    [[nodiscard]] std::shared_ptr<const UsageTable> take();

private:
    std::shared_ptr<UsageTable> m_table;
};

} // namespace heaptoll
