// SPDX-License-Identifier: Apache-2.0
#include "core/model/recording_feed.h"
#include "tests/support/check.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

using namespace heaptoll;

namespace {

/// The obvious, slow way: every total of every stack after every event.
struct NaiveModel {
    struct Values {
        std::int64_t live = 0;
        std::int64_t allocated = 0;
        std::int64_t allocations = 0;
        std::int64_t temporaries = 0;
    };
    struct Kind {
        std::uint32_t stack = 0;
        std::int64_t size = 0;
    };
    std::vector<Kind> kinds;
    std::map<std::uint32_t, Values> stacks;
    std::map<std::uint32_t, Values> atPeak;
    std::map<std::int64_t, std::map<std::uint32_t, Values>> atTime; ///< state when the time became that, ns
    std::map<std::int64_t, std::int64_t> liveAtTime;
    std::int64_t total = 0;
    std::int64_t peak = 0;
    std::uint32_t lastAllocated = 0;

    void event(std::uint32_t event)
    {
        const std::uint32_t kind = event >> 1U;
        Values& values = stacks[kinds[kind].stack];
        if ((event & 1U) != 0) {
            values.live -= kinds[kind].size;
            total -= kinds[kind].size;
            values.temporaries += kind == lastAllocated ? 1 : 0;
            lastAllocated = 0;
        } else {
            values.live += kinds[kind].size;
            total += kinds[kind].size;
            values.allocated += kinds[kind].size;
            ++values.allocations;
            lastAllocated = kind;
        }
        if (total > peak) {
            peak = total;
            atPeak = stacks;
        }
    }
    void time(std::int64_t ns)
    {
        atTime[ns] = stacks;
        liveAtTime[ns] = total;
    }
};

/// Both models fed with the same events. Batches are of random length, so that intervals, pieces and peaks fall anywhere.
template<typename Builder>
struct Pair {
    NaiveModel naive;
    Builder builder;
    std::vector<std::uint32_t> pending;

    void addKind(std::uint32_t stack, std::int64_t size)
    {
        naive.kinds.push_back({ stack, size });
        CHECK_EQ(builder.allocationClass(NodeId { stack }, static_cast<std::uint64_t>(size)) + 1, naive.kinds.size());
    }
    void event(std::uint32_t kind, bool isFree)
    {
        pending.push_back(kind << 1U | (isFree ? 1U : 0U));
        naive.event(pending.back());
    }
    void flush()
    {
        builder.events(pending);
        pending.clear();
    }
    void advance(std::int64_t ns)
    {
        flush();
        naive.time(ns);
        builder.advanceTime({ ns });
    }
};

template<typename Builder>
void fill(Pair<Builder>& pair, unsigned seed, int events)
{
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    std::vector<std::uint32_t> live;
    std::int64_t now = 0;
    for (std::uint32_t i = 0; i < 3; ++i) {
        pair.addKind(i + 1, i * 8);
    }
    const std::uint32_t growBias = 40 + below(30); // some seeds grow, some shrink
    for (int i = 0; i < events; ++i) {
        if (below(200) == 0 && pair.naive.kinds.size() < 60) {
            pair.addKind(below(20), below(5000));
        }
        if (live.empty() || below(100) < growBias) {
            live.push_back(below(static_cast<std::uint32_t>(pair.naive.kinds.size())));
            pair.event(live.back(), false);
        } else {
            const std::size_t at = below(3) == 0 ? live.size() - 1 : below(static_cast<std::uint32_t>(live.size()));
            pair.event(live[at], true);
            live[at] = live.back();
            live.pop_back();
        }
        if (below(30) == 0) {
            pair.flush();
        }
        if (below(50) == 0) {
            now += 1 + below(20'000'000);
            pair.advance(now);
        }
    }
    pair.advance(now + 10'000'000);
}

std::int64_t valueOf(const Profile& profile, Metric metric, std::uint32_t stack)
{
    const auto it = std::ranges::find(profile.samples.stacks, stack);
    if (it == profile.samples.stacks.end()) {
        return 0;
    }
    return profile.samples
        .values[*profile.valueIndex(metric)][static_cast<std::size_t>(it - profile.samples.stacks.begin())];
}

void compareRange(const Profile& profile, const NaiveModel& naive, std::int64_t from, std::int64_t to)
{
    const auto stateAt = [&](std::int64_t ns) {
        const auto next = naive.atTime.upper_bound(ns);
        return next == naive.atTime.begin() ? std::map<std::uint32_t, NaiveModel::Values> {} : std::prev(next)->second;
    };
    auto before = stateAt(from);
    auto after = stateAt(to);
    const auto range = profile.timeline->range({ from }, { to });
    std::map<std::uint32_t, NaiveModel::Values> seen;
    for (std::size_t i = 0; i < range.stacks.size(); ++i) {
        const std::uint32_t stack = range.stacks[i].value;
        CHECK_EQ(range.liveBytesAtEnd[i], after[stack].live);
        CHECK_EQ(range.liveBytesDelta[i], after[stack].live - before[stack].live);
        CHECK_EQ(range.allocatedBytes[i], after[stack].allocated - before[stack].allocated);
        CHECK_EQ(range.allocations[i], after[stack].allocations - before[stack].allocations);
        seen[stack] = {};
    }
    for (const auto& [stack, values] : after) {
        CHECK(seen.contains(stack) || (values.live == 0 && values.allocations == before[stack].allocations));
    }
}

template<typename Builder>
void compareTotals(Pair<Builder>& pair)
{
    Profile profile;
    const auto report = pair.builder.finish(profile, {});
    CHECK_EQ(report.saturatedValues + report.droppedEvents + report.overfreedStacks, 0U);
    CHECK_EQ(profile.total(*profile.valueIndex(Metric::PeakBytes)).value_or(-1), pair.naive.peak);
    CHECK_EQ(profile.total(*profile.valueIndex(Metric::LeakedBytes)).value_or(-1), pair.naive.total);
    for (const auto& [stack, values] : pair.naive.stacks) {
        CHECK_EQ(valueOf(profile, Metric::PeakBytes, stack), pair.naive.atPeak[stack].live);
        CHECK_EQ(valueOf(profile, Metric::LeakedBytes, stack), values.live);
        CHECK_EQ(valueOf(profile, Metric::AllocBytes, stack), values.allocated);
        CHECK_EQ(valueOf(profile, Metric::AllocObjects, stack), values.allocations);
        CHECK_EQ(valueOf(profile, Metric::TemporaryObjects, stack), values.temporaries);
    }
}

} // namespace

