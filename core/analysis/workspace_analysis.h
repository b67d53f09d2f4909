// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/anomaly.h"
#include "core/analysis/cost_query.h"
#include "core/analysis/finding.h"
#include "core/analysis/growth.h"
#include "core/analysis/memory_price.h"
#include "core/analysis/rightsizing.h"
#include "core/analysis/service_map.h"
#include "core/analysis/workload.h"
#include "core/base/task_context.h"
#include "core/model/document.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heaptoll {

/// How a profile is placed on the calendar.
struct TimePlacement {
    enum class Clock : std::uint8_t { Wall, Relative, RateOnly };
    Clock clock = Clock::Wall;
    std::optional<Instant> start; ///< given by the user for relative recordings
};

/// Everything the user can set that changes numbers. Stored in the workspace.
struct AnalysisOptions {
    double hoursPerMonth = 730;
    CostBasis basis = CostBasis::Effective;
    std::optional<double> cpuToMemoryRatio; ///< absent = by provider
    std::optional<double> rateCardPerGibHour; ///< price without a bill
    std::string rateCardCurrency = "USD";
    std::vector<ServiceRule> rules;
    std::map<std::string, std::string> serviceOfPath; ///< document path -> service, set by hand
    std::map<std::string, TimePlacement> placementOfPath;
    double minMoneyPerMonth = 5; ///< findings below both floors are weak
    double minBytesPerHour = 1024.0 * 1024;
    double minHighSeconds = 600; ///< shorter runs are Low confidence
    std::size_t minHighSamples = 3;
    GrowthOptions growth;
    SizingOptions sizing;
    AnomalyOptions anomaly;
};

struct DailyCost {
    std::int64_t day = 0; ///< UTC day number
    Decimal cost;
};

/// One line of the attribution of a service's memory cost. Units: money over the attributed window.
struct AttributedSite {
    Site site;
    double meanLiveBytes = 0;
    Decimal cost;
};
/// sites + nonHeap + headroom + residual = memoryCost, exactly.
struct Attribution {
    TimeRange window;
    Decimal memoryCost;
    std::vector<AttributedSite> sites; ///< most cost first
    Decimal sitesCost;
    Decimal nonHeapCost;
    Decimal headroomCost;
    Decimal residual; ///< rounding, shown
    std::string note; ///< why it is refused or weak; empty = fine
    bool isValid = false;
};

/// A service with everything that was joined to it. The buckets (ambiguous) and (unassigned) are services too.
struct ServiceView {
    std::string name;
    std::vector<std::size_t> profileDocuments; ///< indices of input documents, in time order
    std::vector<std::size_t> workloads; ///< indices of WorkspaceAnalysis::workloads
    std::vector<DailyCost> dailyCost; ///< by day, basis of the options
    std::string currency; ///< of all its money: the one that most of its rows are in
    Decimal totalCost;
    std::map<std::string, Decimal> otherCosts; ///< by currency; never added to totalCost
    std::optional<Decimal> costPerMonth;
    std::uint64_t costRows = 0;
    MatchRank worstRank = MatchRank::Unassigned;
    std::optional<MemoryPrice> price;
    std::optional<Decimal> memoryCost; ///< over the days of the bill
    std::optional<Decimal> memoryCostPerMonth;
    std::optional<GrowthReport> growth; ///< of its profile series (two profiles or more)
    bool isRelative = false; ///< the times of growth count from the start of a recording
    std::shared_ptr<const UnifiedSeries> series;
    std::vector<SizingAdvice> sizing; ///< one per workload
    std::vector<UsageTrend> trends; ///< one per workload
    std::vector<AnomalyEvent> anomalies;
    Attribution attribution;
    bool isBucket = false;
};

/// Share of the bill by how it was assigned. Sum = billed total of the currency.
struct Coverage {
    Decimal matched; ///< by rule or tag
    Decimal heuristic;
    Decimal ambiguous;
    Decimal unassigned;
    [[nodiscard]] double matchedShare() const; ///< (matched + heuristic) / all; 0 without a bill
};

struct RecoverableTotals {
    Decimal savesNow;
    Decimal freesCapacity;
    Decimal avoidsGrowth;
    [[nodiscard]] Decimal all() const { return savesNow + freesCapacity + avoidsGrowth; }
};

struct WorkspaceTotals {
    std::string currency; ///< empty without a bill or with several currencies
    std::optional<Decimal> billed; ///< of the whole bill, basis of the options
    std::optional<Decimal> billedPerMonth;
    std::optional<Decimal> memoryPerMonth;
    RecoverableTotals recoverablePerMonth; ///< overlaps removed; never above memoryPerMonth
    std::map<std::string, Decimal> billedByCurrency;
    bool isPartial = false;
};

struct WorkspaceAnalysis {
    std::vector<DocumentPtr> documents;
    AnalysisOptions options;
    std::vector<ServiceView> services; ///< most cost first, buckets last
    std::vector<WorkloadUsage> workloads;
    std::vector<std::vector<ServiceMatch>> costRowMatches; ///< distinct matches per cost document
    std::vector<std::vector<std::uint32_t>> costRowMatch; ///< per cost document and row: index into costRowMatches
    std::vector<std::size_t> costDocuments; ///< document index of each entry above
    std::vector<Finding> findings; ///< ranked: most money first, then growth
    Coverage coverage;
    WorkspaceTotals totals;
    std::vector<std::pair<std::size_t, Reconciliation>> reconciliations; ///< document index, report
    std::vector<std::string> notes;
    std::optional<TimeRange> range; ///< of everything on the wall clock

    [[nodiscard]] const ServiceView* service(std::string_view name) const;
    [[nodiscard]] const Finding* finding(std::string_view id) const;
};

/// The main job: joins everything that was loaded. Pure: same documents and options, same result.
/// Errors: Cancelled.
[[nodiscard]] Result<std::shared_ptr<const WorkspaceAnalysis>> analyzeWorkspace(
    std::vector<DocumentPtr> documents, const AnalysisOptions& options, const TaskContext& task);

/// What a brushed range shows: values per stack of one service at its end, and the change over it.
/// Shape: self columns have one value per node of profile->stacks.
struct RangeView {
    std::string service; ///< that it shows; chosen when none was asked for
    std::shared_ptr<const Profile> profile; ///< owner of the stacks; null when the service has no profile
    std::vector<std::int64_t> liveAtEnd;
    std::vector<std::int64_t> liveDelta;
    std::vector<std::int64_t> objectsAtEnd;
    std::vector<std::int64_t> allocated;
    std::int64_t liveAtStartTotal = 0;
    std::int64_t liveAtEndTotal = 0;
    Decimal cost; ///< of the service in the range, days prorated
    double bytesPerHour = 0;
    std::optional<double> moneyPerByteMonth; ///< factor from live bytes to $ per month; absent without a price
    bool isPartial = false;
    std::string note;
};
/// The service that a question about "all services" is answered with, for stacks of different programs are never one
/// graph: the one with the most profiles; of several, the one that leaks most. Null when there is no profile.
[[nodiscard]] const ServiceView* mainService(const WorkspaceAnalysis& analysis);
/// service "" = mainService(). range absent = everything.
[[nodiscard]] RangeView rangeView(
    const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range);

} // namespace heaptoll
