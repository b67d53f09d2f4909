// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/cost_query.h"
#include "core/export/heap_json.h"

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

void writeSampleTypes(JsonWriter& json, const Profile& profile)
{
    json.key("sampleTypes").beginArray();
    for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
        const ValueType& type = profile.valueTypes[i];
        json.beginObject(Layout::Line).field("type", type.type).field("unit", type.unit);
        json.field("total", profile.total(i)).field("metric", metricName(type)).endObject();
    }
    json.endArray();
}

void writeTotal(JsonWriter& json, std::string_view key, const Profile& profile, Metric metric)
{
    const std::optional<std::size_t> index = profile.valueIndex(metric);
    json.field(key, index ? profile.total(*index) : std::nullopt);
}

void writeProfile(JsonWriter& json, const Profile& profile)
{
    writeSampleTypes(json, profile);
    json.field("samples", std::uint64_t { profile.samples.size() });
    json.field("time", profile.time ? std::optional(toIso8601(*profile.time)) : std::nullopt);
    json.field("durationSeconds", profile.duration.ns > 0 ? std::optional(profile.duration.toSeconds()) : std::nullopt);
    json.fieldOrNull("command", profile.command);
    const std::int64_t period = profile.sampling.periodBytes;
    json.field("samplingPeriodBytes", period > 0 ? std::optional(period) : std::nullopt);
    if (!profile.timeline && !profile.valueIndex(Metric::PeakBytes)) {
        return;
    }
    writeTotal(json, "allocations", profile, Metric::AllocObjects);
    writeTotal(json, "temporary", profile, Metric::TemporaryObjects);
    writeTotal(json, "peakBytes", profile, Metric::PeakBytes);
    writeTotal(json, "leakedBytes", profile, Metric::LeakedBytes);
    json.field("suppressedBytes", profile.suppressedBytes).field("peakRssBytes", profile.peakRssBytes);
    json.field("systemMemoryBytes", profile.systemMemoryBytes);
}

void writeRange(JsonWriter& json, const Document& document)
{
    const std::optional<TimeRange> range = document.timeRange();
    json.field("start", range ? std::optional(toIso8601(range->start)) : std::nullopt);
    json.field("end", range ? std::optional(toIso8601(range->end)) : std::nullopt);
}

void writeCosts(JsonWriter& json, const Document& document)
{
    const CostTable& table = *document.costs();
    json.field("rows", std::uint64_t { table.rowCount });
    writeRange(json, document);
    const Result<CostQueryResult> sums = queryCosts(table, CostBasis::Billed, {}, {}, {}, {});
    if (!sums.ok()) {
        json.key("totals").null().field("reason", sums.error().message);
        return;
    }
    json.key("totals").beginObject(Layout::Line);
    for (const auto& [currency, total] : sums.value().totals.byCurrency) {
        json.field(currency.empty() ? "unknown" : std::string_view(currency), total);
    }
    json.endObject();
    const Reconciliation check = reconcile(table);
    json.field("rowsRead", check.rowsRead).field("reconciles", check.reconciles);
}

void writeSummary(JsonWriter& json, const Document& document)
{
    json.key("summary").beginObject();
    switch (document.kind()) {
    case DocumentKind::HeapProfile: writeProfile(json, *document.profile()); break;
    case DocumentKind::Cost: writeCosts(json, document); break;
    case DocumentKind::Usage:
        json.field("series", std::uint64_t { document.usage()->series.size() });
        json.field("points", std::uint64_t { document.usage()->pointCount() });
        writeRange(json, document);
        break;
    }
    json.endObject();
}

void writeCandidates(JsonWriter& json, const std::vector<DetectionCandidate>& candidates)
{
    json.key("candidates").beginArray();
    for (const DetectionCandidate& candidate : candidates) {
        json.beginObject(Layout::Line).field("format", candidate.format).field("score", candidate.score);
        json.field("reason", candidate.reason).endObject();
    }
    json.endArray();
}

void writeUnread(JsonWriter& json, const ImportedFile& file)
{
    json.beginObject().field("path", file.path);
    json.key("format").null().key("formatVersion").null().key("kind").null();
    json.field("score", file.candidates.empty() ? 0 : file.candidates.front().score);
    json.field("reason", file.error ? file.error->message : file.note);
    writeCandidates(json, file.candidates);
    json.field("complete", false).key("summary").null().endObject();
}

void writeRead(JsonWriter& json, const ImportedFile& file, const Document& document)
{
    json.beginObject().field("path", document.path).field("format", document.format);
    json.fieldOrNull("formatVersion", document.formatVersion).field("kind", name(document.kind()));
    json.field("score", document.score).field("reason", document.reason);
    writeCandidates(json, file.candidates);
    json.field("complete", !isPartial(document)).field("partial", isPartial(document));
    json.fieldOrNull("note", file.note);
    writeSummary(json, document);
    json.endObject();
}

} // namespace

std::string inspectJson(const std::vector<ImportedFile>& files, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "inspect", sources);
    json.key("files").beginArray();
    for (const ImportedFile& file : files) {
        if (file.documents.empty()) {
            writeUnread(json, file);
        }
        for (const DocumentPtr& document : file.documents) {
            writeRead(json, file, *document);
        }
    }
    return json.endArray().endObject().take();
}

} // namespace heaptoll
