// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "core/sdk/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heaptoll::sdk {

/// The bytes of a source as one run, of which a window is in memory: for binary records that cross blocks.
/// Memory: one block and the longest take(). Cancellation and progress: once per block.
class ByteWindow {
public:
    ByteWindow(ByteSource& source, const TaskContext& task)
        : m_source(source)
        , m_task(task)
    { }
    ByteWindow(const ByteWindow&) = delete;
    ByteWindow& operator=(const ByteWindow&) = delete;
    ByteWindow(ByteWindow&&) = delete;
    ByteWindow& operator=(ByteWindow&&) = delete;
    ~ByteWindow() = default;

    /// The next `size` bytes, and moves behind them; nullptr when there are not so many (see error()). Valid until the
    /// next call.
    [[nodiscard]] const std::byte* take(std::size_t size)
    {
        if (static_cast<std::size_t>(m_end - m_at) < size && !fill(size)) {
            return nullptr;
        }
        const std::byte* const taken = m_at;
        m_at += size;
        return taken;
    }
    /// What is in memory from here on, without moving; skip() goes on. For loops over many small records.
    [[nodiscard]] std::span<const std::byte> ahead() const { return { m_at, m_end }; }
    /// Precondition: size <= ahead().size().
    void skip(std::size_t size) { m_at += size; }
    /// Appends the next `size` bytes to text, block by block: a size that lies allocates no more than there is.
    [[nodiscard]] bool appendTo(std::string& text, std::uint64_t size);
    /// Appends the bytes before the next `end`, and moves behind it. Errors: false at the end of the input, or when
    /// there is no `end` within `limit` bytes (then error() is empty).
    [[nodiscard]] bool appendUntil(std::string& text, char end, std::size_t limit);
    [[nodiscard]] bool isAtEnd() { return m_at == m_end && !fill(1) && !m_error; }

    [[nodiscard]] std::uint64_t offset() const { return m_offset + static_cast<std::uint64_t>(m_at - begin()); }
    /// How far the source was read. Units: bytes.
    [[nodiscard]] std::uint64_t endOffset() const { return m_offset + m_bytes.size(); }
    /// What the source returned, or Cancelled; nullopt at the plain end of the input.
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] Location where(std::uint64_t offset) const { return { m_source.displayName(), offset, 0, {} }; }

private:
    [[nodiscard]] const std::byte* begin() const { return m_bytes.data(); }
    [[nodiscard]] bool fill(std::size_t size);

    ByteSource& m_source;
    const TaskContext& m_task;
    std::vector<std::byte> m_bytes;
    const std::byte* m_at = nullptr;
    const std::byte* m_end = nullptr;
    std::uint64_t m_offset = 0; ///< of m_bytes in the input
    std::optional<Error> m_error;
};

} // namespace heaptoll::sdk
