// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plugin_check.h"

#include "core/export/heap_json.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <algorithm>

namespace heaptoll::cli {
namespace {

constexpr int kCuts = 16;

/// Everything an import says, as text: two imports are the same when their texts are.
std::string importText(const ImporterRegistry& registry, const std::string& path, const TaskContext& task)
{
    const std::vector<ImportedFile> files = importPaths(registry, { path }, {}, task);
    ReportSources sources;
    for (const ImportedFile& file : files) {
        sources.documents.insert(sources.documents.end(), file.documents.begin(), file.documents.end());
        if (file.error) {
            sources.unread.push_back({ file.path, *file.error });
        }
    }
    return inspectJson(files, sources);
}

PluginCheck checkDetection(
    const ImporterRegistry& registry, const std::vector<PluginInfo>& plugins, const std::string& sample)
{
    const Detection first = detectFile(registry, sample);
    const Detection second = detectFile(registry, sample);
    PluginCheck check { sample + ": recognised, and the same twice", false, {} };
    if (first.error || first.candidates.empty()) {
        check.detail = first.error ? first.error->message : "no importer recognises it";
        return check;
    }
    const std::string& winner = first.candidates.front().format;
    const bool isOwn = std::ranges::any_of(plugins, [&winner](const PluginInfo& plugin) {
        return std::ranges::find(plugin.formats, winner) != plugin.formats.end();
    });
    const bool isSame = !second.candidates.empty() && second.candidates.front().format == winner
        && second.candidates.front().score == first.candidates.front().score;
    check.passed = isOwn && isSame;
    check.detail = winner + ", score " + std::to_string(first.candidates.front().score)
        + (isOwn ? "" : "; that is not a format of these plugins") + (isSame ? "" : "; another answer the second time");
    return check;
}

PluginCheck checkImport(const ImporterRegistry& registry, const std::string& sample, const TaskContext& task)
{
    const std::vector<ImportedFile> files = importPaths(registry, { sample }, {}, task);
    PluginCheck check { sample + ": imports, and the same twice", false, {} };
    for (const ImportedFile& file : files) {
        if (file.error) {
            check.detail = file.error->message;
            return check;
        }
    }
    check.passed = !files.empty() && importText(registry, sample, task) == importText(registry, sample, task);
    check.detail = check.passed ? "" : "two imports differ";
    return check;
}

Result<PluginCheck> checkCuts(const ImporterRegistry& registry, const std::string& sample, const TaskContext& task)
{
    QFile file(QString::fromStdString(sample));
    const QTemporaryDir folder;
    if (!file.open(QIODevice::ReadOnly) || !folder.isValid()) {
        return Error { ErrorCode::Io, "cannot copy the sample to a temporary folder", { sample, {}, 0, {} }, {} };
    }
    const QByteArray whole = file.readAll();
    PluginCheck check { sample + ": cut at every sixteenth it is partial or refused", true, {} };
    for (int cut = 0; cut < kCuts; ++cut) {
        if (task.cancelled()) {
            return Error { ErrorCode::Cancelled, {}, {}, {} };
        }
        const QString path = folder.filePath(QFileInfo(file.fileName()).fileName());
        QFile part(path);
        if (!part.open(QIODevice::WriteOnly) || part.write(whole.left(whole.size() * cut / kCuts)) < 0) {
            return Error { ErrorCode::Io, "cannot write a temporary file", {}, {} };
        }
        part.close();
        for (const ImportedFile& imported : importPaths(registry, { path.toStdString() }, {}, task)) {
            const bool isClean =
                !imported.error && std::ranges::none_of(imported.documents, [](const DocumentPtr& document) {
                    return isPartial(*document) || !document->issues.all().empty();
                });
            if (isClean && cut > 0 && whole.size() >= kCuts) {
                check.passed = false;
                check.detail += (check.detail.empty() ? "read as if whole at " : ", ") + std::to_string(cut) + "/16";
            }
        }
    }
    return check;
}

} // namespace

Result<std::vector<PluginCheck>> checkPlugin(const ImporterRegistry& registry, const std::vector<PluginInfo>& plugins,
    const std::vector<std::string>& samples, const TaskContext& task)
{
    std::vector<PluginCheck> checks;
    if (plugins.empty()) {
        checks.push_back({ "a plugin is found", false, "no plugin in that folder" });
    }
    for (const PluginInfo& plugin : plugins) {
        checks.push_back({ plugin.path + ": loads", plugin.state != PluginInfo::State::Failed, plugin.message });
    }
    for (const std::string& sample : samples) {
        checks.push_back(checkDetection(registry, plugins, sample));
        checks.push_back(checkImport(registry, sample, task));
        HEAPTOLL_TRY_ASSIGN(PluginCheck cuts, checkCuts(registry, sample, task));
        checks.push_back(std::move(cuts));
    }
    return checks;
}

} // namespace heaptoll::cli
