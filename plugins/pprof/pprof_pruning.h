// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/pprof/pprof_frames.h"

#include <cstdint>
#include <vector>

namespace heaptoll::pprof {

/// What drop_frames and keep_frames of the file do to its stacks, as `go tool pprof` does it: a dropped function and
/// everything it called disappears, so that its caller becomes the leaf.
struct Pruning {
    enum class Cut : std::uint8_t { None, Whole, Inner };
    std::vector<Cut> cuts; ///< per location row; empty = the file drops nothing

    /// Root-side part of a stack that remains: locations [result, stack.size()) of a leaf-first list of rows.
    [[nodiscard]] std::size_t firstKept(const std::vector<std::uint32_t>& leafFirstRows) const;
};

/// Evaluates the patterns for every location and shortens the ones that are cut inside. A pattern that cannot be read
/// is an issue and drops nothing. Errors: Malformed (bad string index).
[[nodiscard]] Result<Pruning> readPruning(const ProfileIndex& index, LocationTable& locations, sdk::Sink& sink);

/// Function name without its argument list, as pprof matches it: "a::f(int)" -> "a::f".
[[nodiscard]] std::string_view withoutArguments(std::string_view function);

} // namespace heaptoll::pprof
