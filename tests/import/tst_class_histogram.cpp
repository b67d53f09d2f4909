// SPDX-License-Identifier: Apache-2.0
// Class histograms of Java: every row and the total of the virtual machine, and damage, which the total shows.
#include "core/analysis/call_tree.h"
#include "plugins/class_histogram/class_histogram_parser.h"
#include "plugins/class_histogram/class_names.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <filesystem>
#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/class_histogram/";
const std::string kShared = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/java/";

struct Import {
    Result<void> result;
    std::vector<std::shared_ptr<const Profile>> profiles;
    IssueList issues;
    [[nodiscard]] std::uint64_t count(std::string_view code) const
    {
        const auto it = std::ranges::find(issues.all(), code, &Issue::code);
        return it == issues.all().end() ? 0 : it->count;
    }
    [[nodiscard]] bool hasDataLoss() const
    {
        return std::ranges::any_of(
            issues.all(), [](const Issue& issue) { return issue.severity == Severity::DataLoss; });
    }
};

Import import(const std::string& bytes, MemorySourceOptions options = {})
{
    MemorySource source(bytes, std::move(options));
    TestSink sink;
    Result<void> result = ClassHistogramParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

int score(const std::string& bytes)
{
    return ClassHistogramParser().probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "x" }).score;
}

const std::string kHead = " num     #instances         #bytes  class name (module)\n---------\n";

/// Reads the text again, another way: by words.
std::size_t compare(const Profile& profile, const std::string& text)
{
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> ours;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        const Frame& frame = profile.frameOf(NodeId { std::size_t { profile.samples.stacks[i] } });
        const std::string module(profile.strings.view(frame.module));
        ours[std::string(profile.strings.view(frame.systemName)) + (module.empty() ? "" : " (" + module + ")")] = {
            profile.samples.values[0][i], profile.samples.values[1][i]
        };
    }
    std::istringstream lines(text);
    std::string line;
    std::size_t rows = 0;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string first;
        std::int64_t objects = 0;
        std::int64_t bytes = 0;
        std::string name;
        if (!(words >> first >> objects >> bytes)) {
            continue;
        }
        std::getline(words >> std::ws, name);
        if (first == "Total") {
            CHECK_EQ(*profile.total(0), bytes);
            CHECK_EQ(*profile.total(1), objects);
        } else {
            CHECK(ours[name] == std::pair(bytes, objects));
            ++rows;
        }
    }
    CHECK_EQ(rows, profile.samples.size());
    return rows;
}

} // namespace

TEST(goldens_addUpToTheirTotal)
{
    for (const char* const name : { "catalog.T00.class_histogram.txt", "jmap-jdk8.txt" }) {
        const std::string text = *readFile(kGolden + name);
        const Import got = import(text);
        CHECK(got.result.ok());
        CHECK(!got.hasDataLoss());
        CHECK(compare(*got.profiles.at(0), text) > 4);
        CHECK(!got.profiles.at(0)->time);
        CHECK_EQ(got.count("class_histogram.time_missing"), 1U);
    }
}

TEST(sharedHistograms_addUpToTheirTotal)
{
    if (!std::filesystem::exists(kShared)) {
        SKIP("no shared data beside the checkout");
    }
    std::size_t files = 0;
    std::size_t rows = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kShared)) {
        if (entry.path().string().ends_with("class_histogram.txt")) {
            const std::string text = *readFile(entry.path().string());
            const Import got = import(text);
            CHECK(got.result.ok() && !got.hasDataLoss());
            rows += compare(*got.profiles.at(0), text);
            ++files;
        }
    }
    std::cout << files << " histograms, " << rows << " classes\n";
    CHECK(files >= 7);
}

TEST(names_areReadAsJavaWritesThem)
{
    using histogram::javaName;
    CHECK_EQ(javaName("[B"), "byte[]");
    CHECK_EQ(javaName("[[[J"), "long[][][]");
    CHECK_EQ(javaName("[Z"), "boolean[]");
    CHECK_EQ(javaName("[Ljava.lang.String;"), "java.lang.String[]");
    CHECK_EQ(javaName("[[Lcom.shop.Order$Line;"), "com.shop.Order$Line[][]");
    for (const char* const same : { "java.lang.String", "B", "[X", "[", "[L;", "[Lopen", "", "<symbolKlass>" }) {
        CHECK_EQ(javaName(same), same);
    }
    const Import got = import(*readFile(kGolden + "jmap-jdk8.txt"));
    std::map<std::string, std::int64_t> rows;
    for (const TopRow& row : topTable(*got.profiles.at(0), 1, GroupBy::Function).rows) {
        rows[row.name] = row.self;
    }
    CHECK_EQ(rows["int[][]"], 10);
    CHECK_EQ(rows["com.shop.Order[]"], 2);
    CHECK_EQ(rows["com.shop.Cache$Entry"], 1);
}

