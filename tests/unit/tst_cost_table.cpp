// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/cost_query.h"
#include "tests/support/check.h"

#include <random>

using namespace heaptoll;

TEST(dictionaryColumn_keepsValuesThroughEveryWidth)
{
    for (const std::uint32_t distinct : { 1U, 200U, 256U, 257U, 60'000U, 70'000U }) {
        DictionaryColumn<std::uint32_t> column;
        for (std::uint32_t i = 0; i < 150'000; ++i) {
            column.push_back(i * 11 % distinct);
        }
        CHECK_EQ(column.size(), 150'000U);
        CHECK_EQ(column.hasCodes(), distinct < 65'536);
        bool isSame = true;
        for (std::uint32_t i = 0; i < 150'000; ++i) {
            isSame = isSame && column[i] == i * 11 % distinct;
        }
        CHECK(isSame);
        column.resize(150'003);
        CHECK_EQ(column.back(), 0U);
    }
}

TEST(dictionaryColumn_worksWithAlgorithms)
{
    const DictionaryColumn<Instant> times { Instant { 5 }, Instant { -3 }, Instant { 0 } };
    CHECK_EQ((*std::ranges::min_element(times)).ns, -3);
    CHECK_EQ((*std::max_element(times.begin(), times.end())).ns, 5);
    CHECK_EQ(times.end() - times.begin(), 3);
}

TEST(decimalColumn_isExactInEveryStore)
{
    std::minstd_rand random(3);
    const std::vector<std::string> texts { "0", "1.5", "-0.00000001", "92233720368.54775807", "1e-18",
        "-170000000000000000000", "0.123456789012345678", "4294967296", "-2147483648.5" };
    DecimalColumn column;
    std::vector<std::optional<Decimal>> expected;
    for (int i = 0; i < 300'000; ++i) {
        const auto pick = random() % (i < 70'000 ? 2 : i < 140'000 ? 3 : texts.size() + 1);
        if (pick == texts.size() || (i > 100'000 && i < 100'010)) {
            column.appendUnknown();
            expected.emplace_back();
        } else {
            expected.push_back(Decimal::parse(texts[pick])->value);
            column.append(*expected.back());
        }
    }
    const std::vector<std::int64_t> block { 15, -25, 0 };
    const std::vector<std::uint8_t> unknown { 0, 0, 1 };
    column.appendNarrow(block, 1, unknown);
    column.appendNarrow(block, 0, {});
    for (const std::string text : { "1.5", "-2.5", "", "15", "-25", "0" }) {
        expected.push_back(text.empty() ? std::nullopt : std::optional(Decimal::parse(text)->value));
    }
    std::size_t wrong = 0;
    std::uint64_t unknowns = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        unknowns += expected[i] ? 0U : 1U;
        wrong += column.isUnknown(i) != !expected[i].has_value() || column.at(i) != expected[i].value_or(Decimal {})
            ? 1U
            : 0U;
    }
    CHECK_EQ(wrong, 0U);
    CHECK_EQ(column.size(), expected.size());
    CHECK_EQ(column.unknownCount(), unknowns);
}

TEST(decimalColumn_storesCentsInFourBytes)
{
    DecimalColumn column;
    for (int i = 0; i < 655'360; ++i) {
        column.append(*Decimal::fromUnits(i).scaled(1, 100));
    }
    CHECK(column.memoryBytes() <= 655'360 * 4);
    DecimalColumn blank;
    blank.appendUnknown(1'000'000);
    CHECK_EQ(blank.memoryBytes(), 0U);
    CHECK(blank.isUnknown(999'999));
}

namespace {

CostTable makeTable()
{
    CostTable table;
    const auto id = [&table](const char* text) { return table.strings.intern(text).value; };
    table.rowCount = 4;
    table.chargeStart = std::vector { *parseInstant("2024-12-30T23:30:00Z"), *parseInstant("2025-01-01"),
        *parseInstant("2025-01-01T05:00:00Z"), *parseInstant("2021-01-03") };
    table.chargeEnd = table.chargeStart;
    table.texts.push_back({ "ServiceName", CostRole::Service, { id("EC2"), id("S3"), id("S3"), 0 } });
    table.texts.push_back({ "BillingCurrency", CostRole::Currency, { id("USD"), id("USD"), id("EUR"), id("USD") } });
    table.decimals.push_back({ "BilledCost", CostRole::Billed, {} });
    for (const char* const text : { "0.1", "0.2", "7", "" }) {
        if (*text == 0) {
            table.decimals[0].values.appendUnknown();
        } else {
            table.decimals[0].values.append(Decimal::parse(text)->value);
        }
    }
    const std::vector<Label> app { { table.strings.intern("app"), table.strings.intern("web"), 0, {} } };
    table.rowTags = std::vector { table.tagSets.intern(app).value, 0U, 0U, 0U };
    table.delivery.rowsRead = 4;
    return table;
}

std::vector<std::string> keysOf(const CostTable& table, const char* dimension)
{
    const auto answer = queryCosts(table, CostBasis::Billed, { { dimension } }, {}, {}, TaskContext {});
    std::vector<std::string> keys;
    for (const CostGroup& group : answer.value().groups) {
        keys.push_back(group.keys.at(0));
    }
    std::ranges::sort(keys);
    return keys;
}

} // namespace

TEST(costQuery_groupsByTimeInUtc)
{
    using Keys = std::vector<std::string>;
    const CostTable table = makeTable();
    CHECK(keysOf(table, "week") == (Keys { "2020-W53", "2025-W01", "2025-W01" }));
    CHECK(keysOf(table, "month") == (Keys { "2021-01", "2024-12", "2025-01", "2025-01" }));
    CHECK(keysOf(table, "hour").at(1) == "2024-12-30T23:00:00Z");
    CHECK(keysOf(table, "tag:app") == (Keys { "", "", "web" }));
}

TEST(costQuery_keepsCurrenciesApartAndCountsUnknowns)
{
    const CostTable table = makeTable();
    const auto answer = queryCosts(table, CostBasis::Billed, { { "service" } }, {}, {}, TaskContext {});
    CHECK_EQ(answer.value().groups.size(), 4U);
    CHECK_EQ(answer.value().groups.at(0).currency, "USD"); // most rows
    CHECK_EQ(answer.value().groups.at(3).currency, "EUR");
    CHECK_EQ(answer.value().totals.byCurrency.at("USD")->toString(), "0.3");
    CHECK_EQ(answer.value().groups.at(2).unknownRows, 1U);
    const auto none = queryCosts(table, CostBasis::List, { { "service" } }, {}, {}, TaskContext {});
    CHECK(!none.value().hasBasis && !none.value().note.empty());
    const auto some = queryCosts(
        table, CostBasis::Billed, { { "workload" } }, [](std::size_t row) { return row == 0 ? "web" : "db"; },
        [](std::size_t row) { return row < 2; }, TaskContext {});
    CHECK_EQ(some.value().totals.rows, 2U);
    CHECK_EQ(some.value().groups.at(0).keys.at(0), "db");
}

TEST(costQuery_namesTheNearestDimension)
{
    CHECK(parseCostDimension("service").ok() && parseCostDimension("tag:a:b").ok());
    const auto wrong = parseCostDimension("servce");
    CHECK(!wrong.ok() && wrong.error().hint.find("service") != std::string::npos);
    CHECK(!parseCostDimension("tag:").ok());
}

TEST(costQuery_overflowIsAnError)
{
    CostTable table = makeTable();
    for (int i = 0; i < 4; ++i) {
        table.decimals[0].values.append(Decimal::parse("170000000000000000000")->value);
        table.texts[1].ids.push_back(table.texts[1].ids[0]);
        table.texts[0].ids.push_back(0);
    }
    table.rowCount = 8;
    CHECK(!queryCosts(table, CostBasis::Billed, {}, {}, {}, TaskContext {}).ok());
}

TEST(reconcile_countsEveryRowOnce)
{
    CostTable table = makeTable();
    CHECK(reconcile(table).reconciles);
    table.delivery.rowsRead = 6;
    CHECK(!reconcile(table).reconciles);
    table.delivery.excluded.push_back({ "ragged_record", 2, {}, false });
    CHECK(reconcile(table).reconciles);
    table.delivery.excluded.push_back({ "effective:negation", 3, {}, true });
    CHECK(reconcile(table).reconciles);
    table.delivery.expectedTotal = Decimal::parse("7.3")->value;
    CHECK(reconcile(table).reconciles);
    table.delivery.expectedTotal = Decimal::parse("7.31")->value;
    CHECK(!reconcile(table).reconciles);
}

TEST(twoColumnsOfOneName_areTwoInEveryPart)
{
    CostTableBuilder builder;
    const std::array<sdk::CostColumnRow, 4> columns { { { "name", CostRole::Other, sdk::CostColumnKind::Text },
        { "name", CostRole::Service, sdk::CostColumnKind::Text },
        { "cost", CostRole::Billed, sdk::CostColumnKind::Decimal },
        { "cost", CostRole::Effective, sdk::CostColumnKind::Decimal } } };
    for (int part = 0; part < 2; ++part) {
        builder.beginCosts(columns);
        const std::array first { builder.string("a"), builder.string("b") };
        const std::array second { builder.string("c"), builder.string("d") };
        const std::array billed { Decimal::fromUnits(1), Decimal::fromUnits(2) };
        const std::array effective { Decimal::fromUnits(3), Decimal::fromUnits(4) };
        std::array<sdk::CostColumnData, 4> data {};
        data[0].text = first;
        data[1].text = second;
        data[2].decimal = billed;
        data[3].decimal = effective;
        builder.rows({ 2, data });
        builder.endCosts({});
    }
    const auto table = builder.take();
    CHECK_EQ(table->rowCount, std::size_t { 4 });
    CHECK_EQ(table->texts.size(), std::size_t { 2 });
    CHECK_EQ(table->texts[1].name, std::string("name (2)"));
    for (const TextColumn& column : table->texts) {
        CHECK_EQ(column.ids.size(), std::size_t { 4 });
    }
    CHECK_EQ(std::string(table->textAt(CostRole::Service, 3)), std::string("d"));
    CHECK(table->money(CostBasis::Effective)->at(2) == Decimal::fromUnits(3));
    CHECK(table->money(CostBasis::Billed)->at(3) == Decimal::fromUnits(2));
}

HEAPTOLL_TEST_MAIN
