// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll::sdk {

/// The lines of a text, without their ends ("\n" or "\r\n") and without a UTF-8 byte order mark at the start. The lines
/// do not depend on how the source cuts its blocks. Memory: one block of the source and the line that crosses blocks.
///
///     TextLines lines(source);
///     while (const auto line = lines.next()) { ... }
///     HEAPTOLL_TRY(lines.status());
///
/// Errors (sticky, in status(), with the line): LimitExceeded for a line beyond kMaxLineBytes; what the source
/// returned,
/// after the lines that were whole before it.
class TextLines {
public:
    static constexpr std::size_t kMaxLineBytes = std::size_t { 16 } << 20U;

    explicit TextLines(ByteSource& source)
        : m_source(source)
    { }
    /// Valid until the next call; nullopt = the end, or an error.
    [[nodiscard]] std::optional<std::string_view> next();
    [[nodiscard]] Result<void> status() const { return m_error ? Result<void>(*m_error) : Result<void>(); }
    [[nodiscard]] std::uint64_t lineNumber() const { return m_lineNumber; } ///< of the last line, from 1
    [[nodiscard]] bool isUnended() const
    {
        return m_isUnended;
    } ///< the last line had no line end: the input's last one
    /// Place of the last line, with the source's name.
    [[nodiscard]] Location where() const { return { m_source.displayName(), {}, m_lineNumber, {} }; }

private:
    [[nodiscard]] bool refill();
    [[nodiscard]] std::string_view ended(std::string_view line);

    ByteSource& m_source;
    std::string_view m_block; ///< what is left of it; valid until the source's next block
    std::string m_carry; ///< the start of a line that crosses blocks
    std::string m_line; ///< the line that did
    std::uint64_t m_lineNumber = 0;
    std::optional<Error> m_error;
    bool m_isAtEnd = false;
    bool m_isUnended = false;
};

} // namespace heaptoll::sdk
