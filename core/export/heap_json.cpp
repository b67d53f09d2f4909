// SPDX-License-Identifier: Apache-2.0
#include "core/export/heap_json.h"

#include "core/export/csv.h"

#include <cmath>

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

void writeTopRow(JsonWriter& json, const TopRow& row)
{
    json.beginObject(Layout::Line).field("name", row.name);
    writeSiteFields(json, row.site);
    json.field("self", row.self).field("total", row.total).field("inlined", row.isInlined).endObject();
}

void writeDiffRow(JsonWriter& json, const DiffRow& row)
{
    json.beginObject(Layout::Line).field("name", row.name);
    writeSiteFields(json, row.site);
    json.field("before", row.before).field("after", row.after).field("delta", row.delta);
    json.field("class", name(row.diffClass)).endObject();
}

/// The rate in the unit of the report; null where there is none.
std::optional<double> rateOrNull(const GrowthReport& growth, double rate)
{
    return growth.rateUnit == RateUnit::Unknown ? std::nullopt : std::optional(rate);
}

void writeGrowthSite(JsonWriter& json, const GrowthReport& growth, const SiteGrowth& site)
{
    const bool isHourly = growth.rateUnit == RateUnit::Hour;
    const auto hourly = [isHourly](double value) { return isHourly ? std::optional(value) : std::nullopt; };
    json.beginObject();
    json.key("site");
    writeSite(json, site.site);
    json.field("class", name(site.growthClass)).field("growthBytesPerHour", hourlyRate(growth, site));
    if (growth.rateUnit == RateUnit::Profile) {
        json.field("growthBytesPerProfile", site.bytesPerHour);
    }
    json.field("low", rateOrNull(growth, site.low)).field("high", rateOrNull(growth, site.high));
    json.field("pValue", site.pValue);
    json.field("liveBytes", site.liveBytes).field("liveObjects", site.liveObjects);
    json.field("firstBytes", site.firstBytes).field("lastBytes", site.lastBytes);
    json.field("allocatedBytesPerHour", hourly(site.allocatedBytesPerHour)).field("survivalRatio", site.survivalRatio);
    json.field("noiseBytes", static_cast<std::int64_t>(std::llround(site.noiseBytes)))
        .field("onsetHours", hourly(site.onsetHours));
    json.field("moreProfilesNeeded", std::uint64_t { site.moreProfilesNeeded }).field("reason", site.reason);
    if (!site.processes.empty()) {
        json.field("processShare", site.processShare).key("processes").beginArray();
        for (const ProcessGrowth& process : site.processes) {
            json.beginObject(Layout::Line).field("process", process.process);
            json.field("class", name(process.growthClass)).field("growthBytesPerHour", hourly(process.bytesPerHour));
            json.field("low", rateOrNull(growth, process.low)).field("high", rateOrNull(growth, process.high));
            json.endObject();
        }
        json.endArray();
    }
    writeStack(json, "stack", site.stack);
    json.endObject();
}

void writeGrowthFields(JsonWriter& json, const ServiceGrowth& service, std::size_t limit)
{
    const GrowthReport& growth = service.growth;
    json.fieldOrNull("service", service.service)
        .fieldOrNull("source", service.source)
        .field("samples", std::uint64_t { growth.points });
    const bool isTimed = growth.rateUnit != RateUnit::Profile;
    json.field("hours", isTimed ? std::optional(growth.hours) : std::nullopt);
    json.field("rateUnit", name(growth.rateUnit)).field("partial", service.isPartial);
    json.key("notes").beginArray();
    for (const std::string& note : growth.notes) {
        json.string(note);
    }
    json.endArray();
    json.key("points").beginArray();
    for (std::size_t i = 0; i < growth.times.size() && i < growth.liveBytesAt.size(); ++i) {
        json.beginObject(Layout::Line);
        json.field("time", isTimed ? std::optional(toIso8601(growth.times[i])) : std::nullopt);
        json.field("liveBytes", growth.liveBytesAt[i]).endObject();
    }
    json.endArray();
    json.key("sites").beginArray();
    for (std::size_t i = 0; i < shownRows(growth.sites.size(), limit); ++i) {
        writeGrowthSite(json, growth, growth.sites[i]);
    }
    json.endArray();
}

} // namespace

std::string unitName(const ValueType& type)
{
    if (!type.unit.empty()) {
        return type.unit;
    }
    return isBytes(type) ? "bytes" : "count";
}

