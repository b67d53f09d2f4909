// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/frame_pattern.h"
#include "plugins/pprof/pprof_frames.h"
#include "plugins/pprof/pprof_pruning.h"
#include "tests/import/pprof_support.h"
#include "tests/support/check.h"

#include <array>

using namespace heaptoll;
using namespace heaptoll::test;
using pprof::FramePattern;

namespace {

/// A profile in parts, so that tests can leave out or damage one of them.
struct Parts {
    std::vector<std::string> strings { "", "inuse_space", "bytes", "main", "leak", "helper", "main.go", "/bin/app",
        "space" };
    std::string types = bytes(1, number(1, 1) + number(2, 2));
    std::string period = bytes(11, number(1, 8) + number(2, 2)) + number(12, 524288);
    std::string mapping = bytes(3, number(1, 1) + number(5, 7));
    std::string functions = bytes(5, number(1, 1) + number(2, 3) + number(4, 6))
        + bytes(5, number(1, 2) + number(2, 4) + number(4, 6)) + bytes(5, number(1, 3) + number(2, 5) + number(4, 6));
    std::string locations = location(1, { { 1, 10 } }) + location(2, { { 3, 7 }, { 2, 20 } });
    std::string samples = sample({ 2, 1 }, { 100 });
    std::string rest = number(9, 1700000000000000000);

    struct Line {
        std::uint64_t function = 0;
        std::uint64_t line = 0;
    };
    static std::string location(std::uint64_t id, std::initializer_list<Line> lines)
    {
        std::string body = number(1, id) + number(2, 1) + number(3, 0x1000 + id);
        for (const Line& line : lines) {
            body += bytes(4, number(1, line.function) + number(2, line.line));
        }
        return bytes(4, body);
    }
    static std::string sample(std::initializer_list<std::uint64_t> ids, std::initializer_list<std::uint64_t> values,
        const std::string& labels = {})
    {
        return bytes(2, packed(1, ids) + packed(2, values) + labels);
    }
    [[nodiscard]] std::string text() const
    {
        std::string out = types + samples + mapping + locations + functions;
        for (const std::string& s : strings) {
            out += bytes(6, s);
        }
        return out + rest + period;
    }
};

std::string nameOf(const Profile& profile, NodeId node)
{
    return std::string(profile.strings.view(profile.frameOf(node).function));
}

/// Function names of the stack of a sample, leaf first.
std::vector<std::string> stackOf(const Profile& profile, std::size_t sample)
{
    std::vector<std::string> names;
    for (NodeId node { profile.samples.stacks[sample] }; !node.isNone(); node = profile.stacks.parent(node)) {
        names.push_back(nameOf(profile, node));
    }
    return names;
}

Error errorOf(const Parts& parts)
{
    const Import import = importPprof(parts.text());
    CHECK(!import.result.ok());
    CHECK(import.profiles.empty());
    return import.result.ok() ? Error {} : import.result.error();
}

} // namespace

TEST(inlinedFramesAreKeptWithThePhysicalCallerLast)
{
    const Import import = importPprof(Parts {}.text());
    CHECK(import.result.ok());
    CHECK_EQ(import.profiles.size(), 1U);
    const Profile& profile = *import.profiles.front();
    CHECK(stackOf(profile, 0) == (std::vector<std::string> { "helper", "leak", "main" }));
    const NodeId leaf { profile.samples.stacks[0] };
    CHECK(profile.frameOf(leaf).isInlined);
    CHECK_EQ(profile.frameOf(leaf).line, 7U);
    const Frame& caller = profile.frameOf(profile.stacks.parent(leaf));
    CHECK(!caller.isInlined);
    CHECK_EQ(caller.line, 20U);
    CHECK_EQ(caller.address, 0x1002U);
    CHECK_EQ(profile.strings.view(caller.module), "/bin/app");
    CHECK_EQ(profile.command, "/bin/app");
    CHECK_EQ(profile.time->ns, 1700000000000000000);
    CHECK_EQ(profile.sampling.periodBytes, 524288);
    CHECK(profile.sampling.alreadyUnsampled);
}

