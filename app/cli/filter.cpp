// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/filter.h"

#include "app/cli/command.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <charconv>

namespace heaptoll::cli {
namespace {

QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::optional<double> numberOf(std::string_view text)
{
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc()) {
        return std::nullopt;
    }
    std::string_view unit(result.ptr, static_cast<std::size_t>(text.data() + text.size() - result.ptr));
    if (unit.ends_with("/h")) {
        unit.remove_suffix(2);
    }
    struct Unit {
        std::string_view name;
        double factor;
    };
    static constexpr std::array<Unit, 7> kUnits { Unit { "", 1 }, Unit { "B", 1 }, Unit { "KiB", 1024.0 },
        Unit { "MiB", 1048576.0 }, Unit { "GiB", 1073741824.0 }, Unit { "TiB", 1099511627776.0 }, Unit { "%", 0.01 } };
    const auto it = std::ranges::find(kUnits, unit, &Unit::name);
    return it == kUnits.end() ? std::nullopt : std::optional(value * it->factor);
}

bool isWordChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
        || c == '.' || c == ':' || c == '/';
}

} // namespace

struct Filter::Pattern {
    QRegularExpression expression;
};

/// One pass over the text, with the column of every word for messages.
class Filter::Parser {
public:
    Parser(std::string_view text, std::span<const std::string_view> fields)
        : m_text(text)
        , m_fields(fields)
    { }

    Result<std::vector<Comparison>> parse()
    {
        std::vector<Comparison> all;
        while (true) {
            HEAPTOLL_TRY_ASSIGN(Comparison one, comparison());
            all.push_back(std::move(one));
            skipSpaces();
            if (m_at == m_text.size()) {
                return all;
            }
            const std::size_t start = m_at;
            const std::string_view word = takeWord();
            if (word != "and" && word != "AND") {
                return errorAt(start, "expected 'and' or the end");
            }
        }
    }

private:
    Result<Comparison> comparison()
    {
        Comparison result;
        HEAPTOLL_TRY_ASSIGN(result.field, field());
        HEAPTOLL_TRY_ASSIGN(result.op, op());
        skipSpaces();
        const std::size_t start = m_at;
        HEAPTOLL_TRY_ASSIGN(result.text, value());
        result.number = numberOf(result.text);
        const bool isOrder = result.op >= Op::Less;
        if (isOrder && !result.number && !isDate(result.text)) {
            return errorAt(start, "'" + result.text + "' is not a number");
        }
        if (result.op == Op::Matches || result.op == Op::MatchesNot) {
            auto pattern = std::make_shared<Pattern>();
            pattern->expression = QRegularExpression(toQt(result.text));
            if (!pattern->expression.isValid()) {
                // The column is in bytes of the expression as typed, the offset in UTF-16 of the pattern without quotes.
                const QString before = toQt(result.text).left(pattern->expression.patternErrorOffset());
                const bool isQuoted = m_text[start] == '\'' || m_text[start] == '"';
                const std::size_t offset = static_cast<std::size_t>(before.toUtf8().size()) + (isQuoted ? 1U : 0U);
                return errorAt(std::min(start + offset, m_text.size()),
                    "bad regular expression: " + pattern->expression.errorString().toStdString());
            }
            result.pattern = std::move(pattern);
        }
        return result;
    }

    Result<std::string> field()
    {
        skipSpaces();
        const std::size_t start = m_at;
        const std::string_view word = takeWord();
        for (const std::string_view known : m_fields) {
            const bool isPrefix = known.ends_with(':') && word.starts_with(known) && word.size() > known.size();
            if (word == known || isPrefix) {
                return std::string(word);
            }
        }
        if (word.empty()) {
            return errorAt(start, "expected a field", m_fields);
        }
        Error error = unknownWord("field", word, m_fields);
        error.where = placeAt(start);
        return error;
    }

