// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads speedscope's own format. Several profiles of one file become columns of one profile. See README.md.
class SpeedscopeParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: NotRecognized (no list of profiles), Unsupported (profiles of time only), Malformed, Truncated (the
    /// profiles that
    /// were whole are delivered), LimitExceeded.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
