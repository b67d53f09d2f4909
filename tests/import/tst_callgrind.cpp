// SPDX-License-Identifier: Apache-2.0
// Compares Valgrind's memory reports with what Memcheck printed, with a second reading of their paragraphs, and with
// the
// same report in Massif's format.
#include "plugins/callgrind/callgrind_parser.h"
#include "plugins/massif/massif_parser.h"
#include "tests/support/import_run.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;
namespace fs = std::filesystem;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/callgrind/";
const std::string kShared = HEAPTOLL_SOURCE_DIR "/../shared/data/";

std::string golden(const char* name)
{
    return fileText(kGolden + name).value_or("");
}

/// The numbers behind a title of Memcheck's output; empty when it is missing.
std::vector<std::int64_t> printed(const std::string& text, const std::string& title)
{
    const std::size_t at = text.find(title + ':');
    std::vector<std::int64_t> numbers;
    std::istringstream words(at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at));
    for (std::string word; words >> word;) {
        std::erase(word, ',');
        if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos) {
            numbers.push_back(std::stoll(word));
        }
    }
    return numbers;
}

using Rows = std::map<std::string, std::vector<std::int64_t>>; ///< stack, root first -> counters of the file

/// The paragraphs of a report, by words alone: the functions and lines of a stack, and the costs of its last line.
Rows paragraphsOf(const std::string& text)
{
    Rows rows;
    std::map<std::string, std::string> names;
    std::istringstream in(text.substr(text.find("\nevents:")));
    std::string line;
    std::getline(in, line);
    std::getline(in, line);
    std::string stack;
    std::string function;
    std::vector<std::string> last;
    bool isCall = false;
    for (; std::getline(in, line);) {
        const std::size_t name = line.starts_with("fn=") ? 3 : line.starts_with("cfn=") ? 4 : 0;
        if (name > 0) {
            const std::string id = line.substr(name, line.find(')') - name + 1);
            if (line.find(") ") != std::string::npos) {
                names[id] = line.substr(line.find(") ") + 2);
            }
            function = name == 3 ? names[id] : function;
        } else if (line.starts_with("calls=")) {
            isCall = true;
        } else if (!line.empty() && std::isdigit(static_cast<unsigned char>(line[0])) != 0) {
            std::istringstream words(line);
            last.assign(std::istream_iterator<std::string>(words), {});
            if (isCall || last.size() > 1) {
                stack += function + ':' + last[0] + ';';
            }
            isCall = false;
        } else if (line.empty() && !stack.empty()) {
            auto& row = rows[stack];
            row.resize(last.size() - 1, 0);
            for (std::size_t i = 1; i < last.size(); ++i) {
                row[i - 1] += std::stoll(last[i]);
            }
            stack.clear();
        }
    }
    return rows;
}

std::string stackInWords(const Profile& profile, NodeId stack)
{
    std::string words;
    for (NodeId node = stack; !node.isNone(); node = profile.stacks.parent(node)) {
        const Frame& frame = profile.frameOf(node);
        std::string function(profile.strings.view(frame.function));
        function = function == "(unknown)" ? "UnknownFn???" : function;
        words.insert(0, function + ':' + std::to_string(frame.line) + ';');
    }
    return words;
}

/// Every row of a report whose columns are its first counters. Returns the rows compared.
std::size_t compareRows(const std::string& text, const Profile& profile, const std::vector<std::string>& metrics,
    const std::vector<std::vector<std::size_t>>& plus)
{
    const Rows theirs = paragraphsOf(text);
    Rows ours;
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
        auto& values = ours[stackInWords(profile, NodeId { profile.samples.stacks[row] })];
        values.resize(metrics.size(), 0);
        for (std::size_t k = 0; k < profile.valueTypes.size(); ++k) {
            const auto it = std::ranges::find(metrics, metricName(profile.valueTypes[k]));
            if (it != metrics.end()) {
                values[static_cast<std::size_t>(it - metrics.begin())] += profile.samples.values[k][row];
            }
        }
    }
    CHECK_EQ(ours.size(), theirs.size());
    for (const auto& [stack, values] : theirs) {
        std::vector<std::int64_t> expected;
        for (const std::vector<std::size_t>& sum : plus) {
            expected.push_back(0);
            for (const std::size_t index : sum) {
                expected.back() += values.at(index);
            }
        }
        if (ours[stack] != expected) {
            fail(__FILE__, __LINE__, "other values for " + stack);
        }
    }
    return theirs.size();
}

