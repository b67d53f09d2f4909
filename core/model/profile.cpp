// SPDX-License-Identifier: Apache-2.0
#include "core/model/profile.h"

#include <algorithm>

namespace heaptoll {

std::optional<std::size_t> Profile::valueIndex(Metric metric) const
{
    const auto it = std::ranges::find(valueTypes, metric, &ValueType::metric);
    if (it == valueTypes.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(it - valueTypes.begin());
}

std::optional<std::int64_t> Profile::total(std::size_t valueIndex) const
{
    std::int64_t sum = 0;
    for (const std::int64_t value : samples.values[valueIndex]) {
        if (__builtin_add_overflow(sum, value, &sum)) {
            return std::nullopt;
        }
    }
    return sum;
}

} // namespace heaptoll
