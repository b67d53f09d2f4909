// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/gate_rule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace heaptoll {
namespace {

constexpr std::array<std::string_view, 11> kMetrics { "leak", "live", "peak", "cost", "recoverable", "growth",
    "findings", "new-findings", "coverage", "fragmentation", "headroom" };
constexpr std::array<GateUnit, 11> kUnits { GateUnit::BytesPerHour, GateUnit::Bytes, GateUnit::Bytes,
    GateUnit::MoneyPerMonth, GateUnit::MoneyPerMonth, GateUnit::BytesPerHour, GateUnit::Count, GateUnit::Count,
    GateUnit::Share, GateUnit::Share, GateUnit::Share };
constexpr std::array<std::string_view, 5> kByteUnits { "B", "KiB", "MiB", "GiB", "TiB" };
constexpr std::array<std::string_view, 3> kPeriods { "h", "d", "mo" };
constexpr std::array<std::string_view, 3> kConfidences { "low", "medium", "high" };
constexpr double kNominalMonthHours = 730; ///< for byte rates; money uses the workspace's month

/// What each unit looks like, for the error that says which one is wanted.
std::string_view exampleOf(GateUnit unit)
{
    switch (unit) {
    case GateUnit::Bytes: return "bytes, e.g. 512MiB";
    case GateUnit::BytesPerHour: return "bytes per time, e.g. 5MiB/h";
    case GateUnit::MoneyPerMonth: return "money per time, e.g. $500/mo or 500EUR/mo";
    case GateUnit::Share: return "percent, e.g. 80%";
    case GateUnit::Count: return "a count, e.g. 0";
    }
    return {};
}

Error errorAt(std::size_t column, std::string message)
{
    Error error { ErrorCode::Usage, std::move(message), {}, {} };
    error.where.offset = column;
    return error;
}

/// A cursor over the rule that knows its column.
class RuleReader {
public:
    explicit RuleReader(std::string_view text)
        : m_text(text)
    { }
    [[nodiscard]] std::size_t column() const { return m_at; }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    void skipSpaces()
    {
        while (peek() == ' ') {
            ++m_at;
        }
    }
    bool take(std::string_view token)
    {
        if (m_text.substr(m_at).substr(0, token.size()) != token) {
            return false;
        }
        m_at += token.size();
        return true;
    }
    template<typename Predicate>
    std::string_view takeWhile(Predicate predicate)
    {
        const std::size_t start = m_at;
        while (!atEnd() && predicate(m_text[m_at])) {
            ++m_at;
        }
        return m_text.substr(start, m_at - start);
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string unknownWord(std::string_view what, std::string_view typed, std::span<const std::string_view> words)
{
    std::string message = typed.empty() ? "missing " + std::string(what)
                                        : "unknown " + std::string(what) + " '" + std::string(typed) + '\'';
    const std::string_view nearest = nearestWord(typed, words);
    if (!nearest.empty()) {
        return message + ", did you mean '" + std::string(nearest) + "'?";
    }
    message += "; one of";
    for (const std::string_view word : words) {
        message += ' ';
        message += word;
    }
    return message;
}

Result<void> readMetric(RuleReader& reader, GateRule& rule)
{
    reader.skipSpaces();
    const std::size_t start = reader.column();
    const std::string_view word = reader.takeWhile([](char c) { return isLetter(c) || c == '-' || c == '_'; });
    const auto it = std::ranges::find(kMetrics, word);
    if (it == kMetrics.end()) {
        return errorAt(start, unknownWord("metric", word, kMetrics));
    }
    rule.metric = static_cast<GateMetric>(it - kMetrics.begin());
    reader.skipSpaces();
    if (!reader.take("(")) {
        return {};
    }
    const std::size_t open = reader.column() - 1;
    rule.selector = reader.takeWhile([](char c) { return c != ')'; });
    if (!reader.take(")")) {
        return errorAt(open, "this '(' has no ')'");
    }
    return {};
}

Result<void> readOperator(RuleReader& reader, GateRule& rule)
{
    struct Spelling {
        std::string_view text;
        GateOp op;
    };
    static constexpr std::array<Spelling, 7> kOps { Spelling { "<=", GateOp::LessEqual },
        Spelling { ">=", GateOp::GreaterEqual }, Spelling { "!=", GateOp::NotEqual }, Spelling { "==", GateOp::Equal },
        Spelling { "<", GateOp::Less }, Spelling { ">", GateOp::Greater }, Spelling { "=", GateOp::Equal } };
    reader.skipSpaces();
    for (const Spelling& spelling : kOps) {
        if (reader.take(spelling.text)) {
            rule.op = spelling.op;
            return {};
        }
    }
    return errorAt(reader.column(), "expected one of < <= > >= = !=");
}

std::string_view currencyOfSign(RuleReader& reader)
{
    struct Sign {
        std::string_view sign;
        std::string_view code;
    };
    static constexpr std::array<Sign, 4> kSigns { Sign { "$", "USD" }, Sign { "€", "EUR" }, Sign { "£", "GBP" },
        Sign { "¥", "JPY" } };
    for (const Sign& sign : kSigns) {
        if (reader.take(sign.sign)) {
            return sign.code;
        }
    }
    return {};
}

Result<void> readNumber(RuleReader& reader, GateRule& rule)
{
    reader.skipSpaces();
    const std::size_t start = reader.column();
    rule.currency = currencyOfSign(reader);
    const std::string_view digits =
        reader.takeWhile([](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; });
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), rule.value);
    if (digits.empty() || result.ec != std::errc() || result.ptr != digits.data() + digits.size()) {
        return errorAt(start, "expected a number: " + std::string(exampleOf(unitOf(rule.metric))));
    }
    return {};
}

/// Hours of "/h", "/d", "/mo"; 0 without a period.
Result<double> readPeriod(RuleReader& reader)
{
    if (!reader.take("/")) {
        return 0.0;
    }
    const std::size_t start = reader.column();
    const std::string_view word = reader.takeWhile(isLetter);
    const auto it = std::ranges::find(kPeriods, word);
    if (it == kPeriods.end()) {
        return errorAt(start, unknownWord("period", word, kPeriods));
    }
    return it == kPeriods.begin() ? 1.0 : it == kPeriods.begin() + 1 ? 24.0 : kNominalMonthHours;
}

Result<void> readByteUnit(RuleReader& reader, GateRule& rule, std::size_t start, std::string_view word)
{
    const auto it = std::ranges::find(kByteUnits, word);
    if (it == kByteUnits.end()) {
        return errorAt(start, unknownWord("unit", word, kByteUnits));
    }
    rule.value *= std::pow(1024.0, static_cast<double>(it - kByteUnits.begin()));
    const std::size_t slash = reader.column();
    HEAPTOLL_TRY_ASSIGN(const double hours, readPeriod(reader));
    const bool isRate = unitOf(rule.metric) == GateUnit::BytesPerHour;
    if (isRate != (hours > 0)) {
        return errorAt(slash,
            std::string(gateMetricNames()[static_cast<std::size_t>(rule.metric)]) + " is measured in "
                + std::string(exampleOf(unitOf(rule.metric))));
    }
    rule.value /= isRate ? hours : 1.0;
    return {};
}

Result<void> readMoneyUnit(RuleReader& reader, GateRule& rule, std::size_t start, std::string_view word)
{
    if (!word.empty()) {
        const bool isCode = word.size() == 3 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!isCode || !rule.currency.empty()) {
            return errorAt(start, "expected " + std::string(exampleOf(GateUnit::MoneyPerMonth)));
        }
        rule.currency = word;
    }
    HEAPTOLL_TRY_ASSIGN(const double hours, readPeriod(reader));
    rule.periodHours = hours == kNominalMonthHours ? 0 : hours;
    return {};
}

