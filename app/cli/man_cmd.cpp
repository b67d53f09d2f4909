// SPDX-License-Identifier: GPL-3.0-or-later
// Manual pages from the command table. Format: man(7) macros.
#include "app/cli/command.h"

#include <algorithm>

namespace heaptoll::cli {
namespace {

/// Text for troff: no escapes, no requests, and a dash that can be copied into a shell.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string upper(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(
        out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

std::string head(std::string_view page, std::string_view summary)
{
    return ".TH \"" + upper(page) + "\" 1 \"\" \"heaptoll " HEAPTOLL_VERSION "\" \"Heaptoll manual\"\n.SH NAME\n"
        + escaped(page) + " \\- " + escaped(summary) + '\n';
}

std::string optionItem(const OptionSpec& option)
{
    std::string item = ".TP\n.B ";
    item += option.name == "quiet" ? "\\-q, \\-\\-quiet" : "\\-\\-" + escaped(option.name);
    if (!option.value.empty()) {
        item += " \\fI" + escaped(option.value) + "\\fR";
    }
    return item + '\n' + escaped(option.help) + '\n';
}

std::string exitStatus()
{
    return ".SH EXIT STATUS\n"
           ".TP\n0\nsuccess; findings alone are no failure\n"
           ".TP\n1\na rule of \\-\\-fail\\-on is true\n"
           ".TP\n2\nwrong usage, or a file of \\-\\-out cannot be written\n"
           ".TP\n3\nno input could be read\n"
           ".TP\n4\nan input was read in part or not at all, and \\-\\-strict was given\n"
           ".TP\n5\ninternal error\n"
           ".TP\n130\ninterrupted\n";
}

std::string examplesOf(const CommandSpec& command)
{
    std::string out = command.examples.empty() ? "" : ".SH EXAMPLES\n";
    for (const std::string_view example : command.examples) {
        out += ".nf\n" + escaped(example) + "\n.fi\n.PP\n";
    }
    return out;
}

std::string mainPage()
{
    std::string out = head("heaptoll", "which line of code costs how much memory, and money");
    out += ".SH SYNOPSIS\n.B heaptoll\n.I COMMAND\n[\\fIFILE\\fR...] [\\fIoptions\\fR]\n.SH DESCRIPTION\n"
           "Reads heap profiles, cloud bills and usage metrics, and joins them. Files may be folders, or \\- for "
           "standard\n"
           "input; formats are recognised by their content. The result goes to standard output, notes, progress and\n"
           "errors to standard error.\n.SH COMMANDS\n";
    for (const CommandSpec& command : commandTable()) {
        out += ".TP\n.BR heaptoll\\-" + escaped(command.name) + " (1)\n" + escaped(command.summary) + '\n';
    }
    out += ".SH COMMON OPTIONS\n";
    for (const OptionSpec& option : commonOptions()) {
        out += optionItem(option);
    }
    return out + exitStatus()
        + ".SH ENVIRONMENT\n.TP\n.B HEAPTOLL_PLUGIN_PATH\nfolders with importers, separated by colons, searched first\n"
          ".TP\n.B NO_COLOR\nwhen set, no colour on a terminal\n";
}

std::string pageOf(const CommandSpec& command)
{
    const std::string page = "heaptoll-" + std::string(command.name);
    std::string out = head(page, command.summary);
    out += ".SH SYNOPSIS\n.B heaptoll " + escaped(command.name) + '\n';
    out += command.arguments.empty() ? "" : escaped(command.arguments) + '\n';
    out += "[\\fIoptions\\fR]\n.SH DESCRIPTION\n";
    out += escaped(command.description.empty() ? command.summary : command.description) + '\n';
    out += command.options.empty() && command.formats.empty() ? "" : ".SH OPTIONS\n";
    for (const OptionSpec& option : command.options) {
        out += optionItem(option);
    }
    for (const OptionSpec& option : commonOptions()) {
        if (command.formats.empty()) {
            break;
        }
        OptionSpec shown = option;
        std::string help(option.help);
        for (std::size_t i = 0; option.name == "format" && i < command.formats.size(); ++i) {
            help += (i == 0 ? ": " : ", ") + std::string(name(command.formats[i]));
        }
        shown.help = help;
        out += optionItem(shown);
    }
    return out + examplesOf(command) + exitStatus() + ".SH SEE ALSO\n.BR heaptoll (1)\n";
}

} // namespace

Result<CommandOutput> runMan(Context& context)
{
    const std::vector<std::string>& words = context.arguments.positional();
    std::string page = mainPage();
    if (!words.empty()) {
        const auto command = std::ranges::find(commandTable(), words.front(), &CommandSpec::name);
        if (command == commandTable().end()) {
            std::vector<std::string_view> names;
            for (const CommandSpec& each : commandTable()) {
                names.push_back(each.name);
            }
            return unknownWord("command", words.front(), names);
        }
        page = pageOf(*command);
    }
    CommandOutput output;
    output.render = [page](OutputFormat, const TextStyle&) { return page; };
    return output;
}

} // namespace heaptoll::cli
