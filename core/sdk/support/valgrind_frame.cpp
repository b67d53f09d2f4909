// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/valgrind_frame.h"

#include <charconv>
#include <optional>

namespace heaptoll::sdk {
namespace {

template<typename T>
std::optional<T> parseWhole(std::string_view text, int base)
{
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc {} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Start of the last group in parentheses at the end of text, with those inside it; npos when there is none. Names of
/// files have parentheses, too: "f (in /tmp/a (deleted))".
std::size_t lastGroup(std::string_view text)
{
    if (!text.ends_with(')')) {
        return std::string_view::npos;
    }
    std::size_t depth = 0;
    for (std::size_t at = text.size(); at-- > 0;) {
        depth += text[at] == ')' ? 1U : 0U;
        if (text[at] == '(' && --depth == 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

/// "a.cpp:3", and "a.rs:3:14" with the column, as dhat-rs writes it.
void setPlace(ValgrindFrame& frame, std::string_view place, std::size_t colon)
{
    const auto last = parseWhole<std::uint32_t>(place.substr(colon + 1), 10);
    const std::size_t before = place.substr(0, colon).rfind(':');
    const auto first = before == std::string_view::npos || before == 0
        ? std::nullopt
        : parseWhole<std::uint32_t>(place.substr(before + 1, colon - before - 1), 10);
    if (last) {
        frame.line = first.value_or(*last);
        frame.file = place.substr(0, first ? before : colon);
    }
}

} // namespace

ValgrindFrame parseValgrindFrame(std::string_view text)
{
    ValgrindFrame frame;
    const std::size_t addressEnd = text.starts_with("0x") ? text.find(": ") : std::string_view::npos;
    if (addressEnd != std::string_view::npos) {
        if (const auto address = parseWhole<std::uint64_t>(text.substr(2, addressEnd - 2), 16)) {
            frame.address = *address;
            text.remove_prefix(addressEnd + 2);
        }
    }
    const std::size_t group = lastGroup(text);
    if (group != std::string_view::npos && group > 0 && text[group - 1] == ' ') {
        const std::string_view inside = text.substr(group + 1, text.size() - group - 2);
        const std::size_t colon = inside.rfind(':');
        if (inside.starts_with("in ")) {
            frame.module = inside.substr(3);
        } else if (colon != std::string_view::npos && colon > 0) {
            setPlace(frame, inside, colon);
        }
        if (!frame.module.empty() || !frame.file.empty()) {
            text = text.substr(0, group - 1);
        }
    }
    frame.function = text == "???" ? std::string_view {} : text;
    return frame;
}

bool isInlinedInto(const ValgrindFrame& callee, const ValgrindFrame& caller)
{
    const bool isSame = callee.function == caller.function && callee.file == caller.file && callee.line == caller.line;
    return callee.address != 0 && callee.address == caller.address && !isSame;
}

} // namespace heaptoll::sdk
