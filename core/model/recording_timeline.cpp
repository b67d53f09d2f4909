// SPDX-License-Identifier: Apache-2.0
#include "core/model/recording_timeline.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace heaptoll {
namespace {

__extension__ using Wide = __int128; ///< products of counts and sizes do not fit 64 bits

constexpr std::size_t kTicksBeforeThinning = 4 * RecordingTimeline::kMaxTicks;
constexpr std::size_t kFewestCheckpoints = 64; ///< below this the byte budget no longer merges

void putVarint(std::vector<std::uint8_t>& out, std::uint64_t value)
{
    while (value >= 0x80U) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80U));
        value >>= 7U;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

/// Reads what putVarint wrote: our own bytes, so no bounds are at stake.
std::uint64_t takeVarint(const std::uint8_t*& at)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7U) {
        const std::uint8_t byte = *at++;
        value |= std::uint64_t { byte & 0x7fU } << shift;
        if (byte < 0x80U) {
            return value;
        }
    }
}

std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1U) ^ (value < 0 ? ~std::uint64_t { 0 } : 0);
}

std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

std::int64_t saturated(Wide value)
{
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(std::clamp<Wide>(value, kMin, kMax));
}

/// Keeps of every bucket of time the lowest and the highest tick, in their order.
void thin(std::vector<RecordingTimeline::Tick>& ticks, std::size_t buckets)
{
    const Span first = ticks.front().time;
    const std::int64_t width =
        std::max<std::int64_t>(1, (ticks.back().time - first).ns / static_cast<std::int64_t>(buckets) + 1);
    std::vector<RecordingTimeline::Tick> kept;
    for (std::size_t i = 0; i < ticks.size();) {
        const std::int64_t bucket = (ticks[i].time - first).ns / width;
        std::size_t lowest = i;
        std::size_t highest = i;
        for (; i < ticks.size() && (ticks[i].time - first).ns / width == bucket; ++i) {
            lowest = ticks[i].liveBytes < ticks[lowest].liveBytes ? i : lowest;
            highest = ticks[i].liveBytes > ticks[highest].liveBytes ? i : highest;
        }
        kept.push_back(ticks[std::min(lowest, highest)]);
        if (lowest != highest) {
            kept.push_back(ticks[std::max(lowest, highest)]);
        }
    }
    ticks = std::move(kept);
}

} // namespace

void RecordingTimeline::addTick(const Tick& tick)
{
    if (!m_ticks.empty() && m_ticks.back().time == tick.time && m_ticks.back().liveBytes <= tick.liveBytes) {
        m_ticks.pop_back();
    }
    m_ticks.push_back(tick);
    if (m_ticks.size() >= kTicksBeforeThinning) {
        thin(m_ticks, kMaxTicks);
    }
}

void RecordingTimeline::addDelta(std::uint32_t allocationClass, std::int64_t liveChange, std::uint64_t allocations)
{
    putVarint(m_deltas, allocationClass);
    putVarint(m_deltas, zigzag(liveChange));
    putVarint(m_deltas, allocations);
}

void RecordingTimeline::closeCheckpoint(Span time)
{
    if (!m_checkpointTimes.empty() && m_checkpointTimes.back() == time) {
        m_ends.back() = m_deltas.size();
        return;
    }
    m_ends.push_back(m_deltas.size());
    m_checkpointTimes.push_back(time);
    if (m_ends.size() > kMaxCheckpoints || (m_deltas.size() > kMaxDeltaBytes && m_ends.size() > kFewestCheckpoints)) {
        mergeNeighbours();
    }
}

void RecordingTimeline::mergeNeighbours()
{
    struct Sum {
        std::int64_t live = 0;
        std::uint64_t allocations = 0;
    };
    std::vector<Sum> sums;
    std::vector<std::uint32_t> touched;
    std::vector<std::uint8_t> isTouched;
    const std::vector<std::uint8_t> old = std::exchange(m_deltas, {});
    const std::vector<std::size_t> ends = std::exchange(m_ends, {});
    const std::vector<Span> times = std::exchange(m_checkpointTimes, {});
    const std::uint8_t* at = old.data();
    for (std::size_t i = 0; i < ends.size(); i += 2) {
        const std::size_t last = std::min(i + 1, ends.size() - 1);
        while (at != old.data() + ends[last]) {
            const auto allocationClass = static_cast<std::uint32_t>(takeVarint(at));
            if (allocationClass >= sums.size()) {
                sums.resize(std::size_t { allocationClass } * 2 + 1);
                isTouched.resize(sums.size());
            }
            if (isTouched[allocationClass] == 0) {
                isTouched[allocationClass] = 1;
                touched.push_back(allocationClass);
            }
            sums[allocationClass].live += unzigzag(takeVarint(at));
            sums[allocationClass].allocations += takeVarint(at);
        }
        for (const std::uint32_t allocationClass : touched) {
            const Sum sum = std::exchange(sums[allocationClass], {});
            isTouched[allocationClass] = 0;
            if (sum.live != 0 || sum.allocations != 0) {
                addDelta(allocationClass, sum.live, sum.allocations);
            }
        }
        touched.clear();
        m_ends.push_back(m_deltas.size());
        m_checkpointTimes.push_back(times[last]);
    }
    m_distance = { std::max<std::int64_t>(
        m_distance.ns * 2, times.back().ns / static_cast<std::int64_t>(kMaxCheckpoints)) };
}

