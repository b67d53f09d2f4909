// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/call_tree.h"
#include "core/analysis/growth.h"
#include "core/analysis/piecewise.h"
#include "core/analysis/trie_walk.h"
#include "tests/support/check.h"
#include "tests/support/stack_profile.h"

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

using namespace heaptoll;
using heaptoll::test::stackProfile;

namespace {

std::string tableText(const Profile& profile, GroupBy by, RuntimeFrames runtime = RuntimeFrames::Keep)
{
    std::string text;
    for (const TopRow& row : topTable(profile, 0, by, runtime).rows) {
        text += row.name + " " + std::to_string(row.self) + "/" + std::to_string(row.total)
            + (row.isInlined ? " inl" : "") + "\n";
    }
    return text;
}

std::string foldedOf(const Profile& profile, const CallTreeOptions& options)
{
    return foldedText(callTree(profile, selfPerNode(profile, 0), options));
}

void checkInvariants(const CallTree& tree)
{
    std::vector<std::int64_t> sums(tree.nodes.size(), 0);
    for (std::size_t i = tree.nodes.size(); i-- > 0;) {
        const CallTree::Node& node = tree.nodes[i];
        CHECK(node.label < tree.labels.size());
        CHECK(i == 0 || node.parent < i);
        CHECK_EQ(node.total, node.self + sums[i]);
        if (i > 0) {
            sums[node.parent] += node.total;
        }
    }
    for (std::size_t i = 2; i < tree.nodes.size(); ++i) {
        if (tree.nodes[i].parent == tree.nodes[i - 1].parent) {
            CHECK(tree.nodes[i].total <= tree.nodes[i - 1].total);
        }
    }
}

/// Self and total per function, the slow and obvious way.
std::map<std::string, std::pair<std::int64_t, std::int64_t>> slowTop(const Profile& profile)
{
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> rows;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        const std::int64_t value = profile.samples.values[0][i];
        std::set<std::string> seen;
        for (NodeId node { profile.samples.stacks[i] }; !node.isNone(); node = profile.stacks.parent(node)) {
            const std::string name(profile.strings.view(profile.frameOf(node).function));
            rows[name].first += seen.empty() ? value : 0;
            rows[name].second += seen.insert(name).second ? value : 0;
        }
    }
    return rows;
}

std::vector<test::StackSample> randomStacks(unsigned seed, std::size_t count, unsigned functions, unsigned depth)
{
    std::mt19937 random(seed);
    std::vector<test::StackSample> samples;
    for (std::size_t i = 0; i < count; ++i) {
        std::string stack = "f0";
        for (std::size_t d = 1 + random() % depth; d-- > 0;) {
            stack += ";f" + std::to_string(random() % functions);
        }
        samples.push_back({ stack, static_cast<std::int64_t>(random() % 100) - 20 });
    }
    return samples;
}

} // namespace

TEST(topCountsALeafOnceAndARecursiveStackOnce)
{
    const auto profile =
        stackProfile({ { "main;a;b;a", 10 }, { "main;b", 5 }, { "main", 1 }, { "main;c", 0 }, { "", 4 } });
    CHECK_EQ(tableText(*profile, GroupBy::Function), "main 1/16\nb 5/15\na 10/10\n");
    const TopTable table = topTable(*profile, 0, GroupBy::Function);
    CHECK_EQ(*table.total, 20); // samples without a stack count in the whole
}

TEST(topMergesLinesAndShowsTheHeaviest)
{
    const auto profile = stackProfile(
        { { "main@m.go:1;f@x.go:10", 3 }, { "main@m.go:2;f@x.go:20", 2 }, { "main@m.go:3;f@x.go:20", 2 } });
    CHECK_EQ(tableText(*profile, GroupBy::Function), "f 7/7\nmain 0/7\n");
    const TopTable table = topTable(*profile, 0, GroupBy::Function);
    CHECK_EQ(table.rows[0].site.line, 20U); // 4 of 7, though no single stack is the largest
    CHECK_EQ(table.rows[0].site.file, "x.go");
    CHECK_EQ(tableText(*profile, GroupBy::Site),
        "f x.go:20 4/4\nf x.go:10 3/3\nmain m.go:1 0/3\nmain m.go:2 0/2\nmain m.go:3 0/2\n");
    CHECK_EQ(tableText(*profile, GroupBy::File), "m.go 0/7\nx.go 7/7\n");
    CHECK_EQ(tableText(*profile, GroupBy::Module), "<unknown> 7/7\n");
}

