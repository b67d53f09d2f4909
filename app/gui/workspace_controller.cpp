// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/workspace_controller.h"

#include "app/gui/job_manager.h"
#include "app/gui/text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUndoCommand>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// An edit as two values; applying either is all that undo needs, since documents never change.
template<typename Value>
class ValueCommand final : public QUndoCommand {
public:
    ValueCommand(const QString& text, Value before, Value after, std::function<void(const Value&)> apply)
        : QUndoCommand(text)
        , m_before(std::move(before))
        , m_after(std::move(after))
        , m_apply(std::move(apply))
    { }
    void undo() override { m_apply(m_before); }
    void redo() override { m_apply(m_after); }

private:
    Value m_before;
    Value m_after;
    std::function<void(const Value&)> m_apply;
};

/// What the import jobs hand over.
struct ImportBatch {
    std::vector<ImportedFile> files;
    std::shared_ptr<const ImporterRegistry> registry;
};

std::vector<DocumentPtr> documentsOf(const std::vector<ImportedFile>& files)
{
    std::vector<DocumentPtr> documents;
    for (const ImportedFile& file : files) {
        documents.insert(documents.end(), file.documents.begin(), file.documents.end());
    }
    return documents;
}

bool isNoise(const ImportedFile& file)
{
    return file.error && file.error->code == ErrorCode::Cancelled;
}

} // namespace

WorkspaceController::WorkspaceController(JobManager& jobs, AnalysisEngine engine, QObject* parent)
    : QObject(parent)
    , m_jobs(jobs)
    , m_engine(std::move(engine))
{
    constexpr std::chrono::milliseconds kAutosaveDelay(1000);
    m_autosaveTimer.setInterval(kAutosaveDelay);
    m_autosaveTimer.setSingleShot(true);
    connect(&m_autosaveTimer, &QTimer::timeout, this, &WorkspaceController::autosave);
    connect(&m_undo, &QUndoStack::indexChanged, this, &WorkspaceController::noteChange);
}

QString WorkspaceController::displayName() const
{
    return m_path.isEmpty() ? tr("Untitled workspace") : QFileInfo(m_path).completeBaseName();
}

std::shared_ptr<const ImporterRegistry> WorkspaceController::registry()
{
    if (!m_registry) {
        m_registry = ImporterRegistry::scan();
    }
    return m_registry;
}

void WorkspaceController::importFiles(const QStringList& paths)
{
    if (paths.isEmpty()) {
        return;
    }
    std::vector<std::string> names;
    for (const QString& path : paths) {
        names.push_back(toUtf8(path));
    }
    const auto report = [this](const ImportProgress& progress) {
        QMetaObject::invokeMethod(
            this, [this, progress] { emit importProgress(progress); }, Qt::QueuedConnection);
    };
    m_importJob = m_jobs.run(
        tr("Importing %n file(s)", "", static_cast<int>(names.size())), this,
        [names, report, registry = m_registry](const TaskContext& task) -> Result<ImportBatch> {
            ImportBatch batch;
            batch.registry = registry ? registry : ImporterRegistry::scan();
            batch.files = importPaths(*batch.registry, names, {}, task, report);
            return batch;
        },
        [this](Result<ImportBatch> result) {
            m_importJob = 0;
            m_registry = result.value().registry;
            takeImported(std::move(result.value().files));
        });
}

void WorkspaceController::takeImported(std::vector<ImportedFile> imported)
{
    int failed = 0;
    int read = 0;
    for (ImportedFile& file : imported) {
        if (isNoise(file)) {
            continue;
        }
        (file.documents.empty() && file.error ? failed : read) += 1;
        const auto known = std::ranges::find(m_files, file.path, &ImportedFile::path);
        if (known != m_files.end()) {
            *known = std::move(file);
        } else {
            m_files.push_back(std::move(file));
        }
    }
    emit filesChanged();
    emit importFinished(read, failed);
    noteChange();
    analyze();
}

void WorkspaceController::cancelImport()
{
    if (m_importJob != 0) {
        m_jobs.cancel(m_importJob);
        m_importJob = 0;
    }
}

void WorkspaceController::removeFile(const std::string& path)
{
    std::erase_if(m_files, [&path](const ImportedFile& file) { return file.path == path; });
    emit filesChanged();
    noteChange();
    analyze();
}

void WorkspaceController::locateFile(const std::string& oldPath, const QString& newPath)
{
    std::erase_if(m_files, [&oldPath](const ImportedFile& file) { return file.path == oldPath; });
    importFiles({ newPath });
}

void WorkspaceController::analyze()
{
    if (m_analysisJob != 0) {
        m_jobs.cancel(m_analysisJob);
    }
    m_analysisJob = m_jobs.run(
        tr("Analyzing"), this,
        [analyze = m_engine.analyze, documents = documentsOf(m_files), options = m_workspace.options](
            const TaskContext& task) { return analyze(documents, options, task); },
        [this](Result<std::shared_ptr<const WorkspaceAnalysis>> result) {
            m_analysisJob = 0;
            if (result.ok()) {
                m_analysis = std::move(result).value();
                emit analysisChanged();
            }
        });
}

