// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/table_format.h"
#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/import/import.h"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::cli {

/// Exit status of the program: cli.md is the contract.
enum ExitCode : int {
    kExitOk = 0,
    kExitRuleFailed = 1,
    kExitUsage = 2,
    kExitNothingRead = 3,
    kExitPartial = 4, ///< with --strict only
    kExitInternal = 5,
    kExitInterrupted = 130,
};

enum class OutputFormat : std::uint8_t { Table, Json, Csv, Markdown, Sarif, Folded, Svg, Speedscope };
[[nodiscard]] std::string_view name(OutputFormat format); ///< "table", ...
[[nodiscard]] std::optional<OutputFormat> parseOutputFormat(std::string_view word);

/// The world around a command; tests give it their own. out is for results only, err for notes, progress and errors.
struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    TextStyle outStyle; ///< of a terminal behind out; width 0 when there is none
    bool errIsTerminal = false;
    int inDescriptor = -1; ///< behind in, when it can be waited for together with Ctrl+C; -1 = read the stream itself
};

struct OptionSpec {
    std::string_view name; ///< without dashes
    std::string_view value; ///< name of the value; empty = a flag
    std::string_view help;
    std::string_view words = {}; ///< values a shell may offer, separated by spaces; files where the value is FILE
};

/// What a command produced: text on demand, once per format that was asked for.
struct CommandOutput {
    std::function<std::string(OutputFormat, const TextStyle&)> render;
    int exitCode = kExitOk;
};

struct Context;

/// One row per command: parsing, help and completions are made from it.
struct CommandSpec {
    std::string_view name;
    std::string_view arguments; ///< "FILE...", as in the synopsis
    std::string_view summary; ///< one line
    std::string_view description; ///< for --help
    std::vector<OptionSpec> options; ///< beside the common ones
    std::vector<std::string_view> examples;
    std::vector<OutputFormat> formats; ///< the first is the default; empty = plain text only, without common options
    std::size_t minArguments = 0;
    Result<CommandOutput> (*run)(Context& context) = nullptr;
    std::string_view words = {}; ///< first arguments a shell may offer, separated by spaces; empty = files
};
[[nodiscard]] const std::vector<CommandSpec>& commandTable();
[[nodiscard]] const std::vector<OptionSpec>& commonOptions();

/// The words after the command, checked against its spec.
class Arguments {
public:
    /// Errors: Usage, with the nearest option where there is one.
    [[nodiscard]] static Result<Arguments> parse(const CommandSpec& command, const std::vector<std::string>& words);
    [[nodiscard]] bool has(std::string_view option) const { return m_values.find(option) != m_values.end(); }
    /// The last value given; nullopt when the option is absent.
    [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
    [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
    [[nodiscard]] const std::vector<std::string>& positional() const { return m_positional; }
    /// Errors: Usage when the value is not a whole number >= 0.
    [[nodiscard]] Result<std::optional<std::size_t>> count(std::string_view option) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> m_values;
    std::vector<std::string> m_positional;
};

/// What a command gets.
struct Context {
    const CommandSpec& command;
    const Arguments& arguments;
    Streams& io;
    TaskContext task;
    std::shared_ptr<const ImporterRegistry> registry;

    [[nodiscard]] bool isQuiet() const { return arguments.has("quiet"); }
    /// "note: TEXT" on err, unless quiet.
    void note(std::string_view text) const;
    /// "warning: TEXT" on err, unless quiet.
    void warning(std::string_view text) const;
    /// "error: TEXT" on err, always.
    void error(std::string_view text) const;
};

[[nodiscard]] Error usageError(std::string message, std::string hint = {});
/// Usage error for a word of a list: names the nearest one, or all of them.
[[nodiscard]] Error unknownWord(std::string_view what, std::string_view typed, std::span<const std::string_view> words);

// One function per command; each lives in its own file.
[[nodiscard]] Result<CommandOutput> runInspect(Context& context);
[[nodiscard]] Result<CommandOutput> runTop(Context& context);
[[nodiscard]] Result<CommandOutput> runFlame(Context& context);
[[nodiscard]] Result<CommandOutput> runDiff(Context& context);
[[nodiscard]] Result<CommandOutput> runGrowth(Context& context);
[[nodiscard]] Result<CommandOutput> runCost(Context& context);
[[nodiscard]] Result<CommandOutput> runRightsize(Context& context);
[[nodiscard]] Result<CommandOutput> runAnomalies(Context& context);
[[nodiscard]] Result<CommandOutput> runAnalyze(Context& context);
[[nodiscard]] Result<CommandOutput> runPlugins(Context& context);
[[nodiscard]] Result<CommandOutput> runCompletions(Context& context);
[[nodiscard]] Result<CommandOutput> runMan(Context& context);
[[nodiscard]] Result<CommandOutput> runVersion(Context& context);

/// The whole program without its process: words without the program name. Returns the exit status.
[[nodiscard]] int runCli(const std::vector<std::string>& words, Streams& io, const std::stop_token& stop);

} // namespace heaptoll::cli
