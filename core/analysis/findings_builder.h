// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// Everything a builder of findings may look at. One per service.
struct FindingContext {
    const WorkspaceAnalysis& analysis;
    const ServiceView& service;
    double replicas = 1;
    bool hasReplicas = false; ///< from usage
    double meanRunHours = 0; ///< of a pod between restarts, weighted by time; 0 = unknown
    bool restarts = false;
    bool isMemoryBilled = false; ///< its memory is billed by the GiB-hour
    bool arePartialProfiles = false; ///< any of the service's
    bool isPartialUsage = false; ///< any: what is missing may be of this service
    bool isPartialBill = false; ///< any, as above
    const GrowthReport* growth = nullptr; ///< of its series or of one recording; null = none
    bool isRelative = false; ///< the times of growth count from the start of a recording
    std::string source = {}; ///< path of that recording; empty = the series, or there is no other
    TaskContext task = {};
};
/// Whether the memory of a service is billed by the GiB-hour: then a smaller request lowers the next bill.
[[nodiscard]] bool isMemoryBilled(const ServiceView& service);
/// With the first growth of the service.
[[nodiscard]] FindingContext findingContext(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const TaskContext& task = {});
/// One per series and recording of the service: the same but for the growth.
[[nodiscard]] std::vector<FindingContext> growthContexts(const FindingContext& context);
/// The finding of the service that an earlier series or recording already gave for the place; null = none.
[[nodiscard]] Finding* findingAt(std::vector<Finding>& findings, const FindingContext& context, const Site& site);

/// Starts a finding: kind, service, blame, fingerprint.
[[nodiscard]] Finding startFinding(FindingKind kind, std::string_view service, std::optional<Site> blame);
/// Function name for a title: without arguments and template arguments; cut to most characters with "...".
[[nodiscard]] std::string shortFunction(std::string_view function, std::size_t most);
/// "subject verb in service", cut to 60 characters at the subject.
[[nodiscard]] std::string findingTitle(std::string_view subject, std::string_view verb, std::string_view service);
/// atMost: what the level may be at most when the check fails; some doubts no number of passed checks makes up for.
void check(Finding& finding, std::string_view name, bool passed, std::string value,
    ConfidenceLevel atMost = ConfidenceLevel::High);
void why(Finding& finding, std::string text, EvidenceView view, std::string link, std::optional<TimeRange> range = {});
/// Score and level from the checks, never above atMost nor what a failed check allows.
void closeConfidence(Finding& finding, ConfidenceLevel atMost = ConfidenceLevel::High);
/// Checks that all kinds share: service mapping, data quality, sources of the same time. Sets isPartial by the documents
/// that the kind rests on.
void addCommonChecks(Finding& finding, const FindingContext& context);
/// For money that is per process: were the replicas seen, or is one assumed?
void checkReplicas(Finding& finding, const FindingContext& context);
/// "3 replicas", or that one is assumed.
[[nodiscard]] std::string replicasInWords(const FindingContext& context);
/// Money of so many GiB for a month, with the band of price and amount. Absent without a price.
struct GibBand {
    double amount = 0;
    double low = 0;
    double high = 0;
};
void priceMemory(Finding& finding, const FindingContext& context, const GibBand& gib, SavingKind kind);
[[nodiscard]] std::string inFigures(double value); ///< four significant digits
/// FNV-1a, as 16 hex digits. Stable across runs, machines and versions.
[[nodiscard]] std::string fingerprintOf(std::string_view text);

void addLeakFindings(std::vector<Finding>& out, const FindingContext& context);
void addGrowthClassFindings(std::vector<Finding>& out, const FindingContext& context);
void addSizingFindings(std::vector<Finding>& out, const FindingContext& context);
void addCostFindings(std::vector<Finding>& out, const FindingContext& context);
void addAnomalyFindings(std::vector<Finding>& out, const FindingContext& context);

/// Caps what overlaps, marks the weak ones, sorts and gives ids.
void finishFindings(WorkspaceAnalysis& analysis);

} // namespace heaptoll
