// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/rightsizing.h"

#include "core/analysis/pod_runs.h"
#include "core/analysis/statistics.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace heaptoll {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;
constexpr double kRoundTo = 16 * kMiB;
constexpr double kMinHours = 24;
constexpr std::size_t kMinSamples = 100;
constexpr double kKubecostUtilisation = 0.7;
constexpr double kStartUpHours = 10.0 / 60;

/// What a policy makes of the history. limit absent: the policy sets none.
struct Recommendation {
    double request = 0;
    std::optional<double> limit;
    std::string formula;
};

struct History {
    std::vector<double> samples; ///< all pods pooled
    double hours = 0;
    double limitAtOom = 0; ///< largest limit (or usage, where no limit is known) at which a pod was killed; 0 = none
};

double roundedUp(double bytes)
{
    return std::ceil(bytes / kRoundTo) * kRoundTo;
}

std::string factorText(double headroom)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", 1 + headroom);
    return text;
}

History historyOf(const WorkloadUsage& usage)
{
    History history;
    for (const PodUsage& pod : usage.pods) {
        history.samples.insert(history.samples.end(), pod.workingSetBytes.begin(), pod.workingSetBytes.end());
        const bool wasKilled = std::ranges::any_of(usage.events,
            [&](const PodEvent& event) { return event.kind == PodEvent::Kind::OomKill && event.pod == pod.pod; });
        if (wasKilled && !pod.workingSetBytes.empty()) {
            const double at = pod.limitBytes.value_or(std::ranges::max(pod.workingSetBytes));
            history.limitAtOom = std::max(history.limitAtOom, at);
        }
    }
    if (!usage.times.empty()) {
        history.hours = (usage.times.back() - usage.times.front()).toHours() + usage.stepHours;
    }
    return history;
}

/// Request of the pods that ran last; the largest where they differ.
std::optional<double> latest(const WorkloadUsage& usage, std::optional<double> PodUsage::*member)
{
    std::optional<double> best;
    Instant newest { INT64_MIN };
    for (const PodUsage& pod : usage.pods) {
        if (pod.times.empty() || !(pod.*member) || pod.times.back() < newest) {
            continue;
        }
        best = pod.times.back() > newest ? *(pod.*member) : std::max(*best, *(pod.*member));
        newest = pod.times.back();
    }
    return best;
}

/// Text and value of "base x factor", with the floor and the steps where they changed something.
double applySteps(double bytes, const SizingOptions& options, std::string& formula)
{
    formula += " = " + formatBytes(bytes);
    const double floored = std::max(bytes, options.floorBytes);
    if (floored > bytes) {
        formula += ", at least " + formatBytes(options.floorBytes);
    }
    const double rounded = roundedUp(floored);
    if (rounded > floored && formatBytes(rounded) != formatBytes(floored)) {
        formula += ", rounded up to " + formatBytes(rounded);
    }
    return rounded;
}

Recommendation byQuantile(
    const UsageDistribution& use, const SizingOptions& options, double base, std::string_view what)
{
    const double headroom = options.headroom.value_or(0.15);
    Recommendation out;
    out.formula = std::string(what) + " " + formatBytes(base) + " x " + factorText(headroom);
    out.request = applySteps(base * (1 + headroom), options, out.formula);
    out.limit = std::max(out.request, roundedUp(use.max * (1 + headroom)));
    return out;
}

Recommendation byVpa(const WorkloadUsage& usage, const SizingOptions& options, const SizingAdvice& current)
{
    const double headroom = options.headroom.value_or(0.15);
    const auto estimate = vpaEstimate(usage, headroom);
    Recommendation out;
    if (!estimate) {
        return out;
    }
    constexpr double kPodMinimum = 250 * kMiB;
    out.request = std::ceil(std::max(estimate->target, kPodMinimum));
    out.formula = "p90 of decayed daily peaks " + formatBytes(estimate->target / (1 + headroom)) + " x "
        + factorText(headroom) + " = " + formatBytes(estimate->target);
    if (estimate->target < kPodMinimum) {
        out.formula += ", at least " + formatBytes(kPodMinimum);
    }
    if (current.requestBytes && current.limitBytes) { // VPA keeps the proportion of limit to request
        out.limit = std::ceil(out.request * *current.limitBytes / *current.requestBytes);
    }
    return out;
}

Recommendation byKrr(const UsageDistribution& use, const SizingOptions& options, const History& history)
{
    const double headroom = options.headroom.value_or(0.15);
    Recommendation out;
    out.request = use.max * (1 + headroom);
    out.formula = "max " + formatBytes(use.max) + " x " + factorText(headroom) + " = " + formatBytes(out.request);
    if (history.limitAtOom * 1.25 > out.request) {
        out.request = history.limitAtOom * 1.25;
        out.formula = "limit at the out-of-memory kill " + formatBytes(history.limitAtOom)
            + " x 1.25 = " + formatBytes(out.request);
    }
    constexpr double kFloor = 100e6;
    if (out.request < kFloor) {
        out.request = kFloor;
        out.formula += ", at least " + formatBytes(kFloor);
    }
    out.request = std::ceil(out.request);
    out.limit = out.request;
    return out;
}

Recommendation byKubecost(const UsageDistribution& use, const SizingOptions& options)
{
    const double factor = options.headroom ? 1 + *options.headroom : 1 / kKubecostUtilisation;
    constexpr double kFloor = 20 * kMiB;
    Recommendation out;
    out.request = use.max * factor;
    out.formula = "max " + formatBytes(use.max)
        + (options.headroom ? " x " + factorText(*options.headroom) : std::string(" / 0.7 target utilisation")) + " = "
        + formatBytes(out.request);
    if (out.request < kFloor) {
        out.request = kFloor;
        out.formula += ", at least " + formatBytes(kFloor);
    }
    out.request = std::ceil(out.request);
    return out;
}

