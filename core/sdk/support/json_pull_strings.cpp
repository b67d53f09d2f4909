// SPDX-License-Identifier: Apache-2.0
// The strings of JsonPull: escapes, surrogates and pieces that cross blocks.
#include "core/sdk/support/json_pull.h"

#include <cstring>

namespace heaptoll::sdk {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

/// First byte that ends plain text of a string: quote, backslash or a control character. Eight bytes at a time.
const char* scanPlain(const char* at, const char* end)
{
    constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
    constexpr std::uint64_t kHighs = 0x8080808080808080ULL;
    const auto hasZero = [](std::uint64_t v) { return (v - kOnes) & ~v & kHighs; };
    while (end - at >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, 8);
        const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
        if ((control | hasZero(word ^ (kOnes * '"')) | hasZero(word ^ (kOnes * '\\'))) != 0) {
            break;
        }
        at += 8;
    }
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) {
        ++at;
    }
    return at;
}

void appendUtf8(std::string& out, std::uint32_t code)
{
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
        return;
    }
    if (code < 0x800) {
        put(0xC0U | (code >> 6U));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
    }
    put(0x80U | (code & 0x3FU));
}

} // namespace

std::string JsonPull::describeByte(int c)
{
    if (c >= 0x20 && c < 0x7F) {
        return std::string("'") + static_cast<char>(c) + "'";
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned>(c);
    return std::string("byte 0x") + kHex[(byte >> 4U) & 0xFU] + kHex[byte & 0xFU];
}

bool JsonPull::append(const char* from, const char* to)
{
    const auto length = static_cast<std::size_t>(to - from);
    if (m_scratch.size() > m_options.maxTextBytes || length > m_options.maxTextBytes - m_scratch.size()) {
        fail(ErrorCode::LimitExceeded, "a string is longer than " + std::to_string(m_options.maxTextBytes) + " bytes",
            true);
        return false;
    }
    m_scratch.append(from, length);
    return true;
}

bool JsonPull::readString(std::string_view& out)
{
    ++m_at;
    m_scratch.clear();
    std::uint32_t high = 0; // the first half of a surrogate pair waits for its second
    bool isCopied = false;
    while (true) {
        const char* const stop = scanPlain(m_at, m_end);
        const bool isClosed = stop != m_end && *stop == '"';
        if (high != 0 && (stop != m_at || isClosed)) {
            m_scratch.append(kReplacement);
            ++m_replacedSurrogates;
            high = 0;
        }
        const char* const from = m_at;
        if (isClosed && !isCopied && static_cast<std::size_t>(stop - from) <= m_options.maxTextBytes) {
            out = { from, static_cast<std::size_t>(stop - from) };
            m_at = stop + 1;
            return true;
        }
        if (!append(from, stop)) {
            return false;
        }
        isCopied = true;
        m_at = stop;
        const int c = peek();
        if (c == '"') {
            if (!isClosed) {
                continue; // the quote is the first byte of a new block
            }
            ++m_at;
            out = m_scratch;
            return true;
        }
        if (c == '\\') {
            ++m_at;
            if (!readEscape(high)) {
                return false;
            }
        } else if (c == kEnd) {
            fail(ErrorCode::Truncated, "the JSON ends inside a string; the file seems to be cut off", true);
            return false;
        } else if (c == kFailed) {
            return false;
        } else if (c < 0x20) {
            fail(ErrorCode::Malformed, "a string contains the control character " + describeByte(c));
            return false;
        }
    }
}

bool JsonPull::readEscape(std::uint32_t& highSurrogate)
{
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const int c = peek();
    std::uint32_t code = 0;
    if (c == 'u') {
        ++m_at;
        if (!readHex4(code)) {
            return false;
        }
    } else {
        const std::size_t index = c < 0 ? std::string_view::npos : kNames.find(static_cast<char>(c));
        if (index == std::string_view::npos) {
            if (c != kFailed) {
                failUnexpected(c, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u in a string");
            }
            return false;
        }
        ++m_at;
        code = static_cast<unsigned char>(kValues[index]);
    }
    const bool isLow = code >= 0xDC00 && code < 0xE000;
    if (highSurrogate != 0 && isLow) {
        appendUtf8(m_scratch, 0x10000 + ((highSurrogate - 0xD800) << 10U) + (code - 0xDC00));
        highSurrogate = 0;
        return true;
    }
    if (highSurrogate != 0) {
        m_scratch.append(kReplacement);
        ++m_replacedSurrogates;
        highSurrogate = 0;
    }
    if (code >= 0xD800 && code < 0xDC00) {
        highSurrogate = code;
    } else if (isLow) {
        m_scratch.append(kReplacement);
        ++m_replacedSurrogates;
    } else {
        appendUtf8(m_scratch, code);
    }
    return true;
}

bool JsonPull::readHex4(std::uint32_t& code)
{
    for (int i = 0; i < 4; ++i) {
        const int c = peek();
        std::uint32_t digit = 16;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<std::uint32_t>(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<std::uint32_t>(c - 'A' + 10);
        }
        if (digit > 15) {
            if (c != kFailed) {
                failUnexpected(c, "four hexadecimal digits after \\u");
            }
            return false;
        }
        code = code * 16 + digit;
        ++m_at;
    }
    return true;
}

} // namespace heaptoll::sdk
