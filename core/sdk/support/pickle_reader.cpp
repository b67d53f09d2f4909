// SPDX-License-Identifier: Apache-2.0
// The machine: opcodes of the protocols 1 to 5. What is written in lines (protocol 0) and what is refused is in
// pickle_lines.cpp, looking at values in pickle_values.cpp.
#include "core/sdk/support/pickle_reader.h"

#include "core/base/hash.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace heaptoll::sdk {
namespace {

constexpr int kNewestProtocol = 5; // CPython 3.8 to 3.14
constexpr std::size_t kMostMarks = 65'536; // a writer nests as deep as Python's recursion limit, about a thousand
constexpr std::uint64_t kMostTextBytes = std::uint64_t { 64 } << 20U;
constexpr std::int64_t kSmallLimit = std::int64_t { 1 } << 27U; // 28 bits, signed

} // namespace

PickleReader::PickleReader(ByteSource& source, std::span<const PickleClass> allowed, const TaskContext& task)
    : m_window(source, task)
    , m_allowed(allowed)
{
    m_sequences.emplace_back(); // 0: the empty tuple
    m_pairs.resize(kPairSlots);
}

Result<PickleRef> PickleReader::read()
{
    while (true) {
        runHot();
        const Step done = step();
        if (done == Step::Go) {
            continue;
        }
        if (done == Step::Fail) {
            return m_error;
        }
        return m_stack.back();
    }
}

/// The opcodes that tuples of files and lines are made of, while they lie in the window: nine of ten of a large heap.
/// Stops before any other opcode and whatever is out of the ordinary; step() deals with it.
void PickleReader::runHot()
{
    const auto ahead = m_window.ahead();
    const std::byte* at = ahead.data();
    const std::byte* const end = at + ahead.size();
    const std::uint32_t small = static_cast<std::uint32_t>(Tag::SmallInteger) << kIndexBits;
    while (end - at >= 3) {
        const auto opcode = std::to_integer<std::uint8_t>(*at);
        if (opcode == 'K') {
            m_stack.push_back({ small | std::to_integer<std::uint32_t>(at[1]) });
            at += 2;
        } else if (opcode == 'h') {
            const auto index = std::to_integer<std::size_t>(at[1]);
            if (index >= m_memo.size() || m_memo[index].bits == kNoMemo) {
                break;
            }
            m_stack.push_back(m_memo[index]);
            at += 2;
        } else if (opcode == 'M') {
            m_stack.push_back(
                { small | std::to_integer<std::uint32_t>(at[1]) | (std::to_integer<std::uint32_t>(at[2]) << 8U) });
            at += 3;
        } else if (opcode == 0x86) {
            if (!pushPair()) {
                break;
            }
            ++at;
        } else if (opcode == 0x94) {
            if (m_memoSize != m_memo.size() || !has(1)) { // numbers were left out
                break;
            }
            m_memo.push_back(m_stack.back());
            ++m_memoSize;
            ++at;
        } else {
            break;
        }
    }
    m_window.skip(static_cast<std::size_t>(at - ahead.data()));
}

/// TUPLE2 of a text and a small number. False: of something else, or new; nothing is done then.
bool PickleReader::pushPair()
{
    if (!has(2)) {
        return false;
    }
    const PickleRef second = m_stack.back();
    PickleRef& first = m_stack[m_stack.size() - 2];
    const std::uint64_t key = (std::uint64_t { first.bits } << 32U) | second.bits;
    const Pair& known = m_pairs[mixHash(key) % kPairSlots];
    if (known.key != key) {
        return false;
    }
    first = known.tuple;
    m_stack.pop_back();
    return true;
}

PickleReader::Step PickleReader::step()
{
    m_opcodeOffset = m_window.offset();
    const std::byte* const at = m_window.take(1);
    if (at == nullptr) {
        return failRead();
    }
    const auto opcode = std::to_integer<std::uint8_t>(*at);
    switch (opcode) { // the ones that heaps are made of; the others take a second switch
    case '(': return mark();
    case ')': return pushSequence(Tag::Tuple, 0);
    case 'K': return pushFixed(1, false);
    case 'M': return pushFixed(2, false);
    case 'J': return pushFixed(4, true);
    case 'h': return get(1);
    case 'j': return get(4);
    case 't': return pushMarked(Tag::Tuple);
    case 'a': return append(1, Tag::List);
    case 'e': return appendMarked(Tag::List);
    case 's': return append(2, Tag::Dict);
    case 'u': return appendMarked(Tag::Dict);
    case '}': return pushSequence(Tag::Dict, 0);
    case ']': return pushSequence(Tag::List, 0);
    case 0x85: return pushSequence(Tag::Tuple, 1);
    case 0x86: return pushTuple2();
    case 0x87: return pushSequence(Tag::Tuple, 3);
    case 0x8c: return pushText(Tag::Text, 1);
    case 0x94: return put(m_memoSize);
    case 'q': return putNumbered(1);
    case 'r': return putNumbered(4);
    default: return rareStep(opcode);
    }
}

