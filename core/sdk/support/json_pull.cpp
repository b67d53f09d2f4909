// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/json_pull.h"

#include <charconv>
#include <cstring>

namespace heaptoll::sdk {
namespace {

constexpr int kEnd = -1; ///< of input
constexpr int kFailed = -2; ///< m_error is set
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

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

/// RFC 8259 section 6: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
bool isNumber(std::string_view text)
{
    const auto digits = [&text] {
        std::size_t count = 0;
        while (count < text.size() && isDigit(text[count])) {
            ++count;
        }
        text.remove_prefix(count);
        return count;
    };
    if (text.starts_with('-')) {
        text.remove_prefix(1);
    }
    const bool leadingZero = text.starts_with('0');
    const std::size_t whole = digits();
    if (whole == 0 || (leadingZero && whole > 1)) {
        return false;
    }
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (digits() == 0) {
            return false;
        }
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) {
            text.remove_prefix(1);
        }
        if (digits() == 0) {
            return false;
        }
    }
    return text.empty();
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

std::string describe(int c)
{
    if (c >= 0x20 && c < 0x7F) {
        return std::string("'") + static_cast<char>(c) + "'";
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned>(c);
    return std::string("byte 0x") + kHex[(byte >> 4U) & 0xFU] + kHex[byte & 0xFU];
}

} // namespace

JsonPull::JsonPull(ByteSource& source, const JsonPullOptions& options)
    : m_source(source)
    , m_options(options)
{
}

Result<JsonToken> JsonPull::next()
{
    if (!m_error) {
        const JsonToken token = step();
        if (!m_error) {
            return token;
        }
    }
    return *m_error;
}

Result<std::optional<std::string_view>> JsonPull::nextKey()
{
    HEAPTOLL_TRY_ASSIGN(const JsonToken token, next());
    if (token.kind == JsonKind::Key) {
        return std::optional(token.text);
    }
    if (token.kind == JsonKind::EndObject) {
        return std::optional<std::string_view> {};
    }
    return errorHere(ErrorCode::Malformed, "expected a key, found " + std::string(name(token.kind)));
}

Result<JsonToken> JsonPull::expect(JsonKind kind, std::string_view what)
{
    HEAPTOLL_TRY_ASSIGN(const JsonToken token, next());
    if (token.kind == kind) {
        return token;
    }
    return errorHere(ErrorCode::Malformed, "expected " + std::string(what) + " (" + std::string(name(kind)) + "), found "
            + std::string(name(token.kind)));
}

Result<void> JsonPull::skipValue()
{
    const std::size_t before = depth();
    HEAPTOLL_TRY_ASSIGN(const JsonToken token, next());
    if (token.kind == JsonKind::BeginObject || token.kind == JsonKind::BeginArray) {
        return leaveTo(before);
    }
    return {};
}

Result<void> JsonPull::leaveTo(std::size_t depth)
{
    while (m_isObject.size() > depth) {
        HEAPTOLL_TRY(next());
    }
    return {};
}

Location JsonPull::where() const
{
    return locate(m_token);
}

Error JsonPull::errorHere(ErrorCode code, std::string message, std::string hint) const
{
    Location location = where();
    location.source = m_source.displayName();
    return { code, std::move(message), std::move(location), std::move(hint) };
}

Location JsonPull::locate(const Mark& mark)
{
    return { {}, mark.offset, mark.line, std::to_string(mark.offset - mark.lineStart + 1) };
}

JsonToken JsonPull::fail(ErrorCode code, std::string message, bool atToken)
{
    if (!m_error) {
        Location location = locate(atToken ? m_token : Mark { position(), m_line, m_lineStart });
        location.source = m_source.displayName();
        m_error = Error { code, std::move(message), std::move(location), {} };
    }
    return {};
}

JsonToken JsonPull::failUnexpected(int c, std::string_view expected)
{
    if (c == kEnd) {
        return fail(ErrorCode::Truncated,
            "the JSON ends where " + std::string(expected) + " should follow; the file seems to be cut off");
    }
    return fail(ErrorCode::Malformed, "expected " + std::string(expected) + ", found " + describe(c));
}

bool JsonPull::refill()
{
    if (m_atEnd || m_error) {
        return false;
    }
    m_blockOffset = position();
    m_block = m_at = m_end = nullptr;
    auto block = m_source.nextBlock();
    if (!block.ok()) {
        m_error = std::move(block).error();
        return false;
    }
    m_atEnd = block.value().empty();
    m_block = m_at = reinterpret_cast<const char*>(block.value().data());
    m_end = m_block + block.value().size();
    return !m_atEnd;
}

int JsonPull::peek()
{
    if (m_at == m_end && !refill()) {
        return m_error ? kFailed : kEnd;
    }
    return static_cast<unsigned char>(*m_at);
}

int JsonPull::peekSignificant()
{
    while (true) {
        const int c = peek();
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
            return c;
        }
        ++m_at;
        if (c == '\n') {
            ++m_line;
            m_lineStart = position();
        }
    }
}

