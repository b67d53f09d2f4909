// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/analysis/gate_rule.h"

#include <QCommandLineParser>
#include <QStringList>

#include <charconv>
#include <ostream>

namespace heaptoll::cli {
namespace {

QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QCommandLineOption optionOf(const OptionSpec& spec)
{
    QStringList names { toQt(spec.name) };
    if (spec.name == "quiet") {
        names << QStringLiteral("q");
    }
    return spec.value.empty() ? QCommandLineOption(names, toQt(spec.help))
                              : QCommandLineOption(names, toQt(spec.help), toQt(spec.value));
}

std::vector<OptionSpec> optionsOf(const CommandSpec& command)
{
    std::vector<OptionSpec> all = command.options;
    all.insert(all.end(), commonOptions().begin(), commonOptions().end());
    return all;
}

Error parseError(const QCommandLineParser& parser, const std::vector<OptionSpec>& options)
{
    const QStringList unknown = parser.unknownOptionNames();
    if (unknown.isEmpty()) {
        return usageError(parser.errorText().toStdString());
    }
    std::vector<std::string_view> names;
    names.reserve(options.size());
    for (const OptionSpec& option : options) {
        names.push_back(option.name);
    }
    const std::string typed = unknown.front().toStdString();
    const std::string_view nearest = nearestWord(typed, names);
    std::string message = "unknown option '" + std::string(typed.size() > 1 ? "--" : "-") + typed + '\'';
    if (!nearest.empty()) {
        message += ", did you mean '--" + std::string(nearest) + "'?";
    }
    return usageError(std::move(message));
}

} // namespace

Result<Arguments> Arguments::parse(const CommandSpec& command, const std::vector<std::string>& words)
{
    const std::vector<OptionSpec> options = optionsOf(command);
    QCommandLineParser parser;
    for (const OptionSpec& option : options) {
        parser.addOption(optionOf(option));
    }
    QStringList list { QStringLiteral("heaptoll") };
    for (const std::string& word : words) {
        list << toQt(word);
    }
    if (!parser.parse(list)) {
        return parseError(parser, options);
    }
    Arguments arguments;
    for (const OptionSpec& option : options) {
        if (!parser.isSet(toQt(option.name))) {
            continue;
        }
        std::vector<std::string>& values = arguments.m_values[std::string(option.name)];
        for (const QString& value : parser.values(toQt(option.name))) {
            values.push_back(value.toStdString());
        }
    }
    for (const QString& word : parser.positionalArguments()) {
        arguments.m_positional.push_back(word.toStdString());
    }
    return arguments;
}

std::optional<std::string> Arguments::value(std::string_view option) const
{
    const auto it = m_values.find(option);
    return it == m_values.end() || it->second.empty() ? std::nullopt : std::optional(it->second.back());
}

std::vector<std::string> Arguments::values(std::string_view option) const
{
    const auto it = m_values.find(option);
    return it == m_values.end() ? std::vector<std::string> {} : it->second;
}

Result<std::optional<std::size_t>> Arguments::count(std::string_view option) const
{
    const std::optional<std::string> text = value(option);
    if (!text) {
        return std::optional<std::size_t> {};
    }
    std::size_t number = 0;
    const auto result = std::from_chars(text->data(), text->data() + text->size(), number);
    if (result.ec != std::errc() || result.ptr != text->data() + text->size()) {
        return usageError("--" + std::string(option) + ": '" + *text + "' is not a whole number", "0 means all");
    }
    return std::optional(number);
}

void Context::note(std::string_view text) const
{
    if (!isQuiet()) {
        io.err << "note: " << printable(text) << '\n';
    }
}

void Context::warning(std::string_view text) const
{
    if (!isQuiet()) {
        io.err << "warning: " << printable(text) << '\n';
    }
}

void Context::error(std::string_view text) const
{
    io.err << "error: " << printable(text) << '\n';
}

Error usageError(std::string message, std::string hint)
{
    return { ErrorCode::Usage, std::move(message), {}, std::move(hint) };
}

Error unknownWord(std::string_view what, std::string_view typed, std::span<const std::string_view> words)
{
    std::string message = "unknown " + std::string(what) + " '" + std::string(typed) + '\'';
    const std::string_view nearest = nearestWord(typed, words);
    if (!nearest.empty()) {
        return usageError(message + ", did you mean '" + std::string(nearest) + "'?");
    }
    std::string hint = "one of";
    for (const std::string_view word : words) {
        hint += ' ';
        hint += word;
    }
    return usageError(std::move(message), std::move(hint));
}

} // namespace heaptoll::cli