TEST(sampleTypesMapToMetricsOnce)
{
    Parts parts;
    parts.strings = { "", "inuse_space", "bytes", "main", "leak", "helper", "main.go", "/bin/app", "space", "objects",
        "count", "alloc_space", "alloc_objects", "kilobytes", "lifetime" };
    parts.types.clear();
    for (const auto& [type, unit] : std::vector<std::pair<std::uint64_t, std::uint64_t>> {
             { 8, 2 }, { 1, 2 }, { 9, 10 }, { 12, 10 }, { 11, 2 }, { 11, 13 }, { 14, 10 } }) {
        parts.types += bytes(1, number(1, type) + number(2, unit));
    }
    parts.samples = Parts::sample({ 1 }, { 1, 2, 3, 4, 5, 6, 7 });
    const Import import = importPprof(parts.text());
    CHECK(import.result.ok());
    std::vector<std::string> metrics;
    for (const ValueType& type : import.profiles.front()->valueTypes) {
        metrics.push_back(metricName(type));
    }
    CHECK(metrics
        == (std::vector<std::string> { "live_bytes", "custom:inuse_space", "live_objects", "alloc_objects",
            "alloc_bytes", "custom:alloc_space", "custom:lifetime" }));
    CHECK_EQ(import.profiles.front()->defaultValue, 6U); // the last
    CHECK_EQ(import.profiles.front()->total(5).value_or(0), 6 * 1024); // kilobytes are bytes
    CHECK_EQ(import.profiles.front()->valueTypes[5].unit, "bytes");
    parts.samples = Parts::sample({ 1 }, { 1, 2, 3, 4, 5, std::uint64_t { 1 } << 60U, 7 });
    CHECK(errorOf(parts).message.find("more bytes than 64 bits hold") != std::string::npos);
    parts.samples = Parts::sample({ 1 }, { 1, 2, 3, 4, 5, 6, 7 });
    parts.rest += number(14, 12);
    CHECK_EQ(importPprof(parts.text()).profiles.front()->defaultValue, 3U);
    parts.rest += number(14, 6);
    const Import odd = importPprof(parts.text());
    CHECK_EQ(odd.profiles.front()->defaultValue, 6U);
    CHECK(odd.has("pprof.default_type_missing"));
}

TEST(idsMayBeAny64BitNumber)
{
    Parts parts;
    const std::uint64_t huge = 0xfffffffffffffff0U;
    parts.functions = bytes(5, number(1, huge) + number(2, 3));
    parts.locations = Parts::location(huge, { { huge, 1 } }) + Parts::location(1, { { huge, 2 } });
    parts.samples = Parts::sample({ huge, 1 }, { 5 });
    const Import import = importPprof(parts.text());
    CHECK(import.result.ok());
    CHECK_EQ(stackOf(*import.profiles.front(), 0).size(), 2U);
}

TEST(unpackedIntegersAndFixedFieldsOfTheFutureAreRead)
{
    Parts parts;
    parts.samples = bytes(2, number(1, 2) + number(1, 1) + number(2, 100) + bytes(30, "future"));
    parts.rest += bytes(40, "future") + std::string("\xcd\x02\x01\x02\x03\x04", 6);
    const Import import = importPprof(parts.text());
    CHECK(import.result.ok());
    CHECK_EQ(stackOf(*import.profiles.front(), 0).size(), 3U);
    CHECK(import.has("pprof.unknown_fields"));
}

