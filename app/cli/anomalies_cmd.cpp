// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cost_rows.h"
#include "app/cli/heap_query.h"
#include "core/analysis/bill_span.h"
#include "core/analysis/charge_days.h"
#include "core/base/text_format.h"
#include "core/export/money_json.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace heaptoll::cli {
namespace {

/// Daily money of one series of a bill.
struct DailySeries {
    std::string name;
    std::string currency;
    std::map<std::int64_t, Decimal> byDay;
};

using SeriesKey = std::pair<std::string, std::string>; // name, currency

/// What is due by schedule is no anomaly on the day it is due; what covers several days is spread over them.
void addGroup(std::map<SeriesKey, DailySeries>& all, const CostGroup& group)
{
    const std::size_t slash = group.keys[1].find('/');
    const std::optional<Instant> start = parseInstant(group.keys[1].substr(0, slash));
    const std::optional<Instant> end = parseInstant(group.keys[1].substr(slash + 1));
    if (!start || !end || group.unknownRows == group.rows) {
        return; // unknown money is no zero
    }
    DailySeries& series = all[{ group.keys[0], group.currency }];
    series.name = group.keys[0].empty() ? "(none)" : group.keys[0];
    series.currency = group.currency;
    for (const DayShare& share : sharesByDay(*start, *end, group.cost)) {
        series.byDay[share.day] += share.cost;
    }
}

Result<std::map<SeriesKey, DailySeries>> dailySeries(
    const Context& context, const CostRows& rows, const Filter& filter, CostBasis basis, const CostDimension& dimension)
{
    std::map<SeriesKey, DailySeries> all;
    for (std::size_t bill = 0; bill < rows.bills().size(); ++bill) {
        const CostTable& table = *rows.bills()[bill]->costs();
        const auto isWanted = rows.keep(bill, filter, basis);
        DailyUse dailyUse(table);
        const auto keep = [&](std::size_t row) { return dailyUse.contains(row) && (!isWanted || isWanted(row)); };
        HEAPTOLL_TRY_ASSIGN(const CostQueryResult result,
            queryCosts(table, basis, { dimension, { "period" } }, rows.workloadOf(bill), keep, context.task));
        if (!result.hasBasis) {
            return usageError("basis " + std::string(name(basis)) + " is unknown: " + result.note);
        }
        for (const CostGroup& group : result.groups) {
            addGroup(all, group);
        }
    }
    return all;
}

/// The days that the bills speak for, whatever a filter leaves of their rows.
BillSpan spanOf(const CostRows& rows, const TaskContext& task)
{
    std::vector<std::shared_ptr<const CostTable>> bills;
    for (const DocumentPtr& bill : rows.bills()) {
        bills.push_back(bill->costs());
    }
    return billSpan(bills, task);
}

/// A day that the bill speaks for and that has no row cost nothing: that is what a bill says by silence.
AnomalySeries searchDaily(
    const DailySeries& daily, const BillSpan& bill, const AnomalyOptions& options, const TaskContext& task)
{
    AnomalySeries searched { daily.name, daily.currency, 0, {}, {} };
    for (const auto& [first, last] : searchedRuns(bill, { daily.byDay.begin()->first, daily.byDay.rbegin()->first })) {
        std::vector<Instant> times;
        std::vector<double> values;
        for (std::int64_t day = first; day <= last; ++day) {
            const auto it = daily.byDay.find(day);
            times.push_back(startOfDay(day));
            values.push_back(it == daily.byDay.end() ? 0.0 : it->second.toDouble());
        }
        searched.points += times.size();
        searched.range =
            TimeRange { searched.range ? searched.range->start : times.front(), times.back() + Span::days(1) };
        std::ranges::move(detectAnomalies(times, values, options, task), std::back_inserter(searched.events));
    }
    return searched;
}

std::string seriesName(const UsageSeries& series)
{
    std::string text = series.metricName;
    std::string labels;
    for (const auto& [key, value] : series.labels) {
        if (key != "__name__") {
            labels += (labels.empty() ? "" : ",") + key + '=' + value;
        }
    }
    return labels.empty() ? text : text + '{' + labels + '}';
}

void searchUsage(
    const Inputs& inputs, const AnomalyOptions& options, const TaskContext& task, std::vector<AnomalySeries>& found)
{
    for (const DocumentPtr& document : inputs.ofKind(DocumentKind::Usage)) {
        for (const UsageSeries& series : document->usage()->series) {
            // Counters and settings step by nature; only what is measured can be out of the ordinary.
            const bool isMeasured =
                series.metric == UsageMetric::MemoryWorkingSet || series.metric == UsageMetric::Other;
            if (series.times.empty() || !isMeasured || task.cancelled()) {
                continue;
            }
            found.push_back(
                { seriesName(series), {}, series.times.size(), TimeRange { series.times.front(), series.times.back() },
                    detectAnomalies(series.times, series.values, options, task) });
        }
    }
}

std::string amountText(const AnomalySeries& series, double value)
{
    return series.currency.empty() ? Decimal::fromDouble(value).toFixed(3)
                                   : formatMoney(Decimal::fromDouble(value), series.currency);
}

std::string anomalyTable(const AnomalyReport& report, const TextStyle& style)
{
    TextTable table({ { "SERIES", Align::Left, true }, { "KIND", Align::Left, false }, { "FROM", Align::Left, false },
        { "TO", Align::Left, false }, { "ACTUAL", Align::Right, false }, { "EXPECTED", Align::Right, false },
        { "IMPACT", Align::Right, false }, { "SCORE", Align::Right, false } });
    for (const AnomalySeries& series : report.series) {
        for (const AnomalyEvent& event : series.events) {
            table.addRow({ series.name, name(event.kind), formatInstant(event.range.start),
                formatInstant(event.range.end), amountText(series, event.actual), amountText(series, event.expected),
                amountText(series, event.impact), Decimal::fromDouble(event.score).toFixed(1) });
        }
    }
    const std::string summary = formatCount(static_cast<double>(table.rowCount())) + " events in "
        + formatCount(static_cast<double>(report.series.size())) + " series" + (report.isPartial ? " (partial)" : "");
    return table.rowCount() == 0 ? summary + '\n' : table.render(style) + '\n' + summary + '\n';
}

} // namespace

