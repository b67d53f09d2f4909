// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/anomaly.h"
#include "core/analysis/workload.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heaptoll {

struct WorkspaceAnalysis;
struct ServiceView;

/// What the pods of a service did while its cost was out of line, against the time outside of all its anomalies.
/// Shares are of the excess, 0 to 1: what the cost would have risen had nothing but this changed.
struct PodCause {
    double podsDuring = 0; ///< mean
    double podsUsual = 0; ///< median
    double bytesPerPodDuring = 0;
    double bytesPerPodUsual = 0;
    double podsShare = 0; ///< expected cost x (pods / usual pods - 1) / excess
    std::optional<double> memoryShare; ///< growth per pod x pods x memory price / excess; absent without a price
};

/// perGibHour: memory price, 0 = unknown. nullopt: no usage inside, or none outside, to compare with.
/// Source: README "Causes of anomalies".
[[nodiscard]] std::optional<PodCause> podCause(std::span<const WorkloadUsage* const> workloads,
    std::span<const AnomalyEvent> allEvents, const AnomalyEvent& event, double perGibHour);

/// The one value of a column that the excess sits in.
struct RowCause {
    std::string dimension; ///< "SKU", "resource", ...
    std::string value;
    double share = 0; ///< of the excess
};

/// What the bill says about an event.
struct BillCause {
    double memoryShare = 0; ///< of the excess, in rows billed by memory and time; 0 to 1
    std::vector<RowCause> rows;
};

/// Rows: per column that splits the service's rows: the value whose rows cost most above their mean outside of all anomalies,
/// when that is at least half of the excess. Columns with a single value for all rows say nothing and are left out.
/// Complexity: one pass over the rows of the bill per event.
[[nodiscard]] BillCause billCause(const WorkspaceAnalysis& analysis, const ServiceView& service,
    const AnomalyEvent& event, const TaskContext& task = {});

} // namespace heaptoll
