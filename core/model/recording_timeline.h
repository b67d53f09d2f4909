// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"
#include "core/model/allocation_timeline.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll {

/// The timeline of an event recording: a chart, and the state of every stack at any checkpoint.
///
/// Chart. One tick per time stamp, and one more between two stamps where the total rose above both. Beyond kMaxTicks
/// the ticks are thinned: time is cut into equal buckets, of each the lowest and the highest tick stay. So the extremes
/// of live bytes survive any thinning, and the highest tick is the peak of the recording.
///
/// Checkpoints. A checkpoint holds, for the classes that changed since the one before, the class, the change of the
/// number of live allocations and the number of allocations, as variable-length integers (about 5 bytes):
///
///     time     0 ms      10 ms       20 ms       30 ms
///     deltas   |--{a,b}--|--{b}------|--{a,c,d}--|
///     keyframe #                                 #        (all stacks in full, when the deltas between outgrow it)
///
/// The state at a checkpoint is the keyframe before it plus the deltas between: at most about two keyframes' worth of
/// reading. More than kMaxCheckpoints, or more than kMaxDeltaBytes: neighbours are merged in pairs, which halves the
/// resolution and never the exactness of what is left. The keyframes are made when building ends, so that the first
/// question is answered as quickly as any. Memory: at most kMaxDeltaBytes of deltas (unless a few checkpoints alone exceed it)
/// and the same again of keyframes.
///
/// Thread: build on one thread; const functions on any.
class RecordingTimeline final : public AllocationTimeline {
public:
    static constexpr std::size_t kMaxTicks = 2000;
    static constexpr std::size_t kMaxCheckpoints = 2048;
    static constexpr std::size_t kMaxDeltaBytes = std::size_t { 64 } << 20U;

    struct Tick {
        Span time;
        std::int64_t liveBytes = 0;
        std::int64_t allocations = 0;
        std::int64_t residentBytes = 0;
    };

    void addTick(const Tick& tick);
    /// Appends one class to the checkpoint that closeCheckpoint() will end.
    void addDelta(std::uint32_t allocationClass, std::int64_t liveChange, std::uint64_t allocations);
    /// The deltas added since the last call happened until `time`. Times never go back.
    void closeCheckpoint(Span time);
    /// No checkpoint needs to be closer to the one before than this.
    [[nodiscard]] Span checkpointDistance() const { return m_distance; }
    /// Sizes and rows of the classes, stacks of the rows. Ends building.
    void seal(std::span<const std::uint64_t> classSizes, std::span<const std::uint32_t> classRows,
        std::vector<std::uint32_t> rowStacks);

    [[nodiscard]] const std::vector<Span>& times() const override { return m_times; }
    [[nodiscard]] const std::vector<std::int64_t>& liveBytes() const override { return m_live; }
    [[nodiscard]] const std::vector<std::int64_t>& allocations() const override { return m_allocations; }
    [[nodiscard]] const std::vector<std::int64_t>& residentBytes() const override { return m_resident; }
    /// `from` and `to` mean the last checkpoint at or before them; see checkpointTimes().
    [[nodiscard]] RangeValues range(Span from, Span to) const override;

    [[nodiscard]] const std::vector<Span>& checkpointTimes() const override { return m_checkpointTimes; }
    [[nodiscard]] std::size_t deltaBytes() const { return m_deltas.size(); }

private:
    struct RowState {
        std::int64_t liveBytes = 0;
        std::int64_t allocatedBytes = 0;
        std::int64_t allocations = 0;
    };
    using State = std::vector<RowState>; ///< per row
    struct Class {
        std::uint64_t sizeBytes = 0;
        std::uint32_t row = 0;
    };
    struct Keyframe {
        std::size_t checkpoints = 0; ///< how many are contained
        State state;
    };

    void mergeNeighbours();
    void makeKeyframes();
    /// State after so many checkpoints.
    [[nodiscard]] State stateAfter(std::size_t checkpoints) const;
    void apply(std::size_t checkpoint, State& state) const;
    [[nodiscard]] std::size_t checkpointsUntil(Span time) const;

    std::vector<Tick> m_ticks;
    std::vector<Span> m_times;
    std::vector<std::int64_t> m_live;
    std::vector<std::int64_t> m_allocations;
    std::vector<std::int64_t> m_resident;

    std::vector<std::uint8_t> m_deltas;
    std::vector<std::size_t> m_ends; ///< of each checkpoint in m_deltas
    std::vector<Span> m_checkpointTimes;
    Span m_distance;

    std::vector<Class> m_classes;
    std::vector<std::uint32_t> m_rowStacks;
    std::vector<Keyframe> m_keyframes;
};

} // namespace heaptoll
