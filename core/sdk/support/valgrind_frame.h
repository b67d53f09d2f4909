// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace heaptoll::sdk {

/// A frame as Valgrind's tools write it: "0x10997F: SessionTable::load() (orderd.cpp:53)", "0x48FF7B9: ??? (in
/// /usr/lib/libstdc++.so.6)", "0x2: ???". The parts are views into the text.
struct ValgrindFrame {
    std::uint64_t address = 0; ///< 0 = none
    std::string_view function; ///< empty for "???"
    std::string_view file;
    std::uint32_t line = 0; ///< 0 = unknown
    std::string_view module;
};

/// Any text is a frame: what has no such shape is the name of a function.
[[nodiscard]] ValgrindFrame parseValgrindFrame(std::string_view text);

/// Is the function of `callee` inlined into that of `caller`, the next frame towards the root? Valgrind writes the
/// functions of one instruction as frames of the same address; a function that calls itself from one place has equal
/// ones.
[[nodiscard]] bool isInlinedInto(const ValgrindFrame& callee, const ValgrindFrame& caller);

} // namespace heaptoll::sdk
