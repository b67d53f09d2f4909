// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/csv_reader.h"
#include "core/sdk/support/csv_scan.h"
#include "core/sdk/support/json_text.h"
#include "core/sdk/support/number_text.h"
#include "core/sdk/support/utf8_text.h"
#include "tests/support/check.h"
#include "tests/support/memory_source.h"

using namespace heaptoll;
using namespace heaptoll::sdk;

namespace {

struct Read {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::uint64_t> lines;
    std::vector<CsvRagged> ragged;
    std::optional<Error> error;
    bool endedInQuotes = false;
};

Read readCsv(const std::string& text, std::size_t blockBytes = 1 << 20, std::size_t limit = CsvReader::kMaxRecordBytes)
{
    test::MemorySourceOptions options;
    options.blockBytes = blockBytes;
    test::MemorySource source(text, options);
    CsvReader reader(source, limit);
    Read read;
    auto header = reader.readHeader();
    if (!header.ok()) {
        read.error = header.error();
        return read;
    }
    read.header = header.value().names;
    CsvBatch batch;
    while (true) {
        const auto more = reader.next(batch);
        if (!more.ok()) {
            read.error = more.error();
            return read;
        }
        if (!more.value()) {
            break;
        }
        for (std::size_t row = 0; row < batch.rows; ++row) {
            auto& cells = read.rows.emplace_back();
            for (std::size_t c = 0; c < batch.width; ++c) {
                const CsvField& field = batch.at(row, c);
                const std::string raw(batch.raw(field));
                cells.push_back(field.isEscaped() ? unescapeCsv(raw) : raw);
            }
            read.lines.push_back(batch.line(row));
        }
        read.ragged.insert(read.ragged.end(), batch.ragged.begin(), batch.ragged.end());
    }
    read.endedInQuotes = reader.endedInQuotes();
    return read;
}

using Rows = std::vector<std::vector<std::string>>;

} // namespace

TEST(csv_everyLineEndAndBlockSizeReadsTheSame)
{
    const Rows expected { { "1", "two, \"2\"", "" }, { "", "x\ny", "z" }, { "a\"b", "", "last" } };
    for (const std::string end : { "\n", "\r\n", "\r" }) {
        const std::string text =
            "a,b,c" + end + "1,\"two, \"\"2\"\"\"," + end + ",\"x\ny\",z" + end + end + "a\"b,,last";
        for (std::size_t block = 1; block < 20; ++block) {
            const Read read = readCsv(text, block);
            CHECK(read.rows == expected);
            CHECK(read.ragged.empty());
            CHECK(read.lines == (std::vector<std::uint64_t> { 2, 3, 6 }));
        }
        CHECK(readCsv(text + end).rows == expected);
    }
}

TEST(csv_fieldsAcrossTheScanWidthAreWhole)
{
    for (std::size_t size = 40; size < 150; ++size) {
        const std::string value(size, 'v');
        const std::string quoted = std::string(size, 'q') + ",\"\"" + std::string(size, 'r');
        const Read read = readCsv("a,b\n" + value + ",\"" + quoted + "\"\n");
        CHECK_EQ(read.rows.size(), 1U);
        CHECK_EQ(read.rows.at(0).at(0), value);
        CHECK_EQ(read.rows.at(0).at(1), unescapeCsv(quoted));
    }
}

TEST(csv_structuralMaskEqualsAPlainLoop)
{
    std::string text(64, 'x');
    for (std::size_t i = 0; i < 64; i += 3) {
        text[i] = ",\n\r\""[i % 4];
    }
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        expected |= std::uint64_t { text[i] == ',' || text[i] == '\n' || text[i] == '\r' || text[i] == '"' } << i;
    }
    CHECK_EQ(structuralMask(text.data(), ','), expected);
}

TEST(csv_delimitersAreSniffedOutsideQuotes)
{
    for (const std::string d : { ",", ";", "\t", "|" }) {
        const Read read = readCsv("\"a,b;c|d,e,f\"" + d + "y" + d + "z\n1" + d + "2" + d + "3\n");
        CHECK_EQ(read.header.size(), 3U);
        CHECK(read.rows == (Rows { { "1", "2", "3" } }));
    }
}