PickleReader::Step PickleReader::rareStep(std::uint8_t opcode)
{
    switch (opcode) {
    case '.': return has(1) && m_marks.empty() ? Step::Stop : failUnderflow();
    case '0': return pop();
    case '1': {
        std::size_t count = 0;
        if (!popMark(count)) {
            return failUnderflow();
        }
        m_stack.resize(m_stack.size() - count);
        return Step::Go;
    }
    case '2': return has(1) ? push(m_stack.back()) : failUnderflow();
    case 'N': return pushConstant(kNone);
    case 0x88: return pushConstant(kTrue);
    case 0x89: return pushConstant(kFalse);
    case 'G': return pushFloat();
    case 'X': return pushText(Tag::Text, 4);
    case 0x8d: return pushText(Tag::Text, 8);
    case 'U': return pushText(Tag::Text, 1);
    case 'T': return pushText(Tag::Text, 4);
    case 'C': return pushText(Tag::Bytes, 1);
    case 'B': return pushText(Tag::Bytes, 4);
    case 0x8e: // BINBYTES8
    case 0x96: return pushText(Tag::Bytes, 8); // BYTEARRAY8
    case 0x8a: return pushLong(1);
    case 0x8b: return pushLong(4);
    case 'l': return pushMarked(Tag::List);
    case 'd': return pushMarked(Tag::Dict);
    case 0x8f: return pushSequence(Tag::Set, 0);
    case 0x90: return appendMarked(Tag::Set);
    case 0x91: return pushMarked(Tag::Set); // FROZENSET
    case 0x80: return startProtocol();
    case 0x95: { // FRAME: how far a reader may read ahead
        std::uint64_t length = 0;
        return takeNumber(8, length) ? Step::Go : failRead();
    }
    case 0x93: return stackGlobal();
    case 0x81: return newObject();
    case 'b': return build();
    default: return lineStep(opcode);
    }
}

PickleReader::Step PickleReader::fail(ErrorCode code, std::string message, std::string hint)
{
    m_error = Error { code, std::move(message), where(), std::move(hint) };
    return Step::Fail;
}

PickleReader::Step PickleReader::failUnderflow()
{
    if (m_opcodeOffset == 0) { // the first byte means something else
        return fail(ErrorCode::NotRecognized, "this is no pickle");
    }
    return fail(ErrorCode::Malformed, "the pickle is damaged: an opcode finds too few values, or of another kind");
}

PickleReader::Step PickleReader::failRead()
{
    if (m_window.error()) {
        m_error = *m_window.error();
        return Step::Fail;
    }
    if (m_window.endOffset() == 0) {
        return fail(ErrorCode::NotRecognized, "the file is empty");
    }
    m_error = Error { ErrorCode::Truncated, "the pickle ends before its STOP: the file is cut",
        m_window.where(m_window.endOffset()), "copy it again, or write the snapshot again" };
    return Step::Fail;
}

bool PickleReader::takeNumber(unsigned bytes, std::uint64_t& value)
{
    const std::byte* const at = m_window.take(bytes);
    if (at == nullptr) {
        return false;
    }
    value = 0;
    for (unsigned i = 0; i < bytes; ++i) { // little-endian
        value |= std::to_integer<std::uint64_t>(at[i]) << (8 * i);
    }
    return true;
}

PickleReader::Step PickleReader::startProtocol()
{
    std::uint64_t protocol = 0;
    if (!takeNumber(1, protocol)) {
        return failRead();
    }
    if (protocol > kNewestProtocol) {
        return fail(ErrorCode::Unsupported,
            "pickle protocol " + std::to_string(protocol) + " is newer than " + std::to_string(kNewestProtocol)
                + ", the newest that is read");
    }
    m_protocol = static_cast<int>(protocol);
    return Step::Go;
}

PickleReader::Step PickleReader::pushInteger(std::int64_t value)
{
    if (value >= -kSmallLimit && value < kSmallLimit) {
        return push({ (static_cast<std::uint32_t>(Tag::SmallInteger) << kIndexBits)
            | (static_cast<std::uint32_t>(value) & kMaxIndex) });
    }
    return pushNumber(static_cast<std::uint64_t>(value), Tag::Integer);
}

