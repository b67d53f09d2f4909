// SPDX-License-Identifier: Apache-2.0
#include "plugins/heaptrack/event_scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace heaptoll {
namespace {

// Eight digits at a time in one register ("SWAR"): every constant repeats a byte.
constexpr std::uint64_t repeated(std::uint8_t byte)
{
    return 0x0101010101010101ULL * byte;
}

constexpr unsigned kPrefixBytes = 2; ///< "+ "
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

/// 1 in each byte that holds a letter: 'a'..'f' are 0x61.., '0'..'9' are 0x30..
std::uint64_t lettersIn(std::uint64_t digits)
{
    return (digits >> 6U) & repeated(1);
}

/// The value of each hex digit in its byte; 0 for a byte that is 0.
std::uint64_t digitValues(std::uint64_t digits)
{
    return (digits & repeated(0x0f)) + lettersIn(digits) * 9;
}

/// The number that eight digit values make, the first in the lowest byte.
std::uint32_t joined(std::uint64_t values)
{
    const std::uint64_t pairs = ((values << 4U) + (values >> 8U)) & 0x00ff00ff00ff00ffULL;
    const std::uint64_t quads = ((pairs << 8U) + (pairs >> 16U)) & 0x0000ffff0000ffffULL;
    return static_cast<std::uint32_t>((quads << 16U) + (quads >> 32U));
}

/// Not 0 if a byte is no lower-case hex digit.
std::uint64_t invalidDigits(std::uint64_t digits)
{
    const std::uint64_t letters = lettersIn(digits);
    const std::uint64_t values = digitValues(digits);
    return (values & repeated(0xf0)) // a letter beyond 'f'
        | (((values + repeated(6)) ^ (letters << 4U)) & repeated(0x10)) // ':'..'?' or '`'
        | ((digits & repeated(0xf0)) ^ (repeated(0x30) + letters * 0x30)); // another column of the ASCII table
}

#ifdef __SSE2__

// Windows: 64 bytes that start at a line start, each kind of character a mask of 64 bits. Shifts and comparisons of
// masks find and check all lines of a window at once, so that no line waits for the end of the one before it.
constexpr std::size_t kWindowBytes = 64;
constexpr std::size_t kWindowReadAhead = kWindowBytes + kReadAhead; ///< its last line may load beyond it
constexpr std::size_t kMaxWindowEvents = kWindowBytes / 4; ///< the shortest line is "+ 0\n"

/// Where each kind of character is: bit i stands for byte i.
struct WindowMasks {
    std::uint64_t lineEnds = 0;
    std::uint64_t signs = 0;
    std::uint64_t spaces = 0;
    std::uint64_t digits = 0;
};

WindowMasks masksOf(const char* at)
{
    constexpr int kLaneBytes = 16;
    WindowMasks masks;
    for (int lane = 0; lane < static_cast<int>(kWindowBytes); lane += kLaneBytes) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + lane));
        const auto is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
        const auto isFromTo = [&](char first, char last) {
            return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(first - 1))),
                _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(last + 1))));
        };
        const auto bits = [lane](__m128i matches) {
            return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(matches))) << unsigned(lane);
        };
        masks.lineEnds |= bits(is('\n'));
        masks.signs |= bits(_mm_or_si128(is('+'), is('-')));
        masks.spaces |= bits(is(' '));
        masks.digits |= bits(_mm_or_si128(isFromTo('0', '9'), isFromTo('a', 'f')));
    }
    return masks;
}

