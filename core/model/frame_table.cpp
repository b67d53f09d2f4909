// SPDX-License-Identifier: Apache-2.0
#include "core/model/frame_table.h"

#include "core/base/hash.h"

namespace heaptoll {
namespace {

std::uint64_t hashOf(const Frame& f)
{
    std::uint64_t hash = mixHash((std::uint64_t { f.function.value } << 32U) | f.file.value);
    hash = mixHash(hash ^ ((std::uint64_t { f.line } << 32U) | f.module.value));
    hash = mixHash(hash ^ f.address ^ (std::uint64_t { f.systemName.value } << 1U) ^ (f.isInlined ? 1U : 0U));
    return hash ^ f.startLine;
}

} // namespace

FrameTable::FrameTable()
    : m_frames(1)
    , m_slots(64)
{ }

FrameId FrameTable::intern(const Frame& frame)
{
    if (frame == Frame {}) {
        return {};
    }
    if (m_frames.size() * 2 > m_slots.size()) {
        grow();
    }
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = hashOf(frame) & mask;; at = (at + 1) & mask) {
        if (m_slots[at] == 0) {
            m_slots[at] = static_cast<std::uint32_t>(m_frames.size());
            m_frames.push_back(frame);
            return FrameId { m_frames.size() - 1 };
        }
        if (m_frames[m_slots[at]] == frame) {
            return FrameId { m_slots[at] };
        }
    }
}

void FrameTable::grow()
{
    m_slots.assign(m_slots.size() * 2, 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t i = 1; i < m_frames.size(); ++i) {
        std::size_t at = hashOf(m_frames[i]) & mask;
        while (m_slots[at] != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = i;
    }
}

} // namespace heaptoll
