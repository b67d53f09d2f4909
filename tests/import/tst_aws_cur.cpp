// SPDX-License-Identifier: Apache-2.0
#include "plugins/aws_cur/aws_cur_parser.h"
#include "tests/support/bill_test.h"

#include <random>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::filesystem::path kData = HEAPTOLL_SOURCE_DIR "/../shared/data";
const std::filesystem::path kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/aws_cur";
const std::string kHeader =
    "identity/LineItemId,bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/"
    "UsageStartDate,"
    "lineItem/UsageEndDate,lineItem/ProductCode,lineItem/Operation,lineItem/UnblendedCost,"
    "product/ProductName,product/vcpu,product/memory,reservation/EffectiveCost,reservation/ReservationARN,"
    "savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,savingsPlan/UsedCommitment,"
    "resourceTags/user:app,resourceTags/aws:createdBy\n";
/// type, code, operation, cost, name, vcpu, memory, riCost, arn, spCost, total, used, app, createdBy
std::string line(const std::string& rest)
{
    const std::size_t comma = rest.find(',');
    return "id,900,901," + rest.substr(0, comma) + ",2025-01-01T00:00:00Z,2025-01-01T01:00:00Z" + rest.substr(comma)
        + '\n';
}

std::unique_ptr<BillRun> import(std::string text, MemorySourceOptions options = {})
{
    return BillRun::of(AwsCurParser(), std::move(text), std::move(options));
}

std::filesystem::path dataOrSkip(const std::string& path)
{
    if (!std::filesystem::exists(kData / path)) {
        SKIP("no shared data");
    }
    return kData / path;
}

MemorySourceOptions beside(const std::filesystem::path& manifest)
{
    MemorySourceOptions options;
    options.name = manifest.string();
    options.sidecars = sidecarsOf(manifest.parent_path());
    return options;
}

std::unique_ptr<BillRun> importManifest(const std::filesystem::path& manifest)
{
    return import(fileBytes(manifest), beside(manifest));
}

sdk::ProbeResult probe(std::string_view text)
{
    return AwsCurParser().probe({ std::as_bytes(std::span(text.data(), text.size())), true, "unknown" });
}

std::string effectiveAt(const CostTable& bill, std::size_t row)
{
    const DecimalColumn& money = *bill.money(CostBasis::Effective);
    return money.isUnknown(row) ? "unknown" : money.at(row).toString();
}

const std::vector<std::pair<std::string, CostBasis>> kMeasures { { "UnblendedCost", CostBasis::Billed },
    { "AmortizedCost", CostBasis::Effective }, { "PublicOnDemandCost", CostBasis::List },
    { "NetUnblendedCost", CostBasis::Net } };

} // namespace

TEST(cur20k_throughItsManifestsEqualsTruth)
{
    const auto folder = dataOrSkip("generated/billing/cur-20k");
    std::vector<std::shared_ptr<const CostTable>> bills;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "billing/costreport")) {
        const auto run = importManifest(entry.path() / "costreport-Manifest.json");
        CHECK(run->result.ok());
        CHECK(!run->isPartial());
        CHECK_EQ(run->bill->delivery.parts.size(), 2U);
        bills.push_back(run->bill);
    }
    checkTruth(decoded(folder / "truth.json.gz"), bills, kMeasures);
}

TEST(cur20k_countsEveryRule)
{
    const auto folder = dataOrSkip("generated/billing/cur-20k/billing/costreport/20250301-20250401");
    const auto run = importManifest(folder / "costreport-Manifest.json");
    std::map<std::string, std::uint64_t> rules;
    for (const sdk::CostExclusion& exclusion : run->bill->delivery.excluded) {
        rules[exclusion.rule] = exclusion.rows;
        CHECK(exclusion.rowsKept);
    }
    CHECK_EQ(rules.at("effective:savings_plan_negation"), 403U);
    CHECK_EQ(rules.at("effective:discount_inside_net"), 961U);
}

TEST(cur2_partsEqualTruth)
{
    const auto folder = dataOrSkip("generated/billing/cur2-20k");
    std::vector<std::shared_ptr<const CostTable>> bills;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "billing/cur2/data")) {
        if (entry.is_regular_file()) {
            const auto run = import(decoded(entry.path()));
            CHECK(run->result.ok());
            bills.push_back(run->bill);
        }
    }
    checkTruth(decoded(folder / "truth.json.gz"), bills, kMeasures);
}