TEST(labelsKeepTextAndNumbers)
{
    Parts parts;
    parts.strings.insert(parts.strings.end(), { "pod", "cart-7" });
    const std::string pod = bytes(3, number(1, 9) + number(2, 10));
    const std::string size = bytes(3, number(1, 2) + number(3, 4096) + number(4, 2));
    parts.samples = Parts::sample({ 1 }, { 1 }, pod + size) + Parts::sample({ 1 }, { 2 }, pod + size)
        + Parts::sample({ 1 }, { 4 }, size) + Parts::sample({ 1 }, { 8 });
    const Import import = importPprof(parts.text());
    CHECK(import.result.ok());
    const Profile& profile = *import.profiles.front();
    CHECK_EQ(profile.samples.size(), 3U); // equal stacks with equal labels are one row
    CHECK_EQ(*profile.total(0), 15);
    CHECK_EQ(profile.labels.size(), 3U);
    bool found = false;
    for (const std::uint32_t set : profile.samples.labels) {
        const auto labels = profile.labels.at(LabelSetId { set });
        if (labels.size() == 2) {
            found = true;
            const std::size_t podAt = profile.strings.view(labels[0].key) == "pod" ? 0 : 1;
            CHECK_EQ(profile.strings.view(labels[podAt].text), "cart-7");
            CHECK_EQ(labels[1 - podAt].number, 4096);
            CHECK_EQ(profile.strings.view(labels[1 - podAt].unit), "bytes");
        }
    }
    CHECK(found);
}

TEST(whatPprofRefusesIsAnErrorWithAnOffset)
{
    struct Case {
        const char* word;
        void (*damage)(Parts&);
    };
    const std::vector<Case> damages {
        { "values",
            [](Parts& p) {
                p.samples = Parts::sample({ 1 }, { 1, 2 });
            } },
        { "location 9", [](Parts& p) { p.samples = Parts::sample({ 9 }, { 1 }); } },
        { "location 0", [](Parts& p) { p.samples = Parts::sample({ 0 }, { 1 }); } },
        { "function 7",
            [](Parts& p) {
                p.locations += Parts::location(3, { { 7, 1 } });
            } },
        { "string 99", [](Parts& p) { p.functions += bytes(5, number(1, 4) + number(2, 99)); } },
        { "string 77", [](Parts& p) { p.types = bytes(1, number(1, 77) + number(2, 2)); } },
        { "has id 0", [](Parts& p) { p.locations += Parts::location(2, {}); } },
        { "has id 0", [](Parts& p) { p.functions += bytes(5, number(2, 3)); } },
        { "must be empty", [](Parts& p) { p.strings[0] = "x"; } },
        { "string table", [](Parts& p) { p.strings.clear(); } },
        { "what they count", [](Parts& p) { p.types.clear(); } },
        { "label is damaged", [](Parts& p) { p.samples = Parts::sample({ 1 }, { 1 }, bytes(3, "\x08")); } },
        { "should be a number", [](Parts& p) { p.rest += bytes(10, "x"); } },
        { "should be a message", [](Parts& p) { p.rest += number(4, 1); } },
    };
    for (const Case& one : damages) {
        Parts parts;
        one.damage(parts);
        const Error error = errorOf(parts);
        CHECK(error.code == ErrorCode::Malformed);
        CHECK(error.where.offset.has_value());
        if (error.message.find(one.word) == std::string::npos) {
            fail(__FILE__, __LINE__, std::string(one.word) + " not in: " + error.message);
        }
    }
}

TEST(unknownTimeAndPeriodAreSaidNotGuessed)
{
    Parts parts;
    parts.rest.clear();
    parts.period.clear();
    const Import import = importPprof(parts.text());
    CHECK(import.result.ok());
    CHECK(!import.profiles.front()->time.has_value());
    CHECK(import.has("pprof.time_missing"));
    CHECK(import.has("pprof.period_unknown"));
    parts.period = bytes(11, number(1, 8) + number(2, 2)) + number(12, 1);
    CHECK_EQ(importPprof(parts.text()).profiles.front()->sampling.periodBytes, 0); // every allocation
}