TEST(topNamesUnknownFunctionsByTheirModule)
{
    const auto profile = stackProfile({ { "main;[/usr/lib/libfoo.so.1]", 3 } });
    CHECK_EQ(tableText(*profile, GroupBy::Function), "[libfoo.so.1] 3/3\nmain 0/3\n");
    CHECK_EQ(tableText(*profile, GroupBy::Module), "/usr/lib/libfoo.so.1 3/3\n<unknown> 0/3\n");
}

TEST(topMarksFunctionsThatWereAlwaysInlined)
{
    const auto profile = stackProfile({ { "main;+f;+g", 3 }, { "main;f", 1 } });
    CHECK_EQ(tableText(*profile, GroupBy::Function), "f 1/4\nmain 0/4\ng 3/3 inl\n");
}

TEST(topKeepsRowsThatCancelOut)
{
    const auto profile = stackProfile({ { "main;f;x", 5 }, { "main;f;y", -5 } });
    CHECK_EQ(tableText(*profile, GroupBy::Function), "x 5/5\nf 0/0\nmain 0/0\ny -5/-5\n");
}

TEST(topNeverWraps)
{
    const std::int64_t max = std::numeric_limits<std::int64_t>::max();
    const auto profile = stackProfile({ { "main;f", max }, { "main;g", max }, { "main;h", -7 } });
    const TopTable table = topTable(*profile, 0, GroupBy::Function);
    CHECK(!table.total.has_value());
    for (const TopRow& row : table.rows) {
        CHECK_EQ(row.total, row.name == "h" ? -7 : max);
    }
    checkInvariants(callTree(*stackProfile({ { "main;f", max } }), std::vector<std::int64_t> { 0, 0, max }, {}));
}

TEST(topFoldsRuntimeFramesIntoTheFirstUserCaller)
{
    const auto profile =
        stackProfile({ { "_start;main;load;std::vector<int>::push_back(int&&);operator new(unsigned long);malloc", 8 },
            { "_start;main;std::sort<int*>(int*, int*);compare;malloc", 2 }, { "_start;malloc", 1 } });
    CHECK_EQ(tableText(*profile, GroupBy::Function, RuntimeFrames::Fold),
        "main 0/10\nload 8/8\ncompare 2/2\n[runtime] 1/1\n");
}

TEST(topEqualsTheObviousWayOnRandomStacks)
{
    for (unsigned seed = 0; seed < 50; ++seed) {
        const auto profile = stackProfile(randomStacks(seed, 200, 1 + seed % 9, 12));
        const auto expected = slowTop(*profile);
        for (const TopRow& row : topTable(*profile, 0, GroupBy::Function).rows) {
            CHECK_EQ(row.self, expected.at(row.name).first);
            CHECK_EQ(row.total, expected.at(row.name).second);
        }
    }
}

TEST(callTreeMergesLinesAndOrdersSiblings)
{
    const auto profile = stackProfile({ { "main@m.go:1;b", 5 }, { "main@m.go:2;b", 5 }, { "main@m.go:2;a", 10 },
        { "main@m.go:2;z", 11 }, { "main@m.go:9;q", 0 } });
    const CallTree tree = callTree(*profile, selfPerNode(*profile, 0), {});
    checkInvariants(tree);
    std::string names;
    for (const CallTree::Node& node : tree.nodes) {
        names += tree.labels[node.label].site.function + " " + std::to_string(node.total) + ",";
    }
    CHECK_EQ(names, "all 31,main 31,z 11,a 10,b 10,");
    CHECK_EQ(tree.labels[tree.nodes[1].label].site.line, 2U);
    CHECK_EQ(foldedText(tree), "main;a 10\nmain;b 10\nmain;z 11\n");
}

