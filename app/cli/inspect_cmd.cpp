// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/load_inputs.h"
#include "core/analysis/cost_query.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"

namespace heaptoll::cli {
namespace {

std::string valueText(const ValueType& type, std::optional<std::int64_t> value)
{
    if (!value) {
        return std::string(kUnknown);
    }
    const auto number = static_cast<double>(*value);
    return isBytes(type) ? formatBytes(number) : formatCount(number);
}

std::string profileSummary(const Profile& profile)
{
    std::string text;
    for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
        const ValueType& type = profile.valueTypes[i];
        text += (i == 0 ? "" : ", ") + type.type + ' ' + valueText(type, profile.total(i));
    }
    if (profile.suppressedBytes) {
        text += ", suppressed " + formatBytes(static_cast<double>(*profile.suppressedBytes));
    }
    text += "; " + formatCount(static_cast<double>(profile.samples.size())) + " samples";
    if (profile.duration.ns > 0) {
        text += " over " + formatSpan(profile.duration);
    }
    return text + (profile.time ? ", taken " + formatInstant(*profile.time) + " UTC" : "");
}

std::string rangeText(const Document& document)
{
    const std::optional<TimeRange> range = document.timeRange();
    return range ? ", " + formatInstant(range->start) + " to " + formatInstant(range->end) + " UTC" : std::string();
}

std::string costSummary(const Document& document)
{
    const CostTable& table = *document.costs();
    std::string text = formatCount(static_cast<double>(table.rowCount)) + " rows";
    const Result<CostQueryResult> sums = queryCosts(table, CostBasis::Billed, {}, {}, {}, {});
    if (sums.ok()) {
        for (const auto& [currency, total] : sums.value().totals.byCurrency) {
            text += ", billed " + (total ? formatMoney(*total, currency) : std::string(kUnknown));
        }
        text += table.rowCount == 0 ? ", billed 0" : "";
    }
    return text + rangeText(document) + (reconcile(table).reconciles ? "; reconciles" : "; does not reconcile");
}

std::string summaryOf(const Document& document)
{
    switch (document.kind()) {
    case DocumentKind::HeapProfile: return profileSummary(*document.profile());
    case DocumentKind::Cost: return costSummary(document);
    case DocumentKind::Usage: break;
    }
    return formatCount(static_cast<double>(document.usage()->series.size())) + " series, "
        + formatCount(static_cast<double>(document.usage()->pointCount())) + " points" + rangeText(document);
}

void appendDocument(std::string& out, const Document& document, const TextStyle& style)
{
    out += "  format      " + printable(document.format)
        + (document.formatVersion.empty() ? "" : ' ' + printable(document.formatVersion)) + ", "
        + std::string(name(document.kind())) + '\n';
    out += "  evidence    " + printable(document.reason) + " (score " + std::to_string(document.score) + ")\n";
    out += "  complete    "
        + (isPartial(document) ? emphasised("no, read in part", Emphasis::Warn, style) : std::string("yes")) + '\n';
    out += "  summary     " + printable(summaryOf(document)) + '\n';
    for (const Issue& issue : document.issues.all()) {
        const std::string place = placeInSource(issue.where);
        out += "  " + std::string(name(issue.severity));
        out.append(12 - name(issue.severity).size(), ' ');
        out += printable(issue.message + (place.empty() ? "" : " (at " + place + ')'));
        out += issue.count > 1 ? ", " + formatCount(static_cast<double>(issue.count)) + " times\n" : "\n";
    }
}

std::string inspectTable(const std::vector<ImportedFile>& files, const TextStyle& style)
{
    std::string out;
    for (const ImportedFile& file : files) {
        out += emphasised(printable(file.path), Emphasis::Strong, style) + '\n';
        for (const DocumentPtr& document : file.documents) {
            appendDocument(out, *document, style);
        }
        if (file.error) {
            out += "  not read    " + printable(file.error->message) + '\n';
        } else if (file.documents.empty()) {
            out += "  skipped     " + printable(file.note) + '\n';
        }
        for (std::size_t i = file.documents.empty() ? 0 : 1; i < file.candidates.size(); ++i) {
            const DetectionCandidate& candidate = file.candidates[i];
            out += (file.documents.empty() ? "  looks like  " : "  also like   ")
                + printable(candidate.format + ": " + candidate.reason) + " (score " + std::to_string(candidate.score)
                + ")\n";
        }
    }
    return out;
}

} // namespace

Result<CommandOutput> runInspect(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadInputs(context, context.arguments.positional()));
    CommandOutput output;
    const bool isRead = !inputs.sources.documents.empty();
    output.exitCode = inputs.exitCode(context, isRead ? kExitOk : kExitNothingRead);
    output.render = [inputs](OutputFormat format, const TextStyle& style) {
        return format == OutputFormat::Json ? inspectJson(inputs.files, inputs.sources)
                                            : inspectTable(inputs.files, style);
    };
    return output;
}

} // namespace heaptoll::cli