PickleReader::Step PickleReader::pushNumber(std::uint64_t bits, Tag tag)
{
    if (m_numbers.size() > kMaxIndex) {
        return fail(ErrorCode::LimitExceeded, "the pickle has more than 2^28 large numbers");
    }
    m_numbers.push_back(bits);
    return push(make(tag, m_numbers.size() - 1));
}

PickleReader::Step PickleReader::pushFixed(unsigned bytes, bool isSigned)
{
    std::uint64_t value = 0;
    if (!takeNumber(bytes, value)) {
        return failRead();
    }
    return pushInteger(isSigned ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value));
}

PickleReader::Step PickleReader::pushLong(unsigned lengthBytes)
{
    std::uint64_t length = 0;
    if (!takeNumber(lengthBytes, length)) {
        return failRead();
    }
    if (length > 8) {
        if (length > kMostTextBytes) {
            return fail(ErrorCode::LimitExceeded, "an integer of the pickle has " + std::to_string(length) + " bytes");
        }
        std::string digits;
        return m_window.appendTo(digits, length) ? pushConstant(kHuge) : failRead();
    }
    std::uint64_t value = 0;
    if (!takeNumber(static_cast<unsigned>(length), value)) {
        return failRead();
    }
    const unsigned unused = 64 - 8 * static_cast<unsigned>(length); // two's complement, of as many bytes as needed
    return pushInteger(length == 0 ? 0 : static_cast<std::int64_t>(value << unused) >> unused);
}

PickleReader::Step PickleReader::pushFloat()
{
    const std::byte* const at = m_window.take(8);
    if (at == nullptr) {
        return failRead();
    }
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) { // big-endian, the only such opcode
        bits = (bits << 8U) | std::to_integer<std::uint64_t>(at[i]);
    }
    return pushNumber(bits, Tag::Float);
}

PickleReader::Step PickleReader::pushText(Tag tag, unsigned lengthBytes)
{
    std::uint64_t length = 0;
    if (!takeNumber(lengthBytes, length)) {
        return failRead();
    }
    if (length > kMostTextBytes) {
        return fail(ErrorCode::LimitExceeded, "a text of the pickle has " + std::to_string(length) + " bytes");
    }
    if (m_texts.size() > kMaxIndex) {
        return fail(ErrorCode::LimitExceeded, "the pickle has more than 2^28 texts");
    }
    const std::uint64_t begin = m_textBytes.size();
    if (!m_window.appendTo(m_textBytes, length)) {
        return failRead();
    }
    m_texts.push_back({ begin, length });
    return push(make(tag, m_texts.size() - 1));
}

PickleReader::Step PickleReader::storeText(Tag tag, std::string_view text)
{
    if (m_texts.size() > kMaxIndex) {
        return fail(ErrorCode::LimitExceeded, "the pickle has more than 2^28 texts");
    }
    m_texts.push_back({ m_textBytes.size(), text.size() });
    m_textBytes += text;
    return push(make(tag, m_texts.size() - 1));
}

PickleReader::Step PickleReader::mark()
{
    if (m_marks.size() >= kMostMarks) {
        return fail(ErrorCode::LimitExceeded,
            "the pickle opens more than " + std::to_string(kMostMarks) + " values inside each other");
    }
    m_marks.push_back(m_stack.size());
    return Step::Go;
}

bool PickleReader::popMark(std::size_t& count)
{
    if (m_marks.empty()) {
        return false;
    }
    count = m_stack.size() - m_marks.back();
    m_marks.pop_back();
    return true;
}

/// POP takes a mark where there is nothing above it, as CPython does.
PickleReader::Step PickleReader::pop()
{
    if (has(1)) {
        m_stack.pop_back();
        return Step::Go;
    }
    std::size_t count = 0;
    return popMark(count) ? Step::Go : failUnderflow();
}

PickleReader::Step PickleReader::pushSequence(Tag tag, std::size_t count)
{
    if (!has(count)) {
        return failUnderflow();
    }
    if (count == 0 && tag == Tag::Tuple) {
        return push(make(tag, 0));
    }
    if (m_sequences.size() > kMaxIndex || m_items.size() + count > std::numeric_limits<std::uint32_t>::max()) {
        return fail(ErrorCode::LimitExceeded, "the pickle has more than 2^28 lists and tuples, or 2^32 items");
    }
    const std::size_t from = m_stack.size() - count;
    const auto size = static_cast<std::uint32_t>(count);
    m_sequences.push_back({ static_cast<std::uint32_t>(m_items.size()), size, size });
    m_items.insert(m_items.end(), m_stack.begin() + static_cast<std::ptrdiff_t>(from), m_stack.end());
    m_stack.resize(from);
    return push(make(tag, m_sequences.size() - 1));
}

