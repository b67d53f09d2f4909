// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/json_text.h"

#include "core/sdk/support/utf8_text.h"

#include <algorithm>

namespace heaptoll::sdk {
namespace {

/// Source: RFC 8259.
class Cursor {
public:
    explicit Cursor(std::string_view text)
        : m_text(text)
    {
    }

    bool atEnd()
    {
        skipSpace();
        return m_at == m_text.size();
    }
    bool take(char c)
    {
        skipSpace();
        if (m_at < m_text.size() && m_text[m_at] == c) {
            ++m_at;
            return true;
        }
        return false;
    }
    bool string(std::string& out)
    {
        if (!take('"')) {
            return false;
        }
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '"') {
                return true;
            }
            if (c != '\\') {
                out.push_back(c);
            } else if (!escape(out)) {
                return false;
            }
        }
        return false;
    }
    bool value(JsonValue& out)
    {
        skipSpace();
        if (m_at == m_text.size()) {
            return false;
        }
        switch (m_text[m_at]) {
        case '"': out.kind = JsonValue::Kind::String; return string(out.text);
        case '{': out.kind = JsonValue::Kind::Object; return nested(out.text);
        case '[': out.kind = JsonValue::Kind::Array; return nested(out.text);
        default: return word(out);
        }
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }
    std::optional<std::uint32_t> hex4()
    {
        if (m_text.size() - m_at < 4) {
            return std::nullopt;
        }
        std::uint32_t unit = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = m_text[m_at++];
            const std::size_t digit = std::string_view("0123456789abcdef").find(
                c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
            if (digit == std::string_view::npos) {
                return std::nullopt;
            }
            unit = unit * 16 + static_cast<std::uint32_t>(digit);
        }
        return unit;
    }
    bool unicode(std::string& out)
    {
        auto unit = hex4();
        if (!unit) {
            return false;
        }
        const bool isHigh = *unit >= 0xD800 && *unit < 0xDC00;
        if (isHigh && m_text.substr(m_at).starts_with("\\u")) {
            m_at += 2;
            const auto low = hex4();
            if (!low) {
                return false;
            }
            if (*low >= 0xDC00 && *low < 0xE000) {
                appendUtf8(out, 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00));
                return true;
            }
            appendUtf8(out, 0xFFFD);
            unit = low;
        }
        appendUtf8(out, *unit >= 0xD800 && *unit < 0xE000 ? 0xFFFD : *unit);
        return true;
    }
    bool escape(std::string& out)
    {
        if (m_at == m_text.size()) {
            return false;
        }
        static constexpr std::string_view kNames = "\"\\/bfnrt";
        static constexpr std::string_view kChars = "\"\\/\b\f\n\r\t";
        const char c = m_text[m_at++];
        if (c == 'u') {
            return unicode(out);
        }
        const std::size_t at = kNames.find(c);
        if (at == std::string_view::npos) {
            return false;
        }
        out.push_back(kChars[at]);
        return true;
    }
    /// An object or array as it stands; brackets are counted, not matched.
    bool nested(std::string& out)
    {
        const std::size_t begin = m_at;
        std::size_t depth = 0;
        bool inString = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (inString) {
                m_at += c == '\\' ? 1 : 0;
                inString = c != '"';
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                ++m_at;
                out = m_text.substr(begin, m_at - begin);
                return true;
            }
        }
        return false;
    }
    bool word(JsonValue& out)
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && std::string_view(",]} \t\r\n:").find(m_text[m_at]) == std::string_view::npos) {
            ++m_at;
        }
        out.text = m_text.substr(begin, m_at - begin);
        if (out.text == "null") {
            out.kind = JsonValue::Kind::Null;
        } else if (out.text == "true") {
            out.kind = JsonValue::Kind::True;
        } else if (out.text == "false") {
            out.kind = JsonValue::Kind::False;
        } else {
            out.kind = JsonValue::Kind::Number;
            return !out.text.empty() && out.text.find_first_not_of("+-.0123456789eE") == std::string::npos;
        }
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

std::optional<std::vector<JsonValue>> parseSequence(std::string_view text, bool isObject)
{
    Cursor cursor(text);
    std::vector<JsonValue> values;
    const char close = isObject ? '}' : ']';
    if (!cursor.take(isObject ? '{' : '[')) {
        return std::nullopt;
    }
    if (cursor.take(close)) {
        return cursor.atEnd() ? std::optional(values) : std::nullopt;
    }
    do {
        JsonValue& value = values.emplace_back();
        if (isObject && (!cursor.string(value.key) || !cursor.take(':'))) {
            return std::nullopt;
        }
        if (!cursor.value(value)) {
            return std::nullopt;
        }
    } while (cursor.take(','));
    return cursor.take(close) && cursor.atEnd() ? std::optional(std::move(values)) : std::nullopt;
}

} // namespace

std::optional<std::vector<JsonValue>> parseJsonObject(std::string_view text)
{
    return parseSequence(text, true);
}

std::optional<std::vector<JsonValue>> parseJsonArray(std::string_view text)
{
    return parseSequence(text, false);
}

const JsonValue* findJson(const std::vector<JsonValue>& members, std::string_view key)
{
    const auto it = std::ranges::find(members, key, &JsonValue::key);
    return it == members.end() ? nullptr : &*it;
}

} // namespace heaptoll::sdk
