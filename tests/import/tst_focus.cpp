// SPDX-License-Identifier: Apache-2.0
#include "plugins/focus/focus_parser.h"
#include "tests/support/bill_test.h"

#include <random>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::filesystem::path kData = HEAPTOLL_SOURCE_DIR "/../shared/data";
const std::filesystem::path kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/focus";
const std::string kHeader =
    "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,BillingCurrency,ServiceCategory,"
    "ServiceName,Tags,SkuPriceDetails,x_note\n";

std::unique_ptr<BillRun> import(std::string text, MemorySourceOptions options = {})
{
    return BillRun::of(FocusParser(), std::move(text), std::move(options));
}

std::unique_ptr<BillRun> importEdge(const std::string& name)
{
    const auto path = kData / "generated/edge/billing-focus" / name;
    if (!std::filesystem::exists(path)) {
        SKIP("no shared data");
    }
    return import(decoded(path));
}

sdk::ProbeResult probe(std::string_view text)
{
    return FocusParser().probe({ std::as_bytes(std::span(text.data(), text.size())), true, "unknown" });
}

void checkSet(const std::string& set)
{
    const auto folder = kData / "generated/billing" / set;
    if (!std::filesystem::exists(folder)) {
        SKIP("no shared data");
    }
    std::vector<std::shared_ptr<const CostTable>> bills;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("focus")) {
            auto run = import(decoded(entry.path()));
            CHECK(run->result.ok());
            CHECK(!run->isPartial());
            bills.push_back(run->bill);
        }
    }
    checkTruth(decoded(folder / "truth.json.gz"), bills,
        { { "BilledCost", CostBasis::Billed }, { "EffectiveCost", CostBasis::Effective },
            { "ListCost", CostBasis::List }, { "ContractedCost", CostBasis::Contracted } });
}

} // namespace

TEST(focus1k_equalsTruthToTheLastDigit)
{
    checkSet("focus-1k");
}
TEST(focus12_equalsTruthToTheLastDigit)
{
    checkSet("focus12-1k");
}
TEST(focus20k_equalsTruthToTheLastDigit)
{
    checkSet("focus-20k");
}
TEST(focusHourly_equalsTruthToTheLastDigit)
{
    checkSet("focus-hourly-130k");
}

TEST(realSample_addsUpExactly)
{
    const auto path = kData / "thirdparty/FinOps-Open-Cost-and-Usage-Spec+FOCUS-Sample-Data/FOCUS-1.0/focus_sample.csv";
    if (!std::filesystem::exists(path)) {
        SKIP("no third-party data");
    }
    const auto run = import(fileBytes(path));
    CHECK(run->result.ok());
    CHECK_EQ(run->bill->rowCount, 1000U);
    CHECK_EQ(run->total(CostBasis::Billed), "20.52022672899");
    CHECK_EQ(run->total(CostBasis::Effective), "14.97651418586");
    CHECK_EQ(run->total(CostBasis::List), "20.39090575119");
    CHECK_EQ(run->total(CostBasis::Contracted), "14.97626039326");
    CHECK_EQ(run->bill->money(CostBasis::Contracted)->unknownCount(), 7U);
    CHECK(run->sink.findIssue("focus.duplicate_tag") != nullptr);
    CHECK(run->sink.findIssue("focus.enum_spelling") != nullptr);
    CHECK(run->sink.findIssue("focus.null_literal") != nullptr);
    CHECK(reconcile(*run->bill).reconciles);
    CHECK_EQ(probe(fileBytes(path)).formatVersion, "1.0");
}

