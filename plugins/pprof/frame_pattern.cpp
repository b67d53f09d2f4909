// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/frame_pattern.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace heaptoll::pprof {

namespace {

constexpr std::size_t kMaxPatternBytes = 4096;
using Set = std::bitset<256>;

Set setOf(std::string_view bytes)
{
    Set set;
    for (const char c : bytes) {
        set.set(static_cast<unsigned char>(c));
    }
    return set;
}

Set rangeOf(unsigned first, unsigned last)
{
    Set set;
    for (unsigned c = first; c <= last; ++c) {
        set.set(c);
    }
    return set;
}

/// \d, \w, \s and their opposites, \t \n \r, escaped punctuation.
std::optional<Set> escaped(char c)
{
    const Set digits = rangeOf('0', '9');
    const Set words = digits | rangeOf('a', 'z') | rangeOf('A', 'Z') | setOf("_");
    const Set spaces = setOf(" \t\n\r\f");
    switch (c) {
    case 'd': return digits;
    case 'D': return ~digits;
    case 'w': return words;
    case 'W': return ~words;
    case 's': return spaces;
    case 'S': return ~spaces;
    case 't': return setOf("\t");
    case 'n': return setOf("\n");
    case 'r': return setOf("\r");
    default: break;
    }
    if (words.test(static_cast<unsigned char>(c))) {
        return std::nullopt; // \b, \p, \x ... are not supported
    }
    return setOf({ &c, 1 });
}

} // namespace

/// Shunting-yard over fragments: no recursion, however deep the parentheses are.
class PatternCompiler {
public:
    explicit PatternCompiler(std::string_view pattern)
        : m_rest(pattern)
    { }

    std::optional<FramePattern> run()
    {
        push(Operator::Open);
        while (!m_rest.empty()) {
            if (!step()) {
                return std::nullopt;
            }
        }
        if (!closeGroup() || !m_operators.empty() || m_fragments.size() != 1) {
            return std::nullopt;
        }
        const std::uint32_t accept = add({ State::Kind::Accept, 0, 0, 0 });
        m_pattern.m_states[m_fragments.back().end].next = accept;
        m_pattern.m_start = m_fragments.back().start;
        return std::move(m_pattern);
    }

private:
    using State = FramePattern::State;
    enum class Operator : std::uint8_t { Open, Alternate, Concat };
    /// A part of the automaton with one way in and one way out (a jump without a target yet).
    struct Fragment {
        std::uint32_t start = 0;
        std::uint32_t end = 0;
    };

    std::uint32_t add(const State& state)
    {
        m_pattern.m_states.push_back(state);
        return static_cast<std::uint32_t>(m_pattern.m_states.size() - 1);
    }

    void push(Operator op)
    {
        m_operators.push_back(op);
        m_needsOperand = true;
    }

    /// An operand follows another one: they are joined by concatenation.
    void beginOperand()
    {
        if (!m_needsOperand) {
            reduce(Operator::Concat);
            m_operators.push_back(Operator::Concat);
        }
        m_needsOperand = false;
    }

    void pushEmpty()
    {
        const std::uint32_t jump = add({});
        m_fragments.push_back({ jump, jump });
        m_needsOperand = false;
    }

    void pushLeaf(State state)
    {
        beginOperand();
        const std::uint32_t end = add({});
        state.next = end;
        m_fragments.push_back({ add(state), end });
    }

    void pushSet(const Set& set)
    {
        m_pattern.m_sets.push_back(set);
        pushLeaf({ State::Kind::Set, static_cast<std::uint32_t>(m_pattern.m_sets.size() - 1), 0, 0 });
    }

    /// Applies the operators on the stack that bind at least as tightly as `least`.
    void reduce(Operator least)
    {
        while (!m_operators.empty() && m_operators.back() >= least && m_operators.back() != Operator::Open) {
            const Operator op = m_operators.back();
            m_operators.pop_back();
            const Fragment right = m_fragments.back();
            m_fragments.pop_back();
            Fragment& left = m_fragments.back();
            if (op == Operator::Concat) {
                m_pattern.m_states[left.end].next = right.start;
                left.end = right.end;
                continue;
            }
            const std::uint32_t start = add({ State::Kind::Jump, 0, left.start, right.start });
            const std::uint32_t end = add({});
            m_pattern.m_states[left.end].next = end;
            m_pattern.m_states[right.end].next = end;
            left = { start, end };
        }
    }

    bool closeGroup()
    {
        if (m_needsOperand) {
            pushEmpty();
        }
        reduce(Operator::Alternate);
        if (m_operators.empty()) {
            return false;
        }
        m_operators.pop_back(); // the Open
        return true;
    }

    bool repeat(char op)
    {
        if (m_needsOperand) {
            return false;
        }
        Fragment& body = m_fragments.back();
        const std::uint32_t end = add({});
        const std::uint32_t loop = add({ State::Kind::Jump, 0, body.start, end });
        m_pattern.m_states[body.end].next = op == '?' ? end : loop;
        body = { op == '+' ? body.start : loop, end };
        if (m_rest.starts_with('?')) { // reluctant: makes no difference for a whole match
            m_rest.remove_prefix(1);
        }
        return true;
    }

