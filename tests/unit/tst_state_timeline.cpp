// SPDX-License-Identifier: Apache-2.0
// A timeline of states: dense totals, sparse stacks, and what the analysis makes of both clocks.
#include "core/analysis/growth_processes.h"
#include "core/analysis/workspace_join.h"
#include "core/model/state_timeline.h"
#include "tests/support/check.h"
#include "tests/support/test_sink.h"

#include <numeric>
#include <vector>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

std::int64_t sum(const std::vector<std::int64_t>& values)
{
    return std::accumulate(values.begin(), values.end(), std::int64_t { 0 });
}

/// A recording of so many states a minute (or instruction) apart: "keep" grows by 1 KiB each, "steady" stays. Every second
/// state has no stacks.
std::shared_ptr<const Profile> recording(sdk::RecordingClock clock, int states)
{
    TestSink sink;
    sdk::HeapSink& heap = sink.heap();
    sdk::ProfileRow row;
    row.values = { { "peak_bytes", "peak", "bytes" }, { "live_bytes", "live", "bytes" } };
    row.clock = clock;
    heap.beginProfile(row);
    std::vector<sdk::StackRef> stacks;
    for (const char* const name : { "keep", "steady" }) {
        sdk::FrameRow frame;
        frame.function = heap.string(name);
        stacks.push_back(heap.stack({}, heap.frame(frame)));
    }
    for (int i = 0; i < states; ++i) {
        const std::vector<std::int64_t> bytes { 1024 * (i + 1), 50'000 };
        heap.liveTotal(Span::seconds(60 * (i + 1)), bytes[0] + bytes[1]);
        if (i % 2 == 1) {
            heap.liveStacks(stacks, bytes);
        }
    }
    heap.endProfile({});
    return sink.takeProfiles().front();
}

} // namespace

TEST(a_range_is_the_change_between_two_checkpoints)
{
    StateTimeline timeline(sdk::RecordingClock::Time);
    const std::vector<NodeId> stacks { NodeId { 3 }, NodeId { 1 }, NodeId { 3 } };
    timeline.addState(stacks, std::vector<std::int64_t> { 1, 2, 3 }); // before any total: of no time
    CHECK(timeline.checkpointTimes().empty());
    timeline.addTotal(Span::seconds(1), 60);
    timeline.addState(stacks, std::vector<std::int64_t> { 10, 20, 30 });
    timeline.addTotal(Span::seconds(2), 70);
    timeline.addTotal(Span::seconds(1), 15); // goes back: counts as now
    timeline.addState(std::vector<NodeId> { NodeId { 2 }, NodeId { 3 } }, std::vector<std::int64_t> { 5, 10 });
    CHECK(timeline.times() == std::vector<Span>({ Span::seconds(1), Span::seconds(2), Span::seconds(2) }));
    CHECK(timeline.liveBytes() == std::vector<std::int64_t>({ 60, 70, 15 }));
    CHECK(timeline.allocations().empty());
    const auto first = timeline.range({}, Span::seconds(1));
    CHECK(first.stacks == std::vector<NodeId>({ NodeId { 1 }, NodeId { 3 } }));
    CHECK(first.liveBytesAtEnd == std::vector<std::int64_t>({ 20, 40 }));
    CHECK(first.liveBytesDelta == first.liveBytesAtEnd);
    const auto change = timeline.range(Span::seconds(1), Span::seconds(9));
    CHECK(change.stacks == std::vector<NodeId>({ NodeId { 1 }, NodeId { 2 }, NodeId { 3 } }));
    CHECK(change.liveBytesAtEnd == std::vector<std::int64_t>({ 0, 5, 10 }));
    CHECK(change.liveBytesDelta == std::vector<std::int64_t>({ -20, 5, -30 }));
    CHECK(change.allocations.empty() && change.allocatedBytes.empty());
    CHECK(timeline.range({}, Span { 5 }).stacks.empty());
}

TEST(sums_that_overflow_saturate)
{
    StateTimeline timeline(sdk::RecordingClock::Time);
    timeline.addTotal({}, 1);
    timeline.addState(std::vector<NodeId> { NodeId { 1 }, NodeId { 1 } }, std::vector<std::int64_t> { INT64_MAX, 1 });
    CHECK_EQ(timeline.range({}, Span { 1 }).liveBytesAtEnd.at(0), INT64_MAX);
}

TEST(a_series_has_one_point_per_state_that_is_known)
{
    const auto profile = recording(sdk::RecordingClock::Time, 40);
    CHECK(hasCourse(*profile));
    const UnifiedSeries series = seriesOfRecording(profile, Instant {}, {});
    CHECK_EQ(series.pointCount(), std::size_t { 20 });
    CHECK(!series.isOrdinal);
    CHECK_EQ(series.times.front().ns, Span::seconds(120).ns);
    CHECK_EQ(sum(profile->timeline->range({}, Span::hours(9)).liveBytesAtEnd), 1024 * 40 + 50'000);
    const GrowthReport growth = analyzeGrowth(series, {}, {}, {});
    CHECK(growth.rateUnit == RateUnit::Hour);
    CHECK_EQ(growth.sites.at(0).site.function, "keep");
    CHECK_NEAR(growth.sites.at(0).bytesPerHour, 1024 * 60.0, 1.0);
}

TEST(a_clock_that_counts_no_time_gives_rates_per_state)
{
    const auto profile = recording(sdk::RecordingClock::Instructions, 40);
    CHECK(!hasCourse(*profile));
    const GrowthReport growth = growthOfStates(profile, {}, {});
    CHECK(growth.rateUnit == RateUnit::Profile);
    CHECK_EQ(growth.sites.at(0).site.function, "keep");
    CHECK_NEAR(growth.sites.at(0).bytesPerHour, 2048.0, 1.0); // two of the states lie between two that are known
    CHECK(!hourlyRate(growth, growth.sites.at(0)));
}

HEAPTOLL_TEST_MAIN
