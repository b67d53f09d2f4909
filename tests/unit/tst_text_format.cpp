// SPDX-License-Identifier: Apache-2.0
#include "core/base/text_format.h"
#include "tests/support/check.h"

using namespace heaptoll;

namespace {

std::string money(const char* amount, const char* currency = "USD")
{
    return formatMoney(Decimal::parse(amount)->value, currency);
}

} // namespace

TEST(formatBytes_hasThreeDigitsAndIecUnits)
{
    CHECK_EQ(formatBytes(0), "0 B");
    CHECK_EQ(formatBytes(1023), "1023 B");
    CHECK_EQ(formatBytes(1024), "1.00 KiB");
    CHECK_EQ(formatBytes(4.1 * 1024 * 1024 * 1024), "4.10 GiB");
    CHECK_EQ(formatBytes(-1536), "−1.50 KiB");
    CHECK_EQ(formatBytes(9437184), "9.00 MiB");
    CHECK_EQ(formatBytes(1023.9 * 1024), "1.00 MiB");
    CHECK_EQ(formatBytes(999.6 * 1024), "1000 KiB");
    CHECK_EQ(formatBytesPerHour(9437184), "9.00 MiB/h");
    CHECK_EQ(formatGrowth(-1024), "▼ 1.00 KiB/h");
    CHECK_EQ(formatGrowth(0), "0 B/h");
}

TEST(formatMoney_showsCentsOnlyWhereTheyMatter)
{
    CHECK_EQ(money("399.4"), "$399");
    CHECK_EQ(money("12.3"), "$12.30");
    CHECK_EQ(money("1204.9"), "$1,205");
    CHECK_EQ(money("0.004"), "< $0.01");
    CHECK_EQ(money("0"), "$0");
    CHECK_EQ(money("-5"), "−$5.00");
    CHECK_EQ(money("1234567", "EUR"), "€1,234,567");
    CHECK_EQ(money("12", "CHF"), "CHF 12.00");
    CHECK_EQ(currencySign("GBP"), "£");
    CHECK_EQ(currencySign("CHF"), "CHF");
    CHECK_EQ(money("12", ""), "¤12.00"); // the row names no currency
    CHECK_EQ(formatMoneyPerMonth(Decimal::fromUnits(399), "USD"), "$399/mo");
}

TEST(shownPartsAddUpToTheShownSum)
{
    const auto shown = [](std::vector<std::string> texts) {
        std::vector<Decimal> parts;
        for (const std::string& text : texts) {
            parts.push_back(Decimal::parse(text)->value);
        }
        std::string out;
        for (const Decimal part : partsAsShown(parts)) {
            out += part.toFixed(2) + " ";
        }
        return out;
    };
    CHECK_EQ(shown({ "250.4", "2.5", "0" }), std::string("250.00 3.00 0.00 ")); // 252.9 is shown as 253
    CHECK_EQ(shown({ "3.333", "3.333", "3.334" }), std::string("3.33 3.33 3.34 "));
    CHECK_EQ(shown({ "0.5", "99.5" }), std::string("1.00 99.00 ")); // 100 is shown without cents
    CHECK_EQ(shown({}), std::string());
}

TEST(formatCountPercentSpan)
{
    CHECK_EQ(formatCount(1024000), "1,024,000");
    CHECK_EQ(formatCount(10240000), "10.2 M");
    CHECK_EQ(formatCount(7), "7");
    CHECK_EQ(formatPercent(0.86), "86 %");
    CHECK_EQ(formatPercent(0.0123), "1.2 %");
    CHECK_EQ(formatPercent(0), "0 %");
    CHECK_EQ(formatSpan(Span::hours(196)), "8 d 4 h");
    CHECK_EQ(formatSpan(Span::milliseconds(3120)), "3.12 s");
    CHECK_EQ(formatSpan(Span::milliseconds(59'600)), "1 min");
    CHECK_EQ(formatSpan(Span::seconds(112)), "1 min 52 s");
    CHECK_EQ(formatSpan(Span::seconds(45 * 60)), "45 min");
    CHECK_EQ(formatSpan(Span::seconds(3590)), "1 h");
    CHECK_EQ(formatSpan(Span::seconds(9000)), "2 h 30 min");
    CHECK_EQ(formatSpan(Span::seconds(31 * 3600 + 600)), "31 h");
    CHECK_EQ(formatInstant(Instant::fromUnixSeconds(1735725600)), "2025-01-01 10:00");
}

HEAPTOLL_TEST_MAIN
