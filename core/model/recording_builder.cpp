// SPDX-License-Identifier: Apache-2.0
#include "core/model/recording_builder.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace heaptoll {
namespace {

constexpr unsigned kFreesShift = 21;
constexpr unsigned kTemporariesShift = 42;
constexpr std::uint64_t kCountMask = (std::uint64_t { 1 } << kFreesShift) - 1;
constexpr std::size_t kMaxIntervalEvents = std::size_t { 1 } << 20U; ///< fits the 21-bit counters
constexpr std::size_t kMaxPieceEvents = std::size_t { 1 } << 14U; ///< 64 KiB of events: stays in the cache
/// Total at which counting stops. A piece moves it by at most 2^14 events x 2^47 bytes = 2^61, so it cannot wrap.
constexpr std::int64_t kMaxLiveBytes = std::int64_t { 1 } << 61U;

std::int64_t allocationsIn(std::uint64_t counts)
{
    return static_cast<std::int64_t>(counts & kCountMask);
}
std::int64_t freesIn(std::uint64_t counts)
{
    return static_cast<std::int64_t>((counts >> kFreesShift) & kCountMask);
}
std::int64_t temporariesIn(std::uint64_t counts)
{
    return static_cast<std::int64_t>(counts >> kTemporariesShift);
}

std::int64_t countAllocations(std::span<const std::uint32_t> events)
{
    std::uint32_t frees = 0;
    for (const std::uint32_t event : events) {
        frees += event & 1U;
    }
    return static_cast<std::int64_t>(events.size()) - frees;
}

std::uint32_t highestClass(std::span<const std::uint32_t> events)
{
    std::uint32_t highest = 0;
    for (const std::uint32_t event : events) {
        highest = std::max(highest, event >> 1U);
    }
    return highest;
}

} // namespace

RecordingBuilder::RecordingBuilder()
    : m_touched(1)
    , m_timeline(std::make_shared<RecordingTimeline>())
{
    m_timeline->addTick({});
}

RecordingBuilder::~RecordingBuilder() = default;

std::uint32_t RecordingBuilder::rowOf(NodeId stack)
{
    if (stack.index() >= m_rowOfStack.size()) {
        m_rowOfStack.resize(std::max(stack.index() + 1, m_rowOfStack.size() * 2));
    }
    std::uint32_t& row = m_rowOfStack[stack.index()];
    if (row == 0) {
        m_rows.emplace_back().stack = stack.value;
        row = static_cast<std::uint32_t>(m_rows.size());
    }
    return row - 1;
}

std::uint32_t RecordingBuilder::allocationClass(NodeId stack, std::uint64_t sizeBytes)
{
    if (sizeBytes > kMaxSizeBytes) {
        sizeBytes = kMaxSizeBytes;
        ++m_saturated;
    }
    m_classes.push_back({ sizeBytes, 0 });
    m_classRows.push_back(rowOf(stack));
    m_touched.push_back(0);
    return static_cast<std::uint32_t>(m_classes.size() - 1);
}

void RecordingBuilder::events(std::span<const std::uint32_t> events)
{
    while (!events.empty()) {
        const auto part = events.first(std::min(events.size(), kMaxPieceEvents));
        events = events.subspan(part.size());
        if (m_liveBytes > kMaxLiveBytes || m_liveBytes < -kMaxLiveBytes) {
            m_dropped += part.size();
            continue;
        }
        if (highestClass(part) < m_classes.size()) {
            piece(part);
            continue;
        }
        std::vector<std::uint32_t> known;
        std::ranges::copy_if(
            part, std::back_inserter(known), [this](std::uint32_t event) { return (event >> 1U) < m_classes.size(); });
        m_dropped += part.size() - known.size();
        piece(known);
    }
}