void WorkspaceController::setOptions(const AnalysisOptions& options)
{
    m_workspace.options = options;
    analyze();
}

void WorkspaceController::editOptions(const QString& what, AnalysisOptions options)
{
    m_undo.push(new ValueCommand<AnalysisOptions>(
        what, m_workspace.options, std::move(options), [this](const AnalysisOptions& value) { setOptions(value); }));
}

FindingState WorkspaceController::findingState(const std::string& fingerprint) const
{
    const auto it = m_workspace.findingStates.find(fingerprint);
    return it == m_workspace.findingStates.end() ? FindingState {} : it->second;
}

void WorkspaceController::setFindingState(const std::string& fingerprint, const FindingState& state)
{
    if (state.state == FindingState::State::Open) {
        m_workspace.findingStates.erase(fingerprint);
    } else {
        m_workspace.findingStates[fingerprint] = state;
    }
    emit findingStatesChanged();
}

void WorkspaceController::editFindingState(
    const QString& what, const std::string& fingerprint, const FindingState& state)
{
    m_undo.push(new ValueCommand<FindingState>(what, findingState(fingerprint), state,
        [this, fingerprint](const FindingState& value) { setFindingState(fingerprint, value); }));
}

void WorkspaceController::clear()
{
    m_jobs.cancelAll();
    m_importJob = 0;
    m_analysisJob = 0;
    m_workspace = {};
    m_files.clear();
    m_analysis.reset();
    m_undo.clear();
    m_path.clear();
    emit filesChanged();
    emit pathChanged();
    emit analysisChanged();
}

Result<void> WorkspaceController::open(const QString& path)
{
    HEAPTOLL_TRY_ASSIGN(Workspace workspace, loadWorkspace(toUtf8(path)));
    clear();
    m_workspace = std::move(workspace);
    m_path = path;
    QStringList present;
    for (const WorkspaceSource& source : m_workspace.sources) {
        if (!source.isMissing) {
            present << toQString(source.path);
            continue;
        }
        ImportedFile missing;
        missing.path = source.path;
        missing.error = Error { ErrorCode::Io, "the file is not there any more", { source.path, {}, 0, {} },
            "locate it, or remove it from the workspace" };
        m_files.push_back(std::move(missing));
    }
    emit pathChanged();
    emit filesChanged();
    importFiles(present);
    return {};
}

Workspace WorkspaceController::snapshot() const
{
    Workspace workspace = m_workspace;
    workspace.sources.clear();
    for (const ImportedFile& file : m_files) {
        WorkspaceSource source;
        source.path = toUtf8(QFileInfo(toQString(file.path)).absoluteFilePath());
        source.sizeBytes = static_cast<std::uint64_t>(QFileInfo(toQString(file.path)).size());
        workspace.sources.push_back(std::move(source));
    }
    return workspace;
}

Result<void> WorkspaceController::save(const QString& path)
{
    HEAPTOLL_TRY(saveWorkspace(snapshot(), toUtf8(path)));
    m_path = path;
    m_undo.setClean();
    emit pathChanged();
    return {};
}

QString WorkspaceController::autosavePath()
{
    // Qt 6.4 has no StateLocation.
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.isEmpty()) {
        state = QDir::homePath() + u"/.local/state"_s;
    }
    return state + u"/heaptoll/autosave.toll"_s;
}

void WorkspaceController::noteChange()
{
    if (!m_files.empty()) {
        m_autosaveTimer.start();
    }
}

void WorkspaceController::autosave() const
{
    const QString path = autosavePath();
    QDir().mkpath(QFileInfo(path).absolutePath());
    const Result<void> saved = saveWorkspace(snapshot(), toUtf8(path));
    if (!saved.ok()) {
        qWarning("heaptoll: autosave: %s", format(saved.error()).c_str());
    }
}

bool WorkspaceController::restoreAutosave()
{
    if (!QFile::exists(autosavePath()) || !open(autosavePath()).ok()) {
        return false;
    }
    m_path.clear(); // it was never saved by the user
    emit pathChanged();
    return true;
}

void WorkspaceController::discardAutosave()
{
    m_autosaveTimer.stop();
    QFile::remove(autosavePath());
}

void WorkspaceController::setDocuments(const std::vector<DocumentPtr>& documents)
{
    m_files.clear();
    for (const DocumentPtr& document : documents) {
        ImportedFile file;
        file.path = document->path;
        file.documents = { document };
        m_files.push_back(std::move(file));
    }
    emit filesChanged();
    analyze();
}

} // namespace heaptoll::gui
