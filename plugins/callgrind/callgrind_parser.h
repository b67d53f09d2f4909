// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads the memory reports that Valgrind writes in callgrind format (--xtree-memory, --xtree-leak). Measurements of
/// Callgrind itself, and call graphs of others in its format, are refused by name. See README.md for the lines.
class CallgrindParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: NotRecognized (no header), Unsupported (no xtree report), Malformed (no stack can be read), Truncated
    /// (the
    /// totals at its end are missing; the stacks before are delivered), LimitExceeded.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
