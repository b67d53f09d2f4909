// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pipeline.h"
#include "core/model/recording_builder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace heaptoll {

/// A RecordingBuilder behind a thread: reading the events and adding them up overlap. It is called as the builder is,
/// and keeps the order of the calls:
///
///     calls  ->  parcel { events, steps between them }  ->  thread: the same calls on the builder
///
/// A recording that fits into one parcel, as most do, needs no thread. At most kParcels are in flight (2 MiB).
/// What fails on the thread (memory runs out) is thrown by a later call.
class RecordingFeed {
public:
    static constexpr std::size_t kParcels = 4;
    static constexpr std::size_t kParcelItems = std::size_t { 1 } << 16U; ///< events, or steps between them

    explicit RecordingFeed(std::size_t parcelItems = kParcelItems);

    /// The number that event lines use: 0, 1, 2... in the order of the calls.
    std::uint32_t allocationClass(NodeId stack, std::uint64_t sizeBytes);
    void events(std::span<const std::uint32_t> events);
    void advanceTime(Span sinceStart);
    void residentSize(std::int64_t bytes);
    void reset();
    /// As RecordingBuilder::finish, after all that was handed over. Call once, last.
    [[nodiscard]] RecordingBuilder::Report finish(Profile& profile, std::span<const NodeId> suppressedStacks);

private:
    struct NewClass {
        NodeId stack;
        std::uint64_t sizeBytes = 0;
        void apply(RecordingBuilder& builder) const { (void)builder.allocationClass(stack, sizeBytes); }
    };
    struct NewTime {
        Span sinceStart;
        void apply(RecordingBuilder& builder) const { builder.advanceTime(sinceStart); }
    };
    struct NewResidentSize {
        std::int64_t bytes = 0;
        void apply(RecordingBuilder& builder) const { builder.residentSize(bytes); }
    };
    struct Reset {
        void apply(RecordingBuilder& builder) const { builder.reset(); }
    };
    struct Step {
        std::size_t eventsBefore = 0; ///< of the same parcel
        std::variant<NewClass, NewTime, NewResidentSize, Reset> what;
    };
    struct Parcel {
        std::vector<std::uint32_t> events;
        std::vector<Step> steps;
    };

    template<typename What>
    void step(What what);
    void handOver();
    void apply(const Parcel& parcel);

    std::size_t m_parcelItems;
    std::uint32_t m_classCount = 0;
    std::unique_ptr<Parcel> m_parcel;
    RecordingBuilder m_builder; ///< the thread's while anything is in flight
    std::optional<Pipeline<Parcel>> m_thread; ///< last: it stops before the builder goes
};

} // namespace heaptoll
