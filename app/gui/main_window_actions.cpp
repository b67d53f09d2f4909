// SPDX-License-Identifier: GPL-3.0-or-later
// What the menus and the palette of the main window can do.
#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/main_window.h"
#include "app/gui/samples.h"
#include "app/gui/selection_state.h"
#include "app/gui/settings.h"
#include "app/gui/shell/lens_bar.h"
#include "app/gui/shell/nav_rail.h"
#include "app/gui/shell/status_strip.h"
#include "app/gui/shell/tool_strip.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/page.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/rate_card_dialog.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QStackedWidget>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

void MainWindow::addFileActions()
{
    const QString menu = u"File"_s;
    m_actions->add({ u"file.import"_s, menu, tr("&Import files…"), tr("Import profiles, bills and usage"), u"import"_s,
                       { QKeySequence::Open } },
        [this] { chooseFiles(); });
    m_actions->add({ u"file.importFolder"_s, menu, tr("Import &folder…"),
                       tr("Import every recognised file of a folder"), u"folder"_s },
        [this] {
            const QString folder = QFileDialog::getExistingDirectory(this, tr("Import folder"));
            if (!folder.isEmpty()) {
                openPaths({ folder });
            }
        });
    m_actions->add({ u"file.sample"_s, menu, tr("Open &sample workspace “Leaky shop”"),
                       tr("A made-up web shop with a leak to find") },
        [this] { openSample(); });
    m_actions->add({ u"file.open"_s, menu, tr("&Open workspace…"), tr("Open a saved workspace"), u"open"_s,
                       { QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O) }, false, true },
        [this] { chooseWorkspace(); });
    m_actions->add({ u"file.save"_s, menu, tr("&Save workspace"), tr("Save sources, mapping, view and states"),
                       u"save"_s, { QKeySequence::Save } },
        [this] { saveWorkspace(false); });
    m_actions->add({ u"file.saveAs"_s, menu, tr("Save workspace &as…"), tr("Save under another name"), {},
                       { QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S) } },
        [this] { saveWorkspace(true); });
    m_actions->add({ u"file.close"_s, menu, tr("&Close workspace"), tr("Go back to the start page") },
        [this] { closeWorkspace(); });
    m_actions->add({ u"file.quit"_s, menu, tr("&Quit"), tr("Quit Heaptoll"), {}, { QKeySequence::Quit }, false, true },
        [this] { close(); });
}

void MainWindow::addEditActions()
{
    const QString menu = u"Edit"_s;
    QUndoStack& stack = m_controller->undoStack();
    QAction* undo = m_actions->add(
        { u"edit.undo"_s, menu, tr("&Undo"), tr("Undo the last edit"), u"undo"_s, { QKeySequence::Undo } },
        [&stack] { stack.undo(); });
    QAction* redo = m_actions->add({ u"edit.redo"_s, menu, tr("&Redo"), tr("Redo the edit that was undone"), u"redo"_s,
                                       { QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z) } },
        [&stack] { stack.redo(); });
    const auto show = [this, undo, redo] {
        QUndoStack& edits = m_controller->undoStack();
        undo->setEnabled(edits.canUndo());
        redo->setEnabled(edits.canRedo());
        undo->setText(edits.canUndo() ? tr("&Undo %1").arg(edits.undoText()) : tr("&Undo"));
        redo->setText(edits.canRedo() ? tr("&Redo %1").arg(edits.redoText()) : tr("&Redo"));
    };
    connect(&stack, &QUndoStack::indexChanged, this, show);
    show();
    m_actions->add({ u"edit.copyTable"_s, menu, tr("&Copy table of this view"), tr("Copy as tab-separated text"),
                       u"copy"_s, { QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C) }, false, true },
        [this] {
            const QString text = page(m_selection->view())->tableText();
            if (text.isEmpty()) {
                notice(tr("This view has no table to copy."));
            } else {
                copyText(text, m_stack);
            }
        });
}

