// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// Handles of an import. They are the row numbers of the tables the host builds; 0 = none.
using StringRef = StringId;
using FrameRef = FrameId;
using StackRef = NodeId;

/// See Frame in the model: one function frame.
struct FrameRow {
    StringRef function;
    StringRef systemName;
    StringRef module;
    StringRef file;
    std::uint32_t line = 0;
    std::uint32_t startLine = 0;
    std::uint64_t address = 0;
    bool isInlined = false;
};

struct LabelRow {
    StringRef key;
    StringRef text;
    std::int64_t number = 0;
    StringRef unit;
};

/// One value column: the metric by its CLI name ("live_bytes", ... or "custom"), and the file's own words.
struct ValueTypeRow {
    std::string_view metric;
    std::string type;
    std::string unit;
};

/// How the numbers of a profile were sampled. Units: period in bytes between samples, 0 = every allocation counted.
struct SamplingRow {
    std::int64_t periodBytes = 0;
    bool alreadyUnsampled = true; ///< the file holds estimates of the truth, not raw counts
};

/// What the times of a recording count. Units of its Spans: nanoseconds; instructions; bytes allocated so far.
enum class RecordingClock : std::uint8_t { Time, Instructions, AllocatedBytes };

struct ProfileRow {
    std::vector<ValueTypeRow> values;
    std::size_t defaultValue = 0; ///< index into values
    std::optional<Instant> time; ///< wall clock of the snapshot, absent for relative recordings
    Span duration;
    SamplingRow sampling;
    std::string command; ///< what was profiled, if the file says so
    std::string formatVersion;
    RecordingClock clock = RecordingClock::Time;
};

/// A batch of samples. Shape: stacks.size() rows, values row-major (rows x value types), labels empty or one per row.
struct SampleRows {
    std::span<const StackRef> stacks;
    std::span<const std::int64_t> values;
    std::span<const LabelSetId> labels;
};

/// Totals that the file's own tool prints first and that cannot be derived from the samples alone.
/// Units: bytes and counts; absent = the format does not know.
struct RecordingTotals {
    std::optional<std::int64_t> suppressedBytes;
    std::optional<std::int64_t> systemMemoryBytes;
    std::optional<std::int64_t> peakRssBytes;
    /// Of an event recording: stacks whose leaks its own rules suppress. The host moves what these leak from
    /// leaked_bytes to suppressedBytes (unless suppressedBytes is given). In any order, each at most once.
    std::vector<StackRef> suppressedStacks;
};

/// Receives one heap profile per beginProfile/endProfile pair. "Define before use" is the only order.
/// Two ways in: finished samples (samples()), or a recording of events (allocationClass(), events(), advanceTime()),
/// from which the host derives peak, leaked, temporary and the timeline. Events come in batches, so one virtual call
/// is paid for some thousand of them. Samples may be joined by a timeline of states (liveTotal(), liveStacks()).
class HeapSink {
public:
    HeapSink() = default;
    HeapSink(const HeapSink&) = delete;
    HeapSink& operator=(const HeapSink&) = delete;
    HeapSink(HeapSink&&) = delete;
    HeapSink& operator=(HeapSink&&) = delete;
    virtual ~HeapSink() = default;

    virtual void beginProfile(const ProfileRow& profile) = 0;
    [[nodiscard]] virtual StringRef string(std::string_view text) = 0;
    [[nodiscard]] virtual FrameRef frame(const FrameRow& row) = 0;
    /// The stack `frame called by parent`; parent none = outermost frame.
    [[nodiscard]] virtual StackRef stack(StackRef parent, FrameRef frame) = 0;
    /// A whole stack, outermost frame first.
    [[nodiscard]] virtual StackRef stackFromRoot(std::span<const FrameRef> frames) = 0;
    [[nodiscard]] virtual LabelSetId labels(std::span<const LabelRow> labels) = 0;
    virtual void samples(const SampleRows& rows) = 0;

    /// A kind of allocation: so many bytes from this stack. Classes are numbered from 0 in the order of definition.
    virtual std::uint32_t allocationClass(StackRef stack, std::uint64_t sizeBytes) = 0;
    /// Events in the order they happened: class << 1 | isFree.
    virtual void events(std::span<const std::uint32_t> events) = 0;
    /// Events after this one happened at `sinceStart` or later. Times never go back.
    virtual void advanceTime(Span sinceStart) = 0;
    /// Resident set size at the current time. Units: bytes.
    virtual void residentSize(std::int64_t bytes) = 0;
    /// Forgets the events so far (heaptrack attached to a running process).
    virtual void resetRecording() = 0;

    /// A recording of states instead of events: so much is live in all at this time. Times never go back.
    virtual void liveTotal(Span sinceStart, std::int64_t bytes) = 0;
    /// Whose the bytes of the last liveTotal() are: all stacks of that state. Shape: equal lengths.
    virtual void liveStacks(std::span<const StackRef> stacks, std::span<const std::int64_t> bytes) = 0;

    virtual void endProfile(const RecordingTotals& totals) = 0;
};

} // namespace heaptoll::sdk