void compareLeaks(const std::string& text, const std::string& print)
{
    CHECK_EQ(probeText<CallgrindParser>(text).score, 100);
    const auto run = importText<CallgrindParser>(text);
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    const Profile& profile = *run->profile();
    const auto total = [&profile](const char* metric) { return totalOf(profile, metric).value_or(-1); };
    CHECK_EQ(total("leaked_bytes"), printed(print, "in use at exit").at(0));
    CHECK_EQ(total("custom:leaked_objects"), printed(print, "in use at exit").at(1));
    CHECK_EQ(total("custom:definitely_lost_bytes"), printed(print, "definitely lost").at(0));
    CHECK_EQ(total("custom:indirectly_lost_bytes"), printed(print, "indirectly lost").at(0));
    CHECK_EQ(total("custom:possibly_lost_bytes"), printed(print, "possibly lost").at(0));
    CHECK_EQ(total("custom:reachable_bytes"), printed(print, "still reachable").at(0));
    // RB PB IB DB DIB
    compareRows(text, profile,
        { "custom:reachable_bytes", "custom:possibly_lost_bytes", "custom:indirectly_lost_bytes",
            "custom:lost_with_indirect_bytes" },
        { { 0 }, { 1 }, { 2 }, { 3 } });
}

} // namespace

TEST(leak_reports_agree_with_memcheck)
{
    compareLeaks(golden("leak.kcg"), golden("leak.txt"));
    const std::string shared = kShared + "generated/native/memcheck/orderd-leaky";
    if (!fs::exists(shared + ".xtleak.kcg")) {
        SKIP("no shared data");
    }
    compareLeaks(fileText(shared + ".xtleak.kcg").value_or(""), fileText(shared + ".txt").value_or(""));
}

TEST(memory_reports_agree_with_memcheck)
{
    const std::string text = golden("memory-full.kcg");
    const auto run = importText<CallgrindParser>(text);
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    const Profile& profile = *run->profile();
    const std::string print = golden("memory-full.txt");
    CHECK_EQ(totalOf(profile, "live_bytes").value_or(-1), printed(print, "in use at exit").at(0));
    CHECK_EQ(totalOf(profile, "live_objects").value_or(-1), printed(print, "in use at exit").at(1));
    CHECK_EQ(totalOf(profile, "alloc_bytes").value_or(-1), printed(print, "total heap usage").at(2));
    CHECK_EQ(totalOf(profile, "alloc_objects").value_or(-1), printed(print, "total heap usage").at(0));
    CHECK_EQ(totalOf(profile, "custom:freed_objects").value_or(-1), printed(print, "total heap usage").at(1));
    const std::size_t rows = compareRows(text, profile,
        { "live_bytes", "live_objects", "alloc_bytes", "alloc_objects", "custom:freed_bytes", "custom:freed_objects" },
        { { 0 }, { 1 }, { 2 }, { 3 }, { 4 }, { 5 } });
    CHECK(rows > 5);
    const std::string words = inWords(profile);
    CHECK(words.find("grow(int)|/src/t.cpp:5;leaf(int)|/src/t.cpp:6;main|/src/t.cpp:8; 4780 40 4780 40 0 0\n")
        != std::string::npos);
    CHECK_EQ(profile.command, "./alloc");
}

TEST(the_report_of_live_memory_is_the_one_of_allocations)
{
    const auto allocs = importText<CallgrindParser>(golden("memory-allocs.kcg"));
    const auto full = importText<CallgrindParser>(golden("memory-full.kcg"));
    CHECK(allocs->result.ok());
    CHECK_EQ(*totalOf(*allocs->profile(), "live_bytes"), *totalOf(*full->profile(), "live_bytes"));
    CHECK_EQ(allocs->profile()->valueTypes.size(), std::size_t { 2 });
}

