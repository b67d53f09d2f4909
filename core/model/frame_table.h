// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/strong.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll {

/// One function frame as the profile names it. Row identity = all columns. 0 means unknown throughout.
struct Frame {
    StringId function; ///< human-readable
    StringId systemName; ///< mangled
    StringId module;
    StringId file;
    std::uint32_t line = 0;
    std::uint32_t startLine = 0;
    std::uint64_t address = 0;
    bool isInlined = false; ///< an inlined callee: its caller is the next frame towards the root
    friend bool operator==(const Frame&, const Frame&) = default;
};

/// The distinct frames of one profile; row 0 is the empty frame.
class FrameTable {
public:
    FrameTable();
    FrameId intern(const Frame& frame);
    [[nodiscard]] const Frame& at(FrameId id) const { return m_frames[id.index()]; }
    [[nodiscard]] std::span<const Frame> all() const { return m_frames; }
    [[nodiscard]] std::size_t size() const { return m_frames.size(); }

private:
    void grow();
    std::vector<Frame> m_frames;
    std::vector<std::uint32_t> m_slots;
};

} // namespace heaptoll
