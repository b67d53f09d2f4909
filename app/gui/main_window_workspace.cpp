// SPDX-License-Identifier: GPL-3.0-or-later
// How workspaces are opened, kept and left.
#include "app/gui/import/import_dialog.h"
#include "app/gui/import_sheet.h"
#include "app/gui/job_manager.h"
#include "app/gui/main_window.h"
#include "app/gui/samples.h"
#include "app/gui/selection_state.h"
#include "app/gui/settings.h"
#include "app/gui/text.h"
#include "app/gui/view/start_page.h"
#include "app/gui/workspace_view.h"

#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// "7 findings · $900/mo": what the list of recent workspaces says.
QString summaryOf(const WorkspaceAnalysis& analysis)
{
    int count = 0;
    for (const Finding& finding : analysis.findings) {
        count += finding.isWeak ? 0 : 1;
    }
    QString text = MainWindow::tr("%n finding(s)", "", count);
    const Decimal recoverable = analysis.totals.recoverablePerMonth.all();
    if (recoverable > Decimal {}) {
        text += u" · "_s + moneyPerMonthText(recoverable, analysis.totals.currency);
    }
    return text;
}

/// The last edits by name, newest first: what "Don't save" would lose.
QString unsavedText(const QUndoStack& undo)
{
    constexpr int kShown = 3;
    QStringList edits;
    const int first = qMax(0, undo.cleanIndex());
    for (int i = undo.index() - 1; i >= first && edits.size() < kShown; --i) {
        edits << undo.text(i);
    }
    return edits.isEmpty() ? MainWindow::tr("It was kept from last time and is in no file yet.")
                           : MainWindow::tr("Not saved yet: %1.").arg(edits.join(u", "_s));
}

} // namespace

void MainWindow::importNow(const QStringList& paths)
{
    m_controller->importFiles(paths);
}

void MainWindow::chooseFiles()
{
    const QStringList paths = ImportDialog::choose(this);
    if (!paths.isEmpty()) {
        openPaths(paths);
    }
}

void MainWindow::chooseWorkspace()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open workspace"), {}, tr("Heaptoll workspaces (*.toll)"));
    if (!path.isEmpty()) {
        openWorkspace(path);
    }
}

void MainWindow::locateWorkspace(const QString& path)
{
    const QString found = QFileDialog::getOpenFileName(
        this, tr("Locate %1").arg(QFileInfo(path).fileName()), {}, tr("Heaptoll workspaces (*.toll)"));
    if (!found.isEmpty()) {
        Settings::removeRecentWorkspace(path);
        openWorkspace(found);
    }
}

bool MainWindow::saveWorkspace(bool asNew)
{
    QString path = m_controller->path();
    if (asNew || path.isEmpty()) {
        path = QFileDialog::getSaveFileName(
            this, tr("Save workspace"), u"untitled.toll"_s, tr("Heaptoll workspaces (*.toll)"));
    }
    if (path.isEmpty()) {
        return false;
    }
    if (!path.endsWith(".toll"_L1)) {
        path += u".toll"_s;
    }
    const Result<void> saved = m_controller->save(path);
    if (!saved.ok()) {
        notice(toQString(format(saved.error())));
        return false;
    }
    Settings::addRecentWorkspace(m_controller->path());
    return true;
}

