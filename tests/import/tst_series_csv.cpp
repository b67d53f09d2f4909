// SPDX-License-Identifier: Apache-2.0
// A time and a value a line: every form of both, what is left out is counted and located, cuts and flips.
#include "core/analysis/anomaly.h"
#include "plugins/series_csv/series_csv_cells.h"
#include "plugins/series_csv/series_csv_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <cmath>
#include <filesystem>
#include <memory>

using namespace heaptoll;
using namespace heaptoll::series_csv;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/series_csv/requests-hourly.csv";
const std::filesystem::path kNab = HEAPTOLL_SOURCE_DIR "/../shared/data/thirdparty/numenta+NAB/data";

struct Run {
    TestSink sink;
    Result<void> result;
    std::shared_ptr<const UsageTable> table;

    [[nodiscard]] const UsageSeries& series() const { return table->series.front(); }
    [[nodiscard]] std::uint64_t count(std::string_view code) const
    {
        const Issue* const issue = sink.findIssue(code);
        return issue == nullptr ? 0 : issue->count;
    }
};

std::unique_ptr<Run> import(const std::string& text, MemorySourceOptions options = {})
{
    auto run = std::make_unique<Run>();
    MemorySource source(text, std::move(options));
    run->result = SeriesCsvParser().run(source, run->sink, {});
    run->table = run->sink.takeUsage();
    return run;
}

sdk::ProbeResult probe(std::string_view text, bool isWhole = true)
{
    return SeriesCsvParser().probe({ std::as_bytes(std::span(text)), isWhole, "unknown" });
}

std::int64_t seconds(std::string_view text)
{
    const auto time = parseTime(text);
    return time ? time->ns / 1'000'000'000 : -1;
}

} // namespace

TEST(times_ofEveryForm)
{
    CHECK_EQ(seconds("2014-02-14 14:30:00"), 1392388200);
    CHECK_EQ(seconds("2014-02-14T14:30:00Z"), 1392388200);
    CHECK_EQ(seconds("2014-02-14T16:30:00+02:00"), 1392388200);
    CHECK_EQ(seconds(" 2014-02-14 "), 1392336000);
    CHECK_EQ(seconds("1392388200"), 1392388200);
    CHECK_EQ(seconds("1392388200000"), 1392388200);
    CHECK_EQ(seconds("1392388200000000"), 1392388200);
    CHECK_EQ(seconds("1392388200000000000"), 1392388200);
    CHECK_EQ(parseTime("1392388200.25")->ns, std::int64_t { 1392388200250000000 });
    for (const char* const wrong : { "", "17", "12345", "-1392388200", "1392388200.", "9999999999999999999",
             "99999999999999999999", "1e9", "monday", "2014-13-01", "0x52fe" }) {
        CHECK(!parseTime(wrong));
    }
}

TEST(values_areNumbersMissingOrBad)
{
    using enum sdk::NumberStyle;
    CHECK_EQ(parseValue(" -1.5e3 ", Point).number, -1500.0);
    CHECK_EQ(parseValue("+4", Point).number, 4.0);
    CHECK_EQ(parseValue("1,5", Comma).number, 1.5);
    CHECK(parseValue("1.234,5", Comma).kind == ValueKind::Bad);
    CHECK(parseValue("1,5", Point).kind == ValueKind::Bad);
    for (const char* const missing : { "", "NaN", "null", "NA", "-" }) {
        CHECK(parseValue(missing, Point).kind == ValueKind::Missing);
    }
    for (const char* const bad : { "inf", "1e999", "5 GB", "0x10", "--1" }) {
        CHECK(parseValue(bad, Point).kind == ValueKind::Bad);
    }
}

TEST(header_isOptionalAndNamesTheSeries)
{
    MemorySourceOptions options;
    options.name = "dir/ec2_cpu.csv.gz";
    CHECK_EQ(import("timestamp,value\n2025-01-01,1\n2025-01-02,2\n", options)->series().metricName, "ec2_cpu");
    CHECK_EQ(import("day,requests\n2025-01-01,1\n2025-01-02,2\n", options)->series().metricName, "requests");
    const auto bare = import("2025-01-01,1\n2025-01-02,2\n", options);
    CHECK_EQ(bare->series().metricName, "ec2_cpu");
    CHECK_EQ(bare->series().times.size(), std::size_t { 2 });
    CHECK(bare->series().metric == UsageMetric::Other);
    CHECK(bare->sink.issues.all().empty());
}

TEST(badLines_areCountedAndLocated)
{
    const auto run =
        import("t,v\n2025-01-02,5\nnever,6\n2025-01-01,big\nnot,this\n2025-01-03,\n2025-01-04,1,2\n2025-01-01,4\n"
               "2025-01-02,6\n2025-01-02,5\n");
    CHECK(run->result.ok());
    CHECK_EQ(run->series().values, (std::vector<double> { 4, 5 }));
    CHECK_EQ(run->count("series_csv.bad_time"), 2U);
    CHECK_EQ(run->sink.findIssue("series_csv.bad_time")->where.line, 3U);
    CHECK_EQ(run->count("series_csv.bad_value"), 1U);
    CHECK_EQ(run->sink.findIssue("series_csv.bad_value")->where.line, 4U);
    CHECK_EQ(run->count("series_csv.no_value"), 1U);
    CHECK_EQ(run->count("series_csv.ragged_row"), 1U);
    CHECK_EQ(run->sink.findIssue("series_csv.ragged_row")->where.line, 7U);
    CHECK_EQ(run->count("series_csv.out_of_order"), 1U);
    CHECK_EQ(run->count("series_csv.duplicate_time"), 1U);
    CHECK_EQ(run->count("series_csv.repeated_line"), 1U);
    CHECK(run->sink.issues.hasDataLoss());
}

