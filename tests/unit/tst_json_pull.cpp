// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/json_pull.h"
#include "tests/support/check.h"
#include "tests/support/memory_source.h"

using namespace heaptoll;
using sdk::JsonKind;
using sdk::JsonPull;

namespace {

/// All tokens as one line of text, the error (if any) at the end.
std::string tokensOf(const std::string& text, std::size_t blockBytes, const sdk::JsonPullOptions& options = {})
{
    test::MemorySourceOptions sourceOptions;
    sourceOptions.blockBytes = blockBytes;
    test::MemorySource source(text, sourceOptions);
    JsonPull json(source, options);
    std::string out;
    while (true) {
        const auto token = json.next();
        if (!token.ok()) {
            const Error& error = token.error();
            return out + "!" + std::string(name(error.code)) + "@" + std::to_string(error.where.line) + ":"
                + error.where.column + "+" + std::to_string(error.where.offset.value_or(0)) + " " + error.message;
        }
        switch (token.value().kind) {
        case JsonKind::BeginObject: out += "{ "; break;
        case JsonKind::EndObject: out += "} "; break;
        case JsonKind::BeginArray: out += "[ "; break;
        case JsonKind::EndArray: out += "] "; break;
        case JsonKind::Key: out += "k:" + std::string(token.value().text) + " "; break;
        case JsonKind::String: out += "s:" + std::string(token.value().text) + " "; break;
        case JsonKind::Number: out += "n:" + std::string(token.value().text) + " "; break;
        case JsonKind::True: out += "true "; break;
        case JsonKind::False: out += "false "; break;
        case JsonKind::Null: out += "null "; break;
        case JsonKind::End: return out + "end@" + std::to_string(json.where().line) + ":" + json.where().column;
        }
    }
}

std::string tokensOf(const std::string& text)
{
    return tokensOf(text, 1U << 20U);
}

const std::string kDocument =
    "\xEF\xBB\xBF{\"a\" : [1, -2.5e+10 ,\"x\\n\\u00e9\\ud83d\\ude00\", true,false , null],\r\n"
    "\t\"b\\\"c\"\n :\n{\"d\":{}, \"e\":[ ],\"\":\"caf\xC3\xA9 and a longer text\"}}\n ";

} // namespace

TEST(readsAllKindsOfTokens)
{
    CHECK_EQ(tokensOf(kDocument),
        "{ k:a [ n:1 n:-2.5e+10 s:x\n\xC3\xA9\xF0\x9F\x98\x80 true false null ] k:b\"c { k:d { } k:e [ ] k: "
        "s:caf\xC3\xA9 and a longer text } } end@5:2");
    CHECK_EQ(tokensOf("0"), "n:0 end@1:2");
    CHECK_EQ(tokensOf(" \"\" "), "s: end@1:5");
    CHECK_EQ(tokensOf("[[],[[]],{}]"), "[ [ ] [ [ ] ] { } ] end@1:13");
}

TEST(tokensDoNotDependOnHowTheSourceCutsItsBlocks)
{
    const std::vector<std::string> documents { kDocument, "[1,2", "{\"a\":\"b\\uD83Dx\\uDE00\"}",
        "[\"\\ud800\\ud800\"]", "[01]", "[\"a\\q\"]", "{\"key\"  }",
        "[\"long enough to be scanned eight at a time\\t\", 12345.678]", "{\"a\":1}x", "[\n\n  tru]", "\"\x01\"",
        "[1e]" };
    for (const std::string& document : documents) {
        const std::string whole = tokensOf(document);
        for (std::size_t block = 1; block <= document.size(); ++block) {
            CHECK_EQ(tokensOf(document, block), whole);
        }
    }
}

TEST(everyPrefixOfADocumentIsTruncatedNotMalformed)
{
    const std::string document = kDocument.substr(0, kDocument.rfind('}') + 1);
    for (std::size_t length = 0; length < document.size(); ++length) {
        CHECK(tokensOf(document.substr(0, length)).find("!truncated") != std::string::npos);
    }
}

TEST(errorsSayWhereTheyAre)
{
    CHECK_EQ(tokensOf("{\n  \"a\": 1,\n  b: 2}"), "{ k:a n:1 !malformed@3:3+14 expected a key in quotes, found 'b'");
    CHECK_EQ(tokensOf("[1 2]"), "[ n:1 !malformed@1:4+3 expected ',' or ']', found '2'");
    CHECK_EQ(tokensOf("[1,]"), "[ n:1 !malformed@1:4+3 expected a value, found ']'");
    CHECK_EQ(tokensOf("{\"a\":1,}"), "{ k:a n:1 !malformed@1:8+7 expected a key in quotes, found '}'");
    CHECK_EQ(tokensOf("[1}"), "[ n:1 !malformed@1:3+2 expected ',' or ']', found '}'");
    CHECK_EQ(tokensOf("{} {}"), "{ } !malformed@1:4+3 text after the end of the JSON value: '{'");
    CHECK_EQ(tokensOf("[\"a\nb\"]"), "[ !malformed@1:4+3 a string contains the control character byte 0x0a");
    CHECK_EQ(tokensOf("[\xFF]"), "[ !malformed@1:2+1 expected a value, found byte 0xff");
    CHECK_EQ(tokensOf(""), "!truncated@1:1+0 the JSON ends where a value should follow; the file seems to be cut off");
}

