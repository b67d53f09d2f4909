// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

enum class JsonKind : std::uint8_t {
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    Key, ///< text = the key
    String, ///< text = the string
    Number, ///< text = the number as written; see jsonDouble, jsonInteger
    True,
    False,
    Null,
    End, ///< end of the input; also returned by every later call
};

/// One step through a document. The text is unescaped UTF-8 and is valid until the next call on the reader.
struct JsonToken {
    JsonKind kind = JsonKind::End;
    std::string_view text;
};

struct JsonPullOptions {
    std::size_t maxDepth = 256; ///< of nested objects and arrays
    std::size_t maxTextBytes = std::size_t { 64 } << 20U; ///< of one string or number
    bool allowManyValues = false; ///< values one after the other (JSON Lines); else text after the value is an error
};

/// Pull reader over a byte source: strict RFC 8259, no tree in memory, no recursion. Memory: one block of the source
/// and the strings that cross blocks. The tokens do not depend on how the source cuts its blocks.
///
///     JsonPull json(source);
///     HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "a profile"));
///     while (true) {
///         HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
///         if (!key) { break; }                       // end of the object
///         if (*key == "nodes") { ... json.next() ... } else { HEAPTOLL_TRY(json.skipValue()); }
///     }
///
/// Errors carry line, column (in bytes, from 1) and offset, and are sticky: Malformed; Truncated when the input ends
/// inside a value (the tokens before are good); LimitExceeded; what the source returned. A UTF-8 byte order mark at the
/// start is skipped. Bytes of strings are not checked to be UTF-8. A lone surrogate escape becomes U+FFFD, counted.
class JsonPull {
public:
    explicit JsonPull(ByteSource& source, const JsonPullOptions& options = {});

    [[nodiscard]] Result<JsonToken> next();
    /// Inside an object: the next key, or nullopt when the object ends.
    [[nodiscard]] Result<std::optional<std::string_view>> nextKey();
    /// The next token must be of this kind. what: of the thing expected, for the message, e.g. "the list of series".
    [[nodiscard]] Result<JsonToken> expect(JsonKind kind, std::string_view what);
    /// Reads over one whole value (call it where a value is due: after a key, or in an array).
    [[nodiscard]] Result<void> skipValue();
    /// Reads on until the containers that are open beyond `depth` are closed.
    [[nodiscard]] Result<void> leaveTo(std::size_t depth);

    /// Where the last token starts; source is left empty.
    [[nodiscard]] Location where() const;
    /// An error at the last token, with the source's name.
    [[nodiscard]] Error errorHere(ErrorCode code, std::string message, std::string hint = {}) const;
    [[nodiscard]] std::size_t depth() const { return m_isObject.size(); } ///< open containers
    [[nodiscard]] std::uint64_t replacedSurrogates() const { return m_replacedSurrogates; }

private:
    struct Mark { ///< a place in the input
        std::uint64_t offset = 0;
        std::uint64_t line = 1;
        std::uint64_t lineStart = 0;
    };
    static constexpr int kEnd = -1; ///< of input, where a byte is expected
    static constexpr int kFailed = -2; ///< m_error is set
    enum class Expect : std::uint8_t { Value, ValueOrEnd, KeyOrEnd, Key, CommaOrEnd, Done };

    [[nodiscard]] JsonToken step();
    [[nodiscard]] JsonToken expected(int c);
    [[nodiscard]] JsonToken value(int c);
    [[nodiscard]] JsonToken open(JsonKind kind, bool isObject);
    [[nodiscard]] JsonToken close(JsonKind kind);
    [[nodiscard]] JsonToken key();
    [[nodiscard]] JsonToken number();
    [[nodiscard]] JsonToken word(std::string_view text, JsonKind kind);
    [[nodiscard]] bool readString(std::string_view& out);
    [[nodiscard]] bool readEscape(std::uint32_t& highSurrogate);
    [[nodiscard]] bool readHex4(std::uint32_t& code);
    [[nodiscard]] bool append(const char* from, const char* to);
    [[nodiscard]] int peekSignificant();
    [[nodiscard]] int peek();
    [[nodiscard]] bool refill();
    void afterValue();
    void skipByteOrderMark();
    JsonToken fail(ErrorCode code, std::string message, bool atToken = false);
    static std::string describeByte(int c);
    JsonToken failUnexpected(int c, std::string_view expected);
    [[nodiscard]] std::uint64_t position() const { return m_blockOffset + static_cast<std::uint64_t>(m_at - m_block); }
    [[nodiscard]] static Location locate(const Mark& mark);

    ByteSource& m_source;
    JsonPullOptions m_options;
    const char* m_block = nullptr;
    const char* m_at = nullptr;
    const char* m_end = nullptr;
    std::uint64_t m_blockOffset = 0;
    std::uint64_t m_line = 1;
    std::uint64_t m_lineStart = 0;
    Mark m_token;
    std::uint64_t m_replacedSurrogates = 0;
    std::vector<bool> m_isObject; ///< the open containers
    std::string m_scratch;
    std::optional<Error> m_error;
    Expect m_expect = Expect::Value;
    bool m_atEnd = false;
    bool m_started = false;
};

/// Value of a number token. Errors: nullopt when it is no number or does not fit (1e999, 1.5 or 2^63 for an integer).
[[nodiscard]] std::optional<double> jsonDouble(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> jsonInteger(std::string_view text);
/// "object", "array", "string", ... for messages.
[[nodiscard]] std::string_view name(JsonKind kind);

} // namespace heaptoll::sdk
