// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/byte_source.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// Reads a whole source into memory, for formats that cannot be read as a stream (pprof: the string table comes last).
/// Errors: LimitExceeded above limit; what the source returned (Truncated included: nothing partial to keep).
[[nodiscard]] Result<std::vector<std::byte>> readAll(ByteSource& source, std::size_t limitBytes);

/// Lines of a text source, without their end (LF or CRLF), as views valid until the next call. A line may cross blocks.
class LineReader {
public:
    explicit LineReader(ByteSource& source, std::size_t maxLineBytes = std::size_t { 1 } << 20U);
    /// The next line; nullopt at the end. Errors: those of the source (lines before are good), LimitExceeded.
    [[nodiscard]] Result<std::optional<std::string_view>> next();
    [[nodiscard]] std::uint64_t lineNumber() const { return m_lineNumber; } ///< of the last line, from 1
    /// The last line ended with the input rather than with a line end.
    [[nodiscard]] bool lastLineWasOpen() const { return m_lastOpen; }

private:
    [[nodiscard]] std::string_view counted(std::string_view line);

    ByteSource& m_source;
    std::size_t m_maxLineBytes;
    std::string_view m_block;
    std::vector<char> m_carry; ///< of a line that crosses blocks
    std::uint64_t m_lineNumber = 0;
    bool m_atEnd = false;
    bool m_lastOpen = false;
};

} // namespace heaptoll::sdk
