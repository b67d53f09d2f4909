// SPDX-License-Identifier: Apache-2.0
// The whole join on one calendar: bill, usage and profiles of forty services, of which three are planted.
#include "core/analysis/workspace_analysis.h"
#include "plugins/aws_cur/aws_cur_parser.h"
#include "tests/support/profile_data.h"
#include "tests/support/usage_data.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <set>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kRoot = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/scenario/";

template<typename Content>
DocumentPtr documentOf(const std::string& path, Content content)
{
    auto document = std::make_shared<Document>();
    document->path = path;
    document->content = std::move(content);
    return document;
}

void addBills(std::vector<DocumentPtr>& documents)
{
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot + "billing")) {
        const std::string path = entry.path().string();
        if (!path.ends_with(".csv.gz")) {
            continue;
        }
        MemorySource source(readGunzipped(path).value_or(""));
        TestSink sink;
        CHECK(AwsCurParser().run(source, sink, {}).ok());
        documents.push_back(documentOf(path, sink.takeCosts()));
    }
}

void addProfiles(std::vector<DocumentPtr>& documents)
{
    for (const char* app : { "ab-testing", "log-shipper", "secrets-broker" }) {
        for (const std::string& file : sharedFiles(std::string("scenario/profiles/") + app, "heap.")) {
            MemorySource source(readGunzipped(file).value_or(""));
            TestSink sink;
            CHECK(pprof::PprofParser().run(source, sink, {}).ok());
            for (const auto& profile : sink.takeProfiles()) {
                documents.push_back(documentOf(file, profile));
            }
        }
    }
}

const std::vector<DocumentPtr>& scenario()
{
    static std::vector<DocumentPtr> documents;
    if (documents.empty()) {
        const auto usage = usageTables("scenario/usage"); // skips when the data is absent
        addBills(documents);
        addProfiles(documents);
        for (const auto& table : usage) {
            documents.push_back(documentOf("usage", table));
        }
    }
    return documents;
}

