// SPDX-License-Identifier: Apache-2.0
// tracemalloc snapshots against what CPython's own statistics() said of them, and against damage.
#include "core/analysis/call_tree.h"
#include "plugins/tracemalloc/stack_order.h"
#include "plugins/tracemalloc/tracemalloc_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/test_sink.h"

#include <filesystem>
#include <map>
#include <random>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;
namespace p = heaptoll::test::pickle;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/tracemalloc/";
const std::string kShared = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/";

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
    Result<void> result = TracemallocParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

using Sums = std::map<std::string, std::pair<std::int64_t, std::int64_t>>; ///< bytes and count of a place or stack

std::string placeOf(const Profile& profile, NodeId node)
{
    const Frame& frame = profile.frameOf(node);
    return std::string(profile.strings.view(frame.file)) + ":" + std::to_string(frame.line);
}

/// What statistics(key, cumulative) groups by, worked out again from the samples.
struct Statistics {
    Sums line;
    Sums file;
    Sums cumulative; ///< CPython counts a line as often as it is on a stack
    Sums stack;
    std::int64_t bytes = 0;
    std::int64_t count = 0;
};

Statistics statisticsOf(const Profile& profile)
{
    Statistics all;
    const auto add = [](Sums& sums, const std::string& key, std::int64_t bytes, std::int64_t count) {
        sums[key].first += bytes;
        sums[key].second += count;
    };
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        const NodeId leaf { std::size_t { profile.samples.stacks[i] } };
        const std::int64_t bytes = profile.samples.values[0][i];
        const std::int64_t count = profile.samples.values[1][i];
        all.bytes += bytes;
        all.count += count;
        std::string stack;
        for (NodeId node = leaf; !node.isNone(); node = profile.stacks.parent(node)) {
            stack = placeOf(profile, node) + "\n" + stack;
            add(all.cumulative, placeOf(profile, node), bytes, count);
        }
        add(all.stack, stack, bytes, count);
        add(all.line, placeOf(profile, leaf), bytes, count);
        add(all.file, std::string(profile.strings.view(profile.frameOf(leaf).file)) + ":0", bytes, count);
    }
    return all;
}

/// The sections of a stored report: heading -> rows.
struct Report {
    std::map<std::string, Sums> sections;
    std::int64_t traces = 0;
    std::int64_t bytes = 0;
};

std::int64_t numberAfter(const std::string& line, const std::string& key)
{
    return std::stoll(line.substr(line.find(key) + key.size()));
}

Report readReport(const std::string& text)
{
    Report report;
    std::istringstream lines(text);
    std::string line;
    std::string section;
    std::pair<std::int64_t, std::int64_t> row;
    std::string place;
    const auto flush = [&] {
        if (!place.empty()) {
            const bool isStack = section.find("traceback") != std::string::npos;
            report.sections[section][isStack ? place : place.substr(0, place.size() - 1)] = row;
        }
        place.clear();
    };
    while (std::getline(lines, line)) {
        if (line.starts_with("traceback_limit=")) {
            report.traces = numberAfter(line, "traces=");
            report.bytes = numberAfter(line, "total_size=");
        } else if (line.starts_with("== ")) {
            flush();
            section = line;
        } else if (line.starts_with("size=")) {
            flush();
            row = { numberAfter(line, "size="), numberAfter(line, "count=") };
        } else if (line.starts_with("    ")) {
            place += line.substr(4) + "\n";
        }
    }
    flush();
    return report;
}

/// Every row of the report is ours, and ours has no larger row that the report lacks.
std::size_t compare(const Sums& ours, const Sums& theirs, const std::string& what)
{
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (const auto& [key, row] : theirs) {
        least = std::min(least, row.first);
        const auto it = ours.find(key);
        if (it == ours.end() || it->second != row) {
            fail(__FILE__, __LINE__, what + ": " + key + " is not " + std::to_string(row.first));
        }
    }
    for (const auto& [key, row] : ours) {
        if (row.first > least && !theirs.contains(key)) {
            fail(__FILE__, __LINE__, what + ": " + key + " is not in the report");
        }
    }
    return theirs.size();
}

std::size_t compareReport(const Profile& profile, const std::string& text, const std::string& what)
{
    const Report report = readReport(text);
    const Statistics ours = statisticsOf(profile);
    CHECK_EQ(report.traces, ours.count);
    CHECK_EQ(report.bytes, ours.bytes);
    CHECK_EQ(*profile.total(0), report.bytes);
    CHECK_EQ(*profile.total(1), report.traces);
    std::size_t rows = 0;
    for (const auto& [section, sums] : report.sections) {
        const bool isCumulative = section.find("cumulative=True") != std::string::npos;
        const Sums& mine = section.find("traceback") != std::string::npos ? ours.stack
            : section.find("filename") != std::string::npos               ? ours.file
            : isCumulative                                                ? ours.cumulative
                                                                          : ours.line;
        rows += compare(mine, sums, what + " " + section);
    }
    // What the program shows: a row per line, although no function has a name.
    const TopTable table = topTable(profile, 0, GroupBy::Function);
    std::map<std::string, std::int64_t> self;
    for (const TopRow& row : table.rows) {
        self[row.name] = row.self;
    }
    for (const auto& [place, row] : ours.line) {
        CHECK_EQ(self[place], row.first);
    }
    return rows;
}

