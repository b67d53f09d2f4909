// SPDX-License-Identifier: Apache-2.0
#include "plugins/prometheus/prometheus_parser.h"
#include "plugins/prometheus/prometheus_values.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <random>

using namespace heaptoll;

namespace {

struct Outcome {
    std::shared_ptr<const UsageTable> table;
    std::optional<Error> error;
    IssueList issues;
    [[nodiscard]] std::uint64_t count(std::string_view code) const
    {
        const auto it = std::ranges::find(issues.all(), code, &Issue::code);
        return it == issues.all().end() ? 0 : it->count;
    }
};

Outcome parse(const std::string& text, test::MemorySourceOptions options = {})
{
    test::MemorySource source(text, std::move(options));
    test::TestSink sink;
    PrometheusParser parser;
    const auto status = parser.run(source, sink, {});
    return { sink.takeUsage(), status.ok() ? std::nullopt : std::optional(status.error()), sink.issues };
}

int score(const std::string& text, std::string_view fileName = "x.json")
{
    const auto bytes = std::as_bytes(std::span<const char>(text.data(), text.size()));
    return PrometheusParser().probe({ bytes, true, fileName }).score;
}

std::string answer(const std::string& series, const std::string& type = "matrix")
{
    return R"({"status":"success","data":{"resultType":")" + type + R"(","result":[)" + series + "]}}";
}

std::string edge(const std::string& file)
{
    const auto text =
        test::readFile(std::string(HEAPTOLL_SOURCE_DIR "/../shared/data/generated/edge/prometheus/") + file);
    if (!text) {
        SKIP("no shared data beside the checkout");
    }
    return *text;
}

constexpr std::string_view kSmall = R"({"status":"success","data":{"resultType":"matrix","result":[
 {"metric":{"__name__":"container_memory_working_set_bytes","pod":"a-\u0031","container":"c"},
  "values":[[1735689600,"10"],[1735689660.123,"2.5e+01"]]},
 {"metric":{"__name__":"kube_pod_container_resource_requests","resource":"cpu"},"values":[[1735689600,"1"]]},
 {"metric":{"__name__":"kube_pod_container_resource_requests","resource":"memory"},"values":[[1735689600,"1"]]}
 ]},"warnings":["a store did not answer"],"infos":["rounded"]})";

} // namespace

TEST(readsSeriesLabelsTimesAndValues)
{
    const Outcome out = parse(std::string(kSmall));
    CHECK(!out.error);
    CHECK_EQ(out.table->series.size(), std::size_t { 3 });
    const UsageSeries& first = out.table->series[0];
    CHECK(first.metric == UsageMetric::MemoryWorkingSet);
    CHECK_EQ(std::string(first.label("pod")), "a-1");
    CHECK_EQ(first.labels.size(), std::size_t { 2 });
    CHECK_EQ(first.times[1].ns, std::int64_t { 1735689660123000000 });
    CHECK_EQ(first.values[1], 25.0);
    CHECK(out.table->series[1].metric == UsageMetric::Other);
    CHECK(out.table->series[2].metric == UsageMetric::MemoryRequest);
    CHECK_EQ(out.count("prometheus.warning"), std::uint64_t { 1 });
    CHECK_EQ(out.count("prometheus.info"), std::uint64_t { 1 });
    CHECK(out.issues.hasDataLoss()); // a store that did not answer may have had series
    std::string infosOnly(kSmall);
    infosOnly.replace(infosOnly.find("warnings"), 8, "infos");
    CHECK(!parse(infosOnly).issues.hasDataLoss());
}

TEST(edgeEmptyIsAcceptedWithoutSeries)
{
    const Outcome out = parse(edge("empty.json"));
    CHECK(!out.error);
    CHECK(!out.table);
    CHECK_EQ(out.count("prometheus.no_series"), std::uint64_t { 1 });
}

TEST(edgeErrorAnswerIsRejectedWithItsText)
{
    const std::string text = edge("error.json");
    CHECK(score(text) >= 50);
    const Outcome out = parse(text);
    CHECK(out.error && out.error->message.find("exceeded maximum resolution of 11,000 points") != std::string::npos);
    CHECK(out.error && out.error->message.find("bad_data") != std::string::npos);
}

TEST(edgeSpecialValuesAreDroppedSortedAndCounted)
{
    const Outcome out = parse(edge("special-values.json"));
    CHECK(!out.error);
    const UsageSeries& only = out.table->series.at(0);
    CHECK_EQ(only.times.size(), std::size_t { 2 });
    CHECK_EQ(only.times[0].ns, std::int64_t { 1735689660 } * 1000000000);
    CHECK_EQ(only.values[0], 8.0);
    CHECK_EQ(only.values[1], 1.5e9); // the first of the two with one time
    for (const char* code :
        { "prometheus.nan", "prometheus.infinite", "prometheus.out_of_order", "prometheus.duplicate_time" }) {
        CHECK_EQ(out.count(code), std::uint64_t { 1 });
    }
    CHECK(out.issues.hasDataLoss());
}

