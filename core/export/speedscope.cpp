// SPDX-License-Identifier: Apache-2.0
#include "core/export/flame.h"

#include <algorithm>

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

void writeFrames(JsonWriter& json, const CallTree& tree)
{
    json.key("shared").beginObject().key("frames").beginArray();
    for (const CallTree::LabelInfo& label : tree.labels) {
        json.beginObject(Layout::Line).field("name", label.site.function);
        if (!label.site.file.empty()) {
            json.field("file", label.site.file);
        }
        if (label.site.line > 0) {
            json.field("line", label.site.line);
        }
        json.endObject();
    }
    json.endArray().endObject();
}

void writePath(JsonWriter& json, const CallTree& tree, std::uint32_t node)
{
    std::vector<std::uint32_t> path;
    for (std::uint32_t at = node; at != 0; at = tree.nodes[at].parent) {
        path.push_back(tree.nodes[at].label);
    }
    std::ranges::reverse(path); // from the root
    json.beginArray(Layout::Line);
    for (const std::uint32_t label : path) {
        json.unsignedInteger(label);
    }
    json.endArray();
}

} // namespace

std::string flameSpeedscope(const FlameReport& report)
{
    const CallTree& tree = report.tree;
    JsonWriter json;
    json.beginObject().field("$schema", "https://www.speedscope.app/file-format-schema.json");
    writeFrames(json, tree);
    std::int64_t whole = 0;
    json.key("profiles").beginArray().beginObject().field("type", "sampled");
    json.field("name", report.title + (report.isPartial ? " (partial)" : ""));
    json.field("unit", isBytes(report.type) ? "bytes" : "none").key("samples").beginArray();
    for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
        if (tree.nodes[i].self != 0) {
            writePath(json, tree, i);
        }
    }
    json.endArray().key("weights").beginArray(Layout::Line);
    for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
        if (tree.nodes[i].self != 0) {
            json.integer(tree.nodes[i].self);
            whole += tree.nodes[i].self;
        }
    }
    json.endArray().field("startValue", 0).field("endValue", whole).endObject().endArray();
    json.field("name", report.title).field("activeProfileIndex", 0).field("exporter", "heaptoll");
    return json.endObject().take();
}

} // namespace heaptoll