std::string frame(const std::string& file, std::int64_t line)
{
    return p::tuple({ p::text(file), p::integer(line) });
}
std::string trace(std::int64_t domain, std::int64_t size, const std::string& frames, std::int64_t depth)
{
    return p::tuple({ p::integer(domain), p::integer(size), frames, p::integer(depth) });
}
std::string snapshot(const std::string& traces, const std::string& rest = {})
{
    const std::string inner = p::object("tracemalloc", "_Traces", p::dict({ p::text("_traces"), traces }));
    return p::proto(2)
        + p::object(
            "tracemalloc", "Snapshot", p::dict({ p::text("traces"), inner, p::text("traceback_limit"), p::integer(8) }))
        + "." + rest;
}

} // namespace

TEST(goldens_areWhatCPythonSays)
{
    const Import got = import(*readFile(kGolden + "feed.T00.tracemalloc"));
    CHECK(got.result.ok() && got.profiles.size() == 1);
    CHECK(compareReport(*got.profiles[0], *readFile(kGolden + "feed.T00.statistics.txt"), "feed.T00") > 10);
    CHECK(!got.profiles[0]->time);
    CHECK_EQ(got.count("tracemalloc.time_missing"), 1U);
}

TEST(sharedSnapshots_areWhatCPythonSays)
{
    if (!std::filesystem::exists(kShared + "python")) {
        SKIP("no shared data beside the checkout");
    }
    std::size_t files = 0;
    std::size_t rows = 0;
    for (const char* const kind : { "feed-leaky/", "feed-fixed/" }) {
        for (int i = 0; i < 12; ++i) {
            const std::string number = (i < 10 ? "T0" : "T") + std::to_string(i);
            const std::string folder = kShared + "python/" + kind;
            const auto bytes = readFile(folder + "snap." + number + ".tracemalloc");
            const auto report = readFile(folder + "oracle." + number + ".statistics.txt");
            CHECK(bytes && report);
            if (bytes && report) {
                const Import got = import(*bytes);
                CHECK(got.result.ok() && got.profiles.size() == 1);
                rows += compareReport(*got.profiles.at(0), *report, kind + number);
                ++files;
            }
        }
    }
    std::cout << files << " snapshots, " << rows << " rows\n";
    CHECK_EQ(files, 24U);
}

TEST(differences_areWhatCPythonSays)
{
    if (!std::filesystem::exists(kShared + "python")) {
        SKIP("no shared data beside the checkout");
    }
    for (const char* const kind : { "feed-leaky/", "feed-fixed/" }) {
        const std::string folder = kShared + "python/" + kind;
        const Import first = import(*readFile(folder + "snap.T00.tracemalloc"));
        const Import last = import(*readFile(folder + "snap.T11.tracemalloc"));
        const Statistics before = statisticsOf(*first.profiles.at(0));
        const Statistics after = statisticsOf(*last.profiles.at(0));
        const auto minus = [](Sums now, const Sums& then) {
            for (const auto& [key, row] : then) {
                now[key].first -= row.first;
                now[key].second -= row.second;
            }
            return now;
        };
        std::istringstream lines(*readFile(folder + "oracle.compare_first_last.txt"));
        std::string line;
        std::string place;
        std::pair<std::int64_t, std::int64_t> row;
        bool isStack = false;
        std::size_t rows = 0;
        const Sums lineDiff = minus(after.line, before.line);
        const Sums stackDiff = minus(after.stack, before.stack);
        const auto check = [&] {
            if (!place.empty()) {
                const Sums& ours = isStack ? stackDiff : lineDiff;
                const auto it = ours.find(isStack ? place : place.substr(0, place.size() - 1));
                CHECK(it != ours.end() && it->second == row);
                ++rows;
            }
            place.clear();
        };
        while (std::getline(lines, line)) {
            if (line.starts_with("== ")) {
                check();
                isStack = line.find("traceback") != std::string::npos;
            } else if (line.starts_with("size_diff=")) {
                check();
                row = { numberAfter(line, "size_diff="), numberAfter(line, "count_diff=") };
            } else if (line.starts_with("    ")) {
                place += line.substr(4) + "\n";
            }
        }
        check();
        std::cout << kind << ' ' << rows << " rows\n";
        CHECK_EQ(rows, 40U);
    }
}

