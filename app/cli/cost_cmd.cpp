// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cost_rows.h"
#include "app/cli/heap_query.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"
#include "core/export/money_json.h"
#include "core/import/overlapping_bills.h"

#include <algorithm>
#include <array>
#include <map>

namespace heaptoll::cli {
namespace {

Result<std::vector<CostDimension>> dimensionsOf(const Arguments& arguments)
{
    static constexpr std::array<std::string_view, 4> kGrains { "hour", "day", "week", "month" };
    std::vector<CostDimension> all;
    for (const std::string& list : arguments.values("by")) {
        std::size_t at = 0;
        while (at <= list.size()) {
            const std::size_t comma = std::min(list.find(',', at), list.size());
            HEAPTOLL_TRY_ASSIGN(CostDimension dimension, parseCostDimension(list.substr(at, comma - at)));
            all.push_back(std::move(dimension));
            at = comma + 1;
        }
    }
    if (const auto grain = arguments.value("grain")) {
        if (std::ranges::find(kGrains, *grain) == kGrains.end()) {
            return unknownWord("grain", *grain, kGrains);
        }
        all.push_back({ *grain });
    }
    return all;
}

/// Groups of several bills under the same keys become one.
class GroupMerger {
public:
    Result<void> add(const CostQueryResult& result)
    {
        for (const CostGroup& group : result.groups) {
            auto [it, isNew] = m_groups.try_emplace({ group.keys, group.currency }, group);
            if (isNew) {
                continue;
            }
            HEAPTOLL_TRY_ASSIGN(it->second.cost, sum(it->second.cost, group.cost));
            it->second.rows += group.rows;
            it->second.unknownRows += group.unknownRows;
        }
        for (const auto& [currency, total] : result.totals.byCurrency) {
            std::optional<Decimal>& whole = m_totals[currency];
            if (total) {
                HEAPTOLL_TRY_ASSIGN(whole, sum(whole.value_or(Decimal {}), *total));
            }
        }
        return {};
    }
    [[nodiscard]] std::vector<CostGroup> groups() const
    {
        std::vector<CostGroup> all;
        for (const auto& [key, group] : m_groups) {
            all.push_back(group);
        }
        rankByCost(all);
        return all;
    }
    [[nodiscard]] const std::map<std::string, std::optional<Decimal>>& totals() const { return m_totals; }

private:
    static Result<Decimal> sum(Decimal a, Decimal b)
    {
        const std::optional<Decimal> total = Decimal::add(a, b);
        return total
            ? Result<Decimal>(*total)
            : Result<Decimal>(Error { ErrorCode::LimitExceeded, "the sum of the bills is out of range", {}, {} });
    }
    std::map<std::pair<std::vector<std::string>, std::string>, CostGroup> m_groups;
    std::map<std::string, std::optional<Decimal>> m_totals;
};

/// A rule that takes rows as 0 is named after the basis it is for; under another one these rows count in full.
void dropRulesOfOtherBases(Reconciliation& check, CostBasis basis)
{
    std::erase_if(check.excluded, [basis](const sdk::CostExclusion& excluded) {
        return excluded.rowsKept && !excluded.rule.starts_with(std::string(name(basis)) + ':');
    });
}

/// The one sum of all rows, or why there is none.
void conclude(CostReport& report, const Filter& filter)
{
    const std::string basis(name(report.basis));
    if (!report.hasBasis) {
        report.totalReason = report.note;
    } else if (report.totals.size() > 1) {
        report.totalReason = "several currencies are never added";
    } else if (report.totals.size() == 1) {
        report.total = report.totals.begin()->second;
        report.totalReason = report.total ? "" : "no row has a " + basis + " cost that could be read";
    } else if (!filter.isEmpty() && report.reconciliation.rowsKept > 0) {
        report.totalReason = "no row fits --where";
    } else if (report.reconciliation.rowsRead > 0) {
        report.totalReason = "no row could be kept";
    } else {
        report.total = Decimal {}; // a bill without rows is one of nothing
    }
}

Result<CostReport> query(const Context& context, const CostRows& rows, const Filter& filter, CostBasis basis,
    const std::vector<CostDimension>& by)
{
    CostReport report;
    report.basis = basis;
    for (const CostDimension& dimension : by) {
        report.dimensions.push_back(dimension.key);
    }
    GroupMerger merger;
    for (std::size_t bill = 0; bill < rows.bills().size(); ++bill) {
        const CostTable& table = *rows.bills()[bill]->costs();
        HEAPTOLL_TRY_ASSIGN(const CostQueryResult result,
            queryCosts(table, basis, by, rows.workloadOf(bill), rows.keep(bill, filter, basis), context.task));
        HEAPTOLL_TRY(merger.add(result));
        report.rows += result.totals.rows;
        report.hasBasis = report.hasBasis && result.hasBasis;
        if (!result.note.empty() && report.note.find(result.note) == std::string::npos) {
            report.note += (report.note.empty() ? "" : "; ") + result.note;
        }
        Reconciliation check = reconcile(table);
        dropRulesOfOtherBases(check, basis);
        check.reconciles = check.reconciles && !isCountedTwice(*rows.bills()[bill]);
        report.reconciliation = bill == 0 ? check : merged(report.reconciliation, check);
    }
    report.groups = merger.groups();
    report.totals = merger.totals();
    for (const CostGroup& group : report.groups) {
        report.unknownRows += group.unknownRows;
    }
    conclude(report, filter);
    return report;
}

/// Rows that are in no sum are said beside it. Empty where there are none.
std::string unknownText(const CostReport& report)
{
    if (report.unknownRows == 0 || !report.hasBasis) {
        return {};
    }
    return formatCount(static_cast<double>(report.unknownRows)) + " of them have no " + std::string(name(report.basis))
        + " cost: it is unknown, and in no sum\n";
}

std::string totalsText(const CostReport& report)
{
    std::string text = std::string(name(report.basis)) + ' ';
    if (!report.hasBasis) {
        return text + std::string(kUnknown) + ": " + printable(report.note);
    }
    for (const auto& [currency, total] : report.totals) {
        text += (&currency == &report.totals.begin()->first ? "" : " and ")
            + (total ? formatMoney(*total, currency) : std::string(kUnknown))
            + (currency.empty() ? " (currency unknown)" : "");
    }
    if (report.totals.empty()) {
        text += report.total ? "0" : std::string(kUnknown);
    }
    text += " over " + formatCount(static_cast<double>(report.rows)) + " rows";
    text += report.total ? "" : "; " + report.totalReason;
    return text + (report.isPartial ? " (partial)" : "") + '\n' + unknownText(report);
}

std::string reconciliationText(const Reconciliation& check)
{
    const auto count = [](std::uint64_t rows) { return formatCount(static_cast<double>(rows)); };
    std::string text = count(check.rowsRead) + " rows read, " + count(check.rowsKept) + " kept";
    for (const sdk::CostExclusion& excluded : check.excluded) {
        text += ", " + count(excluded.rows) + (excluded.rowsKept ? " of them count as 0 (" : " left out (")
            + printable(excluded.rule) + ')';
    }
    if (check.duplicatesDropped > 0) {
        text += ", " + count(check.duplicatesDropped) + " duplicates dropped";
    }
    return text + (check.reconciles ? "; reconciles\n" : "; does not reconcile\n");
}

std::string upperCase(std::string text)
{
    for (char& c : text) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

std::string costTable(const CostReport& report, const TextStyle& style)
{
    std::string out = totalsText(report);
    if (!report.dimensions.empty()) {
        std::vector<TextTable::Column> columns { { "COST", Align::Right, false }, { "SHARE", Align::Right, false },
            { "ROWS", Align::Right, false } };
        for (const std::string& dimension : report.dimensions) {
            columns.push_back({ upperCase(dimension), Align::Left, true });
        }
        TextTable table(std::move(columns));
        for (std::size_t i = 0; i < shownRows(report.groups.size(), report.limit); ++i) {
            const CostGroup& group = report.groups[i];
            const bool isKnown = report.hasBasis && group.unknownRows < group.rows;
            const auto whole = report.totals.find(group.currency);
            const bool hasShare = isKnown && whole != report.totals.end() && whole->second && !whole->second->isZero();
            std::vector<TextTable::Cell> cells { isKnown ? formatMoney(group.cost, group.currency)
                                                         : std::string(kUnknown),
                hasShare ? formatPercent(group.cost.toDouble() / whole->second->toDouble()) : std::string(kUnknown),
                formatCount(static_cast<double>(group.rows)) };
            for (const std::string& key : group.keys) {
                cells.emplace_back(key.empty() ? kUnknown : std::string_view(key));
            }
            table.addRow(std::move(cells));
        }
        out += '\n' + table.render(style) + moreRows(report.groups.size(), report.limit);
    }
    return out + '\n' + reconciliationText(report.reconciliation);
}

} // namespace

Result<CommandOutput> runCost(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const std::vector<CostDimension> by, dimensionsOf(context.arguments));
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, costFields()));
    HEAPTOLL_TRY_ASSIGN(const CostBasis basis, costBasis(context, CostBasis::Billed));
    HEAPTOLL_TRY_ASSIGN(const AnalysisOptions options, analysisOptions(context));
    HEAPTOLL_TRY_ASSIGN(const std::size_t tableLimit, rowLimit(context, true));
    HEAPTOLL_TRY_ASSIGN(const std::size_t limit, rowLimit(context, false));
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    const bool needsWorkload =
        filter.uses("workload") || std::ranges::find(by, "workload", &CostDimension::key) != by.end();
    HEAPTOLL_TRY_ASSIGN(const CostRows rows, CostRows::create(context, inputs, options, needsWorkload));
    HEAPTOLL_TRY_ASSIGN(CostReport report, query(context, rows, filter, basis, by));
    report.limit = limit;
    report.isPartial = isPartial(inputs.sources) || (report.hasBasis && report.unknownRows > 0);
    if (!report.hasBasis) {
        context.warning("basis " + std::string(name(basis)) + " is unknown: " + report.note);
    }
    CommandOutput output;
    output.exitCode = inputs.exitCode(context);
    output.render = [report, tableLimit, sources = inputs.sources](OutputFormat format, const TextStyle& style) {
        if (format == OutputFormat::Json) {
            return costJson(report, sources);
        }
        if (format == OutputFormat::Csv) {
            return costCsv(report);
        }
        CostReport shown = report;
        shown.limit = tableLimit;
        return costTable(shown, style);
    };
    return output;
}

} // namespace heaptoll::cli
