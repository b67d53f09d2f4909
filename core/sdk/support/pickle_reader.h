// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/byte_window.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

enum class PickleKind : std::uint8_t {
    None,
    Boolean,
    Integer,
    HugeInteger, ///< does not fit 64 bits: it is there, its value is not kept
    Float,
    Text, ///< str, and the 8-bit strings of Python 2
    Bytes,
    Tuple,
    List,
    Dict, ///< items: key, value, key, value ...; of equal keys the last counts
    Set,
    Class, ///< one of those the caller allows
    Object, ///< of such a class
};

/// A value of a PickleReader: four bytes, valid as long as the reader.
struct PickleRef {
    std::uint32_t bits = 0;
    friend bool operator==(PickleRef, PickleRef) = default;
};

struct PickleClass {
    std::string_view module;
    std::string_view name;
};

/// Reads Python pickles (protocols 0 to 5) into plain values, and refuses the rest. A pickle is a program; this is the
/// part of its machine that makes values. Nothing is ever called: GLOBAL and STACK_GLOBAL name only classes of the
/// caller's list, NEWOBJ makes a passive object of one, BUILD hangs its state on it. Every other way to a class or a
/// function (REDUCE, INST, OBJ, NEWOBJ_EX, extension codes, persistent ids) is refused with the name and the offset.
///
/// Values are 4-byte references into flat tables, so a million tuples are some arrays, and what refers to one value a
/// thousand times ("memo bombs") costs a thousand references. Tuples of a text and a small number (file and line) that are
/// equal become one value where they follow soon. Memory: at most some 50 bytes per byte of the input. No
/// recursion: neither the depth of values nor the number of open marks (bounded) costs stack. Lengths of texts are
/// read block by block, so a length that lies allocates nothing.
///
///     PickleReader pickle(source, kClasses, task);
///     HEAPTOLL_TRY_ASSIGN(const PickleRef root, pickle.read());
///     const auto traces = pickle.find(root, "traces");
///
/// Source: Lib/pickletools.py of CPython 3.11, which documents every opcode.
class PickleReader {
public:
    /// allowed must outlive the reader.
    PickleReader(ByteSource& source, std::span<const PickleClass> allowed, const TaskContext& task);

    /// Runs the program to its STOP. Errors with an offset: NotRecognized (the first opcode is none, or the first class
    /// is not an allowed one), Malformed (refused; not a legal program), Truncated, Unsupported (protocol above 5),
    /// LimitExceeded, Cancelled, what the source returned. What was made before an error stays: see stack().
    [[nodiscard]] Result<PickleRef> read();

    [[nodiscard]] static PickleKind kind(PickleRef ref);
    /// Value of an Integer or Boolean; nullopt for anything else.
    [[nodiscard]] std::optional<std::int64_t> integer(PickleRef ref) const
    {
        const std::uint32_t tag = ref.bits >> kIndexBits;
        if (tag == static_cast<std::uint32_t>(Tag::SmallInteger)) {
            return static_cast<std::int64_t>(static_cast<std::int32_t>(ref.bits << kTagBits) >> kTagBits);
        }
        return largeInteger(ref);
    }
    [[nodiscard]] std::optional<double> number(PickleRef ref) const; ///< of an Integer or a Float
    [[nodiscard]] std::optional<std::string_view> text(PickleRef ref) const;
    /// Items of a Tuple, List, Dict or Set; empty for anything else.
    [[nodiscard]] std::span<const PickleRef> items(PickleRef ref) const;
    /// Number of a Tuple, List, Dict or Set, below sequenceCount(): equal for references to the same value.
    [[nodiscard]] static std::uint32_t sequence(PickleRef ref) { return indexOf(ref); }
    [[nodiscard]] std::size_t sequenceCount() const { return m_sequences.size(); }
    /// Value of a text key of a Dict; nullopt where there is none, or no Dict.
    [[nodiscard]] std::optional<PickleRef> find(PickleRef dict, std::string_view key) const;
    /// Position in the list of allowed classes, of a Class or Object.
    [[nodiscard]] std::optional<std::size_t> classOf(PickleRef ref) const;
    /// What BUILD gave an Object; nullopt when it got nothing.
    [[nodiscard]] std::optional<PickleRef> state(PickleRef object) const;

