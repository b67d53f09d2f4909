// SPDX-License-Identifier: Apache-2.0
#include "core/model/recording_feed.h"

#include <algorithm>
#include <utility>

namespace heaptoll {

RecordingFeed::RecordingFeed(std::size_t parcelItems)
    : m_parcelItems(parcelItems)
    , m_parcel(std::make_unique<Parcel>())
{ }

std::uint32_t RecordingFeed::allocationClass(NodeId stack, std::uint64_t sizeBytes)
{
    step(NewClass { stack, sizeBytes });
    return m_classCount++;
}

void RecordingFeed::events(std::span<const std::uint32_t> events)
{
    while (!events.empty()) {
        const std::size_t room = m_parcelItems - m_parcel->events.size();
        const auto part = events.first(std::min(room, events.size()));
        m_parcel->events.insert(m_parcel->events.end(), part.begin(), part.end());
        events = events.subspan(part.size());
        if (m_parcel->events.size() == m_parcelItems) {
            handOver();
        }
    }
}

void RecordingFeed::advanceTime(Span sinceStart)
{
    step(NewTime { sinceStart });
}

void RecordingFeed::residentSize(std::int64_t bytes)
{
    step(NewResidentSize { bytes });
}

void RecordingFeed::reset()
{
    step(Reset {});
}

template<typename What>
void RecordingFeed::step(What what)
{
    m_parcel->steps.push_back({ m_parcel->events.size(), what });
    if (m_parcel->steps.size() == m_parcelItems) {
        handOver();
    }
}

void RecordingFeed::handOver()
{
    if (!m_thread) {
        m_thread.emplace([this](Parcel& parcel) { apply(parcel); });
    }
    m_thread->put(std::move(m_parcel));
    m_parcel = m_thread->inFlight() < kParcels ? std::make_unique<Parcel>() : m_thread->take();
    m_parcel->events.clear();
    m_parcel->steps.clear();
}

void RecordingFeed::apply(const Parcel& parcel)
{
    const std::span events(parcel.events);
    std::size_t done = 0;
    for (const Step& step : parcel.steps) {
        m_builder.events(events.subspan(done, step.eventsBefore - done));
        done = step.eventsBefore;
        std::visit([this](const auto& what) { what.apply(m_builder); }, step.what);
    }
    m_builder.events(events.subspan(done));
}

RecordingBuilder::Report RecordingFeed::finish(Profile& profile, std::span<const NodeId> suppressedStacks)
{
    while (m_thread && m_thread->inFlight() > 0) {
        (void)m_thread->take();
    }
    apply(*m_parcel);
    return m_builder.finish(profile, suppressedStacks);
}

} // namespace heaptoll
