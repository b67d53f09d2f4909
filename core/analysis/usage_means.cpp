// SPDX-License-Identifier: Apache-2.0
// Means over time, not over samples: what a pod-hour is worth does not depend on when its scrapes come.
#include "core/analysis/workload.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heaptoll {
namespace {

constexpr std::size_t kFewestRests = 3; ///< below, a rest is an outage or a deployment, no habit

struct Presence {
    Instant first;
    Instant last; ///< sample; it stands for a step
    double stepHours = 0;
};

/// When any pod ran, by time; gaps within the rule are no absence.
std::vector<Presence> presences(const WorkloadUsage& usage)
{
    std::vector<Presence> runs;
    for (const PodUsage& pod : usage.pods) {
        for (std::size_t i = 0; i < pod.times.size(); ++i) {
            if (i == 0 || isRestAfter(usage, pod, i - 1)) {
                runs.push_back({ pod.times[i], pod.times[i], 0 });
            }
            runs.back().last = pod.times[i];
            runs.back().stepHours = stepAfter(usage, pod, i);
        }
    }
    std::ranges::sort(runs, {}, &Presence::first);
    std::vector<Presence> merged;
    for (const Presence& run : runs) {
        const bool isApart = merged.empty()
            || (run.first - merged.back().last).toHours()
                > kMaxGapSteps * std::max(merged.back().stepHours, run.stepHours);
        if (isApart) {
            merged.push_back(run);
        } else if (run.last >= merged.back().last) {
            merged.back().last = run.last;
            merged.back().stepHours = run.stepHours;
        }
    }
    return merged;
}

} // namespace

double stepAfter(const WorkloadUsage& usage, const PodUsage& pod, std::size_t sample)
{
    return pod.stepHours.empty() ? usage.stepHours : pod.stepHours[sample];
}

bool isRestAfter(const WorkloadUsage& usage, const PodUsage& pod, std::size_t sample)
{
    return (pod.times[sample + 1] - pod.times[sample]).toHours() > kMaxGapSteps * stepAfter(usage, pod, sample);
}

double usageWindowHours(const WorkloadUsage& usage)
{
    const std::vector<Presence> runs = presences(usage);
    if (runs.empty()) {
        return 0;
    }
    double rest = 0;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        rest += (runs[i].first - runs[i - 1].last).toHours() - runs[i - 1].stepHours;
    }
    const std::size_t rests = runs.size() - 1;
    const double window = (runs.back().last - runs.front().first).toHours() + runs.back().stepHours;
    return rests < kFewestRests ? window : window + rest / static_cast<double>(rests);
}

UsageMeans usageMeans(const WorkloadUsage& usage)
{
    UsageMeans means;
    if (usage.windowHours <= 0) { // one sample of each pod, and nothing that tells how long it stands
        for (const PodUsage& pod : usage.pods) {
            const double used = pod.workingSetBytes.empty() ? 0 : pod.workingSetBytes.back();
            means.pods += pod.workingSetBytes.empty() ? 0 : 1;
            means.workingSetBytes += used;
            means.requestBytes += pod.requestBytes.value_or(0);
            means.paidBytes += std::max(used, pod.requestBytes.value_or(0));
        }
        return means;
    }
    for (const PodUsage& pod : usage.pods) {
        means.pods += pod.hours / usage.windowHours;
        means.workingSetBytes += pod.workingSetByteHours / usage.windowHours;
        means.requestBytes += pod.requestByteHours / usage.windowHours;
        means.paidBytes += pod.paidByteHours / usage.windowHours;
    }
    return means;
}

double meanPods(const std::vector<const WorkloadUsage*>& workloads)
{
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, double> podsOf;
    for (const WorkloadUsage* usage : workloads) {
        double& pods = podsOf[{ usage->cluster, usage->ns, usage->workload }];
        pods = std::max(pods, usageMeans(*usage).pods);
    }
    double sum = 0;
    for (const auto& [workload, pods] : podsOf) {
        sum += pods;
    }
    return sum;
}

} // namespace heaptoll
