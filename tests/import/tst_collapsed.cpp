// SPDX-License-Identifier: Apache-2.0
// Compares collapsed stacks with the lines themselves: every stack of every file, added up.
#include "core/sdk/support/metric_words.h"
#include "plugins/collapsed/collapsed_line.h"
#include "plugins/collapsed/collapsed_parser.h"
#include "tests/support/import_run.h"

#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;
namespace fs = std::filesystem;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/collapsed/";
const std::string kData = HEAPTOLL_SOURCE_DIR "/../shared/data/";

using Stacks = std::map<std::string, std::int64_t>; ///< "root;...;leaf;" -> value

/// The lines of a file, by the plainest reading there is: what is behind the last blank is the number.
Stacks linesOf(const std::string& text)
{
    Stacks stacks;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
            line.pop_back();
        }
        const std::size_t blank = line.rfind(' ');
        if (line.empty() || line[0] == '#' || line[0] == '/' || blank == std::string::npos
            || std::isdigit(static_cast<unsigned char>(line[blank + 1])) == 0) {
            continue;
        }
        std::string stack;
        std::istringstream frames(line.substr(0, blank));
        for (std::string frame; std::getline(frames, frame, ';');) {
            stack += frame.find_first_not_of(' ') == frame.npos
                ? ""
                : (frame.ends_with("_[i]") ? frame.substr(0, frame.size() - 4) : frame) + ';';
        }
        stacks[stack] += std::stoll(line.substr(blank + 1));
    }
    return stacks;
}

Stacks stacksOf(const Profile& profile, std::size_t column = 0)
{
    Stacks stacks;
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
        std::string stack;
        for (NodeId node { profile.samples.stacks[row] }; !node.isNone(); node = profile.stacks.parent(node)) {
            stack.insert(0, std::string(profile.strings.view(profile.frameOf(node).function)) + ';');
        }
        stacks[stack] += profile.samples.values[column][row];
    }
    return stacks;
}

std::string unpacked(const std::string& path)
{
    if (!path.ends_with(".xz")) {
        return fileText(path).value_or("");
    }
    FILE* const pipe = popen(("xz -dc '" + path + "'").c_str(), "r");
    std::string text;
    for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
        text += static_cast<char>(c);
    }
    pclose(pipe);
    return text;
}

std::unique_ptr<ImportRun> read(const std::string& text, const std::string& name)
{
    MemorySourceOptions options;
    options.name = name;
    return importText<CollapsedParser>(text, options);
}

/// Returns the number of stacks. A text in UTF-16 is compared with its reading as UTF-8.
std::size_t compareFile(const std::string& path, const std::string& asUtf8 = {})
{
    const std::string text = unpacked(path);
    CHECK(probeText<CollapsedParser>(text).score >= 50);
    const auto run = read(text, path);
    CHECK(run->result.ok());
    const Stacks theirs = linesOf(asUtf8.empty() ? text : asUtf8);
    const Stacks ours = stacksOf(*run->profile());
    CHECK(!theirs.empty());
    CHECK_EQ(ours.size(), theirs.size());
    for (const auto& [stack, value] : theirs) {
        const auto it = ours.find(stack);
        if (it == ours.end() || it->second != value) {
            fail(__FILE__, __LINE__,
                path + ": " + (it == ours.end() ? "no" : std::to_string(it->second)) + " instead of "
                    + std::to_string(value) + " for " + stack);
        }
    }
    return ours.size();
}

} // namespace

TEST(golden_files_have_the_stacks_of_their_lines)
{
    compareFile(kGolden + "orderd-leaky.peak.folded");
    compareFile(kGolden + "orderd-leaky.allocations.folded");
    compareFile(kGolden + "orderd-leaky.pprof.collapsed");
}

TEST(every_file_of_the_shared_data_has_the_stacks_of_its_lines)
{
    std::size_t files = 0;
    std::size_t stacks = 0;
    std::error_code error;
    for (const char* const folder : { "generated/native/heaptrack", "generated/native/tcmalloc" }) {
        for (const auto& entry : fs::recursive_directory_iterator(kData + folder, error)) {
            const std::string path = entry.path().string();
            if (path.find(".folded.") != std::string::npos || path.ends_with("collapsed.txt")) {
                stacks += compareFile(path);
                ++files;
            }
        }
    }
    const std::string speedscope = kData + "thirdparty/jlfwong+speedscope/sample/profiles/stackcollapse/";
    for (const auto& entry : fs::directory_iterator(speedscope, error)) {
        const std::string path = entry.path().string();
        const std::string simple = fileText(speedscope + "simple.txt").value_or("");
        stacks += compareFile(path, path.find("utf16") != std::string::npos ? simple : "");
        ++files;
    }
    if (files == 0) {
        SKIP("no shared data");
    }
    std::cout << files << " files, " << stacks << " stacks\n";
}