TEST(numbersFollowTheGrammar)
{
    for (const char* good :
        { "0", "-0", "10", "1.5", "0.0", "1e5", "1E-5", "-1.25e+10", "123456789012345678901234567890" }) {
        CHECK(tokensOf(std::string("[") + good + "]")
            == std::string("[ n:") + good + " ] end@1:" + std::to_string(std::string(good).size() + 3));
    }
    for (const char* bad : { "01", "-", "1.", ".5", "+1", "1e", "1e+", "--1", "1.2.3", "0x10", "-a", "1-2", "00" }) {
        CHECK(tokensOf(std::string("[") + bad + "]").find("!malformed") != std::string::npos);
    }
}

TEST(numberValues)
{
    CHECK_EQ(sdk::jsonDouble("-2.5e3").value_or(0), -2500.0);
    CHECK(!sdk::jsonDouble("1e999"));
    CHECK(!sdk::jsonDouble("inf"));
    CHECK(!sdk::jsonDouble("nan"));
    CHECK(!sdk::jsonDouble(""));
    CHECK_EQ(sdk::jsonInteger("-9223372036854775808").value_or(0), INT64_MIN);
    CHECK(!sdk::jsonInteger("9223372036854775808"));
    CHECK(!sdk::jsonInteger("1.0"));
}

TEST(loneSurrogatesAreReplacedAndCounted)
{
    test::MemorySource source(R"(["\ud83d", "a\ude00b", "\ud83d\ud83d\ude00", "\ud83dx"])");
    JsonPull json(source);
    CHECK(json.next().ok());
    const std::string mark = "\xEF\xBF\xBD";
    CHECK_EQ(std::string(json.next().value().text), mark);
    CHECK_EQ(std::string(json.next().value().text), "a" + mark + "b");
    CHECK_EQ(std::string(json.next().value().text), mark + "\xF0\x9F\x98\x80");
    CHECK_EQ(std::string(json.next().value().text), mark + "x");
    CHECK_EQ(json.replacedSurrogates(), std::uint64_t { 4 });
}

TEST(depthAndTextAreLimited)
{
    CHECK(tokensOf(std::string(256, '[') + std::string(256, ']')).find('!') == std::string::npos);
    CHECK(
        tokensOf(std::string(257, '[')).find("!limit_exceeded@1:257+256 nested deeper than 256") != std::string::npos);
    sdk::JsonPullOptions small;
    small.maxTextBytes = 5;
    for (const std::size_t block : { 1U, 2U, 100U }) {
        CHECK_EQ(tokensOf("[\"12345\"]", block, small), "[ s:12345 ] end@1:10");
        CHECK(tokensOf("[\"123456\"]", block, small).find("!limit_exceeded@1:2+1 a string") != std::string::npos);
        CHECK(tokensOf("[\"\\n\\n\\n\\n\\n\\n\"]", block, small).find("!limit_exceeded@1:2+1") != std::string::npos);
        CHECK(tokensOf("[123456789]", block, small).find("!limit_exceeded@1:2+1 a number") != std::string::npos);
    }
}

TEST(manyValuesOnlyWhenAllowed)
{
    sdk::JsonPullOptions lines;
    lines.allowManyValues = true;
    CHECK_EQ(tokensOf("{}\n[1]\n", 3, lines), "{ } [ n:1 ] end@3:1");
}

TEST(skipValueAndLeaveToReadOverWholeValues)
{
    test::MemorySource source(R"({"skip":{"a":[1,{"b":"]}"}]},"one":1,"deep":[[[2]]],"last":"x"})");
    JsonPull json(source);
    CHECK(json.expect(JsonKind::BeginObject, "a document").ok());
    CHECK_EQ(std::string(json.nextKey().value().value_or("none")), "skip");
    CHECK(json.skipValue().ok());
    CHECK_EQ(std::string(json.nextKey().value().value_or("none")), "one");
    CHECK(json.skipValue().ok());
    CHECK_EQ(std::string(json.nextKey().value().value_or("none")), "deep");
    CHECK(json.next().ok());
    CHECK(json.next().ok());
    CHECK(json.leaveTo(1).ok());
    CHECK_EQ(std::string(json.nextKey().value().value_or("none")), "last");
    const auto wrong = json.expect(JsonKind::Number, "a count");
    CHECK(!wrong.ok());
    CHECK_EQ(wrong.error().message, "expected a count (a number), found a string");
}

TEST(errorsOfTheSourcePassThroughAndStay)
{
    test::MemorySourceOptions options;
    options.failAt = 4;
    options.failWith = ErrorCode::Cancelled;
    test::MemorySource source("[1, 2, 3]", options);
    JsonPull json(source);
    CHECK(json.next().ok());
    CHECK(json.next().ok());
    for (int i = 0; i < 3; ++i) {
        const auto token = json.next();
        CHECK(!token.ok() && token.error().code == ErrorCode::Cancelled);
    }
}

HEAPTOLL_TEST_MAIN
