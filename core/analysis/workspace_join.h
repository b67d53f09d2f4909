// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/memory_pricing.h"
#include "core/analysis/service_mapper.h"
#include "core/analysis/workspace_analysis.h"

#include <map>

namespace heaptoll {

/// The profiles of a service sorted by what can be learned from them.
struct PlacedProfiles {
    std::vector<SeriesPoint> points; ///< with live bytes and a time, in time order
    std::vector<std::string> paths; ///< of the points
    std::vector<std::size_t> recordings; ///< documents that tell growth by themselves, or what was left at their end
    std::vector<std::string> timeless; ///< live bytes, no time: no point of a series
    std::vector<std::string> withoutLive; ///< goroutines, allocations only
};

/// Steps of analyzeWorkspace, in order. Each is pure over what the ones before left. Errors: Cancelled.
class WorkspaceJoin {
public:
    WorkspaceJoin(WorkspaceAnalysis& analysis, const TaskContext& task);
    [[nodiscard]] Result<void> run();

private:
    void learnNames();
    void joinProfiles();
    void joinWorkloads();
    void noteSpanningServices();
    void noteUnmatchedRules();
    [[nodiscard]] Result<void> joinCosts();
    [[nodiscard]] Result<void> matchCostRows();
    void chooseCurrencies();
    [[nodiscard]] std::string mainCurrency() const;
    /// A row of a bill with its money. The service is that of its match.
    struct CostRow {
        const CostTable& table;
        std::size_t row = 0;
        std::optional<Decimal> cost; ///< absent: unknown
        std::string currency;
        bool isDailyUse = false; ///< it is what its days cost (charge_days.h)
    };
    void addCostRow(const CostRow& row, const ServiceMatch& match);
    void addCoverage(Decimal cost, MatchRank rank);
    [[nodiscard]] Result<void> checkSums() const;
    [[nodiscard]] Result<void> finishCosts();
    void finishServiceCost(ServiceView& service, double months);
    void finishTotals(double months);
    void capByCredits(CurrencyTotals& total);
    void noteWhatLiesOutside(const CurrencyTotals& total);
    void addRateCardCost(ServiceView& service);
    void studyProfiles(ServiceView& service);
    void studySeries(ServiceView& service, const PlacedProfiles& placed, const std::vector<Instant>& restarts);
    void studyRecordings(ServiceView& service, const std::vector<std::size_t>& documents);
    void noteLeftOut(const ServiceView& service, const PlacedProfiles& placed);
    void studyUsage(ServiceView& service);
    void noteUnbilledMemory();
    void studyCosts(ServiceView& service);
    void attribute(ServiceView& service);
    void sortServices();
    [[nodiscard]] ServiceView& view(const std::string& name);
    [[nodiscard]] PriceOptions priceOptions() const;
    [[nodiscard]] std::vector<std::shared_ptr<const CostTable>> bills() const;

    WorkspaceAnalysis& m_analysis;
    const TaskContext& m_task;
    ServiceMapper m_mapper;
    std::map<std::string, ServiceView> m_views;
    std::map<std::string, MemoryEvidence> m_evidence;
    std::map<std::string, std::map<std::int64_t, Decimal>> m_daily;
    std::map<std::string, std::map<std::int64_t, double>> m_dailyByUse; ///< what is searched for anomalies
    std::map<std::string, MemoryEvidence> m_billEvidence; ///< by currency
};

[[nodiscard]] PlacedProfiles placedProfiles(
    const WorkspaceAnalysis& analysis, const std::vector<std::size_t>& documents);
/// Does the profile know its course over time? Recordings do, unless their clock counts something else.
[[nodiscard]] bool hasCourse(const Profile& profile);
/// A recording with a timeline as a series of its own: live and allocated bytes per stack at even times, without the
/// stacks that its own rules suppress. Of a recording of states: live bytes where it knows them, in their order when
/// its clock is not time. Without points when the task was cancelled.
[[nodiscard]] UnifiedSeries seriesOfRecording(
    const std::shared_ptr<const Profile>& profile, Instant start, const TaskContext& task);
/// Wall-clock start of a document's profile by its own time or the user's placement. Errors: nullopt (rate only).
[[nodiscard]] std::optional<Instant> placedTime(const WorkspaceAnalysis& analysis, const Document& document);

} // namespace heaptoll
