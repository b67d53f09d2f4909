// SPDX-License-Identifier: GPL-3.0-or-later
// Completion scripts from the command table: what they offer is what the parser takes.
#include "app/cli/command.h"
#include "app/cli/help.h"

#include <array>

namespace heaptoll::cli {
namespace {

std::vector<OptionSpec> optionsOf(const CommandSpec& command)
{
    std::vector<OptionSpec> all = command.options;
    if (!command.formats.empty()) {
        all.insert(all.end(), commonOptions().begin(), commonOptions().end());
    }
    return all;
}

/// Values of an option, separated by spaces.
std::string wordsOf(const CommandSpec& command, const OptionSpec& option)
{
    std::string words(option.words);
    if (option.name == "format" || option.name == "out") {
        for (const OutputFormat format : command.formats) {
            words += (words.empty() ? "" : " ") + std::string(name(format)) + (option.name == "out" ? "=" : "");
        }
    }
    return words;
}

std::string namesOfCommands()
{
    std::string names;
    for (const CommandSpec& command : commandTable()) {
        names += std::string(command.name) + ' ';
    }
    return names + "help --help --version";
}

std::string bashCase(const CommandSpec& command)
{
    std::string options = "--help";
    std::string out = "    " + std::string(command.name) + ")\n        case \"$prev\" in\n";
    for (const OptionSpec& option : optionsOf(command)) {
        options += " --" + std::string(option.name);
        const std::string words = wordsOf(command, option);
        const std::string head = "        --" + std::string(option.name) + ") ";
        if (!words.empty()) {
            out += head + "words='" + words + "' ;;\n";
        } else if (!option.value.empty()) { // files, and free text, for which files are as good a guess as any
            out += head + "files=1 ;;\n";
        }
    }
    out += "        *) case \"$cur\" in -*) words='" + options + "' ;; *) ";
    out += command.words.empty()
        ? "files=1"
        : "if [ \"$COMP_CWORD\" -eq 2 ]; then words='" + std::string(command.words) + "'; else files=1; fi";
    return out + " ;; esac ;;\n        esac ;;\n";
}

std::string bashScript()
{
    std::string out = "# bash completion of heaptoll\n"
                      "_heaptoll() {\n"
                      "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= files=\n"
                      "    COMPREPLY=()\n"
                      "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                      "        COMPREPLY=($(compgen -W '"
        + namesOfCommands()
        + "' -- \"$cur\"))\n"
          "        return\n"
          "    fi\n"
          "    case \"${COMP_WORDS[1]}\" in\n";
    std::string names;
    for (const CommandSpec& command : commandTable()) {
        out += bashCase(command);
        names += (names.empty() ? "" : " ") + std::string(command.name);
    }
    return out + "    help) words='" + names
        + "' ;;\n"
          "    *) files=1 ;;\n"
          "    esac\n"
          "    if [ -n \"$files\" ]; then\n"
          "        local IFS=$'\\n'\n"
          "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
          "    else\n"
          "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "        case \"${COMPREPLY[0]}\" in *[=:]) compopt -o nospace 2>/dev/null ;; esac\n"
          "    fi\n"
          "}\n"
          "complete -o filenames -F _heaptoll heaptoll\n";
}

/// Inside '...' of a shell, and free of the characters in `special`.
std::string quoted(std::string_view text, std::string_view special)
{
    std::string out;
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += special.find(c) == std::string_view::npos ? "" : "\\";
            out += c;
        }
    }
    return out;
}

std::string zshScript()
{
    std::string out = "#compdef heaptoll\n_heaptoll() {\n    local -a commands\n    commands=(\n";
    for (const CommandSpec& command : commandTable()) {
        out += "        '" + std::string(command.name) + ':' + quoted(command.summary, ":") + "'\n";
    }
    out += "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        return\n"
           "    fi\n"
           "    local command=${words[2]}\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
           "    case $command in\n";
    for (const CommandSpec& command : commandTable()) {
        out += "    " + std::string(command.name) + ")\n        _arguments \\\n";
        for (const OptionSpec& option : optionsOf(command)) {
            out += "            '*--" + std::string(option.name) + '[' + quoted(brief(option.help), "[]:\\") + ']';
            const std::string words = wordsOf(command, option);
            out += option.value.empty() ? "'" : ':' + quoted(option.value, ":[]\\") + ':';
            out += option.value.empty() ? "" : words.empty() ? "_files'" : '(' + quoted(words, ":()") + ")'";
            out += " \\\n";
        }
        out += command.words.empty() ? "            '*:file:_files'"
                                     : "            '1:word:(" + std::string(command.words) + ")' '*:file:_files'";
        out += " ;;\n";
    }
    return out + "    esac\n}\n_heaptoll \"$@\"\n";
}

std::string fishScript()
{
    std::string out = "# fish completion of heaptoll\n";
    for (const CommandSpec& command : commandTable()) {
        const std::string name(command.name);
        out += "complete -c heaptoll -f -n __fish_use_subcommand -a " + name + " -d '" + quoted(command.summary, "\\")
            + "'\n";
        const std::string seen = "complete -c heaptoll -n '__fish_seen_subcommand_from " + name + "' ";
        if (!command.words.empty()) {
            out += seen + "-f -a '" + std::string(command.words) + "'\n";
        }
        for (const OptionSpec& option : optionsOf(command)) {
            out += seen + "-l " + std::string(option.name) + (option.name == "quiet" ? " -s q" : "");
            const std::string words = wordsOf(command, option);
            out += option.value.empty() ? "" : words.empty() ? " -r" : " -x -a '" + quoted(words, "\\") + '\'';
            out += " -d '" + quoted(brief(option.help), "\\") + "'\n";
        }
    }
    return out;
}

} // namespace

Result<CommandOutput> runCompletions(Context& context)
{
    static constexpr std::array<std::string_view, 3> kShells { "bash", "zsh", "fish" };
    const std::string& shell = context.arguments.positional().front();
    std::string script;
    if (shell == "bash") {
        script = bashScript();
    } else if (shell == "zsh") {
        script = zshScript();
    } else if (shell == "fish") {
        script = fishScript();
    } else {
        return unknownWord("shell", shell, kShells);
    }
    CommandOutput output;
    output.render = [script](OutputFormat, const TextStyle&) { return script; };
    return output;
}

} // namespace heaptoll::cli
