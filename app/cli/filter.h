// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heaptoll::cli {

/// What a field of a row holds: unknown, text, or a number.
using FieldValue = std::variant<std::monostate, std::string, double>;

/// The language of --where: FIELD OP VALUE [and FIELD OP VALUE]...
/// OP: = != (text: the whole value; number: equal), ~ !~ (regular expression found in the text), < <= > >=.
/// VALUE: a word, or 'quoted text'. Numbers may have a unit: KiB, MiB, GiB, TiB, %; a rate may end in /h.
/// An unknown field value fits only != and !~.
class Filter {
public:
    /// Fields: the words that are allowed; one that ends in ':' allows any word that starts with it ("tag:").
    /// Errors: Usage; where.source is the text and where.offset the column.
    [[nodiscard]] static Result<Filter> parse(std::string_view text, std::span<const std::string_view> fields);

    /// True when every comparison fits. valueOf is asked for the fields of the expression only.
    [[nodiscard]] bool matches(const std::function<FieldValue(std::string_view field)>& valueOf) const;
    [[nodiscard]] bool uses(std::string_view field) const;
    [[nodiscard]] bool isEmpty() const { return m_comparisons.empty(); }

private:
    enum class Op : std::uint8_t { Equal, NotEqual, Matches, MatchesNot, Less, LessEqual, Greater, GreaterEqual };
    struct Pattern; ///< a compiled regular expression
    struct Comparison {
        std::string field;
        Op op = Op::Equal;
        std::string text;
        std::optional<double> number;
        std::shared_ptr<const Pattern> pattern;
    };
    class Parser;
    static bool fits(const Comparison& comparison, const FieldValue& value);
    std::vector<Comparison> m_comparisons;
};

} // namespace heaptoll::cli
