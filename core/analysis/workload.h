// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
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

/// A gap of at most this many steps is a lost scrape; a longer one means that the container did not run.
inline constexpr double kMaxGapSteps = 3;

/// One container of one pod. In the integrals each sample stands until the next one; before a gap of more than
/// kMaxGapSteps, and at the end, it stands for one step: that of the stretch of samples it is in, for coarse and fine
/// exports of one workload are merged.
struct PodUsage {
    std::string pod;
    std::vector<Instant> times;
    std::vector<double> workingSetBytes;
    std::vector<double> stepHours; ///< by sample: the distance that the next one should have; empty = the workload's
    std::optional<double> requestBytes; ///< last known
    std::optional<double> limitBytes;
    double hours = 0; ///< that it ran
    double workingSetByteHours = 0;
    double requestByteHours = 0;
    double paidByteHours = 0; ///< of max(request, working set)
};

/// All pods of one workload's container over time. Shape: the sum columns are of equal length as times.
/// The rows are rounds of scrapes, one step apart: samples of pods that are scraped at different moments of a round are
/// summed. They are for charts and comparisons; means over time are those of usageMeans().
/// A sample of a pod whose own step is longer counts in each of the rows that it stands for. Units: bytes.
struct WorkloadUsage {
    std::string cluster; ///< empty = the series do not say
    std::string ns;
    std::string workload; ///< pod name without its generated suffixes
    std::string container;
    std::string
        ownerKind; ///< what made its pods, as kubectl names it: "deployment", "daemonset", ...; empty = not known
    bool isScaledOnMemory = false; ///< a HorizontalPodAutoscaler acts on its memory
    std::vector<PodUsage> pods;
    std::vector<Instant> times;
    std::vector<double> workingSetBytes; ///< summed over pods
    std::vector<double> requestBytes; ///< summed over pods that ran; NaN never, 0 = none known
    std::vector<double> limitBytes;
    std::vector<std::uint32_t> podCount;
    std::vector<PodEvent> events; ///< by time
    double stepHours = 0; ///< usual distance of the samples of one series
    double missingShare = 0; ///< gaps over expected samples
    double windowHours = 0; ///< that the integrals of the pods are over (see usageWindowHours)
};

/// The distance that the next sample of the pod should have. Units: hours.
[[nodiscard]] double stepAfter(const WorkloadUsage& usage, const PodUsage& pod, std::size_t sample);
/// True when the pod did not run between this sample and the next: the gap is too long for lost scrapes.
[[nodiscard]] bool isRestAfter(const WorkloadUsage& usage, const PodUsage& pod, std::size_t sample);

/// Means over the window of a workload, all pods together. Units: bytes.
struct UsageMeans {
    double pods = 0; ///< 1/24 for a job of one hour a day
    double workingSetBytes = 0;
    double requestBytes = 0;
    double paidBytes = 0; ///< of max(request, working set) of each pod
};
/// All 0 when there is no sample.
[[nodiscard]] UsageMeans usageMeans(const WorkloadUsage& usage);
/// Mean number of pods of a service: the containers of one pod are one pod, workloads (of other names, namespaces or
/// clusters) add up.
[[nodiscard]] double meanPods(const std::vector<const WorkloadUsage*>& workloads);
/// From the first sample of any pod to the last. Where no pod ran for three times or more, a usual rest is added: a job
/// is measured over whole cycles. Units: hours.
[[nodiscard]] double usageWindowHours(const WorkloadUsage& usage);

/// Groups the series of usage tables into workloads; duplicates of a series (several scrapers) count once (maximum).
/// The sums over cgroup levels are avoided: series with an empty container or "POD" are left out. A cancelled task gets
/// nothing.
[[nodiscard]] std::vector<WorkloadUsage> workloadUsage(
    const std::vector<std::shared_ptr<const UsageTable>>& tables, const TaskContext& task = {});

} // namespace heaptoll
