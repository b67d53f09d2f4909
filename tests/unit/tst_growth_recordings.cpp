// SPDX-License-Identifier: Apache-2.0
// Recordings beside each other, beside a series, and with suppressions of their own. All figures by hand.
#include "core/analysis/gate_rule.h"
#include "core/analysis/leak_usage.h"
#include "core/analysis/workspace_analysis.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"

#include <algorithm>
#include <array>

using namespace heaptoll;

namespace {

constexpr std::int64_t kMib = 1024 * 1024;

sdk::StackRef stackOf(ProfileBuilder& builder, const char* function)
{
    const auto frame = [&](const char* name, std::uint32_t line) {
        sdk::FrameRow row;
        row.function = builder.string(name);
        row.file = builder.string("app.cpp");
        row.line = line;
        return builder.frame(row);
    };
    const std::array<sdk::FrameRef, 2> stack { frame("main", 1), frame(function, 42) };
    return builder.stackFromRoot(stack);
}

DocumentPtr documentOf(const std::string& path, std::shared_ptr<const Profile> profile)
{
    auto document = std::make_shared<Document>();
    document->path = path;
    document->content = std::move(profile);
    return document;
}

/// So many steps of 10 s; `leaking` keeps 1 MiB of each (360 MiB/h), load() holds 4 MiB from the start.
DocumentPtr recording(const std::string& path, const char* leaking, int steps, bool isSuppressed = false)
{
    IssueList issues;
    ProfileBuilder builder(issues);
    builder.beginProfile({});
    const sdk::StackRef kept = stackOf(builder, leaking);
    const std::uint32_t keep = builder.allocationClass(kept, kMib);
    const std::uint32_t load = builder.allocationClass(stackOf(builder, "load"), 4 * kMib);
    const std::array<std::uint32_t, 1> first { load << 1U };
    const std::array<std::uint32_t, 1> more { keep << 1U };
    builder.events(first);
    for (int step = 1; step <= steps; ++step) {
        builder.events(more);
        builder.advanceTime(Span { step * 10'000'000'000LL });
    }
    sdk::RecordingTotals totals;
    if (isSuppressed) {
        totals.suppressedStacks = { kept };
    }
    builder.endProfile(totals);
    return documentOf(path, builder.take().at(0));
}

/// grow() keeps 2 MiB more every hour.
DocumentPtr snapshot(const std::string& path, std::int64_t hour, const char* metric = "live_bytes")
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { metric, "inuse_space", "bytes" } };
    row.time = Instant { startOfDay(20000).ns + hour * 3'600'000'000'000 };
    builder.beginProfile(row);
    const std::array<sdk::StackRef, 1> stacks { stackOf(builder, "grow") };
    const std::array<std::int64_t, 1> values { (10 + 2 * hour) * kMib };
    builder.samples({ stacks, values, {} });
    builder.endProfile({});
    return documentOf(path, builder.take().at(0));
}

std::shared_ptr<const WorkspaceAnalysis> analysed(const std::vector<DocumentPtr>& documents)
{
    AnalysisOptions options;
    options.rules.push_back({ "path", "*", "shop", false });
    return analyzeWorkspace(documents, options, {}).value();
}

const Finding* leakAt(const WorkspaceAnalysis& analysis, std::string_view function)
{
    for (const Finding& finding : analysis.findings) {
        if (finding.kind == FindingKind::Leak && finding.blame && finding.blame->function == function) {
            return &finding;
        }
    }
    return nullptr;
}

bool hasNote(const WorkspaceAnalysis& analysis, std::string_view text)
{
    return std::ranges::any_of(
        analysis.notes, [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

bool hasEvidence(const Finding& finding, std::string_view text)
{
    return std::ranges::any_of(
        finding.why, [&](const Evidence& one) { return one.text.find(text) != std::string::npos; });
}

} // namespace

TEST(everyRecordingIsJudgedWhateverFollowsIt)
{
    const auto analysis = analysed({ recording("one.zst", "keepExif", 72), recording("two.zst", "keepThumb", 36) });
    const Finding* exif = leakAt(*analysis, "keepExif");
    const Finding* thumb = leakAt(*analysis, "keepThumb");
    CHECK(exif != nullptr && thumb != nullptr);
    if (exif == nullptr || thumb == nullptr) {
        return;
    }
    CHECK_NEAR(*exif->growthBytesPerHour, 360.0 * kMib, 4.0 * kMib); // cuts lie between the steps
    CHECK_NEAR(*thumb->growthBytesPerHour, 360.0 * kMib, 8.0 * kMib);
    CHECK(hasEvidence(*exif, "measured in the recording one.zst"));
    CHECK(hasEvidence(*thumb, "measured in the recording two.zst"));
    const ServiceView& shop = *analysis->service("shop");
    CHECK_EQ(shop.growthSource, std::string("one.zst")); // the longer one
    CHECK_NEAR(shop.growth->hours, 0.2 * 23 / 24, 1e-9); // 12 min; the first of 24 cuts is half a minute in
    CHECK_EQ(shop.furtherGrowth.size(), std::size_t { 1 });
    CHECK(leaksInPods(*analysis, shop));
}

TEST(onePlaceThatLeaksInTwoRecordingsIsOneFinding)
{
    const auto analysis = analysed({ recording("one.zst", "keepExif", 36), recording("two.zst", "keepExif", 72) });
    const auto leaks = std::ranges::count(analysis->findings, FindingKind::Leak, &Finding::kind);
    CHECK_EQ(leaks, 1);
    CHECK(hasEvidence(*leakAt(*analysis, "keepExif"), "measured in the recording two.zst"));
    CHECK(hasEvidence(*leakAt(*analysis, "keepExif"), "MiB/h in the recording one.zst"));
}

TEST(aRecordingBesideASeriesIsJudgedAsWell)
{
    std::vector<DocumentPtr> documents { recording("run.zst", "keepExif", 72) };
    for (std::int64_t hour = 0; hour < 40; ++hour) {
        documents.push_back(snapshot("heap." + std::to_string(hour) + ".pb.gz", hour));
    }
    documents.push_back(snapshot("allocs.pb.gz", 41, "alloc_bytes"));
    const auto analysis = analysed(documents);
    const Finding* grow = leakAt(*analysis, "grow");
    CHECK(grow != nullptr && leakAt(*analysis, "keepExif") != nullptr);
    CHECK_NEAR(*grow->growthBytesPerHour, 2.0 * kMib, 1.0);
    const ServiceView& shop = *analysis->service("shop");
    CHECK_EQ(shop.growthSource, std::string());
    CHECK_EQ(shop.growth->points, std::size_t { 40 });
    CHECK(!shop.isRelative);
    CHECK(shop.furtherGrowth.front().isRelative);
    CHECK(hasNote(*analysis, "allocs.pb.gz: left out of the growth of shop, no live bytes inside"));
}

TEST(whatHasNoPlaceInTheGrowthIsNamed)
{
    auto timeless = std::make_shared<Profile>();
    timeless->valueTypes = { { Metric::LiveBytes, "inuse_space", "bytes" } };
    timeless->samples.values.resize(1);
    timeless->stacks.freeze();
    const auto analysis = analysed(
        { recording("run.zst", "keepExif", 72), documentOf("old.pb.gz", timeless), snapshot("heap.pb.gz", 1) });
    CHECK(hasNote(*analysis, "old.pb.gz: left out of the growth of shop, no wall-clock time inside"));
    CHECK(hasNote(*analysis, "heap.pb.gz: left out of the growth of shop, one profile with live bytes is no series"));
}

TEST(whatARecordingSuppressesIsNoLeakAndIsNamed)
{
    const auto shown = analysed({ recording("run.zst", "keepExif", 72) });
    CHECK(leakAt(*shown, "keepExif") != nullptr);
    const auto hidden = analysed({ recording("run.zst", "keepExif", 72, true) });
    CHECK(hidden->findings.empty());
    CHECK(hasNote(*hidden, "run.zst: 72.0 MiB live at its end are of stacks that its own rules suppress"));
    const ServiceView& shop = *hidden->service("shop");
    CHECK_EQ(shop.growth->liveBytesAt.back(), 4.0 * kMib);
    for (const char* const rule : { "leak>0MiB/h", "growth>0MiB/h", "live>4MiB" }) {
        CHECK(!evaluateGate(parseGateRule(rule).value(), *hidden, {}).isViolated);
        CHECK(evaluateGate(parseGateRule(rule).value(), *shown, {}).isViolated);
    }
}

TEST(atMostFiveOfAKindAreListedForAService)
{
    // two recordings of four leftovers each, no timeline to tell growth
    std::vector<DocumentPtr> documents;
    for (const std::string name : { "one", "two" }) {
        IssueList issues;
        ProfileBuilder builder(issues);
        sdk::ProfileRow row;
        row.values = { { "leaked_bytes", "leaked", "bytes" } };
        builder.beginProfile(row);
        std::vector<sdk::StackRef> stacks;
        std::vector<std::int64_t> values;
        for (const char* const place : { "a", "b", "c", "d" }) {
            stacks.push_back(stackOf(builder, (name + place).c_str()));
            values.push_back(10 * kMib);
        }
        builder.samples({ stacks, values, {} });
        builder.endProfile({});
        documents.push_back(documentOf(name + ".zst", builder.take().at(0)));
    }
    const auto analysis = analysed(documents);
    CHECK_EQ(std::ranges::count(analysis->findings, FindingKind::Retained, &Finding::kind), 5);
}

HEAPTOLL_TEST_MAIN