PickleReader::Step PickleReader::pushTuple2()
{
    if (!has(2)) {
        return failUnderflow();
    }
    const PickleRef second = m_stack.back();
    const PickleRef first = m_stack[m_stack.size() - 2];
    const Step done = pushSequence(Tag::Tuple, 2);
    if (done == Step::Go && tagOf(first) == Tag::Text && tagOf(second) == Tag::SmallInteger) {
        const std::uint64_t key = (std::uint64_t { first.bits } << 32U) | second.bits;
        m_pairs[mixHash(key) % kPairSlots] = { key, m_stack.back() };
    }
    return done;
}

PickleReader::Step PickleReader::pushMarked(Tag tag)
{
    std::size_t count = 0;
    if (!popMark(count) || (tag == Tag::Dict && count % 2 != 0)) {
        return failUnderflow();
    }
    return pushSequence(tag, count);
}

PickleReader::Step PickleReader::appendMarked(Tag tag)
{
    std::size_t count = 0;
    if (!popMark(count)) {
        return failUnderflow();
    }
    return append(count, tag);
}

/// Appends the topmost values to the list or dict below them. It grows where it is as long as it is the last, else it
/// moves to the end with twice the room.
PickleReader::Step PickleReader::append(std::size_t count, Tag tag)
{
    if (!has(count + 1) || (tag == Tag::Dict && count % 2 != 0)) {
        return failUnderflow();
    }
    const std::size_t from = m_stack.size() - count;
    const PickleRef target = m_stack[from - 1];
    if (tagOf(target) != tag) {
        return failUnderflow();
    }
    Sequence& row = m_sequences[indexOf(target)];
    const std::size_t wanted = row.size + count;
    if (m_items.size() + 2 * wanted > std::numeric_limits<std::uint32_t>::max()) {
        return fail(ErrorCode::LimitExceeded, "the pickle has more than 2^32 items");
    }
    if (wanted > row.capacity && row.begin + row.capacity == m_items.size()) {
        m_items.resize(row.begin + wanted);
        row.capacity = static_cast<std::uint32_t>(wanted);
    } else if (wanted > row.capacity) {
        const std::size_t begin = m_items.size();
        m_items.resize(begin + 2 * wanted);
        std::copy_n(m_items.begin() + row.begin, row.size, m_items.begin() + static_cast<std::ptrdiff_t>(begin));
        row.begin = static_cast<std::uint32_t>(begin);
        row.capacity = static_cast<std::uint32_t>(2 * wanted);
    }
    std::copy(
        m_stack.begin() + static_cast<std::ptrdiff_t>(from), m_stack.end(), m_items.begin() + row.begin + row.size);
    row.size = static_cast<std::uint32_t>(wanted);
    m_stack.resize(from);
    return Step::Go;
}

PickleReader::Step PickleReader::put(std::uint64_t index)
{
    if (!has(1)) {
        return failUnderflow();
    }
    // Writers number from 0: an index beyond the bytes read is damage, or asks for a table of its size.
    if (index > m_opcodeOffset) {
        return fail(ErrorCode::Malformed,
            "the pickle stores a value under number " + std::to_string(index) + ", which is more than it can have");
    }
    if (index >= m_memo.size()) {
        m_memo.resize(static_cast<std::size_t>(index) + 1, PickleRef { kNoMemo });
    }
    m_memoSize += m_memo[index].bits == kNoMemo ? 1U : 0U;
    m_memo[index] = m_stack.back();
    return Step::Go;
}

PickleReader::Step PickleReader::putNumbered(unsigned bytes)
{
    std::uint64_t index = 0;
    return takeNumber(bytes, index) ? put(index) : failRead();
}

PickleReader::Step PickleReader::get(unsigned bytes)
{
    std::uint64_t index = 0;
    return takeNumber(bytes, index) ? getAt(index) : failRead();
}

PickleReader::Step PickleReader::getAt(std::uint64_t index)
{
    if (index >= m_memo.size() || m_memo[index].bits == kNoMemo) {
        return fail(ErrorCode::Malformed,
            "the pickle uses value number " + std::to_string(index) + ", which it has not stored");
    }
    return push(m_memo[index]);
}

} // namespace heaptoll::sdk
