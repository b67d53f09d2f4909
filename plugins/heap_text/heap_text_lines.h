// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::heap_text {

/// The numbers of a line: "objects: bytes [allocated objects: allocated bytes]".
struct Counts {
    std::int64_t objects = 0;
    std::int64_t bytes = 0;
    std::int64_t allocatedObjects = 0;
    std::int64_t allocatedBytes = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
};

/// What the numbers of a file are.
enum class Kind : std::uint8_t {
    Exact, ///< every allocation was counted
    Sampled, ///< raw samples: estimates are made with unsample()
    Growth, ///< bytes by which the heap grew, not bytes in use
    Fragmentation, ///< bytes that fragmentation holds
};

/// How the samples are written.
enum class Layout : std::uint8_t {
    Lines, ///< gperftools, Go: one line a stack, numbers first
    Threads, ///< jemalloc: a line of addresses, then one line of numbers per thread
};

/// The first line of a heap profile.
struct Header {
    Layout layout = Layout::Lines;
    Kind kind = Kind::Exact;
    std::string version; ///< as the file names it: "heapprofile", "heap/1048576", "heap_v2/524288"
    std::int64_t rateBytes = 0; ///< average bytes between samples: 1 = all were counted, 0 = the file does not say
    std::optional<Counts> totals; ///< sums of all lines
};

/// Errors: NotRecognized (no heap profile begins like this), Malformed, Unsupported (a kind that is not known).
[[nodiscard]] Result<Header> parseHeader(std::string_view line);

/// Takes "12: 3072 [ 12: 3072]" off the front of a text. Errors: nullopt, and the text is not changed.
[[nodiscard]] std::optional<Counts> takeCounts(std::string_view& text);

/// Appends the addresses of " 0x55d2 0x7f00", in their order. false = something else stands there.
[[nodiscard]] bool takeAddresses(std::string_view text, std::vector<std::uint64_t>& addresses);

/// Takes a hexadecimal number, with or without "0x", off the front of a text. Errors: nullopt.
[[nodiscard]] std::optional<std::uint64_t> takeHex(std::string_view& text);

/// The samples of a Poisson process with one sample every rateBytes as estimates of all allocations: each pair times
/// 1 / (1 - exp(-average size / rate)), fractions cut off. Errors: nullopt when objects and bytes contradict each
/// other, or when an estimate does not fit 64 bits.
/// Source: scaleHeapSample of google/pprof; AdjustSamples of jeprof.
[[nodiscard]] std::optional<Counts> unsample(const Counts& raw, std::int64_t rateBytes);

/// Are the second pairs of numbers measured? Files that do not count allocations repeat the live numbers, or say 0.
/// Source: parseHeapHeader of google/pprof.
[[nodiscard]] bool hasAllocated(const Counts& totals);

/// Text without spaces and tabs at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace heaptoll::heap_text
