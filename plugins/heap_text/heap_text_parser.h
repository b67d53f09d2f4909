// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

namespace heaptoll::heap_text {

/// Reads heap profiles that are text: of gperftools and tcmalloc, of Go (debug=1), of jemalloc, and with symbols in
/// front of them as jeprof --raw writes them. The formats and what is left out: README.md of this folder.
class HeapTextParser final : public sdk::Importer {
public:
    [[nodiscard]] sdk::ProbeResult probe(const sdk::ProbeInput& input) const override;
    [[nodiscard]] Result<void> run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task) override;
};

} // namespace heaptoll::heap_text
