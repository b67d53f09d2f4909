// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/anomaly.h"
#include "core/analysis/cost_query.h"
#include "core/analysis/finding.h"
#include "core/analysis/rightsizing.h"
#include "core/export/json_common.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace heaptoll {

/// The answer to one cost question over all bills.
struct CostReport {
    CostBasis basis = CostBasis::Billed;
    std::vector<std::string> dimensions; ///< keys of the groups, in order
    std::vector<CostGroup> groups;
    std::map<std::string, std::optional<Decimal>> totals; ///< by currency, as in CostTotals
    std::optional<Decimal> total; ///< of the one currency; 0 in a bill without rows
    std::string totalReason; ///< why there is none
    std::uint64_t rows = 0;
    std::uint64_t unknownRows = 0; ///< rows without a value in this basis
    bool hasBasis = true;
    std::string note; ///< why there is no such basis, or what it rests on
    Reconciliation reconciliation;
    std::size_t limit = 0;
    bool isPartial = false;
};
[[nodiscard]] std::string costJson(const CostReport& report, const ReportSources& sources);
[[nodiscard]] std::string costCsv(const CostReport& report);
/// Adds the reconciliation of another bill.
[[nodiscard]] Reconciliation merged(Reconciliation a, const Reconciliation& b);

/// Advice for one workload with what it is worth. Units: currency per month.
struct RightsizeRow {
    SizingAdvice advice;
    std::string service;
    std::optional<Decimal> savingsPerMonth;
    std::string currency;
    std::string savingsReason; ///< why there is no figure
    std::optional<SavingKind> kind; ///< absent: nothing that can be recovered
};
struct RightsizeReport {
    SizingOptions options;
    double hoursPerMonth = 730;
    std::vector<RightsizeRow> rows; ///< filtered, most savings first
    std::size_t limit = 0;
    bool isPartial = false;
};
[[nodiscard]] std::string rightsizeJson(const RightsizeReport& report, const ReportSources& sources);
[[nodiscard]] std::string rightsizeCsv(const RightsizeReport& report);

/// One series that was searched, and its events.
struct AnomalySeries {
    std::string name;
    std::string currency; ///< of a bill; empty = no money
    std::size_t points = 0;
    std::optional<TimeRange> range;
    std::vector<AnomalyEvent> events;
};
struct AnomalyReport {
    std::vector<AnomalySeries> series;
    bool isPartial = false;
};
[[nodiscard]] std::string anomaliesJson(const AnomalyReport& report, const ReportSources& sources);
[[nodiscard]] std::string anomaliesCsv(const AnomalyReport& report);

} // namespace heaptoll
