// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/workspace_analysis.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"

#include <array>

using namespace heaptoll;

namespace {

Instant hour(int hours)
{
    return Instant { parseInstant("2026-11-01T00:00:00Z")->ns + Span::hours(hours).ns };
}

/// A profile with stacks 1 (kept) and 2 (churned) under the root.
std::shared_ptr<const Profile> makeStacks()
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { "live_bytes", "inuse_space", "bytes" } };
    builder.beginProfile(row);
    const auto frame = [&builder](std::string_view function) {
        sdk::FrameRow f;
        f.function = builder.string(function);
        return builder.frame(f);
    };
    const std::array<sdk::StackRef, 2> stacks { builder.stackFromRoot(std::array { frame("keep") }),
        builder.stackFromRoot(std::array { frame("churn") }) };
    const std::array<std::int64_t, 2> values { 1, 1 };
    builder.samples({ stacks, values, {} });
    builder.endProfile({});
    return builder.take().front();
}

ServiceView makeService(const std::string& name, std::size_t profiles)
{
    ServiceView service;
    service.name = name;
    service.profileDocuments.resize(profiles, 0);
    return service;
}

WorkspaceAnalysis makeAnalysis()
{
    WorkspaceAnalysis analysis;
    analysis.documents.push_back(std::make_shared<Document>());
    analysis.services = { makeService("billing", 3), makeService("cart", 4), makeService("orders", 4),
        makeService("usage-only", 0) };
    return analysis;
}

Finding leakOf(const std::string& service, double bytesPerHour)
{
    Finding finding;
    finding.kind = FindingKind::Leak;
    finding.service = service;
    finding.growthBytesPerHour = bytesPerHour;
    return finding;
}

/// Allocation counters at hours 0 to 3; the program restarts before hour 2.
RangeView restarted(std::optional<TimeRange> range)
{
    auto series = std::make_shared<UnifiedSeries>();
    series->index = makeStacks();
    series->times = { hour(0), hour(1), hour(2), hour(3) };
    series->metrics = { Metric::LiveBytes, Metric::AllocBytes };
    const std::size_t stacks = series->index->stacks.size();
    series->values.assign(2, std::vector<std::int64_t>(stacks * 4, 0));
    const std::array<std::array<std::int64_t, 4>, 2> allocated { { { 100, 150, 20, 60 }, { 1000, 3000, 500, 499 } } };
    for (std::size_t stack = 0; stack < 2; ++stack) {
        for (std::size_t point = 0; point < 4; ++point) {
            series->values[1][(stacks - 2 + stack) * 4 + point] = allocated.at(stack).at(point);
        }
    }
    WorkspaceAnalysis analysis = makeAnalysis();
    analysis.services[1].series = series;
    return rangeView(analysis, "cart", range);
}

} // namespace

TEST(theMainServiceHasTheMostProfiles)
{
    WorkspaceAnalysis analysis = makeAnalysis();
    CHECK_EQ(mainService(analysis)->name, std::string("cart"));
    analysis.services[0].profileDocuments.resize(9, 0);
    CHECK_EQ(mainService(analysis)->name, std::string("billing"));
}

TEST(ofSeveralWithAsManyProfilesTheMainOneLeaksMost)
{
    WorkspaceAnalysis analysis = makeAnalysis();
    analysis.findings = { leakOf("cart", 10), leakOf("orders", 6), leakOf("orders", 5), leakOf("billing", 99) };
    CHECK_EQ(mainService(analysis)->name, std::string("orders"));
    CHECK_EQ(rangeView(analysis, {}, std::nullopt).service, std::string("orders"));
}

TEST(theMainServiceNeedsAProfile)
{
    WorkspaceAnalysis analysis;
    analysis.services = { makeService("usage-only", 0) };
    CHECK(mainService(analysis) == nullptr);
    CHECK_EQ(rangeView(analysis, {}, std::nullopt).note, std::string("no profile"));
}

TEST(allocatedCountsFromZeroAfterARestart)
{
    const RangeView view = restarted(std::nullopt);
    const std::size_t last = view.allocated.size() - 1;
    CHECK_EQ(view.allocated[last - 1], std::int64_t { 50 + 20 + 40 });
    // 2000, then 500 of the new program; the sampled counter that falls by one took nothing back.
    CHECK_EQ(view.allocated[last], std::int64_t { 2000 + 500 });
}

TEST(allocatedOfARangeEndsWithTheRange)
{
    const RangeView view = restarted(TimeRange { hour(0), hour(1) });
    CHECK_EQ(view.allocated.back(), std::int64_t { 2000 });
}

HEAPTOLL_TEST_MAIN