TEST(totals_and_peak_breakdown_equal_a_naive_replay)
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        Pair<RecordingBuilder> pair;
        fill(pair, seed, 3000);
        compareTotals(pair);
    }
}

TEST(so_they_do_through_a_thread_wherever_the_parcels_end)
{
    for (std::size_t items = 1; items <= 4096; items *= 4) {
        Pair<RecordingFeed> pair { .naive = {}, .builder = RecordingFeed(items), .pending = {} };
        fill(pair, static_cast<unsigned>(items), 3000);
        compareTotals(pair);
    }
}

TEST(a_feed_resets_in_order_and_needs_no_finish)
{
    for (const std::size_t items : { std::size_t { 1 }, RecordingFeed::kParcelItems }) {
        RecordingFeed feed(items);
        const std::uint32_t before = feed.allocationClass(NodeId { 1 }, 100);
        const std::uint32_t events[] { before << 1U, before << 1U, before << 1U | 1U };
        feed.events(events);
        feed.advanceTime(Span::milliseconds(10));
        feed.reset();
        const std::uint32_t after = feed.allocationClass(NodeId { 2 }, 7);
        CHECK_EQ(after, 1U);
        const std::uint32_t last[] { before << 1U, after << 1U };
        feed.events(last);
        feed.residentSize(4096);
        feed.advanceTime(Span::milliseconds(20));
        Profile profile;
        (void)feed.finish(profile, {});
        CHECK_EQ(valueOf(profile, Metric::AllocObjects, 1), 1);
        CHECK_EQ(valueOf(profile, Metric::PeakBytes, 1), 100);
        CHECK_EQ(valueOf(profile, Metric::LeakedBytes, 2), 7);
        CHECK_EQ(profile.timeline->residentBytes().back(), 4096);
        RecordingFeed dropped(items); // as an import that is cancelled
        dropped.events(std::vector<std::uint32_t>(100, dropped.allocationClass(NodeId { 1 }, 8)));
    }
}

TEST(any_range_equals_a_naive_replay)
{
    for (unsigned seed = 100; seed < 120; ++seed) {
        Pair<RecordingBuilder> pair;
        fill(pair, seed, 3000);
        Profile profile;
        (void)pair.builder.finish(profile, {});
        std::mt19937_64 random(seed);
        const auto end = static_cast<std::uint64_t>(profile.duration.ns + 1);
        for (int i = 0; i < 30; ++i) {
            const auto a = static_cast<std::int64_t>(random() % end);
            const auto b = static_cast<std::int64_t>(random() % end);
            compareRange(profile, pair.naive, std::min(a, b), std::max(a, b));
        }
        compareRange(profile, pair.naive, 0, profile.duration.ns);
    }
}