TEST(edgeFiles_giveTheirExactTotals)
{
    const std::vector<std::tuple<std::string, std::string, std::size_t>> files { { "bom-crlf.csv", "3793.7510940039",
                                                                                     7 },
        { "cr-only.csv", "3793.7510940039", 7 }, { "exact-cancellation.csv", "1.0000000001", 12 },
        { "formula-injection.csv", "261.7480918169", 1 }, { "header-only.csv", "0", 0 },
        { "html-injection.csv", "261.7480918169", 1 }, { "invalid-utf8.csv", "1075.9757422014", 2 },
        { "long-field.csv", "1075.9757422014", 2 }, { "many-decimals.csv", "0.123456789012345679", 2 },
        { "multi-member.csv.gz", "189687.554700195", 350 }, { "no-final-newline.csv", "3793.7510940039", 7 },
        { "not-gzip.csv.gz", "189687.554700195", 350 }, { "nul-bytes.csv", "1075.9757422014", 2 },
        { "number-forms.csv", "1017.75000015", 7 }, { "quoted-newline.csv", "1075.9757422014", 2 },
        { "semicolon-decimal-comma.csv", "3793.7510940039", 7 }, { "shuffled-extra-columns.csv", "3793.7510940039", 7 },
        { "tab.tsv", "3793.7510940039", 7 }, { "timezones.csv", "15", 4 }, { "unicode.csv", "261.7480918169", 1 },
        { "utf16le-bom.csv", "3793.7510940039", 7 }, { "bad-tags.csv", "31", 5 } };
    for (const auto& [name, total, rows] : files) {
        const auto run = importEdge(name);
        if (!run->result.ok() || run->isPartial() || run->bill->rowCount != rows
            || run->total(CostBasis::Billed) != total) {
            std::cerr << name << ": " << run->total(CostBasis::Billed) << '\n';
            for (const Issue& issue : run->sink.issues.all()) {
                std::cerr << "  " << issue.code << ' ' << format(issue.where) << ' ' << issue.message << '\n';
            }
            CHECK(false);
        }
    }
}

TEST(timezones_areUtcDays)
{
    const auto run = importEdge("timezones.csv");
    const Sums days = sumsOf({ run->bill }, CostBasis::Billed, { { "day" } });
    CHECK_EQ(days.at({ "2025-01-31" }).toString(), "14");
    CHECK_EQ(days.at({ "2025-02-01" }).toString(), "1");
}

TEST(currencies_areNeverAdded)
{
    const auto run = importEdge("two-currencies.csv");
    const auto answer = queryCosts(*run->bill, CostBasis::Billed, {}, {}, {}, TaskContext {});
    CHECK_EQ(answer.value().totals.byCurrency.size(), 3U);
    CHECK_EQ(answer.value().totals.byCurrency.at("JPY")->toString(), "1000");
    CHECK_EQ(answer.value().groups.size(), 3U);
    CHECK_EQ(run->bill->currencies().size(), 3U);
}

TEST(aZeroListCostBesideABilledOneIsUnknown)
{
    const auto run =
        import("BilledCost,ListCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,BillingCurrency,ServiceCategory,"
               "ServiceName\n"
               "5,6,5,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z,USD,Compute,VM\n"
               "4,0,4,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z,USD,Compute,VM\n"
               "0,0,3,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z,USD,Compute,VM\n");
    CHECK(run->bill != nullptr);
    if (!run->bill) {
        return;
    }
    const DecimalColumn* const list = run->bill->money(CostBasis::List);
    CHECK(list != nullptr);
    CHECK(!list->isUnknown(0) && list->isUnknown(1) && !list->isUnknown(2));
    CHECK_EQ(run->total(CostBasis::List), std::string("6"));
    std::size_t counted = 0;
    for (const Issue& issue : run->sink.issues.all()) {
        counted += issue.code == "focus.zero_list_cost" ? issue.count : 0;
    }
    CHECK_EQ(counted, std::size_t { 1 });
}

TEST(badNumbers_areUnknownAndNamedWithTheirLine)
{
    const auto run = importEdge("bad-numbers.csv");
    CHECK(run->isPartial());
    CHECK_EQ(run->total(CostBasis::Billed), "3793.7510940039");
    CHECK_EQ(run->bill->money(CostBasis::Billed)->unknownCount(), 7U);
    const Issue* const bad = run->sink.findIssue("focus.bad_number");
    CHECK(bad != nullptr && bad->where.line == 2 && bad->where.column == "BilledCost");
    CHECK(run->sink.findIssue("focus.missing_value") != nullptr);
}

TEST(raggedRows_areLeftOutAndCounted)
{
    const auto run = importEdge("ragged-rows.csv");
    CHECK(run->isPartial());
    CHECK_EQ(run->total(CostBasis::Billed), "1122.1532604429");
    CHECK_EQ(run->sink.findIssue("focus.ragged_record")->count, 2U);
    CHECK_EQ(run->sink.findIssue("focus.ragged_record")->where.line, 3U);
    CHECK_EQ(reconcile(*run->bill).rowsRead, 4U);
    CHECK(reconcile(*run->bill).reconciles);
}

