// SPDX-License-Identifier: Apache-2.0
#include "plugins/tracemalloc/trace_table.h"

#include <limits>

namespace heaptoll::tracemalloc {
namespace {

using sdk::PickleKind;
using sdk::PickleRef;

constexpr std::int64_t kMostNumber = std::numeric_limits<std::uint32_t>::max(); // of lines and domains: C's unsigned

} // namespace

TraceTable::TraceTable(const sdk::PickleReader& pickle)
    : m_pickle(pickle)
    , m_known(pickle.sequenceCount(), kUnknown)
{ }

std::uint32_t TraceTable::makePlace(PickleRef frame)
{
    const auto items = m_pickle.items(frame);
    if (items.size() != 2) {
        return kBad;
    }
    const auto file = m_pickle.text(items[0]);
    const auto line = m_pickle.integer(items[1]);
    if (!file || !line || *line < 0 || *line > kMostNumber) {
        return kBad;
    }
    const auto [it, isNew] =
        m_placeByText.try_emplace((std::uint64_t { items[0].bits } << 32U) | static_cast<std::uint64_t>(*line),
            static_cast<std::uint32_t>(m_places.size()));
    if (isNew) {
        m_places.push_back({ *file, static_cast<std::uint32_t>(*line) });
    }
    return it->second;
}

std::uint32_t TraceTable::placeOf(PickleRef frame)
{
    if (sdk::PickleReader::kind(frame) != PickleKind::Tuple) {
        return kBad;
    }
    std::uint32_t& known = m_known[sdk::PickleReader::sequence(frame)];
    known = known == kUnknown ? makePlace(frame) | kIsPlace : known;
    return (known & kIsPlace) != 0 ? known & ~kIsPlace : kBad;
}

std::uint32_t TraceTable::makeStack(PickleRef frames)
{
    const auto items = m_pickle.items(frames);
    const StackOrder::Stack stack { static_cast<std::uint32_t>(m_frames.size()),
        static_cast<std::uint32_t>(items.size()), 0, 0 };
    for (const PickleRef item : items) {
        const std::uint32_t place = placeOf(item);
        if (place >= m_places.size()) { // bad
            m_frames.resize(stack.begin);
            return kBad;
        }
        m_frames.push_back(place);
    }
    if (items.empty()) {
        return kBad;
    }
    m_stacks.push_back(stack);
    return static_cast<std::uint32_t>(m_stacks.size() - 1);
}

std::uint32_t TraceTable::stackOf(PickleRef frames)
{
    if (sdk::PickleReader::kind(frames) != PickleKind::Tuple) {
        return kBad;
    }
    std::uint32_t& known = m_known[sdk::PickleReader::sequence(frames)];
    known = known == kUnknown ? makeStack(frames) : known;
    return known; // a place is beyond all stacks
}

/// Sequence of the frames of a trace; 0 where it has none (the empty tuple is no stack).
std::uint32_t TraceTable::knownOf(PickleRef trace) const
{
    const auto items = m_pickle.items(trace);
    const std::size_t at = items.size() == 2 ? 1 : 2;
    return items.size() > at && sdk::PickleReader::kind(items[at]) == PickleKind::Tuple
        ? sdk::PickleReader::sequence(items[at])
        : 0;
}

void TraceTable::expectLater(PickleRef trace) const
{
    __builtin_prefetch(&m_known[knownOf(trace)]);
}

void TraceTable::expectSoon(PickleRef trace) const
{
    const std::uint32_t stack = m_known[knownOf(trace)];
    if (stack < m_stacks.size()) {
        __builtin_prefetch(&m_stacks[stack]);
    }
}

TraceTable::OtherRow& TraceTable::otherRow(std::uint32_t stack, std::uint32_t domain)
{
    const auto [it, isNew] = m_rowOfDomain.try_emplace(
        (std::uint64_t { domain } << 32U) | stack, static_cast<std::uint32_t>(m_others.size()));
    if (isNew) {
        m_others.push_back({ stack, domain, 0, 0 });
    }
    return m_others[it->second];
}

void TraceTable::addTo(std::int64_t& bytes, std::int64_t& objects, std::int64_t size)
{
    objects += 1;
    if (__builtin_add_overflow(bytes, size, &bytes)) {
        bytes = std::numeric_limits<std::int64_t>::max();
        m_hasOverflowed = true;
    }
}

bool TraceTable::add(PickleRef trace)
{
    const auto items = m_pickle.items(trace);
    if (items.size() < 2 || items.size() > 4 || sdk::PickleReader::kind(trace) != PickleKind::Tuple) {
        return false;
    }
    const std::size_t first = items.size() == 2 ? 0 : 1;
    const auto domain = first == 0 ? std::optional<std::int64_t>(0) : m_pickle.integer(items[0]);
    const auto size = m_pickle.integer(items[first]);
    const auto depth = items.size() == 4 ? m_pickle.integer(items[3]) : std::optional<std::int64_t>(0);
    if (!domain || *domain < 0 || *domain > kMostNumber || !size || *size < 0 || !depth) {
        return false;
    }
    const std::uint32_t stack = stackOf(items[first + 1]);
    if (stack >= m_stacks.size()) {
        return false;
    }
    m_cutStacks += *depth > m_stacks[stack].count ? 1U : 0U;
    if (*domain == 0) {
        addTo(m_stacks[stack].bytes, m_stacks[stack].objects, *size);
    } else {
        OtherRow& row = otherRow(stack, static_cast<std::uint32_t>(*domain));
        addTo(row.bytes, row.objects, *size);
    }
    return true;
}

} // namespace heaptoll::tracemalloc
