// SPDX-License-Identifier: Apache-2.0
// Compares recordings with what heaptrack_print 1.4.0 says about them.
#include "tests/support/check.h"
#include "tests/support/heaptrack_oracle.h"
#include "tests/support/heaptrack_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/heaptrack/";
const std::string kShared = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/";
const std::string kNative = kShared + "native/heaptrack/";

std::string decoded(const std::string& path)
{
    const auto bytes = readFile(path);
    CHECK(bytes.has_value());
    return path.ends_with(".zst") ? unzstd(bytes.value_or("")).text : bytes.value_or("");
}

/// A folded file of the shared data, packed or not.
std::string sharedText(const std::string& path)
{
    if (const auto plain = readFile(path)) {
        return *plain;
    }
    std::string text;
    FILE* const pipe = popen(("xz -dc '" + path + ".xz' 2>/dev/null").c_str(), "r");
    std::array<char, 65536> buffer {};
    for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        text.append(buffer.data(), got);
    }
    pclose(pipe);
    return text;
}

/// "11.33M" as heaptrack_print writes bytes (powers of 1000, two digits).
std::string likeHeaptrack(std::int64_t bytes)
{
    constexpr std::array<const char*, 5> kUnits { "B", "K", "M", "G", "T" };
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000.0 && unit + 1 < kUnits.size(); ++unit) {
        value /= 1000.0;
    }
    std::array<char, 32> text {};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f%s" : "%.2f%s", value, kUnits.at(unit));
    return text.data();
}

/// What follows a title at the end of heaptrack_print's output; "" when the line is missing.
std::string printed(const std::string& text, const std::string& title)
{
    const std::size_t at = text.rfind('\n' + title + ": ");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t start = at + title.size() + 3;
    return text.substr(start, text.find_first_of(" \n", start) - start);
}

void compareFolded(const Profile& profile, Metric metric, const std::string& oracle)
{
    const FoldedCosts ours = foldedLikeHeaptrack(profile, metric);
    const FoldedCosts theirs = parseFolded(oracle);
    CHECK(!theirs.empty());
    CHECK_EQ(ours.size(), theirs.size());
    int shown = 0;
    for (const auto& [stack, cost] : theirs) {
        const auto it = ours.find(stack);
        if ((it == ours.end() || it->second != cost) && shown++ < 5) {
            fail(__FILE__, __LINE__,
                metricName(profile.valueTypes[*profile.valueIndex(metric)]) + ": "
                    + std::to_string(it == ours.end() ? -1 : it->second) + " instead of " + std::to_string(cost)
                    + " for " + stack);
        }
    }
}

struct Oracle {
    Metric metric;
    const char* name;
};
constexpr std::array kOracles { Oracle { Metric::LeakedBytes, "leaked" }, Oracle { Metric::PeakBytes, "peak" },
    Oracle { Metric::AllocObjects, "allocations" }, Oracle { Metric::TemporaryObjects, "temporary" } };

void compareTotals(const Profile& profile, const std::string& print)
{
    CHECK_EQ(std::to_string(total(profile, Metric::AllocObjects)), printed(print, "calls to allocation functions"));
    CHECK_EQ(std::to_string(total(profile, Metric::TemporaryObjects)), printed(print, "temporary memory allocations"));
    CHECK_EQ(likeHeaptrack(total(profile, Metric::PeakBytes)), printed(print, "peak heap memory consumption"));
    CHECK_EQ(
        likeHeaptrack(profile.peakRssBytes.value_or(0)), printed(print, "peak RSS (including heaptrack overhead)"));
    const double seconds = std::stod(printed(print, "total runtime"));
    CHECK_NEAR(profile.duration.toSeconds(), seconds, 0.0101); // it adds a millisecond and rounds to two digits
}

void compareLeaks(const Profile& profile, const std::string& print)
{
    CHECK_EQ(likeHeaptrack(total(profile, Metric::LeakedBytes)), printed(print, "total memory leaked"));
    const std::string suppressed = printed(print, "suppressed leaks");
    CHECK_EQ(likeHeaptrack(profile.suppressedBytes.value_or(-1)), suppressed.empty() ? "0B" : suppressed);
}

std::unique_ptr<HeaptrackRun> sharedRecording(const std::string& name)
{
    const std::string path = kNative + name + '/' + name + ".zst";
    if (!readFile(path)) {
        SKIP("no shared data: " + path);
    }
    return importHeaptrack(decoded(path));
}

