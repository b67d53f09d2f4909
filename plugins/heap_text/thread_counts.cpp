// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/thread_counts.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace heaptoll::heap_text {
namespace {

using Column = std::int64_t Counts::*;
constexpr std::array<Column, 4> kColumns { &Counts::objects, &Counts::bytes, &Counts::allocatedObjects,
    &Counts::allocatedBytes };

} // namespace

void ThreadCounts::clear()
{
    addresses.clear();
    all.reset();
    threads.clear();
}

std::optional<std::vector<StackTable::Row>> ThreadCounts::rows(
    std::int64_t rateBytes, const std::unordered_map<std::uint64_t, std::size_t>& numberOfThread) const
{
    const auto estimate = all ? unsample(*all, rateBytes) : std::nullopt;
    if (!estimate) {
        return std::nullopt;
    }
    std::vector<StackTable::Row> rows(threads.size() + 1);
    for (std::size_t i = 0; i < threads.size(); ++i) {
        const auto known = numberOfThread.find(threads[i].thread);
        rows[i].label = known == numberOfThread.end() ? StackTable::kNoLabel : static_cast<std::int64_t>(known->second);
    }
    for (const Column column : kColumns) {
        Int128 ofThreads = 0;
        for (const One& one : threads) {
            ofThreads += one.raw.*column;
        }
        const Int128 whole = std::max<Int128>(ofThreads, (*all).*column);
        if (whole > std::numeric_limits<std::int64_t>::max()) {
            return std::nullopt;
        }
        Int128 before = 0;
        std::int64_t given = 0;
        for (std::size_t i = 0; i < threads.size() && whole > 0; ++i) {
            before += threads[i].raw.*column;
            const auto upTo = static_cast<std::int64_t>(Int128 { (*estimate).*column } * before / whole);
            rows[i].counts.*column = upTo - given;
            given = upTo;
        }
        rows.back().counts.*column = (*estimate).*column - given;
    }
    const auto isNothing = [](const StackTable::Row& row) { return row.counts == Counts {}; };
    rows.erase(std::remove_if(rows.begin(), rows.end(), isNothing), rows.end());
    return rows;
}

std::optional<ThreadLine> parseThreadLine(std::string_view line)
{
    if (!line.starts_with('t')) {
        return std::nullopt;
    }
    line.remove_prefix(1);
    ThreadLine parsed;
    if (line.starts_with('*')) {
        line.remove_prefix(1);
    } else {
        std::uint64_t thread = 0;
        const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), thread);
        if (error != std::errc {}) {
            return std::nullopt;
        }
        line.remove_prefix(static_cast<std::size_t>(end - line.data()));
        parsed.thread = thread;
    }
    if (!line.starts_with(':')) {
        return std::nullopt;
    }
    line.remove_prefix(1);
    const auto counts = takeCounts(line);
    const auto isNegative = [&](Column column) { return (*counts).*column < 0; };
    if (!counts || std::ranges::any_of(kColumns, isNegative)) {
        return std::nullopt;
    }
    parsed.raw = *counts;
    parsed.name = trimmed(line);
    return parsed;
}

} // namespace heaptoll::heap_text
