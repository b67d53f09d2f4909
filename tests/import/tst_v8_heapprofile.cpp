// SPDX-License-Identifier: Apache-2.0
// V8's sampling heap profiles against sums that an independent reader made of them, and against damage.
#include "core/analysis/call_tree.h"
#include "core/sdk/support/json_text.h"
#include "plugins/v8_heapprofile/v8_heapprofile_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <filesystem>
#include <map>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/v8_heapprofile/";
const std::string kShared = HEAPTOLL_SOURCE_DIR "/../shared/data/";

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
    Result<void> result = V8HeapProfileParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

int score(const std::string& bytes)
{
    return V8HeapProfileParser().probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "x" }).score;
}

std::int64_t numberOf(const std::vector<sdk::JsonValue>& members, std::string_view key)
{
    const sdk::JsonValue* const value = sdk::findJson(members, key);
    return value == nullptr ? -1 : std::stoll(value->text);
}

/// "Cart cartd.js:13", as the oracle names a call: last part of the url, lines from 1.
std::string oracleName(const Profile& profile, const Frame& frame)
{
    const std::string_view function = profile.strings.view(frame.function);
    const std::string_view url = profile.strings.view(frame.file);
    return std::string(function.empty() ? "(anonymous)" : function) + " "
        + std::string(url.substr(url.rfind('/') == std::string_view::npos ? 0 : url.rfind('/') + 1)) + ":"
        + std::to_string(frame.line);
}

/// Compares totals and every row of the oracle; ours may have no larger row beside them.
std::size_t compare(const Profile& profile, const std::string& oracle, const std::string& what)
{
    const auto members = sdk::parseJsonObject(oracle);
    CHECK(members.has_value());
    CHECK_EQ(*profile.total(0), numberOf(*members, "total_self_size"));
    const std::int64_t samples = numberOf(*members, "samples");
    CHECK_EQ(profile.valueTypes.size(), samples > 0 ? 2U : 1U);
    if (samples > 0) {
        CHECK_EQ(*profile.total(1), samples);
    }
    std::map<std::string, std::int64_t> ours;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        const Frame& frame = profile.frameOf(NodeId { std::size_t { profile.samples.stacks[i] } });
        ours[oracleName(profile, frame)] += profile.samples.values[0][i];
    }
    const auto top = sdk::parseJsonObject(sdk::findJson(*members, "top")->text);
    std::int64_t least = INT64_MAX;
    std::map<std::string, std::int64_t> theirs;
    for (const sdk::JsonValue& row : *top) {
        theirs[row.key] = std::stoll(row.text);
        least = std::min(least, theirs[row.key]);
        if (ours[row.key] != theirs[row.key]) {
            fail(__FILE__, __LINE__, what + ": " + row.key + " is " + std::to_string(ours[row.key]));
        }
    }
    for (const auto& [name, bytes] : ours) {
        CHECK(bytes <= least || theirs.contains(name));
    }
    return theirs.size();
}

std::string call(const std::string& name, const std::string& size, const std::string& children = {})
{
    return R"({"callFrame":{"functionName":")" + name + R"(","scriptId":"1","url":"file:///a/b.js","lineNumber":4,)"
        + R"("columnNumber":2},"selfSize":)" + size + R"(,"id":1,"children":[)" + children + "]}";
}
std::string profile(const std::string& calls, const std::string& rest = {})
{
    return R"({"head":)" + call("(root)", "0", calls) + rest + "}";
}

} // namespace

TEST(goldens_areWhatTheOracleSays)
{
    const Import got = import(*readFile(kGolden + "cartd.heapprofile"));
    CHECK(got.result.ok());
    CHECK_EQ(compare(*got.profiles.at(0), *readFile(kGolden + "cartd.oracle.json"), "golden"), 30U);
    CHECK_EQ(got.profiles.at(0)->sampling.periodBytes, 4096);
    CHECK_EQ(got.count("v8_heapprofile.time_missing"), 1U);
    CHECK_EQ(import(*readFile(kGolden + "empty.heapprofile")).profiles.at(0)->samples.size(), 0U);
}

