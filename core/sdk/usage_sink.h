// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heaptoll::sdk {

/// What a usage series measures. The importer maps the names of its world (Prometheus metric names) to these.
enum class UsageMetric : std::uint8_t {
    MemoryWorkingSet, ///< bytes
    MemoryRequest, ///< bytes
    MemoryLimit, ///< bytes
    Restarts, ///< counter
    LastTerminatedReason, ///< gauge 0/1, the reason is in the label "reason"
    Other,
};

/// Identity of a series. Labels as in the source, sorted by key.
struct UsageSeriesRow {
    UsageMetric metric = UsageMetric::Other;
    std::string metricName; ///< as the source names it
    std::vector<std::pair<std::string, std::string>> labels;
};

/// Receives usage series, one after the other. Times ascend strictly within a series; values are finite.
class UsageSink {
public:
    UsageSink() = default;
    UsageSink(const UsageSink&) = delete;
    UsageSink& operator=(const UsageSink&) = delete;
    UsageSink(UsageSink&&) = delete;
    UsageSink& operator=(UsageSink&&) = delete;
    virtual ~UsageSink() = default;

    virtual void beginSeries(const UsageSeriesRow& series) = 0;
    /// Shape: equal lengths.
    virtual void points(std::span<const Instant> times, std::span<const double> values) = 0;
    virtual void endSeries() = 0;
};

} // namespace heaptoll::sdk