TEST(realSample_addsUpExactly)
{
    const auto path = dataOrSkip("thirdparty/finopsfoundation+focus_converters/focus_converter_base/tests/"
                                 "provider_config_tests/aws/sample-anonymous-aws-export-dataset.csv");
    const auto run = import(fileBytes(path));
    CHECK(run->result.ok());
    CHECK_EQ(run->bill->rowCount, 1281U);
    CHECK_EQ(run->total(CostBasis::Billed), "1.6823086974");
    const Sums categories = sumsOf({ run->bill }, CostBasis::Billed, { { "category" } });
    CHECK_EQ(categories.at({ "Usage" }).toString(), "1.6023086974");
    CHECK_EQ(categories.at({ "Tax" }).toString(), "0.08");
}

TEST(amortisedCost_followsTheLineType)
{
    const auto run = import(kHeader + line("Usage,EC2,Run,1,Amazon EC2,4,16 GiB,,,,,,alpha,")
        + line("SavingsPlanCoveredUsage,EC2,Run,2,Amazon EC2,96,\"1,952 GiB\",,,1.5,,,alpha,me")
        + line("SavingsPlanNegation,EC2,Run,-2,,,,,,,,,,") + line("SavingsPlanRecurringFee,EC2,,10,,,,,,,10,7,,")
        + line("SavingsPlanUpfrontFee,EC2,,50,,,,,,,,,,") + line("DiscountedUsage,RDS,,0,,,,0.75,arn:x,,,,,")
        + line("Fee,RDS,,100,,,,,arn:x,,,,,") + line("Fee,Support,,9,,,,,,,,,,")
        + line("Refund,ComputeSavingsPlans,,-5,,,,,,,,,,") + line("EdpDiscount,EC2,,-0.5,,,,,,,,,,")
        + line("DiscountedUsage,RDS,,0,,,,,arn:x,,,,,"));
    CHECK(run->result.ok());
    const std::vector<std::string> expected { "1", "1.5", "0", "3", "0", "0.75", "0", "9", "0", "-0.5", "unknown" };
    for (std::size_t row = 0; row < expected.size(); ++row) {
        CHECK_EQ(effectiveAt(*run->bill, row), expected[row]);
    }
    CHECK_EQ(run->bill->decimal(CostRole::MemoryGib)->at(1).toString(), "1952");
    CHECK_EQ(run->bill->decimal(CostRole::VcpuCount)->at(0).toString(), "4");
    CHECK_EQ(run->bill->tagAt("app", 0).value_or(""), "alpha");
    CHECK_EQ(run->bill->tagAt("aws:createdBy", 1).value_or(""), "me");
    CHECK(!run->bill->tagAt("app", 2).has_value());
    CHECK_EQ(run->bill->textAt(CostRole::Service, 0), "Amazon EC2");
    CHECK_EQ(run->bill->textAt(CostRole::Service, 5), "RDS");
    CHECK_EQ(run->bill->textAt(CostRole::ChargeCategory, 6), "Purchase");
    CHECK_EQ(run->bill->textAt(CostRole::Provider, 0), "AWS");
    const auto net = queryCosts(*run->bill, CostBasis::Net, {}, {}, {}, TaskContext {});
    CHECK(net.value().hasBasis && !net.value().note.empty());
    CHECK(!queryCosts(*run->bill, CostBasis::Contracted, {}, {}, {}, TaskContext {}).value().hasBasis);
    CHECK_EQ(run->bill->delivery.excluded.size(), 4U);
    CHECK(reconcile(*run->bill).reconciles);
}

TEST(podRows_areLeftOutAndCounted)
{
    const auto run = import(kHeader + line("Usage,EC2,RunInstances,1,Amazon EC2,,,,,,,,,")
        + line("Usage,EC2,EKSPod-EC2,0,Amazon EC2,,,,,,,,alpha,"));
    CHECK_EQ(run->bill->rowCount, 1U);
    CHECK_EQ(run->bill->delivery.excluded.at(0).rule, "split_cost_allocation_pods");
    CHECK(reconcile(*run->bill).reconciles);
}

TEST(manifest_namesItsPartsAndItsDelivery)
{
    const auto folder = dataOrSkip("generated/billing/cur-20k/billing/costreport/20250201-20250301");
    const std::string newest = "16bb1ab5-009a-4593-b684-efef41b7cf03";
    const auto bundleOf = [](const std::filesystem::path& path) {
        MemorySource source(fileBytes(path), beside(path));
        const auto bundle = AwsCurParser().bundle(source);
        CHECK(bundle.ok() && bundle.value().has_value());
        return bundle.value().value();
    };
    const auto period = bundleOf(folder / "costreport-Manifest.json");
    CHECK(period.pointsToNewest);
    CHECK_EQ(period.deliveryId, newest);
    CHECK_EQ(period.parts.size(), 2U);
    CHECK_EQ(period.parts.at(0), newest + "/costreport-00001.csv.gz");
    const auto same = bundleOf(folder / newest / "costreport-Manifest.json");
    CHECK(!same.pointsToNewest);
    CHECK_EQ(same.parts.at(1), "costreport-00002.csv.gz");
    const auto older = bundleOf(folder / "7d45ff8a-7c7c-402d-aed1-d3c37eb2f143/costreport-Manifest.json");
    CHECK_EQ(older.deliveryKey, period.deliveryKey);
    CHECK(older.deliveryId != period.deliveryId);
    MemorySource csv(kHeader);
    CHECK(!AwsCurParser().bundle(csv).value().has_value());
}