std::shared_ptr<const WorkspaceAnalysis> analysed()
{
    static std::shared_ptr<const WorkspaceAnalysis> analysis;
    if (!analysis) {
        const auto documents = scenario();
        const auto start = std::chrono::steady_clock::now();
        auto result = analyzeWorkspace(documents, {}, {});
        CHECK(result.ok());
        analysis = result.value();
        std::printf("analyzeWorkspace: %.2f s\n",
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return analysis;
}

const Finding* firstOf(FindingKind kind)
{
    for (const Finding& finding : analysed()->findings) {
        if (finding.kind == kind) {
            return &finding;
        }
    }
    return nullptr;
}

/// What sites cost, from the rows of the usage instead of its integrals. Lost scrapes and the ends of runs make 2 %.
void checkShares(const ServiceView& service)
{
    double pods = 0;
    double paid = 0;
    for (const std::size_t w : service.workloads) {
        const WorkloadUsage& usage = analysed()->workloads[w];
        const auto rows = static_cast<double>(usage.times.size());
        for (std::size_t i = 0; i < usage.times.size(); ++i) {
            pods += usage.podCount[i] / rows; // one container in each pod here
            paid += std::max(usage.requestBytes[i], usage.workingSetBytes[i]) / rows;
        }
    }
    double held = 0;
    for (const AttributedSite& site : service.attribution.sites) {
        held += site.meanLiveBytes;
    }
    const double expected = service.attribution.memoryCost.toDouble() * held * pods / paid;
    std::printf(
        "%s: sites %.2f, by rows %.2f\n", service.name.c_str(), service.attribution.sitesCost.toDouble(), expected);
    CHECK_NEAR(service.attribution.sitesCost.toDouble(), expected, 0.02 * expected);
}

} // namespace

TEST(theTableOfFindings)
{
    for (const Finding& f : analysed()->findings) {
        const std::string cost = f.costPerMonth ? f.costPerMonth->amount.toFixed(2) : std::string("-");
        const std::string range = f.range ? toIsoDate(f.range->start) + ".." + toIsoDate(f.range->end) : "";
        std::printf("%-5s %s %8s %-13s %-6s %-22s %s\n", f.id.c_str(), f.isWeak ? "weak" : "    ", cost.c_str(),
            f.costPerMonth ? std::string(name(f.costPerMonth->kind)).c_str() : "",
            std::string(name(f.confidence.level)).c_str(), range.c_str(), f.title.c_str());
        CHECK(f.title.size() <= 60);
        CHECK(f.costPerMonth.has_value() || !f.costReason.empty());
    }
    for (const ServiceView& s : analysed()->services) {
        if (s.name == "ab-testing" || s.isBucket) {
            std::printf("%s: %s rows %llu, memory/mo %s, %s\n   attribution: %s\n", s.name.c_str(),
                s.totalCost.toFixed(2).c_str(), static_cast<unsigned long long>(s.costRows),
                s.memoryCostPerMonth ? s.memoryCostPerMonth->toFixed(2).c_str() : "-",
                s.price ? s.price->explanation.c_str() : "-",
                s.attribution.isValid ? "valid" : s.attribution.note.c_str());
        }
    }
    const Finding* leak = firstOf(FindingKind::Leak);
    if (leak != nullptr) {
        std::printf("%s\n", leak->howComputed.c_str());
        for (const ConfidenceCheck& c : leak->confidence.checks) {
            std::printf("   [%c] %s: %s\n", c.passed ? 'x' : ' ', c.name.c_str(), c.value.c_str());
        }
    }
}

TEST(theFirstLeakIsTheSessionStoreOfAbTesting)
{
    const Finding* leak = firstOf(FindingKind::Leak);
    CHECK(leak != nullptr);
    CHECK_EQ(leak->service, std::string("ab-testing"));
    CHECK(leak->blame.has_value());
    CHECK_EQ(leak->blame->function, std::string("main.(*SessionStore).Touch"));
    CHECK_EQ(leak->blame->line, 40U);
    CHECK(leak->blame->file.ends_with("orderd/main.go"));
    CHECK(leak->growthBytesPerHour.value_or(0) > 0);
}

TEST(theFirstOverprovisionedServiceIsSecretsBroker)
{
    const Finding* finding = firstOf(FindingKind::Overprovisioned);
    CHECK(finding != nullptr);
    CHECK_EQ(finding->service, std::string("secrets-broker"));
}

TEST(theFirstAnomalyIsTheSpikeOfLogShipperInItsDays)
{
    const Finding* finding = firstOf(FindingKind::CostAnomaly);
    CHECK(finding != nullptr);
    CHECK_EQ(finding->service, std::string("log-shipper"));
    CHECK(finding->range.has_value());
    CHECK_EQ(toIsoDate(finding->range->start), std::string("2025-02-11"));
    CHECK_EQ(toIsoDate(finding->range->end), std::string("2025-02-17"));
}

TEST(onlyTheLeakingServicesAreCalledLeaking)
{
    const std::set<std::string> allowed { "ab-testing", "cert-rotator", "branch-portal" };
    for (const Finding& finding : analysed()->findings) {
        CHECK(finding.kind != FindingKind::Leak || allowed.contains(finding.service));
    }
}

TEST(servicesAndBucketsSumToTheBill)
{
    Decimal sum;
    for (const ServiceView& service : analysed()->services) {
        sum += service.totalCost;
        Decimal days;
        for (const DailyCost& day : service.dailyCost) {
            days += day.cost;
        }
        CHECK(days == service.totalCost);
    }
    CHECK(analysed()->totals.billed.has_value());
    CHECK(sum == *analysed()->totals.billed);
    const Coverage& c = analysed()->coverage;
    CHECK(c.charges() + c.credits == sum);
    std::printf("billed %s, matched %.1f %%\n", sum.toString().c_str(), 100 * c.matchedShare());
    CHECK_EQ(sum.toString(), std::string("43201.3098881566")); // AmortizedCost of billing/truth.json
}

TEST(recoverableIsAtMostMemoryIsAtMostBilled)
{
    const WorkspaceTotals& totals = analysed()->totals;
    CHECK(totals.memoryPerMonth && totals.billedPerMonth);
    CHECK(totals.recoverablePerMonth.all() <= *totals.memoryPerMonth);
    CHECK(*totals.memoryPerMonth <= *totals.billedPerMonth);
    std::printf("recoverable %s <= memory %s <= billed %s a month\n",
        totals.recoverablePerMonth.all().toFixed(2).c_str(), totals.memoryPerMonth->toFixed(2).c_str(),
        totals.billedPerMonth->toFixed(2).c_str());
}

TEST(attributionClosesExactly)
{
    std::size_t valid = 0;
    for (const ServiceView& s : analysed()->services) {
        const Attribution& a = s.attribution;
        if (a.isValid) {
            ++valid;
            CHECK(a.sitesCost + a.nonHeapCost + a.headroomCost + a.residual == a.memoryCost);
            // rounding alone: a double's 2^-52 of the cost and an atto for each share
            const double rounding = a.memoryCost.toDouble() * 0x1p-52 + 1e-18;
            CHECK(std::abs(a.residual.toDouble()) <= static_cast<double>(a.sites.size() + 2) * rounding);
            checkShares(s);
        }
    }
    CHECK(valid > 0);
}

TEST(theSameInputGivesTheSameFindings)
{
    const auto again = analyzeWorkspace(scenario(), {}, {});
    CHECK(again.ok());
    CHECK_EQ(again.value()->findings.size(), analysed()->findings.size());
    for (std::size_t i = 0; i < analysed()->findings.size(); ++i) {
        CHECK_EQ(again.value()->findings[i].id, analysed()->findings[i].id);
        CHECK_EQ(again.value()->findings[i].fingerprint, analysed()->findings[i].fingerprint);
        CHECK_EQ(again.value()->findings[i].howComputed, analysed()->findings[i].howComputed);
    }
}

TEST(aRangeShowsTheChangeOverIt)
{
    const TimeRange range { *parseInstant("2025-01-20"), *parseInstant("2025-02-20") };
    const RangeView view = rangeView(*analysed(), "ab-testing", range);
    CHECK(view.profile != nullptr);
    CHECK(view.liveAtEndTotal > view.liveAtStartTotal);
    CHECK(view.bytesPerHour > 0);
    CHECK(view.cost > Decimal {});
    CHECK(view.moneyPerByteMonth.has_value());
}

HEAPTOLL_TEST_MAIN
