// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/help.h"

#include <algorithm>

namespace heaptoll::cli {
namespace {

constexpr std::size_t kColumns = 100; // help is wrapped here whatever the terminal
constexpr std::size_t kOptionColumn = 26;

/// Words of text in lines of at most kColumns, each after the first indented.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, space);
        if (column + word.size() > kColumns) {
            out += '\n';
            out.append(indent, ' ');
            column = indent;
        }
        out += word;
        column += word.size();
        text.remove_prefix(std::min(space + 1, text.size()));
        if (!text.empty()) {
            out += ' ';
            ++column;
        }
    }
    return out + '\n';
}

std::string formatsOf(const CommandSpec& command)
{
    std::string text;
    for (const OutputFormat format : command.formats) {
        text += (text.empty() ? "" : ", ") + std::string(name(format));
    }
    return text;
}

std::string optionHead(const OptionSpec& option)
{
    std::string head = option.name == "quiet" ? "  -q, --quiet" : "  --" + std::string(option.name);
    if (!option.value.empty()) {
        head += ' ' + std::string(option.value);
    }
    head.append(head.size() < kOptionColumn - 1 ? kOptionColumn - head.size() : 1, ' ');
    return head;
}

std::string helpOf(const CommandSpec& command, const OptionSpec& option)
{
    std::string text(option.help);
    if (option.name == "format") {
        text += ": " + formatsOf(command) + " (default " + std::string(name(command.formats.front())) + ')';
    }
    return text;
}

std::string synopsis(const CommandSpec& command)
{
    std::string text = "Usage: heaptoll " + std::string(command.name);
    if (!command.arguments.empty()) {
        text += ' ' + std::string(command.arguments);
    }
    return text + " [options]\n";
}

/// Options that every command with forms of output has.
std::vector<OptionSpec> sharedOptions(const CommandSpec& command)
{
    return command.formats.empty() ? std::vector<OptionSpec> {} : commonOptions();
}

} // namespace

std::string_view brief(std::string_view help)
{
    const std::size_t end = std::min(help.find(". "), help.find("; "));
    return help.substr(0, std::min(end, kColumns - kOptionColumn));
}

std::string mainHelp()
{
    std::string out = "heaptoll: which line of code costs how much memory, and money.\n\n"
                      "Usage: heaptoll COMMAND [FILE...] [options]\n\nCommands:\n";
    for (const CommandSpec& command : commandTable()) {
        out += "  " + std::string(command.name);
        out.append(12 - command.name.size(), ' ');
        out += std::string(command.summary) + '\n';
    }
    out += "\nExamples:\n"
           "  heaptoll top heap.pb.gz\n"
           "  heaptoll analyze profiles/ --billing focus.csv --fail-on 'leak>5MiB/h@high'\n"
           "  heaptoll cost focus.csv --by service,month --format json\n\n"
           "Files may be folders, or - for standard input; formats are recognised by content.\n"
           "Every command: --format F, --out F=PATH, --strict, --progress json, -q, -h (short), --help.\n"
           "Exit: 0 ok, 1 a --fail-on rule failed, 2 usage, 3 nothing could be read, 4 partial with --strict,\n"
           "      5 internal error, 130 interrupted.\n";
    return out;
}

std::string shortHelp(const CommandSpec& command)
{
    std::string out = synopsis(command) + std::string(command.summary) + "\n\n";
    for (const OptionSpec& option : command.options) {
        out += optionHead(option) + std::string(brief(option.help)) + '\n';
    }
    for (const OptionSpec& option : sharedOptions(command)) {
        out += optionHead(option) + (option.name == "format" ? formatsOf(command) : std::string(brief(option.help)))
            + '\n';
    }
    return out + "  --help                  more, with examples\n";
}

std::string longHelp(const CommandSpec& command)
{
    std::string out = synopsis(command) + std::string(command.summary) + '\n';
    if (!command.description.empty()) {
        out += '\n' + wrapped(command.description, 0, 0);
    }
    out += command.options.empty() ? "" : "\nOptions:\n";
    for (const OptionSpec& option : command.options) {
        out += optionHead(option) + wrapped(option.help, kOptionColumn, kOptionColumn);
    }
    const std::vector<OptionSpec> shared = sharedOptions(command);
    out += shared.empty() ? "" : "\nCommon options:\n";
    for (const OptionSpec& option : shared) {
        out += optionHead(option) + wrapped(helpOf(command, option), kOptionColumn, kOptionColumn);
    }
    out += "\nExamples:\n";
    for (const std::string_view example : command.examples) {
        out += "  " + std::string(example) + '\n';
    }
    return out;
}

} // namespace heaptoll::cli
