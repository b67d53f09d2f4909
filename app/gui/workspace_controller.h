// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/range_loader.h"
#include "core/analysis/workspace_analysis.h"
#include "core/import/import.h"
#include "core/session/workspace_file.h"

#include <QObject>
#include <QStringList>
#include <QUndoStack>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace heaptoll::gui {

class JobManager;

/// The functions of the core that the GUI runs in jobs. Tests put their own analysis here.
struct AnalysisEngine {
    std::function<Result<std::shared_ptr<const WorkspaceAnalysis>>(
        std::vector<DocumentPtr> documents, const AnalysisOptions& options, const TaskContext& task)>
        analyze;
    RangeFunction range;
};

/// Owns what is open: sources, documents, options, the analysis, the finding states. Imports and analyses run as jobs;
/// a result that is older than the last request is dropped. All edits go over undoStack().
class WorkspaceController : public QObject {
    Q_OBJECT
public:
    WorkspaceController(JobManager& jobs, AnalysisEngine engine, QObject* parent = nullptr);

    /// Null until the first analysis.
    [[nodiscard]] const std::shared_ptr<const WorkspaceAnalysis>& analysis() const { return m_analysis; }
    [[nodiscard]] const std::vector<ImportedFile>& files() const { return m_files; }
    [[nodiscard]] const AnalysisOptions& options() const { return m_workspace.options; }
    [[nodiscard]] const AnalysisEngine& engine() const { return m_engine; }
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }
    [[nodiscard]] bool isEmpty() const { return m_files.empty(); }
    [[nodiscard]] bool isBusy() const { return m_importJob != 0 || m_analysisJob != 0; }
    [[nodiscard]] const QString& path() const { return m_path; } ///< of the *.toll; "" = never saved
    [[nodiscard]] QString displayName() const;
    [[nodiscard]] std::shared_ptr<const ImporterRegistry> registry();

    /// Adds files and folders. Failures are rows of files().
    void importFiles(const QStringList& paths);
    void cancelImport();
    void removeFile(const std::string& path);
    /// A source that was moved: reads it from the new place.
    void locateFile(const std::string& oldPath, const QString& newPath);
    /// Undoable: "Undo <what>". Starts a new analysis.
    void editOptions(const QString& what, AnalysisOptions options);
    [[nodiscard]] FindingState findingState(const std::string& fingerprint) const;
    void editFindingState(const QString& what, const std::string& fingerprint, const FindingState& state);

    void clear();
    /// Errors: as loadWorkspace. The sources are imported in a job; missing ones are rows with an error.
    [[nodiscard]] Result<void> open(const QString& path);
    [[nodiscard]] Result<void> save(const QString& path);
    [[nodiscard]] const std::string& viewJson() const { return m_workspace.viewJson; }
    void setViewJson(std::string json) { m_workspace.viewJson = std::move(json); }
    /// Crash-safe copy in the state folder, written a second after the last edit and removed by a clean exit.
    [[nodiscard]] static QString autosavePath();
    [[nodiscard]] bool restoreAutosave(); ///< false when there is none
    void discardAutosave();
    /// Tests and --screenshot: documents that are already in memory.
    void setDocuments(const std::vector<DocumentPtr>& documents);

signals:
    void analysisChanged(); ///< analysis() is new (or null after clear)
    void filesChanged();
    void importProgress(const heaptoll::ImportProgress& progress);
    void importFinished(int read, int failed);
    void findingStatesChanged();
    void pathChanged();

private:
    void setOptions(const AnalysisOptions& options);
    void setFindingState(const std::string& fingerprint, const FindingState& state);
    void analyze();
    void takeImported(std::vector<ImportedFile> imported);
    void noteChange();
    void autosave() const;
    [[nodiscard]] Workspace snapshot() const;

    JobManager& m_jobs;
    AnalysisEngine m_engine;
    QTimer m_autosaveTimer;
    std::shared_ptr<const ImporterRegistry> m_registry;
    Workspace m_workspace;
    std::vector<ImportedFile> m_files;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    QString m_path;
    quint64 m_importJob = 0;
    quint64 m_analysisJob = 0;
    QUndoStack m_undo; ///< last: its end still calls slots that use the members above
};

/// The core's own analysis.
[[nodiscard]] AnalysisEngine coreEngine();

} // namespace heaptoll::gui
