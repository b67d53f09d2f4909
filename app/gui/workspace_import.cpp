// SPDX-License-Identifier: GPL-3.0-or-later
// How files get into a workspace, out of it, and to another place.
#include "app/gui/job_manager.h"
#include "app/gui/text.h"
#include "app/gui/value_command.h"
#include "app/gui/workspace_controller.h"

#include <QFileInfo>

#include <algorithm>

namespace heaptoll::gui {

namespace {

bool isNoise(const ImportedFile& file)
{
    return file.documents.empty() && file.error && file.error->code == ErrorCode::Cancelled;
}

/// What nobody could even begin to read, with the reason.
std::vector<ImportedFile> unread(const std::vector<std::string>& paths, const Error& error)
{
    std::vector<ImportedFile> files(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        files[i].path = paths[i];
        files[i].error = error;
    }
    return files;
}

bool isGone(const ImportedFile& file)
{
    return file.error && file.error->code == ErrorCode::Io && !QFileInfo::exists(toQString(file.path));
}

template<typename Value>
void renameKey(std::map<std::string, Value>& map, const std::string& from, const std::string& to)
{
    if (auto node = map.extract(from); !node.empty()) {
        node.key() = to;
        map.insert(std::move(node));
    }
}

/// The sheet says all there is to say of a file: "automatic" takes back what an earlier import was told.
template<typename Value>
void choose(std::map<std::string, Value>& map, const std::string& path, const std::optional<Value>& choice)
{
    if (choice) {
        map[path] = *choice;
    } else {
        map.erase(path);
    }
}

} // namespace

void WorkspaceController::loadFiles(const QStringList& paths)
{
    m_isSample = true;
    startImport(paths, Purpose::Content);
}

void WorkspaceController::importFiles(const QStringList& paths)
{
    startImport(paths, Purpose::Edit);
}

void WorkspaceController::startImport(const QStringList& paths, Purpose purpose, const std::vector<Relocation>& moved)
{
    if (paths.isEmpty()) {
        return;
    }
    std::vector<std::string> names;
    for (const QString& path : paths) {
        names.push_back(toUtf8(path));
    }
    ImportOptions options;
    options.formatOfPath = m_formatOfPath;
    options.present = m_files;
    for (const Relocation& move : moved) {
        renameKey(options.formatOfPath, move.from, move.to);
    }
    readFiles(names, std::move(options), [this, names, purpose, moved](std::vector<ImportedFile> files) {
        if (purpose == Purpose::Fill) {
            std::erase_if(files, [&](const ImportedFile& file) { return !isWanted(file.path, names); });
        }
        takeImported(std::move(files), purpose, moved);
    });
}

void WorkspaceController::readFiles(
    const std::vector<std::string>& paths, ImportOptions options, std::function<void(std::vector<ImportedFile>)> take)
{
    const auto id = std::make_shared<quint64>(0);
    *id = m_jobs.run(
        tr("Importing %n file(s)", "", static_cast<int>(paths.size())), this,
        [paths, options = std::move(options), registry = m_registry](
            const TaskContext& task) -> Result<std::vector<ImportedFile>> {
            const ImportObserver observer { [&task](const ImportProgress& step) {
                                               task.progress({ step.doneBytes, step.totalBytes, "reading" });
                                           },
                {}, {} };
            return importPaths(*registry->get(), paths, options, task, observer);
        },
        [this, id, paths, take = std::move(take)](Result<std::vector<ImportedFile>> result) {
            m_importJobs.erase(*id);
            take(result.ok() ? std::move(result).value() : unread(paths, result.error()));
        });
    m_importJobs.insert(*id);
}

/// False for what came of a source that was removed while it was read.
bool WorkspaceController::isWanted(const std::string& path, const std::vector<std::string>& requested) const
{
    const auto isListed = [this](const std::string& source) {
        return std::ranges::find(m_files, source, &ImportedFile::path) != m_files.end();
    };
    return isListed(path) || std::ranges::any_of(requested, [&](const std::string& folder) {
        return path.starts_with(folder + '/') && isListed(folder);
    });
}

void WorkspaceController::takeImported(
    std::vector<ImportedFile> files, Purpose purpose, const std::vector<Relocation>& moved)
{
    std::erase_if(files, isNoise);
    const auto read = static_cast<int>(
        std::ranges::count_if(files, [](const ImportedFile& file) { return !file.documents.empty(); }));
    const bool isKnown = read > 0; // else also what nobody recognised is what was asked for
    const auto failed = static_cast<int>(std::ranges::count_if(
        files, [isKnown](const ImportedFile& file) { return isKnown ? isUnread(file) : file.error.has_value(); }));
    auto [removed, added] = placed(std::move(files), moved);
    if (purpose != Purpose::Edit || added.empty()) {
        replaceFiles(removed, added);
        analyze();
    } else {
        const QString what = moved.empty() ? tr("import %n file(s)", "", static_cast<int>(added.size()))
                                           : tr("locate %n file(s)", "", static_cast<int>(moved.size()));
        FilesChange change { std::move(removed), std::move(added), m_workspace.options, m_formatOfPath };
        for (const Relocation& move : moved) {
            renameKey(change.options.serviceOfPath, move.from, move.to);
            renameKey(change.options.placementOfPath, move.from, move.to);
            renameKey(change.formatOfPath, move.from, move.to);
        }
        pushFiles(what, std::move(change));
    }
    emit importFinished(read, failed);
}

void WorkspaceController::addImported(std::vector<ImportedFile> files, const SourceChoices& choices)
{
    auto [removed, added] = placed(std::move(files), {});
    const auto count = static_cast<int>(added.size());
    FilesChange change { std::move(removed), std::move(added), m_workspace.options, m_formatOfPath };
    for (const auto& [path, choice] : choices) {
        choose(change.options.serviceOfPath, path, choice.service);
        choose(change.options.placementOfPath, path, choice.placement);
        choose(change.formatOfPath, path, choice.format);
    }
    pushFiles(tr("import %n file(s)", "", count), std::move(change));
}

std::pair<PlacedFiles, PlacedFiles> WorkspaceController::placed(
    std::vector<ImportedFile> files, const std::vector<Relocation>& moved) const
{
    PlacedFiles removed;
    PlacedFiles added;
    std::set<std::size_t> taken;
    std::size_t end = m_files.size();
    const auto take = [&](const std::string& path) {
        const auto it = std::ranges::find(m_files, path, &ImportedFile::path);
        const auto index = static_cast<std::size_t>(it - m_files.begin());
        if (it == m_files.end() || !taken.insert(index).second) {
            return m_files.size();
        }
        removed.emplace_back(index, *it);
        return index;
    };
    for (ImportedFile& file : files) {
        const auto move = std::ranges::find(moved, file.path, &Relocation::to);
        std::size_t index = take(file.path);
        if (move != moved.end() && move->from != move->to) {
            index = std::min(index, take(move->from));
        }
        added.emplace_back(index == m_files.size() ? end++ : index, std::move(file));
    }
    const auto byPlace = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::ranges::sort(removed, byPlace);
    std::ranges::stable_sort(added, byPlace);
    return { std::move(removed), std::move(added) };
}

void WorkspaceController::pushFiles(const QString& what, FilesChange change)
{
    FilesChange back { change.added, change.removed, m_workspace.options, m_formatOfPath };
    m_undo.push(new ValueCommand<FilesChange>(
        what, std::move(back), std::move(change), [this](const FilesChange& value) { applyFiles(value); }));
}

void WorkspaceController::applyFiles(const FilesChange& change)
{
    m_formatOfPath = change.formatOfPath;
    m_areOverlapsStale = true;
    replaceFiles(change.removed, change.added);
    setOptions(change.options);
}

void WorkspaceController::replaceFiles(const PlacedFiles& removed, const PlacedFiles& added)
{
    for (const auto& [place, gone] : removed) {
        std::erase_if(m_files, [&path = gone.path](const ImportedFile& file) { return file.path == path; });
    }
    for (const auto& [place, file] : added) {
        m_files.insert(m_files.begin() + static_cast<std::ptrdiff_t>(std::min(place, m_files.size())), file);
    }
    m_missing.clear();
    for (const ImportedFile& file : m_files) {
        if (isGone(file)) {
            m_missing.insert(file.path);
        }
    }
    emit filesChanged();
}

void WorkspaceController::cancelImport()
{
    for (const quint64 id : std::set<quint64>(m_importJobs)) {
        m_jobs.cancel(id);
    }
}

void WorkspaceController::cancelWork()
{
    cancelImport();
    m_jobs.cancel(m_analysisJob);
}

void WorkspaceController::analyzeAgain()
{
    if (m_analysisJob == 0) {
        analyze();
    }
}

void WorkspaceController::forgetJob(quint64 id)
{
    if (m_importJobs.erase(id) > 0) {
        if (!m_analysis && !m_files.empty() && m_analysisJob == 0) {
            analyze(); // of nothing yet: the pages say so instead of waiting
        }
    } else if (id == m_analysisJob) {
        m_analysisJob = 0;
        if (!m_files.empty()) {
            m_analysisError = Error(ErrorCode::Cancelled, "the analysis was cancelled");
            emit analysisFailed();
        }
    }
}

void WorkspaceController::removeFile(const std::string& path)
{
    std::vector<std::string> hidden; // behind the one that goes
    ImportOptions options;
    options.formatOfPath = m_formatOfPath;
    for (const ImportedFile& file : m_files) {
        if (file.cover && file.cover->by == path && !file.cover->isPart) {
            hidden.push_back(file.path);
        } else if (file.path != path) {
            options.present.push_back(file);
        }
    }
    if (hidden.empty()) {
        pushRemoval(path, {});
        return;
    }
    readFiles(hidden, std::move(options), [this, path](std::vector<ImportedFile> files) {
        std::erase_if(files, isNoise);
        pushRemoval(path, std::move(files));
    });
}

/// One edit, so that undo brings back what went and hides again what had come for it.
void WorkspaceController::pushRemoval(const std::string& path, std::vector<ImportedFile> readInstead)
{
    auto [removed, added] = placed(std::move(readInstead), {});
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        const ImportedFile& file = m_files[i];
        if (file.path == path || (file.cover && file.cover->by == path && file.cover->isPart)) {
            removed.emplace_back(i, file);
        }
    }
    std::ranges::sort(removed, {}, [](const auto& file) { return file.first; });
    if (!removed.empty()) {
        pushFiles(tr("remove %1").arg(QFileInfo(toQString(path)).fileName()),
            { std::move(removed), std::move(added), m_workspace.options, m_formatOfPath });
    }
}

