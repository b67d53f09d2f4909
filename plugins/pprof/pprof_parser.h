// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll::pprof {

/// Reads profile.proto (google/pprof): heap profiles of Go, Rust, Node, the JVM and of every tool that writes pprof.
/// The rules are in README.md of this folder.
class PprofParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll::pprof
