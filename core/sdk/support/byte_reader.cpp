// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/byte_reader.h"

#include <cstring>

namespace heaptoll::sdk {

Result<std::vector<std::byte>> readAll(ByteSource& source, std::size_t limitBytes)
{
    std::vector<std::byte> bytes;
    if (const auto size = source.size(); size && *size <= limitBytes) {
        bytes.reserve(*size);
    }
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto block, source.nextBlock());
        if (block.empty()) {
            return bytes;
        }
        if (bytes.size() + block.size() > limitBytes) {
            return Error { ErrorCode::LimitExceeded,
                "the decompressed input is larger than " + std::to_string(limitBytes) + " bytes",
                { source.displayName(), source.offset(), 0, {} }, "raise the limit if the file is what it should be" };
        }
        bytes.insert(bytes.end(), block.begin(), block.end());
    }
}

LineReader::LineReader(ByteSource& source, std::size_t maxLineBytes)
    : m_source(source)
    , m_maxLineBytes(maxLineBytes)
{ }

std::string_view LineReader::counted(std::string_view line)
{
    ++m_lineNumber;
    return line.substr(0, line.size() - (line.ends_with('\r') ? 1U : 0U));
}

Result<std::optional<std::string_view>> LineReader::next()
{
    m_carry.clear();
    while (true) {
        const auto* const end =
            m_block.empty() ? nullptr : static_cast<const char*>(std::memchr(m_block.data(), '\n', m_block.size()));
        const std::string_view part =
            end == nullptr ? m_block : m_block.substr(0, static_cast<std::size_t>(end - m_block.data()));
        if (m_carry.size() + part.size() > m_maxLineBytes) {
            return Error { ErrorCode::LimitExceeded,
                "a line is longer than " + std::to_string(m_maxLineBytes) + " bytes",
                { m_source.displayName(), {}, m_lineNumber + 1, {} } };
        }
        m_block.remove_prefix(part.size() + (end == nullptr ? 0 : 1));
        if (end != nullptr && m_carry.empty()) {
            return std::optional(counted(part));
        }
        m_carry.insert(m_carry.end(), part.begin(), part.end());
        m_lastOpen = end == nullptr && m_atEnd && !m_carry.empty();
        if (end != nullptr || m_lastOpen) {
            return std::optional(counted({ m_carry.data(), m_carry.size() }));
        }
        if (m_atEnd) {
            return std::optional<std::string_view> {};
        }
        HEAPTOLL_TRY_ASSIGN(const auto block, m_source.nextBlock());
        m_atEnd = block.empty();
        m_block = { reinterpret_cast<const char*>(block.data()), block.size() };
    }
}

} // namespace heaptoll::sdk