TEST(everyProtocol_andOlderTraces_areRead)
{
    for (const char* const name : { "protocol2", "protocol4", "protocol5" }) {
        const std::string bytes = *readFile(kGolden + name + ".pickle");
        const Import got = import(bytes);
        CHECK(got.result.ok());
        CHECK_EQ(*got.profiles.at(0)->total(0), 277);
        CHECK_EQ(*got.profiles.at(0)->total(1), 2);
        const Statistics all = statisticsOf(*got.profiles.at(0));
        CHECK(all.stack.contains("b.py:20\na.py:10\n")); // the most recent call comes first in the file
    }
    const std::string frames = p::tuple({ frame("a.py", 1) });
    const Import old = import(snapshot(p::list({ p::tuple({ p::integer(5), frames }),
        p::tuple({ p::integer(0), p::integer(6), frames }), trace(0, 7, frames, 3) })));
    CHECK(old.result.ok());
    CHECK_EQ(*old.profiles.at(0)->total(0), 18);
    CHECK_EQ(old.profiles.at(0)->samples.size(), 1U);
    CHECK_EQ(old.count("tracemalloc.stacks_cut"), 1U);
}

TEST(domains_areLabels)
{
    const std::string frames = p::tuple({ frame("a.py", 1) });
    const Import got =
        import(snapshot(p::list({ trace(0, 5, frames, 1), trace(389047, 6, frames, 1), trace(389047, 1, frames, 1) })));
    const Profile& profile = *got.profiles.at(0);
    CHECK_EQ(profile.samples.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto labels = profile.labels.at(LabelSetId { std::size_t { profile.samples.labels[i] } });
        CHECK_EQ(profile.samples.values[0][i], labels.empty() ? 5 : 7);
        CHECK(labels.empty() || labels[0].number == 389047);
    }
}

TEST(badTraces_areLeftOutAndSaid)
{
    const std::string good = p::tuple({ frame("a.py", 1) });
    const std::vector<std::string> bad { p::integer(1), p::tuple({}), trace(0, -1, good, 1), trace(-1, 1, good, 1),
        p::tuple({ p::integer(0), p::text("x"), good }), trace(0, 1, p::list({ frame("a.py", 1) }), 1),
        trace(0, 1, p::tuple({}), 0), trace(0, 1, p::tuple({ frame("a.py", -1) }), 1),
        trace(0, 1, p::tuple({ frame("a.py", std::int64_t { 1 } << 32U) }), 1),
        trace(0, 1, p::tuple({ p::integer(1) }), 1), trace(0, 1, p::tuple({ p::tuple({ p::text("a.py") }) }), 1),
        trace(0, 1, frame("a.py", 1), 1), p::list({ p::integer(0), p::integer(1), good, p::integer(1) }) };
    for (const std::string& one : bad) {
        const Import got = import(snapshot(p::list({ one, trace(0, 3, good, 1) })));
        CHECK(got.result.ok());
        CHECK_EQ(*got.profiles.at(0)->total(0), 3);
        CHECK_EQ(got.count("tracemalloc.bad_trace"), 1U);
    }
    // One tuple as a place and as a stack: each is what it is.
    const std::string twice = p::proto(4)
        + p::object("tracemalloc", "Snapshot",
            p::dict({ p::text("traces"),
                p::object("tracemalloc", "_Traces",
                    p::dict({ p::text("_traces"),
                        p::list({ trace(0, 1, p::tuple({ frame("a.py", 1) + "\x94" }), 1),
                            trace(0, 2, std::string("h\0", 2), 1) }) })) }))
        + ".";
    const Import shared = import(twice);
    CHECK_EQ(*shared.profiles.at(0)->total(0), 1);
    CHECK_EQ(shared.count("tracemalloc.bad_trace"), 1U);
}

TEST(sumsThatDoNotFit_areCappedAndSaid)
{
    const std::string frames = p::tuple({ frame("a.py", 1) });
    const Import got = import(snapshot(p::list({ trace(0, INT64_MAX, frames, 1), trace(0, 1, frames, 1) })));
    CHECK(got.result.ok());
    // Two tuples of equal content are two stacks here: the host adds them up, and says the same.
    CHECK(got.count("tracemalloc.value_overflow") + got.count("profile.value_overflow") == 1U);
}

