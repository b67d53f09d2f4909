// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"
#include "core/sdk/support/number_text.h"

#include <optional>
#include <string>
#include <string_view>

namespace heaptoll::series_csv {

/// RFC 3339 and its relatives ("2014-02-14 14:30:00", a date alone; no zone means UTC), or a bare number: seconds (with
/// fraction), milliseconds, microseconds or nanoseconds since 1970, told apart by size. A bare number outside the years
/// 1990 to 2100 is no time: an id or a counter would pass for one. Errors: nullopt.
[[nodiscard]] std::optional<Instant> parseTime(std::string_view text);

enum class ValueKind : unsigned char { Number, Missing, Bad };
struct Value {
    ValueKind kind = ValueKind::Bad;
    double number = 0;
};
/// Missing: empty, NaN, null, NA, "-". Infinite is Bad. Undecided style is read as Point.
[[nodiscard]] Value parseValue(std::string_view text, sdk::NumberStyle style);

/// "dir/ec2_cpu.csv.gz" -> "ec2_cpu".
[[nodiscard]] std::string stemOf(std::string_view path);

} // namespace heaptoll::series_csv
