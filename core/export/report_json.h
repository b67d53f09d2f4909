// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/gate_rule.h"
#include "core/analysis/workspace_analysis.h"
#include "core/export/json_common.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// A rule with its outcome and what a violation of it means.
struct RuleOutcome {
    enum class State : std::uint8_t { Ok, Warn, Fail };
    GateRule rule;
    GateResult result;
    State state = State::Ok;
};
[[nodiscard]] std::string_view name(RuleOutcome::State state); ///< "ok", "warn", "fail"

/// Everything the exports of an analysis need. Findings are pointers into the analysis, which must outlive the report.
struct AnalysisReport {
    const WorkspaceAnalysis* analysis = nullptr; ///< never null
    std::vector<const Finding*> findings; ///< to show, in rank order: filtered, without weak ones
    std::vector<const Finding*> weak; ///< below the floors, or undecided: listed apart
    std::size_t filteredFindings = 0; ///< left out by a filter
    std::vector<RuleOutcome> rules;
    std::optional<std::set<std::string>> baseline; ///< fingerprints of an earlier run
    std::vector<std::string> notes; ///< on the inputs as a whole; shown behind those of the analysis
    bool isPartial = false;
};

/// heaptoll.analyze/1.
[[nodiscard]] std::string analyzeJson(const AnalysisReport& report, const ReportSources& sources);
/// One row per finding, exact numbers.
[[nodiscard]] std::string analyzeCsv(const AnalysisReport& report);
/// A comment for a pull request: summary, table, collapsible evidence.
[[nodiscard]] std::string analyzeMarkdown(const AnalysisReport& report, const ReportSources& sources);
/// SARIF 2.1.0: location is the blamed line, partialFingerprints are stable across runs, money is in properties.
/// Source: OASIS Static Analysis Results Interchange Format 2.1.0.
[[nodiscard]] std::string analyzeSarif(const AnalysisReport& report, const ReportSources& sources);

// Sentences of the summary, the same in every text form.

/// "7 findings; recoverable $900/mo (now 101, capacity 393, growth 406) of $2,846/mo memory spend".
[[nodiscard]] std::string totalsLine(const AnalysisReport& report);
/// "86 % of the bill assigned (80 % by tag or rule, 6.0 % by name), 14 % unassigned"; empty without a bill.
[[nodiscard]] std::string coverageLine(const AnalysisReport& report);
/// One line per bill: rows read, kept, left out and why; empty without a bill.
[[nodiscard]] std::vector<std::string> reconciliationLines(const AnalysisReport& report);
/// "$399 ($340–$455)"; the unknown sign without a price.
[[nodiscard]] std::string costWithRange(const Finding& finding);
/// "$399 ($340–$455)/mo, avoids growth"; the finding has money.
[[nodiscard]] std::string costPerMonthWithKind(const Finding& finding);
/// "leaky.cpp:14 openSession < handleRequest < eventLoop": the blame frame and its callers. frames 0 = all.
[[nodiscard]] std::string blameLine(const Finding& finding, std::size_t callers);

} // namespace heaptoll
