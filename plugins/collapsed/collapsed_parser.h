// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads collapsed (folded) stacks: "main;serve;grow 4096" a line. See README.md.
class CollapsedParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: NotRecognized (no line is a stack and a number), LimitExceeded, or what the source returned; the lines
    /// before
    /// are delivered.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
