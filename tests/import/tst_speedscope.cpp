// SPDX-License-Identifier: Apache-2.0
// speedscope files: what they say, by hand and by a second reading; what Heaptoll itself exports comes back.
#include "core/analysis/call_tree.h"
#include "core/export/flame.h"
#include "core/sdk/support/json_text.h"
#include "plugins/massif/massif_parser.h"
#include "plugins/speedscope/speedscope_parser.h"
#include "tests/support/import_run.h"

#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/speedscope/";

std::string golden(const char* name)
{
    return fileText(kGolden + name).value_or("");
}

using Stacks = std::map<std::string, std::int64_t>; ///< "root;leaf;" -> value

Stacks stacksOf(const Profile& profile, std::size_t column)
{
    Stacks stacks;
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
        std::string stack;
        for (NodeId node { profile.samples.stacks[row] }; !node.isNone(); node = profile.stacks.parent(node)) {
            stack.insert(0, std::string(profile.strings.view(profile.frameOf(node).function)) + ';');
        }
        if (const std::int64_t value = profile.samples.values[column][row]; value != 0) {
            stacks[stack] += value;
        }
    }
    return stacks;
}

std::string sampled(const std::string& samples, const std::string& weights)
{
    return R"({"$schema":"https://www.speedscope.app/file-format-schema.json",)"
           R"("shared":{"frames":[{"name":"a"},{"name":"b"}]},)"
           R"("profiles":[{"type":"sampled","name":"x","unit":"bytes","startValue":0,"endValue":1,"samples":)"
        + samples + R"(,"weights":)" + weights + "}]}";
}

} // namespace

TEST(profiles_of_one_file_are_metrics_of_one_profile)
{
    const std::string text = golden("memory-and-allocations.json");
    CHECK_EQ(probeText<SpeedscopeParser>(text).score, 100);
    const auto run = importText<SpeedscopeParser>(text);
    CHECK(run->result.ok());
    CHECK_EQ(run->profiles.size(), std::size_t { 1 });
    const Profile& profile = *run->profile();
    CHECK_EQ(metricName(profile.valueTypes.at(0)), "custom:Memory");
    CHECK(isBytes(profile.valueTypes.at(0)));
    CHECK_EQ(metricName(profile.valueTypes.at(1)), "custom:Allocations");
    CHECK(stacksOf(profile, 0) == Stacks({ { "<module>;serve;remember;", 5120 }, { "<module>;load;", 100 } }));
    CHECK(stacksOf(profile, 1) == Stacks({ { "<module>;serve;remember;", 3 }, { "<module>;load;", 1 } }));
    CHECK(inWords(profile).find("remember|cache.py:7;serve|shop.py:31;<module>|shop.py:40;") != std::string::npos);
    CHECK(run->sink.findIssue("speedscope.unit_unknown") != nullptr); // of the second: "none" is no unit
}

TEST(events_weigh_what_is_open_between_them)
{
    const std::string text = golden("evented.json");
    CHECK_EQ(probeText<SpeedscopeParser>(text).score, 75);
    const auto run = importText<SpeedscopeParser>(text);
    CHECK(run->result.ok());
    CHECK(!run->sink.issues.hasDataLoss());
    const Profile& profile = *run->profile();
    CHECK_EQ(metricName(profile.valueTypes.at(0)), "live_bytes"); // its name says inuse_space
    CHECK_EQ(profile.valueTypes.size(), std::size_t { 1 });
    CHECK(run->sink.findIssue("speedscope.time_profile") != nullptr);
    CHECK(stacksOf(profile, 0) == Stacks({ { "main;", 20 }, { "main;grow \xe2\x80\x94 twice;", 40 } }));
}

TEST(what_we_export_comes_back)
{
    const auto massif = importText<MassifParser>(
        fileText(HEAPTOLL_SOURCE_DIR "/tests/golden/massif/orderd-fixed.massif.out").value_or(""));
    const Profile& original = *massif->profile();
    FlameReport report;
    report.tree = callTree(original, selfPerNode(original, 0), {}, {});
    report.type = original.valueTypes[0];
    report.title = "peak_bytes of orderd";
    const std::string text = flameSpeedscope(report);
    CHECK_EQ(probeText<SpeedscopeParser>(text).score, 100);
    const auto run = importText<SpeedscopeParser>(text);
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    CHECK(totalOf(*run->profile(), "peak_bytes") == totalOf(original, "peak_bytes"));
    Stacks exported;
    std::istringstream folded(foldedText(report.tree));
    for (std::string line; std::getline(folded, line);) {
        exported[line.substr(0, line.rfind(' ')) + ';'] += std::stoll(line.substr(line.rfind(' ')));
    }
    CHECK(!exported.empty());
    CHECK(stacksOf(*run->profile(), 0) == exported);
}