TEST(duplicateColumn_usesTheFirstAndSaysSo)
{
    const auto run = importEdge("duplicate-column.csv");
    CHECK(run->isPartial());
    CHECK_EQ(run->total(CostBasis::Billed), "3793.7510940039");
    CHECK(run->sink.findIssue("focus.duplicate_column") != nullptr);
}

TEST(hostileFiles_areRefused)
{
    CHECK(importEdge("missing-cost-column.csv")->result.error().code == ErrorCode::Malformed);
    CHECK(!import("")->result.ok());
    std::minstd_rand random(5);
    std::string noise(4096, ' ');
    for (char& c : noise) {
        c = static_cast<char>(static_cast<unsigned char>(random() >> 8U));
    }
    CHECK(!import(noise)->result.ok());
    CHECK(importEdge("bomb.csv.gz")->result.error().code == ErrorCode::LimitExceeded);
    CHECK_EQ(probe("").score, 0);
    CHECK_EQ(probe("timestamp,value\n1,2\n").score, 0);
}

TEST(tags_lastDuplicateWinsAndValuelessIsTrue)
{
    const auto run = importEdge("bad-tags.csv");
    CHECK_EQ(run->bill->tagAt("app", 3).value_or("none"), "beta");
    CHECK_EQ(run->bill->tagAt("n", 4).value_or("none"), "5");
    CHECK_EQ(run->bill->tagAt("b", 4).value_or("none"), "true");
    CHECK_EQ(run->bill->tagAt("app", 4).value_or("none"), "");
    CHECK(!run->bill->tagAt("app", 0).has_value());
    CHECK_EQ(run->sink.findIssue("focus.bad_tags")->count, 2U);
}

TEST(skuPriceDetails_givesTheMachine)
{
    const auto run = import(kHeader
        + "1,1,2025-01-01,2025-01-02,USD,Compute,EC2,,\"{\"\"CoreCount\"\": 4, \"\"MemorySize\"\": "
          "16.5}\",hello\n"
          "1,1,2025-01-01,2025-01-02,USD,Compute,EC2,,,\n");
    CHECK(run->result.ok());
    CHECK_EQ(run->bill->decimal(CostRole::MemoryGib)->at(0).toString(), "16.5");
    CHECK_EQ(run->bill->decimal(CostRole::VcpuCount)->at(0).toString(), "4");
    CHECK(run->bill->decimal(CostRole::VcpuCount)->isUnknown(1));
    const auto note = std::ranges::find(run->bill->texts, "x_note", &TextColumn::name);
    CHECK(note != run->bill->texts.end());
    CHECK_EQ(run->bill->strings.view(StringId { note->ids[0] }), "hello");
}

TEST(badTime_leavesTheRowOutAndNamesItsMoney)
{
    const auto run = import(kHeader
        + "1,1,2025-01-01,2025-01-02,USD,Compute,EC2,,,\n"
          "5,5,yesterday,2025-01-02,USD,Compute,EC2,,,\n"
          "2,2,2025-01-03,never,USD,Compute,EC2,,,\n");
    CHECK_EQ(run->bill->rowCount, 2U);
    CHECK_EQ(run->total(CostBasis::Billed), "3");
    CHECK_EQ(run->bill->delivery.excluded.size(), 1U);
    CHECK_EQ(run->bill->delivery.excluded[0].rule, "unreadable_time");
    CHECK_EQ(run->bill->delivery.excluded[0].billed.toString(), "5");
    CHECK(run->bill->chargeEnd[1] == run->bill->chargeStart[1]);
    CHECK(reconcile(*run->bill).reconciles);
    CHECK_EQ(run->sink.findIssue("focus.bad_time")->where.line, 3U);
}

