// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace heaptoll::pprof {

/// A regular expression that must match a whole function name: what drop_frames and keep_frames hold (RE2 syntax).
/// Matching is linear in pattern and text (Thompson's construction): the pattern comes from a file nobody vouches for,
/// so a backtracking matcher is out of the question. Works on bytes.
/// Supported: literals, '.', classes, groups, | * + ?, anchors, escapes of punctuation, \d \w \s \D \W \S \t \n \r.
class FramePattern {
public:
    /// Errors: nullopt when the pattern is broken, longer than 4,096 bytes or uses something else.
    [[nodiscard]] static std::optional<FramePattern> compile(std::string_view pattern);
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    friend class PatternCompiler;
    struct State {
        enum class Kind : std::uint8_t { Set, Jump, Begin, End, Accept };
        Kind kind = Kind::Jump;
        std::uint32_t set = 0; ///< index into m_sets
        std::uint32_t next = 0; ///< 0 = none
        std::uint32_t other = 0; ///< second way of a jump, 0 = none
    };
    using Set = std::bitset<256>;

    struct Threads;
    void follow(std::uint32_t state, bool atBegin, bool atEnd, Threads& threads) const;

    std::vector<State> m_states { State {} };
    std::vector<Set> m_sets;
    std::uint32_t m_start = 0;
};

} // namespace heaptoll::pprof
