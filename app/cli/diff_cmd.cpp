// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/heap_query.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"

#include <array>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 9> kFields { "name", "function", "file", "module", "line", "before", "after",
    "delta", "class" };

FieldValue fieldOf(const DiffRow& row, std::string_view field)
{
    if (field == "name") {
        return row.name;
    }
    if (field == "class") {
        return std::string(name(row.diffClass));
    }
    if (field == "before") {
        return static_cast<double>(row.before);
    }
    if (field == "after") {
        return static_cast<double>(row.after);
    }
    return field == "delta" ? FieldValue { static_cast<double>(row.delta) } : siteField(row.site, field);
}

/// One side of the comparison: what was read for it, and its last profile.
struct Side {
    Inputs inputs;
    DocumentPtr document;
    TopTable table;
};

Result<Side> loadSide(Context& context, const std::string& path, GroupBy by)
{
    Side side;
    HEAPTOLL_TRY_ASSIGN(side.inputs, loadInputs(context, { path }));
    HEAPTOLL_TRY_ASSIGN(side.document, lastProfile(context, side.inputs));
    const std::shared_ptr<const Profile> profile = side.document->profile();
    HEAPTOLL_TRY_ASSIGN(const std::size_t value, chooseMetric(context, *profile));
    const RuntimeFrames runtime = context.arguments.has("fold-runtime") ? RuntimeFrames::Fold : RuntimeFrames::Keep;
    side.table = topTable(*profile, value, by, runtime, context.task);
    return side;
}

std::string signedText(const ValueType& type, std::int64_t value)
{
    return (value > 0 ? "+" : "") + valueText(type, value);
}

std::string diffTable(const DiffReport& report, const TextStyle& style)
{
    const auto whole = [&report](std::optional<std::int64_t> total) {
        return total ? valueText(report.type, *total) : std::string(kUnknown);
    };
    std::string out = printable(metricName(report.type)) + ": " + whole(report.totalBefore) + " before, "
        + whole(report.totalAfter) + " after" + (report.isPartial ? " (partial)" : "") + "\n\n";
    TextTable table({ { "DELTA", Align::Right, false }, { "BEFORE", Align::Right, false },
        { "AFTER", Align::Right, false }, { "CLASS", Align::Left, false }, { "NAME", Align::Left, true } });
    for (std::size_t i = 0; i < shownRows(report.rows.size(), report.limit); ++i) {
        const DiffRow& row = report.rows[i];
        const Emphasis look = row.delta > 0 ? Emphasis::Bad : row.delta < 0 ? Emphasis::Good : Emphasis::None;
        table.addRow({ { signedText(report.type, row.delta), look }, valueText(report.type, row.before),
            valueText(report.type, row.after), name(row.diffClass), row.name });
    }
    return out + table.render(style) + moreRows(report.rows.size(), report.limit);
}

} // namespace

Result<CommandOutput> runDiff(Context& context)
{
    if (context.arguments.positional().size() != 2) {
        return usageError("diff compares two profiles: heaptoll diff BEFORE AFTER");
    }
    HEAPTOLL_TRY_ASSIGN(const GroupBy by, groupBy(context));
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, kFields));
    HEAPTOLL_TRY_ASSIGN(const std::size_t tableLimit, rowLimit(context, true));
    HEAPTOLL_TRY_ASSIGN(const std::size_t limit, rowLimit(context, false));
    HEAPTOLL_TRY_ASSIGN(const Side before, loadSide(context, context.arguments.positional()[0], by));
    HEAPTOLL_TRY_ASSIGN(const Side after, loadSide(context, context.arguments.positional()[1], by));
    if (metricName(before.table.type) != metricName(after.table.type)) {
        return usageError("the profiles have different default metrics: " + metricName(before.table.type) + " and "
                + metricName(after.table.type),
            "choose one with --metric");
    }
    DiffReport report { diffTables(before.table, after.table), after.table.type, by, before.table.total,
        after.table.total, limit, isPartial(*before.document) || isPartial(*after.document) };
    if (!filter.isEmpty()) {
        std::erase_if(report.rows, [&filter](const DiffRow& row) {
            return !filter.matches([&row](std::string_view field) { return fieldOf(row, field); });
        });
    }
    ReportSources sources;
    sources.documents = { before.document, after.document };
    CommandOutput output;
    output.exitCode = after.inputs.exitCode(context, before.inputs.exitCode(context));
    output.render = [report, sources, tableLimit](OutputFormat format, const TextStyle& style) {
        if (format == OutputFormat::Json) {
            return diffJson(report, sources);
        }
        if (format == OutputFormat::Csv) {
            return diffCsv(report);
        }
        DiffReport shown = report;
        shown.limit = tableLimit;
        return diffTable(shown, style);
    };
    return output;
}

} // namespace heaptoll::cli
