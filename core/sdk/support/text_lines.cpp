// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/text_lines.h"

#include <utility>

namespace heaptoll::sdk {

bool TextLines::refill()
{
    auto block = m_source.nextBlock();
    if (!block.ok()) {
        m_error = std::move(block).error();
        return false;
    }
    m_isAtEnd = block.value().empty();
    m_block = { reinterpret_cast<const char*>(block.value().data()), block.value().size() };
    return true;
}

std::string_view TextLines::ended(std::string_view line)
{
    ++m_lineNumber;
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (m_lineNumber == 1 && line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    return line;
}

std::optional<std::string_view> TextLines::next()
{
    while (!m_error && !m_isAtEnd) {
        const std::size_t end = m_block.find('\n');
        if (end != std::string_view::npos) {
            std::string_view line = m_block.substr(0, end);
            m_block.remove_prefix(end + 1);
            if (!m_carry.empty()) {
                m_carry += line;
                m_line.swap(m_carry);
                m_carry.clear();
                line = m_line;
            }
            return ended(line);
        }
        if (m_carry.size() + m_block.size() > kMaxLineBytes) {
            m_error = Error { ErrorCode::LimitExceeded,
                "a line is longer than " + std::to_string(kMaxLineBytes >> 20U) + " MiB",
                { m_source.displayName(), {}, m_lineNumber + 1, {} },
                "no program writes such a line: the file is damaged" };
            break;
        }
        m_carry += m_block;
        m_block = {};
        if (!refill()) {
            break;
        }
    }
    if (!m_error && !m_carry.empty()) {
        m_isUnended = true;
        m_line.swap(m_carry);
        m_carry.clear();
        return ended(m_line);
    }
    return std::nullopt;
}

} // namespace heaptoll::sdk