void RecordingTimeline::seal(std::span<const std::uint64_t> classSizes, std::span<const std::uint32_t> classRows,
    std::vector<std::uint32_t> rowStacks)
{
    m_classes.reserve(classSizes.size());
    for (std::size_t i = 0; i < classSizes.size(); ++i) {
        m_classes.push_back({ classSizes[i], classRows[i] });
    }
    m_rowStacks = std::move(rowStacks);
    m_deltas.shrink_to_fit();
    if (m_ticks.size() > kMaxTicks) {
        const Tick last = m_ticks.back();
        thin(m_ticks, kMaxTicks / 2 - 1);
        if (m_ticks.back().time != last.time || m_ticks.back().liveBytes != last.liveBytes) {
            m_ticks.push_back(last); // the chart ends where the recording ends
        }
    }
    for (const Tick& tick : std::exchange(m_ticks, {})) {
        m_times.push_back(tick.time);
        m_live.push_back(tick.liveBytes);
        m_allocations.push_back(tick.allocations);
        m_resident.push_back(tick.residentBytes);
    }
    makeKeyframes();
}

void RecordingTimeline::apply(std::size_t checkpoint, State& state) const
{
    const std::uint8_t* at = m_deltas.data() + (checkpoint == 0 ? 0 : m_ends[checkpoint - 1]);
    const std::uint8_t* const end = m_deltas.data() + m_ends[checkpoint];
    while (at != end) {
        const Class& changed = m_classes[static_cast<std::size_t>(takeVarint(at))];
        const std::int64_t liveChange = unzigzag(takeVarint(at));
        const std::uint64_t allocations = takeVarint(at);
        const auto size = static_cast<Wide>(changed.sizeBytes);
        RowState& row = state[changed.row];
        row.liveBytes = saturated(row.liveBytes + size * liveChange);
        row.allocatedBytes = saturated(row.allocatedBytes + size * static_cast<Wide>(allocations));
        row.allocations += static_cast<std::int64_t>(allocations);
    }
}

void RecordingTimeline::makeKeyframes()
{
    const std::size_t keyframeBytes = m_rowStacks.size() * sizeof(RowState);
    State state(m_rowStacks.size());
    std::size_t since = 0;
    for (std::size_t i = 0; i < m_ends.size(); ++i) {
        apply(i, state);
        since += m_ends[i] - (i == 0 ? 0 : m_ends[i - 1]);
        if (since > keyframeBytes) {
            m_keyframes.push_back({ i + 1, state });
            since = 0;
        }
    }
}

RecordingTimeline::State RecordingTimeline::stateAfter(std::size_t checkpoints) const
{
    const auto next = std::ranges::upper_bound(m_keyframes, checkpoints, {}, &Keyframe::checkpoints);
    std::size_t done = 0;
    State state(m_rowStacks.size());
    if (next != m_keyframes.begin()) {
        state = std::prev(next)->state;
        done = std::prev(next)->checkpoints;
    }
    for (; done < checkpoints; ++done) {
        apply(done, state);
    }
    return state;
}

std::size_t RecordingTimeline::checkpointsUntil(Span time) const
{
    return static_cast<std::size_t>(std::ranges::upper_bound(m_checkpointTimes, time) - m_checkpointTimes.begin());
}

AllocationTimeline::RangeValues RecordingTimeline::range(Span from, Span to) const
{
    const std::size_t until = checkpointsUntil(to);
    const State before = stateAfter(std::min(checkpointsUntil(from), until));
    const State after = stateAfter(until);
    RangeValues values;
    for (std::size_t row = 0; row < m_rowStacks.size(); ++row) {
        const std::int64_t live = after[row].liveBytes;
        const std::int64_t delta = saturated(static_cast<Wide>(live) - before[row].liveBytes);
        const std::int64_t allocations = after[row].allocations - before[row].allocations;
        if (live == 0 && delta == 0 && allocations == 0) {
            continue;
        }
        values.stacks.emplace_back(m_rowStacks[row]);
        values.liveBytesAtEnd.push_back(live);
        values.liveBytesDelta.push_back(delta);
        values.allocatedBytes.push_back(after[row].allocatedBytes - before[row].allocatedBytes);
        values.allocations.push_back(allocations);
    }
    return values;
}

} // namespace heaptoll
