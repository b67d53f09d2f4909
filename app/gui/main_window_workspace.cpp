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
#include "app/gui/view/page.h"
#include "app/gui/viewmodel/cost_rows.h"
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
QString summaryOf(const WorkspaceAnalysis& analysis, int openFindings)
{
    const QString text = MainWindow::tr("%n finding(s)", "", openFindings);
    const auto recoverable = [](const CurrencyTotals& total) {
        const Decimal all = total.recoverablePerMonth.all();
        return all > Decimal {} ? std::optional(all) : std::nullopt;
    };
    const QString money = moneyOfEach(analysis.totals, recoverable, true);
    return money.isEmpty() ? text : text + u" · "_s + money;
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

QPushButton* addButton(QMessageBox& box, const QString& text, QMessageBox::ButtonRole role, const QString& name)
{
    QPushButton* button = box.addButton(text, role);
    button->setObjectName(name);
    return button;
}

} // namespace

void MainWindow::importNow(const QStringList& paths)
{
    if (!mayImport()) {
        return;
    }
    closeSample();
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

/// "" = the user thought better of it. Asks itself before it overwrites: dialogs of the desktop know nothing of the suffix
/// that is added to what was typed.
QString MainWindow::askWhereToSave()
{
    QString proposed = m_controller->path().isEmpty() ? m_controller->displayName() + u".toll"_s : m_controller->path();
    while (true) {
        QFileDialog dialog(this, tr("Save workspace"), {}, tr("Heaptoll workspaces (*.toll)"));
        dialog.setAcceptMode(QFileDialog::AcceptSave);
        dialog.setOption(QFileDialog::DontConfirmOverwrite);
        dialog.setDefaultSuffix(u"toll"_s);
        dialog.selectFile(proposed);
        if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) {
            return {};
        }
        QString path = dialog.selectedFiles().constFirst();
        if (!path.endsWith(".toll"_L1)) {
            path += u".toll"_s;
        }
        if (!QFileInfo::exists(path)) {
            return path;
        }
        QMessageBox box(QMessageBox::NoIcon, tr("Heaptoll"),
            tr("“%1” exists already. Replace it?").arg(QFileInfo(path).fileName()), QMessageBox::NoButton, this);
        box.setObjectName(u"overwrite"_s);
        box.setInformativeText(tr("Its sources, mapping and states are lost then: %1").arg(path));
        addButton(box, tr("Replace"), QMessageBox::DestructiveRole, u"overwrite.replace"_s);
        QPushButton* another =
            addButton(box, tr("Choose another name"), QMessageBox::RejectRole, u"overwrite.cancel"_s);
        box.setDefaultButton(another);
        box.setEscapeButton(another);
        box.exec();
        if (box.clickedButton() != another) {
            return path;
        }
        proposed = path;
    }
}

bool MainWindow::saveWorkspace(bool asNew)
{
    const bool hasPath = !asNew && !m_controller->path().isEmpty();
    const QString path = hasPath ? m_controller->path() : askWhereToSave();
    if (path.isEmpty()) {
        return false;
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
    // The import may end while the first question stands: what it brought is asked about by the second.
    return mayStopImport() && mayLoseChanges({});
}

bool MainWindow::mayStopImport()
{
    if (!m_sheet->isImporting()) {
        return true;
    }
    QMessageBox box(
        QMessageBox::NoIcon, tr("Heaptoll"), tr("Files are still being imported."), QMessageBox::NoButton, this);
    box.setObjectName(u"leaveImport"_s);
    box.setInformativeText(tr("Leaving stops the import."));
    QPushButton* stop = addButton(box, tr("Stop the import"), QMessageBox::DestructiveRole, u"leave.stopImport"_s);
    QPushButton* stay = addButton(box, tr("Cancel"), QMessageBox::RejectRole, u"leave.cancel"_s);
    box.setDefaultButton(stay);
    box.setEscapeButton(stay);
    box.exec();
    return box.clickedButton() == stop;
}

/// `why`: what is about to happen, where that is not plain.
bool MainWindow::mayLoseChanges(const QString& why)
{
    if (!m_controller->hasUnsavedChanges()) {
        return true;
    }
    QMessageBox box(QMessageBox::NoIcon, tr("Heaptoll"),
        tr("Save the changes to “%1”?").arg(m_controller->displayName()), QMessageBox::NoButton, this);
    box.setObjectName(u"leave"_s);
    const QString unsaved = unsavedText(m_controller->undoStack());
    box.setInformativeText(why.isEmpty() ? unsaved : why + u'\n' + unsaved);
    QPushButton* save = addButton(box, tr("Save"), QMessageBox::AcceptRole, u"leave.save"_s);
    QPushButton* discard = addButton(box, tr("Don't save"), QMessageBox::DestructiveRole, u"leave.discard"_s);
    QPushButton* stay = addButton(box, tr("Cancel"), QMessageBox::RejectRole, u"leave.cancel"_s);
    box.setDefaultButton(save);
    box.setEscapeButton(stay);
    box.exec();
    if (box.clickedButton() == save) {
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
        notice(tr("What was kept from last time cannot be opened, and is put aside. %1")
                   .arg(toQString(format(restored.error()))));
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

/// Own files start a workspace of their own when the sample is open: what was done to it is asked about first.
bool MainWindow::mayImport()
{
    return !m_controller->isSample()
        || mayLoseChanges(
            tr("Your files start a new workspace: the sample's made-up numbers are never mixed with yours."));
}

void MainWindow::closeSample()
{
    if (m_controller->isSample()) {
        m_controller->clear();
        m_selection->reset({});
        notice(tr("The sample was closed: its made-up numbers are never mixed with yours."));
    }
}

void MainWindow::takeImported(const std::vector<ImportedFile>& files, const SourceChoices& choices)
{
    closeSample();
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
        state.summary =
            summaryOf(*m_controller->analysis(), m_pages.at(ViewId::Findings)->badge(*m_controller->analysis()));
    }
    state.isSample = m_controller->isSample();
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