TEST(csv_byteOrderMarksAndUtf16)
{
    CHECK_EQ(readCsv("\xEF\xBB\xBF"
                     "a,b\n1,2\n",
                 1)
                 .header.at(0),
        "a");
    std::string wide("\xFF\xFE", 2);
    for (const char c : std::string("a,b\n1,")) {
        wide += std::string { c, '\0' };
    }
    wide += std::string("\x3D\xD8\x00\xDE\x0A\x00", 6); // U+1F600 and a line end
    for (const std::size_t block : { 1U, 2U, 3U, 100U }) {
        const Read read = readCsv(wide, block);
        CHECK(read.rows == (Rows { { "1", "\xF0\x9F\x98\x80" } }));
    }
}

TEST(csv_raggedRecordsAreNamedAndTrailingDelimitersForgiven)
{
    const Read read = readCsv("a,b\n1,2\n1\n1,2,3\n3,4,\n5,6\n");
    CHECK(read.rows == (Rows { { "1", "2" }, { "3", "4" }, { "5", "6" } }));
    CHECK_EQ(read.ragged.size(), 2U);
    CHECK_EQ(read.ragged.at(0).line, 3U);
    CHECK_EQ(read.ragged.at(1).fields, 3U);
}

TEST(csv_unclosedQuoteAndTextAfterQuote)
{
    CHECK(readCsv("a,b\n1,2\n3,\"4\n5,6\n").endedInQuotes);
    CHECK_EQ(readCsv("a,b\n1,2\n3,\"4\n5,6\n").rows.size(), 1U);
    CHECK(readCsv("a,b\n\"x\"y,2\n").rows == (Rows { { "\"x\"y", "2" } }));
}

TEST(csv_longRecordsAreBounded)
{
    const std::string big(3'000'000, 'v');
    CHECK_EQ(readCsv("a,b\n1," + big + "\n", 65536).rows.at(0).at(1).size(), big.size());
    const Read read = readCsv("a,b\n1,2\n1," + big + "\n", 65536, 1'000'000);
    CHECK(read.error.has_value() && read.error->code == ErrorCode::LimitExceeded);
    CHECK_EQ(read.error->where.line, 3U);
    CHECK_EQ(read.rows.size(), 1U);
}

TEST(numbers_narrowAgreesWithDecimal)
{
    for (const std::string text : { "0", "12", "-0.50", ".5", "+1", "1.81E-8", " 3.25 ", "-0", "00012.50", "1e3",
             "5e-06", "123456789012345678", ".000000000000000001", "1.", "-.5e1" }) {
        NarrowNumber number;
        CHECK(parseNarrow(text.data(), text.size(), number));
        Int128 attos = number.mantissa;
        for (int i = number.scale; i < 18; ++i) {
            attos *= 10;
        }
        CHECK(Decimal::parse(text)->value == Decimal::fromAttos(attos));
    }
    for (const std::string text : { "", "-", ".", "abc", "1,5", "1e", "e5", "1e-19", "0x10", "NaN", "1 2", "--1",
             "1234567890123456789", "1e999" }) {
        NarrowNumber number;
        CHECK(!parseNarrow(text.data(), text.size(), number));
    }
}

TEST(numbers_styleIsDecidedByWhatIsUnambiguous)
{
    CHECK(styleOf("12,5") == NumberStyle::Comma);
    CHECK(styleOf("1.234,56") == NumberStyle::Comma);
    CHECK(styleOf("1.234.567") == NumberStyle::Comma);
    CHECK(styleOf("12.5") == NumberStyle::Point);
    CHECK(styleOf("1,204.33") == NumberStyle::Point);
    CHECK(styleOf("$1,204,000") == NumberStyle::Point);
    CHECK(styleOf("0,250") == NumberStyle::Comma);
    for (const char* const open : { "1,234", "12", "12,34.5", "abc", "" }) {
        CHECK(styleOf(open) == NumberStyle::Undecided);
    }
    const auto plain = [](std::string_view text, NumberStyle style) {
        return parseNumber(text, style, NumberForm::Plain);
    };
    CHECK_EQ(plain("1.234.567,5", NumberStyle::Comma)->value.toString(), "1234567.5");
    CHECK_EQ(plain("-0,25", NumberStyle::Comma)->value.toString(), "-0.25");
    CHECK(!plain("1.5", NumberStyle::Comma));
    CHECK(!plain("12.34,5", NumberStyle::Comma));
    CHECK(!plain("1,2", NumberStyle::Undecided));
    for (const char* const formatted : { "1,234.5", "$5", "(5)", "5-", "5 USD", "1 234.5" }) {
        CHECK(!plain(formatted, NumberStyle::Point));
    }
}