void compareRecording(const std::string& name)
{
    const auto run = sharedRecording(name);
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    const std::string base = kNative + name + '/' + name;
    compareTotals(*run->profile, sharedText(base + ".print.txt"));
    compareLeaks(*run->profile, sharedText(base + ".print.txt"));
    for (const Oracle& oracle : kOracles) {
        compareFolded(*run->profile, oracle.metric, sharedText(base + ".folded." + oracle.name + ".txt"));
    }
}

/// Counts events per class, to see what the parser says rather than what the model makes of it.
class CountingSink final : public sdk::Sink, public sdk::HeapSink {
public:
    sdk::HeapSink& heap() override { return *this; }
    sdk::CostSink& costs() override { std::abort(); }
    sdk::UsageSink& usage() override { std::abort(); }
    void issue(Severity, std::string_view, const Location&, std::string_view, std::uint64_t) override { }
    void beginProfile(const sdk::ProfileRow&) override { }
    sdk::StringRef string(std::string_view) override { return {}; }
    sdk::FrameRef frame(const sdk::FrameRow&) override { return {}; }
    sdk::StackRef stack(sdk::StackRef, sdk::FrameRef) override { return {}; }
    sdk::StackRef stackFromRoot(std::span<const sdk::FrameRef>) override { return {}; }
    LabelSetId labels(std::span<const sdk::LabelRow>) override { return {}; }
    void samples(const sdk::SampleRows&) override { }
    std::uint32_t allocationClass(sdk::StackRef, std::uint64_t sizeBytes) override
    {
        sizes.push_back(sizeBytes);
        return static_cast<std::uint32_t>(sizes.size() - 1);
    }
    void events(std::span<const std::uint32_t> events) override
    {
        for (const std::uint32_t event : events) {
            bySize[sizes.at(event >> 1U)] += (event & 1U) == 0 ? 1 : 0;
        }
    }
    void advanceTime(Span) override { }
    void residentSize(std::int64_t) override { }
    void resetRecording() override { }
    void liveTotal(Span, std::int64_t) override { }
    void liveStacks(std::span<const sdk::StackRef>, std::span<const std::int64_t>) override { }
    void endProfile(const sdk::RecordingTotals&) override { }

    std::vector<std::uint64_t> sizes;
    std::map<std::uint64_t, std::int64_t> bySize;
};

} // namespace

TEST(a_recording_agrees_with_the_folded_oracles_stack_by_stack)
{
    const auto run = importHeaptrack(decoded(kGolden + "orderd-leaky.zst"));
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    for (const Oracle& oracle : kOracles) {
        compareFolded(*run->profile, oracle.metric,
            readFile(kGolden + "orderd-leaky.folded." + oracle.name + ".txt").value_or(""));
    }
    CHECK_EQ(total(*run->profile, Metric::AllocObjects), 29782);
    CHECK_EQ(run->profile->command, "/opt/recording/data/build/orderd 12000 leaky 900");
    CHECK_EQ(run->profile->formatVersion, "3");
    CHECK_EQ(run->profile->defaultValue, *run->profile->valueIndex(Metric::PeakBytes));
}

TEST(old_file_versions_agree_with_heaptrack_print)
{
    for (const std::string version : { "version0", "version1", "version2" }) {
        const auto run = importHeaptrack(decoded(kGolden + version + ".heaptrack"));
        CHECK(run->result.ok());
        CHECK_EQ(run->profile->formatVersion, version.substr(7));
        for (const Oracle& oracle : kOracles) {
            compareFolded(*run->profile, oracle.metric, decoded(kGolden + version + ".folded." + oracle.name + ".txt"));
        }
    }
}

TEST(suppressions_of_the_recording_apply)
{
    const auto run = importHeaptrack(decoded(kGolden + "version2.heaptrack"));
    CHECK_EQ(run->profile->suppressedBytes.value_or(-1), 32);
    CHECK_EQ(total(*run->profile, Metric::LeakedBytes), 5);
    CHECK_EQ(run->profile->peakRssBytes.value_or(-1), 65536);
    CHECK_EQ(run->profile->systemMemoryBytes.value_or(-1), 0x1000 * 0x100);
}

