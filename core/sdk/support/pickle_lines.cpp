// SPDX-License-Identifier: Apache-2.0
// Opcodes with arguments in lines (protocol 0), classes and objects, and everything that is refused.
#include "core/sdk/support/pickle_reader.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <bit>
#include <charconv>

namespace heaptoll::sdk {
namespace {

constexpr std::size_t kMostLineBytes = std::size_t { 1 } << 20U;
constexpr std::size_t kMostNameBytes = 200; // of a name that goes into a message

template<typename Number>
std::optional<Number> parseWhole(std::string_view text)
{
    Number value {};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc {} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Reads `digits` hex digits behind a backslash and its letter.
std::optional<std::uint32_t> hexAt(std::string_view text, std::size_t at, std::size_t digits)
{
    if (at + digits > text.size()) {
        return std::nullopt;
    }
    std::uint32_t code = 0;
    const char* const begin = text.data() + at;
    const auto [end, status] = std::from_chars(begin, begin + digits, code, 16);
    return status == std::errc {} && end == begin + digits ? std::optional(code) : std::nullopt;
}

/// Undoes the escapes of UNICODE: \uXXXX and \UXXXXXXXX; what is not escaped is Latin-1.
std::optional<std::string> unescapeUnicode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char kind = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
        const std::size_t digits = kind == 'u' ? 4U : kind == 'U' ? 8U : 0U;
        if (digits == 0) {
            appendUtf8(out, static_cast<unsigned char>(text[i]));
            continue;
        }
        const auto code = hexAt(text, i + 2, digits);
        if (!code || *code > 0x10ffff) {
            return std::nullopt;
        }
        appendUtf8(out, *code);
        i += 1 + digits;
    }
    return out;
}

/// Undoes the escapes of STRING, and its quotes: \n, \t, \r, \xXX, \\, \' and \".
std::optional<std::string> unescapeQuoted(std::string_view text)
{
    constexpr std::string_view kLetters = "ntr\\'\"";
    constexpr std::string_view kMeanings = "\n\t\r\\'\"";
    if (text.size() < 2 || (text[0] != '\'' && text[0] != '"') || text.back() != text[0]) {
        return std::nullopt;
    }
    text = text.substr(1, text.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const char kind = ++i < text.size() ? text[i] : '\0';
        if (const std::size_t known = kLetters.find(kind); known != std::string_view::npos) {
            out += kMeanings[known];
            continue;
        }
        const auto code = kind == 'x' ? hexAt(text, i + 1, 2) : std::nullopt;
        if (!code) {
            return std::nullopt;
        }
        out += static_cast<char>(*code);
        i += 2;
    }
    return out;
}

/// A name of the file as it may stand in a message: short, in valid UTF-8, without control characters.
std::string shownName(std::string_view name)
{
    std::string shown(name.substr(0, kMostNameBytes));
    shown = repairUtf8(shown).value_or(shown);
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, '?');
    return shown.size() < name.size() ? shown + "..." : shown;
}

std::string dotted(std::string_view module, std::string_view name)
{
    return "\"" + shownName(module) + "." + shownName(name) + "\"";
}

} // namespace

PickleReader::Step PickleReader::lineStep(std::uint8_t opcode)
{
    constexpr std::string_view kWithLine = "IFLSVpgc";
    if (kWithLine.find(static_cast<char>(opcode)) == std::string_view::npos) {
        return refuse(opcode);
    }
    std::string line;
    if (!m_window.appendUntil(line, '\n', kMostLineBytes)) {
        return line.size() < kMostLineBytes ? failRead()
                                            : fail(ErrorCode::Malformed, "a line of the pickle does not end");
    }
    switch (opcode) {
    case 'I':
        if (line == "00" || line == "01") {
            return pushConstant(line == "01" ? kTrue : kFalse);
        }
        return integerLine(line);
    case 'L': return integerLine(line.ends_with('L') ? std::string_view(line).substr(0, line.size() - 1) : line);
    case 'F': {
        const auto value = parseWhole<double>(line);
        return value ? pushNumber(std::bit_cast<std::uint64_t>(*value), Tag::Float) : failUnderflow();
    }
    case 'S':
    case 'V': {
        const auto text = opcode == 'S' ? unescapeQuoted(line) : unescapeUnicode(line);
        return text ? storeText(Tag::Text, *text) : failUnderflow();
    }
    case 'c': {
        std::string name;
        return m_window.appendUntil(name, '\n', kMostLineBytes) ? global(line, name) : failRead();
    }
    default: return memoLine(opcode, line);
    }
}

