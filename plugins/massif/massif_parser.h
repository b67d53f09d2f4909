// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads what Valgrind's Massif writes, and what `heaptrack_print -M` writes like it. See README.md for the lines.
class MassifParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: NotRecognized (neither a header nor a snapshot), Malformed (no snapshot can be read), Truncated (ends
    /// inside a snapshot; those before are delivered), LimitExceeded.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
