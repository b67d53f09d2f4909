// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace heaptoll {

/// A number at the end of a line.
struct CollapsedValue {
    std::int64_t value = 0;
    bool isRounded = false; ///< it has a fraction
};
/// Integers and decimals, with a sign. Errors: nullopt for everything else and for what 64 bits do not hold.
[[nodiscard]] std::optional<CollapsedValue> parseCollapsedValue(std::string_view text);

/// What a file's lines look like. Decided once per file: the end of a name cannot be told from a number.
enum class CollapsedShape : std::uint8_t {
    OneValue, ///< "a;b 1"
    TwoValues, ///< "a;b 1 2": before and after, as difffolded writes it
};

struct CollapsedLine {
    std::string_view stack;
    CollapsedValue first;
    CollapsedValue second; ///< of TwoValues
};
/// Errors: nullopt when the line does not end so, or has no stack.
[[nodiscard]] std::optional<CollapsedLine> parseCollapsedLine(std::string_view line, CollapsedShape shape);

/// Blank, or a comment ("#", "//"): no stack, and no mistake.
[[nodiscard]] bool isCollapsedComment(std::string_view line);

} // namespace heaptoll