TEST(callTreeFoldsRunsOfRuntimeFrames)
{
    const auto profile = stackProfile({ { "main;f;operator new(unsigned long);malloc", 8 }, { "main;f;malloc", 2 },
        { "main;std::sort<int*>(int*, int*);compare;std::swap<int>(int&, int&);malloc", 4 } });
    const CallTreeOptions fold { TreeOrder::TopDown, RuntimeFrames::Fold, false };
    CHECK_EQ(foldedOf(*profile, fold),
        "main;f;2 runtime frames 10\nmain;std::sort<int*>(int*, int*);compare;2 runtime frames 4\n");
    const CallTree tree = callTree(*profile, selfPerNode(*profile, 0), fold);
    checkInvariants(tree);
    std::size_t folded = 0;
    for (const CallTree::LabelInfo& label : tree.labels) {
        folded += label.foldedFrames == 2 && label.isRuntime ? 1U : 0U;
        CHECK_EQ(label.isRuntime, label.foldedFrames > 0 || label.site.function.starts_with("std::"));
    }
    CHECK_EQ(folded, 1U);
    CHECK_EQ(foldedOf(*profile, { TreeOrder::BottomUp, RuntimeFrames::Fold, false }),
        "compare;std::sort<int*>(int*, int*);main 4\nf;main 10\n");
}

TEST(callTreeInvertsForCallers)
{
    const auto profile = stackProfile({ { "main;a;new", 3 }, { "main;b;new", 4 }, { "main;b", 1 } });
    CHECK_EQ(foldedOf(*profile, { TreeOrder::BottomUp, RuntimeFrames::Keep, false }),
        "b;main 1\nnew;a;main 3\nnew;b;main 4\n");
}

TEST(callTreeMergesRecursion)
{
    const auto profile = stackProfile({ { "main;a;b;a;c", 3 }, { "main;a;a;a", 4 }, { "main;a;b;a;b", 1 } });
    CHECK_EQ(
        foldedOf(*profile, { TreeOrder::TopDown, RuntimeFrames::Keep, true }), "main;a 4\nmain;a;b 1\nmain;a;c 3\n");
    CHECK_EQ(
        foldedOf(*profile, { TreeOrder::BottomUp, RuntimeFrames::Keep, true }), "a;main 4\nb;a;main 1\nc;a;main 3\n");
}

TEST(everyTreeKeepsTheWholeOnRandomStacks)
{
    for (unsigned seed = 0; seed < 30; ++seed) {
        const auto profile = stackProfile(randomStacks(seed, 150, 1 + seed % 7, 15));
        const auto self = selfPerNode(*profile, 0);
        for (const TreeOrder order : { TreeOrder::TopDown, TreeOrder::BottomUp }) {
            for (const bool merge : { false, true }) {
                const CallTree tree = callTree(*profile, self, { order, RuntimeFrames::Fold, merge });
                checkInvariants(tree);
                CHECK_EQ(tree.nodes[0].total, *profile->total(0));
            }
        }
    }
}

// Anything quadratic in the depth would run into the time limit of the test as a whole.
TEST(deepRecursionStaysLinear)
{
    std::string stack = "main";
    for (int i = 0; i < 60000; ++i) {
        stack += i % 2 == 0 ? ";even" : ";odd";
    }
    std::vector<test::StackSample> samples { { stack, 7 } };
    for (std::size_t cut = 1; cut < 200; ++cut) {
        samples.push_back({ stack.substr(0, stack.size() - stack.size() / 200 * cut / 10 * 10), 1 });
    }
    const auto profile = stackProfile(samples);
    const auto self = selfPerNode(*profile, 0);
    for (const TopRow& row : topTable(*profile, 0, GroupBy::Function).rows) {
        CHECK(row.total >= 7);
    }
    const CallTree merged = callTree(*profile, self, { TreeOrder::TopDown, RuntimeFrames::Keep, true });
    checkInvariants(merged);
    CHECK(merged.nodes.size() < 10);
    checkInvariants(callTree(*profile, self, {}));
    const CallTree inverted = callTree(*profile, self, { TreeOrder::BottomUp, RuntimeFrames::Keep, false });
    CHECK_EQ(inverted.nodes[0].total, *profile->total(0));
}

