// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/byte_window.h"

#include <algorithm>
#include <cstring>

namespace heaptoll::sdk {

bool ByteWindow::fill(std::size_t size)
{
    while (static_cast<std::size_t>(m_end - m_at) < size) {
        if (m_error) {
            return false;
        }
        if (m_task.cancelled()) {
            m_error = Error { ErrorCode::Cancelled, "cancelled", where(offset()) };
            return false;
        }
        auto block = m_source.nextBlock();
        if (!block.ok()) {
            m_error = std::move(block).error();
            return false;
        }
        if (block.value().empty()) {
            return false;
        }
        m_task.progress({ m_source.offset(), m_source.size().value_or(0), "reading" });
        const auto used = static_cast<std::size_t>(m_at - m_bytes.data());
        m_offset += used;
        m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(used));
        m_bytes.insert(m_bytes.end(), block.value().begin(), block.value().end());
        m_at = m_bytes.data();
        m_end = m_at + m_bytes.size();
    }
    return true;
}

bool ByteWindow::appendTo(std::string& text, std::uint64_t size)
{
    while (size > 0) {
        if (m_at == m_end && !fill(1)) {
            return false;
        }
        const std::size_t part = std::min<std::uint64_t>(size, static_cast<std::uint64_t>(m_end - m_at));
        text.append(reinterpret_cast<const char*>(m_at), part);
        m_at += part;
        size -= part;
    }
    return true;
}

bool ByteWindow::appendUntil(std::string& text, char end, std::size_t limit)
{
    while (limit > 0) {
        if (m_at == m_end && !fill(1)) {
            return false;
        }
        const std::size_t part = std::min(limit, static_cast<std::size_t>(m_end - m_at));
        const auto* const found = static_cast<const std::byte*>(std::memchr(m_at, end, part));
        const std::size_t length = found == nullptr ? part : static_cast<std::size_t>(found - m_at);
        text.append(reinterpret_cast<const char*>(m_at), length);
        m_at += length;
        if (found != nullptr) {
            ++m_at;
            return true;
        }
        limit -= length;
    }
    return false;
}

} // namespace heaptoll::sdk