TEST(profiles_of_time_are_refused_by_name)
{
    const auto run = importText<SpeedscopeParser>(replaced(sampled("[[0]]", "[1]"), "\"bytes\"", "\"seconds\""));
    CHECK(run->result.error().code == ErrorCode::Unsupported);
    CHECK(run->profiles.empty());
}

TEST(an_empty_list_is_an_empty_profile)
{
    const auto run = importText<SpeedscopeParser>(R"({"shared":{"frames":[]},"profiles":[]})");
    CHECK(run->result.ok());
    CHECK_EQ(run->profile()->samples.size(), std::size_t { 0 });
    CHECK_EQ(run->profile()->valueTypes.size(), std::size_t { 1 });
    CHECK(importText<SpeedscopeParser>("{}")->result.error().code == ErrorCode::NotRecognized);
}

TEST(damage_is_located)
{
    const auto lost = [](const std::string& text, const char* code) {
        const auto run = importText<SpeedscopeParser>(text);
        const Issue* const issue = run->sink.findIssue(code);
        CHECK(run->result.ok());
        CHECK(issue != nullptr && issue->severity == Severity::DataLoss && issue->where.line > 0);
    };
    lost(sampled("[[0,1],[0]]", "[5]"), "speedscope.weights_missing");
    lost(sampled("[[0,7]]", "[5]"), "speedscope.frame_missing");
    lost(sampled("[[0]]", "[1e300]"), "speedscope.weight_too_large");
    lost(replaced(sampled("[[0]]", "[5]"), "\"sampled\"", "\"simpled\""), "speedscope.profile_type");
    lost(replaced(golden("evented.json"), "\"C\", \"frame\": 1, \"at\": 40", "\"C\", \"frame\": 0, \"at\": 40"),
        "speedscope.unbalanced");
    lost(replaced(golden("evented.json"), "\"at\": 50", "\"at\": 30"), "speedscope.unbalanced");
    CHECK(importText<SpeedscopeParser>(sampled("[[0]]", "[1.5]"))->sink.findIssue("speedscope.rounded") != nullptr);
    const auto codeOf = [](const std::string& text) { return importText<SpeedscopeParser>(text)->result.error().code; };
    CHECK(codeOf(sampled("[[-1]]", "[5]")) == ErrorCode::Malformed);
    CHECK(codeOf(sampled("[[99999999999]]", "[5]")) == ErrorCode::Malformed);
    CHECK(codeOf(sampled("[0]", "[5]")) == ErrorCode::Malformed);
    CHECK(codeOf(sampled("[[0]]", "[\"5\"]")) == ErrorCode::Malformed);
}

TEST(deep_stacks_cost_no_recursion)
{
    std::string deep = "[0";
    for (int i = 0; i < 100'000; ++i) {
        deep += ",0";
    }
    const auto run = importText<SpeedscopeParser>(sampled('[' + deep + "]]", "[7]"));
    CHECK(run->result.ok());
    CHECK_EQ(totalOf(*run->profile(), "custom:x").value_or(-1), 7);
    std::string open(100'000, '[');
    CHECK(!importText<SpeedscopeParser>(sampled(open, "[7]"))->result.ok());
}

TEST(cut_files_keep_whole_profiles)
{
    const std::string text = golden("memory-and-allocations.json");
    checkCuts<SpeedscopeParser>(text, 2000, [&](std::size_t size) { return size + 1 >= text.size(); });
    const auto run = importText<SpeedscopeParser>(text.substr(0, text.find("\"Allocations\"")));
    CHECK(run->result.error().code == ErrorCode::Truncated);
    CHECK_EQ(totalOf(*run->profile(), "custom:Memory").value_or(-1), 5220);
}

HEAPTOLL_TEST_MAIN
