// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/site.h"
#include "core/base/decimal.h"
#include "core/base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// Names as in the JSON; letters as in ids ("L-01").
enum class FindingKind : std::uint8_t {
    Leak, ///< L
    UnboundedCache, ///< C
    Churn, ///< K
    Retained, ///< R
    Overprovisioned, ///< O
    Underprovisioned, ///< U
    CostAnomaly, ///< A
    UnattributedCost, ///< X
};
inline constexpr std::size_t kFindingKindCount = static_cast<std::size_t>(FindingKind::UnattributedCost) + 1;
[[nodiscard]] std::string_view name(FindingKind kind);
[[nodiscard]] char letter(FindingKind kind);
[[nodiscard]] std::optional<FindingKind> parseFindingKind(std::string_view name);

/// A dollar is not a dollar: what has to happen before the bill falls.
enum class SavingKind : std::uint8_t { SavesNow, FreesCapacity, AvoidsGrowth };
[[nodiscard]] std::string_view name(std::optional<SavingKind> kind); ///< "saves_now", ...; "" without a kind
/// "saves now", ...; "—" without a kind.
[[nodiscard]] std::string_view displayName(std::optional<SavingKind> kind);

/// Units: currency per month of the workspace's month length.
struct CostPerMonth {
    Decimal amount;
    Decimal low;
    Decimal high;
    std::string currency;
    std::optional<SavingKind> kind; ///< absent: no saving is known (a gap in the mapping, a new service)
};

enum class ConfidenceLevel : std::uint8_t { Low, Medium, High };
[[nodiscard]] std::string_view name(ConfidenceLevel level); ///< "low", ...

struct ConfidenceCheck {
    std::string name; ///< "duration", "samples", "fit", "blame_share", "mapping", "data_quality", ...
    bool passed = false;
    std::string value; ///< in words: "77 d", "12 profiles"
    ConfidenceLevel atMost = ConfidenceLevel::High; ///< most that the level may be when it fails
};
/// A checklist, not a mystery number: score = passed / all, level by thresholds (FINDINGS.md "Confidence").
struct Confidence {
    ConfidenceLevel level = ConfidenceLevel::Low;
    double score = 0;
    std::vector<ConfidenceCheck> checks;
};

/// Where a sentence of evidence can be seen: the view to open with the lens preset.
enum class EvidenceView : std::uint8_t {
    None,
    Timeline, ///< live bytes of the heap over time
    Usage, ///< the same time axis with the working sets of the pods
    Flame,
    Sites,
    CostBreakdown,
    Rightsizing,
    Sources
};
[[nodiscard]] std::string_view name(EvidenceView view); ///< "timeline", ...
struct Evidence {
    std::string text;
    EvidenceView view = EvidenceView::None;
    std::string linkText; ///< "chart", "flame", "4 billing rows"
    std::optional<TimeRange> range; ///< lens to set
};

/// A named cause, a $ figure with its proof, and an action.
struct Finding {
    std::string id; ///< letter and number in rank order of its kind, "L-01"
    std::string fingerprint; ///< stable across runs: hash of kind, service and blame frame
    FindingKind kind = FindingKind::Leak;
    std::string service;
    std::string title; ///< at most 60 characters
    std::optional<Site> blame;
    SiteStack stack; ///< leaf first
    std::optional<double> growthBytesPerHour;
    bool isRateOfPods = false; ///< the growth is that of the working sets of its pods, not that of the profiled heap
    std::optional<double> growthLow;
    std::optional<double> growthHigh;
    std::optional<std::int64_t> liveBytes;
    std::optional<CostPerMonth> costPerMonth; ///< absent: no bill or no price; then costReason says why
    std::string costReason;
    std::string howComputed; ///< the formula with its numbers
    std::optional<Decimal> costSoFar;
    std::string currency; ///< of costSoFar, which is known without a figure per month, too
    std::optional<double> timeToLimitHours;
    std::optional<TimeRange> range; ///< when it happened
    std::optional<std::size_t> workload; ///< of WorkspaceAnalysis::workloads, where it is about one container
    bool isRelative = false; ///< the range counts from the start of a recording that knows no wall clock
    Confidence confidence;
    std::vector<Evidence> why;
    std::vector<std::string> actions; ///< what to do
    bool isPartial = false; ///< rests on partial data
    bool isUndecided = false; ///< may be growth: the data is too thin to tell; weak, too
    bool isWeak = false; ///< below the floors, undecided, or told by another finding; hidden by default, counted
};
/// Who called the blamed place, nearest first; empty where the stack does not have it.
[[nodiscard]] std::span<const Site> callersOf(const Finding& finding);

} // namespace heaptoll
