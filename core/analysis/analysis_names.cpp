// SPDX-License-Identifier: Apache-2.0
// Names of the enums of the analysis: one word for one thing in CLI, JSON and GUI.
#include "core/analysis/call_tree.h"
#include "core/analysis/workspace_analysis.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

template<typename Enum, std::size_t N>
std::string_view nameIn(const std::array<std::string_view, N>& names, Enum value)
{
    return names[static_cast<std::size_t>(value)];
}

template<typename Enum, std::size_t N>
std::optional<Enum> parseIn(const std::array<std::string_view, N>& names, std::string_view name)
{
    const auto it = std::ranges::find(names, name);
    return it == names.end() ? std::nullopt : std::optional(static_cast<Enum>(it - names.begin()));
}

constexpr std::array<std::string_view, 6> kGrowthClasses { "leak", "cache", "churn", "steady", "retained",
    "undecided" };
constexpr std::array<std::string_view, 3> kRateUnits { "hour", "profile", "unknown" };
constexpr std::array<std::string_view, 8> kFindingKinds { "leak", "unbounded_cache", "churn", "retained",
    "overprovisioned", "underprovisioned", "cost_anomaly", "unattributed_cost" };
constexpr std::string_view kFindingLetters = "LCKROUAX";
constexpr std::array<std::string_view, 3> kSavingKinds { "saves_now", "frees_capacity", "avoids_growth" };
constexpr std::array<std::string_view, 3> kSavingKindTexts { "saves now", "frees capacity", "avoids growth" };
constexpr std::array<std::string_view, 3> kConfidenceLevels { "low", "medium", "high" };
constexpr std::array<std::string_view, 8> kEvidenceViews { "", "timeline", "usage", "flame", "sites", "cost",
    "rightsizing", "sources" };
constexpr std::array<std::string_view, 7> kPolicies { "p95", "p99", "max", "vpa", "krr", "kubecost", "heaptoll" };
constexpr std::array<std::string_view, 4> kBlocks { "", "leak", "hpa", "history" };
constexpr std::array<std::string_view, 4> kAnomalyKinds { "spike", "level_shift", "ramp", "drop" };
constexpr std::array<std::string_view, 5> kPriceMethods { "direct", "hedonic", "ratio", "rate_card", "none" };
constexpr std::array<std::string_view, 5> kMatchRanks { "rule", "tag", "heuristic", "ambiguous", "unassigned" };
constexpr std::array<std::string_view, 4> kGroupBys { "function", "site", "file", "module" };
constexpr std::array<std::string_view, 5> kDiffClasses { "grew", "new", "shrank", "gone", "same" };

} // namespace

std::string_view name(GrowthClass growthClass)
{
    return nameIn(kGrowthClasses, growthClass);
}
std::string_view name(RateUnit unit)
{
    return nameIn(kRateUnits, unit);
}
std::string_view name(FindingKind kind)
{
    return nameIn(kFindingKinds, kind);
}
char letter(FindingKind kind)
{
    return kFindingLetters[static_cast<std::size_t>(kind)];
}
std::optional<FindingKind> parseFindingKind(std::string_view name)
{
    return parseIn<FindingKind>(kFindingKinds, name);
}
std::string_view name(std::optional<SavingKind> kind)
{
    return kind ? nameIn(kSavingKinds, *kind) : std::string_view {};
}
std::string_view displayName(std::optional<SavingKind> kind)
{
    return kind ? nameIn(kSavingKindTexts, *kind) : kUnknown;
}
std::string_view name(ConfidenceLevel level)
{
    return nameIn(kConfidenceLevels, level);
}
std::string_view name(EvidenceView view)
{
    return nameIn(kEvidenceViews, view);
}
std::string_view name(SizingPolicy policy)
{
    return nameIn(kPolicies, policy);
}
std::optional<SizingPolicy> parseSizingPolicy(std::string_view name)
{
    return parseIn<SizingPolicy>(kPolicies, name);
}
std::string_view name(SizingBlock block)
{
    return nameIn(kBlocks, block);
}
std::string_view name(AnomalyKind kind)
{
    return nameIn(kAnomalyKinds, kind);
}
std::string_view name(PriceMethod method)
{
    return nameIn(kPriceMethods, method);
}
std::string_view name(MatchRank rank)
{
    return nameIn(kMatchRanks, rank);
}
std::string_view name(GroupBy by)
{
    return nameIn(kGroupBys, by);
}
std::optional<GroupBy> parseGroupBy(std::string_view name)
{
    return parseIn<GroupBy>(kGroupBys, name);
}
std::string_view name(DiffClass diffClass)
{
    return nameIn(kDiffClasses, diffClass);
}

} // namespace heaptoll
