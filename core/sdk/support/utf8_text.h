// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll::sdk {

/// Appends a code point (at most U+10FFFF).
void appendUtf8(std::string& text, std::uint32_t codePoint);
/// nullopt when text is valid UTF-8 without NUL; else the text with every offending byte replaced by U+FFFD.
[[nodiscard]] std::optional<std::string> repairUtf8(std::string_view text);

} // namespace heaptoll::sdk
