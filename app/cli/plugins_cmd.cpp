// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/load_inputs.h"
#include "app/cli/plugin_check.h"
#include "core/export/json_writer.h"

#include <algorithm>
#include <array>

namespace heaptoll::cli {
namespace {

using Layout = JsonWriter::Layout;

std::string_view nameOf(PluginInfo::State state)
{
    switch (state) {
    case PluginInfo::State::Ok: return "ok";
    case PluginInfo::State::Shadowed: return "shadowed";
    case PluginInfo::State::Failed: return "failed";
    }
    return "failed";
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

void writePlugins(JsonWriter& json, const std::vector<PluginInfo>& plugins)
{
    json.key("plugins").beginArray();
    for (const PluginInfo& plugin : plugins) {
        json.beginObject(Layout::Line).fieldOrNull("id", plugin.id).fieldOrNull("name", plugin.name);
        json.fieldOrNull("version", plugin.version).field("state", nameOf(plugin.state));
        json.field("path", plugin.path).fieldOrNull("message", plugin.message).key("formats").beginArray();
        for (const std::string& format : plugin.formats) {
            json.string(format);
        }
        json.endArray().endObject();
    }
    json.endArray();
}

void beginPluginReport(JsonWriter& json)
{
    json.beginObject().field("schema", "heaptoll.plugins/1");
    json.key("sources").beginArray().endArray().key("issues").beginArray().endArray();
}

std::string listText(const std::vector<PluginInfo>& plugins, const TextStyle& style)
{
    TextTable table({ { "FORMATS", Align::Left, false }, { "STATE", Align::Left, false },
        { "VERSION", Align::Left, false }, { "NAME", Align::Left, false }, { "PATH", Align::Left, true } });
    for (const PluginInfo& plugin : plugins) {
        const Emphasis look = plugin.state == PluginInfo::State::Failed ? Emphasis::Bad : Emphasis::None;
        table.addRow({ joined(plugin.formats), { std::string(nameOf(plugin.state)), look }, plugin.version, plugin.name,
            plugin.path });
        if (!plugin.message.empty()) {
            table.addNote(plugin.message, 2);
        }
    }
    return table.render(style);
}

CommandOutput listPlugins(const Context& context)
{
    CommandOutput output;
    output.render = [registry = context.registry](OutputFormat format, const TextStyle& style) {
        if (format != OutputFormat::Json) {
            return listText(registry->plugins(), style);
        }
        JsonWriter json;
        beginPluginReport(json);
        writePlugins(json, registry->plugins());
        return json.endObject().take();
    };
    return output;
}

std::string checkText(
    const std::vector<PluginInfo>& plugins, const std::vector<PluginCheck>& checks, const TextStyle& style)
{
    std::string out = listText(plugins, style) + '\n';
    for (const PluginCheck& check : checks) {
        out += check.passed ? emphasised("ok  ", Emphasis::Good, style) : emphasised("FAIL", Emphasis::Bad, style);
        out += ' ' + printable(check.name) + (check.detail.empty() ? "" : ": " + printable(check.detail)) + '\n';
    }
    return out;
}

Result<CommandOutput> checkPlugins(Context& context)
{
    const std::vector<std::string>& words = context.arguments.positional();
    if (words.size() < 2) {
        return usageError("plugins check needs the folder of the plugin: heaptoll plugins check DIR [FILE...]");
    }
    const auto registry = ImporterRegistry::scan({ words[1] });
    std::vector<PluginInfo> own;
    for (const PluginInfo& plugin : registry->plugins()) {
        if (plugin.path.starts_with(words[1])) {
            own.push_back(plugin);
        }
    }
    HEAPTOLL_TRY_ASSIGN(const std::vector<PluginCheck> checks,
        checkPlugin(*registry, own, { words.begin() + 2, words.end() }, context.task));
    CommandOutput output;
    output.exitCode = std::ranges::all_of(checks, &PluginCheck::passed) ? kExitOk : kExitRuleFailed;
    output.render = [own, checks](OutputFormat format, const TextStyle& style) {
        if (format != OutputFormat::Json) {
            return checkText(own, checks, style);
        }
        JsonWriter json;
        beginPluginReport(json);
        writePlugins(json, own);
        json.key("checks").beginArray();
        for (const PluginCheck& check : checks) {
            json.beginObject(Layout::Line).field("name", check.name).field("passed", check.passed);
            json.fieldOrNull("detail", check.detail).endObject();
        }
        return json.endArray().endObject().take();
    };
    return output;
}

} // namespace

Result<CommandOutput> runPlugins(Context& context)
{
    static constexpr std::array<std::string_view, 2> kWords { "list", "check" };
    const std::string& word = context.arguments.positional().front();
    if (word == "list") {
        return listPlugins(context);
    }
    return word == "check" ? checkPlugins(context)
                           : Result<CommandOutput>(unknownWord("plugins command", word, kWords));
}

} // namespace heaptoll::cli
