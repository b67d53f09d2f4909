// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/workload.h"

#include "core/analysis/pod_names.h"
#include "core/analysis/statistics.h"
#include "core/analysis/usage_track.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <tuple>

namespace heaptoll {
namespace {

/// Above this a memory limit means "none": cgroup v1 reports 2^63 rounded down to a page.
constexpr double kUnlimitedBytes = 1152921504606846976.0; // 2^60

struct PodTracks {
    Track workingSet;
    Track request;
    Track limit;
    Track restarts;
    std::map<std::string, Track> reasons;
};

/// Cluster, namespace, workload, container.
using WorkloadKey = std::tuple<std::string, std::string, std::string, std::string>;
using Pods = std::map<std::string, PodTracks>;

struct Group {
    Pods pods;
    std::vector<double> stepHours; ///< of the single series: two scrapers of one container have two rhythms
};

std::string firstLabel(const UsageSeries& series, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        if (const std::string_view text = series.label(key); !text.empty()) {
            return std::string(text);
        }
    }
    return {};
}

/// Label names of Prometheus' external_labels in common use, of OpenTelemetry and of Google's and Amazon's agents.
std::string clusterOf(const UsageSeries& series)
{
    return firstLabel(series,
        { "cluster", "k8s_cluster", "k8s_cluster_name", "cluster_name", "kubernetes_cluster", "cluster_id",
            "ClusterName" });
}

void addWorkingSet(Group& group, PodTracks& tracks, const UsageSeries& series)
{
    std::vector<double> gaps;
    for (std::size_t i = 1; i < series.times.size(); ++i) {
        gaps.push_back((series.times[i] - series.times[i - 1]).toHours());
    }
    tracks.workingSet.merge(series.times, series.values, rhythmsOf(gaps));
    group.stepHours.insert(group.stepHours.end(), gaps.begin(), gaps.end());
}

void addSeries(std::map<WorkloadKey, Group>& groups, const UsageSeries& series)
{
    if (series.metric == UsageMetric::Other || series.times.empty()) {
        return;
    }
    // Pods also report the sum of their containers (no container) and their pause container ("POD").
    std::string container = firstLabel(series, { "container", "container_name" });
    if (container.empty() || container == "POD") {
        return;
    }
    const std::string pod = firstLabel(series, { "pod", "pod_name" });
    std::string workload =
        pod.empty() ? firstLabel(series, { "workload", "deployment", "statefulset", "daemonset" }) : workloadOfPod(pod);
    if (workload.empty()) {
        workload = container;
    }
    WorkloadKey key { clusterOf(series), firstLabel(series, { "namespace", "kubernetes_namespace" }),
        std::move(workload), std::move(container) };
    Group& group = groups[std::move(key)];
    PodTracks& tracks = group.pods[pod];
    switch (series.metric) {
    case UsageMetric::MemoryWorkingSet: addWorkingSet(group, tracks, series); break;
    case UsageMetric::MemoryRequest: tracks.request.merge(series.times, series.values); break;
    case UsageMetric::MemoryLimit: tracks.limit.merge(series.times, series.values); break;
    case UsageMetric::Restarts: tracks.restarts.merge(series.times, series.values); break;
    case UsageMetric::LastTerminatedReason:
        tracks.reasons[std::string(series.label("reason"))].merge(series.times, series.values);
        break;
    case UsageMetric::Other: break;
    }
}

/// The reason was given at t, by a sample not older than `since`.
bool hasReason(const PodTracks& tracks, const std::string& reason, Instant since, Instant t)
{
    const auto it = tracks.reasons.find(reason);
    if (it == tracks.reasons.end()) {
        return false;
    }
    const auto index = it->second.indexAt(t);
    return index && it->second.times[*index] > since && it->second.values[*index] > 0;
}

/// Restarts are increases of the counter; what ended the container says whether it was killed for memory.
void addEvents(WorkloadUsage& usage, const std::string& pod, const PodTracks& tracks)
{
    const Track& counter = tracks.restarts;
    for (std::size_t i = 1; i < counter.times.size(); ++i) {
        if (counter.values[i] > counter.values[i - 1]) {
            const bool isOom = hasReason(tracks, "OOMKilled", counter.times[i - 1], counter.times[i]);
            usage.events.push_back(
                { counter.times[i], isOom ? PodEvent::Kind::OomKill : PodEvent::Kind::Restart, pod });
        }
    }
    const auto killed = tracks.reasons.find("OOMKilled");
    if (!counter.times.empty() || killed == tracks.reasons.end() || tracks.workingSet.times.empty()) {
        return;
    }
    // Without a counter only the first kill shows: when the reason comes up while the pod is watched.
    const Track& reason = killed->second;
    for (std::size_t i = 0; i < reason.times.size(); ++i) {
        const bool wasUp = i > 0 && reason.values[i - 1] > 0;
        if (reason.values[i] > 0 && !wasUp && reason.times[i] > tracks.workingSet.times.front()) {
            usage.events.push_back({ reason.times[i], PodEvent::Kind::OomKill, pod });
        }
    }
}

/// Sizes and, where it is sure that they are of the same pod, events of what another exporter says.
void addTracks(PodTracks& host, const PodTracks& tracks, bool isSure)
{
    host.request.merge(tracks.request.times, tracks.request.values);
    host.limit.merge(tracks.limit.times, tracks.limit.values);
    if (!isSure) {
        return;
    }
    host.restarts.merge(tracks.restarts.times, tracks.restarts.values);
    for (const auto& [reason, track] : tracks.reasons) {
        host.reasons[reason].merge(track.times, track.values);
    }
}

/// A pod with a working set, and the cluster it says it is in.
using Host = std::pair<std::string_view, PodTracks*>;

/// Requests and restarts come from another exporter than the working set, which may not say its cluster (or be the only
/// one that does). They go to the pods of their name: sizes to all of them, events only where there is one such pod.
void joinClusterless(std::map<WorkloadKey, Group>& groups)
{
    std::map<std::array<std::string_view, 4>, std::vector<Host>> hosts;
    const auto nameOf = [](const WorkloadKey& key, const std::string& pod) {
        return std::array<std::string_view, 4> { std::get<1>(key), std::get<2>(key), std::get<3>(key), pod };
    };
    for (auto& [key, group] : groups) {
        for (auto& [pod, tracks] : group.pods) {
            if (!tracks.workingSet.times.empty()) {
                hosts[nameOf(key, pod)].emplace_back(std::get<0>(key), &tracks);
            }
        }
    }
    for (const auto& [key, group] : groups) {
        const std::string& cluster = std::get<0>(key);
        for (const auto& [pod, tracks] : group.pods) {
            const auto found = hosts.find(nameOf(key, pod));
            if (!tracks.workingSet.times.empty() || found == hosts.end()) {
                continue;
            }
            for (const auto& [hostCluster, host] : found->second) {
                if (cluster.empty() || hostCluster.empty()) { // else it is not the same place
                    addTracks(*host, tracks, found->second.size() == 1);
                }
            }
        }
    }
}

std::optional<double> knownBytes(std::optional<double> bytes)
{
    return bytes && *bytes > 0 && *bytes < kUnlimitedBytes ? bytes : std::nullopt;
}

/// Numbers the rounds of scrapes. A step of 0 (no series has two samples) makes every time a round of its own.
struct Rounds {
    Instant origin;
    std::int64_t stepNs = 0;

