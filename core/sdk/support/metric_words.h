// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace heaptoll::sdk {

struct MetricWord {
    std::string_view metric; ///< by its CLI name
    std::string_view unit; ///< "bytes", "count"
};

/// Which words count. Names: of metrics ("peak_bytes") and of sample types of pprof ("inuse_space"). WithCosts: also
/// what
/// heaptrack_print calls its costs ("leaked"), which mean something else to others.
enum class MetricWords : std::uint8_t { Names, WithCosts };

/// The metric that a name speaks of, as "heap.peak_bytes.folded" does. Words end at anything but letters, digits and
/// '_'; case
/// does not matter. metric is empty when no word, or words of two metrics, do.
[[nodiscard]] MetricWord metricNamedIn(std::string_view name, MetricWords words);

} // namespace heaptoll::sdk