/// The line ends of a window whose whole lines are all a sign, a space and one to seven digits; otherwise 0.
std::uint64_t eventLineEnds(const char* at)
{
    const WindowMasks masks = masksOf(at);
    if (masks.lineEnds == 0) {
        return 0;
    }
    const std::uint64_t whole = ~std::uint64_t { 0 } >> static_cast<unsigned>(std::countl_zero(masks.lineEnds));
    const std::uint64_t starts = (masks.lineEnds << 1U | 1U) & whole;
    const std::uint64_t known = masks.lineEnds | masks.signs | masks.spaces | masks.digits;
    std::uint64_t eightDigits = masks.digits; // bit i: digits from i on
    eightDigits &= eightDigits >> 1U;
    eightDigits &= eightDigits >> 2U;
    eightDigits &= eightDigits >> 4U;
    const std::uint64_t wrong = (masks.signs ^ starts) // one sign, at the start of the line
        | (masks.spaces ^ (starts << 1U)) // one space, behind the sign
        | (masks.lineEnds & (starts << 2U)) // at least one digit
        | ~known | eightDigits;
    return (wrong & whole) == 0 ? masks.lineEnds : 0;
}

/// Reads the whole lines before the first window that holds anything but events.
EventScan scanWindows(std::string_view text, std::uint32_t classCount, std::span<std::uint32_t> out)
{
    EventScan scan;
    while (text.size() - scan.bytes >= kWindowReadAhead && out.size() - scan.events >= kMaxWindowEvents) {
        const char* const window = text.data() + scan.bytes;
        std::uint32_t* next = out.data() + scan.events;
        unsigned lineStart = 0;
        std::uint32_t highest = 0;
        for (std::uint64_t ends = eventLineEnds(window); ends != 0; ends &= ends - 1) {
            const auto lineEnd = static_cast<unsigned>(std::countr_zero(ends));
            const unsigned digits = lineEnd - lineStart - kPrefixBytes;
            const std::uint64_t word = load8(window + lineStart + kPrefixBytes) << (64U - 8U * digits);
            const std::uint32_t index = joined(digitValues(word));
            const auto isFree = static_cast<std::uint32_t>(window[lineStart] == '-');
            highest = std::max(highest, index);
            *next++ = index << 1U | isFree;
            lineStart = lineEnd + 1;
        }
        if (lineStart == 0 || highest >= classCount) {
            break;
        }
        scan.bytes += lineStart;
        scan.events = static_cast<std::size_t>(next - out.data());
    }
    return scan;
}

#else

EventScan scanWindows(std::string_view /*text*/, std::uint32_t /*classCount*/, std::span<std::uint32_t> /*out*/)
{
    return {};
}

#endif

/// Reads line by line: up to the very line that is no event.
EventScan scanLines(std::string_view text, std::uint32_t classCount, std::span<std::uint32_t> out)
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
        if (zeroBytes == 0 || ((isAllocation | isFree) & static_cast<std::uint32_t>(at[1] == ' ')) == 0) {
            break; // more than seven digits, or another record
        }
        // Where the next line starts is what every step waits for: this chain is kept short.
        const auto lineEnd = static_cast<unsigned>(__builtin_ctzll(zeroBytes)); // 8 x digits + 7
        const char* const nextLine = at + lineEnd / 8U + (kPrefixBytes + 1U);
        const unsigned digitBits = lineEnd - 7U;
        if (digitBits == 0) {
            break;
        }
        // The digits move to the top, zeros fill in front.
        const std::uint64_t digits = (word << (64U - digitBits)) | (repeated('0') >> digitBits);
        const std::uint32_t index = joined(digitValues(digits));
        if (invalidDigits(digits) != 0 || index >= classCount) {
            break;
        }
        *next++ = index << 1U | isFree;
        at = nextLine;
    }
    return { static_cast<std::size_t>(at - text.data()), static_cast<std::size_t>(next - out.data()) };
}

} // namespace

EventScan scanEvents(std::string_view text, std::uint32_t classCount, std::span<std::uint32_t> out)
{
    EventScan scan = scanWindows(text, classCount, out);
    const EventScan rest = scanLines(text.substr(scan.bytes), classCount, out.subspan(scan.events));
    scan.bytes += rest.bytes;
    scan.events += rest.events;
    return scan;
}

} // namespace heaptoll
