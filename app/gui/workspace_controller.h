// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/autosave.h"
#include "app/gui/lazy_registry.h"
#include "app/gui/range_loader.h"
#include "core/analysis/workspace_analysis.h"
#include "core/import/import.h"
#include "core/session/workspace_file.h"

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <QUndoStack>

#include <functional>
#include <map>
#include <memory>
#include <set>
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

/// What the user said about one input on the import sheet. Absent = what Heaptoll finds out by itself.
struct SourceChoice {
    std::optional<std::string> format; ///< id of the importer's format
    std::optional<std::string> service;
    std::optional<TimePlacement> placement;
};
using SourceChoices = std::map<std::string, SourceChoice>; ///< by path

/// Files with their place in the list of sources.
using PlacedFiles = std::vector<std::pair<std::size_t, ImportedFile>>;

/// Nothing of it could be read, though it is of a known kind: a README among the profiles is no failure.
[[nodiscard]] bool isUnread(const ImportedFile& file);

/// Owns what is open: sources, documents, options, the analysis, the finding states. Imports and analyses run as jobs;
/// a result that is older than the last request is dropped. All edits go over undoStack(): also files that come and go.
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
    [[nodiscard]] bool isImporting() const { return !m_importJobs.empty(); }
    [[nodiscard]] bool isBusy() const { return isImporting() || m_analysisJob != 0; }
    [[nodiscard]] const QString& path() const { return m_path; } ///< of the *.toll; "" = never saved
    [[nodiscard]] QString displayName() const;
    [[nodiscard]] const std::shared_ptr<LazyRegistry>& registry() const { return m_registry; }
    /// Edits that no *.toll has. The sample and a workspace that was only looked at have none.
    [[nodiscard]] bool hasUnsavedChanges() const { return !m_undo.isClean(); }
    /// True while the made-up shop is open, also when it was worked on, saved and opened again.
    [[nodiscard]] bool isSample() const { return m_isSample; }
    /// The user cancelled the analysis of what is open now: analysis() is older, or null.
    [[nodiscard]] int unreadCount() const; ///< of files that isUnread()
    /// Why the last analysis gave no answer; ErrorCode::Cancelled: the user wanted it so. analysis() is older then.
    [[nodiscard]] const std::optional<Error>& analysisError() const { return m_analysisError; }

    /// Reads the files of an empty workspace (the sample): not an edit.
    void loadFiles(const QStringList& paths);
    /// Reads files and folders and adds them, undoable. Failures are rows of files().
    void importFiles(const QStringList& paths);
    /// Adds what the import sheet has read, undoable, with what was chosen there.
    void addImported(std::vector<ImportedFile> files, const SourceChoices& choices);
    void cancelImport();
    /// Imports and the analysis; what others read goes on.
    void cancelWork();
    /// Once more, after it was cancelled.
    void analyzeAgain();
    /// With it go the parts of a manifest. What was not read for its sake (a copy, an older delivery) is read now.
    void removeFile(const std::string& path);
    /// True for a source that is not there any more.
    [[nodiscard]] bool isMissing(const std::string& path) const { return m_missing.contains(path); }
    /// A source that was moved: reads it from the new place, and with it others that are missing and moved the same way.
    /// With the old path: reads it again.
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
    /// What the view was is kept with the workspace; see aboutToSave().
    void setViewJson(std::string json);
    /// The place or the layout changed: no edit, but the next autosave should have it.
    void noteView();
    /// Opens what a program that was killed left behind. False when there is nothing. Errors: as loadWorkspace; the file
    /// is renamed then, so that nothing deletes it, and the hint says how.
    [[nodiscard]] Result<bool> restoreAutosave();
    void discardAutosave();
    /// Tests and --screenshot: documents that are already in memory.
    void setDocuments(const std::vector<DocumentPtr>& documents);

signals:
    void analysisChanged(); ///< analysis() is new (or null after clear)
    void filesChanged();
    void optionsChanged();
    void importFinished(int read, int failed); ///< of importFiles, loadFiles, open and locateFile
    void findingStatesChanged();
    void pathChanged();
    void unsavedChanged();
    void aboutToSave(bool isAutosave); ///< who knows the view sets it now
    void analysisFailed(); ///< analysisError() says why; analysis() stays what it was
    void sourcesDiffer(int changed); ///< number of files of an opened workspace that are not those that were saved
    void autosaveFailed(const QString& why); ///< once, until it works again

private:
    /// Where the result of an import job goes.
    enum class Purpose : std::uint8_t {
        Content, ///< of an empty workspace: whatever is found
        Fill, ///< of the rows that are there; one that was removed meanwhile stays away
        Edit,
    };
    struct Relocation {
        std::string from;
        std::string to;
    };
    void startImport(const QStringList& paths, Purpose purpose, const std::vector<Relocation>& moved = {});
    /// Reads the paths beside the files of `options`, in a job. `take` gets the results; not called when cancelled.
    void readFiles(const std::vector<std::string>& paths, ImportOptions options,
        std::function<void(std::vector<ImportedFile>)> take);
    void takeImported(std::vector<ImportedFile> files, Purpose purpose, const std::vector<Relocation>& moved);
    void pushRemoval(const std::string& path, std::vector<ImportedFile> readInstead);
    [[nodiscard]] bool isWanted(const std::string& path, const std::vector<std::string>& requested) const;
    /// An edit of the list of sources and of what was said about them, as the state it leads to.
    struct FilesChange {
        PlacedFiles removed;
        PlacedFiles added;
        AnalysisOptions options;
        std::map<std::string, std::string> formatOfPath;
    };
    void pushFiles(const QString& what, FilesChange change);
    void applyFiles(const FilesChange& change);
    void replaceFiles(const PlacedFiles& removed, const PlacedFiles& added);
    /// Splits into what the list has already (with its place) and what is new in it.
    [[nodiscard]] std::pair<PlacedFiles, PlacedFiles> placed(
        std::vector<ImportedFile> files, const std::vector<Relocation>& moved) const;
    [[nodiscard]] std::vector<Relocation> relocations(const std::string& oldPath, const std::string& newPath) const;
    void setOptions(const AnalysisOptions& options);
    void setFindingState(const std::string& fingerprint, const FindingState& state);
    void forgetJob(quint64 id);
    void analyze();
    void takeMarked(const std::vector<DocumentPtr>& before, const std::vector<DocumentPtr>& after);
    void autosave();
    void fill(Workspace workspace);
    [[nodiscard]] Workspace snapshot() const;

    JobManager& m_jobs;
    AnalysisEngine m_engine;
    QTimer m_autosaveTimer;
    Autosave m_autosave;
    std::shared_ptr<LazyRegistry> m_registry = std::make_shared<LazyRegistry>();
    Workspace m_workspace; ///< its sources are those of the last load: sizes of files that are missing
    std::vector<ImportedFile> m_files;
    std::map<std::string, std::string> m_formatOfPath; ///< forced by the user
    std::set<std::string> m_missing;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    QString m_path;
    bool m_isSample = false;
    bool m_areOverlapsStale = false; ///< files were edited since the bills were compared
    std::optional<Error> m_analysisError;
    bool m_hasAutosaveFailed = false;
    std::set<quint64> m_importJobs;
    quint64 m_analysisJob = 0;
    QUndoStack m_undo; ///< last: its end still calls slots that use the members above
};

/// The core's own analysis.
[[nodiscard]] AnalysisEngine coreEngine();

} // namespace heaptoll::gui