TEST(otherPickles_areRefused)
{
    const Import malicious = import(*readFile(kGolden + "malicious.pickle"));
    CHECK(!malicious.result.ok() && malicious.result.error().code == ErrorCode::NotRecognized);
    CHECK(!malicious.result.ok() && malicious.result.error().message.find("posix.system") != std::string::npos);
    CHECK(!std::filesystem::exists("/tmp/pickle_was_executed"));
    CHECK(!import(*readFile(kGolden + "not-a-snapshot.pickle")).result.ok());
    const Import inside = import(p::proto(2) + p::object("tracemalloc", "Snapshot", "cos\nsystem\n)R") + ".");
    CHECK(!inside.result.ok() && inside.result.error().code == ErrorCode::Malformed);
    CHECK(!inside.result.ok() && inside.result.error().message.find("os.system") != std::string::npos);
    CHECK(!import(p::proto(2) + p::object("tracemalloc", "Snapshot", p::dict({})) + ".").result.ok());
    CHECK_EQ(import(snapshot(p::list({}), "N.")).count("tracemalloc.trailing_bytes"), 1U);
}

TEST(detection_needsTheClass)
{
    const auto score = [](const std::string& bytes) {
        return TracemallocParser().probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "unknown" });
    };
    CHECK_EQ(score(*readFile(kGolden + "protocol5.pickle")).score, 100);
    CHECK_EQ(score(readFile(kGolden + "feed.T00.tracemalloc")->substr(0, 65536)).score, 100);
    CHECK(score(*readFile(kGolden + "malicious.pickle")).score < 50);
    CHECK(score(*readFile(kGolden + "malicious.pickle")).reason.find("posix.system") != std::string::npos);
    CHECK_EQ(score(*readFile(kGolden + "not-a-snapshot.pickle")).score, 0);
    CHECK_EQ(score("").score, 0);
}

TEST(cutSnapshots_keepTheTracesThatAreWhole)
{
    const std::string bytes = *readFile(kGolden + "feed.T00.tracemalloc");
    std::int64_t before = 0;
    for (std::size_t i = 1; i < 64; ++i) {
        const Import got = import(bytes.substr(0, bytes.size() * i / 64));
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::Truncated);
        CHECK_EQ(got.profiles.size(), 1U);
        const std::int64_t total = got.profiles.empty() ? 0 : *got.profiles[0]->total(0);
        CHECK(total >= before);
        before = total;
    }
    CHECK(before > 100'000);
    const Import cut = import(*readFile(kGolden + "truncated.pickle"));
    CHECK(!cut.result.ok() && cut.result.error().where.offset == 20'000U);
    MemorySourceOptions failing;
    failing.failAt = 50'000;
    failing.failWith = ErrorCode::Io;
    CHECK(import(bytes, failing).profiles.empty());
}

TEST(flippedBytes_endInAnAnswer)
{
    const std::string bytes = *readFile(kGolden + "protocol5.pickle");
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string hurt = bytes;
            hurt[at] = static_cast<char>(static_cast<unsigned char>(hurt[at]) ^ (1U << bit));
            const Import got = import(hurt);
            CHECK(got.result.ok() == (got.profiles.size() == 1) || got.result.error().code == ErrorCode::Truncated);
        }
    }
}

TEST(blocksOfAnySize_giveTheSame)
{
    const std::string bytes = *readFile(kGolden + "feed.T00.tracemalloc");
    const auto whole = import(bytes).profiles.at(0);
    for (const std::size_t block : { std::size_t { 1 }, std::size_t { 13 }, std::size_t { 4096 } }) {
        MemorySourceOptions options;
        options.blockBytes = block;
        const auto got = import(bytes, options).profiles.at(0);
        CHECK(statisticsOf(*got).stack == statisticsOf(*whole).stack);
    }
}

TEST(stackOrder_isThatOfTheFramesFromTheRoot)
{
    using tracemalloc::StackOrder;
    std::mt19937 engine(7);
    const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
    for (const std::uint32_t frameCount : { 2U, 11U, 5000U }) { // 32, 16 and 4 frames a key
        std::vector<StackOrder::Stack> stacks;
        std::vector<std::uint32_t> frames;
        for (int i = 0; i < 3000; ++i) {
            const StackOrder::Stack stack { static_cast<std::uint32_t>(frames.size()), 1 + random() % 70 };
            for (std::uint32_t k = 0; k + 1 < stack.count; ++k) {
                frames.push_back(random() % frameCount);
            }
            // equal outermost frames: what sorts them lies behind the first key
            frames.push_back(0);
            std::fill(frames.end() - std::min<std::ptrdiff_t>(stack.count, 40), frames.end(), 0);
            stacks.push_back(stack);
        }
        const auto order = StackOrder(stacks, frames, frameCount).sort({});
        CHECK_EQ(order.size(), stacks.size());
        const auto fromRoot = [&](std::uint32_t row) {
            const auto begin = frames.begin() + stacks[row].begin;
            std::vector<std::uint32_t> path(begin, begin + stacks[row].count);
            std::ranges::reverse(path);
            return path;
        };
        for (std::size_t i = 1; i < order.size(); ++i) {
            CHECK(fromRoot(order[i - 1]) <= fromRoot(order[i]));
        }
    }
}

HEAPTOLL_TEST_MAIN
