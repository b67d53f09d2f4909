// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/number_text.h"

#include <algorithm>
#include <array>
#include <string>

namespace heaptoll::sdk {
namespace {

constexpr int kMaxDigits = 18;
constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers {};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// "E-08" behind the digits. false = no exponent of at most two digits.
bool takeExponent(const char* at, const char* end, int& exponent)
{
    ++at;
    const bool isNegative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+') ? 1 : 0;
    if (at == end || end - at > 2) {
        return false;
    }
    for (; at < end; ++at) {
        if (!isDigit(*at)) {
            return false;
        }
        exponent = exponent * 10 + (*at - '0');
    }
    exponent = isNegative ? -exponent : exponent;
    return true;
}

constexpr std::string_view kNoBreakSpace = "\u00A0";
constexpr std::string_view kNarrowNoBreakSpace = "\u202F";
constexpr std::size_t kMachineDecimals = 5; ///< nobody formats an amount with so many

struct Mark {
    std::string_view sign;
    std::string_view code;
};
constexpr std::array<Mark, 4> kMarks { { { "$", "" }, { "€", "EUR" }, { "£", "GBP" }, { "¥", "" } } };

/// Takes a space, in any of the forms that number formats use, off one end of the text.
bool takeSpace(std::string_view& text, bool isFront)
{
    for (const std::string_view space :
        { std::string_view(" "), std::string_view("\t"), kNoBreakSpace, kNarrowNoBreakSpace }) {
        if (isFront ? text.starts_with(space) : text.ends_with(space)) {
            isFront ? text.remove_prefix(space.size()) : text.remove_suffix(space.size());
            return true;
        }
    }
    return false;
}

bool isCode(std::string_view text)
{
    return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The sign or code of a currency at one end of the text; empty where there is none.
std::string_view markAt(std::string_view text, bool isFront)
{
    for (const Mark& mark : kMarks) {
        if (isFront ? text.starts_with(mark.sign) : text.ends_with(mark.sign)) {
            return mark.sign;
        }
    }
    const std::size_t size = std::min<std::size_t>(text.size(), 3);
    const std::string_view end = isFront ? text.substr(0, size) : text.substr(text.size() - size);
    return isCode(end) ? end : std::string_view {};
}

/// A number without what surrounds its digits.
struct Bare {
    std::string_view digits; ///< with their separators, and an exponent
    std::string_view mark;
    bool isNegative = false;
    bool isWrapped = false; ///< something was taken off that a program does not write
    bool hasSign = false;

    /// False for a second sign.
    bool negate(bool isWrap)
    {
        const bool wasFree = !hasSign;
        isNegative = hasSign = true;
        isWrapped = isWrapped || isWrap;
        return wasFree;
    }
    /// False when there is no mark at that end, or a second one.
    bool takeMark(bool isFront)
    {
        const std::string_view found = markAt(digits, isFront);
        if (found.empty() || !mark.empty()) {
            return false;
        }
        mark = found;
        isFront ? digits.remove_prefix(found.size()) : digits.remove_suffix(found.size());
        return true;
    }
};

/// One thing in front of the digits. False = none that a number has there.
bool takeBefore(Bare& bare)
{
    std::string_view& rest = bare.digits;
    if (takeSpace(rest, true) || bare.takeMark(true)) {
        return true;
    }
    if (rest.starts_with('(') && rest.ends_with(')') && bare.negate(true)) {
        rest = rest.substr(1, rest.size() - 2);
        return true;
    }
    if ((rest.front() == '-' && bare.negate(false)) || (rest.front() == '+' && !bare.hasSign)) {
        bare.hasSign = true;
        rest.remove_prefix(1);
        return true;
    }
    return false;
}

/// One thing behind the digits, likewise.
bool takeAfter(Bare& bare)
{
    if (takeSpace(bare.digits, false) || bare.takeMark(false)) {
        return true;
    }
    if (bare.digits.back() == '-' && bare.negate(true)) {
        bare.digits.remove_suffix(1);
        return true;
    }
    return false;
}

/// Errors: nullopt for two signs, or two marks.
std::optional<Bare> bareNumber(std::string_view text)
{
    Bare bare;
    bare.digits = text;
    const auto isNumeric = [](char c) { return isDigit(c) || c == '.' || c == ','; };
    while (!bare.digits.empty() && !isNumeric(bare.digits.front())) {
        if (!takeBefore(bare)) {
            return std::nullopt;
        }
    }
    while (!bare.digits.empty() && !isNumeric(bare.digits.back())) {
        if (!takeAfter(bare)) {
            return std::nullopt;
        }
    }
    bare.isWrapped = bare.isWrapped || !bare.mark.empty();
    return bare.digits.empty() ? std::nullopt : std::optional(bare);
}

/// The digits with a point for the decimals and nothing between thousands. `group` may stand between them: 1 to 3
/// digits, then 3 each. Errors: nullopt.
std::optional<std::string> ungrouped(std::string_view digits, char group, char decimal)
{
    std::string plain;
    std::size_t sinceGroup = 0;
    bool hasGroup = false;
    bool isFraction = false;
    for (const char c : digits) {
        if (c == group) {
            if (isFraction || sinceGroup == 0 || sinceGroup > 3 || (hasGroup && sinceGroup != 3)) {
                return std::nullopt;
            }
            hasGroup = true;
            sinceGroup = 0;
            continue;
        }
        if (!isFraction && !isDigit(c) && hasGroup && sinceGroup != 3) {
            return std::nullopt; // the last group ends here
        }
        isFraction = isFraction || !isDigit(c);
        sinceGroup += 1;
        plain.push_back(c == decimal ? '.' : c);
    }
    return hasGroup && !isFraction && sinceGroup != 3 ? std::nullopt : std::optional(plain);
}

/// Spaces between thousands become nothing where they stand between digits.
std::string withoutInnerSpaces(std::string_view digits)
{
    std::string joined;
    while (!digits.empty()) {
        if (!takeSpace(digits, true)) {
            joined.push_back(digits.front());
            digits.remove_prefix(1);
        }
    }
    return joined;
}

/// Appends digits to the mantissa. Returns how many; the mantissa is right for up to kMaxDigits of them.
std::ptrdiff_t takeDigits(const char*& at, const char* end, std::uint64_t& mantissa)
{
    const char* const first = at;
    while (at < end && isDigit(*at)) {
        mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at++ - '0');
    }
    return at - first;
}

/// An exponent to the end of a number of so many digits. False = it is none, or the number is not narrow.
bool takePower(const char* at, const char* end, std::ptrdiff_t digits, std::uint64_t& mantissa, int& scale)
{
    int exponent = 0;
    if ((*at != 'e' && *at != 'E') || !takeExponent(at, end, exponent)) {
        return false;
    }
    scale -= exponent;
    if (scale < 0) {
        if (digits - scale > kMaxDigits) {
            return false;
        }
        mantissa *= static_cast<std::uint64_t>(kPowers[static_cast<std::size_t>(-scale)]);
        scale = 0;
    }
    return scale <= kMaxDigits;
}

} // namespace

bool parseNarrow(const char* text, std::size_t size, NarrowNumber& number)
{
    const char* at = text;
    const char* end = text + size;
    while (at < end && *at == ' ') {
        ++at;
    }
    while (at < end && end[-1] == ' ') {
        --end;
    }
    if (at == end) {
        return false;
    }
    const bool isNegative = *at == '-';
    at += isNegative || *at == '+' ? 1 : 0;
    std::uint64_t mantissa = 0;
    std::ptrdiff_t digits = takeDigits(at, end, mantissa);
    int scale = 0;
    if (at < end && *at == '.') {
        ++at;
        const std::ptrdiff_t decimals = takeDigits(at, end, mantissa);
        scale = static_cast<int>(std::min<std::ptrdiff_t>(decimals, 100));
        digits += decimals;
    }
    if (digits == 0 || digits > kMaxDigits || (at < end && !takePower(at, end, digits, mantissa, scale))) {
        return false;
    }
    const auto value = static_cast<std::int64_t>(mantissa);
    number = { isNegative ? -value : value, scale };
    return true;
}

std::optional<ParsedNumber> parseNumber(std::string_view text, NumberStyle style, NumberForm form)
{
    const auto bare = bareNumber(text);
    const bool isFormatted = form == NumberForm::Formatted;
    if (!bare || (bare->isWrapped && !isFormatted)) {
        return std::nullopt;
    }
    const std::string digits = isFormatted ? withoutInnerSpaces(bare->digits) : std::string(bare->digits);
    std::optional<std::string> plain = digits;
    if (style == NumberStyle::Comma) {
        const bool hasComma = digits.find(',') != std::string::npos;
        const bool mayGroup = hasComma || isFormatted;
        plain = mayGroup || digits.find('.') == std::string::npos ? ungrouped(digits, '.', ',') : std::nullopt;
    } else if (digits.find(',') != std::string::npos) {
        const bool mayGroup = style == NumberStyle::Point && isFormatted;
        plain = mayGroup ? ungrouped(digits, ',', '.') : std::nullopt;
    }
    const auto parsed = plain ? Decimal::parse(*plain) : std::nullopt;
    if (!parsed) {
        return std::nullopt;
    }
    return ParsedNumber { bare->isNegative ? -parsed->value : parsed->value, parsed->rounded, bare->mark };
}

NumberStyle styleOf(std::string_view text)
{
    const auto bare = bareNumber(text);
    if (!bare) {
        return NumberStyle::Undecided;
    }
    const std::string digits = withoutInnerSpaces(bare->digits);
    if (digits.find_first_not_of("+-0123456789.,eE") != std::string::npos) {
        return NumberStyle::Undecided;
    }
    const std::size_t comma = digits.find(',');
    const std::size_t point = digits.find('.');
    const bool hasTwoPoints = point != std::string::npos && digits.find('.', point + 1) != std::string::npos;
    if (comma == std::string::npos) {
        const bool isGrouped = hasTwoPoints && ungrouped(digits, '.', ',').has_value();
        return point == std::string::npos ? NumberStyle::Undecided
            : isGrouped                   ? NumberStyle::Comma
                                          : NumberStyle::Point;
    }
    const bool hasTwoCommas = digits.find(',', comma + 1) != std::string::npos;
    if (hasTwoCommas || (point != std::string::npos && point > comma)) {
        return ungrouped(digits, ',', '.') ? NumberStyle::Point : NumberStyle::Undecided;
    }
    const bool mayBeGrouped =
        point == std::string::npos && digits.size() - comma == 4 && comma <= 3 && digits.front() != '0';
    return mayBeGrouped ? NumberStyle::Undecided : NumberStyle::Comma;
}

NumberForm formOf(std::string_view text)
{
    const auto bare = bareNumber(text);
    if (!bare || bare->digits.find_first_not_of("+-0123456789.,eE \u00A0\u202F") != std::string_view::npos) {
        return NumberForm::Undecided;
    }
    const std::string_view digits = bare->digits;
    const std::size_t last = digits.find_last_of(".,");
    const std::size_t whole = digits.find_first_not_of("0123456789");
    const bool isApart = whole != std::string_view::npos && whole != last; // a second separator, or a space
    const bool hasExponent = digits.find_first_of("eE") != std::string_view::npos;
    const bool isLong = last != std::string_view::npos && digits.size() - last > kMachineDecimals;
    if (bare->isWrapped) {
        return NumberForm::Formatted;
    }
    if (hasExponent || isLong || std::min(whole, digits.size()) > 3) {
        return NumberForm::Plain;
    }
    return isApart ? NumberForm::Formatted : NumberForm::Undecided;
}

std::string_view codeOfMark(std::string_view mark)
{
    const auto it = std::ranges::find(kMarks, mark, &Mark::sign);
    return it == kMarks.end() ? mark : it->code;
}

} // namespace heaptoll::sdk
