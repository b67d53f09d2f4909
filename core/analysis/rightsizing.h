// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/finding.h"
#include "core/analysis/workload.h"
#include "core/base/decimal.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// How a recommendation is computed; formulas and sources in README.md "Right-sizing policies".
enum class SizingPolicy : std::uint8_t { P95, P99, Max, Vpa, Krr, Kubecost, Heaptoll };
[[nodiscard]] std::string_view name(SizingPolicy policy);
[[nodiscard]] std::optional<SizingPolicy> parseSizingPolicy(std::string_view name);

struct SizingOptions {
    SizingPolicy policy = SizingPolicy::Heaptoll;
    std::optional<double> headroom; ///< 0.15 = 15 %; absent = the policy's own
    double floorBytes = 64.0 * 1024 * 1024;
};

/// Usage of single pods, all pods pooled. Units: bytes.
struct UsageDistribution {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
    double max = 0;
    std::size_t samples = 0;
    double missingShare = 0;
};

/// Hpa: a HorizontalPodAutoscaler acts on its memory. Known only where the series of kube-state-metrics on autoscalers
/// (kube_horizontalpodautoscaler_spec_target_metric, _info) were imported.
enum class SizingBlock : std::uint8_t { None, Leak, Hpa, History };
[[nodiscard]] std::string_view name(SizingBlock block); ///< "", "leak", "hpa", "history"

struct SizingAdvice {
    std::string cluster; ///< empty = not known
    std::string ns;
    std::string workload;
    std::string container;
    std::string ownerKind; ///< "deployment", "statefulset", ...; empty = not known
    double replicas = 0; ///< mean over the window
    std::optional<double> requestBytes;
    std::optional<double> limitBytes;
    UsageDistribution usage;
    std::optional<double> recommendedRequestBytes; ///< absent when blocked or nothing is known
    std::optional<double> recommendedLimitBytes;
    SizingBlock blockedBy = SizingBlock::None;
    std::string formula; ///< in words and numbers: "p99 2.10 GiB x 1.15 = 2.42 GiB"; when blocked, why
    std::size_t replaySamples = 0; ///< past samples the new limit was tried on
    std::size_t replayOver = 0; ///< how many of them it would have exceeded
    std::optional<CostPerMonth> saving; ///< what it is worth (sizing_saving.h); negative when it asks for more
    std::string savingReason; ///< why that is not known
    std::string savingFormula; ///< how it is computed, with the numbers
};
/// Recommendation of the Kubernetes Vertical Pod Autoscaler with its default flags. Units: bytes. Source: README.
struct VpaEstimate {
    double target = 0; ///< 90 % of the decayed daily peaks, plus margin
    double lower = 0;
    double upper = 0;
};
/// headroom: safety margin, 0.15 by default there. Errors: nullopt without samples.
[[nodiscard]] std::optional<VpaEstimate> vpaEstimate(const WorkloadUsage& usage, double headroom);

/// isLeaking: growth was found, so no advice but a pointer to the leak. A cancelled task gets
/// no recommendation.
[[nodiscard]] SizingAdvice adviseSize(
    const WorkloadUsage& usage, const SizingOptions& options, bool isLeaking, const TaskContext& task = {});

/// Trend of the pods' working sets between restarts: the usage side of leak detection. Units: bytes per hour and pod.
struct UsageTrend {
    double bytesPerHourPerPod = 0;
    double low = 0;
    double high = 0;
    double pValue = 1;
    double hours = 0; ///< longest uninterrupted run
    double levelBytes = 0; ///< median of what was compared
    std::size_t runs = 0; ///< uninterrupted runs that were long enough to compare
    bool isGrowing = false;
};
/// isGrowing: significant (p < 0.01, interval above 0), at least 2 % of the level a week, and over a day or 3 runs.
/// A cancelled task gets no growth.
[[nodiscard]] UsageTrend usageTrend(const WorkloadUsage& usage, const TaskContext& task = {});

} // namespace heaptoll
