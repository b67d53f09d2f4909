// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads DHAT's JSON: of Valgrind (file versions 1 and 2, all modes) and of dhat-rs. See README.md for the keys.
class DhatParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    /// Errors: NotRecognized (no dhatFileVersion), Unsupported (another version), Malformed, Truncated (the points that
    /// were whole are delivered; the names of their frames come last and are missing), LimitExceeded.
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
