// SPDX-License-Identifier: Apache-2.0
// Flame graphs of Pyroscope against the stacks they were made from, and against damage.
#include "core/analysis/call_tree.h"
#include "plugins/flamebearer/flamebearer_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/flamebearer/";

struct Import {
    Result<void> result;
    std::vector<std::shared_ptr<const Profile>> profiles;
    IssueList issues;
    [[nodiscard]] std::uint64_t count(std::string_view code) const
    {
        const auto it = std::ranges::find(issues.all(), code, &Issue::code);
        return it == issues.all().end() ? 0 : it->count;
    }
};

Import import(const std::string& bytes, MemorySourceOptions options = {})
{
    MemorySource source(bytes, std::move(options));
    TestSink sink;
    Result<void> result = FlamebearerParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

int score(const std::string& bytes)
{
    return FlamebearerParser().probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "x" }).score;
}

std::map<std::string, std::int64_t> foldedOf(const Profile& profile)
{
    std::map<std::string, std::int64_t> stacks;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::string text;
        for (NodeId node { std::size_t { profile.samples.stacks[i] } }; !node.isNone();
             node = profile.stacks.parent(node)) {
            text = std::string(profile.strings.view(profile.frameOf(node).function)) + (text.empty() ? "" : ";") + text;
        }
        stacks[text] += profile.samples.values[0][i];
    }
    return stacks;
}

std::map<std::string, std::int64_t> readFolded(const std::string& name)
{
    std::map<std::string, std::int64_t> stacks;
    std::istringstream lines(*readFile(kGolden + name));
    std::string line;
    while (std::getline(lines, line)) {
        stacks[line.substr(0, line.rfind(' '))] = std::stoll(line.substr(line.rfind(' ') + 1));
    }
    return stacks;
}

std::string graph(const std::string& levels, const std::string& metadata = R"("format":"single","units":"bytes")",
    const std::string& names = R"("total","a","b")")
{
    return R"({"flamebearer":{"names":[)" + names + R"(],"levels":[)" + levels + R"(]},"metadata":{)" + metadata + "}}";
}

} // namespace

TEST(goldens_areTheStacksTheyWereMadeFrom)
{
    std::size_t rows = 0;
    for (const char* const name : { "inuse", "allocs" }) {
        const Import got = import(*readFile(kGolden + name + ".json"));
        CHECK(got.result.ok() && got.profiles.size() == 1);
        const auto expected = readFolded(std::string(name) + ".0.folded");
        CHECK(foldedOf(*got.profiles.at(0)) == expected);
        rows += expected.size();
        CHECK_EQ(got.count("flamebearer.sum_differs"), 0U);
        CHECK_EQ(got.profiles[0]->time->ns, 1'760'000'045'000'000'000);
        CHECK_EQ(got.profiles[0]->duration.ns, 45'000'000'000);
    }
    CHECK_EQ(metricName(import(*readFile(kGolden + "inuse.json")).profiles.at(0)->valueTypes[0]), "live_bytes");
    CHECK_EQ(
        metricName(import(*readFile(kGolden + "allocs.json")).profiles.at(0)->valueTypes[0]), "custom:alloc_space");
    std::cout << rows << " stacks\n";
}

TEST(comparisons_areTwoProfiles)
{
    const Import got = import(*readFile(kGolden + "comparison.json"));
    CHECK(got.result.ok());
    CHECK_EQ(got.profiles.size(), 2U);
    CHECK(foldedOf(*got.profiles.at(0)) == readFolded("comparison.0.folded"));
    CHECK(foldedOf(*got.profiles.at(1)) == readFolded("comparison.1.folded"));
    CHECK_EQ(got.count("flamebearer.comparison"), 1U);
    CHECK_EQ(got.count("flamebearer.time_missing"), 2U);
}

TEST(keysMayComeInAnyOrder_andFormatsOfOldStandInside)
{
    const Import late = import(
        R"({"metadata":{"query":"memory:inuse_objects:count:space:bytes{}","units":"objects","format":"single"},)"
        R"("more":[1],"timeline":null,"flamebearer":{"levels":[[0,3,0,0],[1,2,2,1]],"names":["total","a"]}})");
    CHECK(late.result.ok());
    CHECK_EQ(metricName(late.profiles.at(0)->valueTypes[0]), "live_objects");
    CHECK_EQ(late.count("flamebearer.sum_differs"), 1U);
    const Import old = import(
        R"({"flamebearer":{"names":["total","a"],"levels":[[0,3,1,0],[0,2,2,1]],"units":"bytes","format":"single"}})");
    CHECK(old.result.ok());
    CHECK(foldedOf(*old.profiles.at(0)) == (std::map<std::string, std::int64_t> { { "a", 2 }, { "total", 1 } }));
    CHECK_EQ(metricName(old.profiles.at(0)->valueTypes[0]), "custom:value");
    CHECK(import(graph("")).result.ok()); // a range without data
}

TEST(damage_isAnErrorWithItsPlace)
{
    for (const std::string& text :
        { graph("[0,3,0]"), graph("[0,3,0,9]"), graph("[0,3,0,0],[0,1,1]"), graph("[5,3,0,0],[0,1,1,1]"),
            graph("[0,3,0,0],[],[0,1,1,1]"), graph("[9223372036854775807,9223372036854775807,0,0]"),
            graph("[0,3,0,-1]"), graph("[0,3,0,1.5]"), graph("7"), graph("[\"x\"]"),
            graph("[0,3,0,0]", R"("format":7)"), graph("[0,3,0,0]", R"("format":"single")", "1") }) {
        const Import got = import(text);
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::Malformed);
        CHECK(!got.result.ok() && (got.result.error().where.line > 0 || !got.result.error().where.column.empty()));
        CHECK(got.profiles.empty());
    }
    CHECK(import(graph("[0,3,0,0]", R"("format":"triple")")).result.error().code == ErrorCode::Unsupported);
    for (const char* const text : { "", "[]", "{}", R"({"metadata":{}})", "text" }) {
        CHECK(!import(text).result.ok());
    }
    CHECK_EQ(
        import(graph("[0,3,3,1]", R"("format":"single")", "\"a\",\"b\xff\"")).count("flamebearer.invalid_utf8"), 1U);
}

TEST(cuts_keepAWholeGraphOrNothing)
{
    const std::string bytes = *readFile(kGolden + "inuse.json");
    const auto whole = foldedOf(*import(bytes).profiles.at(0));
    bool hasPart = false;
    for (std::size_t size = 1; size + 2 < bytes.size(); ++size) {
        const Import got = import(bytes.substr(0, size));
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::Truncated);
        CHECK(got.profiles.empty() || foldedOf(*got.profiles[0]) == whole);
        hasPart = hasPart || !got.profiles.empty();
    }
    CHECK(hasPart);
}

TEST(detection_needsNamesAndLevels)
{
    CHECK_EQ(score(*readFile(kGolden + "inuse.json")), 100);
    CHECK_EQ(score(*readFile(kGolden + "comparison.json")), 100);
    CHECK_EQ(score(R"({"flamebearer":{"names":["total",)"), 75);
    CHECK_EQ(score(R"({"flamebearer":{}})"), 0);
    CHECK_EQ(score(R"({"names":[],"levels":[]})"), 0);
    CHECK_EQ(score(""), 0);
}

HEAPTOLL_TEST_MAIN
