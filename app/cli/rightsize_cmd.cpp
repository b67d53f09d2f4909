// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_setup.h"
#include "app/cli/heap_query.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"
#include "core/export/money_json.h"

#include <algorithm>
#include <array>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 7> kFields { "namespace", "workload", "container", "service", "request",
    "recommended", "savings" };

FieldValue numberField(const std::optional<double>& value)
{
    return value ? FieldValue { *value } : FieldValue {};
}

FieldValue fieldOf(const RightsizeRow& row, std::string_view field)
{
    if (field == "namespace") {
        return row.advice.ns;
    }
    if (field == "workload") {
        return row.advice.workload;
    }
    if (field == "container") {
        return row.advice.container;
    }
    if (field == "service") {
        return row.service;
    }
    if (field == "request") {
        return numberField(row.advice.requestBytes);
    }
    return field == "recommended" ? numberField(row.advice.recommendedRequestBytes)
        : row.savingsPerMonth     ? FieldValue { row.savingsPerMonth->toDouble() }
                                  : FieldValue {};
}

std::vector<RightsizeRow> collect(const WorkspaceAnalysis& analysis, const Filter& filter)
{
    std::vector<RightsizeRow> rows;
    for (const ServiceView& service : analysis.services) {
        for (const SizingAdvice& advice : service.sizing) {
            RightsizeRow row;
            row.advice = advice;
            row.service = service.name;
            row.savingsReason = advice.savingReason;
            if (advice.saving) {
                row.savingsPerMonth = advice.saving->amount;
                row.currency = advice.saving->currency;
                row.kind = advice.saving->kind;
            }
            const bool isKept =
                filter.isEmpty() || filter.matches([&row](std::string_view field) { return fieldOf(row, field); });
            if (isKept) {
                rows.push_back(std::move(row));
            }
        }
    }
    const auto groupOf = [&analysis](const RightsizeRow& row) { // amounts of two currencies have no order
        return row.savingsPerMonth ? analysis.totals.rankOf(row.currency) : analysis.totals.byCurrency.size();
    };
    std::ranges::stable_sort(rows, [&groupOf](const RightsizeRow& a, const RightsizeRow& b) {
        if (groupOf(a) != groupOf(b)) {
            return groupOf(a) < groupOf(b);
        }
        const auto identity = [](const RightsizeRow& row) {
            return std::tie(row.advice.cluster, row.advice.ns, row.advice.workload, row.advice.container);
        };
        return a.savingsPerMonth != b.savingsPerMonth ? a.savingsPerMonth > b.savingsPerMonth
                                                      : identity(a) < identity(b);
    });
    return rows;
}

std::string bytesText(const std::optional<double>& bytes)
{
    return bytes ? formatBytes(*bytes) : std::string(kUnknown);
}

std::string savingsText(const RightsizeRow& row)
{
    return row.savingsPerMonth ? formatMoneyPerMonth(*row.savingsPerMonth, row.currency) : std::string(kUnknown);
}

std::string rightsizeTable(const RightsizeReport& report, const TextStyle& style)
{
    std::string out = "policy " + std::string(name(report.options.policy));
    if (report.options.headroom) {
        out += ", headroom " + formatPercent(*report.options.headroom);
    }
    out += std::string(report.isPartial ? " (partial)" : "") + "\n\n";
    if (report.rows.empty()) {
        return out + "no workloads\n";
    }
    TextTable table({ { "WORKLOAD", Align::Left, true }, { "REPLICAS", Align::Right, false },
        { "REQUEST", Align::Right, false }, { "P50", Align::Right, false }, { "P95", Align::Right, false },
        { "P99", Align::Right, false }, { "MAX", Align::Right, false }, { "NEW REQUEST", Align::Right, false },
        { "NEW LIMIT", Align::Right, false }, { "SAVES", Align::Right, false }, { "HOW", Align::Left, true } });
    for (std::size_t i = 0; i < shownRows(report.rows.size(), report.limit); ++i) {
        const RightsizeRow& row = report.rows[i];
        const SizingAdvice& advice = row.advice;
        const auto used = [&advice](double bytes) {
            return advice.usage.samples > 0 ? formatBytes(bytes) : std::string(kUnknown);
        };
        table.addRow({ (advice.cluster.empty() ? "" : advice.cluster + '/') + advice.ns + '/' + advice.workload + '/'
                + advice.container,
            Decimal::fromDouble(advice.replicas).toFixed(advice.replicas < 1 ? 2 : 1), bytesText(advice.requestBytes),
            used(advice.usage.p50), used(advice.usage.p95), used(advice.usage.p99), used(advice.usage.max),
            bytesText(advice.recommendedRequestBytes), bytesText(advice.recommendedLimitBytes), savingsText(row),
            advice.formula });
    }
    return out + table.render(style) + moreRows(report.rows.size(), report.limit);
}

} // namespace

Result<CommandOutput> runRightsize(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, kFields));
    HEAPTOLL_TRY_ASSIGN(const std::size_t tableLimit, rowLimit(context, true));
    HEAPTOLL_TRY_ASSIGN(const std::size_t limit, rowLimit(context, false));
    HEAPTOLL_TRY_ASSIGN(const AnalysisOptions options, analysisOptions(context));
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    if (inputs.ofKind(DocumentKind::Usage).empty()) {
        return Error { ErrorCode::NotRecognized, "there are no usage metrics among the inputs", {},
            "e.g. a Prometheus query_range answer for container_memory_working_set_bytes" };
    }
    HEAPTOLL_TRY_ASSIGN(const auto analysis, analyzeInputs(context, inputs, options));
    RightsizeReport report { options.sizing, options.hoursPerMonth, collect(*analysis, filter), limit,
        isPartial(inputs.sources) };
    if (report.rows.empty() && filter.isEmpty()) {
        context.note("nothing to size: no series of container_memory_working_set_bytes with a pod and a container");
    }
    CommandOutput output;
    output.exitCode = inputs.exitCode(context);
    output.render = [report, tableLimit, sources = inputs.sources](OutputFormat format, const TextStyle& style) {
        if (format == OutputFormat::Json) {
            return rightsizeJson(report, sources);
        }
        if (format == OutputFormat::Csv) {
            return rightsizeCsv(report);
        }
        RightsizeReport shown = report;
        shown.limit = tableLimit;
        return rightsizeTable(shown, style);
    };
    return output;
}

} // namespace heaptoll::cli
