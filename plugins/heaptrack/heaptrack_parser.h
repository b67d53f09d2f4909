// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads interpreted heaptrack recordings, file versions 0 to 3. See README.md for the records.
class HeaptrackParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: NotRecognized (no version line), Unsupported (raw dialect, newer file version), Malformed (second
    /// recording in one file, or none of the events can be read), Truncated (input or last line cut; everything before
    /// is delivered), LimitExceeded.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
