// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heaptoll {

/// One code point of a text that may hold any bytes.
struct CodePoint {
    char32_t value = 0xFFFD; ///< U+FFFD for a byte that starts no valid sequence
    std::size_t bytes = 1; ///< at least 1
    bool isValid = false;
};

/// Decodes the sequence at the start of text. text must not be empty. Overlong forms and surrogates are invalid.
[[nodiscard]] inline CodePoint decodeUtf8(std::string_view text)
{
    const auto byteAt = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byteAt(0);
    if (lead < 0x80) {
        return { static_cast<char32_t>(lead), 1, true };
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return {};
    }
    char32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byteAt(i) & 0xC0U) != 0x80U) {
            return {};
        }
        value = (value << 6U) | (byteAt(i) & 0x3FU);
    }
    const bool isOverlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (isOverlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) {
        return {};
    }
    return { value, length, true };
}

} // namespace heaptoll
