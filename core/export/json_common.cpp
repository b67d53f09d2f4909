// SPDX-License-Identifier: Apache-2.0
#include "core/export/json_common.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

std::optional<std::string> isoTime(const std::optional<TimeRange>& range, Instant TimeRange::*member)
{
    return range ? std::optional(toIso8601((*range).*member)) : std::nullopt;
}

void writeSource(JsonWriter& json, const Document& document, std::string_view service)
{
    const std::optional<TimeRange> range = document.timeRange();
    json.beginObject(Layout::Line);
    json.field("path", document.path).field("format", document.format).field("kind", name(document.kind()));
    json.fieldOrNull("service", service);
    json.field("startTime", isoTime(range, &TimeRange::start)).field("endTime", isoTime(range, &TimeRange::end));
    json.field("clock", clockName(document)).field("complete", !isPartial(document));
    json.field("bytesRead", document.bytesRead);
    json.endObject();
}

void writeIssue(JsonWriter& json, const Issue& issue, std::string_view source)
{
    json.beginObject(Layout::Line);
    json.field("code", issue.code).field("severity", name(issue.severity)).field("count", issue.count);
    json.field("source", issue.where.source.empty() ? source : std::string_view(issue.where.source));
    json.fieldOrNull("location", placeInSource(issue.where)).field("message", issue.message);
    json.endObject();
}

Issue issueOf(const UnreadInput& input)
{
    Issue issue;
    issue.code = "input." + std::string(name(input.error.code));
    issue.severity = Severity::Error;
    issue.where = input.error.where;
    issue.where.source = input.path;
    issue.message = input.error.message;
    if (!input.error.hint.empty()) {
        issue.message += " (" + input.error.hint + ')';
    }
    return issue;
}

} // namespace

bool isPartial(const Document& document)
{
    return document.isPartial();
}

bool isPartial(const ReportSources& sources)
{
    return !sources.unread.empty()
        || std::ranges::any_of(sources.documents, [](const DocumentPtr& document) { return isPartial(*document); });
}

std::string_view clockName(const Document& document)
{
    if (document.timeRange()) {
        return "wall";
    }
    const auto profile = document.profile();
    return profile && profile->duration.ns > 0 ? "relative" : "none";
}

std::string placeInSource(const Location& where)
{
    if (where.line > 0) {
        return std::to_string(where.line) + (where.column.empty() ? std::string() : ':' + where.column);
    }
    if (where.offset) {
        std::array<char, 24> text {};
        std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(*where.offset));
        return text.data();
    }
    return where.column;
}

void beginReport(JsonWriter& json, std::string_view schema, const ReportSources& sources)
{
    json.beginObject();
    json.field("schema", "heaptoll." + std::string(schema) + "/1");
    json.key("sources").beginArray();
    for (std::size_t i = 0; i < sources.documents.size(); ++i) {
        writeSource(json, *sources.documents[i], i < sources.services.size() ? sources.services[i] : std::string());
    }
    json.endArray();
    json.key("issues").beginArray();
    for (const DocumentPtr& document : sources.documents) {
        for (const Issue& issue : document->issues.all()) {
            writeIssue(json, issue, document->path);
        }
    }
    for (const UnreadInput& input : sources.unread) {
        writeIssue(json, issueOf(input), input.path);
    }
    json.endArray();
}

void writeSiteFields(JsonWriter& json, const Site& site)
{
    json.fieldOrNull("file", site.file);
    json.field("line", site.line == 0 ? std::nullopt : std::optional(site.line));
    json.fieldOrNull("module", site.module);
}

void writeSite(JsonWriter& json, const Site& site)
{
    json.beginObject(Layout::Line).fieldOrNull("function", site.function);
    writeSiteFields(json, site);
    json.endObject();
}

void writeStack(JsonWriter& json, std::string_view key, const SiteStack& stack)
{
    json.key(key).beginArray();
    for (const Site& site : stack) {
        writeSite(json, site);
    }
    json.endArray();
}

} // namespace heaptoll