    bool openGroup()
    {
        if (m_rest.starts_with("?")) {
            if (!m_rest.starts_with("?:")) {
                return false; // flags, names
            }
            m_rest.remove_prefix(2);
        }
        beginOperand();
        push(Operator::Open);
        return true;
    }

    bool charClass()
    {
        Set set;
        const bool isNegated = m_rest.starts_with('^');
        m_rest.remove_prefix(isNegated ? 1 : 0);
        for (bool isFirst = true;; isFirst = false) {
            if (m_rest.empty() || m_rest.starts_with("[:")) {
                return false;
            }
            char c = m_rest.front();
            m_rest.remove_prefix(1);
            if (c == ']' && !isFirst) {
                break;
            }
            if (c == '\\') {
                if (m_rest.empty()) {
                    return false;
                }
                const auto part = escaped(m_rest.front());
                if (!part) {
                    return false;
                }
                set |= *part;
                m_rest.remove_prefix(1);
                continue;
            }
            unsigned last = static_cast<unsigned char>(c);
            if (m_rest.size() >= 2 && m_rest[0] == '-' && m_rest[1] != ']') {
                last = static_cast<unsigned char>(m_rest[1]);
                m_rest.remove_prefix(2);
                if (last == '\\' || last < static_cast<unsigned char>(c)) {
                    return false;
                }
            }
            set |= rangeOf(static_cast<unsigned char>(c), last);
        }
        pushSet(isNegated ? ~set : set);
        return true;
    }

    bool step()
    {
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        switch (c) {
        case '(': return openGroup();
        case ')': return m_operators.size() > 1 && closeGroup();
        case '|':
            if (m_needsOperand) {
                pushEmpty();
            }
            reduce(Operator::Alternate);
            push(Operator::Alternate);
            return true;
        case '*':
        case '+':
        case '?': return repeat(c);
        case '[': return charClass();
        case '.': pushSet(~setOf("\n")); return true;
        case '^': pushLeaf({ State::Kind::Begin, 0, 0, 0 }); return true;
        case '$': pushLeaf({ State::Kind::End, 0, 0, 0 }); return true;
        case '{': return false; // counted repetition
        case '\\': {
            if (m_rest.empty()) {
                return false;
            }
            const auto set = escaped(m_rest.front());
            m_rest.remove_prefix(1);
            if (set) {
                pushSet(*set);
            }
            return set.has_value();
        }
        default: pushSet(setOf({ &c, 1 })); return true;
        }
    }

    std::string_view m_rest;
    FramePattern m_pattern;
    std::vector<Operator> m_operators;
    std::vector<Fragment> m_fragments;
    bool m_needsOperand = true;
};

/// The states the automaton is in, each once.
struct FramePattern::Threads {
    explicit Threads(std::size_t states)
        : seenAt(states, 0)
    { }
    void clear()
    {
        active.clear();
        ++generation;
    }
    std::vector<std::uint32_t> active;
    std::vector<std::uint32_t> pending;
    std::vector<std::uint32_t> seenAt;
    std::uint32_t generation = 1;
};

std::optional<FramePattern> FramePattern::compile(std::string_view pattern)
{
    if (pattern.size() > kMaxPatternBytes) {
        return std::nullopt;
    }
    return PatternCompiler(pattern).run();
}

void FramePattern::follow(std::uint32_t state, bool atBegin, bool atEnd, Threads& threads) const
{
    threads.pending.push_back(state);
    while (!threads.pending.empty()) {
        const std::uint32_t at = threads.pending.back();
        threads.pending.pop_back();
        if (at == 0 || threads.seenAt[at] == threads.generation) {
            continue;
        }
        threads.seenAt[at] = threads.generation;
        const State& s = m_states[at];
        const bool passes = s.kind == State::Kind::Jump || (s.kind == State::Kind::Begin && atBegin)
            || (s.kind == State::Kind::End && atEnd);
        if (passes) {
            threads.pending.push_back(s.next);
            threads.pending.push_back(s.other);
        } else if (s.kind == State::Kind::Set || s.kind == State::Kind::Accept) {
            threads.active.push_back(at);
        }
    }
}

bool FramePattern::matches(std::string_view text) const
{
    Threads now(m_states.size());
    Threads then(m_states.size());
    follow(m_start, true, text.empty(), now);
    for (std::size_t i = 0; i < text.size() && !now.active.empty(); ++i) {
        then.clear();
        const auto c = static_cast<unsigned char>(text[i]);
        for (const std::uint32_t at : now.active) {
            const State& s = m_states[at];
            if (s.kind == State::Kind::Set && m_sets[s.set].test(c)) {
                follow(s.next, false, i + 1 == text.size(), then);
            }
        }
        std::swap(now, then);
    }
    return std::ranges::any_of(now.active, [&](std::uint32_t at) { return m_states[at].kind == State::Kind::Accept; });
}

} // namespace heaptoll::pprof
