// SPDX-License-Identifier: Apache-2.0
#include "core/model/metric.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

constexpr std::array<std::string_view, 8> kNames { "live_bytes", "live_objects", "peak_bytes", "alloc_bytes",
    "alloc_objects", "temporary_objects", "leaked_bytes", "custom" };

} // namespace

std::string_view metricName(Metric metric)
{
    return kNames[static_cast<std::size_t>(metric)];
}

std::string metricName(const ValueType& type)
{
    if (type.metric == Metric::Custom) {
        return "custom:" + type.type;
    }
    return std::string(metricName(type.metric));
}

std::optional<Metric> parseMetric(std::string_view name)
{
    const auto it = std::ranges::find(kNames, name);
    if (it == kNames.end() || *it == "custom") {
        return std::nullopt;
    }
    return static_cast<Metric>(it - kNames.begin());
}

bool isBytes(const ValueType& type)
{
    return type.unit == "bytes" || type.unit == "byte";
}

} // namespace heaptoll
