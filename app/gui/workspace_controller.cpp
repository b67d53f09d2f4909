// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/workspace_controller.h"

#include "app/gui/job_manager.h"
#include "app/gui/text.h"
#include "app/gui/trace.h"
#include "app/gui/value_command.h"
#include "app/gui/workspace_view.h"
#include "core/import/overlapping_bills.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

std::vector<DocumentPtr> documentsOf(const std::vector<ImportedFile>& files)
{
    std::vector<DocumentPtr> documents;
    for (const ImportedFile& file : files) {
        documents.insert(documents.end(), file.documents.begin(), file.documents.end());
    }
    return documents;
}

/// The row of a source before its import has said anything.
ImportedFile unread(const WorkspaceSource& source)
{
    ImportedFile file;
    file.path = source.path;
    file.error = source.isMissing
        ? Error { ErrorCode::Io, "the file is not there any more", { source.path, {}, 0, {} },
              "locate it, or remove it from the workspace" }
        : Error { ErrorCode::Cancelled, "was not read", { source.path, {}, 0, {} }, "read it again" };
    return file;
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
    connect(&m_undo, &QUndoStack::indexChanged, &m_autosaveTimer, qOverload<>(&QTimer::start));
    connect(&m_undo, &QUndoStack::cleanChanged, this, &WorkspaceController::unsavedChanged);
    connect(&m_jobs, &JobManager::jobCancelled, this, &WorkspaceController::forgetJob);
}

QString WorkspaceController::displayName() const
{
    if (m_path.isEmpty()) {
        return m_isSample ? tr("Leaky shop (sample)") : tr("Untitled workspace");
    }
    return QFileInfo(m_path).completeBaseName();
}

bool isUnread(const ImportedFile& file)
{
    return file.documents.empty() && file.error.has_value() && file.error->code != ErrorCode::NotRecognized;
}

int WorkspaceController::unreadCount() const
{
    return static_cast<int>(std::ranges::count_if(m_files, &isUnread));
}

void WorkspaceController::analyze()
{
    m_analysisError.reset();
    m_jobs.cancel(std::exchange(m_analysisJob, 0)); // its end is no wish of the user
    // Which bills hold the same charges changes with the files; the job tells it with what it found.
    const auto documents = std::make_shared<std::vector<DocumentPtr>>(documentsOf(m_files));
    m_analysisJob = m_jobs.run(
        tr("Analyzing"), this,
        [analyze = m_engine.analyze, documents, marks = m_areOverlapsStale, options = m_workspace.options](
            const TaskContext& task) {
            if (marks) {
                markOverlaps(*documents, task);
            }
            return analyze(*documents, options, task);
        },
        [this, documents, before = *documents](Result<std::shared_ptr<const WorkspaceAnalysis>> result) {
            m_analysisJob = 0;
            if (result.ok()) {
                m_analysis = std::move(result).value();
                takeMarked(before, *documents);
                emit analysisChanged();
            } else {
                m_analysisError = std::move(result).error();
                emit analysisFailed();
            }
        });
}

/// What became of documents while they were analyzed.
void WorkspaceController::takeMarked(const std::vector<DocumentPtr>& before, const std::vector<DocumentPtr>& after)
{
    m_areOverlapsStale = false;
    if (before == after) {
        return;
    }
    for (ImportedFile& file : m_files) {
        for (DocumentPtr& document : file.documents) {
            const auto it = std::ranges::find(before, document);
            if (it != before.end()) {
                document = after[static_cast<std::size_t>(it - before.begin())];
            }
        }
    }
    emit filesChanged();
}

void WorkspaceController::setOptions(const AnalysisOptions& options)
{
    m_workspace.options = options;
    emit optionsChanged();
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
    m_files.clear();
    m_analysis.reset(); // before the jobs end: nothing is left to analyze
    m_jobs.cancelAll();
    m_workspace = {};
    m_formatOfPath.clear();
    m_missing.clear();
    m_undo.clear();
    m_path.clear();
    m_isSample = false;
    m_analysisError.reset();
    discardAutosave();
    emit filesChanged();
    emit optionsChanged();
    emit findingStatesChanged();
    emit pathChanged();
    emit analysisChanged();
}

