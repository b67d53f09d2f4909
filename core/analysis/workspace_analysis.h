// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/anomaly.h"
#include "core/analysis/bill_span.h"
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
    double minMoneyPerMonth = 5; ///< findings below both floors are weak; in the currency of each finding
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

/// Growth of one recording that has a clock of its own. Recordings are judged one by one: what each sees in its time is no
/// point of a series.
struct GrowthStudy {
    std::string source; ///< path of the recording
    GrowthReport growth;
    bool isRelative = false; ///< its times count from its start
};

/// A service with everything that was joined to it. The buckets (ambiguous) and (unassigned) are services too.
struct ServiceView {
    std::string name;
    std::vector<std::size_t> profileDocuments; ///< indices of input documents, in time order
    std::vector<std::size_t> workloads; ///< indices of WorkspaceAnalysis::workloads
    std::vector<DailyCost> dailyCost; ///< by day, basis of the options
    std::string currency; ///< of all its money: the one that most of its rows are in
    Decimal totalCost;
    Decimal costInSpan; ///< of totalCost, what lies in the days of the bill; figures per month rest on it
    std::map<std::string, Decimal> otherCosts; ///< by currency; never added to totalCost
    std::optional<Decimal> costPerMonth;
    std::uint64_t costRows = 0;
    std::uint64_t unknownRows = 0; ///< of costRows: without a value in this basis, which is not 0
    MatchRank worstRank = MatchRank::Unassigned;
    std::optional<MemoryPrice> price;
    std::optional<Decimal> memoryCost; ///< over the days of the bill
    std::optional<Decimal> memoryCostPerMonth;
    std::optional<GrowthReport> growth; ///< of its profile series (two profiles or more), else of its longest recording
    std::string growthSource; ///< path of that recording; empty = the series
    bool isRelative = false; ///< the times of growth count from the start of a recording
    std::vector<GrowthStudy> furtherGrowth; ///< of its other recordings, the longest first
    std::shared_ptr<const UnifiedSeries> series;
    std::vector<SizingAdvice> sizing; ///< one per workload
    std::vector<UsageTrend> trends; ///< one per workload
    std::vector<AnomalyEvent> anomalies;
    Attribution attribution;
    bool isBucket = false;
};

/// Charges of the bill by how they were assigned, and beside them what was credited. Sum of all = billed total of the
/// first currency.
struct Coverage {
    Decimal matched; ///< by rule or tag
    Decimal heuristic;
    Decimal ambiguous;
    Decimal unassigned;
    Decimal credits; ///< all negative rows, whoever they are for: credits, refunds, discounts
    [[nodiscard]] Decimal charges() const { return matched + heuristic + ambiguous + unassigned; }
    [[nodiscard]] double matchedShare() const; ///< (matched + heuristic) / charges; 0 without a charge
};

struct RecoverableTotals {
    Decimal savesNow;
    Decimal freesCapacity;
    Decimal avoidsGrowth;
    [[nodiscard]] Decimal all() const { return savesNow + freesCapacity + avoidsGrowth; }
};

/// Money of one currency. There is no exchange rate here: amounts of two currencies are neither added nor compared.
struct CurrencyTotals {
    std::string currency;
    std::uint64_t rows = 0; ///< of the bill
    std::uint64_t unknownRows = 0; ///< of them, without a value in this basis, which is not 0
    std::optional<Decimal> billed; ///< absent when no row has a value, and without a bill (currency of the rate card)
    Decimal inSpan; ///< of billed, what lies in the days of the bill; figures per month rest on it
    Decimal credits; ///< of inSpan, the negative rows
    std::optional<Decimal> billedPerMonth;
    std::optional<Decimal> memoryPerMonth; ///< at most billedPerMonth
    RecoverableTotals recoverablePerMonth;
};

struct WorkspaceTotals {
    std::string currency; ///< empty without money or with several currencies; then the money below is absent
    std::optional<Decimal> billed; ///< of the whole bill, basis of the options
    std::optional<Decimal> billedPerMonth;
    std::optional<Decimal> memoryPerMonth; ///< at most billedPerMonth
    RecoverableTotals recoverablePerMonth; ///< overlaps removed; never above memoryPerMonth
    /// Most billing rows first: counts can be compared, amounts of two currencies cannot. Ties by name.
    std::vector<CurrencyTotals> byCurrency;
    std::uint64_t unknownRows = 0; ///< of the bill: without a value in this basis, which is not 0
    std::string reason; ///< why a bill gives no money
    bool isPartial = false;

