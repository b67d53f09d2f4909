// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "plugins/pprof/pprof_pruning.h"

namespace heaptoll::pprof {

/// Sends every sample of the profile to the sink, in batches.
/// Errors: Malformed (missing location, wrong number of values, damaged message), LimitExceeded, Cancelled.
[[nodiscard]] Result<void> readSamples(const ProfileIndex& index, const LocationTable& locations,
    const Pruning& pruning, StringBridge& strings, sdk::Sink& sink, const TaskContext& task);

} // namespace heaptoll::pprof