TEST(edgeVectorWithoutANameIsOther)
{
    const Outcome out = parse(edge("vector.json"));
    CHECK(!out.error);
    CHECK_EQ(out.table->series.size(), std::size_t { 1 });
    CHECK(out.table->series[0].metric == UsageMetric::Other);
    CHECK_EQ(out.table->series[0].values.at(0), 5.0);
    CHECK_EQ(out.count("prometheus.name_missing"), std::uint64_t { 1 });
}

TEST(theFileNameNamesASeriesButNeverMakesItContainerMemory)
{
    test::MemorySourceOptions options;
    options.name = "dir/container_memory_working_set_bytes.00.json.gz";
    const Outcome out = parse(answer(R"({"metric":{},"values":[[1,"2"]]})"), options);
    CHECK_EQ(out.table->series.at(0).metricName, "container_memory_working_set_bytes");
    CHECK(out.table->series[0].metric == UsageMetric::Other);
}

TEST(keysMayComeInAnyOrder)
{
    const Outcome out = parse(R"({"data":{"result":[{"values":[[5,"7"]],"metric":{"pod":"p","__name__":
        "container_spec_memory_limit_bytes"}}],"resultType":"matrix"},"status":"success"})");
    CHECK(!out.error);
    CHECK(out.table->series.at(0).metric == UsageMetric::MemoryLimit);
    const Outcome failed = parse(R"({"data":{"result":[],"resultType":"matrix"},"error":"too slow","status":"error"})");
    CHECK(failed.error && failed.error->message.find("too slow") != std::string::npos);
}

TEST(resultsWithoutSeriesAreUnsupported)
{
    for (const char* text : { R"({"status":"success","data":{"resultType":"scalar","result":[1735689600,"1"]}})",
             R"({"status":"success","data":{"resultType":"string","result":[1735689600,"x"]}})",
             R"({"status":"success","data":{"result":[1735689600,"1"],"resultType":"scalar"}})" }) {
        const Outcome out = parse(text);
        CHECK(out.error && out.error->code == ErrorCode::Unsupported);
    }
}

TEST(wrongShapesAreErrorsWithAPlace)
{
    for (const char* series :
        { "1, 2", "[]", R"({"metric":[]})", R"({"metric":{"a":1}})", R"({"metric":{},"values":{}})",
            R"({"metric":{},"values":[1]})", R"({"metric":{},"values":[[1]]})", R"({"metric":{},"values":[["1","2"]]})",
            R"({"metric":{},"values":[[1,"2",3]]})", R"({"metric":{},"values":[[1,null]]})" }) {
        const Outcome out = parse(answer(series));
        CHECK(out.error && (out.error->where.offset.has_value() || out.error->code == ErrorCode::Unsupported));
    }
    CHECK(parse(R"({"status":"success","data":["a"]})").error->code == ErrorCode::NotRecognized);
    CHECK(parse("[1]").error->code == ErrorCode::NotRecognized);
    const Outcome bad = parse(answer(R"({"metric":{"__name__":"x"},"values":[[1,"abc"],[2,""],[1e300,"1"],[3,"4"]]})"));
    CHECK_EQ(bad.count("prometheus.bad_value"), std::uint64_t { 2 });
    CHECK_EQ(bad.count("prometheus.bad_time"), std::uint64_t { 1 });
    CHECK_EQ(bad.table->series.at(0).values.size(), std::size_t { 1 });
}

TEST(timesAreExactToTheNanosecond)
{
    using prometheus::parseTime;
    CHECK_EQ(parseTime("1735689660.5")->ns, std::int64_t { 1735689660500000000 });
    CHECK_EQ(parseTime("1735689660.123456789")->ns, std::int64_t { 1735689660123456789 });
    CHECK_EQ(parseTime("1735689660.1234567899")->ns, std::int64_t { 1735689660123456789 });
    CHECK_EQ(parseTime("-0.25")->ns, std::int64_t { -250000000 });
    CHECK_EQ(parseTime("1.735689660123e+09")->ns, std::int64_t { 1735689660123000000 });
    CHECK(!parseTime("99999999999999"));
    CHECK(!parseTime("1e300"));
}

