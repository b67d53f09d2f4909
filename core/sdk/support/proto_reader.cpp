// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/proto_reader.h"

namespace heaptoll::sdk {
namespace {

constexpr std::uint64_t kMaxFieldNumber = (std::uint64_t { 1 } << 29U) - 1;

} // namespace

bool ProtoReader::next()
{
    if (m_damage != Damage::None || m_at == m_end) {
        return false;
    }
    m_fieldStart = m_at;
    std::uint64_t tag = 0;
    if (!readVarint(m_at, m_end, tag)) {
        return fail(m_at == m_end ? Damage::CutShort : Damage::BadVarint);
    }
    const std::uint64_t number = tag >> 3U;
    if (number == 0 || number > kMaxFieldNumber) {
        return fail(Damage::BadTag);
    }
    m_field = static_cast<std::uint32_t>(number);
    m_bytes = {};
    switch (tag & 7U) {
    case 0:
        m_wireType = WireType::Varint;
        if (!readVarint(m_at, m_end, m_number)) {
            return fail(m_at == m_end ? Damage::CutShort : Damage::BadVarint);
        }
        return true;
    case 1: m_wireType = WireType::Fixed64; return readFixed(8);
    case 2: {
        m_wireType = WireType::Bytes;
        std::uint64_t length = 0;
        if (!readVarint(m_at, m_end, length)) {
            return fail(m_at == m_end ? Damage::CutShort : Damage::BadVarint);
        }
        if (length > static_cast<std::uint64_t>(m_end - m_at)) {
            return fail(Damage::CutShort);
        }
        m_bytes = { m_at, static_cast<std::size_t>(length) };
        m_at += length;
        return true;
    }
    case 5: m_wireType = WireType::Fixed32; return readFixed(4);
    default: return fail(Damage::BadTag);
    }
}

bool ProtoReader::readFixed(std::size_t width)
{
    if (static_cast<std::size_t>(m_end - m_at) < width) {
        return fail(Damage::CutShort);
    }
    m_number = 0;
    for (std::size_t i = 0; i < width; ++i) {
        m_number |= std::to_integer<std::uint64_t>(m_at[i]) << (8 * i);
    }
    m_at += width;
    return true;
}

std::string_view describe(ProtoReader::Damage damage)
{
    switch (damage) {
    case ProtoReader::Damage::None: return "no damage";
    case ProtoReader::Damage::CutShort: return "a field reaches beyond the end of its message";
    case ProtoReader::Damage::BadTag: return "a field has an impossible number or wire type";
    case ProtoReader::Damage::BadVarint: return "an integer is longer than 64 bits";
    }
    return "damage";
}

} // namespace heaptoll::sdk
