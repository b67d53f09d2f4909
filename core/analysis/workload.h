// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"
#include "core/model/usage_table.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heaptoll {

/// A restart or kill of one pod.
struct PodEvent {
    enum class Kind : std::uint8_t { Restart, OomKill };
    Instant time;
    Kind kind = Kind::Restart;
    std::string pod;
};

/// One container of one pod.
struct PodUsage {
    std::string pod;
    std::vector<Instant> times;
    std::vector<double> workingSetBytes;
    std::optional<double> requestBytes; ///< last known
    std::optional<double> limitBytes;
    double requestByteHours = 0; ///< integral over the time it ran
};

/// All pods of one workload's container over time. Shape: the sum columns are of equal length as times.
/// Units: bytes; step in hours is the usual distance of samples.
struct WorkloadUsage {
    std::string ns;
    std::string workload; ///< pod name without its generated suffixes
    std::string container;
    std::vector<PodUsage> pods;
    std::vector<Instant> times;
    std::vector<double> workingSetBytes; ///< summed over pods
    std::vector<double> requestBytes; ///< summed over pods that ran; NaN never, 0 = none known
    std::vector<double> limitBytes;
    std::vector<std::uint32_t> podCount;
    std::vector<PodEvent> events; ///< by time
    double stepHours = 0;
    double missingShare = 0; ///< gaps over expected samples
};

/// Groups the series of usage tables into workloads; duplicates of a series (several scrapers) count once (maximum).
/// The sums over cgroup levels are avoided: series with an empty container or "POD" are left out.
[[nodiscard]] std::vector<WorkloadUsage> workloadUsage(const std::vector<std::shared_ptr<const UsageTable>>& tables);
/// "checkout-7d9f4c8b5-x2k4p" -> "checkout": strips ReplicaSet and pod suffixes, StatefulSet ordinals.
[[nodiscard]] std::string workloadOfPod(std::string_view pod);

} // namespace heaptoll