TEST(probeClaimsAnswersAndNothingElse)
{
    CHECK_EQ(score(std::string(kSmall)), 100);
    CHECK_EQ(score(std::string(kSmall).substr(0, 150)), 100);
    for (const char* other :
        { "", "x", "[]", "{}", "null", R"({"snapshot":{"meta":{"node_fields":["type"]}},"nodes":[]})",
            R"({"assemblyId":"a","account":"1","columns":[],"reportKeys":["x"],"billingPeriod":{}})",
            R"({"status":"success","data":["label_a","label_b"]})", R"({"status":"error"})",
            R"({"generator":"gen_usage.py v1","apps":{"a":{"role":"leak"}}})", R"({"data":[{"metric":{}}]})",
            R"({"head":{"callFrame":{}},"samples":[]})", R"({"dhatFileVersion":2,"mode":"heap"})" }) {
        CHECK_EQ(score(other, "container_memory_working_set_bytes.json"), 0);
    }
}

TEST(probeDoesNotClaimOtherJsonOfTheDataSets)
{
    for (const char* file : { "usage/truth.json", "truth.json", "billing/truth.json.gz" }) {
        const auto text =
            test::readGunzipped(std::string(HEAPTOLL_SOURCE_DIR "/../shared/data/generated/scenario/") + file);
        if (!text) {
            SKIP("no shared data beside the checkout");
        }
        CHECK_EQ(score(text->substr(0, 65536)), 0);
    }
}

TEST(everyTruncationGivesTruncatedAndKeepsWhatWasComplete)
{
    const std::string text(kSmall);
    std::size_t lastPoints = 0;
    for (std::size_t length = 0; length < text.size(); ++length) {
        const Outcome out = parse(text.substr(0, length));
        CHECK(out.error && out.error->code == ErrorCode::Truncated);
        const std::size_t points = out.table ? out.table->pointCount() : 0;
        CHECK(points >= lastPoints);
        lastPoints = points;
    }
    CHECK_EQ(lastPoints, std::size_t { 4 });
}

TEST(theSourcesOwnErrorIsReturnedAndPointsBeforeAreKept)
{
    test::MemorySourceOptions options;
    options.failAt = kSmall.find("[1735689660.123");
    options.blockBytes = 7;
    const Outcome out = parse(std::string(kSmall), options);
    CHECK(out.error && out.error->message == "the source failed as the test asked");
    CHECK_EQ(out.table->pointCount(), std::size_t { 1 });
}

TEST(blockCutsDoNotMatter)
{
    for (std::size_t block = 1; block < 90; ++block) {
        test::MemorySourceOptions options;
        options.blockBytes = block;
        const Outcome out = parse(std::string(kSmall), options);
        CHECK(!out.error && out.table->pointCount() == 4);
    }
}

TEST(flippedBytesNeverBreakTheInvariants)
{
    std::mt19937 random(4);
    for (int round = 0; round < 20000; ++round) {
        std::string text(kSmall);
        for (int i = 0; i < 1 + round % 3; ++i) {
            text[random() % text.size()] = static_cast<char>(random());
        }
        const Outcome out = parse(text);
        for (const UsageSeries& series : out.table ? out.table->series : std::vector<UsageSeries> {}) {
            CHECK_EQ(series.times.size(), series.values.size());
            CHECK(std::ranges::adjacent_find(series.times, std::ranges::greater_equal {}) == series.times.end());
            CHECK(std::ranges::all_of(series.values, [](double v) { return std::isfinite(v); }));
        }
    }
}

TEST(scenarioFilesHaveTheSeriesAndPointsOfAnIndependentCount)
{
    // Counted with another JSON reader (python json): series and points per file.
    struct Expected {
        const char* file;
        std::size_t series;
        std::size_t points;
        UsageMetric metric;
    };
    for (const Expected& one : {
             Expected { "container_memory_working_set_bytes.00.json.gz", 704, 166525, UsageMetric::MemoryWorkingSet },
             Expected { "kube_pod_container_resource_limits.00.json.gz", 704, 166529, UsageMetric::MemoryLimit },
             Expected { "kube_pod_container_resource_requests.00.json.gz", 704, 166529, UsageMetric::MemoryRequest },
             Expected { "kube_pod_container_status_last_terminated_reason.00.json.gz", 4, 822,
                 UsageMetric::LastTerminatedReason },
             Expected { "kube_pod_container_status_restarts_total.00.json.gz", 704, 166529, UsageMetric::Restarts },
         }) {
        const auto text = test::readGunzipped(
            std::string(HEAPTOLL_SOURCE_DIR "/../shared/data/generated/scenario/usage/") + one.file);
        if (!text) {
            SKIP("no shared data beside the checkout");
        }
        const Outcome out = parse(*text);
        CHECK(!out.error && out.issues.all().empty());
        CHECK_EQ(out.table->series.size(), one.series);
        CHECK_EQ(out.table->pointCount(), one.points);
        CHECK(std::ranges::all_of(out.table->series, [&](const UsageSeries& s) { return s.metric == one.metric; }));
        CHECK_EQ(score(text->substr(0, 65536)), 100);
    }
}

HEAPTOLL_TEST_MAIN
