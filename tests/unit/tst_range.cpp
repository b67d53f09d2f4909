// SPDX-License-Identifier: Apache-2.0
// What a range of a series shows where its process restarted in it.
#include "core/analysis/call_tree.h"
#include "core/analysis/growth.h"
#include "core/analysis/growth_units.h"
#include "core/analysis/site_rows.h"
#include "core/analysis/workspace_analysis.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"

#include <algorithm>
#include <array>
#include <tuple>

using namespace heaptoll;

namespace {

constexpr std::int64_t kMib = 1024 * 1024;

/// Live bytes and bytes allocated since the start of the process, in MiB, of two places.
struct Point {
    std::int64_t keepLive = 0;
    std::int64_t keepAllocated = 0;
    std::int64_t otherLive = 0;
    std::int64_t otherAllocated = 0;
};

std::shared_ptr<const Profile> profileOf(const Point& point, Instant time)
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { "live_bytes", "inuse_space", "bytes" }, { "alloc_bytes", "alloc_space", "bytes" } };
    row.time = time;
    builder.beginProfile(row);
    const auto stack = [&builder](const char* function) {
        sdk::FrameRow frame;
        frame.function = builder.string(function);
        frame.file = builder.string("app.cpp");
        frame.line = 1;
        const std::array<sdk::FrameRef, 1> frames { builder.frame(frame) };
        return builder.stackFromRoot(frames);
    };
    const std::array<sdk::StackRef, 2> stacks { stack("keep"), stack("other") };
    const std::array<std::int64_t, 4> values { point.keepLive * kMib, point.keepAllocated * kMib,
        point.otherLive * kMib, point.otherAllocated * kMib };
    builder.samples({ stacks, values, {} });
    builder.endProfile({});
    return builder.take().at(0);
}

Instant hour(std::int64_t hours)
{
    return startOfDay(20000) + Span::hours(hours);
}

/// One profile an hour of the service shop.
std::shared_ptr<const WorkspaceAnalysis> analysisOf(const std::vector<Point>& points)
{
    std::vector<DocumentPtr> documents;
    for (const Point& point : points) {
        auto document = std::make_shared<Document>();
        const auto index = static_cast<std::int64_t>(documents.size());
        document->path = "profiles/shop/heap." + std::to_string(index) + ".pb.gz";
        document->content = profileOf(point, hour(index));
        documents.push_back(document);
    }
    const auto analysis = analyzeWorkspace(documents, {}, {});
    CHECK(analysis.ok());
    return analysis.value();
}

/// "keep 320 other 10", in MiB.
std::string allocatedIn(const RangeView& view)
{
    std::string text;
    for (const char* const function : { "keep", "other" }) {
        for (std::size_t node = 1; node < view.allocated.size(); ++node) {
            const Site site = siteOfFrame(*view.profile, view.profile->stacks.frames()[node]);
            if (site.function == function) {
                text += (text.empty() ? "" : " ") + site.function + ' ' + std::to_string(view.allocated[node] / kMib);
            }
        }
    }
    return text;
}

/// The third profile is of another process: its counters began again.
const std::vector<Point> kRestarted { { 10, 100, 30, 1000 }, { 20, 300, 30, 1000 }, { 5, 50, 10, 10 },
    { 8, 120, 10, 10 } };

} // namespace

TEST(allocatedIsAddedOverTheLivesOfTheProcess)
{
    const auto analysis = analysisOf(kRestarted);
    // keep: 300 - 100, then 50 since the restart, then 120 - 50; other: nothing, then 10, then nothing
    const RangeView whole = rangeView(*analysis, "shop", {});
    CHECK_EQ(allocatedIn(whole), "keep 320 other 10");
    CHECK(whole.note.find("restarted 1 time in this range") != std::string::npos);
    CHECK_EQ(whole.liveAtEndTotal - whole.liveAtStartTotal.value_or(0), (18 - 40) * kMib); // the change may be negative
    CHECK_EQ(allocatedIn(rangeView(*analysis, "shop", TimeRange { hour(1), hour(3) })), "keep 120 other 10");
    CHECK_EQ(allocatedIn(rangeView(*analysis, "shop", TimeRange { hour(1), hour(2) })), "keep 50 other 10");
}

TEST(aSiteIsAFunctionWithAllItsLines)
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { "live_bytes", "inuse_space", "bytes" } };
    row.time = hour(0);
    builder.beginProfile(row);
    const auto stack = [&builder](const char* function, std::uint32_t line) {
        sdk::FrameRow frame;
        frame.function = builder.string(function);
        frame.file = builder.string("app.cpp");
        frame.line = line;
        const std::array<sdk::FrameRef, 1> frames { builder.frame(frame) };
        return builder.stackFromRoot(frames);
    };
    const std::array<sdk::StackRef, 3> stacks { stack("open", 25), stack("open", 26), stack("other", 3) };
    const std::array<std::int64_t, 3> values { 100, 500, 50 };
    builder.samples({ stacks, values, {} });
    builder.endProfile({});
    auto document = std::make_shared<Document>();
    document->path = "profiles/shop/heap.pb.gz";
    document->content = builder.take().at(0);
    const auto analysis = analyzeWorkspace({ document }, {}, {}).value();
    const RangeView view = rangeView(*analysis, "shop", {});
    const std::vector<SiteRow> rows = siteRows(*analysis, view);
    CHECK_EQ(rows.size(), std::size_t { 2 });
    CHECK_EQ(rows.front().liveBytes, 600); // as the call tree has it
    CHECK_EQ(callTree(*view.profile, view.liveAtEnd, {}).nodes.at(1).total, 600);
    CHECK_EQ(rows.front().site.line, 26U); // the line that holds most
}

