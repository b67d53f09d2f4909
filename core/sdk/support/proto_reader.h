// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace heaptoll::sdk {

/// Wire types of protocol buffers that are in use; groups (3, 4) are not.
/// Source: protobuf.dev/programming-guides/encoding.
enum class WireType : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

/// Decodes one varint at `at` and moves it behind. Returns false when it does not end before `end` or is longer than
/// 64 bits; `at` is undefined then.
[[nodiscard]] inline bool readVarint(const std::byte*& at, const std::byte* end, std::uint64_t& value)
{
    if (at != end && (*at & std::byte { 0x80 }) == std::byte {}) {
        value = std::to_integer<std::uint64_t>(*at++);
        return true;
    }
    std::uint64_t result = 0;
    for (unsigned shift = 0; shift < 64 && at != end; shift += 7) {
        const auto byte = std::to_integer<std::uint64_t>(*at++);
        result |= (byte & 0x7fU) << shift;
        if (byte < 0x80) {
            value = result;
            return shift < 63 || byte <= 1;
        }
    }
    return false;
}

/// Walks the fields of one protocol buffer message in memory, without copies. Views point into the message.
/// Usage: while (reader.next()) { switch (reader.field()) ... }  if (reader.damage() != Damage::None) ...
class ProtoReader {
public:
    enum class Damage : std::uint8_t {
        None,
        CutShort, ///< a field reaches beyond the end of the message
        BadTag, ///< field number 0, or a wire type that is not in use
        BadVarint, ///< longer than 64 bits
    };

    /// baseOffset: where the message starts in the input, for offset().
    explicit ProtoReader(std::span<const std::byte> message, std::uint64_t baseOffset = 0)
        : m_begin(message.data())
        , m_at(message.data())
        , m_end(message.data() + message.size())
        , m_fieldStart(message.data())
        , m_base(baseOffset)
    { }

    /// Reads the next field; false at the end and on damage.
    [[nodiscard]] bool next();

    [[nodiscard]] std::uint32_t field() const { return m_field; }
    [[nodiscard]] WireType wireType() const { return m_wireType; }
    /// Value of a Varint, Fixed64 or Fixed32 field.
    [[nodiscard]] std::uint64_t number() const { return m_number; }
    [[nodiscard]] std::int64_t signedNumber() const { return static_cast<std::int64_t>(m_number); }
    /// Payload of a Bytes field.
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    [[nodiscard]] std::string_view text() const
    {
        return { reinterpret_cast<const char*>(m_bytes.data()), m_bytes.size() };
    }
    /// Offset of the current field (its tag), or of the damage. Units: bytes of the input.
    [[nodiscard]] std::uint64_t offset() const { return m_base + static_cast<std::uint64_t>(m_fieldStart - m_begin); }
    /// Offset of the payload of a Bytes field.
    [[nodiscard]] std::uint64_t bytesOffset() const
    {
        return m_base + static_cast<std::uint64_t>(m_bytes.data() - m_begin);
    }
    [[nodiscard]] Damage damage() const { return m_damage; }

private:
    bool fail(Damage damage)
    {
        m_damage = damage;
        return false;
    }
    bool readFixed(std::size_t width);

    const std::byte* m_begin;
    const std::byte* m_at;
    const std::byte* m_end;
    const std::byte* m_fieldStart;
    std::uint64_t m_base;
    std::uint64_t m_number = 0;
    std::span<const std::byte> m_bytes;
    std::uint32_t m_field = 0;
    WireType m_wireType = WireType::Varint;
    Damage m_damage = Damage::None;
};

/// The numbers of a repeated integer field, packed or not: calls use(value) for each. Returns false when the packed
/// payload is damaged.
template<typename Use>
[[nodiscard]] bool forEachInteger(const ProtoReader& reader, Use&& use)
{
    if (reader.wireType() == WireType::Varint) {
        use(reader.number());
        return true;
    }
    if (reader.wireType() != WireType::Bytes) {
        return false;
    }
    const std::byte* at = reader.bytes().data();
    const std::byte* const end = at + reader.bytes().size();
    while (at != end) {
        std::uint64_t value = 0;
        if (!readVarint(at, end, value)) {
            return false;
        }
        use(value);
    }
    return true;
}

/// What a damage means, for messages: "a field reaches beyond the end of its message".
[[nodiscard]] std::string_view describe(ProtoReader::Damage damage);

} // namespace heaptoll::sdk
