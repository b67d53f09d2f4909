// SPDX-License-Identifier: Apache-2.0
// Format: JSON, "schema": "heaptoll.workspace/1"; resources/schema/workspace.schema.json.
#include "core/session/workspace_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>

namespace heaptoll {
namespace {

using namespace Qt::StringLiterals;

constexpr auto kSchemaPrefix = QLatin1StringView("heaptoll.workspace/");
constexpr int kVersion = 1;

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QString stateName(FindingState::State state)
{
    switch (state) {
    case FindingState::State::Open: return u"open"_s;
    case FindingState::State::Done: return u"done"_s;
    case FindingState::State::Muted: return u"muted"_s;
    }
    return u"open"_s;
}

QString clockName(TimePlacement::Clock clock)
{
    switch (clock) {
    case TimePlacement::Clock::Wall: return u"wall"_s;
    case TimePlacement::Clock::Relative: return u"relative"_s;
    case TimePlacement::Clock::RateOnly: return u"rate_only"_s;
    }
    return u"wall"_s;
}

/// Paths below the workspace's folder are stored relative, so that folder and data move together.
class PathCodec {
public:
    explicit PathCodec(const QString& workspacePath)
        : m_folder(QFileInfo(workspacePath).absoluteDir())
    { }
    QString encode(const std::string& path) const
    {
        const QString absolute = QFileInfo(text(path)).absoluteFilePath();
        const QString relative = m_folder.relativeFilePath(absolute);
        return relative.startsWith(u"../.."_s) ? absolute : relative;
    }
    std::string decode(const QString& stored) const
    {
        // ":/x" would be a resource of this program, not a file
        const bool isResource = stored.startsWith(u':');
        return QDir::cleanPath(isResource ? m_folder.filePath(u"./"_s + stored) : m_folder.absoluteFilePath(stored))
            .toStdString();
    }

private:
    QDir m_folder;
};

QJsonObject encodeOptions(const AnalysisOptions& options, const PathCodec& paths)
{
    QJsonArray rules;
    for (const ServiceRule& rule : options.rules) {
        rules.append(QJsonObject { { u"field"_s, text(rule.field) }, { u"pattern"_s, text(rule.pattern) },
            { u"service"_s, text(rule.service) }, { u"ignore"_s, rule.ignore } });
    }
    QJsonObject services;
    for (const auto& [path, service] : options.serviceOfPath) {
        services.insert(paths.encode(path), text(service));
    }
    QJsonObject placements;
    for (const auto& [path, placement] : options.placementOfPath) {
        QJsonObject json { { u"clock"_s, clockName(placement.clock) } };
        if (placement.start) {
            json.insert(u"start"_s, text(toIso8601(*placement.start)));
        }
        placements.insert(paths.encode(path), json);
    }
    QJsonObject json { { u"hoursPerMonth"_s, options.hoursPerMonth },
        { u"basis"_s, text(std::string(name(options.basis))) }, { u"rules"_s, rules }, { u"services"_s, services },
        { u"placements"_s, placements }, { u"sizingPolicy"_s, text(std::string(name(options.sizing.policy))) } };
    if (options.sizing.headroom) {
        json.insert(u"sizingHeadroom"_s, *options.sizing.headroom);
    }
    if (options.cpuToMemoryRatio) {
        json.insert(u"cpuToMemoryRatio"_s, *options.cpuToMemoryRatio);
    }
    if (options.rateCardPerGibHour) {
        json.insert(u"rateCardPerGibHour"_s, *options.rateCardPerGibHour);
        json.insert(u"rateCardCurrency"_s, text(options.rateCardCurrency));
    }
    return json;
}

/// Without the file, which is added by the caller.
Error malformed(const std::string& message)
{
    return { ErrorCode::Malformed, message, {},
        "mend or delete this entry, or open the data files themselves instead" };
}

/// A number that results are computed from. Out of its range it would give nonsense far from here.
Result<std::optional<double>> numberFrom(const QJsonObject& json, const QString& key, double least)
{
    const QJsonValue value = json.value(key);
    if (!value.isDouble()) {
        return std::optional<double> {};
    }
    constexpr double kMost = 1e6; // no setting comes near it
    const double number = value.toDouble();
    if (!(number >= least && number <= kMost)) {
        return malformed("options." + key.toStdString() + " is " + std::to_string(number) + ", which is out of range");
    }
    return std::optional(number);
}

Result<AnalysisOptions> decodeOptions(const QJsonObject& json, const PathCodec& paths)
{
    constexpr double kLeastPositive = 1e-9;
    AnalysisOptions options;
    HEAPTOLL_TRY_ASSIGN(const std::optional<double> hours, numberFrom(json, u"hoursPerMonth"_s, 1));
    options.hoursPerMonth = hours.value_or(options.hoursPerMonth);
    options.basis = parseCostBasis(json.value(u"basis"_s).toString().toStdString()).value_or(options.basis);
    options.sizing.policy =
        parseSizingPolicy(json.value(u"sizingPolicy"_s).toString().toStdString()).value_or(options.sizing.policy);
    HEAPTOLL_TRY_ASSIGN(options.sizing.headroom, numberFrom(json, u"sizingHeadroom"_s, 0));
    HEAPTOLL_TRY_ASSIGN(options.cpuToMemoryRatio, numberFrom(json, u"cpuToMemoryRatio"_s, kLeastPositive));
    HEAPTOLL_TRY_ASSIGN(options.rateCardPerGibHour, numberFrom(json, u"rateCardPerGibHour"_s, 0));
    options.rateCardCurrency = json.value(u"rateCardCurrency"_s).toString(u"USD"_s).toStdString();
    const QJsonArray rules = json.value(u"rules"_s).toArray();
    for (const auto& value : rules) {
        const QJsonObject rule = value.toObject();
        options.rules.push_back(
            { rule.value(u"field"_s).toString().toStdString(), rule.value(u"pattern"_s).toString().toStdString(),
                rule.value(u"service"_s).toString().toStdString(), rule.value(u"ignore"_s).toBool() });
    }
    const QJsonObject services = json.value(u"services"_s).toObject();
    for (auto it = services.begin(); it != services.end(); ++it) {
        options.serviceOfPath.emplace(paths.decode(it.key()), it.value().toString().toStdString());
    }
    const QJsonObject placements = json.value(u"placements"_s).toObject();
    for (auto it = placements.begin(); it != placements.end(); ++it) {
        TimePlacement placement;
        const QString clock = it.value().toObject().value(u"clock"_s).toString();
        placement.clock = clock == u"relative"_s ? TimePlacement::Clock::Relative
            : clock == u"rate_only"_s            ? TimePlacement::Clock::RateOnly
                                                 : TimePlacement::Clock::Wall;
        placement.start = parseInstant(it.value().toObject().value(u"start"_s).toString().toStdString());
        options.placementOfPath.emplace(paths.decode(it.key()), placement);
    }
    return options;
}

QJsonArray encodeSources(const std::vector<WorkspaceSource>& sources, const PathCodec& paths)
{
    QJsonArray json;
    for (const WorkspaceSource& source : sources) {
        // Sizes as text: JSON numbers lose integers beyond 2^53.
        QJsonObject one { { u"path"_s, paths.encode(source.path) },
            { u"sizeBytes"_s, QString::number(source.sizeBytes) } };
        if (source.format) {
            one.insert(u"format"_s, text(*source.format));
        }
        json.append(one);
    }
    return json;
}

Result<std::vector<WorkspaceSource>> decodeSources(const QJsonArray& json, const PathCodec& paths)
{
    std::vector<WorkspaceSource> sources;
    for (const auto& value : json) {
        const QJsonObject one = value.toObject();
        const QString stored = one.value(u"path"_s).toString();
        if (stored.isEmpty()) {
            return malformed("sources[" + std::to_string(sources.size()) + "] has no path");
        }
        WorkspaceSource source;
        source.path = paths.decode(stored);
        source.sizeBytes = one.value(u"sizeBytes"_s).toString().toULongLong();
        if (one.contains(u"format"_s)) {
            source.format = one.value(u"format"_s).toString().toStdString();
        }
        const QFileInfo info(text(source.path));
        source.isMissing = !info.exists();
        source.isChanged = info.isFile() && static_cast<std::uint64_t>(info.size()) != source.sizeBytes;
        sources.push_back(std::move(source));
    }
    return sources;
}

QJsonObject encodeStates(const std::map<std::string, FindingState>& states)
{
    QJsonObject json;
    for (const auto& [fingerprint, state] : states) {
        QJsonObject one { { u"state"_s, stateName(state.state) } };
        if (!state.reason.empty()) {
            one.insert(u"reason"_s, text(state.reason));
        }
        if (state.until) {
            one.insert(u"until"_s, text(toIso8601(*state.until)));
        }
        json.insert(text(fingerprint), one);
    }
    return json;
}

std::map<std::string, FindingState> decodeStates(const QJsonObject& json)
{
    std::map<std::string, FindingState> states;
    for (auto it = json.begin(); it != json.end(); ++it) {
        const QJsonObject one = it.value().toObject();
        FindingState state;
        const QString word = one.value(u"state"_s).toString();
        state.state = word == u"done"_s ? FindingState::State::Done
            : word == u"muted"_s        ? FindingState::State::Muted
                                        : FindingState::State::Open;
        state.reason = one.value(u"reason"_s).toString().toStdString();
        state.until = parseInstant(one.value(u"until"_s).toString().toStdString());
        states.emplace(it.key().toStdString(), std::move(state));
    }
    return states;
}

/// Names the file in an error that knows only the place inside.
Error inFile(Error error, const std::string& path)
{
    error.where.source = path;
    return error;
}

Error ioError(const QString& path, const QString& what)
{
    return { ErrorCode::Io, what.toStdString(), { path.toStdString(), {}, 0, {} },
        "check the folder and its permissions" };
}

} // namespace

Result<Workspace> loadWorkspace(const std::string& path)
{
    const QString name = text(path);
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return ioError(name, u"cannot be read: "_s + file.errorString());
    }
    const QByteArray bytes = file.readAll();
    return parseWorkspace({ bytes.constData(), static_cast<std::size_t>(bytes.size()) }, path);
}