TEST(foldedTextHasNoSeparatorsInNames)
{
    const auto profile = stackProfile({ { "a\nb;c d", 1 } });
    CHECK_EQ(foldedOf(*profile, {}), "a b;c d 1\n");
}

TEST(diffClassifiesAndOrdersByDelta)
{
    const auto before = stackProfile({ { "grew", 10 }, { "shrank", 50 }, { "gone", 7 }, { "same", 3 } });
    const auto after = stackProfile({ { "grew", 110 }, { "shrank", 20 }, { "same", 3 }, { "fresh", 7 } });
    std::string text;
    for (const DiffRow& row :
        diffTables(topTable(*before, 0, GroupBy::Function), topTable(*after, 0, GroupBy::Function))) {
        text += row.name + " " + std::to_string(row.before) + ">" + std::to_string(row.after) + " "
            + std::to_string(row.delta) + " " + std::string(name(row.diffClass)) + "\n";
    }
    CHECK_EQ(
        text, "grew 10>110 100 grew\nshrank 50>20 -30 shrank\nfresh 0>7 7 new\ngone 7>0 -7 gone\nsame 3>3 0 same\n");
    const std::int64_t max = std::numeric_limits<std::int64_t>::max();
    TopTable low;
    TopTable high;
    low.rows.push_back({ "x", {}, 0, -max, false });
    high.rows.push_back({ "x", {}, 0, max, false });
    CHECK_EQ(diffTables(low, high)[0].delta, max);
    CHECK_EQ(diffTables(high, low)[0].delta, std::numeric_limits<std::int64_t>::min());
}

TEST(walk_isTheSameForNodesInOrderAndOthers)
{
    //                                        1  2  3  4  5
    const std::vector<std::uint32_t> ordered { 0, 0, 1, 1, 0, 4 };
    const std::vector<std::uint32_t> other { 0, 0, 0, 1, 1, 2 }; // 2 comes before the children of 1
    CHECK(isDepthFirst(ordered));
    CHECK(!isDepthFirst(other));
    const auto walk = [](const std::vector<std::uint32_t>& parents) {
        std::string steps;
        walkDepthFirst(
            parents, [&](std::uint32_t node) { steps += "+" + std::to_string(node); },
            [&](std::uint32_t node) { steps += "-" + std::to_string(node); });
        return steps;
    };
    CHECK_EQ(walk(ordered), "+1+2-2+3-3-1+4+5-5-4");
    CHECK_EQ(walk(other), "+1+3-3+4-4-1+2+5-5-2");
    CHECK_EQ(walk({ 0 }), "");
}

TEST(foldedText_isSortedAsText)
{
    // Names that begin with each other, and characters below the separators: ' ' < '-' < ';' < 'b'.
    const std::vector<std::string> names { "a", "a b", "a-", "ab", "a 1", "a\nb" };
    std::mt19937 random(3);
    std::vector<test::StackSample> samples;
    std::map<std::string, std::int64_t> values;
    for (int i = 0; i < 2000; ++i) {
        std::string stack;
        for (auto depth = 1 + random() % 4; depth > 0; --depth) {
            stack += names[random() % names.size()] + (depth > 1 ? ";" : "");
        }
        samples.push_back({ stack, 1 + static_cast<std::int64_t>(random() % 20) });
        values[stack] += samples.back().value;
    }
    std::vector<std::string> lines;
    for (const auto& [stack, value] : values) {
        std::string line = stack + " " + std::to_string(value);
        std::ranges::replace(line, '\n', ' ');
        lines.push_back(line);
    }
    std::ranges::sort(lines);
    std::string expected;
    for (const std::string& line : lines) {
        expected += line + "\n";
    }
    CHECK_EQ(foldedOf(*stackProfile(samples), {}), expected);
}

