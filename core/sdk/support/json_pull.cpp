// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/json_pull.h"

#include <charconv>

namespace heaptoll::sdk {
namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
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

} // namespace

JsonPull::JsonPull(ByteSource& source, const JsonPullOptions& options)
    : m_source(source)
    , m_options(options)
{ }

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
    return errorHere(ErrorCode::Malformed,
        "expected " + std::string(what) + " (" + std::string(name(kind)) + "), found " + std::string(name(token.kind)));
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
    return fail(ErrorCode::Malformed, "expected " + std::string(expected) + ", found " + describeByte(c));
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
    return expected(c);
}

JsonToken JsonPull::expected(int c)
{
    switch (m_expect) {
    case Expect::KeyOrEnd: return c == '}' ? close(JsonKind::EndObject) : key();
    case Expect::Key: return key();
    case Expect::ValueOrEnd: return c == ']' ? close(JsonKind::EndArray) : value(c);
    case Expect::Done:
        if (c == kEnd) {
            return { JsonKind::End, {} };
        }
        if (!m_options.allowManyValues) {
            return fail(ErrorCode::Malformed, "text after the end of the JSON value: " + describeByte(c));
        }
        return value(c);
    default: return value(c);
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
    default: return c == '-' || (c >= '0' && c <= '9') ? number() : failUnexpected(c, "a value");
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
