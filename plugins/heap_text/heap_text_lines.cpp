// SPDX-License-Identifier: Apache-2.0
// Formats: README.md of this folder.
#include "plugins/heap_text/heap_text_lines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace heaptoll::heap_text {
namespace {

constexpr std::string_view kLinesStart = "heap profile:";
constexpr std::string_view kThreadsStart = "heap_v2/";
constexpr std::size_t kMaxHexDigits = 16; ///< of 64 bits

struct KnownKind {
    std::string_view name;
    Kind kind;
    int rateDivisor; ///< Go and old tcmalloc write twice their rate
};
constexpr std::array<KnownKind, 8> kKinds { {
    { "heapprofile", Kind::Exact, 1 },
    { "heap", Kind::Sampled, 2 },
    { "heap_v2", Kind::Sampled, 1 },
    { "heapz_v2", Kind::Sampled, 1 },
    { "growth", Kind::Growth, 1 },
    { "growthz", Kind::Growth, 1 },
    { "fragmentation", Kind::Fragmentation, 1 },
    { "fragmentationz", Kind::Fragmentation, 1 },
} };

void skipSpaces(std::string_view& text)
{
    while (text.starts_with(' ') || text.starts_with('\t')) {
        text.remove_prefix(1);
    }
}

std::optional<std::int64_t> takeNumber(std::string_view& text)
{
    skipSpaces(text);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc {}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool takeSign(std::string_view& text, char sign)
{
    skipSpaces(text);
    if (!text.starts_with(sign)) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

bool takePair(std::string_view& text, std::int64_t& objects, std::int64_t& bytes)
{
    const auto first = takeNumber(text);
    if (!first || !takeSign(text, ':')) {
        return false;
    }
    const auto second = takeNumber(text);
    objects = *first;
    bytes = second.value_or(0);
    return second.has_value();
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The rate behind a kind: "/524288", "/" or nothing. Errors: nullopt for anything else.
std::optional<std::int64_t> rateOf(std::string_view text)
{
    if (text.empty() || text == "/") {
        return 0;
    }
    text.remove_prefix(1);
    const auto rate = takeNumber(text);
    return rate && *rate >= 0 && text.empty() ? rate : std::nullopt;
}

Result<Header> parseLinesHeader(std::string_view line)
{
    Header header;
    line.remove_prefix(kLinesStart.size());
    header.totals = takeCounts(line);
    if (!header.totals || !takeSign(line, '@')) {
        return Error { ErrorCode::Malformed,
            "the first line of a heap profile does not hold \"objects: bytes [objects: bytes] @ kind\"" };
    }
    const std::string_view version = trimmed(line);
    const std::size_t slash = std::min(version.find('/'), version.size());
    const std::string_view name = version.substr(0, slash);
    const auto known = std::ranges::find(kKinds, name, &KnownKind::name);
    const auto rate = rateOf(version.substr(slash));
    if (known == kKinds.end()) {
        return Error { ErrorCode::Unsupported, "the kind of heap profile \"" + std::string(name) + "\" is not known",
            {}, "known are heapprofile, heap, heap_v2, heapz_v2, growth and fragmentation" };
    }
    if (!rate) {
        return Error { ErrorCode::Malformed, "the rate of sampling is no number: \"" + std::string(version) + '"' };
    }
    header.kind = known->kind;
    header.version = version;
    header.rateBytes = known->kind == Kind::Sampled ? *rate / known->rateDivisor : 1;
    return header;
}

Result<Header> parseThreadsHeader(std::string_view line)
{
    Header header;
    header.layout = Layout::Threads;
    header.kind = Kind::Sampled;
    header.version = trimmed(line);
    line.remove_prefix(kThreadsStart.size());
    const auto rate = takeNumber(line);
    if (!rate || *rate < 1 || !trimmed(line).empty()) {
        return Error { ErrorCode::Malformed,
            "the average bytes between samples are no number above 0: \"" + header.version + '"' };
    }
    header.rateBytes = *rate;
    return header;
}

/// One pair of unsample(). false = it contradicts itself, or its estimate does not fit.
bool scale(std::int64_t& objects, std::int64_t& bytes, std::int64_t rateBytes)
{
    constexpr double kLimit = 9.2e18; // below 2^63
    if (objects == 0 || bytes == 0) {
        const bool isConsistent = objects != 0 || bytes == 0;
        objects = 0;
        return isConsistent;
    }
    const double averageBytes = static_cast<double>(bytes) / static_cast<double>(objects);
    const double factor = 1 / (1 - std::exp(-averageBytes / static_cast<double>(rateBytes)));
    const double allObjects = static_cast<double>(objects) * factor;
    const double allBytes = static_cast<double>(bytes) * factor;
    if (averageBytes <= 0 || !(std::abs(allObjects) < kLimit) || !(std::abs(allBytes) < kLimit)) {
        return false;
    }
    objects = static_cast<std::int64_t>(allObjects);
    bytes = static_cast<std::int64_t>(allBytes);
    return true;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    skipSpaces(text);
    while (text.ends_with(' ') || text.ends_with('\t')) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<std::uint64_t> takeHex(std::string_view& text)
{
    if (text.starts_with("0x")) {
        text.remove_prefix(2);
    }
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size(); ++digits) {
        const int digit = hexDigit(text[digits]);
        if (digit < 0) {
            break;
        }
        number = number << 4U | static_cast<std::uint64_t>(digit);
    }
    if (digits == 0 || digits > kMaxHexDigits) {
        return std::nullopt;
    }
    text.remove_prefix(digits);
    return number;
}

std::optional<Counts> takeCounts(std::string_view& text)
{
    std::string_view rest = text;
    Counts counts;
    if (!takePair(rest, counts.objects, counts.bytes) || !takeSign(rest, '[')
        || !takePair(rest, counts.allocatedObjects, counts.allocatedBytes) || !takeSign(rest, ']')) {
        return std::nullopt;
    }
    text = rest;
    return counts;
}

bool takeAddresses(std::string_view text, std::vector<std::uint64_t>& addresses)
{
    while (true) {
        skipSpaces(text);
        if (text.empty()) {
            return true;
        }
        const auto address = text.starts_with("0x") ? takeHex(text) : std::nullopt;
        if (!address || (!text.empty() && text.front() != ' ' && text.front() != '\t')) {
            return false;
        }
        addresses.push_back(*address);
    }
}

Result<Header> parseHeader(std::string_view line)
{
    if (line.starts_with(kLinesStart)) {
        return parseLinesHeader(line);
    }
    if (line.starts_with(kThreadsStart)) {
        return parseThreadsHeader(line);
    }
    return Error { ErrorCode::NotRecognized, "no heap profile begins like this" };
}

std::optional<Counts> unsample(const Counts& raw, std::int64_t rateBytes)
{
    if (rateBytes <= 1) {
        return raw;
    }
    Counts all = raw;
    const bool isSound =
        scale(all.objects, all.bytes, rateBytes) && scale(all.allocatedObjects, all.allocatedBytes, rateBytes);
    return isSound ? std::optional(all) : std::nullopt;
}

bool hasAllocated(const Counts& totals)
{
    return (totals.allocatedObjects != totals.objects && totals.allocatedObjects != 0)
        || (totals.allocatedBytes != totals.bytes && totals.allocatedBytes != 0);
}

} // namespace heaptoll::heap_text
