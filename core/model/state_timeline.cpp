// SPDX-License-Identifier: Apache-2.0
#include "core/model/state_timeline.h"

#include <algorithm>
#include <limits>

namespace heaptoll {
namespace {

std::int64_t addSaturated(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    }
    return sum;
}

} // namespace

void StateTimeline::addTotal(Span time, std::int64_t bytes)
{
    m_times.push_back(m_times.empty() ? time : std::max(time, m_times.back()));
    m_live.push_back(bytes);
}

void StateTimeline::addState(std::span<const NodeId> stacks, std::span<const std::int64_t> bytes)
{
    if (m_times.empty()) {
        return;
    }
    const auto start = static_cast<std::ptrdiff_t>(m_rows.size());
    for (std::size_t i = 0; i < std::min(stacks.size(), bytes.size()); ++i) {
        m_rows.push_back({ stacks[i].value, bytes[i] });
    }
    std::ranges::sort(m_rows.begin() + start, m_rows.end(), {}, &Row::stack);
    auto last = m_rows.begin() + start; // rows of one stack become one
    for (auto row = last; row != m_rows.end(); ++row) {
        if (row != last && row->stack == last->stack) {
            last->bytes = addSaturated(last->bytes, row->bytes);
        } else if (row != last) {
            *++last = *row;
        }
    }
    m_rows.erase(last == m_rows.end() ? last : last + 1, m_rows.end());
    m_checkpointTimes.push_back(m_times.back());
    m_ends.push_back(m_rows.size());
}

std::span<const StateTimeline::Row> StateTimeline::stateAt(Span time) const
{
    const auto after = std::ranges::upper_bound(m_checkpointTimes, time);
    if (after == m_checkpointTimes.begin()) {
        return {};
    }
    const auto index = static_cast<std::size_t>(after - m_checkpointTimes.begin()) - 1;
    const std::size_t start = index == 0 ? 0 : m_ends[index - 1];
    return std::span(m_rows).subspan(start, m_ends[index] - start);
}

AllocationTimeline::RangeValues StateTimeline::range(Span from, Span to) const
{
    const std::span<const Row> before = stateAt(from);
    const std::span<const Row> after = stateAt(to);
    RangeValues values;
    const auto add = [&values](std::uint32_t stack, std::int64_t atEnd, std::int64_t atStart) {
        values.stacks.emplace_back(stack);
        values.liveBytesAtEnd.push_back(atEnd);
        values.liveBytesDelta.push_back(atEnd - atStart);
    };
    auto first = before.begin();
    for (const Row& row : after) {
        for (; first != before.end() && first->stack < row.stack; ++first) {
            add(first->stack, 0, first->bytes);
        }
        const bool isInBoth = first != before.end() && first->stack == row.stack;
        add(row.stack, row.bytes, isInBoth ? first->bytes : 0);
        first += isInBoth ? 1 : 0;
    }
    for (; first != before.end(); ++first) {
        add(first->stack, 0, first->bytes);
    }
    return values;
}

} // namespace heaptoll