void MainWindow::addViewActions()
{
    const QString menu = u"View"_s;
    const std::initializer_list<ViewId> views = { ViewId::Findings, ViewId::Timeline, ViewId::Flame, ViewId::Sites,
        ViewId::Cost, ViewId::Rightsizing };
    int digit = Qt::Key_1;
    for (const ViewId view : views) {
        m_actions->add(
            { u"view."_s + viewKey(view), menu, menuText(viewTitle(view)), tr("Go to %1").arg(viewTitle(view)),
                u"view-"_s + viewKey(view), { QKeySequence(Qt::CTRL | static_cast<Qt::Key>(digit)) } },
            [this, view] { m_selection->setView(view); });
        ++digit;
    }
    m_actions->add({ u"view.sources"_s, menu, menuText(viewTitle(ViewId::Sources)), tr("Go to Sources & mapping"),
                       u"view-sources"_s,
                       { QKeySequence(Qt::CTRL | static_cast<Qt::Key>(digit)), QKeySequence(Qt::CTRL | Qt::Key_0) } },
        [this] { m_selection->setView(ViewId::Sources); });
    m_actions->add({ u"view.theme"_s, menu, tr("Next &theme"), tr("Auto, light, dark, high contrast"), u"theme"_s,
                       { QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T) }, false, true },
        [this] {
            constexpr int kThemes = 4;
            setTheme(static_cast<ThemeChoice>((static_cast<int>(activeTheme()) + 1) % kThemes), true);
        });
    for (const ThemeChoice choice :
        { ThemeChoice::Auto, ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::Contrast }) {
        m_actions->add({ u"view.theme."_s + themeKey(choice), {}, tr("Theme: %1").arg(themeKey(choice)),
                           tr("Use the %1 theme").arg(themeKey(choice)), u"theme"_s },
            [this, choice] { setTheme(choice, true); });
    }
    m_actions->add({ u"view.fullScreen"_s, u"Window"_s, tr("&Full screen"), tr("Use the whole screen"), {},
                       { QKeySequence(Qt::Key_F11) } },
        [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::addGoActions()
{
    const QString menu = u"Go"_s;
    m_actions->add({ u"go.back"_s, menu, tr("&Back"), tr("Back to what you looked at before"), u"back"_s,
                       { QKeySequence(Qt::ALT | Qt::Key_Left) } },
        [this] { m_selection->back(); });
    m_actions->add({ u"go.forward"_s, menu, tr("&Forward"), tr("Forward again"), u"forward"_s,
                       { QKeySequence(Qt::ALT | Qt::Key_Right) } },
        [this] { m_selection->forward(); });
    m_actions->add({ u"go.locator"_s, menu, tr("&Search everything…"), tr("Symbols, services, findings, commands"),
                       u"search"_s, { QKeySequence(Qt::CTRL | Qt::Key_K) }, false, true },
        [this] { m_palette->open({}); });
    m_actions->add({ u"go.commands"_s, menu, tr("Run a &command…"), tr("Every action by its name"), u"command"_s,
                       { QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P) } },
        [this] { m_palette->open(u">"_s); });
    m_actions->add({ u"go.nextPart"_s, menu, tr("&Next part of the window"), tr("Views, filters, the view, status"), {},
                       { QKeySequence(Qt::Key_F6) } },
        [this] { focusNextPart(1); });
    m_actions->add({ u"go.previousPart"_s, menu, tr("&Previous part of the window"), tr("The other way round"), {},
                       { QKeySequence(Qt::SHIFT | Qt::Key_F6) } },
        [this] { focusNextPart(-1); });
    m_actions->add(
        { u"go.clearFilters"_s, menu, tr("&Clear all filters"), tr("Look at everything again"), u"close"_s }, [this] {
            Lens lens;
            lens.basis = m_selection->lens().basis;
            lens.metric = m_selection->lens().metric;
            m_selection->setLens(lens);
        });
    m_actions->add({ u"analyze.again"_s, u"Analyze"_s, tr("&Analyze again"), tr("After it was cancelled"), {},
                       { QKeySequence::Refresh } },
        [this] { m_controller->analyzeAgain(); });
    m_actions->add({ u"analyze.rateCard"_s, u"Analyze"_s, tr("Use a &rate card instead of a bill…"),
                       tr("Price memory by the GiB-hour where no bill does") },
        [this] { askRateCard(); });
}

void MainWindow::addHelpActions()
{
    const QString menu = u"Help"_s;
    m_actions->add({ u"help.shortcuts"_s, menu, tr("&Keyboard shortcuts"), tr("All actions with their keys"), u"help"_s,
                       { QKeySequence(Qt::Key_F1) } },
        [this] { m_palette->open(u">"_s); });
    m_actions->add({ u"help.about"_s, menu, tr("&About Heaptoll"), tr("Version and licence"), u"info"_s }, [this] {
        QMessageBox::about(this, tr("About Heaptoll"),
            tr("Heaptoll %1\nSee what your heap costs.\n\nGPL-3.0-or-later (window), Apache-2.0 (core and importers).")
                .arg(QApplication::applicationVersion()));
    });
}

/// F6 as in other workbenches: from part to part, to the first of it that takes the focus.
void MainWindow::focusNextPart(int step)
{
    const std::vector<QWidget*> parts { m_tools, m_lensBar, m_rail, m_stack->currentWidget(), m_status };
    const QWidget* const focus = focusWidget();
    const auto now = std::ranges::find_if(parts,
        [focus](const QWidget* part) { return focus != nullptr && (part == focus || part->isAncestorOf(focus)); });
    const auto count = static_cast<int>(parts.size());
    int at = now == parts.end() ? (step > 0 ? -1 : count) : static_cast<int>(now - parts.begin());
    for (int i = 0; i < count; ++i) {
        at = (at + step + count) % count;
        QWidget* const part = parts[static_cast<std::size_t>(at)];
        const QList<QWidget*> inside = part->findChildren<QWidget*>();
        const auto first = std::ranges::find_if(inside, [](const QWidget* widget) {
            return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0;
        });
        QWidget* const target = part == m_stack->currentWidget() ? part : first == inside.end() ? nullptr : *first;
        if (target != nullptr && part->isVisible()) {
            target->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

void MainWindow::askRateCard()
{
    AnalysisOptions options = m_controller->options();
    RateCardDialog dialog({ options.rateCardPerGibHour, options.rateCardCurrency }, this);
    if (dialog.exec() == QDialog::Accepted) {
        const RateCard card = dialog.rateCard();
        options.rateCardPerGibHour = card.perGibHour;
        options.rateCardCurrency = card.currency;
        m_controller->editOptions(tr("rate card"), options);
    }
}

void MainWindow::followDesktop(std::optional<bool> isDark)
{
    const bool wasDark = tokens().isDark;
    setDesktopIsDark(isDark);
    if (activeTheme() == ThemeChoice::Auto && tokens().isDark != wasDark) {
        setTheme(ThemeChoice::Auto, false);
    }
}

void MainWindow::setTheme(ThemeChoice choice, bool isRemembered)
{
    applyTheme(choice);
    if (isRemembered) {
        Settings::setTheme(choice);
    }
    m_status->showTheme();
}

} // namespace heaptoll::gui
