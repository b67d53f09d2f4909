// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll {

/// Reads AWS Cost and Usage Reports as CSV, header dialects "lineItem/UnblendedCost" and
/// "line_item_unblended_cost", and the manifest of a delivery, which stands for all of its parts. See
/// README.md.
class AwsCurParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    [[nodiscard]] Result<std::optional<sdk::Bundle>> bundle(sdk::ByteSource& source) const override;
    [[nodiscard]] Result<void> run(
        sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll
