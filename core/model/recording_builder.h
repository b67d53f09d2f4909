// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"
#include "core/model/profile.h"
#include "core/model/recording_timeline.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace heaptoll {

/// Turns allocation events into per-stack totals, the breakdown of the peak and the timeline, in one pass.
///
/// Counters. An event costs one 16-byte record of its class: the size, and three 21-bit counters (allocations, frees,
/// temporaries) packed in one word, so that an event is one load, one add, one store. The counters hold only the
/// current *interval*, at most 2^20 events or the time between two checkpoints. When an interval closes, the classes
/// touched in it (a list kept without a branch) are added to the 64-bit totals of their stacks, appended to the
/// timeline as one checkpoint of deltas, and zeroed:
///
///     events   ++-+--++ | -+-++--+ | ...          one packed add each
///     interval    touched {3, 17, 4} -> rows[stack] += delta, timeline << delta
///
/// Peak. The breakdown of the highest moment would naively need a copy of all stacks at every new maximum, which
/// while a program grows is every allocation. Instead:
///  - events arrive in pieces; within a piece only the position of its own highest total is remembered (first wins);
///  - a piece that beats the peak so far starts a new *epoch*: for every stack touched in the open interval, the value
///    at that position is stored with the epoch's number: totals + interval so far - the piece's events after it;
///  - any other stack did not change since its totals, so its value at the peak is simply its total. It is saved on
///    the first later change: a closing interval that finds rows[stack].savedEpoch != epoch saves the total first;
///  - at the end a stack whose savedEpoch is old was never touched after the peak: its total is its value.
/// So a stack is saved at most once per epoch, and never scanned.
///
/// Temporary is what heaptrack_print counts: a free of the class that was allocated last, with no free in between.
/// Its mark for "none" is class 0, so a free of class 0 right after another free (or at the start) counts as well.
///
/// Units: bytes and counts. Overflow: totals saturate and are counted in Report, they never wrap.
class RecordingBuilder {
public:
    /// What could not be counted right; all zero for a sound recording.
    struct Report {
        std::int64_t suppressedBytes = 0;
        std::uint64_t saturatedValues = 0; ///< sums that 64 bits do not hold
        std::uint64_t droppedEvents = 0; ///< of classes that were never defined, or after the total ran over
        std::uint64_t overfreedStacks = 0; ///< stacks with more freed than allocated
    };

    /// Largest size of one allocation: user address space of the largest machines. Larger ones count as this.
    static constexpr std::uint64_t kMaxSizeBytes = std::uint64_t { 1 } << 47U;

    RecordingBuilder();
    ~RecordingBuilder();
    RecordingBuilder(const RecordingBuilder&) = delete;
    RecordingBuilder& operator=(const RecordingBuilder&) = delete;
    RecordingBuilder(RecordingBuilder&&) = delete;
    RecordingBuilder& operator=(RecordingBuilder&&) = delete;

    std::uint32_t allocationClass(NodeId stack, std::uint64_t sizeBytes);
    void events(std::span<const std::uint32_t> events);
    void advanceTime(Span sinceStart);
    void residentSize(std::int64_t bytes) { m_residentBytes = bytes; }
    void reset();
    /// Fills value types, samples, duration and timeline of the profile. Call once, last.
    [[nodiscard]] Report finish(Profile& profile, std::span<const NodeId> suppressedStacks);

private:
    /// Counters of the open interval: allocations in bits 0.., frees in 21.., temporaries in 42...
    struct ClassRecord {
        std::uint64_t sizeBytes = 0;
        std::uint64_t counts = 0;
    };
    struct Row {
        std::int64_t liveBytes = 0;
        std::int64_t allocatedBytes = 0;
        std::int64_t allocations = 0;
        std::int64_t temporaries = 0;
        std::int64_t peakBytes = 0; ///< valid when savedEpoch is the current one
        std::uint32_t savedEpoch = 0;
        std::uint32_t stack = 0; ///< NodeId value
    };
    struct PieceResult {
        std::int64_t liveBytes = 0;
        std::int64_t highest = 0;
        std::size_t highestAt = 0; ///< events of the piece up to and including the highest moment; 0 = none
    };

    std::uint32_t rowOf(NodeId stack);
    void piece(std::span<const std::uint32_t> events);
    [[nodiscard]] PieceResult count(std::span<const std::uint32_t> events);
    void savePeak(std::span<const std::uint32_t> eventsAfterPeak);
    void closeInterval();
    [[nodiscard]] std::int64_t add(std::int64_t a, std::int64_t b);
    [[nodiscard]] std::int64_t multiply(std::int64_t a, std::uint64_t b);
    void fillSamples(Profile& profile, Report& report);

    std::vector<ClassRecord> m_classes;
    std::vector<std::uint32_t> m_classRows;
    std::vector<std::uint32_t> m_rowOfStack; ///< row + 1 by NodeId; 0 = none yet
    std::vector<Row> m_rows;
    std::vector<std::uint32_t> m_touched; ///< classes of the open interval; one slot more than classes
    std::size_t m_touchedCount = 0;
    std::size_t m_intervalEvents = 0;
    std::uint32_t m_lastAllocated = 0;
    std::int64_t m_liveBytes = 0;
    std::int64_t m_allocations = 0;
    std::int64_t m_peakBytes = 0;
    std::uint32_t m_epoch = 0;
    Span m_time;
    Span m_checkpointTime;
    std::int64_t m_residentBytes = 0;
    std::int64_t m_groupStart = 0; ///< live bytes at the last advanceTime
    std::int64_t m_groupHighest = 0; ///< since then
    std::int64_t m_groupHighestAllocations = 0;
    std::uint64_t m_saturated = 0;
    std::uint64_t m_dropped = 0;
    std::shared_ptr<RecordingTimeline> m_timeline;
};

} // namespace heaptoll