PickleReader::Step PickleReader::integerLine(std::string_view digits)
{
    if (const auto value = parseWhole<std::int64_t>(digits)) {
        return pushInteger(*value);
    }
    const std::string_view bare = digits.substr(digits.starts_with('-') ? 1 : 0);
    const bool isHuge = !bare.empty() && bare.find_first_not_of("0123456789") == std::string_view::npos;
    return isHuge ? pushConstant(kHuge) : failUnderflow();
}

PickleReader::Step PickleReader::memoLine(std::uint8_t opcode, std::string_view line)
{
    const auto index = parseWhole<std::uint64_t>(line);
    if (!index) {
        return failUnderflow();
    }
    return opcode == 'p' ? put(*index) : getAt(*index);
}

PickleReader::Step PickleReader::stackGlobal()
{
    if (!has(2)) {
        return failUnderflow();
    }
    const auto name = text(m_stack.back());
    const auto module = text(m_stack[m_stack.size() - 2]);
    if (!name || !module) {
        return failUnderflow();
    }
    m_stack.resize(m_stack.size() - 2);
    return global(*module, *name);
}

PickleReader::Step PickleReader::global(std::string_view module, std::string_view name)
{
    const auto it = std::ranges::find_if(
        m_allowed, [&](const PickleClass& one) { return one.module == module && one.name == name; });
    if (it != m_allowed.end()) {
        m_hasSeenClass = true;
        return push(make(Tag::Class, static_cast<std::size_t>(it - m_allowed.begin())));
    }
    return fail(m_hasSeenClass ? ErrorCode::Malformed : ErrorCode::NotRecognized,
        "refused: the pickle asks for " + dotted(module, name) + ", which has no place in such a file",
        "nothing of it was run; do not load it in Python unless you know who wrote it");
}

PickleReader::Step PickleReader::newObject()
{
    if (!has(2) || tagOf(m_stack[m_stack.size() - 2]) != Tag::Class || tagOf(m_stack.back()) != Tag::Tuple) {
        return failUnderflow();
    }
    if (m_objects.size() > kMaxIndex) {
        return fail(ErrorCode::LimitExceeded, "the pickle has more than 2^28 objects");
    }
    m_objects.push_back({ indexOf(m_stack[m_stack.size() - 2]), {}, false });
    m_stack.resize(m_stack.size() - 2);
    return push(make(Tag::Object, m_objects.size() - 1));
}

PickleReader::Step PickleReader::build()
{
    if (!has(2)) {
        return failUnderflow();
    }
    const PickleRef target = m_stack[m_stack.size() - 2];
    if (tagOf(target) != Tag::Object) {
        return fail(ErrorCode::Malformed, "refused: the pickle sets the state of something that is no object (BUILD)");
    }
    m_objects[indexOf(target)].state = m_stack.back();
    m_objects[indexOf(target)].hasState = true;
    m_stack.pop_back();
    return Step::Go;
}

std::string PickleReader::describeCallee(std::size_t depth) const
{
    if (!has(depth) || tagOf(m_stack[m_stack.size() - depth]) != Tag::Class) {
        return "something";
    }
    const PickleClass& callee = m_allowed[indexOf(m_stack[m_stack.size() - depth])];
    return dotted(callee.module, callee.name);
}

PickleReader::Step PickleReader::refuse(std::uint8_t opcode)
{
    std::string what;
    switch (opcode) {
    case 'R': what = "calls " + describeCallee(2) + " (REDUCE)"; break;
    case 0x92: what = "makes " + describeCallee(3) + " with keywords (NEWOBJ_EX)"; break;
    case 'o': what = "makes an object by calling its class (OBJ)"; break;
    case 'i': {
        std::string module;
        std::string name;
        if (!m_window.appendUntil(module, '\n', kMostLineBytes) || !m_window.appendUntil(name, '\n', kMostLineBytes)) {
            return failRead();
        }
        what = "makes " + dotted(module, name) + " by calling it (INST)";
        break;
    }
    case 'P':
    case 'Q': what = "refers to an object outside of the file (persistent id)"; break;
    case 0x82:
    case 0x83:
    case 0x84: what = "uses an extension code, which names a class without saying which (EXT)"; break;
    case 0x97:
    case 0x98: what = "refers to a buffer outside of the file (NEXT_BUFFER)"; break;
    default: break;
    }
    // The first byte decides whether this is a pickle at all.
    const bool isFirst = m_opcodeOffset == 0;
    if (what.empty()) {
        return fail(isFirst ? ErrorCode::NotRecognized : ErrorCode::Malformed,
            "byte " + std::to_string(opcode)
                + " is no opcode of a pickle: " + (isFirst ? "this is no pickle" : "the file is damaged"));
    }
    return fail(m_hasSeenClass ? ErrorCode::Malformed : ErrorCode::NotRecognized, "refused: the pickle " + what,
        "nothing of it was run; do not load it in Python unless you know who wrote it");
}

} // namespace heaptoll::sdk
