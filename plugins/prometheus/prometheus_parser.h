// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads the JSON of Prometheus' /api/v1/query_range (matrix) and /api/v1/query (vector), as a stream: memory is one
/// series. Format and decisions: plugins/prometheus/README.md.
class PrometheusParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: Malformed (also an error answer of the server, with its text), Truncated (series before are delivered),
    /// Unsupported (scalar and string results), NotRecognized (JSON of something else), those of the source.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