void JsonPull::skipByteOrderMark()
{
    m_started = true;
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    for (const char expected : kMark) {
        if (peek() != static_cast<unsigned char>(expected)) {
            return; // half a mark is reported as the wrong byte it is
        }
        ++m_at;
    }
    m_lineStart = position();
}

JsonToken JsonPull::step()
{
    if (!m_started) {
        skipByteOrderMark();
    }
    int c = peekSignificant();
    m_token = { position(), m_line, m_lineStart };
    if (c == kFailed) {
        return {};
    }
    if (m_expect == Expect::CommaOrEnd) {
        const bool inObject = m_isObject.back();
        if (c == (inObject ? '}' : ']')) {
            return close(inObject ? JsonKind::EndObject : JsonKind::EndArray);
        }
        if (c != ',') {
            return failUnexpected(c, inObject ? "',' or '}'" : "',' or ']'");
        }
        ++m_at;
        m_expect = inObject ? Expect::Key : Expect::Value;
        c = peekSignificant();
        m_token = { position(), m_line, m_lineStart };
    }
    switch (m_expect) {
    case Expect::KeyOrEnd:
        return c == '}' ? close(JsonKind::EndObject) : key();
    case Expect::Key:
        return key();
    case Expect::ValueOrEnd:
        return c == ']' ? close(JsonKind::EndArray) : value(c);
    case Expect::Done:
        if (c == kEnd) {
            return { JsonKind::End, {} };
        }
        if (!m_options.allowManyValues) {
            return fail(ErrorCode::Malformed, "text after the end of the JSON value: " + describe(c));
        }
        return value(c);
    default:
        return value(c);
    }
}

JsonToken JsonPull::value(int c)
{
    switch (c) {
    case kFailed: return {};
    case '{': return open(JsonKind::BeginObject, true);
    case '[': return open(JsonKind::BeginArray, false);
    case '"': {
        JsonToken token { JsonKind::String, {} };
        if (readString(token.text)) {
            afterValue();
        }
        return token;
    }
    case 't': return word("true", JsonKind::True);
    case 'f': return word("false", JsonKind::False);
    case 'n': return word("null", JsonKind::Null);
    default:
        return c == '-' || (c >= '0' && c <= '9') ? number() : failUnexpected(c, "a value");
    }
}

JsonToken JsonPull::open(JsonKind kind, bool isObject)
{
    if (m_isObject.size() >= m_options.maxDepth) {
        return fail(ErrorCode::LimitExceeded,
            "nested deeper than " + std::to_string(m_options.maxDepth) + " objects and arrays");
    }
    ++m_at;
    m_isObject.push_back(isObject);
    m_expect = isObject ? Expect::KeyOrEnd : Expect::ValueOrEnd;
    return { kind, {} };
}

JsonToken JsonPull::close(JsonKind kind)
{
    ++m_at;
    m_isObject.pop_back();
    afterValue();
    return { kind, {} };
}