RecordingBuilder::PieceResult RecordingBuilder::count(std::span<const std::uint32_t> events)
{
    ClassRecord* const classes = m_classes.data();
    std::uint32_t* const touched = m_touched.data();
    std::size_t touchedCount = m_touchedCount;
    std::uint32_t lastAllocated = m_lastAllocated;
    PieceResult result { m_liveBytes, std::numeric_limits<std::int64_t>::min(), 0 };
    for (std::size_t i = 0; i < events.size(); ++i) {
        const std::uint32_t allocationClass = events[i] >> 1U;
        const std::uint32_t isFree = events[i] & 1U;
        ClassRecord& record = classes[allocationClass];
        touched[touchedCount] = allocationClass;
        touchedCount += record.counts == 0 ? 1 : 0;
        const std::uint64_t isTemporary = isFree & (allocationClass == lastAllocated ? 1U : 0U);
        record.counts += (std::uint64_t { 1 } << (isFree * kFreesShift)) + (isTemporary << kTemporariesShift);
        lastAllocated = allocationClass & (isFree - 1U);
        const auto size = static_cast<std::int64_t>(record.sizeBytes);
        result.liveBytes += (size ^ -std::int64_t { isFree }) + isFree; // -size for a free, without a branch
        if (result.liveBytes > result.highest) {
            result.highest = result.liveBytes;
            result.highestAt = i + 1;
        }
    }
    m_touchedCount = touchedCount;
    m_lastAllocated = lastAllocated;
    return result;
}

void RecordingBuilder::piece(std::span<const std::uint32_t> events)
{
    if (m_intervalEvents + events.size() > kMaxIntervalEvents) {
        closeInterval();
    }
    const PieceResult result = count(events);
    m_intervalEvents += events.size();
    if (result.highest > m_groupHighest) {
        m_groupHighest = result.highest;
        m_groupHighestAllocations = m_allocations + countAllocations(events.first(result.highestAt));
    }
    m_allocations += countAllocations(events);
    m_liveBytes = result.liveBytes;
    if (result.highest > m_peakBytes) {
        m_peakBytes = result.highest;
        savePeak(events.subspan(result.highestAt));
    }
}

void RecordingBuilder::savePeak(std::span<const std::uint32_t> eventsAfterPeak)
{
    ++m_epoch;
    const auto touched = std::span(m_touched).first(m_touchedCount);
    for (const std::uint32_t allocationClass : touched) {
        Row& row = m_rows[m_classRows[allocationClass]];
        if (row.savedEpoch != m_epoch) {
            row.savedEpoch = m_epoch;
            row.peakBytes = row.liveBytes;
        }
        const ClassRecord& record = m_classes[allocationClass];
        row.peakBytes =
            add(row.peakBytes, multiply(allocationsIn(record.counts) - freesIn(record.counts), record.sizeBytes));
    }
    for (const std::uint32_t event : eventsAfterPeak) {
        const auto size = static_cast<std::int64_t>(m_classes[event >> 1U].sizeBytes);
        std::int64_t& peakBytes = m_rows[m_classRows[event >> 1U]].peakBytes;
        peakBytes = add(peakBytes, (event & 1U) != 0 ? size : -size);
    }
}

void RecordingBuilder::closeInterval()
{
    const auto touched = std::span(m_touched).first(m_touchedCount);
    for (const std::uint32_t allocationClass : touched) {
        ClassRecord& record = m_classes[allocationClass];
        const std::uint64_t counts = std::exchange(record.counts, 0);
        const std::int64_t allocations = allocationsIn(counts);
        const std::int64_t liveChange = allocations - freesIn(counts);
        Row& row = m_rows[m_classRows[allocationClass]];
        if (row.savedEpoch != m_epoch) {
            row.savedEpoch = m_epoch;
            row.peakBytes = row.liveBytes;
        }
        row.liveBytes = add(row.liveBytes, multiply(liveChange, record.sizeBytes));
        row.allocatedBytes = add(row.allocatedBytes, multiply(allocations, record.sizeBytes));
        row.allocations += allocations;
        row.temporaries += temporariesIn(counts);
        m_timeline->addDelta(allocationClass, liveChange, static_cast<std::uint64_t>(allocations));
    }
    m_touchedCount = 0;
    m_intervalEvents = 0;
}

void RecordingBuilder::advanceTime(Span sinceStart)
{
    if (sinceStart <= m_time) {
        return;
    }
    if (m_groupHighest > std::max(m_groupStart, m_liveBytes)) {
        const Span between { m_time.ns + (sinceStart.ns - m_time.ns) / 2 };
        m_timeline->addTick({ between, m_groupHighest, m_groupHighestAllocations, m_residentBytes });
    }
    m_time = sinceStart;
    m_groupStart = m_liveBytes;
    m_groupHighest = m_liveBytes;
    m_groupHighestAllocations = m_allocations;
    m_timeline->addTick({ m_time, m_liveBytes, m_allocations, m_residentBytes });
    if (m_intervalEvents > 0 && sinceStart - m_checkpointTime >= m_timeline->checkpointDistance()) {
        closeInterval();
        m_timeline->closeCheckpoint(m_time);
        m_checkpointTime = m_time;
    }
}

