// SPDX-License-Identifier: Apache-2.0
// The memory estimator of the Kubernetes Vertical Pod Autoscaler, with its default flags.
// Source: kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender (model/container.go, util/histogram.go,
// util/decaying_histogram.go, logic/estimator.go, logic/recommender.go). Formulas in README.md of this folder.
#include "core/analysis/rightsizing.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace heaptoll {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;
constexpr double kFirstBucket = 1e7; ///< bytes
constexpr double kRatio = 1.05;
constexpr std::size_t kBuckets = 176; ///< ceil(log_1.05(1e12 * 0.05 / 1e7 + 1)) + 1
constexpr double kHalfLifeHours = 24;
constexpr double kWindowHours = 24;
constexpr double kOomRatio = 1.2;
constexpr double kOomBytes = 100 * kMiB;

double bucketStart(std::size_t index)
{
    return kFirstBucket * (std::pow(kRatio, static_cast<double>(index)) - 1) / (kRatio - 1);
}

std::size_t bucketOf(double bytes)
{
    if (bytes < kFirstBucket) {
        return 0;
    }
    const double index = std::floor(std::log(bytes * (kRatio - 1) / kFirstBucket + 1) / std::log(kRatio));
    return std::min(static_cast<std::size_t>(index), kBuckets - 1);
}

struct Peak {
    double bytes = 0;
    double endHours = 0; ///< of its window: the time of the sample
};

/// One peak per window of 24 h, from the first sample of the pod on. An OOM kill counts as use of more than it had.
std::vector<Peak> dailyPeaks(const PodUsage& pod, const std::vector<PodEvent>& events)
{
    struct Sample {
        Instant time;
        double bytes = 0;
        bool isOom = false;
    };
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < pod.times.size(); ++i) {
        samples.push_back({ pod.times[i], pod.workingSetBytes[i], false });
    }
    for (const PodEvent& event : events) {
        if (event.kind == PodEvent::Kind::OomKill && event.pod == pod.pod) {
            samples.push_back({ event.time, 0, true });
        }
    }
    std::ranges::stable_sort(samples, {}, &Sample::time);
    std::vector<Peak> peaks;
    double windowEnd = 0;
    for (const Sample& sample : samples) {
        const double hours = (sample.time - Instant {}).toHours();
        const bool isNew = peaks.empty() || hours >= windowEnd;
        const double peakBefore = isNew ? 0 : peaks.back().bytes;
        double bytes = sample.bytes;
        if (sample.isOom) {
            const double used = std::max(pod.requestBytes.value_or(0), peakBefore);
            bytes = std::max(used + kOomBytes, used * kOomRatio);
        }
        if (isNew) {
            const double missed = peaks.empty() ? 0 : std::floor((hours - windowEnd) / kWindowHours);
            windowEnd = peaks.empty() ? hours + kWindowHours : windowEnd + (missed + 1) * kWindowHours;
            peaks.push_back({ bytes, windowEnd });
        } else {
            peaks.back().bytes = std::max(peakBefore, bytes);
        }
    }
    return peaks;
}

/// End of the bucket in which the share of the weight is reached.
double percentile(const std::array<double, kBuckets>& weights, double total, double q)
{
    double sum = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        sum += weights[i];
        if (sum >= q * total && weights[i] > 0) {
            return i + 1 < kBuckets ? bucketStart(i + 1) : bucketStart(i);
        }
    }
    return bucketStart(kBuckets - 1);
}

} // namespace

std::optional<VpaEstimate> vpaEstimate(const WorkloadUsage& usage, double headroom)
{
    std::vector<Peak> peaks;
    double samples = 0;
    double newest = 0;
    for (const PodUsage& pod : usage.pods) {
        const std::vector<Peak> own = dailyPeaks(pod, usage.events);
        peaks.insert(peaks.end(), own.begin(), own.end());
        samples += static_cast<double>(pod.times.size());
    }
    if (peaks.empty() || usage.times.empty()) {
        return std::nullopt;
    }
    for (const Peak& peak : peaks) {
        newest = std::max(newest, peak.endHours);
    }
    std::array<double, kBuckets> weights {};
    double total = 0;
    for (const Peak& peak : peaks) {
        const double weight = std::exp2((peak.endHours - newest) / kHalfLifeHours);
        weights[bucketOf(peak.bytes)] += weight;
        total += weight;
    }
    const double lifeDays = (usage.times.back() - usage.times.front()).toHours() / 24;
    const double confidence = std::min(lifeDays, samples / (60 * 24));
    VpaEstimate estimate;
    estimate.target = percentile(weights, total, 0.9) * (1 + headroom);
    // Without history nothing bounds the estimate from above.
    estimate.upper =
        confidence > 0 ? percentile(weights, total, 0.95) * (1 + headroom) * (1 + 1 / confidence) : HUGE_VAL;
    estimate.lower =
        confidence > 0 ? percentile(weights, total, 0.5) * (1 + headroom) * std::pow(1 + 0.001 / confidence, -2) : 0;
    return estimate;
}

} // namespace heaptoll
