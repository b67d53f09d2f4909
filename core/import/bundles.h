// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

#include <string>
#include <vector>

namespace heaptoll {

/// A manifest among the inputs.
struct FoundBundle {
    std::size_t input = 0; ///< index into the inputs
    sdk::Bundle bundle;
};

/// An input that must not be imported by itself.
struct CoveredInput {
    std::size_t input = 0;
    std::size_t by = 0; ///< the input that counts instead
    bool isPart = false; ///< of `by`, a manifest; else another delivery of the same thing
    std::string note; ///< the same in words
};

/// Of several deliveries of one thing keeps the newest (the one that a pointing manifest names, else the last by path)
/// and covers the parts of all of them: a bill delivered three times must count once.
[[nodiscard]] std::vector<CoveredInput> coveredInputs(
    const std::vector<std::string>& paths, const std::vector<FoundBundle>& bundles);

} // namespace heaptoll
