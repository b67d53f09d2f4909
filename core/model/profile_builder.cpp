// SPDX-License-Identifier: Apache-2.0
#include "core/model/profile_builder.h"

#include "core/model/recording_feed.h"
#include "core/model/state_timeline.h"

#include <algorithm>
#include <numeric>

namespace heaptoll {
namespace {

/// Sorts samples by (stack, labels) and adds up rows of the same pair. Values that overflow saturate; the count of
/// those is returned, because a wrapped sum would be a wrong number that looks right.
std::uint64_t canonicalise(SampleStore& samples)
{
    const auto key = [&](std::uint32_t row) {
        return (std::uint64_t { samples.stacks[row] } << 32U) | samples.labels[row];
    };
    std::uint32_t ascending = 1; // rows up to the first that is not greater than the one before
    while (ascending < samples.size() && key(ascending - 1) < key(ascending)) {
        ++ascending;
    }
    if (ascending >= samples.size()) {
        return 0;
    }
    std::vector<std::uint32_t> order(samples.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, key);
    std::uint64_t saturated = 0;
    SampleStore merged;
    merged.values.resize(samples.values.size());
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i + 1;
        while (end < order.size() && key(order[end]) == key(order[i])) {
            ++end;
        }
        merged.stacks.push_back(samples.stacks[order[i]]);
        merged.labels.push_back(samples.labels[order[i]]);
        for (std::size_t k = 0; k < samples.values.size(); ++k) {
            std::int64_t sum = 0;
            for (std::size_t j = i; j < end; ++j) {
                const std::int64_t value = samples.values[k][order[j]];
                if (__builtin_add_overflow(sum, value, &sum)) {
                    sum = value > 0 ? INT64_MAX : INT64_MIN;
                    ++saturated;
                }
            }
            merged.values[k].push_back(sum);
        }
        i = end;
    }
    samples = std::move(merged);
    return saturated;
}

} // namespace

ProfileBuilder::ProfileBuilder(IssueList& issues)
    : m_issues(issues)
{ }

ProfileBuilder::~ProfileBuilder() = default;

void ProfileBuilder::beginProfile(const sdk::ProfileRow& row)
{
    m_profile = std::make_shared<Profile>();
    m_recording.reset();
    m_states.reset();
    m_clock = row.clock;
    for (const sdk::ValueTypeRow& value : row.values) {
        m_profile->valueTypes.push_back({ parseMetric(value.metric).value_or(Metric::Custom), value.type, value.unit });
    }
    m_profile->defaultValue = row.defaultValue;
    m_profile->samples.values.resize(row.values.size());
    m_profile->time = row.time;
    m_profile->duration = row.duration;
    m_profile->sampling = { row.sampling.periodBytes, row.sampling.alreadyUnsampled };
    m_profile->command = row.command;
    m_profile->formatVersion = row.formatVersion;
}

sdk::StringRef ProfileBuilder::string(std::string_view text)
{
    return m_profile->strings.intern(text);
}

sdk::FrameRef ProfileBuilder::frame(const sdk::FrameRow& row)
{
    return m_profile->frames.intern(
        { row.function, row.systemName, row.module, row.file, row.line, row.startLine, row.address, row.isInlined });
}

sdk::StackRef ProfileBuilder::stack(sdk::StackRef parent, sdk::FrameRef frame)
{
    return m_profile->stacks.child(parent, frame);
}

sdk::StackRef ProfileBuilder::stackFromRoot(std::span<const sdk::FrameRef> frames)
{
    return m_profile->stacks.path(frames);
}

LabelSetId ProfileBuilder::labels(std::span<const sdk::LabelRow> labels)
{
    std::vector<Label> row;
    row.reserve(labels.size());
    for (const sdk::LabelRow& label : labels) {
        row.push_back({ label.key, label.text, label.number, label.unit });
    }
    return m_profile->labels.intern(row);
}

