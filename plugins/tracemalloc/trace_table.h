// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/pickle_reader.h"
#include "plugins/tracemalloc/stack_order.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll::tracemalloc {

/// A line of a Python file, as a frame of tracemalloc names it.
struct Place {
    std::string_view file;
    std::uint32_t line = 0;
};

/// Traces added up by stack. What a tuple of the pickle means is worked out once, however often it is referred to:
/// a snapshot of a million traces has few different lines, and a hostile one pays for what it writes.
class TraceTable {
public:
    explicit TraceTable(const sdk::PickleReader& pickle);

    /// Adds one record: (domain, size, frames, depth), without depth up to Python 3.8, (size, frames) up to 3.5.
    /// False when it is none; nothing is added then.
    [[nodiscard]] bool add(sdk::PickleRef trace);

    /// Looks up what add() will need of a trace that comes soon, and of one that comes next: they are anywhere.
    void expectLater(sdk::PickleRef trace) const;
    void expectSoon(sdk::PickleRef trace) const;

    /// With the sums of domain 0, Python's own allocators. A stack only others use has no objects.
    [[nodiscard]] const std::vector<StackOrder::Stack>& stacks() const { return m_stacks; }
    struct OtherRow {
        std::uint32_t stack = 0; ///< index into stacks()
        std::uint32_t domain = 0;
        std::int64_t bytes = 0;
        std::int64_t objects = 0;
    };
    [[nodiscard]] const std::vector<OtherRow>& otherDomains() const { return m_others; }
    /// Numbers of places; a stack's frames are leaf first.
    [[nodiscard]] const std::vector<std::uint32_t>& frames() const { return m_frames; }
    [[nodiscard]] const std::vector<Place>& places() const { return m_places; }
    [[nodiscard]] std::uint64_t cutStacks() const { return m_cutStacks; } ///< traces with more frames than were kept
    [[nodiscard]] bool hasOverflowed() const { return m_hasOverflowed; } ///< sums were capped

private:
    static constexpr std::uint32_t kUnknown = 0xffff'ffff; ///< not looked at yet
    static constexpr std::uint32_t kBad = 0xffff'fffe;
    static constexpr std::uint32_t kIsPlace = 0x4000'0000; ///< set in what is known of a tuple that is a place

    [[nodiscard]] std::uint32_t stackOf(sdk::PickleRef frames);
    [[nodiscard]] std::uint32_t makeStack(sdk::PickleRef frames);
    [[nodiscard]] std::uint32_t placeOf(sdk::PickleRef frame);
    [[nodiscard]] std::uint32_t makePlace(sdk::PickleRef frame);
    [[nodiscard]] OtherRow& otherRow(std::uint32_t stack, std::uint32_t domain);
    [[nodiscard]] std::uint32_t knownOf(sdk::PickleRef trace) const;
    void addTo(std::int64_t& bytes, std::int64_t& objects, std::int64_t size);

    const sdk::PickleReader& m_pickle;
    std::vector<std::uint32_t> m_known; ///< per tuple of the pickle: its stack or its place
    std::vector<StackOrder::Stack> m_stacks;
    std::vector<std::uint32_t> m_frames;
    std::vector<Place> m_places;
    std::unordered_map<std::uint64_t, std::uint32_t> m_placeByText; ///< text << 32 | line
    std::unordered_map<std::uint64_t, std::uint32_t> m_rowOfDomain; ///< domain << 32 | stack
    std::vector<OtherRow> m_others;
    std::uint64_t m_cutStacks = 0;
    bool m_hasOverflowed = false;
};

} // namespace heaptoll::tracemalloc
