// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/help.h"

#include <QByteArray>
#include <QSaveFile>
#include <QString>

#include <algorithm>
#include <array>
#include <ostream>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 8> kFormatNames { "table", "json", "csv", "markdown", "sarif", "folded", "svg",
    "speedscope" };

struct OutputFile {
    OutputFormat format = OutputFormat::Json;
    std::string path;
};

/// Where results go.
struct Destinations {
    OutputFormat onStdout = OutputFormat::Table;
    std::vector<OutputFile> files;
};

Result<OutputFormat> formatFor(const CommandSpec& command, std::string_view word)
{
    const std::optional<OutputFormat> format = parseOutputFormat(word);
    const bool isOffered = format && std::ranges::find(command.formats, *format) != command.formats.end();
    if (isOffered) {
        return *format;
    }
    std::vector<std::string_view> words;
    for (const OutputFormat offered : command.formats) {
        words.push_back(name(offered));
    }
    if (words.empty()) {
        return usageError(std::string(command.name) + " prints plain text only");
    }
    if (format) {
        std::string hint = "one of";
        for (const std::string_view offered : words) {
            hint += ' ' + std::string(offered);
        }
        return usageError(std::string(command.name) + " has no format '" + std::string(word) + '\'', hint);
    }
    return unknownWord("format", word, words);
}

Result<Destinations> destinationsOf(const CommandSpec& command, const Arguments& arguments)
{
    Destinations destinations;
    destinations.onStdout = command.formats.empty() ? OutputFormat::Table : command.formats.front();
    if (const auto word = arguments.value("format")) {
        HEAPTOLL_TRY_ASSIGN(destinations.onStdout, formatFor(command, *word));
    }
    for (const std::string& text : arguments.values("out")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals + 1 == text.size()) {
            return usageError("--out '" + text + "': expected FORMAT=PATH, e.g. json=report.json");
        }
        HEAPTOLL_TRY_ASSIGN(const OutputFormat format, formatFor(command, text.substr(0, equals)));
        destinations.files.push_back({ format, text.substr(equals + 1) });
    }
    return destinations;
}

/// Whole or not at all: a reader never sees half a report.
Result<void> writeFile(const std::string& path, const std::string& text)
{
    QSaveFile file(QString::fromStdString(path));
    const bool isWritten = file.open(QIODevice::WriteOnly)
        && file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size())
        && file.commit();
    if (!isWritten) {
        return Error { ErrorCode::Io, "cannot write: " + file.errorString().toStdString(), { path, {}, 0, {} }, {} };
    }
    return {};
}

int exitCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage: return kExitUsage;
    case ErrorCode::Cancelled: return kExitInterrupted;
    case ErrorCode::Internal: return kExitInternal;
    case ErrorCode::NotRecognized:
    case ErrorCode::Ambiguous:
    case ErrorCode::Malformed:
    case ErrorCode::Truncated:
    case ErrorCode::Unsupported:
    case ErrorCode::LimitExceeded:
    case ErrorCode::Io:
    case ErrorCode::Plugin: return kExitNothingRead;
    }
    return kExitInternal;
}

/// A caret under the column of a text the user typed; nothing for errors in files.
void printCaret(const Error& error, std::ostream& err)
{
    if (error.code != ErrorCode::Usage || !error.where.offset || error.where.source.empty()) {
        return;
    }
    const std::size_t column = std::min<std::size_t>(*error.where.offset, error.where.source.size());
    const std::string text = printable(error.where.source);
    err << "  " << text << "\n  "
        << std::string(displayWidth(printable(std::string_view(error.where.source).substr(0, column))), ' ') << "^\n";
}

int fail(const Error& error, Streams& io)
{
    if (error.code == ErrorCode::Cancelled) {
        io.err << "interrupted\n";
        return kExitInterrupted;
    }
    const bool isTyped = error.code == ErrorCode::Usage;
    const std::string hint = error.hint.empty() ? "" : " (" + error.hint + ')';
    io.err << "error: " << printable(isTyped ? error.message + hint : format(error)) << '\n';
    printCaret(error, io.err);
    return exitCodeOf(error.code);
}