void ProfileBuilder::samples(const sdk::SampleRows& rows)
{
    SampleStore& store = m_profile->samples;
    const std::size_t types = store.values.size();
    for (std::size_t i = 0; i < rows.stacks.size(); ++i) {
        store.stacks.push_back(rows.stacks[i].value);
        store.labels.push_back(rows.labels.empty() ? 0 : rows.labels[i].value);
    }
    for (std::size_t k = 0; k < types; ++k) {
        for (std::size_t i = 0; i < rows.stacks.size(); ++i) {
            store.values[k].push_back(rows.values[i * types + k]);
        }
    }
}

std::uint32_t ProfileBuilder::allocationClass(sdk::StackRef stack, std::uint64_t sizeBytes)
{
    if (!m_recording) {
        m_recording = std::make_unique<RecordingFeed>();
    }
    return m_recording->allocationClass(stack, sizeBytes);
}

void ProfileBuilder::events(std::span<const std::uint32_t> events)
{
    if (m_recording) {
        m_recording->events(events);
    }
}

void ProfileBuilder::advanceTime(Span sinceStart)
{
    if (!m_recording) {
        m_recording = std::make_unique<RecordingFeed>();
    }
    m_recording->advanceTime(sinceStart);
}

void ProfileBuilder::residentSize(std::int64_t bytes)
{
    if (m_recording) {
        m_recording->residentSize(bytes);
    }
}

void ProfileBuilder::resetRecording()
{
    if (m_recording) {
        m_recording->reset();
    }
}

void ProfileBuilder::liveTotal(Span sinceStart, std::int64_t bytes)
{
    if (!m_states) {
        m_states = std::make_shared<StateTimeline>(m_clock);
    }
    m_states->addTotal(sinceStart, bytes);
}

void ProfileBuilder::liveStacks(std::span<const sdk::StackRef> stacks, std::span<const std::int64_t> bytes)
{
    if (m_states) {
        m_states->addState(stacks, bytes);
    }
}

void ProfileBuilder::finishRecording(const sdk::RecordingTotals& totals)
{
    const RecordingBuilder::Report report = m_recording->finish(*m_profile, totals.suppressedStacks);
    if (!m_profile->suppressedBytes) {
        m_profile->suppressedBytes = report.suppressedBytes;
    }
    if (report.saturatedValues > 0) {
        m_issues.add(Severity::DataLoss, "recording.value_overflow", {},
            "sizes or sums are larger than 64 bits or any memory; they were capped", report.saturatedValues);
    }
    if (report.droppedEvents > 0) {
        m_issues.add(Severity::DataLoss, "recording.events_dropped", {},
            "events were left out: their allocation is not defined, or the total had run over", report.droppedEvents);
    }
    if (report.overfreedStacks > 0) {
        m_issues.add(Severity::DataLoss, "recording.freed_more_than_allocated", {},
            "stacks freed more than they allocated, so their live bytes are negative: events are missing",
            report.overfreedStacks);
    }
}

void ProfileBuilder::endProfile(const sdk::RecordingTotals& totals)
{
    m_profile->suppressedBytes = totals.suppressedBytes;
    if (m_recording) {
        finishRecording(totals);
    } else if (m_states) {
        m_profile->timeline = std::move(m_states);
    }
    m_profile->systemMemoryBytes = totals.systemMemoryBytes;
    m_profile->peakRssBytes = totals.peakRssBytes;
    if (const std::uint64_t saturated = canonicalise(m_profile->samples); saturated > 0) {
        m_issues.add(Severity::DataLoss, "profile.value_overflow", {},
            "values of one stack add up to more than 64 bits hold; they were capped", saturated);
    }
    m_profile->stacks.freeze();
    m_finished.push_back(std::move(m_profile));
    m_profile.reset();
    m_recording.reset();
    m_states.reset();
}

std::vector<std::shared_ptr<const Profile>> ProfileBuilder::take()
{
    return std::move(m_finished);
}

} // namespace heaptoll
