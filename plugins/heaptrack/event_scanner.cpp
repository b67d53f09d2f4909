// SPDX-License-Identifier: Apache-2.0
#include "plugins/heaptrack/event_scanner.h"

#include <bit>
#include <cstring>

namespace heaptoll {
namespace {

// Eight digits at a time in one register ("SWAR"): every constant repeats a byte.
constexpr std::uint64_t repeated(std::uint8_t byte) { return 0x0101010101010101ULL * byte; }

constexpr std::size_t kPrefixBytes = 2; ///< "+ "
constexpr std::size_t kReadAhead = 16; ///< bytes a step may load

std::uint64_t load8(const char* at)
{
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) {
        word = __builtin_bswap64(word);
    }
    return word;
}

/// Value of eight lower-case hex digits, the first in the lowest byte; `invalid` gets a bit set for anything else.
std::uint32_t hexValue(std::uint64_t digits, std::uint64_t& invalid)
{
    const std::uint64_t letters = (digits >> 6U) & repeated(1); // 'a'..'f' are 0x61.., '0'..'9' are 0x30..
    const std::uint64_t values = (digits & repeated(0x0f)) + letters * 9;
    invalid = (values & repeated(0xf0)) // a letter beyond 'f'
        | (((values + repeated(6)) ^ (letters << 4U)) & repeated(0x10)) // ':'..'?' or '`'
        | ((digits & repeated(0xf0)) ^ (repeated(0x30) + letters * 0x30)); // another column of the ASCII table
    const std::uint64_t pairs = ((values << 4U) + (values >> 8U)) & 0x00ff00ff00ff00ffULL;
    const std::uint64_t quads = ((pairs << 8U) + (pairs >> 16U)) & 0x0000ffff0000ffffULL;
    return static_cast<std::uint32_t>((quads << 16U) + (quads >> 32U));
}

} // namespace

EventScan scanEvents(std::string_view text, std::uint32_t classCount, std::span<std::uint32_t> out)
{
    if (text.size() < kReadAhead) {
        return {};
    }
    const char* at = text.data();
    const char* const lastStart = text.data() + (text.size() - kReadAhead);
    std::uint32_t* next = out.data();
    std::uint32_t* const full = out.data() + out.size();
    while (at <= lastStart && next != full) {
        const auto isAllocation = static_cast<std::uint32_t>(at[0] == '+');
        const auto isFree = static_cast<std::uint32_t>(at[0] == '-');
        const std::uint64_t word = load8(at + kPrefixBytes);
        const std::uint64_t lineEnds = word ^ repeated('\n');
        const std::uint64_t zeroBytes = (lineEnds - repeated(1)) & ~lineEnds & repeated(0x80);
        const auto digitBits = static_cast<unsigned>(std::countr_zero(zeroBytes)) & ~7U;
        if (digitBits - 8U >= 56U || ((isAllocation | isFree) & static_cast<std::uint32_t>(at[1] == ' ')) == 0) {
            break; // no digit, more than seven, or another record
        }
        // The digits move to the top, zeros fill in front.
        const std::uint64_t digits = (word << (64U - digitBits)) | (repeated('0') >> digitBits);
        std::uint64_t invalid = 0;
        const std::uint32_t index = hexValue(digits, invalid);
        if (invalid != 0 || index >= classCount) {
            break;
        }
        *next++ = index << 1U | isFree;
        at += kPrefixBytes + digitBits / 8U + 1U;
    }
    return { static_cast<std::size_t>(at - text.data()), static_cast<std::size_t>(next - out.data()) };
}

} // namespace heaptoll
