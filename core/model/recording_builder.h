// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"
#include "core/base/time.h"
#include "core/model/profile.h"
#include "core/sdk/heap_sink.h"

#include <cstdint>
#include <span>

namespace heaptoll {

/// Turns allocation events into per-stack totals, the peak, and the timeline, in one pass.
class RecordingBuilder {
public:
    std::uint32_t allocationClass(NodeId stack, std::uint64_t sizeBytes);
    void events(std::span<const std::uint32_t> events);
    void advanceTime(Span sinceStart);
    void residentSize(std::int64_t bytes);
    void reset();
    /// Fills value types, samples and timeline of the profile.
    void finish(Profile& profile);
};

} // namespace heaptoll
