// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads the sampling heap profiles of V8 (node --heap-prof, Chrome). The rules are in README.md of this folder.
class V8HeapProfileParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
