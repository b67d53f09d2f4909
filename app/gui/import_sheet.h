// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "app/gui/viewmodel/import_model.h"

#include <QFrame>
#include <QHash>
#include <QStringList>

#include <functional>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace heaptoll::gui {

class DataTable;
class ImportChoices;
class ImportReader;
class WorkspaceController;

/// What each dropped file is: format, score and evidence, service and time as they will be, what is wrong with it, inline.
/// Over the current view, not modal. The files are read while the user looks, so that what is partial is said before
/// anything is imported; Enter takes what could be read, now or as soon as it is.
class ImportSheet : public QFrame {
    Q_OBJECT
public:
    ImportSheet(WorkspaceController& controller, JobManager& jobs, QWidget* parent);

    /// Files and folders (their files, hidden ones left out). Adds to what is on the sheet. With `start`, recordings among
    /// them that know no time began then, unless the user says otherwise.
    void addPaths(const QStringList& paths, std::optional<Instant> start = std::nullopt);
    void accept();
    /// The button: while files are being read, asks whether to keep what was; else drops the sheet.
    void cancel();
    /// Nothing of it is imported.
    void dismiss();
    /// Asked before anything is delivered; false = it stays on the sheet.
    void setQuestion(std::function<bool()> mayImport) { m_mayImport = std::move(mayImport); }
    /// True for a job that reads what is on the sheet.
    [[nodiscard]] bool owns(quint64 job) const;
    /// True while something that was accepted is not read yet.
    [[nodiscard]] bool isImporting() const { return m_phase == Phase::Accepted || m_phase == Phase::Stopping; }
    [[nodiscard]] ImportModel& model() const { return *m_model; }

signals:
    void accepted(const std::vector<heaptoll::ImportedFile>& files, const heaptoll::gui::SourceChoices& choices);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    static constexpr qsizetype kHexBytes = 128;
    enum class Phase : std::uint8_t {
        Choosing, ///< files are read ahead
        Accepted, ///< waits for the rest
        Stopping,
        Asking, ///< stopped: keep what was read?
        Failures, ///< imported, but for what is on the sheet now
    };
    [[nodiscard]] QWidget* makeInspector();
    [[nodiscard]] QWidget* makeProblem();
    [[nodiscard]] QLayout* makeButtons();
    void connectReader();
    void onDetected(const ImportedFile& file, quint64 sizeBytes);
    void onRead(const ImportedFile& file);
    void placeWhereDropped(ImportItem& item) const;
    void onFinished();
    void deliver();
    void readAgain(const QString& path);
    void choose(const std::function<void(ImportItem&)>& edit);
    [[nodiscard]] QStringList selectedPaths() const;
    [[nodiscard]] const ImportItem* shownItem() const;
    [[nodiscard]] std::map<std::string, std::string> formats() const;
    [[nodiscard]] QStringList knownServices() const;
    void showAll();
    void fitColumns();
    void showSelection();
    void showPreview(const ImportItem& item);
    void showHex(const QString& path);
    static void readFirstBytes(LatestJob& job, const QString& path, const std::function<void(const QByteArray&)>& done);
    void showButtons();
    void copyDetails();

    std::function<bool()> m_mayImport = [] { return true; };
    WorkspaceController& m_controller;
    ImportReader* m_reader;
    ImportModel* m_model;
    Phase m_phase = Phase::Choosing;
    QStringList m_roots; ///< as the user gave them: deliveries are seen as a whole
    std::map<QString, Instant> m_startOfRoot; ///< of what was dropped on a time axis
    SourceChoices m_kept; ///< of files that are read once more because others came
    LatestJob m_previewJob;
    LatestJob m_hexJob;
    LatestJob m_copyJob;
    QString m_previewing; ///< path whose preview is being made
    QHash<QString, QString> m_previews; ///< by path
    QHash<QString, QByteArray> m_firstBytes; ///< by path
    QStringList m_fitted; ///< the rows that the columns were fitted to; what the user drags stays until others come
    bool m_isFittedWhenRead = false;
    QString m_shown; ///< path whose preview is shown
    QLabel* m_title;
    DataTable* m_table;
    ImportChoices* m_choices = nullptr;
    QLabel* m_preview = nullptr;
    QToolButton* m_asHex = nullptr;
    QPlainTextEdit* m_hex = nullptr;
    QFrame* m_problem = nullptr;
    QLabel* m_problemIcon = nullptr;
    QLabel* m_details = nullptr;
    QPushButton* m_retry = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_accept = nullptr;
};

} // namespace heaptoll::gui