TEST(edgeManifests_behaveAsExpected)
{
    const auto folder = dataOrSkip("generated/edge/billing-cur");
    const auto twice = importManifest(folder / "dup/r-Manifest.json");
    CHECK_EQ(twice->total(CostBasis::Billed), "10");
    CHECK(twice->isPartial() && twice->sink.findIssue("aws_cur.part_listed_twice") != nullptr);
    const auto missing = importManifest(folder / "missing/r-Manifest.json");
    CHECK_EQ(missing->total(CostBasis::Billed), "6");
    CHECK(missing->isPartial() && missing->sink.findIssue("aws_cur.missing_part") != nullptr);
    const auto traversal = importManifest(folder / "traversal-Manifest.json");
    CHECK(!traversal->result.ok() && !traversal->bill);
    CHECK(traversal->result.error().code == ErrorCode::Malformed);
    for (const auto& [part, total] : std::vector<std::pair<std::string, std::string>> { { "dup/r-00001.csv.gz", "10" },
             { "schema-change/r-00001.csv.gz", "14" }, { "schema-change/r-00002.csv.gz", "7" } }) {
        const auto run = import(decoded(folder / part));
        CHECK(run->result.ok() && !run->isPartial());
        CHECK_EQ(run->total(CostBasis::Billed), total);
    }
}

TEST(laterParts_mayHaveOtherColumns)
{
    MemorySourceOptions options;
    options.sidecars["a.csv"] = kHeader + line("Usage,EC2,Run,1,Amazon EC2,,,,,,,,alpha,");
    options.sidecars["b.csv"] =
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost,lineItem/CurrencyCode,"
        "resourceTags/user:team\nUsage,2025-01-02T00:00:00Z,2,USD,blue\n";
    options.name = "m/Manifest.json";
    const auto run = import(R"({"assemblyId":"1","reportName":"r","reportKeys":["x/y/a.csv","x/y/b.csv"]})", options);
    CHECK(run->result.ok());
    CHECK_EQ(run->bill->rowCount, 2U);
    CHECK_EQ(run->total(CostBasis::Billed), "3");
    CHECK_EQ(run->bill->tagAt("app", 0).value_or(""), "alpha");
    CHECK_EQ(run->bill->tagAt("team", 1).value_or(""), "blue");
    CHECK(run->bill->chargeEnd[1] == run->bill->chargeStart[1]);
    CHECK(reconcile(*run->bill).reconciles);
}

TEST(probe_knowsItsOwnAndNothingElse)
{
    CHECK(probe(kHeader).score >= 75);
    CHECK_EQ(probe(kHeader).formatVersion, "slash");
    CHECK(probe("line_item_unblended_cost,line_item_line_item_type,line_item_usage_start_date\n").score >= 75);
    CHECK_EQ(probe(R"({"assemblyId":"1","reportKeys":[]})").score, 100);
    CHECK_EQ(probe(R"({"status":"success"})").score, 0);
    CHECK_EQ(probe("BilledCost,EffectiveCost\n").score, 0);
    CHECK_EQ(
        probe("lineItem/tenantId,lineItem/UnblendedCost,lineItem/LineItemType,lineItem/UsageStartDate\n").score, 0);
}

TEST(truncation_keepsWhatWasComplete)
{
    const std::string text = fileBytes(kGolden / "cur-12-rows.csv");
    CHECK(!text.empty());
    for (std::size_t i = 0; i < 64; ++i) {
        MemorySourceOptions options;
        options.failAt = text.size() * i / 64;
        const auto run = import(text, options);
        CHECK(!run->result.ok());
        if (run->bill) {
            CHECK(run->bill->rowCount <= 12);
            CHECK(reconcile(*run->bill).reconciles);
        }
    }
}

TEST(byteFlips_neverBreakTheReader)
{
    const std::string text = kHeader + line("Usage,EC2,Run,1,Amazon EC2,4,16 GiB,,,,,,alpha,")
        + line("SavingsPlanCoveredUsage,EC2,Run,2,Amazon EC2,96,\"1,952 GiB\",,,1.5,,,alpha,me");
    std::minstd_rand random(11);
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string flipped = text;
        flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << (random() % 8)));
        const auto run = import(flipped);
        if (run->bill) {
            CHECK(reconcile(*run->bill).reconciles);
        }
    }
}

HEAPTOLL_TEST_MAIN