void RecordingBuilder::reset()
{
    const std::vector<ClassRecord> classes = std::exchange(m_classes, {});
    m_classes.reserve(classes.size());
    for (const ClassRecord& record : classes) {
        m_classes.push_back({ record.sizeBytes, 0 });
    }
    for (Row& row : m_rows) {
        const std::uint32_t stack = row.stack;
        row = {};
        row.stack = stack;
    }
    m_touchedCount = 0;
    m_intervalEvents = 0;
    m_lastAllocated = 0;
    m_liveBytes = 0;
    m_allocations = 0;
    m_peakBytes = 0;
    m_epoch = 0;
    m_groupStart = 0;
    m_groupHighest = 0;
    m_groupHighestAllocations = 0;
    m_checkpointTime = m_time;
    m_timeline = std::make_shared<RecordingTimeline>();
    m_timeline->addTick({ m_time, 0, 0, m_residentBytes });
}

std::int64_t RecordingBuilder::add(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        ++m_saturated;
        return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    }
    return sum;
}

std::int64_t RecordingBuilder::multiply(std::int64_t a, std::uint64_t b)
{
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) {
        ++m_saturated;
        return a > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
    }
    return product;
}

RecordingBuilder::Report RecordingBuilder::finish(Profile& profile, std::span<const NodeId> suppressedStacks)
{
    if (m_groupHighest > std::max(m_groupStart, m_liveBytes)) {
        m_timeline->addTick({ m_time, m_groupHighest, m_groupHighestAllocations, m_residentBytes });
    }
    m_timeline->addTick({ m_time, m_liveBytes, m_allocations, m_residentBytes });
    closeInterval();
    m_timeline->closeCheckpoint(m_time);

    Report report;
    profile.duration = m_time;
    for (const NodeId stack : suppressedStacks) {
        profile.suppressedStacks.push_back(stack.value);
    }
    std::ranges::sort(profile.suppressedStacks);
    fillSamples(profile, report);
    std::vector<std::uint64_t> sizes;
    sizes.reserve(m_classes.size());
    std::ranges::transform(m_classes, std::back_inserter(sizes), &ClassRecord::sizeBytes);
    std::vector<std::uint32_t> stacks;
    stacks.reserve(m_rows.size());
    std::ranges::transform(m_rows, std::back_inserter(stacks), &Row::stack);
    m_timeline->seal(sizes, m_classRows, std::move(stacks));
    profile.timeline = std::move(m_timeline);
    report.saturatedValues = m_saturated;
    report.droppedEvents = m_dropped;
    return report;
}

void RecordingBuilder::fillSamples(Profile& profile, Report& report)
{
    profile.valueTypes = { { Metric::PeakBytes, "peak", "bytes" }, { Metric::LeakedBytes, "leaked", "bytes" },
        { Metric::AllocObjects, "allocations", "count" }, { Metric::TemporaryObjects, "temporary", "count" },
        { Metric::AllocBytes, "allocated", "bytes" } };
    profile.defaultValue = 0;
    profile.samples = {};
    profile.samples.values.resize(profile.valueTypes.size());
    for (const Row& row : m_rows) {
        const std::int64_t peakBytes = row.savedEpoch == m_epoch ? row.peakBytes : row.liveBytes;
        report.overfreedStacks += row.liveBytes < 0 ? 1 : 0;
        std::int64_t leakedBytes = row.liveBytes;
        if (std::ranges::binary_search(profile.suppressedStacks, row.stack)) {
            report.suppressedBytes = add(report.suppressedBytes, leakedBytes);
            leakedBytes = 0;
        }
        if (peakBytes == 0 && row.liveBytes == 0 && row.allocations == 0 && row.temporaries == 0) {
            continue;
        }
        const std::int64_t values[] { peakBytes, leakedBytes, row.allocations, row.temporaries, row.allocatedBytes };
        profile.samples.stacks.push_back(row.stack);
        profile.samples.labels.push_back(0);
        for (std::size_t k = 0; k < profile.valueTypes.size(); ++k) {
            profile.samples.values[k].push_back(values[k]);
        }
    }
}

} // namespace heaptoll
