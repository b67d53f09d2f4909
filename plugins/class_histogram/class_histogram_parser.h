// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads what jcmd GC.class_histogram and jmap -histo print. The rules are in README.md of this folder.
class ClassHistogramParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