    [[nodiscard]] Instant timeOf(std::int64_t round) const
    {
        return stepNs > 0 ? Instant { origin.ns + round * stepNs } : Instant { origin.ns + round };
    }

    /// The nearest round, except that samples one step apart are in rounds one apart: scrapes that come a little early
    /// or late leave no hole. Never descends; shape: one round per time.
    [[nodiscard]] std::vector<std::int64_t> of(std::span<const Instant> times) const
    {
        std::vector<std::int64_t> rounds;
        rounds.reserve(times.size());
        for (std::size_t i = 0; i < times.size(); ++i) {
            const std::int64_t since = times[i].ns - origin.ns; // >= 0
            if (stepNs <= 0) {
                rounds.push_back(since);
                continue;
            }
            std::int64_t round = (since + stepNs / 2) / stepNs;
            if (i > 0) {
                const std::int64_t gap = times[i].ns - times[i - 1].ns;
                const std::int64_t next = rounds.back() + (gap + stepNs / 2) / stepNs;
                round = std::abs(next - round) <= 1 ? next : std::max(round, rounds.back());
            }
            rounds.push_back(round);
        }
        return rounds;
    }
};

/// By sample: the distance that the next one should have. Where the rhythm changes, the slower one counts: between a coarse
/// and a fine stretch lies one gap of the coarse one. Empty where it is the workload's throughout.
std::vector<double> stepsOf(const Track& track, double usual)
{
    const auto known = [usual](double step) { return step > 0 ? step : usual; };
    std::vector<double> steps;
    steps.reserve(track.times.size());
    for (std::size_t i = 0; i < track.rhythms.size(); ++i) {
        const double before = known(track.rhythms[i].before);
        steps.push_back(i + 1 < track.rhythms.size() ? std::max(before, known(track.rhythms[i + 1].after)) : before);
    }
    const bool isUsual = std::ranges::all_of(steps, [usual](double step) { return step == usual; });
    return isUsual ? std::vector<double> {} : steps;
}

/// The part of one sample in the sums: in its round, and where its step is longer than a round in all that it stands for.
void addToSums(WorkloadUsage& usage, const PodUsage& pod, std::size_t sample, std::span<const std::int64_t> allRounds,
    std::span<const std::int64_t> podRounds)
{
    const bool isLast = sample + 1 == pod.times.size();
    const double steps = usage.stepHours > 0 ? stepAfter(usage, pod, sample) / usage.stepHours : 1;
    std::int64_t end = podRounds[sample] + std::max<std::int64_t>(1, std::llround(steps));
    end = isLast ? end : std::min(end, podRounds[sample + 1]); // of two samples in one round the later counts
    auto row = static_cast<std::size_t>(std::ranges::lower_bound(allRounds, podRounds[sample]) - allRounds.begin());
    for (; row < allRounds.size() && allRounds[row] < end; ++row) {
        usage.workingSetBytes[row] += pod.workingSetBytes[sample];
        usage.requestBytes[row] += pod.requestBytes.value_or(0);
        usage.limitBytes[row] += pod.limitBytes.value_or(0);
        ++usage.podCount[row];
    }
}

/// One pod: its own columns and integrals, and its part of the sums.
void addPod(WorkloadUsage& usage, const std::string& pod, const PodTracks& tracks,
    std::span<const std::int64_t> allRounds, std::span<const std::int64_t> podRounds)
{
    PodUsage one;
    one.pod = pod;
    one.times = tracks.workingSet.times;
    one.workingSetBytes = tracks.workingSet.values;
    one.stepHours = stepsOf(tracks.workingSet, usage.stepHours);
    for (std::size_t i = 0; i < one.times.size(); ++i) {
        const Instant t = one.times[i];
        const double used = one.workingSetBytes[i];
        one.requestBytes = knownBytes(tracks.request.lastKnown(t));
        one.limitBytes = knownBytes(tracks.limit.lastKnown(t));
        const double requested = one.requestBytes.value_or(0);
        addToSums(usage, one, i, allRounds, podRounds);
        const bool standsAlone = i + 1 == one.times.size() || isRestAfter(usage, one, i);
        const double hours = standsAlone ? stepAfter(usage, one, i) : (one.times[i + 1] - t).toHours();
        one.hours += hours;
        one.workingSetByteHours += used * hours;
        one.requestByteHours += requested * hours;
        one.paidByteHours += std::max(used, requested) * hours;
    }
    usage.pods.push_back(std::move(one));
}

/// Lost scrapes over expected ones; gaps too long to be that are times when a pod did not run.
double missingShareOf(const WorkloadUsage& usage)
{
    double expected = 0;
    double missing = 0;
    for (const PodUsage& pod : usage.pods) {
        expected += static_cast<double>(pod.times.size());
        for (std::size_t i = 0; i + 1 < pod.times.size(); ++i) {
            if (!isRestAfter(usage, pod, i)) {
                const double hours = (pod.times[i + 1] - pod.times[i]).toHours();
                missing += std::max(0.0, std::round(hours / stepAfter(usage, pod, i)) - 1);
            }
        }
    }
    return missing > 0 ? missing / (expected + missing) : 0;
}

WorkloadUsage buildWorkload(const WorkloadKey& key, const Pods& pods, double stepHours)
{
    WorkloadUsage usage;
    std::tie(usage.cluster, usage.ns, usage.workload, usage.container) = key;
    usage.stepHours = stepHours;
    Rounds rounds { Instant { INT64_MAX }, std::llround(stepHours * 3.6e12) };
    for (const auto& [pod, tracks] : pods) {
        if (!tracks.workingSet.times.empty()) {
            rounds.origin = std::min(rounds.origin, tracks.workingSet.times.front());
        }
        addEvents(usage, pod, tracks);
    }
    std::vector<std::int64_t> all;
    std::map<std::string_view, std::vector<std::int64_t>> ofPod;
    for (const auto& [pod, tracks] : pods) {
        const std::vector<std::int64_t>& own = ofPod[pod] = rounds.of(tracks.workingSet.times);
        all.insert(all.end(), own.begin(), own.end());
    }
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (const std::int64_t round : all) {
        usage.times.push_back(rounds.timeOf(round));
    }
    usage.workingSetBytes.assign(all.size(), 0);
    usage.requestBytes.assign(all.size(), 0);
    usage.limitBytes.assign(all.size(), 0);
    usage.podCount.assign(all.size(), 0);
    for (const auto& [pod, tracks] : pods) {
        if (!tracks.workingSet.times.empty()) {
            addPod(usage, pod, tracks, all, ofPod[pod]);
        }
    }
    std::ranges::stable_sort(usage.events, {}, &PodEvent::time);
    usage.missingShare = missingShareOf(usage);
    usage.windowHours = usageWindowHours(usage);
    return usage;
}

/// Workloads whose number of pods follows their memory: cluster, namespace, name. Series of kube-state-metrics:
/// ..._spec_target_metric says what an autoscaler acts on, ..._info on whom; else on the one of its name.
std::set<std::array<std::string, 3>> scaledOnMemory(const std::vector<std::shared_ptr<const UsageTable>>& tables)
{
    using Key = std::array<std::string, 3>;
    std::set<Key> scalers;
    std::map<Key, std::string> targets;
    for (const auto& table : tables) {
        for (const UsageSeries& series : table ? std::span(table->series) : std::span<const UsageSeries>()) {
            const Key key { clusterOf(series), firstLabel(series, { "namespace", "kubernetes_namespace" }),
                firstLabel(series, { "horizontalpodautoscaler", "hpa" }) };
            if (series.metricName == "kube_horizontalpodautoscaler_spec_target_metric"
                && series.label("metric_name") == "memory") {
                scalers.insert(key);
            } else if (series.metricName == "kube_horizontalpodautoscaler_info") {
                targets[key] = series.label("scaletargetref_name");
            }
        }
    }
    std::set<Key> scaled;
    for (const Key& key : scalers) {
        const auto target = targets.find(key);
        scaled.insert({ key[0], key[1], target == targets.end() ? key[2] : target->second });
    }
    return scaled;
}

/// Namespace and pod -> what made it. Series kube_pod_owner of kube-state-metrics; a ReplicaSet is a Deployment's, and the
/// Job of a pod whose name has a time is a CronJob's.
std::map<std::array<std::string, 2>, std::string> podOwners(
    const std::vector<std::shared_ptr<const UsageTable>>& tables)
{
    std::map<std::array<std::string, 2>, std::string> owners;
    for (const auto& table : tables) {
        for (const UsageSeries& series : table ? std::span(table->series) : std::span<const UsageSeries>()) {
            if (series.metricName != "kube_pod_owner") {
                continue;
            }
            const std::string pod = firstLabel(series, { "pod", "pod_name" });
            std::string kind(series.label("owner_kind"));
            std::ranges::transform(
                kind, kind.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            kind = kind == "replicaset"                             ? "deployment"
                : kind == "job" && ownerKindOfPod(pod) == "cronjob" ? "cronjob"
                                                                    : kind;
            owners[{ firstLabel(series, { "namespace", "kubernetes_namespace" }), pod }] = kind;
        }
    }
    return owners;
}

/// Of all pods; "" where they do not agree.
std::string ownerKindOf(const WorkloadUsage& usage, const std::map<std::array<std::string, 2>, std::string>& owners)
{
    std::string kind;
    for (std::size_t i = 0; i < usage.pods.size(); ++i) {
        const auto known = owners.find({ usage.ns, usage.pods[i].pod });
        std::string own(known != owners.end() ? std::string_view(known->second) : ownerKindOfPod(usage.pods[i].pod));
        if (i > 0 && own != kind) {
            return {};
        }
        kind = std::move(own);
    }
    return kind;
}

} // namespace

std::vector<WorkloadUsage> workloadUsage(
    const std::vector<std::shared_ptr<const UsageTable>>& tables, const TaskContext& task)
{
    std::map<WorkloadKey, Group> groups;
    for (const auto& table : tables) {
        if (!table) {
            continue;
        }
        for (const UsageSeries& series : table->series) {
            if (task.cancelled()) {
                return {};
            }
            addSeries(groups, series);
        }
    }
    joinClusterless(groups);
    std::vector<double> anyStep;
    for (const auto& [key, group] : groups) {
        if (!group.stepHours.empty()) {
            anyStep.push_back(median(group.stepHours));
        }
    }
    // pods that end before their second sample have the rhythm of the others
    const double usualStep = anyStep.empty() ? 0 : median(std::move(anyStep));
    const auto scaled = scaledOnMemory(tables);
    const auto owners = podOwners(tables);
    std::vector<WorkloadUsage> all;
    for (const auto& [key, group] : groups) {
        if (task.cancelled()) {
            return {};
        }
        WorkloadUsage usage =
            buildWorkload(key, group.pods, group.stepHours.empty() ? usualStep : median(group.stepHours));
        usage.isScaledOnMemory = scaled.contains({ usage.cluster, usage.ns, usage.workload })
            || scaled.contains({ std::string(), usage.ns, usage.workload });
        usage.ownerKind = ownerKindOf(usage, owners);
        if (!usage.times.empty()) {
            all.push_back(std::move(usage));
        }
    }
    return all;
}

} // namespace heaptoll