TEST(merged_checkpoints_stay_exact_at_their_times_and_ticks_keep_the_extremes)
{
    Pair<RecordingBuilder> pair;
    fill(pair, 7, 400'000); // about 8,000 time stamps: checkpoints are merged, ticks thinned
    Profile profile;
    (void)pair.builder.finish(profile, {});
    const auto& timeline = dynamic_cast<const RecordingTimeline&>(*profile.timeline);
    const auto& checkpoints = timeline.checkpointTimes();
    CHECK(pair.naive.atTime.size() > 2 * RecordingTimeline::kMaxCheckpoints);
    CHECK(checkpoints.size() <= RecordingTimeline::kMaxCheckpoints);
    CHECK(checkpoints.size() > RecordingTimeline::kMaxCheckpoints / 4);
    for (std::size_t i = 0; i + 1 < checkpoints.size(); i += 97) {
        compareRange(profile, pair.naive, checkpoints[i].ns, checkpoints[std::min(i * 2, checkpoints.size() - 1)].ns);
    }
    CHECK(timeline.times().size() <= RecordingTimeline::kMaxTicks);
    CHECK(std::ranges::is_sorted(timeline.times()));
    CHECK(std::ranges::is_sorted(timeline.allocations()));
    CHECK_EQ(*std::ranges::max_element(timeline.liveBytes()), pair.naive.peak);
    CHECK_EQ(timeline.liveBytes().back(), pair.naive.total);
    CHECK_EQ(timeline.times().back().ns, profile.duration.ns);
}

TEST(the_highest_tick_is_the_peak_even_between_two_time_stamps)
{
    RecordingBuilder builder;
    const std::uint32_t big = builder.allocationClass(NodeId { 1 }, 1000);
    const std::uint32_t small = builder.allocationClass(NodeId { 2 }, 1);
    builder.advanceTime(Span::milliseconds(10));
    const std::uint32_t events[] { small << 1U, big << 1U, (big << 1U) | 1U, small << 1U };
    builder.events(events);
    builder.residentSize(4096);
    builder.advanceTime(Span::milliseconds(20));
    Profile profile;
    (void)builder.finish(profile, {});
    const auto& timeline = *profile.timeline;
    CHECK_EQ(timeline.times().size(), 4U);
    CHECK_EQ(timeline.times()[2].ns, 15'000'000);
    CHECK_EQ(timeline.liveBytes()[2], 1001);
    CHECK_EQ(timeline.allocations()[2], 2);
    CHECK_EQ(timeline.liveBytes()[3], 2);
    CHECK_EQ(timeline.allocations()[3], 3);
    CHECK_EQ(timeline.residentBytes()[3], 4096);
    CHECK_EQ(valueOf(profile, Metric::PeakBytes, 1), 1000);
    CHECK_EQ(valueOf(profile, Metric::PeakBytes, 2), 1);
}

TEST(suppressed_stacks_move_from_leaked_to_suppressed)
{
    RecordingBuilder builder;
    (void)builder.allocationClass(NodeId { 1 }, 100);
    (void)builder.allocationClass(NodeId { 2 }, 7);
    const std::uint32_t events[] { 0, 2, 2 };
    builder.events(events);
    Profile profile;
    const NodeId suppressed[] { NodeId { 2 } };
    CHECK_EQ(builder.finish(profile, suppressed).suppressedBytes, 14);
    CHECK_EQ(valueOf(profile, Metric::LeakedBytes, 1), 100);
    CHECK_EQ(valueOf(profile, Metric::LeakedBytes, 2), 0);
    CHECK_EQ(valueOf(profile, Metric::PeakBytes, 2), 14);
}

TEST(reset_forgets_events_and_keeps_classes)
{
    RecordingBuilder builder;
    (void)builder.allocationClass(NodeId { 1 }, 100);
    const std::uint32_t events[] { 0, 0, 1 };
    builder.events(events);
    builder.advanceTime(Span::milliseconds(10));
    builder.reset();
    builder.events(std::span(events).first(1));
    builder.advanceTime(Span::milliseconds(20));
    Profile profile;
    (void)builder.finish(profile, {});
    CHECK_EQ(valueOf(profile, Metric::PeakBytes, 1), 100);
    CHECK_EQ(valueOf(profile, Metric::AllocObjects, 1), 1);
    CHECK_EQ(profile.timeline->range({}, profile.duration).allocations.at(0), 1);
}

TEST(a_million_events_without_a_time_stamp_do_not_run_over_the_counters)
{
    RecordingBuilder builder;
    (void)builder.allocationClass(NodeId { 1 }, 3);
    const std::vector<std::uint32_t> events(5'000'000, 0); // more than 21 bits of one class
    builder.events(events);
    Profile profile;
    (void)builder.finish(profile, {});
    CHECK_EQ(valueOf(profile, Metric::AllocObjects, 1), 5'000'000);
    CHECK_EQ(valueOf(profile, Metric::PeakBytes, 1), 15'000'000);
}

TEST(impossible_input_is_capped_and_reported_never_wrapped)
{
    RecordingBuilder builder;
    (void)builder.allocationClass(NodeId { 1 }, UINT64_MAX);
    const std::vector<std::uint32_t> many(100'000, 0);
    builder.events(many);
    const std::uint32_t unknown[] { 99 << 1U };
    RecordingBuilder small;
    (void)small.allocationClass(NodeId { 1 }, 8);
    small.events(unknown);
    const std::uint32_t overfree[] { 1 };
    small.events(overfree);
    Profile profile;
    const auto report = builder.finish(profile, {});
    CHECK(report.saturatedValues > 0);
    CHECK(report.droppedEvents > 0);
    CHECK(valueOf(profile, Metric::PeakBytes, 1) > 0);
    CHECK(valueOf(profile, Metric::AllocBytes, 1) > 0);
    Profile second;
    const auto smallReport = small.finish(second, {});
    CHECK_EQ(smallReport.droppedEvents, 1U);
    CHECK_EQ(smallReport.overfreedStacks, 1U);
}

HEAPTOLL_TEST_MAIN
