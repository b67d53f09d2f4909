// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/sample_order.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace heaptoll::pprof {
namespace {

constexpr std::size_t kMaxListBytes = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kEntriesAhead = 12;
constexpr std::size_t kEntriesPerCancelCheck = std::size_t { 1 } << 16U;

/// The varint that ends before `at`; moves `at` to its start. Only for bytes that were decoded forwards before.
std::uint64_t varintBefore(const std::byte*& at, const std::byte* begin)
{
    auto value = std::to_integer<std::uint64_t>(*--at);
    while (at != begin && (at[-1] & std::byte { 0x80 }) != std::byte {}) {
        value = value << 7U | std::to_integer<std::uint64_t>(*--at & std::byte { 0x7f });
    }
    return value;
}

/// Ranks of the locations by their frames. Locations with the same frames have the same rank.
std::vector<std::uint32_t> ranksOf(const LocationTable& locations)
{
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        return std::ranges::lexicographical_compare(
            locations.framesOf(a), locations.framesOf(b), {}, &sdk::FrameRef::value, &sdk::FrameRef::value);
    };
    std::vector<std::uint32_t> rows(locations.counts.size());
    std::iota(rows.begin(), rows.end(), 0U);
    if (!std::ranges::is_sorted(rows, before)) {
        std::ranges::sort(rows, before);
    }
    std::vector<std::uint32_t> ranks(rows.size());
    std::uint32_t rank = 1;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rank += i > 0 && before(rows[i - 1], rows[i]) ? 1U : 0U;
        ranks[rows[i]] = rank;
    }
    return ranks;
}

} // namespace

SampleOrder::SampleOrder(Bytes file, const LocationTable& locations, std::size_t samples)
    : m_file(file)
    , m_locations(locations)
    , m_ranks(ranksOf(locations))
    , m_rankBits(static_cast<unsigned>(std::bit_width(m_ranks.size() + 1)))
{
    m_entries.reserve(samples);
    m_offsets.reserve(samples);
    m_labels.reserve(samples);
}

void SampleOrder::push(std::uint64_t offset, std::uint64_t list, std::size_t listBytes, LabelSetId labels)
{
    m_entries.push_back(
        { 0, list, static_cast<std::uint32_t>(m_entries.size()), static_cast<std::uint32_t>(listBytes) });
    m_offsets.push_back(offset);
    m_labels.push_back(labels);
}

bool SampleOrder::add(std::uint64_t offset, Bytes packedIds, LabelSetId labels)
{
    const auto list = static_cast<std::uint64_t>(packedIds.data() - m_file.data());
    push(offset, packedIds.empty() ? 0 : list, packedIds.size(), labels);
    return packedIds.size() <= kMaxListBytes;
}

bool SampleOrder::add(std::uint64_t offset, std::span<const std::uint32_t> leafFirstRows, LabelSetId labels)
{
    const std::size_t start = m_repacked.size();
    for (std::uint32_t rest : leafFirstRows) {
        for (; rest >= 0x80U; rest >>= 7U) {
            m_repacked.push_back(static_cast<std::byte>(rest | 0x80U));
        }
        m_repacked.push_back(static_cast<std::byte>(rest));
    }
    push(offset, m_file.size() + start, m_repacked.size() - start, labels);
    return m_repacked.size() - start <= kMaxListBytes;
}

void SampleOrder::readKey(Entry& entry) const
{
    const bool isRepacked = entry.list >= m_file.size();
    const std::byte* const begin = listOf(entry);
    const std::byte* at = begin + entry.left;
    unsigned free = 64;
    std::uint64_t key = 0;
    while (free >= m_rankBits && at != begin) {
        const std::uint64_t number = varintBefore(at, begin);
        const auto row = isRepacked ? static_cast<std::size_t>(number) : m_locations.ids.find(number);
        free -= m_rankBits;
        key |= std::uint64_t { m_ranks[row] } << free;
    }
    entry.key = key;
    entry.left = static_cast<std::uint32_t>(at - begin);
}

/// Runs of equal keys go on to their next frames; where the stacks end they are equal.
void SampleOrder::splitRuns(const Range& range, std::vector<Range>& next)
{
    const unsigned unused = 64 % m_rankBits;
    const std::uint64_t lastRank = ((std::uint64_t { 1 } << m_rankBits) - 1) << unused;
    for (std::size_t i = range.first; i < range.last;) {
        std::size_t end = i + 1;
        while (end < range.last && m_entries[end].key == m_entries[i].key) {
            ++end;
        }
        if (end - i > 1 && (m_entries[i].key & lastRank) != 0) {
            next.push_back({ i, end });
        } else if (end - i > 1) {
            std::ranges::sort(std::span(m_entries).subspan(i, end - i), [this](const Entry& a, const Entry& b) {
                const std::uint32_t labels = m_labels[a.sample].value;
                const std::uint32_t others = m_labels[b.sample].value;
                return labels != others ? labels < others : a.sample < b.sample;
            });
        }
        i = end;
    }
}

/// Entries are in the order of their stacks, their lists in that of the file: each is fetched ahead of its turn.
void SampleOrder::readKeys(const std::vector<Range>& ranges)
{
    for (const Range& range : ranges) {
        for (std::size_t i = range.first; i < range.last; ++i) {
            const Entry& ahead = m_entries[std::min(i + kEntriesAhead, m_entries.size() - 1)];
            __builtin_prefetch(listOf(ahead) + ahead.left);
            readKey(m_entries[i]);
        }
    }
}

bool SampleOrder::sort(const TaskContext& task)
{
    std::vector<Range> ranges;
    std::vector<Range> next { { 0, m_entries.size() } };
    std::size_t entriesSinceCheck = 0;
    while (!next.empty() && !task.cancelled()) {
        ranges.swap(next);
        next.clear();
        readKeys(ranges);
        for (const Range& range : ranges) {
            const auto entries = std::span(m_entries).subspan(range.first, range.last - range.first);
            if (!std::ranges::is_sorted(entries, {}, &Entry::key)) { // deep stacks share most of their frames
                std::ranges::sort(entries, {}, &Entry::key);
            }
            splitRuns(range, next);
            entriesSinceCheck += entries.size();
            if (entriesSinceCheck >= kEntriesPerCancelCheck) {
                entriesSinceCheck = 0;
                if (task.cancelled()) {
                    return false;
                }
            }
        }
    }
    return next.empty();
}

} // namespace heaptoll::pprof