TEST(decimalComma_isDecidedByTheFile)
{
    const auto run = import("t;v\n2025-01-01;1\n2025-01-02;2,5\n2025-01-03;3.5\n");
    CHECK_EQ(run->series().values, (std::vector<double> { 1, 2.5 }));
    CHECK_EQ(run->count("series_csv.bad_value"), 1U);
}

TEST(detection_wantsTwoColumnsOfTimesAndNumbers)
{
    CHECK_EQ(probe("timestamp,value\n2025-01-01,1\n2025-01-02,2\n").score, 60);
    CHECK_EQ(probe("2025-01-01,1\n2025-01-02,2\n").score, 50);
    CHECK_EQ(probe("when,what\n1735689600,1\n1735689660,2\n").score, 50);
    CHECK_EQ(probe("id,value\n1,10\n2,20\n3,30\n").score, 0);
    CHECK_EQ(probe("timestamp,value,unit\n2025-01-01,1,x\n2025-01-02,2,x\n").score, 0);
    CHECK_EQ(probe("timestamp,name\n2025-01-01,a\n2025-01-02,b\n").score, 0);
    CHECK_EQ(probe("timestamp,value\n2025-01-01,1\n").score, 0);
    CHECK_EQ(probe("").score, 0);
    CHECK_EQ(probe("timestamp,value\n2025-01-01,1\n2025-01-02,2\n2025-0", false).score, 60);
}

TEST(notASeries_isRefusedInWords)
{
    for (const char* const text : { "a,b,c\n1,2,3\n", "x,y\n1,2\n3,4\n", "only\n" }) {
        const auto run = import(text);
        CHECK(!run->result.ok() && run->result.error().code == ErrorCode::NotRecognized);
        CHECK(!run->table);
    }
}

TEST(everyCut_keepsWholeLinesAndTellsOfTheLast)
{
    const std::string text = readFile(kGolden).value_or("").substr(0, 2000);
    const auto whole = import(readFile(kGolden).value_or(""));
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        const auto run = import(text.substr(0, cut));
        if (!run->table) {
            CHECK(!run->result.ok());
            continue;
        }
        const std::vector<double>& values = run->series().values;
        const bool endsWell = text[cut - 1] == '\n';
        CHECK_EQ(run->count("series_csv.no_final_line_break"), endsWell ? 0U : 1U);
        for (std::size_t i = 0; i + (endsWell ? 0 : 1) < values.size(); ++i) {
            CHECK_EQ(values[i], whole->series().values[i]);
        }
        MemorySourceOptions options;
        options.failAt = cut;
        options.blockBytes = 7;
        const auto failed = import(text, options);
        CHECK(!failed->result.ok() && failed->result.error().code == ErrorCode::Truncated);
    }
}

TEST(everyFlip_givesASeriesOrAReason)
{
    const std::string text = readFile(kGolden).value_or("").substr(0, 700);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const unsigned mask : { 0x01U, 0x10U, 0x80U, 0xffU }) {
            std::string damaged = text;
            damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ mask);
            const auto run = import(damaged);
            const bool isCut = !run->result.ok() && run->result.error().code == ErrorCode::Truncated;
            CHECK(isCut || run->result.ok() == (run->table != nullptr));
            if (run->table) {
                const auto& times = run->series().times;
                CHECK(std::ranges::adjacent_find(times, std::ranges::greater_equal {}) == times.end());
                CHECK(std::ranges::all_of(run->series().values, [](double v) { return std::isfinite(v); }));
            }
        }
    }
}

TEST(golden_plantedHoursAreFound)
{
    const auto run = import(readFile(kGolden).value_or(""));
    CHECK(run->result.ok() && run->sink.issues.all().empty());
    CHECK_EQ(run->series().times.size(), std::size_t { 672 });
    const auto events = detectAnomalies(run->series().times, run->series().values, {});
    CHECK_EQ(events.size(), std::size_t { 1 });
    if (!events.empty()) {
        CHECK(events.front().range.contains(*parseTime("2025-03-18 12:00:00")));
    }
}

TEST(nab_everySetIsReadWhole)
{
    if (!std::filesystem::exists(kNab)) {
        SKIP("no shared data: " + kNab.string());
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kNab)) {
        if (entry.path().extension() != ".csv") {
            continue;
        }
        const std::string text = readFile(entry.path().string()).value_or("");
        CHECK_EQ(probe(std::string_view(text).substr(0, 65536), text.size() <= 65536).score, 60);
        const auto run = import(text);
        CHECK(run->result.ok());
        const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
        // Some sets say two things of one minute.
        CHECK_EQ(run->series().times.size() + run->count("series_csv.repeated_line")
                + run->count("series_csv.duplicate_time"),
            lines - 1);
        CHECK_EQ(run->count("series_csv.bad_time") + run->count("series_csv.bad_value"), 0U);
        ++files;
    }
    CHECK(files > 0);
    std::cout << files << " NAB sets\n";
}

HEAPTOLL_TEST_MAIN
