// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace heaptoll {

/// Finaliser of a 64-bit multiply-xorshift hash: spreads ids over open-addressing tables.
[[nodiscard]] constexpr std::uint64_t mixHash(std::uint64_t x)
{
    x ^= x >> 32U;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32U;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32U;
    return x;
}

/// Hash of bytes, eight at a time. Not for adversarial use across processes; tables compare keys in full.
[[nodiscard]] inline std::uint64_t hashBytes(std::string_view text)
{
    std::uint64_t hash = 0x9e3779b97f4a7c15ULL ^ text.size();
    while (text.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        hash = mixHash(hash ^ word);
        text.remove_prefix(8);
    }
    std::uint64_t tail = 0;
    if (!text.empty()) { // an empty view may point nowhere, which memcpy may not be given
        std::memcpy(&tail, text.data(), text.size());
    }
    return mixHash(hash ^ tail);
}

} // namespace heaptoll