std::vector<WorkspaceController::Relocation> WorkspaceController::relocations(
    const std::string& oldPath, const std::string& newPath) const
{
    std::vector<Relocation> moved { { oldPath, newPath } };
    // What differs is the folder that was moved; the end of both paths is the same.
    std::size_t same = 0;
    while (same < std::min(oldPath.size(), newPath.size())
        && oldPath[oldPath.size() - same - 1] == newPath[newPath.size() - same - 1]) {
        ++same;
    }
    const std::string oldFolder = oldPath.substr(0, oldPath.size() - same);
    const std::string newFolder = newPath.substr(0, newPath.size() - same);
    for (const std::string& missing : m_missing) {
        if (missing == oldPath || !missing.starts_with(oldFolder)) {
            continue;
        }
        const std::string candidate = newFolder + missing.substr(oldFolder.size());
        if (QFileInfo::exists(toQString(candidate))) {
            moved.push_back({ missing, candidate });
        }
    }
    return moved;
}

void WorkspaceController::locateFile(const std::string& oldPath, const QString& newPath)
{
    const std::vector<Relocation> moved = relocations(oldPath, toUtf8(newPath));
    QStringList paths;
    for (const Relocation& move : moved) {
        paths << toQString(move.to);
    }
    startImport(paths, Purpose::Edit, moved);
}

} // namespace heaptoll::gui
