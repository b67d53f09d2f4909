// SPDX-License-Identifier: Apache-2.0
// memray's CSV export against the sums of the script that wrote it, and against damage.
#include "core/analysis/call_tree.h"
#include "plugins/memray_csv/memray_csv_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <map>
#include <set>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/memray_csv/";
const std::string kHead = "allocator,num_allocations,size,tid,thread_name,stack_trace\r\n";

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
    Result<void> result = MemrayCsvParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

int score(const std::string& bytes)
{
    return MemrayCsvParser().probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "x" }).score;
}

std::set<std::string> linesOf(const Profile& profile)
{
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::string text;
        for (NodeId node { std::size_t { profile.samples.stacks[i] } }; !node.isNone();
             node = profile.stacks.parent(node)) {
            const Frame& frame = profile.frameOf(node);
            std::string place(profile.strings.view(frame.function));
            if (!frame.file.isNone()) {
                place += " " + std::string(profile.strings.view(frame.file)) + ":" + std::to_string(frame.line);
            }
            text = place + (text.empty() ? "" : " > ") + text;
        }
        sums[text].first += profile.samples.values[0][i];
        sums[text].second += profile.samples.values[1][i];
    }
    std::set<std::string> lines;
    for (const auto& [stack, row] : sums) {
        lines.insert(std::to_string(row.first) + "\t" + std::to_string(row.second) + "\t" + stack);
    }
    return lines;
}

} // namespace

TEST(goldens_areTheSumsOfTheirStacks)
{
    const Import got = import(*readFile(kGolden + "peak.csv"));
    CHECK(got.result.ok() && got.profiles.size() == 1);
    const Profile& profile = *got.profiles.at(0);
    std::set<std::string> expected;
    std::istringstream lines(*readFile(kGolden + "peak.folded"));
    std::string line;
    while (std::getline(lines, line)) {
        expected.insert(line);
    }
    CHECK(linesOf(profile) == expected);
    std::cout << expected.size() << " stacks\n";
    CHECK_EQ(metricName(profile.valueTypes[0]), "peak_bytes");
    CHECK_EQ(metricName(profile.valueTypes[1]), "custom:num_allocations");
    CHECK_EQ(got.count("memray_csv.peak_assumed"), 1U);
    CHECK(got.count("memray_csv.no_stack") > 0);
    std::set<std::string> labels;
    for (const std::uint32_t set : profile.samples.labels) {
        for (const Label& label : profile.labels.at(LabelSetId { std::size_t { set } })) {
            labels.insert(
                std::string(profile.strings.view(label.key)) + "=" + std::string(profile.strings.view(label.text)));
        }
    }
    CHECK(labels.contains("thread=worker, \"2\""));
    CHECK(labels.contains("thread=7f01")); // a thread without a name goes by its id
    CHECK(labels.contains("allocator=PYMALLOC_MALLOC"));
}

TEST(badRows_areLeftOutAndSaid)
{
    const std::string good = "MALLOC,1,3,1,MainThread,f;a.py;1\r\n";
    for (const char* const bad : { "MALLOC,1,-3,1,M,f;a.py;1", "MALLOC,x,3,1,M,f;a.py;1", "MALLOC,1,3.5,1,M,f;a.py;1",
             "MALLOC,1,3,1,M,f", "MALLOC,1,3,1,M,f;1", "MALLOC,1,3,1,M,f;a.py;x", "MALLOC,1,3,1,M,f;a.py;1|g",
             "MALLOC,1,3,1", "MALLOC,1,3,1,M,f;a.py;1,7", "MALLOC,1,3,1,M,f;a.py;99999999999" }) {
        const Import got = import(kHead + good + bad + "\r\n" + good);
        CHECK(got.result.ok());
        CHECK_EQ(*got.profiles.at(0)->total(0), 6);
        CHECK_EQ(got.count("memray_csv.bad_row"), 1U);
    }
    CHECK_EQ(import(kHead + "MALLOC,1,3,1,M,f\xff;a.py;1\r\n").count("memray_csv.invalid_utf8"), 1U);
    const Import empty = import(kHead);
    CHECK(empty.result.ok() && empty.profiles.size() == 1);
}

TEST(otherTables_areNotRecognized)
{
    for (const char* const text : { "", "a,b\n1,2\n", "allocator,num_allocations,size\r\n", "text\n" }) {
        const Import got = import(text);
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::NotRecognized);
        CHECK(got.profiles.empty());
        CHECK_EQ(score(text), 0);
    }
    CHECK_EQ(score(*readFile(kGolden + "peak.csv")), 100);
    CHECK_EQ(score(kHead), 100);
    CHECK_EQ(score("size,num_allocations,allocator,tid,thread_name,stack_trace\r\n"), 0);
}

TEST(cuts_keepTheRowsBefore)
{
    const std::string bytes = *readFile(kGolden + "peak.csv");
    for (std::size_t i = 1; i < 64; ++i) {
        const std::size_t size = bytes.size() * i / 64;
        const Import got = import(bytes.substr(0, size));
        const bool isAtRow = bytes[size - 1] == '\n';
        CHECK(got.result.ok() == isAtRow || !got.result.ok());
        CHECK(got.profiles.size() == 1 || size < kHead.size());
    }
    for (std::size_t at = 0; at < 600; ++at) {
        std::string hurt = bytes;
        hurt[at] = static_cast<char>(static_cast<unsigned char>(hurt[at]) ^ 0x11U);
        const Import got = import(hurt);
        CHECK(!got.result.ok() || got.profiles.size() == 1);
    }
}

HEAPTOLL_TEST_MAIN