std::string topJson(const TopReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "top", sources);
    const TopTable& table = report.table;
    json.field("metric", metricName(table.type)).field("unit", unitName(table.type)).field("total", table.total);
    if (!table.total) {
        json.field("totalReason", "the sum does not fit 64 bits");
    }
    json.field("partial", report.isPartial).field("by", name(report.by));
    json.field("rowCount", std::uint64_t { table.rows.size() });
    json.key("rows").beginArray();
    for (std::size_t i = 0; i < shownRows(table.rows.size(), report.limit); ++i) {
        writeTopRow(json, table.rows[i]);
    }
    return json.endArray().endObject().take();
}

std::string topCsv(const TopReport& report)
{
    CsvWriter csv { "name", "file", "line", "module", "self", "total", "inlined" };
    for (std::size_t i = 0; i < shownRows(report.table.rows.size(), report.limit); ++i) {
        const TopRow& row = report.table.rows[i];
        csv.cell(row.name).cell(row.site.file);
        csv.cell(row.site.line == 0 ? std::nullopt : std::optional(row.site.line)).cell(row.site.module);
        csv.cell(row.self).cell(row.total).cell(row.isInlined).endRow();
    }
    return csv.take();
}

std::string flameJson(const FlameReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "flame", sources);
    json.field("metric", metricName(report.type)).field("unit", unitName(report.type));
    const CallTree& tree = report.tree;
    json.field("total", tree.nodes.empty() ? std::nullopt : std::optional(tree.nodes.front().total));
    json.field("partial", report.isPartial);
    json.key("nodes").beginArray();
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const CallTree::Node& node = tree.nodes[i];
        const CallTree::LabelInfo& label = tree.labels[node.label];
        json.beginObject(Layout::Line);
        json.field("parent", i == 0 ? std::nullopt : std::optional(node.parent));
        json.field("name", i == 0 ? std::string("all") : label.site.function);
        writeSiteFields(json, label.site);
        json.field("self", node.self).field("total", node.total).field("inlined", label.isInlined).endObject();
    }
    return json.endArray().endObject().take();
}

std::string diffJson(const DiffReport& report, const ReportSources& sources)
{
    JsonWriter json;
    beginReport(json, "diff", sources);
    json.field("metric", metricName(report.type)).field("unit", unitName(report.type)).field("by", name(report.by));
    json.field("before", report.totalBefore).field("after", report.totalAfter).field("partial", report.isPartial);
    json.field("rowCount", std::uint64_t { report.rows.size() });
    json.key("rows").beginArray();
    for (std::size_t i = 0; i < shownRows(report.rows.size(), report.limit); ++i) {
        writeDiffRow(json, report.rows[i]);
    }
    return json.endArray().endObject().take();
}

std::string diffCsv(const DiffReport& report)
{
    CsvWriter csv { "name", "file", "line", "module", "before", "after", "delta", "class" };
    for (std::size_t i = 0; i < shownRows(report.rows.size(), report.limit); ++i) {
        const DiffRow& row = report.rows[i];
        csv.cell(row.name).cell(row.site.file);
        csv.cell(row.site.line == 0 ? std::nullopt : std::optional(row.site.line)).cell(row.site.module);
        csv.cell(row.before).cell(row.after).cell(row.delta).cell(name(row.diffClass)).endRow();
    }
    return csv.take();
}

std::string growthJson(const std::vector<ServiceGrowth>& services, const ReportSources& sources, std::size_t limit)
{
    JsonWriter json;
    beginReport(json, "growth", sources);
    json.field("metric", metricName(Metric::LiveBytes));
    writeGrowthFields(json, services.front(), limit);
    json.key("others").beginArray();
    for (std::size_t i = 1; i < services.size(); ++i) {
        json.beginObject();
        writeGrowthFields(json, services[i], limit);
        json.endObject();
    }
    return json.endArray().endObject().take();
}

std::string growthCsv(const std::vector<ServiceGrowth>& services, std::size_t limit)
{
    CsvWriter csv { "service", "function", "file", "line", "module", "class", "growthBytesPerHour", "low", "high",
        "pValue", "liveBytes", "firstBytes", "lastBytes", "rateUnit" };
    for (const ServiceGrowth& service : services) {
        for (std::size_t i = 0; i < shownRows(service.growth.sites.size(), limit); ++i) {
            const SiteGrowth& row = service.growth.sites[i];
            csv.cell(service.service).cell(row.site.function).cell(row.site.file);
            csv.cell(row.site.line == 0 ? std::nullopt : std::optional(row.site.line)).cell(row.site.module);
            csv.cell(name(row.growthClass)).cell(hourlyRate(service.growth, row));
            csv.cell(rateOrNull(service.growth, row.low)).cell(rateOrNull(service.growth, row.high)).cell(row.pValue);
            csv.cell(row.liveBytes)
                .cell(row.firstBytes)
                .cell(row.lastBytes)
                .cell(name(service.growth.rateUnit))
                .endRow();
        }
    }
    return csv.take();
}

} // namespace heaptoll
