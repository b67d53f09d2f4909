// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/chart_data.h"

namespace heaptoll::gui {

/// A recording without a wall clock of its own, and where the user put it.
struct Recording {
    std::string path;
    QString name; ///< of the file
    Span duration;
    std::optional<Instant> start; ///< as placed by the user
    bool isRateOnly = false; ///< the user said that it has no place
};
[[nodiscard]] std::vector<Recording> relativeRecordings(const WorkspaceAnalysis& analysis);

/// What several events of one kind that stand at one place are called: "OOM kill × 3"; anomalies and recordings have names
/// of their own, so they are "2 events".
[[nodiscard]] QString eventLabel(EventKind kind, int count);
/// Restarts, OOM kills and deploys of a service's pods, its cost anomalies; one event per hour and kind, by time.
void addEvents(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service);
/// The template hash in the name of a Deployment's pod: "7d9f4c8b5" of "checkout-7d9f4c8b5-x2k4p"; "" for other pods. A
/// hash that was not there before is a deploy.
[[nodiscard]] std::string_view templateHashOfPod(std::string_view pod, std::string_view workload);

} // namespace heaptoll::gui