    [[nodiscard]] bool isMixed() const { return byCurrency.size() > 1; }
    [[nodiscard]] const CurrencyTotals* of(std::string_view name) const; ///< null: no money in it
    /// Place of the amounts of a currency in a list by money; those that are not in the bill come last.
    [[nodiscard]] std::size_t rankOf(std::string_view name) const;
};

struct WorkspaceAnalysis {
    std::vector<DocumentPtr> documents;
    AnalysisOptions options;
    std::vector<ServiceView> services; ///< by currency, most cost first, buckets last
    std::vector<WorkloadUsage> workloads;
    std::vector<std::vector<ServiceMatch>> costRowMatches; ///< distinct matches per cost document
    std::vector<std::vector<std::uint32_t>> costRowMatch; ///< per cost document and row: index into costRowMatches
    BillSpan billSpan; ///< the days that figures per month rest on
    std::vector<std::size_t> costDocuments; ///< document index of each entry above
    std::vector<Finding> findings; ///< ranked: by currency (totals.byCurrency), most money first, then growth
    Coverage coverage;
    WorkspaceTotals totals;
    std::vector<std::pair<std::size_t, Reconciliation>> reconciliations; ///< document index, report
    std::vector<std::string> notes;
    std::optional<TimeRange> range; ///< of everything on the wall clock

    [[nodiscard]] const ServiceView* service(std::string_view name) const;
    [[nodiscard]] const Finding* finding(std::string_view id) const;
};

/// The main job: joins everything that was loaded. Pure: same documents and options, same result.
/// Errors: Cancelled; LimitExceeded when a sum of money does not fit.
[[nodiscard]] Result<std::shared_ptr<const WorkspaceAnalysis>> analyzeWorkspace(
    std::vector<DocumentPtr> documents, const AnalysisOptions& options, const TaskContext& task);

/// What a brushed range shows: values per stack of one service at its end, and the change over it.
/// Shape: self columns have one value per node of profile->stacks; empty = not recorded, or (liveDelta, allocated) the
/// range has one profile only, as `note` then says.
struct RangeView {
    std::string service; ///< that it shows; chosen when none was asked for
    std::shared_ptr<const Profile> profile; ///< owner of the stacks; null when the service has no profile
    std::vector<std::int64_t> liveAtEnd;
    std::vector<std::int64_t> liveDelta;
    std::vector<std::int64_t> objectsAtEnd;
    std::vector<std::int64_t> allocated; ///< in the range, over all lives of the process; never negative
    std::optional<std::int64_t> liveAtStartTotal; ///< absent without a second profile to compare with
    std::int64_t liveAtEndTotal = 0; ///< nothing when liveAtEnd is empty
    std::optional<double> bytesPerHour; ///< absent without a second profile to compare with
    std::optional<Decimal> cost; ///< of the service in the range, in costCurrency
    std::string costCurrency; ///< empty: the service is in no bill
    std::string costReason; ///< why cost is absent
    std::optional<double> moneyPerByteMonth; ///< factor from live bytes to money per month; absent without a price
    std::string priceCurrency; ///< of moneyPerByteMonth: a rate card may have another one than the bill
    bool isPartial = false;
    std::string note;
};
/// The part of a day's cost that lies in the range, by time; all of it without a range.
[[nodiscard]] Decimal costInRange(const DailyCost& day, const std::optional<TimeRange>& range);
/// What a service cost in the range, days that it covers in part by their share. 0 on days of the bill without a row of
/// the service. Errors: nullopt where the bill has no day in the range.
[[nodiscard]] std::optional<Decimal> costInRange(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const std::optional<TimeRange>& range);
/// The service that a question about "all services" is answered with, for stacks of different programs are never one
/// graph: the one with the most profiles; of several, the one that leaks most. Null when there is no profile.
[[nodiscard]] const ServiceView* mainService(const WorkspaceAnalysis& analysis);
/// service "" = mainService(). range absent = everything.
[[nodiscard]] RangeView rangeView(
    const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range);

} // namespace heaptoll