TEST(concatenatedProfilesAreSplit)
{
    Parts second;
    second.samples = Parts::sample({ 1 }, { 7 });
    const Import import = importPprof(Parts {}.text() + second.text() + Parts {}.text());
    CHECK(import.result.ok());
    CHECK_EQ(import.profiles.size(), 3U);
    CHECK(import.has("pprof.concatenated"));
    CHECK_EQ(*import.profiles[0]->total(0), 100);
    CHECK_EQ(*import.profiles[1]->total(0), 7);
    // The Go runtime starts its profiles with the period type and interleaves everything else.
    const auto go = readGunzipped(kGoldens + "go-orderd.pb.gz");
    const Import twice = importPprof(*go + *go);
    CHECK(twice.result.ok());
    CHECK_EQ(twice.profiles.size(), 2U);
    CHECK(twice.profiles[0]->total(3) == twice.profiles[1]->total(3));
    // Merged without a boundary: two times, one string table.
    Parts mixed;
    mixed.rest += number(9, 1700000000000000000);
    CHECK(errorOf(mixed).message.find("cannot be told apart") != std::string::npos);
}

TEST(droppedFramesEndTheStackAtTheirCaller)
{
    Parts parts;
    parts.strings.insert(parts.strings.end(), { "le.k|mal+oc", "help.*", "helper(int)" });
    const auto stackWith = [&](std::uint64_t drop, std::uint64_t keep) {
        Parts copy = parts;
        copy.rest += number(7, drop) + (keep == 0 ? std::string() : number(8, keep));
        const Import import = importPprof(copy.text());
        CHECK(import.result.ok());
        return stackOf(*import.profiles.front(), 0);
    };
    CHECK(stackWith(9, 0) == (std::vector<std::string> { "main" })); // leak and what is inlined into it
    CHECK(stackWith(10, 0) == (std::vector<std::string> { "leak", "main" })); // only the inlined helper
    CHECK(stackWith(10, 5) == (std::vector<std::string> { "helper", "leak", "main" })); // kept after all
    CHECK(stackWith(3, 0) == (std::vector<std::string> { "helper", "leak", "main" })); // never before a user frame
    parts.strings[9] = "leak(?=x)";
    Parts odd = parts;
    odd.rest += number(7, 9);
    CHECK(importPprof(odd.text()).has("pprof.frame_pattern_unsupported"));
}

TEST(framePatternsMatchWholeNames)
{
    const auto matches = [](std::string_view pattern, std::string_view text) {
        const auto compiled = FramePattern::compile(pattern);
        CHECK(compiled.has_value());
        return compiled && compiled->matches(text);
    };
    CHECK(matches("malloc|operator new", "operator new"));
    CHECK(!matches("malloc", "xmalloc"));
    CHECK(!matches("malloc", "malloc2"));
    CHECK(matches("tc_.*", "tc_malloc"));
    CHECK(matches("(?:a|b)*c+d?", "ababccd"));
    CHECK(!matches("(?:a|b)*c+d?", "ababd"));
    CHECK(matches("std::\\w+<[^>]*>", "std::vector<int>"));
    CHECK(matches("[a-c\\d_-]+", "a_1-c"));
    CHECK(matches("^x$", "x"));
    CHECK(matches("a||b", ""));
    CHECK(matches("runtime\\.(mallocgc|newobject)", "runtime.newobject"));
    CHECK(matches("", ""));
    for (const char* const broken : { "(", ")", "a)", "*a", "[a", "a{2}", "\\", "(?i)a", "[z-a]", "a|*" }) {
        CHECK(!FramePattern::compile(broken).has_value());
    }
    CHECK(FramePattern::compile(std::string(1000, '(') + "a" + std::string(1000, ')')).has_value());
    // What makes a backtracking matcher need 2^30 steps.
    CHECK(!matches("(a|a|aa)*b", std::string(2000, 'a')));
}