Result<CommandOutput> runAnomalies(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, costFields()));
    HEAPTOLL_TRY_ASSIGN(
        const CostDimension dimension, parseCostDimension(context.arguments.value("by").value_or("service")));
    HEAPTOLL_TRY_ASSIGN(const AnalysisOptions options, analysisOptions(context));
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    AnomalyReport report;
    if (!inputs.ofKind(DocumentKind::Cost).empty()) {
        const bool needsWorkload = dimension.key == "workload" || filter.uses("workload");
        HEAPTOLL_TRY_ASSIGN(const CostRows rows, CostRows::create(context, inputs, options, needsWorkload));
        HEAPTOLL_TRY_ASSIGN(const auto all, dailySeries(context, rows, filter, options.basis, dimension));
        const BillSpan bill = spanOf(rows, context.task);
        for (const auto& [key, series] : all) {
            report.series.push_back(searchDaily(series, bill, options.anomaly, context.task));
        }
    }
    searchUsage(inputs, options.anomaly, context.task, report.series);
    if (report.series.empty()) {
        if (inputs.ofKind(DocumentKind::Cost).empty() && inputs.ofKind(DocumentKind::Usage).empty()) {
            return Error { ErrorCode::NotRecognized, "there is neither a bill nor a series among the inputs", {},
                "heaptoll inspect FILE tells what a file is" };
        }
        context.note("nothing to search: the inputs have no rows or measured series left");
    }
    report.isPartial = isPartial(inputs.sources);
    CommandOutput output;
    output.exitCode = inputs.exitCode(context);
    output.render = [report, sources = inputs.sources](OutputFormat format, const TextStyle& style) {
        if (format == OutputFormat::Json) {
            return anomaliesJson(report, sources);
        }
        return format == OutputFormat::Csv ? anomaliesCsv(report) : anomalyTable(report, style);
    };
    return output;
}

} // namespace heaptoll::cli
