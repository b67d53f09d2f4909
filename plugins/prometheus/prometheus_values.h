// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"
#include "core/sdk/usage_sink.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heaptoll::prometheus {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Seconds since 1970 with fraction, exactly (a double would lose the last digits of nanoseconds).
/// Errors: nullopt when it is no number or outside the years 1678..2262.
[[nodiscard]] std::optional<Instant> parseTime(std::string_view text);

/// "1.5e+09", "NaN", "+Inf", "-Inf". Errors: nullopt when it is none of these.
[[nodiscard]] std::optional<double> parseValue(std::string_view text);

/// What a series measures, by its metric name and labels. Source: README "Metric names".
[[nodiscard]] sdk::UsageMetric metricOf(std::string_view metricName, const Labels& labels);

/// "dir/container_memory_rss.00.json.gz" -> "container_memory_rss"; "" when the file name is no metric name.
[[nodiscard]] std::string metricNameOfFile(std::string_view fileName);

} // namespace heaptoll::prometheus