bool MainWindow::mayLeave()
{
    if (!m_controller->hasUnsavedChanges() && !m_sheet->isImporting()) {
        return true;
    }
    const bool isImporting = m_sheet->isImporting();
    QMessageBox box(QMessageBox::NoIcon, tr("Heaptoll"),
        isImporting ? tr("Files are still being imported.")
                    : tr("Save the changes to “%1”?").arg(m_controller->displayName()),
        QMessageBox::NoButton, this);
    box.setObjectName(u"leave"_s);
    box.setInformativeText(isImporting ? tr("Leaving stops the import.") : unsavedText(m_controller->undoStack()));
    const auto add = [&box](const QString& text, QMessageBox::ButtonRole role, const QString& name) {
        QPushButton* button = box.addButton(text, role);
        button->setObjectName(name);
        return button;
    };
    QPushButton* save = isImporting ? nullptr : add(tr("Save"), QMessageBox::AcceptRole, u"leave.save"_s);
    QPushButton* discard =
        add(isImporting ? tr("Stop the import") : tr("Don't save"), QMessageBox::DestructiveRole, u"leave.discard"_s);
    QPushButton* stay = add(tr("Cancel"), QMessageBox::RejectRole, u"leave.cancel"_s);
    box.setDefaultButton(save != nullptr ? save : stay);
    box.setEscapeButton(stay);
    box.exec();
    if (save != nullptr && box.clickedButton() == save) {
        return saveWorkspace(false);
    }
    return box.clickedButton() == discard;
}

void MainWindow::openWorkspace(const QString& path)
{
    if (!mayLeave()) {
        return;
    }
    m_sheet->dismiss();
    const Result<void> opened = m_controller->open(path);
    if (!opened.ok()) {
        notice(toQString(format(opened.error())));
        return;
    }
    Settings::addRecentWorkspace(m_controller->path());
    restoreView();
}

void MainWindow::restoreAutosave()
{
    const Result<bool> restored = m_controller->restoreAutosave();
    if (!restored.ok()) {
        notice(tr("What was kept from last time cannot be opened: %1").arg(toQString(format(restored.error()))));
    } else if (restored.value()) {
        restoreView();
        notice(tr("Your workspace from last time is back; it has changes that were not saved."));
    }
}

void MainWindow::closeWorkspace()
{
    if (!mayLeave()) {
        return;
    }
    m_sheet->dismiss();
    m_controller->clear();
    m_selection->reset({});
}

void MainWindow::openSample()
{
    const QString folder = sampleFolder();
    if (folder.isEmpty()) {
        notice(tr("The sample data is not installed. It belongs to share/heaptoll/samples."));
        return;
    }
    if (!mayLeave()) {
        return;
    }
    m_sheet->dismiss();
    m_controller->clear();
    Place place;
    place.view = ViewId::Findings;
    m_selection->reset(place);
    m_controller->loadFiles({ folder });
}

void MainWindow::takeImported(const std::vector<ImportedFile>& files, const SourceChoices& choices)
{
    if (m_controller->isUntouchedSample()) {
        m_controller->clear();
        m_selection->reset({});
        notice(tr("The sample was closed: its made-up numbers are never mixed with yours."));
    }
    m_controller->addImported(files, choices);
    m_selection->setView(ViewId::Findings);
}

void MainWindow::keepView(bool isAutosave)
{
    WorkspaceView state;
    state.place = m_selection->place();
    state.window = saveState();
    for (const QSplitter* splitter : findChildren<QSplitter*>()) {
        if (!splitter->objectName().isEmpty()) {
            state.splitters.insert(splitter->objectName(), splitter->saveState());
        }
    }
    if (m_controller->analysis()) {
        state.summary = summaryOf(*m_controller->analysis());
    }
    if (isAutosave) {
        state.savedAs = m_controller->path();
    }
    m_controller->setViewJson(state.toJson());
}

void MainWindow::restoreView()
{
    WorkspaceView state = WorkspaceView::fromJson(m_controller->viewJson());
    for (auto it = state.splitters.cbegin(); it != state.splitters.cend(); ++it) {
        if (auto* splitter = findChild<QSplitter*>(it.key())) {
            splitter->restoreState(it.value());
        }
    }
    restoreState(state.window);
    state.place.lens.basis = m_controller->options().basis; // the options are what was computed with
    m_selection->reset(state.place);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayLeave()) {
        event->ignore();
        return;
    }
    m_jobs->cancelAll();
    Settings::setWindowGeometry(saveGeometry());
    m_controller->discardAutosave(); // saved, or not wanted
    event->accept();
}

} // namespace heaptoll::gui
