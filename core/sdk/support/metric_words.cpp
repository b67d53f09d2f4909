// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/metric_words.h"

#include <algorithm>
#include <array>
#include <string>

namespace heaptoll::sdk {
namespace {

struct Word {
    std::string_view word;
    MetricWord means;
    [[nodiscard]] constexpr bool isCost() const { return word.find('_') == std::string_view::npos; }
};
constexpr std::array kWords {
    Word { "live_bytes", { "live_bytes", "bytes" } },
    Word { "inuse_space", { "live_bytes", "bytes" } },
    Word { "live_objects", { "live_objects", "count" } },
    Word { "inuse_objects", { "live_objects", "count" } },
    Word { "peak_bytes", { "peak_bytes", "bytes" } },
    Word { "peak", { "peak_bytes", "bytes" } },
    Word { "alloc_bytes", { "alloc_bytes", "bytes" } },
    Word { "alloc_space", { "alloc_bytes", "bytes" } },
    Word { "alloc_objects", { "alloc_objects", "count" } },
    Word { "allocations", { "alloc_objects", "count" } },
    Word { "temporary_objects", { "temporary_objects", "count" } },
    Word { "temporary", { "temporary_objects", "count" } },
    Word { "leaked_bytes", { "leaked_bytes", "bytes" } },
    Word { "leaked", { "leaked_bytes", "bytes" } },
};

bool isOfWord(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

MetricWord metricNamedIn(std::string_view name, MetricWords words)
{
    std::string lower(name);
    std::ranges::transform(
        lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    MetricWord found;
    for (std::size_t at = 0; at < lower.size();) {
        const auto start = lower.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = std::find_if_not(start, lower.end(), isOfWord);
        const auto it = std::ranges::find_if(kWords, [word = std::string_view(start, end), words](const Word& one) {
            return one.word == word && (words == MetricWords::WithCosts || !one.isCost());
        });
        if (it != kWords.end() && !found.metric.empty() && found.metric != it->means.metric) {
            return {};
        }
        found = it != kWords.end() ? it->means : found;
        at = static_cast<std::size_t>(end - lower.begin()) + 1;
    }
    return found;
}

} // namespace heaptoll::sdk