TEST(the_same_report_in_massifs_format_has_the_same_totals)
{
    const std::string text = fileText(HEAPTOLL_SOURCE_DIR "/tests/golden/massif/memory-full.xtree.ms").value_or("");
    const auto massif = importText<MassifParser>(text);
    const auto callgrind = importText<CallgrindParser>(golden("memory-full.kcg"));
    CHECK(massif->result.ok());
    CHECK(massif->sink.issues.all().empty());
    CHECK(massif->profile()->timeline == nullptr);
    CHECK(massif->profile()->valueTypes == callgrind->profile()->valueTypes);
    for (const ValueType& type : callgrind->profile()->valueTypes) {
        CHECK_EQ(*totalOf(*massif->profile(), metricName(type)), *totalOf(*callgrind->profile(), metricName(type)));
    }
}

TEST(other_files_in_this_format_are_refused_by_name)
{
    const std::string cpu = golden("cpu.callgrind.out");
    CHECK_EQ(probeText<CallgrindParser>(cpu).score, 100);
    const auto run = importText<CallgrindParser>(cpu);
    CHECK(run->result.error().code == ErrorCode::Unsupported);
    CHECK(run->result.error().message.find("callgrind-3.19.0") != std::string::npos);
    CHECK(run->profiles.empty());
    const std::string pprof =
        "positions: instr line\nevents: inuse_space(MB)\n\nob=\nfl=(1) a.go\nfn=(1) f\n0x2000 2 62\n";
    CHECK_EQ(probeText<CallgrindParser>(pprof).score, 75);
    CHECK(importText<CallgrindParser>(pprof)->result.error().code == ErrorCode::Unsupported);
    const auto real = fileText(kShared + "thirdparty/google+pprof/internal/driver/testdata/pprof.heap.callgrind");
    if (real) {
        CHECK(importText<CallgrindParser>(*real)->result.error().code == ErrorCode::Unsupported);
    }
    CHECK(importText<CallgrindParser>("hello\n")->result.error().code == ErrorCode::NotRecognized);
    CHECK(importText<CallgrindParser>("")->result.error().code == ErrorCode::NotRecognized);
    CHECK_EQ(probeText<CallgrindParser>("").score, 0);
}

TEST(damage_is_located)
{
    const std::string text = golden("memory-full.kcg");
    const auto lost = [](const std::string& damaged, const char* code) {
        const auto run = importText<CallgrindParser>(damaged);
        const Issue* const issue = run->sink.findIssue(code);
        CHECK(run->result.ok());
        CHECK(issue != nullptr && issue->severity == Severity::DataLoss && issue->where.line > 0);
        CHECK(run->sink.findIssue("callgrind.totals_disagree") != nullptr);
    };
    lost(replaced(text, "5 4780 40 4780", "5 4781 40 4780"), "callgrind.stack_lost");
    lost(replaced(text, "5 0 0 10000", "5 0 0 1000x"), "callgrind.stack_lost");
    lost(replaced(text, "fn=(5)\n6\n", "fn=(6)\n6\n"), "callgrind.stack_lost");
    lost(replaced(text, "calls=0 6\n", "cals=0 6\n"), "callgrind.stack_lost");
    lost(replaced(text, "cfn=(5) leaf(int)", "cfn=(99)"), "callgrind.stack_lost");
    const auto run = importText<CallgrindParser>(replaced(text, "totals: 9780", "totals: 9781"));
    CHECK(run->sink.findIssue("callgrind.totals_disagree") != nullptr);
    const auto deep = [] {
        std::string body =
            "# callgrind format\nversion: 1\ncreator: xtree-1\npositions: line\nevents: curB\nfl=(1) a\n";
        for (int i = 0; i < 5000; ++i) {
            body += "fn=(1) f\n1\ncfi=(1)\ncfn=(1)\ncalls=0 1\n1 7\n";
        }
        return body + "fn=(1)\n1 7\n\ntotals: 7\n";
    }();
    CHECK(importText<CallgrindParser>(deep)->sink.findIssue("callgrind.stack_lost") != nullptr);
}

TEST(cut_reports_miss_their_totals)
{
    const std::string text = golden("memory-full.kcg");
    checkCuts<CallgrindParser>(text, 3000, [](std::size_t) { return false; });
    const auto half = importText<CallgrindParser>(text.substr(0, text.size() / 2));
    CHECK(half->result.error().code == ErrorCode::Truncated);
    CHECK(half->profile() != nullptr && half->profile()->samples.size() > 0);
}

HEAPTOLL_TEST_MAIN