TEST(inlined_frames_stand_below_the_function_they_were_inlined_into)
{
    const auto run = importHeaptrack(decoded(kGolden + "version2.heaptrack"));
    const Profile& profile = *run->profile;
    bool seen = false;
    for (const std::uint32_t stack : profile.samples.stacks) {
        const Frame& leaf = profile.frameOf(NodeId { stack });
        if (profile.strings.view(leaf.function) == "inlined fn") {
            const Frame& caller = profile.frameOf(profile.stacks.parent(NodeId { stack }));
            CHECK(leaf.isInlined);
            CHECK(!caller.isInlined);
            CHECK_EQ(profile.strings.view(caller.function), "leaf fn");
            CHECK_EQ(leaf.line, 11U);
            CHECK_EQ(caller.line, 12U);
            CHECK_EQ(leaf.address, 0x1010U);
            CHECK_EQ(profile.strings.view(leaf.module), "/bin/app");
            seen = true;
        }
    }
    CHECK(seen);
}

TEST(a_command_of_several_lines_does_not_shift_the_names)
{
    const auto run = importHeaptrack(decoded(kGolden + "python3-json.zst"));
    CHECK(run->result.ok());
    CHECK(run->profile->command.ends_with("print(len(s),len(e))"));
    CHECK_EQ(std::ranges::count(run->profile->command, '\n'), 2);
    CHECK_EQ(run->sink.issues.all().size(), 1U);
    CHECK(!run->sink.issues.hasDataLoss());
    compareFolded(*run->profile, Metric::PeakBytes, decoded(kGolden + "python3-json.joined.folded.peak.txt.zst"));
    CHECK_EQ(likeHeaptrack(total(*run->profile, Metric::LeakedBytes)), "413.81K"); // oracle: the joined recording
    CHECK_EQ(likeHeaptrack(run->profile->suppressedBytes.value_or(-1)), "3.81K");
}

TEST(cmake_version_agrees_with_heaptrack_print)
{
    compareRecording("cmake-version");
}
TEST(git_log_agrees_with_heaptrack_print)
{
    compareRecording("git-log");
}
TEST(orderd_fixed_agrees_with_heaptrack_print)
{
    compareRecording("orderd-fixed");
}
TEST(orderd_leaky_agrees_with_heaptrack_print)
{
    compareRecording("orderd-leaky");
}
TEST(sqlite3_bulk_agrees_with_heaptrack_print)
{
    compareRecording("sqlite3-bulk");
}

TEST(python3_json_agrees_with_heaptrack_print_but_for_its_names)
{
    // heaptrack_print took a line of the command for a string: its names, and with them what they suppress, are off.
    // The sum of leaked and suppressed is not.
    const auto run = sharedRecording("python3-json");
    const std::string base = kNative + "python3-json/python3-json";
    compareTotals(*run->profile, sharedText(base + ".print.txt"));
    for (const Oracle& oracle : kOracles) {
        const FoldedCosts theirs = parseFolded(sharedText(base + ".folded." + oracle.name + ".txt"));
        std::int64_t sum = 0;
        for (const auto& [stack, cost] : theirs) {
            sum += cost;
        }
        if (oracle.metric != Metric::LeakedBytes) {
            CHECK_EQ(total(*run->profile, oracle.metric), sum);
        } else {
            constexpr std::int64_t kPrintedSuppressed = 3'797; // 37 B + 3.76 KB: heaptrack_print --print-suppressions
            const std::int64_t ours = total(*run->profile, oracle.metric) + run->profile->suppressedBytes.value_or(0);
            CHECK_NEAR(static_cast<double>(ours), static_cast<double>(sum + kPrintedSuppressed), 5.0);
        }
    }
}

TEST(orderd_interpreted_from_raw_agrees_with_heaptrack_print)
{
    const auto bytes = readFile(kNative + "orderd-raw/orderd-raw.interpreted.zst");
    if (!bytes) {
        SKIP("no shared data");
    }
    const auto run = importHeaptrack(unzstd(*bytes).text);
    compareTotals(*run->profile, sharedText(kNative + "orderd-raw/orderd-raw.print.txt"));
    compareLeaks(*run->profile, sharedText(kNative + "orderd-raw/orderd-raw.print.txt"));
}

TEST(the_size_histogram_agrees_with_heaptrack_print)
{
    MemorySource source(decoded(kGolden + "orderd-leaky.zst"));
    CountingSink sink;
    HeaptrackParser parser;
    CHECK(parser.run(source, sink, {}).ok());
    std::map<std::uint64_t, std::int64_t> expected;
    std::istringstream in(readFile(kGolden + "orderd-leaky.histogram.txt").value_or(""));
    for (std::uint64_t size = 0, count = 0; in >> size >> count;) {
        expected[size] = static_cast<std::int64_t>(count);
    }
    CHECK(expected.size() > 10);
    CHECK(sink.bySize == expected);
}

HEAPTOLL_TEST_MAIN
