// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/filter.h"
#include "app/cli/help.h"
#include "app/cli/table_format.h"
#include "tests/support/check.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stop_token>

using namespace heaptoll;
using namespace heaptoll::cli;

namespace {

constexpr std::array<std::string_view, 4> kFields { "function", "total", "day", "tag:" };

FieldValue rowField(std::string_view field)
{
    if (field == "function") {
        return std::string("main.openSession");
    }
    if (field == "total") {
        return 2048.0;
    }
    return field == "day" ? FieldValue { std::string("2025-01-15") } : FieldValue {};
}

bool fits(std::string_view text)
{
    const Result<Filter> filter = Filter::parse(text, kFields);
    if (!filter.ok()) {
        test::fail(__FILE__, __LINE__, std::string(text) + ": " + filter.error().message);
        return false;
    }
    return filter.value().matches(rowField);
}

std::string refused(std::string_view text)
{
    const Result<Filter> filter = Filter::parse(text, kFields);
    return filter.ok() ? "accepted"
                       : std::to_string(filter.error().where.offset.value_or(999)) + ": " + filter.error().message;
}

} // namespace

TEST(filter_comparesTextNumbersAndDates)
{
    CHECK(fits("function ~ ^main"));
    CHECK(!fits("function !~ Session$"));
    CHECK(fits("function = 'main.openSession' and total >= 2KiB"));
    CHECK(!fits("total > 2KiB"));
    CHECK(fits("total<1MiB"));
    CHECK(fits("day >= 2025-01-15 and day < 2025-02-01"));
    CHECK(!fits("day > 2025-01-15"));
}

TEST(filter_unknownFitsOnlyNegations)
{
    CHECK(!fits("tag:app = shop"));
    CHECK(fits("tag:app != shop"));
    CHECK(fits("tag:app !~ shop"));
}

TEST(filter_pointsAtTheColumn)
{
    CHECK_EQ(refused("functoin = x"), "0: unknown field 'functoin', did you mean 'function'?");
    CHECK_EQ(refused("total > big"), "8: --where: 'big' is not a number");
    CHECK_EQ(refused("total 5"), "6: --where: expected one of = != ~ !~ < <= > >=");
    CHECK_EQ(refused("total > 5 or total < 9"), "10: --where: expected 'and' or the end");
    CHECK_EQ(refused("function = 'x"), "11: --where: this quote is not closed");
    CHECK(refused("function ~ a(").starts_with("1"));
    CHECK(refused("").find("expected a field") != std::string::npos);
}

TEST(displayWidth_knowsWideAndCombining)
{
    CHECK_EQ(displayWidth("a…é"), std::size_t { 3 });
    CHECK_EQ(displayWidth("漢字"), std::size_t { 4 });
    CHECK_EQ(displayWidth("e\u0301"), std::size_t { 1 });
}

TEST(elided_keepsBothEndsWithinTheWidth)
{
    CHECK_EQ(elided("abcdefghij", 5), "ab…ij");
    CHECK_EQ(elided("abc", 5), "abc");
    CHECK(displayWidth(elided("漢字漢字漢字", 6)) <= 6);
}

TEST(printable_letsNoEscapeThrough)
{
    CHECK_EQ(printable("a\x1b[31mb\n\u202Ec"), "a\uFFFD[31mb\uFFFD\uFFFDc");
}

TEST(table_alignsNumbersRightAndElidesToTheTerminal)
{
    TextTable table({ { "SIZE", Align::Right, false }, { "NAME", Align::Left, true } });
    table.addRow({ "1 B", "short" });
    table.addRow({ "10 KiB", "a::very::long::function::name" });
    table.addNote("below", 2);
    CHECK_EQ(table.render({}), "  SIZE  NAME\n   1 B  short\n10 KiB  a::very::long::function::name\n  below\n");
    CHECK_EQ(table.render({ 24, false }), "  SIZE  NAME\n   1 B  short\n10 KiB  a::very…on::name\n  below\n");
    CHECK(table.render({ 0, true }).find("\033[1m") != std::string::npos);
    CHECK(table.render({ 0, false }).find('\033') == std::string::npos);
}

TEST(help_fitsOneScreenAndCoversEveryCommand)
{
    const std::string help = mainHelp();
    CHECK(std::count(help.begin(), help.end(), '\n') <= 40);
    for (const CommandSpec& command : commandTable()) {
        CHECK(help.find("  " + std::string(command.name)) != std::string::npos);
        const std::string brief = shortHelp(command);
        const std::string whole = longHelp(command);
        CHECK(brief.size() < whole.size());
        CHECK(!command.examples.empty());
        for (const OptionSpec& option : command.options) {
            CHECK(brief.find("--" + std::string(option.name)) != std::string::npos);
            CHECK(whole.find("--" + std::string(option.name)) != std::string::npos);
        }
    }
}

TEST(whatWasMadeWhileStoppingIsNotPrinted)
{
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Streams io { in, out, err, {}, false };
    std::stop_source stop;
    CHECK_EQ(runCli({ "version" }, io, stop.get_token()), 0);
    CHECK(!out.str().empty());
    out.str({});
    stop.request_stop();
    CHECK_EQ(runCli({ "version" }, io, stop.get_token()), 130);
    CHECK(out.str().empty());
    CHECK_EQ(err.str(), "interrupted\n");
}

HEAPTOLL_TEST_MAIN
