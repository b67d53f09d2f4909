// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes protocol buffers by hand, right or deliberately wrong ones, for tests of readers.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace heaptoll::test {

inline std::string varint(std::uint64_t value)
{
    std::string out;
    while (value >= 0x80) {
        out += static_cast<char>((value & 0x7fU) | 0x80U);
        value >>= 7U;
    }
    out += static_cast<char>(value);
    return out;
}

inline std::string number(std::uint32_t field, std::uint64_t value)
{
    return varint(std::uint64_t { field } << 3U) + varint(value);
}

inline std::string bytes(std::uint32_t field, std::string_view payload)
{
    return varint(std::uint64_t { field } << 3U | 2U) + varint(payload.size()) + std::string(payload);
}

inline std::string packed(std::uint32_t field, std::initializer_list<std::uint64_t> values)
{
    std::string payload;
    for (const std::uint64_t value : values) {
        payload += varint(value);
    }
    return bytes(field, payload);
}

} // namespace heaptoll::test
