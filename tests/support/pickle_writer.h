// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pickles written by hand: what CPython's pickler would write, and what it would not.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace heaptoll::test::pickle {

inline std::string littleEndian(std::uint64_t value, unsigned bytes)
{
    std::string out;
    for (unsigned i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i));
    }
    return out;
}
inline std::string proto(int version)
{
    return "\x80" + std::string(1, static_cast<char>(version));
}
inline std::string text(std::string_view value)
{
    return "X" + littleEndian(value.size(), 4) + std::string(value);
}
inline std::string integer(std::int64_t value)
{
    if (value >= 0 && value < 256) {
        return "K" + littleEndian(static_cast<std::uint64_t>(value), 1);
    }
    return "\x8a\x08" + littleEndian(static_cast<std::uint64_t>(value), 8);
}
inline std::string global(std::string_view module, std::string_view name)
{
    return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string tuple(std::initializer_list<std::string> items)
{
    std::string out = "(";
    for (const std::string& item : items) {
        out += item;
    }
    return out + "t";
}
inline std::string list(std::initializer_list<std::string> items)
{
    std::string out = "](";
    for (const std::string& item : items) {
        out += item;
    }
    return out + "e";
}
/// Keys and values in turn.
inline std::string dict(std::initializer_list<std::string> pairs)
{
    std::string out = "}(";
    for (const std::string& item : pairs) {
        out += item;
    }
    return out + "u";
}
/// An object of a class with a state, as Python makes it without running code of the class.
inline std::string object(std::string_view module, std::string_view name, const std::string& state)
{
    return global(module, name) + ")\x81" + state + "b";
}

} // namespace heaptoll::test::pickle