TEST(numbers_asASpreadsheetShowsThem)
{
    const std::vector<std::tuple<std::string, NumberStyle, std::string, std::string>> good {
        { "1,204.33", NumberStyle::Point, "1204.33", "" },
        { "1,234,567", NumberStyle::Point, "1234567", "" },
        { "1,234", NumberStyle::Point, "1234", "" },
        { "(12.34)", NumberStyle::Point, "-12.34", "" },
        { "12.34-", NumberStyle::Point, "-12.34", "" },
        { "$12.34", NumberStyle::Point, "12.34", "$" },
        { "-$1,204.33", NumberStyle::Point, "-1204.33", "$" },
        { "($5)", NumberStyle::Undecided, "-5", "$" },
        { "12.34 EUR", NumberStyle::Point, "12.34", "EUR" },
        { "1\u00A0234,56\u00A0€", NumberStyle::Comma, "1234.56", "€" },
        { "1.204", NumberStyle::Comma, "1204", "" },
        { " +3.25 ", NumberStyle::Point, "3.25", "" },
    };
    for (const auto& [text, style, value, mark] : good) {
        const auto number = parseNumber(text, style, NumberForm::Formatted);
        CHECK(number.has_value());
        CHECK_EQ(number ? number->value.toString() : text, value);
        CHECK_EQ(number ? std::string(number->mark) : text, mark);
    }
    for (const char* const bad : { "", "$", "()", "(-5)", "--5", "-5-", "(5", "5)", "1,23.4", "12,34", "1,2345",
             ",5.0x", "NaN", "NAN", "Infinity", "0x10", "5 GiB", "$5$" }) {
        CHECK(!parseNumber(bad, NumberStyle::Point, NumberForm::Formatted));
    }
    CHECK(!parseNumber("1,234", NumberStyle::Undecided, NumberForm::Formatted)); // 1234 or 1.234: nobody knows
}

TEST(numbers_formIsWhatAProgramWouldNotWrite)
{
    for (const char* const formatted : { "1,204.33", "1.204,33", "$5", "$1204.33", "(12.34)", "12.34-", "5 EUR" }) {
        CHECK(formOf(formatted) == NumberForm::Formatted);
    }
    for (const char* const plain : { "1204.33", "1204", "261.7480918169", "1.5E-07", "1e3" }) {
        CHECK(formOf(plain) == NumberForm::Plain);
    }
    for (const char* const both : { "12.50", "-5", "12,5", "", "abc", "NaN" }) {
        CHECK(formOf(both) == NumberForm::Undecided);
    }
    CHECK_EQ(codeOfMark("€"), "EUR");
    CHECK_EQ(codeOfMark("$"), "");
    CHECK_EQ(codeOfMark("CHF"), "CHF");
}

TEST(utf8_isRepairedByteByByte)
{
    CHECK(!repairUtf8("plain \xE2\x82\xAC \xF0\x9F\x98\x80"));
    CHECK_EQ(repairUtf8("a\xE9z").value_or(""), "a\xEF\xBF\xBDz");
    CHECK_EQ(repairUtf8(std::string("a\0b", 3)).value_or(""),
        "a\xEF\xBF\xBD"
        "b");
    CHECK_EQ(repairUtf8("\xC0\xAF").value_or(""), "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK_EQ(repairUtf8("\xED\xA0\x80").value_or("").size(), 9U);
}

TEST(json_keepsNestedTextAndRefusesTheRest)
{
    const auto object =
        parseJsonObject(R"( {"a": "x\u00e9\n", "b": {"c": ["}", 1]}, "d": null, "e": true, "f": -1.5e3} )");
    CHECK(object.has_value());
    CHECK_EQ(findJson(*object, "a")->text, "x\xC3\xA9\n");
    CHECK_EQ(findJson(*object, "b")->text, R"({"c": ["}", 1]})");
    CHECK(findJson(*object, "e")->kind == JsonValue::Kind::True);
    CHECK_EQ(parseJsonArray(R"(["x", 2])")->size(), 2U);
    for (const std::string text : { "", "{", "{not json", "\"app\": 1", "{\"a\":}", "{\"a\":1,}", "{\"a\" 1}", "{} x",
             "{\"a\":\"\\q\"}", "{\"a\":\"\\u12\"}", "null", "{\"a\":nul}" }) {
        CHECK(!parseJsonObject(text));
    }
    CHECK(!parseJsonObject(std::string(100'000, '[')));
}

HEAPTOLL_TEST_MAIN
