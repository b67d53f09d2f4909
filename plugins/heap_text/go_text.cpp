// SPDX-License-Identifier: Apache-2.0
// The comments of Go's heap profile as text. Source: printStackRecord and writeHeapInternal of runtime/pprof.
#include "plugins/heap_text/go_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace heaptoll::heap_text {
namespace {

/// Values of runtime.MemStats that tell of the heap, in the order of the file.
constexpr std::array<std::string_view, 7> kToldStats { "HeapAlloc", "HeapSys", "HeapInuse", "HeapObjects", "NextGC",
    "NumGC", "GCCPUFraction" };

template<typename Number>
std::optional<Number> wholeNumber(std::string_view text)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc {} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// The next field between tabs; tabs that align columns make no empty ones.
std::string_view takeField(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    const std::size_t end = std::min(line.find('\t'), line.size());
    const std::string_view field = line.substr(0, end);
    line.remove_prefix(end);
    return field;
}

} // namespace

std::optional<GoSymbol> parseGoSymbol(std::string_view line)
{
    if (takeField(line) != "#") {
        return std::nullopt;
    }
    GoSymbol symbol;
    std::string_view address = takeField(line);
    const auto at = address.starts_with("0x") ? takeHex(address) : std::nullopt;
    if (!at || !address.empty()) {
        return std::nullopt;
    }
    symbol.address = *at;
    const std::string_view function = takeField(line);
    const std::string_view place = takeField(line);
    if (function.empty()) {
        return symbol;
    }
    const std::size_t plus = function.rfind("+0x");
    const std::size_t colon = place.rfind(':');
    if (plus == std::string_view::npos || colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view offset = function.substr(plus + 1);
    const auto bytes = takeHex(offset);
    const auto lineNumber = wholeNumber<std::uint32_t>(place.substr(colon + 1));
    if (!bytes || !offset.empty() || !lineNumber) {
        return std::nullopt;
    }
    symbol.entry = symbol.address - *bytes;
    symbol.function = function.substr(0, plus);
    symbol.file = place.substr(0, colon);
    symbol.line = *lineNumber;
    return symbol;
}

std::vector<StackTable::Location> goStack(std::span<const GoSymbol> symbols, StackTable& table)
{
    std::vector<StackTable::Location> stack;
    stack.reserve(symbols.size());
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const GoSymbol& symbol = symbols[i];
        // Another function whose machine code begins where its caller's does has none of its own.
        const bool isInlined = i + 1 < symbols.size() && symbol.entry == symbols[i + 1].entry
            && symbol.function != symbols[i + 1].function && !symbol.function.empty();
        const std::string key = std::to_string(symbol.address) + (isInlined ? "i" : " ") + std::to_string(symbol.line)
            + ' ' + symbol.function + '\t' + symbol.file;
        stack.push_back(table.named(key, [&] {
            return NamedFrame { symbol.function, symbol.file, symbol.line, symbol.address, isInlined };
        }));
    }
    return stack;
}

bool MemStats::addLine(std::string_view line)
{
    line = trimmed(line.substr(1));
    if (line == "runtime.MemStats") {
        isSeen = true;
        return true;
    }
    const std::size_t equals = line.find(" = ");
    if (!isSeen || equals == std::string_view::npos) {
        return false;
    }
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 3);
    const std::int64_t number = wholeNumber<std::int64_t>(value).value_or(0);
    if (name == "LastGC" && number > 0) {
        lastGc = Instant { number };
    } else if (name == "MaxRSS" && number > 0) {
        maxRssBytes = number;
    } else if (std::ranges::find(kToldStats, name) != kToldStats.end()) {
        summary += (summary.empty() ? "" : ", ") + std::string(name) + ' ' + std::string(value.substr(0, 32));
    }
    return true;
}

} // namespace heaptoll::heap_text
