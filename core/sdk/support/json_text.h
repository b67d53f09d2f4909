// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// One value of a JSON object or array. Strings are decoded; numbers, objects and arrays keep their JSON
/// text, so that a caller descends only where it wants to and no input depth costs stack.
struct JsonValue {
    enum class Kind : std::uint8_t { Null, False, True, Number, String, Object, Array };
    std::string key; ///< "" in arrays
    Kind kind = Kind::Null;
    std::string text;
};

/// Members in the order of the text, duplicates included. Errors: nullopt when text is not one JSON object.
[[nodiscard]] std::optional<std::vector<JsonValue>> parseJsonObject(std::string_view text);
/// Errors: nullopt when text is not one JSON array.
[[nodiscard]] std::optional<std::vector<JsonValue>> parseJsonArray(std::string_view text);
/// The first member with a key; nullptr when there is none.
[[nodiscard]] const JsonValue* findJson(const std::vector<JsonValue>& members, std::string_view key);

} // namespace heaptoll::sdk