/// Writes every form of the result. What was made while a stop was asked for may be half of it: nothing of that gets out.
int deliver(const CommandOutput& result, const Destinations& destinations, Streams& io, const std::stop_token& stop)
{
    const Error interrupted { ErrorCode::Cancelled, {}, {}, {} };
    for (const OutputFile& file : destinations.files) {
        const std::string text = stop.stop_requested() ? std::string() : result.render(file.format, {});
        if (stop.stop_requested()) {
            return fail(interrupted, io);
        }
        const Result<void> written = writeFile(file.path, text);
        if (!written.ok()) {
            fail(written.error(), io);
            return kExitUsage;
        }
    }
    const std::string text = stop.stop_requested() ? std::string() : result.render(destinations.onStdout, io.outStyle);
    if (stop.stop_requested()) {
        return fail(interrupted, io);
    }
    io.out << text << std::flush;
    return result.exitCode;
}

int runCommand(
    const CommandSpec& command, const std::vector<std::string>& words, Streams& io, const std::stop_token& stop)
{
    const Result<Arguments> arguments = Arguments::parse(command, words);
    if (!arguments.ok()) {
        io.err << "error: " << printable(arguments.error().message) << "\nsee 'heaptoll " << command.name << " -h'\n";
        return kExitUsage;
    }
    if (arguments.value().positional().size() < command.minArguments) {
        io.err << "error: " << command.name << " needs " << command.arguments << "\nsee 'heaptoll " << command.name
               << " -h'\n";
        return kExitUsage;
    }
    const Result<Destinations> destinations = destinationsOf(command, arguments.value());
    if (!destinations.ok()) {
        return fail(destinations.error(), io);
    }
    Context context { command, arguments.value(), io, { stop, {} }, ImporterRegistry::scan() };
    const Result<CommandOutput> output = command.run(context);
    if (!output.ok()) {
        return stop.stop_requested() ? fail({ ErrorCode::Cancelled, {}, {}, {} }, io) : fail(output.error(), io);
    }
    return deliver(output.value(), destinations.value(), io, stop);
}

int unknownCommand(const std::string& typed, Streams& io)
{
    std::vector<std::string_view> words;
    for (const CommandSpec& command : commandTable()) {
        words.push_back(command.name);
    }
    const Error error = unknownWord("command", typed, words);
    io.err << "error: " << printable(error.message) << '\n';
    if (!error.hint.empty()) {
        io.err << "see 'heaptoll --help'\n";
    }
    return kExitUsage;
}

bool asksFor(const std::vector<std::string>& words, std::string_view option)
{
    const auto end = std::ranges::find(words, "--");
    return std::find(words.begin(), end, option) != end;
}

} // namespace

std::string_view name(OutputFormat format)
{
    return kFormatNames[static_cast<std::size_t>(format)];
}

std::optional<OutputFormat> parseOutputFormat(std::string_view word)
{
    if (word == "collapsed") { // another tool's word for the same lines
        return OutputFormat::Folded;
    }
    const auto it = std::ranges::find(kFormatNames, word);
    return it == kFormatNames.end() ? std::nullopt
                                    : std::optional(static_cast<OutputFormat>(it - kFormatNames.begin()));
}

int runCli(const std::vector<std::string>& words, Streams& io, const std::stop_token& stop)
{
    if (words.empty()) {
        io.err << mainHelp();
        return kExitUsage;
    }
    std::string first = words.front();
    if (first == "--help" || first == "-h" || (first == "help" && words.size() == 1)) {
        io.out << mainHelp();
        return kExitOk;
    }
    first = first == "--version" ? "version" : first;
    const bool isHelpFor = first == "help";
    const std::string& wanted = isHelpFor ? words[1] : first;
    const auto command = std::ranges::find(commandTable(), wanted, &CommandSpec::name);
    if (command == commandTable().end()) {
        return unknownCommand(wanted, io);
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (isHelpFor || asksFor(rest, "--help")) {
        io.out << longHelp(*command);
        return kExitOk;
    }
    if (asksFor(rest, "-h")) {
        io.out << shortHelp(*command);
        return kExitOk;
    }
    return runCommand(*command, rest, io, stop);
}

} // namespace heaptoll::cli
