// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace heaptoll::sdk {

/// How a file writes numbers. Decided once per file, never per cell; while undecided, numbers that depend on
/// it are refused.
enum class NumberStyle : std::uint8_t { Undecided, Point, Comma };

/// A number as mantissa x 10^-scale.
struct NarrowNumber {
    std::int64_t mantissa = 0;
    int scale = 0; ///< 0 to 18
};

/// Plain numbers of up to 18 significant digits with a point: "12", "-0.50", ".5", "+1", "1.81E-8", spaces
/// around. false = something else (not necessarily wrong: ask parseNumber).
[[nodiscard]] bool parseNarrow(const char* text, std::size_t size, NarrowNumber& number);

/// Any number in the file's style, exactly as Decimal::parse. "1.234,56" is read in comma style only; a comma
/// is never read in point style. Errors: nullopt.
[[nodiscard]] std::optional<Decimal::Parsed> parseNumber(std::string_view text, NumberStyle style);

/// What one cell says about the style of its file: Comma for "12,5" (but not for "1,234", which may be
/// grouped), Point for "12.5".
[[nodiscard]] NumberStyle styleOf(std::string_view text);

} // namespace heaptoll::sdk
