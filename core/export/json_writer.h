// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// The shortest decimal text that reads back as the same double; no exponent between 1e-6 and 1e18.
[[nodiscard]] std::string plainNumber(double value);

/// Writes JSON in the order of the calls: keys keep their order, integers all their digits, money is a decimal string.
/// Objects and arrays begun with Layout::Line stay on one line, so that rows of tables are lines of text.
/// Invalid UTF-8 becomes U+FFFD; control characters are escaped. Not finite numbers become null.
class JsonWriter {
public:
    enum class Layout : std::uint8_t { Block, Line };

    JsonWriter& beginObject(Layout layout = Layout::Block) { return begin('{', layout); }
    JsonWriter& endObject() { return end('}'); }
    JsonWriter& beginArray(Layout layout = Layout::Block) { return begin('[', layout); }
    JsonWriter& endArray() { return end(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& string(std::string_view text);
    JsonWriter& integer(std::int64_t value);
    JsonWriter& unsignedInteger(std::uint64_t value);
    /// The shortest text that reads back as the same double; whole numbers have no fraction.
    JsonWriter& number(double value);
    JsonWriter& decimal(Decimal value) { return string(value.toString()); }
    JsonWriter& boolean(bool value);
    JsonWriter& null();

    // key and value in one
    JsonWriter& field(std::string_view name, std::string_view text) { return key(name).string(text); }
    JsonWriter& field(std::string_view name, const char* text) { return key(name).string(text); }
    JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
    JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }
    JsonWriter& field(std::string_view name, std::uint64_t value) { return key(name).unsignedInteger(value); }
    JsonWriter& field(std::string_view name, int value) { return key(name).integer(value); }
    JsonWriter& field(std::string_view name, std::uint32_t value) { return key(name).unsignedInteger(value); }
    JsonWriter& field(std::string_view name, double value) { return key(name).number(value); }
    JsonWriter& field(std::string_view name, Decimal value) { return key(name).decimal(value); }
    /// null when absent.
    template<typename T>
    JsonWriter& field(std::string_view name, const std::optional<T>& value)
    {
        return value ? field(name, *value) : key(name).null();
    }
    /// null when empty: the text is unknown.
    JsonWriter& fieldOrNull(std::string_view name, std::string_view text);

    /// The document, with a final line end. The writer is empty afterwards.
    [[nodiscard]] std::string take();

private:
    struct Level {
        Layout layout = Layout::Block;
        bool hasItems = false;
    };
    JsonWriter& begin(char bracket, Layout layout);
    JsonWriter& end(char bracket);
    void beforeValue();
    void newLine();
    void quoted(std::string_view text);

    std::string m_text;
    std::vector<Level> m_levels;
    bool m_afterKey = false;
};

} // namespace heaptoll
