// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/model/issue.h"
#include "core/model/profile.h"
#include "core/sdk/heap_sink.h"

#include <memory>
#include <vector>

namespace heaptoll {

class RecordingFeed;
class StateTimeline;

/// Builds profiles from what an importer delivers. A file may hold several (concatenated pprof).
class ProfileBuilder final : public sdk::HeapSink {
public:
    explicit ProfileBuilder(IssueList& issues);
    ~ProfileBuilder() override;

    void beginProfile(const sdk::ProfileRow& row) override;
    sdk::StringRef string(std::string_view text) override;
    sdk::FrameRef frame(const sdk::FrameRow& row) override;
    sdk::StackRef stack(sdk::StackRef parent, sdk::FrameRef frame) override;
    sdk::StackRef stackFromRoot(std::span<const sdk::FrameRef> frames) override;
    LabelSetId labels(std::span<const sdk::LabelRow> labels) override;
    void samples(const sdk::SampleRows& rows) override;
    std::uint32_t allocationClass(sdk::StackRef stack, std::uint64_t sizeBytes) override;
    void events(std::span<const std::uint32_t> events) override;
    void advanceTime(Span sinceStart) override;
    void residentSize(std::int64_t bytes) override;
    void resetRecording() override;
    void liveTotal(Span sinceStart, std::int64_t bytes) override;
    void liveStacks(std::span<const sdk::StackRef> stacks, std::span<const std::int64_t> bytes) override;
    void endProfile(const sdk::RecordingTotals& totals) override;

    /// The finished profiles, in order. A profile that was begun but not ended is dropped.
    [[nodiscard]] std::vector<std::shared_ptr<const Profile>> take();

private:
    void finishRecording(const sdk::RecordingTotals& totals);
    IssueList& m_issues;
    std::shared_ptr<Profile> m_profile;
    std::unique_ptr<RecordingFeed> m_recording; ///< only when events arrive
    std::shared_ptr<StateTimeline> m_states; ///< only when states arrive
    sdk::RecordingClock m_clock = sdk::RecordingClock::Time;
    std::vector<std::shared_ptr<const Profile>> m_finished;
};

} // namespace heaptoll
