// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/utf8_source.h"

#include "core/sdk/support/utf8_text.h"

namespace heaptoll::sdk {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool isHigh(std::uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool isLow(std::uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

} // namespace

Result<std::span<const std::byte>> Utf8Source::nextBlock()
{
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto block, m_source.nextBlock());
        const std::string_view bytes(reinterpret_cast<const char*>(block.data()), block.size());
        m_text.clear();
        if (m_encoding == Encoding::Utf8) {
            m_offset += block.size();
            return block;
        }
        if (m_encoding == Encoding::Unknown) {
            m_pending += bytes;
            if (!decide(bytes)) {
                continue; // one byte tells nothing
            }
            const std::string start = std::move(m_pending);
            m_pending.clear();
            if (m_encoding == Encoding::Utf8) {
                m_text = start;
            } else {
                convert(start);
            }
        } else {
            convert(bytes);
        }
        if (bytes.empty() && (m_highSurrogate != 0 || !m_pending.empty())) {
            appendUtf8(m_text, kReplacement);
            m_highSurrogate = 0;
            m_pending.clear();
        }
        if (!m_text.empty() || bytes.empty()) {
            m_offset += m_text.size();
            return std::as_bytes(std::span(m_text.data(), m_text.size()));
        }
    }
}

/// True when the encoding is known: two bytes, or the end.
bool Utf8Source::decide(std::string_view block)
{
    if (m_pending.size() < 2 && !block.empty()) {
        return false;
    }
    m_encoding = m_pending.starts_with("\xff\xfe") ? Encoding::Utf16Le
        : m_pending.starts_with("\xfe\xff")        ? Encoding::Utf16Be
                                                   : Encoding::Utf8;
    m_pending.erase(0, m_encoding == Encoding::Utf8 ? 0 : 2);
    return true;
}

void Utf8Source::convert(std::string_view bytes)
{
    m_pending += bytes;
    std::size_t at = 0;
    for (; at + 1 < m_pending.size(); at += 2) {
        add(static_cast<unsigned char>(m_pending[at]), static_cast<unsigned char>(m_pending[at + 1]));
    }
    m_pending.erase(0, at);
}

void Utf8Source::add(unsigned char first, unsigned char second)
{
    const std::uint32_t unit = m_encoding == Encoding::Utf16Le ? first | (std::uint32_t { second } << 8U)
                                                               : second | (std::uint32_t { first } << 8U);
    if (m_highSurrogate != 0 && isLow(unit)) {
        appendUtf8(m_text, 0x10000 + ((m_highSurrogate - 0xD800) << 10U) + (unit - 0xDC00));
        m_highSurrogate = 0;
        return;
    }
    if (m_highSurrogate != 0) {
        appendUtf8(m_text, kReplacement);
        m_highSurrogate = 0;
    }
    if (isHigh(unit)) {
        m_highSurrogate = unit;
    } else {
        appendUtf8(m_text, isLow(unit) ? kReplacement : unit);
    }
}

} // namespace heaptoll::sdk