void WorkspaceController::fill(Workspace workspace)
{
    m_files.clear();
    m_workspace = std::move(workspace);
    m_isSample = WorkspaceView::fromJson(m_workspace.viewJson).isSample;
    QStringList present;
    PlacedFiles rows;
    for (const WorkspaceSource& source : m_workspace.sources) {
        rows.emplace_back(rows.size(), unread(source));
        if (source.format) {
            m_formatOfPath[source.path] = *source.format;
        }
        if (!source.isMissing) {
            present << toQString(source.path);
        }
    }
    replaceFiles({}, rows);
    emit optionsChanged();
    emit findingStatesChanged();
    startImport(present, Purpose::Fill);
    if (present.isEmpty()) {
        analyze();
    }
    const auto changed = std::ranges::count_if(
        m_workspace.sources, [](const WorkspaceSource& source) { return source.isChanged && !source.isMissing; });
    if (changed > 0) {
        emit sourcesDiffer(static_cast<int>(changed));
    }
}

Result<void> WorkspaceController::open(const QString& path)
{
    HEAPTOLL_TRY_ASSIGN(Workspace workspace, loadWorkspace(toUtf8(path))); // before what is open is gone
    clear();
    m_path = QFileInfo(path).absoluteFilePath();
    fill(std::move(workspace));
    emit pathChanged();
    return {};
}

Workspace WorkspaceController::snapshot() const
{
    Workspace workspace = m_workspace;
    workspace.sources.clear();
    for (const ImportedFile& file : m_files) {
        WorkspaceSource source;
        source.path = toUtf8(QFileInfo(toQString(file.path)).absoluteFilePath());
        const auto known = std::ranges::find(m_workspace.sources, file.path, &WorkspaceSource::path);
        const bool keepsSize = m_missing.contains(file.path) && known != m_workspace.sources.end();
        source.sizeBytes =
            keepsSize ? known->sizeBytes : static_cast<std::uint64_t>(QFileInfo(toQString(file.path)).size());
        if (const auto format = m_formatOfPath.find(file.path); format != m_formatOfPath.end()) {
            source.format = format->second;
        }
        workspace.sources.push_back(std::move(source));
    }
    return workspace;
}

Result<void> WorkspaceController::save(const QString& path)
{
    const QString before = std::exchange(m_path, QFileInfo(path).absoluteFilePath());
    emit aboutToSave(false);
    Result<void> saved = saveWorkspace(snapshot(), toUtf8(m_path));
    if (!saved.ok()) {
        m_path = before;
        return saved;
    }
    m_undo.setClean();
    discardAutosave();
    emit pathChanged();
    return {};
}

void WorkspaceController::setViewJson(std::string json)
{
    m_workspace.viewJson = std::move(json);
}

void WorkspaceController::noteView()
{
    if (hasUnsavedChanges()) {
        m_autosaveTimer.start();
    }
}

void WorkspaceController::autosave()
{
    if (!hasUnsavedChanges()) {
        m_autosave.remove();
        return;
    }
    emit aboutToSave(true);
    const Result<void> saved = m_autosave.write(snapshot());
    if (!saved.ok()) {
        if (!std::exchange(m_hasAutosaveFailed, true)) {
            emit autosaveFailed(toQString(format(saved.error())));
        }
        return;
    }
    m_hasAutosaveFailed = false;
    trace("autosaved");
}

Result<bool> WorkspaceController::restoreAutosave()
{
    const QString left = m_autosave.takeAbandoned();
    if (left.isEmpty()) {
        return false;
    }
    Result<Workspace> workspace = loadWorkspace(toUtf8(left));
    if (!workspace.ok()) {
        Error error = workspace.error();
        const QString aside = m_autosave.putAside();
        error.hint = aside.isEmpty()
            ? toUtf8(tr("make a copy of %1 before you edit anything").arg(left))
            : toUtf8(tr("it is kept as %1; the Heaptoll that wrote it can open it").arg(aside));
        return error;
    }
    fill(std::move(workspace).value());
    m_path = WorkspaceView::fromJson(m_workspace.viewJson).savedAs;
    m_undo.resetClean(); // no *.toll has it
    emit pathChanged();
    trace("workspace-restored");
    return true;
}

void WorkspaceController::discardAutosave()
{
    m_autosaveTimer.stop();
    m_autosave.remove();
}

void WorkspaceController::setDocuments(const std::vector<DocumentPtr>& documents)
{
    PlacedFiles files;
    for (const DocumentPtr& document : documents) {
        ImportedFile file;
        file.path = document->path;
        file.documents = { document };
        files.emplace_back(files.size(), std::move(file));
    }
    m_files.clear();
    replaceFiles({}, files);
    analyze();
}

} // namespace heaptoll::gui