TEST(callTree_nodesWithManyChildrenMergeThemAll)
{
    std::vector<test::StackSample> samples;
    for (int round = 0; round < 3; ++round) { // the same children again, at other lines: they merge by function
        for (int child = 0; child < 300; ++child) {
            const std::string name = "f" + std::to_string(child * 7 % 300);
            samples.push_back(
                { "main;" + name + "@a.c:" + std::to_string(round + 1) + ";g" + std::to_string(child % 9), 1 + child });
        }
    }
    const auto profile = stackProfile(samples);
    const CallTree tree = callTree(*profile, selfPerNode(*profile, 0), {});
    checkInvariants(tree);
    CHECK_EQ(tree.nodes.size(), 2U + 300U + 300U);
    std::map<std::string, std::int64_t> expected;
    for (int child = 0; child < 300; ++child) {
        expected["main;f" + std::to_string(child * 7 % 300) + ";g" + std::to_string(child % 9)] += 3 * (1 + child);
    }
    std::string text;
    for (const auto& [stack, value] : expected) {
        text += stack + " " + std::to_string(value) + "\n";
    }
    CHECK_EQ(foldedText(tree), text);
    const CallTree inverted = callTree(*profile, selfPerNode(*profile, 0), { TreeOrder::BottomUp });
    checkInvariants(inverted);
    CHECK_EQ(inverted.nodes.size(), 1U + 9U + 300U + 300U);
}

TEST(foldedText_ofManyLinesIsSorted)
{
    CallTree tree; // more than one run of the sort: 3 x 65,536 lines and some, in descending order
    constexpr std::uint32_t kLines = 200'000;
    tree.labels.resize(kLines + 1);
    tree.nodes.resize(kLines + 1);
    for (std::uint32_t i = 1; i <= kLines; ++i) {
        tree.labels[i].site.function = "f" + std::to_string(1'000'000 - i);
        tree.nodes[i] = { 0, i, 1, 1 };
    }
    const std::string text = foldedText(tree);
    std::size_t lines = 0;
    std::string_view before;
    for (std::size_t at = 0; at < text.size(); ++lines) {
        const std::size_t end = text.find('\n', at);
        const std::string_view line = std::string_view(text).substr(at, end - at);
        CHECK(before < line);
        before = line;
        at = end + 1;
    }
    CHECK_EQ(lines, std::size_t { kLines });
}

TEST(aCancelledTaskGetsNothing)
{
    const auto profile = stackProfile({ { "main;a", 10 }, { "main;b", 10 } });
    const std::vector<std::int64_t> self = selfPerNode(*profile, 0);
    std::stop_source stop;
    const TaskContext task { stop.get_token(), {} };
    const CallTree tree = callTree(*profile, self, {}, task);
    CHECK_EQ(tree.nodes.size(), callTree(*profile, self, {}).nodes.size());
    CHECK_EQ(topTable(*profile, 0, GroupBy::Function, RuntimeFrames::Keep, task).rows.size(), std::size_t { 3 });
    CHECK(!foldedText(tree, task).empty());
    CHECK_EQ(unifySeries({ { Instant {}, profile, true } }, task).pointCount(), std::size_t { 1 });
    stop.request_stop();
    CHECK(callTree(*profile, self, {}, task).nodes.empty());
    CHECK(callTree(*profile, self, { TreeOrder::BottomUp }, task).nodes.empty());
    CHECK(topTable(*profile, 0, GroupBy::Function, RuntimeFrames::Keep, task).rows.empty());
    CHECK(foldedText(tree, task).empty());
    CHECK_EQ(unifySeries({ { Instant {}, profile, true } }, task).pointCount(), std::size_t { 0 });
    const std::vector<double> steps { 1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9 };
    CHECK_EQ(fitPieces(steps, 1).size(), std::size_t { 2 });
    CHECK_EQ(fitPieces(steps, 1, task).size(), std::size_t { 1 });
}

HEAPTOLL_TEST_MAIN
