// SPDX-License-Identifier: Apache-2.0
#include "plugins/prometheus/prometheus_values.h"

#include "core/sdk/support/json_pull.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace heaptoll::prometheus {
namespace {

constexpr std::int64_t kMaxSeconds = 9'223'372'035; // of an Instant, with room for the fraction

std::optional<Instant> timeFromDouble(std::string_view text)
{
    const auto seconds = sdk::jsonDouble(text);
    if (!seconds || std::abs(*seconds) > static_cast<double>(kMaxSeconds)) {
        return std::nullopt;
    }
    return Instant { static_cast<std::int64_t>(std::llround(*seconds * 1000)) * 1'000'000 };
}

bool isMetricName(std::string_view text)
{
    const auto isLetter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    };
    return !text.empty() && isLetter(text.front())
        && std::ranges::all_of(text, [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); });
}

std::string_view labelOf(const Labels& labels, std::string_view key)
{
    const auto it = std::ranges::find(labels, key, [](const auto& pair) { return std::string_view(pair.first); });
    return it == labels.end() ? std::string_view {} : std::string_view(it->second);
}

} // namespace

std::optional<Instant> parseTime(std::string_view text)
{
    if (text.find_first_of("eE") != std::string_view::npos) {
        return timeFromDouble(text);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    const bool isNegative = text.starts_with('-');
    const auto seconds = sdk::jsonInteger(text.substr(0, point));
    if (!seconds || std::abs(static_cast<double>(*seconds)) > static_cast<double>(kMaxSeconds)) {
        return std::nullopt;
    }
    std::int64_t fraction = 0;
    std::int64_t scale = 1'000'000'000;
    for (std::size_t i = point + 1; i < text.size(); ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        }
        scale /= 10; // zero from the tenth digit on
        fraction += (text[i] - '0') * scale;
    }
    return Instant { *seconds * 1'000'000'000 + (isNegative ? -fraction : fraction) };
}

std::optional<double> parseValue(std::string_view text)
{
    const bool hasSign = text.starts_with('+') || text.starts_with('-');
    const std::string_view unsignedText = hasSign ? text.substr(1) : text;
    if (unsignedText == "Inf") {
        return text.front() == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    }
    if (text == "NaN") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (hasSign && unsignedText.starts_with('-')) {
        return std::nullopt;
    }
    return sdk::jsonDouble(text.starts_with('+') ? unsignedText : text);
}

sdk::UsageMetric metricOf(std::string_view metricName, const Labels& labels)
{
    using sdk::UsageMetric;
    struct Known {
        std::string_view name;
        UsageMetric metric;
        bool needsMemoryResource;
    };
    constexpr std::array<Known, 8> kKnown { {
        { "container_memory_working_set_bytes", UsageMetric::MemoryWorkingSet, false },
        { "kube_pod_container_resource_requests", UsageMetric::MemoryRequest, true },
        { "kube_pod_container_resource_limits", UsageMetric::MemoryLimit, true },
        { "kube_pod_container_resource_requests_memory_bytes", UsageMetric::MemoryRequest, false },
        { "kube_pod_container_resource_limits_memory_bytes", UsageMetric::MemoryLimit, false },
        { "container_spec_memory_limit_bytes", UsageMetric::MemoryLimit, false },
        { "kube_pod_container_status_restarts_total", UsageMetric::Restarts, false },
        { "kube_pod_container_status_last_terminated_reason", UsageMetric::LastTerminatedReason, false },
    } };
    const auto* const known = std::ranges::find(kKnown, metricName, &Known::name);
    if (known == kKnown.end() || (known->needsMemoryResource && labelOf(labels, "resource") != "memory")) {
        return UsageMetric::Other;
    }
    return known->metric;
}

std::string metricNameOfFile(std::string_view fileName)
{
    fileName.remove_prefix(std::min(fileName.find_last_of("/\\") + 1, fileName.size()));
    const std::string_view stem = fileName.substr(0, fileName.find('.'));
    return isMetricName(stem) ? std::string(stem) : std::string();
}

} // namespace heaptoll::prometheus
