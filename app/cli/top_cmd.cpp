// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/heap_query.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"

#include <array>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 8> kFields { "name", "function", "file", "module", "line", "self", "total",
    "inlined" };

FieldValue fieldOf(const TopRow& row, std::string_view field)
{
    if (field == "name") {
        return row.name;
    }
    if (field == "self" || field == "total") {
        return static_cast<double>(field == "self" ? row.self : row.total);
    }
    if (field == "inlined") {
        return std::string(row.isInlined ? "true" : "false");
    }
    return siteField(row.site, field);
}

std::string topTableText(const TopReport& report, const Document& document, const TextStyle& style)
{
    const TopTable& table = report.table;
    std::string out = emphasised(printable(document.path), Emphasis::Strong, style) + ": "
        + printable(metricName(table.type)) + ' '
        + (table.total ? valueText(table.type, *table.total) : std::string(kUnknown)) + " in all"
        + (report.isPartial ? emphasised(" (partial)", Emphasis::Warn, style) : "") + "\n\n";
    const bool hasPlace = report.by == GroupBy::Function;
    std::vector<TextTable::Column> columns { { "SELF", Align::Right, false }, { "SELF%", Align::Right, false },
        { "TOTAL", Align::Right, false }, { "TOTAL%", Align::Right, false }, { "NAME", Align::Left, true } };
    if (hasPlace) {
        columns.push_back({ "WHERE", Align::Left, true });
    }
    TextTable text(std::move(columns));
    for (std::size_t i = 0; i < shownRows(table.rows.size(), report.limit); ++i) {
        const TopRow& row = table.rows[i];
        std::vector<TextTable::Cell> cells { valueText(table.type, row.self), shareText(row.self, table.total),
            valueText(table.type, row.total), shareText(row.total, table.total),
            row.name + (row.isInlined ? " (inl)" : "") };
        if (hasPlace) {
            cells.emplace_back(placeOf(row.site));
        }
        text.addRow(std::move(cells));
    }
    return out + text.render(style) + moreRows(table.rows.size(), report.limit);
}

} // namespace

Result<CommandOutput> runTop(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const GroupBy by, groupBy(context));
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, kFields));
    HEAPTOLL_TRY_ASSIGN(const std::size_t tableLimit, rowLimit(context, true));
    HEAPTOLL_TRY_ASSIGN(const std::size_t limit, rowLimit(context, false));
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    HEAPTOLL_TRY_ASSIGN(const DocumentPtr document, lastProfile(context, inputs));
    const std::shared_ptr<const Profile> profile = document->profile();
    HEAPTOLL_TRY_ASSIGN(const std::size_t value, chooseMetric(context, *profile));
    const RuntimeFrames runtime = context.arguments.has("fold-runtime") ? RuntimeFrames::Fold : RuntimeFrames::Keep;
    TopReport report { topTable(*profile, value, by, runtime, context.task), by, limit, isPartial(*document) };
    if (!filter.isEmpty()) {
        std::erase_if(report.table.rows, [&filter](const TopRow& row) {
            return !filter.matches([&row](std::string_view field) { return fieldOf(row, field); });
        });
    }
    CommandOutput output;
    output.exitCode = inputs.exitCode(context);
    output.render = [report, document, tableLimit, sources = inputs.sources](
                        OutputFormat format, const TextStyle& style) {
        ReportSources used = sources;
        used.documents = { document };
        if (format == OutputFormat::Json) {
            return topJson(report, used);
        }
        if (format == OutputFormat::Csv) {
            return topCsv(report);
        }
        TopReport shown = report;
        shown.limit = tableLimit;
        return topTableText(shown, *document, style);
    };
    return output;
}

} // namespace heaptoll::cli