    Result<Op> op()
    {
        struct Spelling {
            std::string_view text;
            Op op;
        };
        static constexpr std::array<Spelling, 9> kOps { Spelling { "!=", Op::NotEqual },
            Spelling { "!~", Op::MatchesNot }, Spelling { "<=", Op::LessEqual }, Spelling { ">=", Op::GreaterEqual },
            Spelling { "==", Op::Equal }, Spelling { "=", Op::Equal }, Spelling { "~", Op::Matches },
            Spelling { "<", Op::Less }, Spelling { ">", Op::Greater } };
        skipSpaces();
        for (const Spelling& spelling : kOps) {
            if (m_text.substr(m_at).starts_with(spelling.text)) {
                m_at += spelling.text.size();
                return spelling.op;
            }
        }
        return errorAt(m_at, "expected one of = != ~ !~ < <= > >=");
    }

    Result<std::string> value()
    {
        const std::size_t start = m_at;
        const char quote = m_at < m_text.size() ? m_text[m_at] : '\0';
        if (quote == '\'' || quote == '"') {
            const std::size_t end = m_text.find(quote, m_at + 1);
            if (end == std::string_view::npos) {
                return errorAt(start, "this quote is not closed");
            }
            m_at = end + 1;
            return std::string(m_text.substr(start + 1, end - start - 1));
        }
        const std::size_t end = std::min(m_text.find(' ', m_at), m_text.size());
        if (end == start) {
            return errorAt(start, "expected a value");
        }
        m_at = end;
        return std::string(m_text.substr(start, end - start));
    }

    static bool isDate(std::string_view text)
    {
        return text.size() >= 7 && text[4] == '-'
            && std::ranges::all_of(text.substr(0, 4), [](char c) { return c >= '0' && c <= '9'; });
    }
    std::string_view takeWord()
    {
        const std::size_t start = m_at;
        while (m_at < m_text.size() && isWordChar(m_text[m_at])) {
            ++m_at;
        }
        return m_text.substr(start, m_at - start);
    }
    void skipSpaces() { m_at = std::min(m_text.find_first_not_of(' ', m_at), m_text.size()); }
    [[nodiscard]] Location placeAt(std::size_t column) const { return { std::string(m_text), column, 0, {} }; }
    [[nodiscard]] Error errorAt(
        std::size_t column, std::string message, std::span<const std::string_view> words = {}) const
    {
        Error error = usageError("--where: " + std::move(message));
        for (const std::string_view word : words) {
            error.hint += (error.hint.empty() ? "one of " : " ") + std::string(word);
        }
        error.where = placeAt(column);
        return error;
    }

    std::string_view m_text;
    std::span<const std::string_view> m_fields;
    std::size_t m_at = 0;
};

Result<Filter> Filter::parse(std::string_view text, std::span<const std::string_view> fields)
{
    Filter filter;
    HEAPTOLL_TRY_ASSIGN(filter.m_comparisons, Parser(text, fields).parse());
    return filter;
}

bool Filter::uses(std::string_view field) const
{
    return std::ranges::any_of(m_comparisons, [field](const Comparison& c) { return c.field == field; });
}

bool Filter::matches(const std::function<FieldValue(std::string_view)>& valueOf) const
{
    return std::ranges::all_of(m_comparisons,
        [&valueOf](const Comparison& comparison) { return fits(comparison, valueOf(comparison.field)); });
}

bool Filter::fits(const Comparison& comparison, const FieldValue& value)
{
    const bool isNegative = comparison.op == Op::NotEqual || comparison.op == Op::MatchesNot;
    if (std::holds_alternative<std::monostate>(value)) {
        return isNegative;
    }
    const auto* text = std::get_if<std::string>(&value);
    if (comparison.pattern) {
        const std::string subject = text != nullptr ? *text : std::to_string(std::get<double>(value));
        return comparison.pattern->expression.match(toQt(subject)).hasMatch() != isNegative;
    }
    if (text == nullptr && !comparison.number) {
        return isNegative;
    }
    // Numbers by value; text by bytes, which orders ISO dates as well.
    const std::partial_ordering order = text != nullptr ? std::partial_ordering(text->compare(comparison.text) <=> 0)
                                                        : std::get<double>(value) <=> *comparison.number;
    switch (comparison.op) {
    case Op::Equal:
    case Op::Matches: return order == 0;
    case Op::NotEqual:
    case Op::MatchesNot: return order != 0;
    case Op::Less: return order < 0;
    case Op::LessEqual: return order <= 0;
    case Op::Greater: return order > 0;
    case Op::GreaterEqual: return order >= 0;
    }
    return false;
}

} // namespace heaptoll::cli
