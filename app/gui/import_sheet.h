// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/import/import.h"

#include <QFrame>
#include <QStringList>

#include <map>
#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;

namespace heaptoll::gui {

class DataTable;
class JobManager;
class RowModel;
class WorkspaceController;

/// What each dropped file is, before it is read: format, score and the evidence; what is wrong, inline. Over the current
/// view, not modal. Enter imports what was recognised; then the sheet shows the progress of each file, and closes by itself
/// unless a file could not be read.
class ImportSheet : public QFrame {
    Q_OBJECT
public:
    ImportSheet(WorkspaceController& controller, JobManager& jobs, QWidget* parent);

    /// Files and folders (their files, hidden ones left out). Adds to what is on the sheet.
    void addPaths(const QStringList& paths);
    void accept();
    void dismiss();
    [[nodiscard]] int rowCount() const { return static_cast<int>(m_items.size()); }

signals:
    void accepted();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class State : std::uint8_t { Detecting, Recognised, Unclear, Reading, Read, Partial, Failed };
    struct Item {
        QString path;
        State state = State::Detecting;
        Detection detection;
        QString message;
        quint64 size = 0;
        double progress = -1;
    };
    void detect(const QStringList& files);
    void showRows();
    void showDetails();
    [[nodiscard]] QString stateText(const Item& item) const;
    [[nodiscard]] int count(State state) const;
    void onProgress(const ImportProgress& progress);
    void onFinished();
    Item* find(const QString& path);

    WorkspaceController& m_controller;
    JobManager& m_jobs;
    std::vector<Item> m_items;
    QStringList m_roots; ///< as the user gave them
    bool m_isReading = false;
    RowModel* m_model;
    QLabel* m_title;
    DataTable* m_table;
    QLabel* m_details;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QPushButton* m_accept;
};

} // namespace heaptoll::gui
