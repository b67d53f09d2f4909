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

Result<std::optional<std::string_view>> LineReader::next()
{
    const auto trimmed = [this](std::string_view line) {
        ++m_lineNumber;
        if (!line.empty() && line.back() == '\r') {
            line.remove_suffix(1);
        }
        return std::optional(line);
    };
    m_carry.clear();
    while (true) {
        if (!m_block.empty()) {
            const auto* const end = static_cast<const char*>(std::memchr(m_block.data(), '\n', m_block.size()));
            const std::size_t length = end == nullptr ? m_block.size() : static_cast<std::size_t>(end - m_block.data());
            if (m_carry.size() + length > m_maxLineBytes) {
                return Error { ErrorCode::LimitExceeded,
                    "a line is longer than " + std::to_string(m_maxLineBytes) + " bytes",
                    { m_source.displayName(), {}, m_lineNumber + 1, {} } };
            }
            const std::string_view part = m_block.substr(0, length);
            m_block.remove_prefix(end == nullptr ? length : length + 1);
            if (end != nullptr && m_carry.empty()) {
                return trimmed(part);
            }
            m_carry.insert(m_carry.end(), part.begin(), part.end());
            if (end != nullptr) {
                return trimmed({ m_carry.data(), m_carry.size() });
            }
        }
        if (m_atEnd) {
            if (m_carry.empty()) {
                return std::optional<std::string_view> {};
            }
            m_lastOpen = true;
            return trimmed({ m_carry.data(), m_carry.size() });
        }
        HEAPTOLL_TRY_ASSIGN(const auto block, m_source.nextBlock());
        m_atEnd = block.empty();
        m_block = { reinterpret_cast<const char*>(block.data()), block.size() };
    }
}

} // namespace heaptoll::sdk
