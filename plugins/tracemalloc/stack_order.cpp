// SPDX-License-Identifier: Apache-2.0
#include "plugins/tracemalloc/stack_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <utility>

namespace heaptoll::tracemalloc {
namespace {

constexpr unsigned kDigitBits = 8;
constexpr std::size_t kDigits = 64 / kDigitBits;
constexpr std::size_t kBuckets = std::size_t { 1 } << kDigitBits;

std::size_t digitOf(std::uint64_t key, std::size_t digit)
{
    return (key >> (kDigitBits * digit)) & (kBuckets - 1);
}

} // namespace

StackOrder::StackOrder(std::span<const Stack> stacks, std::span<const std::uint32_t> frames, std::size_t frameCount)
    : m_stacks(stacks)
    , m_frames(frames)
    , m_frameBits(static_cast<unsigned>(std::bit_width(std::max<std::size_t>(frameCount, 1))))
{ }

/// Frames count from 1 in the key: a stack that ends sorts before those that go on.
std::uint64_t StackOrder::keyOf(const Stack& stack) const
{
    std::uint64_t key = 0;
    unsigned free = 64;
    for (std::uint32_t left = stack.count; left > 0 && free >= m_frameBits; --left) {
        free -= m_frameBits;
        key |= std::uint64_t { m_frames[stack.begin + left - 1] + 1 } << free;
    }
    return key;
}

/// By digits from the lowest; digits that are equal in all keys are left out.
void StackOrder::sortByKey(const TaskContext& task)
{
    std::vector<std::array<std::uint32_t, kBuckets>> counts(kDigits);
    for (auto& row : counts) {
        row.fill(0);
    }
    for (const Entry& entry : m_entries) {
        for (std::size_t digit = 0; digit < kDigits; ++digit) {
            ++counts[digit][digitOf(entry.key, digit)];
        }
    }
    std::vector<Entry> sorted(m_entries.size());
    for (std::size_t digit = 0; digit < kDigits && !task.cancelled(); ++digit) {
        auto& starts = counts[digit];
        if (starts[digitOf(m_entries.front().key, digit)] == m_entries.size()) {
            continue;
        }
        std::uint32_t start = 0;
        for (std::uint32_t& count : starts) {
            start += std::exchange(count, start);
        }
        for (const Entry& entry : m_entries) {
            sorted[starts[digitOf(entry.key, digit)]++] = entry;
        }
        m_entries.swap(sorted);
    }
}

void StackOrder::sortRuns()
{
    const auto isLess = [this](const Entry& a, const Entry& b) {
        const Stack& left = m_stacks[a.row];
        const Stack& right = m_stacks[b.row];
        const auto rootFirst = [this](const Stack& stack) {
            return std::make_reverse_iterator(m_frames.begin() + stack.begin + stack.count);
        };
        const auto leftBegin = rootFirst(left);
        const auto rightBegin = rootFirst(right);
        return std::lexicographical_compare(leftBegin, leftBegin + left.count, rightBegin, rightBegin + right.count);
    };
    for (std::size_t i = 0; i < m_entries.size();) {
        std::size_t end = i + 1;
        while (end < m_entries.size() && m_entries[end].key == m_entries[i].key) {
            ++end;
        }
        if (end - i > 1) {
            const auto begin = m_entries.begin();
            std::sort(begin + static_cast<std::ptrdiff_t>(i), begin + static_cast<std::ptrdiff_t>(end), isLess);
        }
        i = end;
    }
}

std::vector<std::uint32_t> StackOrder::sort(const TaskContext& task)
{
    m_entries.reserve(m_stacks.size());
    for (const Stack& stack : m_stacks) {
        m_entries.push_back({ keyOf(stack), static_cast<std::uint32_t>(m_entries.size()) });
    }
    std::vector<std::uint32_t> rows;
    if (m_entries.empty()) {
        return rows;
    }
    sortByKey(task);
    sortRuns();
    if (task.cancelled()) {
        return rows;
    }
    rows.reserve(m_entries.size());
    for (const Entry& entry : m_entries) {
        rows.push_back(entry.row);
    }
    return rows;
}

} // namespace heaptoll::tracemalloc
