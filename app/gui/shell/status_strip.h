// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QProgressBar;
class QToolButton;

namespace heaptoll {
struct WorkspaceAnalysis;
}

namespace heaptoll::gui {

class JobManager;

/// Ready or what runs (with cancel), what is open, data notes, units, theme.
class StatusStrip : public QFrame {
    Q_OBJECT
public:
    explicit StatusStrip(JobManager& jobs, QWidget* parent = nullptr);
    /// unread: number of files that could not be read.
    void show(const WorkspaceAnalysis* analysis, int unread = 0);
    void showTheme();

signals:
    void notesRequested();
    void themeRequested();
    void cancelRequested(); ///< of everything that runs

private:
    void showJobs();
    void fillJobMenu();
    JobManager& m_jobs;
    QToolButton* m_state;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QLabel* m_sources;
    QToolButton* m_notes;
    QLabel* m_units;
    QToolButton* m_theme;
};

/// Issues of weight and notes of an analysis: what "2 data notes" counts.
[[nodiscard]] int dataNoteCount(const WorkspaceAnalysis& analysis);
[[nodiscard]] int partialFileCount(const WorkspaceAnalysis& analysis);

} // namespace heaptoll::gui