TEST(aRangeWithinOneLifeIsTheDifference)
{
    const auto analysis = analysisOf(kRestarted);
    for (const auto& [from, to, expected] : { std::tuple(0, 1, "keep 200 other 0"), std::tuple(2, 3, "keep 70 other 0"),
             std::tuple(3, 3, "") }) { // one profile tells of no change
        const RangeView view = rangeView(*analysis, "shop", TimeRange { hour(from), hour(to) });
        CHECK_EQ(allocatedIn(view), expected);
        CHECK(view.note.find("restarted") == std::string::npos);
    }
}

TEST(anEstimateThatFallsALittleIsNoRestartAndNothingNegative)
{
    // other falls by 10 while the process goes on: its counter is scaled up from samples
    const auto analysis = analysisOf({ { 10, 100, 30, 1000 }, { 20, 300, 30, 990 } });
    const RangeView view = rangeView(*analysis, "shop", {});
    CHECK_EQ(allocatedIn(view), "keep 200 other 0");
    CHECK(view.note.empty());
}

TEST(aRangeWithoutAProfileSaysSo)
{
    const auto analysis = analysisOf(kRestarted);
    const RangeView before = rangeView(*analysis, "shop", TimeRange { hour(-9), hour(-5) });
    CHECK(before.note.starts_with("no profile in this range: the first is of 2024-10-04T00:00:00Z"));
    CHECK(before.liveAtEnd.empty() && !before.bytesPerHour);
    const RangeView after = rangeView(*analysis, "shop", TimeRange { hour(5), hour(9) });
    CHECK(after.note.starts_with("no profile in this range: shown is the one before it, of 2024-10-04T03:00:00Z"));
    CHECK_EQ(after.liveAtEndTotal, 18 * kMib);
    const TimeRange between { hour(1) + Span { 60'000'000'000 }, hour(2) + Span { -60'000'000'000 } };
    CHECK(rangeView(*analysis, "shop", between).note.starts_with("no profile in this range"));
    CHECK_EQ(rangeView(*analysis, "shop", TimeRange { hour(1), hour(1) }).note,
        std::string("one profile in this range: nothing to compare"));
}

TEST(theSitesOfARangeHaveTheirGrowthAndFinding)
{
    std::vector<Point> points;
    for (std::int64_t i = 0; i < 40; ++i) {
        points.push_back({ 10 + 10 * i, 10 + 10 * i, 40, 40 });
    }
    const auto analysis = analysisOf(points);
    const std::vector<SiteRow> rows = siteRows(*analysis, rangeView(*analysis, "shop", {}));
    CHECK_EQ(rows.size(), std::size_t { 2 });
    CHECK_EQ(rows.at(0).site.function, std::string("keep"));
    CHECK(rows.at(0).growthClass == GrowthClass::Leak);
    CHECK_NEAR(rows.at(0).bytesPerHour.value_or(0), 10.0 * kMib, 1.0);
    CHECK_EQ(rows.at(0).findingId, std::string("L-01"));
    CHECK_EQ(rows.at(0).bytesAt.size(), std::size_t { 40 });
    CHECK(rows.at(1).growthClass == GrowthClass::Steady && rows.at(1).findingId.empty());
}

TEST(aWrapperOfABlamedSiteHasItsFinding)
{
    const auto analysis = analysisOf({ { 10, 10, 40, 40 }, { 10, 10, 40, 40 } });
    WorkspaceAnalysis with = *analysis;
    const RangeView range = rangeView(with, "shop", {});
    const std::vector<SiteRow> plain = siteRows(with, range);
    Finding finding;
    finding.id = "L-07";
    finding.service = "shop";
    finding.blame = plain.at(0).site;
    finding.stack = { plain.at(1).site, plain.at(0).site, Site { "caller", "app.cpp", 9, {} } };
    Finding second = finding;
    second.id = "K-01";
    with.findings = { finding, second };
    const std::vector<SiteRow> rows = siteRows(with, range);
    CHECK_EQ(rows.at(0).findingId, std::string("L-07")); // the first of two
    CHECK_EQ(rows.at(1).findingId, std::string("L-07"));
    with.findings.front().service = "other";
    with.findings.pop_back();
    CHECK(siteRows(with, range).at(0).findingId.empty());
}

TEST(severalRestartsAreCounted)
{
    const auto analysis = analysisOf({ { 10, 100, 5, 10 }, { 10, 40, 5, 10 }, { 10, 20, 5, 10 }, { 10, 25, 5, 10 } });
    const RangeView view = rangeView(*analysis, "shop", {});
    CHECK_EQ(allocatedIn(view), "keep 65 other 20"); // 40, then 20, then 5; 10 and 10
    CHECK(view.note.find("restarted 2 times") != std::string::npos);
}

TEST(whatSurvivesIsMeasuredWithinTheLives)
{
    // keep holds all it allocates, 10 MiB an hour, for two lives of six hours; what it allocated before the first
    // profile of a life was not watched
    std::vector<Point> points;
    for (std::int64_t i = 0; i < 12; ++i) {
        points.push_back({ 10 + 10 * (i % 6), 10 + 10 * (i % 6), 40, 40 });
    }
    const auto analysis = analysisOf(points);
    const GrowthReport& growth = *analysis->service("shop")->growth;
    CHECK_EQ(growth.segmentStarts.size(), std::size_t { 2 });
    const auto site = std::ranges::find_if(growth.sites, [](const SiteGrowth& s) { return s.site.function == "keep"; });
    CHECK(site != growth.sites.end());
    CHECK_NEAR(site->survivalRatio, 1.0, 1e-9); // 100 of 100 MiB, not the 50 between first and last profile
    CHECK_NEAR(site->allocatedBytesPerHour, 100.0 * kMib / 11, 1.0);
}

HEAPTOLL_TEST_MAIN