TEST(textAroundIt_isNoMatter_andSeveralAreSeveral)
{
    const std::string one = kHead + "   1:  2  48  [B (java.base@17.0.1)\r\nTotal  2  48\n";
    const Import got = import("$ jcmd 4711 GC.class_histogram\n4711:\n" + one + "\nsome words\n" + one);
    CHECK(got.result.ok() && !got.hasDataLoss());
    CHECK_EQ(got.profiles.size(), 2U);
    const Import open = import(kHead + "   1:  2  48  [B\n" + one);
    CHECK(open.result.ok());
    CHECK_EQ(open.profiles.size(), 2U);
    CHECK_EQ(open.count("class_histogram.total_missing"), 1U);
}

TEST(damage_isSeenByTheTotal)
{
    const Import sum = import(kHead + "   1:  2  49  [B\nTotal  2  48\n");
    CHECK_EQ(sum.count("class_histogram.total_differs"), 1U);
    CHECK_EQ(
        import(kHead + "   1:  2  48  [B\n   3:  2  48  [C\nTotal  4  96\n").count("class_histogram.row_missing"), 1U);
    for (const char* const line : { "   1:  2  48", "   x:  2  48  [B", "   1  2  48  [B", "   1: -2  48  [B",
             "   1:  2  4.8  [B", "   1:  99999999999999999999  1  [B" }) {
        const Import got = import(kHead + line + "\nTotal  2  48\n");
        CHECK_EQ(got.count("class_histogram.bad_line"), 1U);
        CHECK_EQ(got.count("class_histogram.total_differs"), 1U);
    }
    CHECK_EQ(import(kHead + "Total  x  48\n").count("class_histogram.bad_line"), 1U);
    const std::string most = std::to_string(INT64_MAX);
    const Import overflow = import(kHead + "   1:  1  " + most + "  a\n   2:  1  " + most + "  b\nTotal  2  0\n");
    CHECK_EQ(overflow.count("class_histogram.total_differs"), 1U);
    CHECK_EQ(import(kHead + "   1:  2  48  a\xff\nTotal 2 48\n").count("class_histogram.invalid_utf8"), 2U);
    for (const char* const text : { "", "Total 1 2\n", "no histogram\n" }) {
        const Import none = import(text);
        CHECK(!none.result.ok() && none.result.error().code == ErrorCode::NotRecognized);
    }
}

TEST(cutsAndFlips_areNeverAnUnlabelledNumber)
{
    const std::string text = *readFile(kGolden + "catalog.T00.class_histogram.txt");
    const Import whole = import(text);
    for (std::size_t i = 1; i < 64; ++i) {
        const Import got = import(text.substr(0, text.size() * i / 64));
        CHECK(!got.result.ok());
        CHECK(got.result.ok() || got.result.error().code == ErrorCode::Truncated);
    }
    for (std::size_t at = text.find("   1:"); at < text.size(); at += 7) {
        if (text[at] < '0' || text[at] > '9') {
            continue;
        }
        std::string hurt = text;
        hurt[at] = static_cast<char>(hurt[at] ^ 1); // another digit
        const Import got = import(hurt);
        const bool isSame = got.result.ok() && got.profiles[0]->total(0) == whole.profiles[0]->total(0)
            && got.profiles[0]->total(1) == whole.profiles[0]->total(1);
        CHECK(isSame || got.hasDataLoss() || !got.result.ok());
    }
}

TEST(detection_needsTheHeader)
{
    CHECK_EQ(score(*readFile(kGolden + "catalog.T00.class_histogram.txt")), 100);
    CHECK_EQ(score(*readFile(kGolden + "jmap-jdk8.txt")), 100);
    CHECK_EQ(score(kHead), 75);
    CHECK_EQ(score("   1:  2  48  [B\n"), 0);
    CHECK_EQ(score("num,#instances,#bytes,class name\n1,2,3,4\n"), 0);
    CHECK_EQ(score(""), 0);
}

HEAPTOLL_TEST_MAIN
