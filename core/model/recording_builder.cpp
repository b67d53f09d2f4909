// SPDX-License-Identifier: Apache-2.0
#include "core/model/recording_builder.h"

namespace heaptoll {

std::uint32_t RecordingBuilder::allocationClass(NodeId, std::uint64_t)
{
    return 0;
}
void RecordingBuilder::events(std::span<const std::uint32_t>) { }
void RecordingBuilder::advanceTime(Span) { }
void RecordingBuilder::residentSize(std::int64_t) { }
void RecordingBuilder::reset() { }
void RecordingBuilder::finish(Profile&) { }

} // namespace heaptoll