    /// The values under construction, outermost first: what is left of a pickle that is cut.
    [[nodiscard]] std::span<const PickleRef> stack() const { return m_stack; }
    [[nodiscard]] int protocol() const { return m_protocol; } ///< 0 or 1 are told apart by nothing
    [[nodiscard]] bool hasSeenClass() const { return m_hasSeenClass; } ///< an allowed one
    /// Of the last opcode.
    [[nodiscard]] Location where() const { return m_window.where(m_opcodeOffset); }
    /// True when bytes follow the STOP.
    [[nodiscard]] Result<bool> hasMore();

private:
    enum class Tag : std::uint8_t {
        Constant,
        SmallInteger,
        Integer,
        Float,
        Text,
        Bytes,
        Tuple,
        List,
        Dict,
        Set,
        Class,
        Object,
    };
    enum Constant : std::uint32_t { kNone, kFalse, kTrue, kHuge };
    enum class Step : std::uint8_t { Go, Stop, Fail };
    struct Sequence {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
        std::uint32_t capacity = 0;
    };
    struct Object {
        std::uint32_t classIndex = 0;
        PickleRef state;
        bool hasState = false;
    };
    struct TextSpan {
        std::uint64_t begin = 0;
        std::uint64_t size = 0;
    };
    static constexpr unsigned kTagBits = 4;
    static constexpr unsigned kIndexBits = 32 - kTagBits;
    static constexpr std::uint32_t kMaxIndex = (std::uint32_t { 1 } << kIndexBits) - 1;
    static constexpr std::size_t kPairSlots = 4096;
    static constexpr std::uint32_t kNoMemo = 0xffff'ffff; ///< no value has these bits

    [[nodiscard]] static PickleRef make(Tag tag, std::size_t index)
    {
        return { (static_cast<std::uint32_t>(tag) << kIndexBits) | static_cast<std::uint32_t>(index) };
    }
    [[nodiscard]] static Tag tagOf(PickleRef ref) { return static_cast<Tag>(ref.bits >> kIndexBits); }
    [[nodiscard]] static std::uint32_t indexOf(PickleRef ref) { return ref.bits & kMaxIndex; }
    [[nodiscard]] std::optional<std::int64_t> largeInteger(PickleRef ref) const;

    void runHot();
    [[nodiscard]] Step step();
    [[nodiscard]] Step rareStep(std::uint8_t opcode);
    [[nodiscard]] Step lineStep(std::uint8_t opcode);
    Step integerLine(std::string_view digits);
    Step memoLine(std::uint8_t opcode, std::string_view line);
    [[nodiscard]] Step refuse(std::uint8_t opcode);
    Step fail(ErrorCode code, std::string message, std::string hint = {});
    Step failUnderflow();
    Step failRead();

    Step push(PickleRef ref)
    {
        m_stack.push_back(ref);
        return Step::Go;
    }
    Step pushConstant(std::uint32_t constant) { return push(make(Tag::Constant, constant)); }
    Step pushInteger(std::int64_t value);
    Step pushNumber(std::uint64_t bits, Tag tag);
    Step pushText(Tag tag, unsigned lengthBytes);
    Step storeText(Tag tag, std::string_view text);
    Step pushFixed(unsigned bytes, bool isSigned);
    Step pushLong(unsigned lengthBytes);
    Step pushFloat();
    Step pushSequence(Tag tag, std::size_t count);
    Step pushTuple2();
    Step pushMarked(Tag tag);
    Step appendMarked(Tag tag);
    Step append(std::size_t count, Tag tag);
    [[nodiscard]] bool pushPair();
    Step pop();
    Step put(std::uint64_t index);
    Step putNumbered(unsigned bytes);
    Step get(unsigned bytes);
    Step getAt(std::uint64_t index);
    Step mark();
    Step stackGlobal();
    Step global(std::string_view module, std::string_view name);
    Step newObject();
    Step build();
    Step startProtocol();
    [[nodiscard]] bool takeNumber(unsigned bytes, std::uint64_t& value);
    [[nodiscard]] std::size_t floorOfStack() const { return m_marks.empty() ? 0 : m_marks.back(); }
    [[nodiscard]] bool has(std::size_t count) const { return m_stack.size() - floorOfStack() >= count; }
    [[nodiscard]] bool popMark(std::size_t& count);
    [[nodiscard]] std::string describeCallee(std::size_t depth) const;

    ByteWindow m_window;
    std::span<const PickleClass> m_allowed;
    std::vector<PickleRef> m_stack;
    std::vector<std::size_t> m_marks; ///< sizes of the stack where marks were set
    std::vector<PickleRef> m_items; ///< of all sequences
    std::vector<Sequence> m_sequences;
    struct Pair {
        std::uint64_t key = 0; ///< both references; 0 = free, for a text is never None
        PickleRef tuple;
    };
    std::vector<Pair> m_pairs; ///< tuples (text, integer), by hash: equal ones are one value
    std::vector<std::uint64_t> m_numbers; ///< integers and floats, as bits
    std::vector<TextSpan> m_texts;
    std::string m_textBytes;
    std::vector<Object> m_objects;
    std::vector<PickleRef> m_memo;
    std::size_t m_memoSize = 0; ///< entries that were put; MEMOIZE numbers by it
    std::uint64_t m_opcodeOffset = 0;
    Error m_error;
    int m_protocol = 0;
    bool m_hasSeenClass = false;
};

} // namespace heaptoll::sdk