TEST(argumentListsAreNoPartOfADroppedName)
{
    CHECK_EQ(pprof::withoutArguments("a::f(int, char)"), "a::f");
    CHECK_EQ(pprof::withoutArguments("(anonymous namespace)::f(int)"), "(anonymous namespace)::f");
    CHECK_EQ(pprof::withoutArguments("X::operator()(int)"), "X::operator()");
    CHECK_EQ(pprof::withoutArguments(".f"), "f");
}

TEST(brokenTextIsRepairedAndSaid)
{
    CHECK(!pprof::repairedUtf8("größe €𝄞").has_value());
    CHECK_EQ(*pprof::repairedUtf8("a\xff\xc3z"), "a\xef\xbf\xbd\xef\xbf\xbdz");
    CHECK(pprof::repairedUtf8("\xed\xa0\x80").has_value()); // a surrogate
    CHECK(pprof::repairedUtf8("\xc0\x80").has_value()); // overlong
    Parts parts;
    parts.strings[4] = "le\xff";
    CHECK(importPprof(parts.text()).has("pprof.invalid_utf8"));
}

TEST(stacksThatExplodeAreRefused)
{
    Parts parts;
    std::string lines = number(1, 1);
    for (int i = 0; i < 20000; ++i) {
        lines += bytes(4, number(1, 1) + number(2, 1));
    }
    parts.locations = bytes(4, lines);
    const std::string ids(5000, '\x01');
    parts.samples = bytes(2, bytes(1, ids) + packed(2, { 1 }));
    CHECK(errorOf(parts).code == ErrorCode::LimitExceeded);
}

TEST(edgeCasesDoWhatIsExpected)
{
    std::istringstream expected(*readFile(kGoldens + "EXPECTED.tsv"));
    std::string line;
    std::getline(expected, line);
    std::size_t cases = 0;
    while (std::getline(expected, line)) {
        std::array<std::string, 4> cells;
        std::istringstream words(line);
        for (std::string& cell : cells) {
            std::getline(words, cell, '\t');
        }
        auto bytes = readGunzipped(kGoldens + cells[0]);
        if (!bytes) {
            CHECK_EQ(cells[0], "truncated.pb.gz"); // the host's business
            continue;
        }
        ++cases;
        const Import import = importPprof(*bytes);
        if (import.result.ok() == (cells[1] == "reject")) {
            fail(__FILE__, __LINE__, cells[0] + ": " + cells[3]);
            continue;
        }
        if (!import.result.ok()) {
            continue;
        }
        const Profile& profile = *import.profiles.front();
        CHECK_EQ(import.issues.hasDataLoss(), cells[1] == "partial");
        const auto live = profile.valueIndex(Metric::LiveBytes);
        CHECK(live.has_value());
        if (cells[2] != "-") {
            CHECK_EQ(std::to_string(profile.total(*live).value_or(-1)), cells[2]);
        } else {
            CHECK(!profile.total(*live).has_value());
        }
        CHECK_EQ(topTable(profile, *live, GroupBy::Function).total.has_value(), cells[1] == "accept");
    }
    CHECK_EQ(cases, 14U);
}

TEST(recursionAndDepthAreCountedOnce)
{
    const Import recursive = importPprof(*readGunzipped(kGoldens + "recursive-stack.pb.gz"));
    const TopTable table = topTable(*recursive.profiles.front(), 1, GroupBy::Function);
    CHECK_EQ(table.rows.size(), 2U);
    for (const TopRow& row : table.rows) {
        CHECK_EQ(row.total, 213);
    }
    const Import deep = importPprof(*readGunzipped(kGoldens + "deep-stack.pb.gz"));
    CHECK(deep.profiles.front()->stacks.size() > 60000);
    for (const TopRow& row : topTable(*deep.profiles.front(), 1, GroupBy::Function).rows) {
        CHECK_EQ(row.total, 213);
    }
}