void JsonPull::afterValue()
{
    m_expect = m_isObject.empty() ? Expect::Done : Expect::CommaOrEnd;
}

JsonToken JsonPull::key()
{
    const int c = peek();
    if (c != '"') {
        return c == kFailed ? JsonToken {} : failUnexpected(c, "a key in quotes");
    }
    JsonToken token { JsonKind::Key, {} };
    if (!readString(token.text)) {
        return {};
    }
    // The colon may lie in the next block, whose arrival ends the life of a view into this one.
    if (m_at == m_end || *m_at != ':') {
        if (token.text.data() != m_scratch.data()) {
            m_scratch.assign(token.text);
        }
        token.text = m_scratch;
        const int colon = peekSignificant();
        if (colon != ':') {
            return colon == kFailed ? JsonToken {} : failUnexpected(colon, "':' after a key");
        }
    }
    ++m_at;
    m_expect = Expect::Value;
    return token;
}

JsonToken JsonPull::word(std::string_view text, JsonKind kind)
{
    for (const char expected : text) {
        const int c = peek();
        if (c == kFailed) {
            return {};
        }
        if (c != static_cast<unsigned char>(expected)) {
            return failUnexpected(c, std::string("the word ") + std::string(text));
        }
        ++m_at;
    }
    afterValue();
    return { kind, {} };
}

JsonToken JsonPull::number()
{
    const auto isPart = [](char c) { return isDigit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E'; };
    const char* start = m_at;
    while (m_at != m_end && isPart(*m_at)) {
        ++m_at;
    }
    std::string_view text { start, static_cast<std::size_t>(m_at - start) };
    if (m_at == m_end) { // it may go on in the next block
        m_scratch.assign(text);
        while (true) {
            const int c = peek();
            if (c == kFailed) {
                return {};
            }
            if (c == kEnd || !isPart(static_cast<char>(c))) {
                break;
            }
            if (m_scratch.size() >= m_options.maxTextBytes) {
                break;
            }
            m_scratch.push_back(static_cast<char>(c));
            ++m_at;
        }
        text = m_scratch;
    }
    if (text.size() >= m_options.maxTextBytes) {
        return fail(ErrorCode::LimitExceeded,
            "a number is longer than " + std::to_string(m_options.maxTextBytes) + " bytes", true);
    }
    if (!isNumber(text) && m_atEnd) {
        return fail(ErrorCode::Truncated, "the JSON ends inside a number; the file seems to be cut off", true);
    }
    if (!isNumber(text)) {
        return fail(ErrorCode::Malformed, "not a number: " + std::string(text.substr(0, 40)), true);
    }
    afterValue();
    return { JsonKind::Number, text };
}

bool JsonPull::append(const char* from, const char* to)
{
    const auto length = static_cast<std::size_t>(to - from);
    if (m_scratch.size() > m_options.maxTextBytes || length > m_options.maxTextBytes - m_scratch.size()) {
        fail(ErrorCode::LimitExceeded,
            "a string is longer than " + std::to_string(m_options.maxTextBytes) + " bytes", true);
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
            fail(ErrorCode::Malformed, "a string contains the control character " + describe(c));
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

std::optional<double> jsonDouble(std::string_view text)
{
    if (text.empty() || !isDigit(text.back())) { // from_chars also takes "inf" and "nan"
        return std::nullopt;
    }
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc {} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> jsonInteger(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc {} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::string_view name(JsonKind kind)
{
    switch (kind) {
    case JsonKind::BeginObject: return "an object";
    case JsonKind::EndObject: return "the end of an object";
    case JsonKind::BeginArray: return "an array";
    case JsonKind::EndArray: return "the end of an array";
    case JsonKind::Key: return "a key";
    case JsonKind::String: return "a string";
    case JsonKind::Number: return "a number";
    case JsonKind::True:
    case JsonKind::False: return "a boolean";
    case JsonKind::Null: return "null";
    case JsonKind::End: break;
    }
    return "the end of the input";
}

} // namespace heaptoll::sdk
