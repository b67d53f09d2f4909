// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace heaptoll::sdk {

/// How a file writes the sign between units and decimals. Decided once per file, never per cell; while undecided,
/// numbers that depend on it are refused.
enum class NumberStyle : std::uint8_t { Undecided, Point, Comma };

/// Who wrote the numbers of a file. Formatted: as a spreadsheet shows them, with thousands apart ("1,204.33"), signs of
/// currencies ("$12.34", "12.34 EUR") and negatives as "(12.34)" or "12.34-". Plain: by a program, which writes none of
/// these, so that one of them is damage. Decided once per file as well.
enum class NumberForm : std::uint8_t { Undecided, Plain, Formatted };

/// A number as mantissa x 10^-scale.
struct NarrowNumber {
    std::int64_t mantissa = 0;
    int scale = 0; ///< 0 to 18
};

/// Plain numbers of up to 18 significant digits with a point: "12", "-0.50", ".5", "+1", "1.81E-8", spaces
/// around. false = something else (not necessarily wrong: ask parseNumber).
[[nodiscard]] bool parseNarrow(const char* text, std::size_t size, NarrowNumber& number);

/// A number of a cell, and the currency the cell itself names.
struct ParsedNumber {
    Decimal value;
    bool rounded = false; ///< it has more than 18 decimals
    std::string_view mark; ///< "$", "EUR" of the text; mostly empty
};

/// Any number in the file's style, exactly as Decimal::parse. "1.234,56" is read in comma style only, "1,234.56" in
/// point style only and, like all that NumberForm names, where the form is Formatted. Errors: nullopt.
[[nodiscard]] std::optional<ParsedNumber> parseNumber(std::string_view text, NumberStyle style, NumberForm form);

/// What one cell says about the style of its file: Comma for "12,5" (but not for "1,234", which may be
/// grouped), Point for "12.5" and "1,204.33".
[[nodiscard]] NumberStyle styleOf(std::string_view text);

/// What one cell says about the form of its file: Plain for a number with an exponent, more than four decimals, or
/// thousands that are not apart; Formatted for one that no program writes; Undecided for what both write ("12.50").
[[nodiscard]] NumberForm formOf(std::string_view text);

/// The ISO 4217 code that a mark of a cell stands for; empty for signs of several currencies ("$").
[[nodiscard]] std::string_view codeOfMark(std::string_view mark);

} // namespace heaptoll::sdk