Result<void> readUnit(RuleReader& reader, GateRule& rule)
{
    reader.skipSpaces();
    const std::size_t start = reader.column();
    const std::string_view word = reader.takeWhile(isLetter);
    const GateUnit unit = unitOf(rule.metric);
    const std::string wanted = "expected " + std::string(exampleOf(unit));
    if (!rule.currency.empty() && unit != GateUnit::MoneyPerMonth) {
        return errorAt(start, wanted);
    }
    switch (unit) {
    case GateUnit::Bytes:
    case GateUnit::BytesPerHour: return readByteUnit(reader, rule, start, word);
    case GateUnit::MoneyPerMonth: return readMoneyUnit(reader, rule, start, word);
    case GateUnit::Share:
        if (!word.empty() || !reader.take("%")) {
            return errorAt(start, wanted);
        }
        rule.value /= 100;
        return {};
    case GateUnit::Count: return word.empty() ? Result<void>() : errorAt(start, wanted);
    }
    return {};
}

Result<void> readConfidence(RuleReader& reader, GateRule& rule)
{
    reader.skipSpaces();
    if (!reader.take("@")) {
        return {};
    }
    const std::size_t start = reader.column();
    const std::string_view word = reader.takeWhile(isLetter);
    const auto it = std::ranges::find(kConfidences, word);
    if (it == kConfidences.end()) {
        return errorAt(start, unknownWord("confidence", word, kConfidences));
    }
    rule.confidence = static_cast<ConfidenceLevel>(it - kConfidences.begin());
    return {};
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = std::min({ row[j] + 1, row[j - 1] + 1, substituted });
        }
    }
    return row[b.size()];
}

} // namespace

std::span<const std::string_view> gateMetricNames()
{
    return kMetrics;
}
GateUnit unitOf(GateMetric metric)
{
    return kUnits[static_cast<std::size_t>(metric)];
}

Result<GateRule> parseGateRule(std::string_view text)
{
    GateRule rule;
    rule.text = text;
    RuleReader reader(text);
    HEAPTOLL_TRY(readMetric(reader, rule));
    HEAPTOLL_TRY(readOperator(reader, rule));
    HEAPTOLL_TRY(readNumber(reader, rule));
    HEAPTOLL_TRY(readUnit(reader, rule));
    HEAPTOLL_TRY(readConfidence(reader, rule));
    reader.skipSpaces();
    if (!reader.atEnd()) {
        return errorAt(reader.column(), "unexpected text after the rule");
    }
    return rule;
}

std::string_view nearestWord(std::string_view typed, std::span<const std::string_view> words)
{
    std::string_view best;
    std::size_t bestDistance = std::max<std::size_t>(2, typed.size() / 3) + 1;
    for (const std::string_view word : words) {
        const std::size_t distance = editDistance(typed, word);
        // Of two that are equally close, the one that starts alike: "MB" is meant to be MiB, not B.
        const bool isTie = distance == bestDistance && !best.empty() && !typed.empty() && best.front() != typed.front()
            && word.front() == typed.front();
        if ((distance < bestDistance || isTie) && distance < std::max(word.size(), typed.size())) {
            best = word;
            bestDistance = distance;
        }
    }
    return best;
}

} // namespace heaptoll