TEST(sharedProfiles_areWhatTheOracleSays)
{
    if (!std::filesystem::exists(kShared)) {
        SKIP("no shared data beside the checkout");
    }
    std::size_t files = 0;
    std::size_t rows = 0;
    for (const char* const kind : { "cartd-leaky/", "cartd-fixed/" }) {
        for (const char* const when : { "mid", "end" }) {
            const std::string folder = kShared + "generated/node/" + kind;
            const Import got = import(*readFile(folder + when + ".heapprofile"));
            CHECK(got.result.ok());
            rows += compare(*got.profiles.at(0), *readFile(folder + "oracle." + when + ".heapprofile.json"), kind);
            ++files;
        }
    }
    const std::string chrome =
        kShared + "thirdparty/jlfwong+speedscope/sample/profiles/Chrome/69/Heap-20181005T144546.heapprofile";
    if (const auto bytes = readFile(chrome)) { // without ids and samples
        const Import got = import(*bytes);
        CHECK(got.result.ok());
        rows += compare(*got.profiles.at(0), *readFile(chrome + ".oracle.json"), "Chrome 69");
        CHECK_EQ(got.profiles.at(0)->sampling.periodBytes, 16384);
        ++files;
    }
    const Import deep = import(*readFile(kShared + "generated/edge/v8/deep.heapprofile"));
    CHECK(deep.result.ok());
    CHECK_EQ(*deep.profiles.at(0)->total(0), 6000);
    CHECK_EQ(deep.profiles.at(0)->stacks.size(), 6001U);
    std::cout << files << " files, " << rows << " rows\n";
}

TEST(keysMayComeInAnyOrder)
{
    const std::string late =
        R"({"children":[],"id":2,"selfSize":7,"callFrame":{"lineNumber":-1,"url":"","functionName":""}})";
    const std::string text = R"({"samples":[],"head":{"children":[)" + late + "," + late
        + R"x(],"selfSize":0,"callFrame":{"functionName":"(root)","extra":{"a":[1]}},"more":null}})x";
    const Import got = import(text);
    CHECK(got.result.ok());
    const Profile& p = *got.profiles.at(0);
    CHECK_EQ(p.samples.size(), 1U); // equal calls of one caller are one
    CHECK_EQ(*p.total(0), 14);
    const TopTable table = topTable(p, 0, GroupBy::Site);
    CHECK_EQ(table.rows.size(), 1U);
    CHECK_EQ(table.rows[0].name, "(anonymous)");
}

TEST(anonymousFunctions_goByTheirPlace)
{
    const Import got = import(profile(call("", "5") + "," + call("named", "6")));
    CHECK(got.result.ok());
    std::map<std::string, std::int64_t> rows;
    for (const TopRow& row : topTable(*got.profiles.at(0), 0, GroupBy::Function).rows) {
        rows[row.name] = row.self;
    }
    CHECK(rows == (std::map<std::string, std::int64_t> { { "file:///a/b.js:5", 5 }, { "named", 6 } }));
}

TEST(aRootWithBytes_isACall)
{
    const Import got =
        import(R"({"head":)" + call("(root)", "9") + R"(,"samples":[{"size":9,"nodeId":1},{"size":3,"nodeId":77}]})");
    CHECK_EQ(*got.profiles.at(0)->total(0), 9);
    CHECK_EQ(*got.profiles.at(0)->total(1), 1);
    CHECK_EQ(got.count("v8_heapprofile.sample_without_call"), 1U);
}

TEST(damage_isAnErrorWithItsPlace)
{
    for (const std::string& text : { profile(call("f", "-1")), profile(call("f", "\"1\"")), profile(call("f", "1.5")),
             profile("7"), profile(call("f", "99999999999999999999")), profile("", R"(,"samples":[1])"),
             profile("", R"(,"samples":[{"size":"x"}])"), profile("") + "x" }) {
        const Import got = import(text);
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::Malformed);
        CHECK(!got.result.ok() && got.result.error().where.line == 1);
        CHECK(got.profiles.empty());
    }
    for (const char* const text : { "", "[]", "{}", R"({"nodes":[]})", "text" }) {
        const Import got = import(text);
        CHECK(!got.result.ok() && got.profiles.empty());
    }
    CHECK_EQ(import(profile(call("f\xff", "1"))).count("v8_heapprofile.invalid_utf8"), 1U);
}

TEST(cuts_keepTheCallsBefore)
{
    const std::string bytes = *readFile(kGolden + "cartd.heapprofile");
    std::int64_t before = 0;
    for (std::size_t i = 1; i < 64; ++i) {
        const Import got = import(bytes.substr(0, bytes.size() * i / 64));
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::Truncated);
        CHECK_EQ(got.profiles.size(), 1U);
        const std::int64_t total = got.profiles.empty() ? 0 : *got.profiles[0]->total(0);
        CHECK(total >= before);
        before = total;
    }
}

TEST(detection_needsCallFramesWithSizes)
{
    CHECK_EQ(score(*readFile(kGolden + "cartd.heapprofile")), 100);
    CHECK_EQ(score(readFile(kGolden + "cartd.heapprofile")->substr(0, 400)), 100);
    CHECK_EQ(score(*readFile(kGolden + "empty.heapprofile")), 100);
    CHECK_EQ(score(R"({"nodes":[{"id":1,"callFrame":{}}]})"), 0);
    CHECK_EQ(score(R"({"head":{"functionName":"","selfSize":0}})"), 0);
    CHECK_EQ(score(R"({"snapshot":{"meta":{}}})"), 0);
    CHECK_EQ(score(""), 0);
}

HEAPTOLL_TEST_MAIN