/// Largest p99.5 of any run that is long enough to have one, and largest value in the first ten minutes of a run.
double steadyNeed(const WorkloadUsage& usage, std::string& what)
{
    double steady = 0;
    double startUp = 0;
    for (const PodRun& run : podRuns(usage)) {
        const PodUsage& pod = usage.pods[run.pod];
        const auto first = pod.workingSetBytes.begin();
        const std::vector<double> values(
            first + static_cast<std::ptrdiff_t>(run.begin), first + static_cast<std::ptrdiff_t>(run.end));
        steady = std::max(steady, nearestRank(values, 0.995));
        for (std::size_t i = run.begin; i < run.end; ++i) {
            if ((pod.times[i] - pod.times[run.begin]).toHours() <= kStartUpHours) {
                startUp = std::max(startUp, pod.workingSetBytes[i]);
            }
        }
    }
    what = startUp > steady ? "start-up peak" : "largest p99.5 of a run";
    return std::max(steady, startUp);
}

Recommendation byHeaptoll(
    const WorkloadUsage& usage, const UsageDistribution& use, const SizingOptions& options, const History& history)
{
    const double days = history.hours / 24;
    const double own = days < 7 ? 0.20 : days >= 30 && history.limitAtOom == 0 ? 0.10 : 0.15;
    const double headroom = options.headroom.value_or(own);
    Recommendation out;
    std::string what;
    const double need = steadyNeed(usage, what);
    out.formula = what + " " + formatBytes(need) + " x " + factorText(headroom);
    double bytes = need * (1 + headroom);
    const double bumped = std::max(history.limitAtOom + 100 * kMiB, history.limitAtOom * 1.2);
    if (history.limitAtOom > 0 && bumped > bytes) {
        out.formula = "killed at " + formatBytes(history.limitAtOom) + ": max(+ 100 MiB, x 1.2)";
        bytes = bumped;
    }
    out.request = applySteps(bytes, options, out.formula);
    // A limit that the past would have broken is no advice, whatever the quantile says.
    out.limit = std::max({ out.request, roundedUp(1.2 * need), roundedUp(use.max) });
    return out;
}

Recommendation recommend(
    const WorkloadUsage& usage, const SizingAdvice& advice, const SizingOptions& options, const History& history)
{
    const UsageDistribution& use = advice.usage;
    switch (options.policy) {
    case SizingPolicy::P95: return byQuantile(use, options, use.p95, "p95");
    case SizingPolicy::P99: return byQuantile(use, options, use.p99, "p99");
    case SizingPolicy::Max: return byQuantile(use, options, use.max, "max");
    case SizingPolicy::Vpa: return byVpa(usage, options, advice);
    case SizingPolicy::Krr: return byKrr(use, options, history);
    case SizingPolicy::Kubecost: return byKubecost(use, options);
    case SizingPolicy::Heaptoll: break;
    }
    return byHeaptoll(usage, use, options, history);
}

void describeHistory(SizingAdvice& advice, const WorkloadUsage& usage, const History& history)
{
    advice.usage.samples = history.samples.size();
    advice.usage.missingShare = usage.missingShare;
    advice.replicas = usageMeans(usage).pods;
    if (history.samples.empty()) {
        return;
    }
    advice.usage.p50 = nearestRank(history.samples, 0.50);
    advice.usage.p95 = nearestRank(history.samples, 0.95);
    advice.usage.p99 = nearestRank(history.samples, 0.99);
    advice.usage.max = std::ranges::max(history.samples);
}

} // namespace

SizingAdvice adviseSize(
    const WorkloadUsage& usage, const SizingOptions& options, bool isLeaking, const TaskContext& task)
{
    SizingAdvice advice;
    advice.cluster = usage.cluster;
    advice.ns = usage.ns;
    advice.workload = usage.workload;
    advice.container = usage.container;
    advice.ownerKind = usage.ownerKind;
    advice.requestBytes = latest(usage, &PodUsage::requestBytes);
    advice.limitBytes = latest(usage, &PodUsage::limitBytes);
    const History history = historyOf(usage);
    if (task.cancelled()) {
        return advice;
    }
    describeHistory(advice, usage, history);
    if (isLeaking) {
        advice.blockedBy = SizingBlock::Leak;
        advice.formula = "no advice: no size fits memory that keeps growing; fix the leak first";
        return advice;
    }
    if (usage.isScaledOnMemory) {
        advice.blockedBy = SizingBlock::Hpa;
        advice.formula = "no advice: an autoscaler acts on its memory, so another request would change its replicas";
        return advice;
    }
    if (history.hours < kMinHours || history.samples.size() < kMinSamples) {
        advice.blockedBy = SizingBlock::History;
        advice.formula = "no advice: only " + formatSpan(Span::seconds(std::llround(history.hours * 3600))) + " and "
            + formatCount(static_cast<double>(history.samples.size())) + " samples: a day and "
            + std::to_string(kMinSamples) + " samples are needed";
        return advice;
    }
    if (task.cancelled()) {
        return advice;
    }
    Recommendation best = recommend(usage, advice, options, history);
    advice.recommendedRequestBytes = best.request;
    advice.recommendedLimitBytes = best.limit;
    advice.formula = std::move(best.formula);
    const double ceiling = best.limit.value_or(best.request);
    advice.replaySamples = history.samples.size();
    advice.replayOver = static_cast<std::size_t>(
        std::ranges::count_if(history.samples, [ceiling](double bytes) { return bytes > ceiling; }));
    return advice;
}

} // namespace heaptoll