TEST(ambiguousThousands_areRefusedNotGuessed)
{
    const auto run = import("BilledCost;EffectiveCost;ChargePeriodStart;BillingCurrency;ServiceCategory\n"
                            "1,234;1,234;2025-01-01;EUR;Compute\n");
    CHECK(run->isPartial());
    CHECK_EQ(run->bill->money(CostBasis::Billed)->unknownCount(), 1U);
    const auto decided = import("BilledCost;EffectiveCost;ChargePeriodStart;BillingCurrency;ServiceCategory\n"
                                "1,234;1.001,50;2025-01-01;EUR;Compute\n0,5;1.5;2025-01-01;EUR;Compute\n");
    // "1.5" speaks for the point: then no comma is read at all.
    CHECK_EQ(decided->bill->money(CostBasis::Billed)->unknownCount(), 2U);
}

TEST(versions_comeFromTheNewestColumn)
{
    const std::string base = "BilledCost,EffectiveCost,ChargePeriodStart,BillingCurrency,ServiceCategory";
    CHECK_EQ(probe(base + "\n").formatVersion, "1.0");
    CHECK_EQ(probe(base + ",SkuMeter\n").formatVersion, "1.1");
    CHECK_EQ(probe(base + ",invoiceid\n").formatVersion, "1.2");
    CHECK_EQ(probe(base + ",HostProviderName\n").formatVersion, "1.3");
    CHECK_EQ(probe(base + ",InvoiceDetailId\n").formatVersion, "1.4");
    CHECK(probe(base + "\n").score >= 75);
}

TEST(smallBlocks_giveTheSameBill)
{
    const std::string text = fileBytes(kGolden / "focus-12-rows.csv");
    CHECK(!text.empty());
    const auto whole = import(text);
    for (const std::size_t block : { 1U, 7U, 63U, 64U, 65U, 4096U }) {
        MemorySourceOptions options;
        options.blockBytes = block;
        const auto run = import(text, options);
        CHECK(run->result.ok());
        CHECK_EQ(run->bill->rowCount, whole->bill->rowCount);
        CHECK_EQ(run->total(CostBasis::Billed), whole->total(CostBasis::Billed));
        CHECK_EQ(run->bill->strings.size(), whole->bill->strings.size());
    }
}

TEST(manyBatches_keepTheOrderOfTheFile)
{
    std::string text = kHeader;
    Decimal sum;
    for (int i = 0; i < 60'000; ++i) {
        text += std::to_string(i) + ".25,1,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z,USD,Compute,service-"
            + std::to_string(i % 700) + ",\"{\"\"n\"\":\"\"" + std::to_string(i % 300) + "\"\"}\",,unique-"
            + std::to_string(i) + '\n';
        sum += *Decimal::fromUnits(i * 4 + 1).scaled(1, 4);
    }
    const auto run = import(text);
    CHECK(run->result.ok());
    CHECK_EQ(run->bill->rowCount, 60'000U);
    CHECK_EQ(run->total(CostBasis::Billed), sum.toString());
    for (const std::size_t row : { 0U, 1U, 4095U, 30'011U, 59'999U }) {
        CHECK_EQ(run->bill->textAt(CostRole::Service, row), "service-" + std::to_string(row % 700));
        CHECK_EQ(run->bill->tagAt("n", row).value_or(""), std::to_string(row % 300));
        CHECK_EQ(
            run->bill->strings.view(StringId { run->bill->texts.back().ids[row] }), "unique-" + std::to_string(row));
    }
}

TEST(truncation_keepsWhatWasComplete)
{
    const std::string text = fileBytes(kGolden / "focus-12-rows.csv");
    for (std::size_t i = 0; i < 64; ++i) {
        MemorySourceOptions options;
        options.failAt = text.size() * i / 64;
        const auto run = import(text, options);
        CHECK(!run->result.ok());
        CHECK(run->result.error().code == ErrorCode::Truncated);
        if (run->bill) {
            CHECK(run->bill->rowCount <= 12);
            CHECK(reconcile(*run->bill).reconciles);
        }
    }
}

TEST(byteFlips_neverBreakTheReader)
{
    const std::string text = fileBytes(kGolden / "focus-12-rows.csv").substr(0, 1000) + "\n";
    std::minstd_rand random(7);
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string flipped = text;
        flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << (random() % 8)));
        const auto run = import(flipped);
        CHECK(run->result.ok() || run->result.error().code != ErrorCode::Internal);
        if (run->bill) {
            CHECK(reconcile(*run->bill).reconciles);
        }
    }
}

HEAPTOLL_TEST_MAIN
