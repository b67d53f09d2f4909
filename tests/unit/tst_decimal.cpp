// SPDX-License-Identifier: Apache-2.0
#include "core/base/decimal.h"
#include "tests/support/check.h"

using heaptoll::Decimal;

namespace {

std::string parsed(std::string_view text)
{
    const auto result = Decimal::parse(text);
    return result ? result->value.toString() + (result->rounded ? "~" : "") : "no";
}

} // namespace

TEST(parse_readsEveryFormOfRealExports)
{
    CHECK_EQ(parsed("20.52022672899"), "20.52022672899");
    CHECK_EQ(parsed("1.81E-8"), "0.0000000181");
    CHECK_EQ(parsed("5.64902E-05"), "0.0000564902");
    CHECK_EQ(parsed("5e-06"), "0.000005");
    CHECK_EQ(parsed("-0"), "0");
    CHECK_EQ(parsed(".5"), "0.5");
    CHECK_EQ(parsed("+1"), "1");
    CHECK_EQ(parsed(" 12.30 "), "12.3");
    CHECK_EQ(parsed("0.123456789012345679"), "0.123456789012345679");
    CHECK_EQ(parsed("1E3"), "1000");
    CHECK_EQ(parsed("00012"), "12");
    CHECK_EQ(parsed("223456789012345678901"), "no");
    CHECK_EQ(parsed("12345678901234567890.5"), "12345678901234567890.5");
}

TEST(parse_refusesWhatIsNotOneNumber)
{
    for (const char* text :
        { "", "abc", "1,234", "1.2.3", "1e", "--1", "1 2", "NaN", "inf", ".", "-", "1e99", "0x10" }) {
        CHECK_EQ(parsed(text), "no");
    }
}

TEST(parse_roundsBeyond18DigitsHalfEvenAndSaysSo)
{
    CHECK_EQ(parsed("0.0000000000000000005"), "0~");
    CHECK_EQ(parsed("0.0000000000000000015"), "0.000000000000000002~");
    CHECK_EQ(parsed("0.00000000000000000251"), "0.000000000000000003~");
    CHECK_EQ(parsed("0.1000000000000000000000"), "0.1");
    CHECK_EQ(parsed("1e-30"), "0~");
}

TEST(toFixed_roundsHalfAwayFromZero)
{
    CHECK_EQ(Decimal::parse("1.005")->value.toFixed(2), "1.01");
    CHECK_EQ(Decimal::parse("-0.004")->value.toFixed(2), "0.00");
    CHECK_EQ(Decimal::parse("-12.345")->value.toFixed(1), "-12.3");
    CHECK_EQ(Decimal::parse("99.95")->value.toFixed(0), "100");
}

TEST(sums_areExactWhereDoublesAreNot)
{
    Decimal sum;
    for (int i = 0; i < 1'000'000; ++i) {
        sum += Decimal::parse("0.0000004")->value;
    }
    CHECK_EQ(sum.toString(), "0.4");
}

TEST(scaled_keepsPrecisionForLargeFactors)
{
    const Decimal money = Decimal::parse("81234.123456789012345678")->value;
    const auto third = money.scaled(1, 3);
    CHECK(third.has_value());
    CHECK_EQ(third->toString(), "27078.041152263004115226");
    const auto back = money.scaled(heaptoll::Int128 { 1 } << 60, heaptoll::Int128 { 1 } << 60);
    CHECK_EQ(back->toString(), money.toString());
    CHECK(!money.scaled(1, 0).has_value());
}

TEST(add_reportsOverflow)
{
    const Decimal big = *Decimal::fromUnits(INT64_MAX).scaled(18, 1);
    CHECK(!Decimal::add(big, big).has_value());
    CHECK_EQ(Decimal::add(big, -big)->toString(), "0");
}

TEST(aSumOutOfRangeSaysSoAndStaysSo)
{
    const Decimal big = Decimal::parse("120000000000000000000")->value;
    Decimal sum = big;
    CHECK(!sum.isOutOfRange());
    sum += big; // 2.4e20, the range ends at 1.7e20
    CHECK(sum.isOutOfRange());
    sum += -big;
    sum -= big;
    CHECK(sum.isOutOfRange());
    CHECK((sum - sum).isOutOfRange());
    CHECK((-big - big).isOutOfRange());
    CHECK((-big - big).isNegative());
    CHECK(!(big - big).isOutOfRange());
    CHECK(!Decimal::add(big, big).has_value());
    CHECK(!sum.scaled(1, 2).has_value());
    CHECK(sum.scaledBy(0.5).isOutOfRange());
    CHECK(big.scaledBy(2).isOutOfRange());
    CHECK(Decimal::fromDouble(-3e20).isOutOfRange());
    CHECK(!big.scaledBy(0.5).isOutOfRange());
}

TEST(whatCannotBeToldFromOutOfRangeIsNotRead)
{
    CHECK(!Decimal::parse("170141183460469231731.687303715884105727").has_value());
    CHECK(!Decimal::parse("170141183460469231731.6873037158841057268").has_value());
    const auto largest = Decimal::parse("-170141183460469231731.687303715884105726");
    CHECK(largest && !largest->value.isOutOfRange());
}

HEAPTOLL_TEST_MAIN
