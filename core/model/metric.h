// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll {

/// What a value of a heap profile measures. The names are those of the CLI and its JSON (`metricName`).
enum class Metric : std::uint8_t {
    LiveBytes,
    LiveObjects,
    PeakBytes, ///< live at the moment when the process total was highest
    AllocBytes,
    AllocObjects,
    TemporaryObjects, ///< freed by the very next event of the same kind
    LeakedBytes, ///< live when the recording ended
    Custom,
};

/// One value column of a profile.
struct ValueType {
    Metric metric = Metric::Custom;
    std::string type; ///< as the file names it, e.g. "inuse_space"
    std::string unit; ///< as the file names it, e.g. "bytes"
    friend bool operator==(const ValueType&, const ValueType&) = default;
};

/// "live_bytes", ..., or "custom:TYPE".
[[nodiscard]] std::string metricName(const ValueType& type);
[[nodiscard]] std::string_view metricName(Metric metric);
/// Inverse of metricName for all but custom metrics. Errors: nullopt.
[[nodiscard]] std::optional<Metric> parseMetric(std::string_view name);
/// True when the values are bytes rather than counts.
[[nodiscard]] bool isBytes(const ValueType& type);

} // namespace heaptoll