TEST(blocksOfAnySizeGiveTheSameProfile)
{
    const auto bytes = readGunzipped(kGoldens + "go-orderd.pb.gz");
    MemorySourceOptions options;
    options.blockBytes = 7;
    options.sizeIsKnown = false;
    const Import small = importPprof(*bytes, options);
    const Import whole = importPprof(*bytes);
    CHECK(small.result.ok());
    CHECK(small.profiles.front()->samples.values == whole.profiles.front()->samples.values);
    options.failAt = 1000;
    CHECK(importPprof(*bytes, options).result.error().code == ErrorCode::Truncated);
    options.failWith = ErrorCode::Cancelled;
    CHECK(importPprof(*bytes, options).result.error().code == ErrorCode::Cancelled);
}

TEST(cancellingStopsTheImport)
{
    Parts parts;
    for (int i = 0; i < 5000; ++i) {
        parts.samples += Parts::sample({ 1 }, { 1 });
    }
    std::stop_source stop;
    stop.request_stop();
    MemorySource source(parts.text());
    TestSink sink;
    const auto result = pprof::PprofParser().run(source, sink, { stop.get_token(), {} });
    CHECK(!result.ok() && result.error().code == ErrorCode::Cancelled);
    CHECK(sink.takeProfiles().empty());
}

TEST(cutFilesAreErrorsOrSayWhatIsMissing)
{
    const auto bytes = readGunzipped(kGoldens + "go-orderd.pb.gz");
    for (std::size_t i = 0; i < 64; ++i) {
        const Import import = importPprof(bytes->substr(0, bytes->size() * i / 64));
        CHECK(!import.result.ok() || !import.issues.all().empty());
    }
    const std::string small = Parts {}.text();
    for (std::size_t i = 0; i < small.size(); ++i) {
        const Import import = importPprof(small.substr(0, i));
        CHECK(!import.result.ok() || !import.issues.all().empty());
    }
}

TEST(noFlippedByteBreaksTheReader)
{
    Parts parts;
    for (std::uint64_t i = 3; i < 40; ++i) {
        parts.locations += Parts::location(i, { { 1, i }, { 2, i } });
        parts.samples += Parts::sample({ i, 2, 1 }, { i });
    }
    const std::string good = parts.text();
    CHECK(good.size() > 1000);
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int mask : { 0x01, 0x08, 0x80, 0xff }) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ mask);
            const Import import = importPprof(bad);
            refused += import.result.ok() ? 0U : 1U;
            for (const auto& profile : import.profiles) {
                const auto self = selfPerNode(*profile, 0);
                CHECK_EQ(self.size(), profile->stacks.size());
                CHECK(callTree(*profile, self, {}).nodes.size() <= profile->stacks.size());
            }
        }
    }
    CHECK(refused > good.size());
}

TEST(probesTellPprofFromOtherFormats)
{
    const pprof::PprofParser parser;
    const auto score = [&](const std::string& text, bool isWhole) {
        return parser.probe({ std::as_bytes(std::span(text.data(), text.size())), isWhole, "unknown" }).score;
    };
    const std::string go = *readGunzipped(kGoldens + "go-orderd.pb.gz");
    CHECK(score(go, true) >= 90);
    CHECK(score(go.substr(0, 4096), false) >= 75);
    CHECK(score(Parts {}.text(), true) >= 90);
    CHECK(score(*readGunzipped(kGoldens + "empty-profile.pb.gz"), true) >= 75);
    for (const std::string& other :
        std::vector<std::string> { "", "{\"snapshot\":{}}", "heap profile: 1: 2 [3: 4] @ heap/1\n", "heap_v2/524288\n",
            "v 10300\nX ./app\n", "BilledCost,EffectiveCost\n1,2\n", "desc: --massif\ncmd: x\n",
            std::string("JAVA PROFILE 1.0.2\0\0\0\0\x08", 24),
            "\x7f"
            "ELF\x02\x01\x01",
            "\x80\x05\x95"
            "zbc",
            std::string(100, '\0') }) {
        CHECK_EQ(score(other, true), 0);
        CHECK_EQ(score(other, false), 0);
    }
}

HEAPTOLL_TEST_MAIN