TEST(the_name_says_what_is_counted_or_nothing_does)
{
    const std::string text = "main;grow 4096\n";
    const auto metricOf = [&text](const char* name) {
        const auto run = read(text, name);
        const bool isUnknown = run->sink.findIssue("collapsed.unit_unknown") != nullptr;
        const ValueType type = run->profile()->valueTypes.at(0);
        CHECK_EQ(isUnknown, type.metric == Metric::Custom);
        return metricName(type) + ' ' + type.unit;
    };
    CHECK_EQ(metricOf("/data/app.folded.peak.txt"), "peak_bytes bytes");
    CHECK_EQ(metricOf("app.leaked.folded"), "leaked_bytes bytes");
    CHECK_EQ(metricOf("APP.INUSE_SPACE.txt"), "live_bytes bytes");
    CHECK_EQ(metricOf("app-alloc_objects.txt"), "alloc_objects count");
    CHECK_EQ(metricOf("/peak/app.txt"), "custom:value "); // a folder is no name
    CHECK_EQ(metricOf("speaker.txt"), "custom:value ");
    CHECK_EQ(metricOf("peak-or-leaked.txt"), "custom:value "); // two say as much as none
    CHECK_EQ(metricOf("unknown"), "custom:value ");
}

TEST(values_have_many_forms)
{
    const auto value = [](std::string_view text) { return parseCollapsedValue(text); };
    CHECK_EQ(value("12")->value, 12);
    CHECK_EQ(value("+12")->value, 12);
    CHECK_EQ(value("-12")->value, -12);
    CHECK_EQ(value("9223372036854775807")->value, INT64_MAX);
    CHECK(!value("9223372036854775808"));
    CHECK(value("1.5")->isRounded);
    CHECK_EQ(value("1e3")->value, 1000);
    CHECK(!value("1e3")->isRounded);
    for (const char* const wrong : { "", "-", "+", "x", "1x", "inf", "nan", "0x10", "1e999", ".5", "--1", "1-1" }) {
        CHECK(!value(wrong));
    }
}

TEST(lines_have_many_forms)
{
    const auto run = read(fileText(kGolden + "forms.folded").value_or(""), "forms.folded");
    CHECK(run->result.ok());
    CHECK(run->sink.findIssue("collapsed.rounded") != nullptr);
    CHECK(!run->sink.issues.hasDataLoss());
    const Stacks stacks = stacksOf(*run->profile());
    CHECK(stacks
        == Stacks({ { "main;read_[k];copy;", 13 }, { "main;read_[k];", -3 },
            { "main;operator new (unsigned long);", 1000 } }));
    CHECK(inWords(*run->profile()).find("copy|:0i;") != std::string::npos);
}

TEST(two_values_are_before_and_after)
{
    const std::string text = fileText(kGolden + "two-values.diff").value_or("");
    CHECK_EQ(probeText<CollapsedParser>(text).score, 75);
    const auto run = read(text, "two-values.diff");
    CHECK_EQ(totalOf(*run->profile(), "custom:before").value_or(-1), 115);
    CHECK_EQ(totalOf(*run->profile(), "custom:after").value_or(-1), 4080);
    CHECK(stacksOf(*run->profile(), 1).at("main;serve;grow;") == 4000);
    // one line with one number: the other numbers belong to the names
    const auto mixed = read(text + "main;idle 7\n", "mixed");
    CHECK_EQ(stacksOf(*mixed->profile()).at("main;serve;grow 10;"), 4000);
}

TEST(what_is_no_line_is_counted_and_located)
{
    const auto run = read("a;b 1\nhello world\n// said\n;; 3\na;b 2\n", "x");
    const Issue* const issue = run->sink.findIssue("collapsed.bad_line");
    CHECK(issue != nullptr && issue->count == 2 && issue->where.line == 2);
    CHECK_EQ(stacksOf(*run->profile()).at("a;b;"), 3);
    CHECK(read("hello world\n", "x")->result.error().code == ErrorCode::NotRecognized);
    CHECK(read("", "x")->result.error().code == ErrorCode::NotRecognized);
    CHECK_EQ(probeText<CollapsedParser>("main 5\nidle 7\n").score, 0); // no stack of two frames: may be anything
    CHECK_EQ(probeText<CollapsedParser>("a,b\n1,2\n").score, 0);
    CHECK_EQ(probeText<CollapsedParser>("2025-01-31; 5\n2025-02-01; 6\n").score, 0); // a table of times and values
}

TEST(deep_stacks_cost_no_recursion_and_have_a_limit)
{
    std::string deep = "f";
    for (int i = 0; i < 60'000; ++i) {
        deep += ";f";
    }
    const auto run = read(deep + " 1\n", "x");
    CHECK(run->result.ok());
    CHECK(!run->sink.issues.hasDataLoss());
    CHECK(read(deep + ';' + deep + " 1\na;b 2\n", "x")->sink.findIssue("collapsed.bad_line") != nullptr);
}

TEST(cuts_inside_a_line_are_seen_or_said)
{
    const std::string text = fileText(kGolden + "orderd-leaky.peak.folded").value_or("");
    checkCuts<CollapsedParser>(text, 1000, [&text](std::size_t size) {
        const auto run = importText<CollapsedParser>(text.substr(0, size));
        return text[size - 1] == '\n' || run->sink.findIssue("collapsed.no_final_line_break") != nullptr;
    });
}

HEAPTOLL_TEST_MAIN