Result<Workspace> parseWorkspace(std::string_view bytes, const std::string& path)
{
    QJsonParseError problem {};
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())), &problem);
    if (!document.isObject()) { // of a text that is cut, Qt's offset may lie behind its end
        return Error { ErrorCode::Malformed, "is not a workspace: " + problem.errorString().toStdString(),
            { path, std::min<std::uint64_t>(static_cast<std::uint64_t>(problem.offset), bytes.size()), 0, {} },
            "open the data files themselves instead" };
    }
    const QJsonObject json = document.object();
    const QString schema = json.value(u"schema"_s).toString();
    if (!schema.startsWith(kSchemaPrefix)) {
        return Error { ErrorCode::Malformed, "is JSON, but not a Heaptoll workspace", { path },
            "a workspace begins with \"schema\": \"heaptoll.workspace/1\"" };
    }
    bool isNumber = false;
    const int version = schema.mid(kSchemaPrefix.size()).toInt(&isNumber);
    if (!isNumber || version < 1) {
        return Error { ErrorCode::Malformed, "has no version: its schema is " + schema.toStdString(), { path },
            "a workspace begins with \"schema\": \"heaptoll.workspace/1\"" };
    }
    if (version > kVersion) {
        return Error { ErrorCode::Unsupported, "was written by a newer Heaptoll (" + schema.toStdString() + ")",
            { path }, "update Heaptoll to open it" };
    }
    const PathCodec paths(text(path));
    Workspace workspace;
    auto sources = decodeSources(json.value(u"sources"_s).toArray(), paths);
    if (!sources.ok()) {
        return inFile(std::move(sources).error(), path);
    }
    auto options = decodeOptions(json.value(u"options"_s).toObject(), paths);
    if (!options.ok()) {
        return inFile(std::move(options).error(), path);
    }
    workspace.sources = std::move(sources).value();
    workspace.options = std::move(options).value();
    workspace.findingStates = decodeStates(json.value(u"findings"_s).toObject());
    workspace.viewJson = QJsonDocument(json.value(u"view"_s).toObject()).toJson(QJsonDocument::Compact).toStdString();
    return workspace;
}

std::string workspaceText(const Workspace& workspace, const std::string& path)
{
    const PathCodec paths(text(path));
    const QJsonObject json { { u"schema"_s, QString(kSchemaPrefix + QString::number(kVersion)) },
        { u"sources"_s, encodeSources(workspace.sources, paths) },
        { u"options"_s, encodeOptions(workspace.options, paths) },
        { u"findings"_s, encodeStates(workspace.findingStates) },
        { u"view"_s, QJsonDocument::fromJson(QByteArray::fromStdString(workspace.viewJson)).object() } };
    return QJsonDocument(json).toJson().toStdString();
}

Result<void> saveWorkspace(const Workspace& workspace, const std::string& path)
{
    const QString name = text(path);
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly)) {
        return ioError(name, u"cannot be written: "_s + file.errorString());
    }
    file.write(QByteArray::fromStdString(workspaceText(workspace, path)));
    if (!file.commit()) {
        return ioError(name, u"cannot be written: "_s + file.errorString());
    }
    return {};
}

} // namespace heaptoll
