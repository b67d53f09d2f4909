// SPDX-License-Identifier: Apache-2.0
#include "core/export/json_writer.h"

#include "core/export/utf8.h"

#include <array>
#include <charconv>
#include <cmath>

namespace heaptoll {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

template<typename T>
std::string_view printed(std::array<char, 32>& buffer, T value)
{
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return { buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()) };
}

void appendEscape(std::string& out, unsigned char c)
{
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    static constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u00";
    out += kHex[c >> 4U];
    out += kHex[c & 15U];
}

} // namespace

std::string plainNumber(double value)
{
    if (value == 0) {
        return "0"; // not "-0"
    }
    // Readable where a person would write it so; the shortest text everywhere else.
    const double size = std::abs(value);
    const auto format = size >= 1e-6 && size < 1e18 ? std::chars_format::fixed : std::chars_format::general;
    std::array<char, 48> buffer {};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    return { buffer.data(), result.ptr };
}

JsonWriter& JsonWriter::begin(char bracket, Layout layout)
{
    beforeValue();
    m_text += bracket;
    const bool insideLine = !m_levels.empty() && m_levels.back().layout == Layout::Line;
    m_levels.push_back({ insideLine ? Layout::Line : layout, false });
    return *this;
}

JsonWriter& JsonWriter::end(char bracket)
{
    const Level level = m_levels.back();
    m_levels.pop_back();
    if (level.hasItems && level.layout == Layout::Block) {
        newLine();
    }
    m_text += bracket;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name)
{
    beforeValue();
    quoted(name);
    m_text += ": ";
    m_afterKey = true;
    return *this;
}

void JsonWriter::beforeValue()
{
    if (m_afterKey) {
        m_afterKey = false;
        return;
    }
    if (m_levels.empty()) {
        return;
    }
    Level& level = m_levels.back();
    if (level.hasItems) {
        m_text += ',';
    }
    if (level.layout == Layout::Block) {
        newLine();
    } else if (level.hasItems) {
        m_text += ' ';
    }
    level.hasItems = true;
}

void JsonWriter::newLine()
{
    m_text += '\n';
    m_text.append(m_levels.size() * 2, ' ');
}

void JsonWriter::quoted(std::string_view text)
{
    m_text += '"';
    while (!text.empty()) {
        const CodePoint point = decodeUtf8(text);
        const auto first = static_cast<unsigned char>(text.front());
        if (!point.isValid) {
            m_text += kReplacement;
        } else if (first < 0x20 || first == '"' || first == '\\' || first == 0x7F) {
            appendEscape(m_text, first);
        } else {
            m_text += text.substr(0, point.bytes);
        }
        text.remove_prefix(point.bytes);
    }
    m_text += '"';
}

JsonWriter& JsonWriter::string(std::string_view text)
{
    beforeValue();
    quoted(text);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value)
{
    beforeValue();
    std::array<char, 32> buffer {};
    m_text += printed(buffer, value);
    return *this;
}

JsonWriter& JsonWriter::unsignedInteger(std::uint64_t value)
{
    beforeValue();
    std::array<char, 32> buffer {};
    m_text += printed(buffer, value);
    return *this;
}

JsonWriter& JsonWriter::number(double value)
{
    if (!std::isfinite(value)) {
        return null();
    }
    beforeValue();
    m_text += plainNumber(value);
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value)
{
    beforeValue();
    m_text += value ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::null()
{
    beforeValue();
    m_text += "null";
    return *this;
}

JsonWriter& JsonWriter::fieldOrNull(std::string_view name, std::string_view text)
{
    return text.empty() ? key(name).null() : field(name, text);
}

std::string JsonWriter::take()
{
    m_text += '\n';
    std::string text = std::move(m_text);
    m_text.clear();
    m_levels.clear();
    m_afterKey = false;
    return text;
}

} // namespace heaptoll
