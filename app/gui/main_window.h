// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"
#include "app/gui/workspace_controller.h"

#include <QMainWindow>

#include <map>
#include <memory>

class QLabel;
class QStackedWidget;

namespace heaptoll::gui {

class ActionRegistry;
class CommandPalette;
class ImportSheet;
class JobManager;
class LensBar;
class NavRail;
class Page;
class RangeLoader;
class SelectionState;
class StatusStrip;
class ToolStrip;
enum class ThemeChoice : std::uint8_t;

/// The window: strips around a stack of pages. It connects the shared state to the pages and owns nothing else.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(AnalysisEngine engine, QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] SelectionState& selection() { return *m_selection; }
    [[nodiscard]] WorkspaceController& controller() { return *m_controller; }
    [[nodiscard]] ActionRegistry& actions() { return *m_actions; }
    [[nodiscard]] JobManager& jobs() { return *m_jobs; }
    [[nodiscard]] RangeLoader& ranges() { return *m_ranges; }
    [[nodiscard]] Page* page(ViewId view) const { return m_pages.at(view); }

    /// Opens a *.toll, or shows the import sheet for anything else.
    void openPaths(const QStringList& paths, std::optional<Instant> start = std::nullopt);
    /// Imports at once, without the sheet: --import, --screenshot.
    void importNow(const QStringList& paths);
    /// Asks first when there are unsaved changes. Restores the lens, the view and the layout that were saved.
    void openWorkspace(const QString& path);
    /// What a program that was killed left behind; says so. Does nothing when there is nothing.
    void restoreAutosave();
    /// Asks whether a running import may stop, then lets the user save, or not, or stay. True = what is open may go; true
    /// at once without either.
    [[nodiscard]] bool mayLeave();
    void setTheme(ThemeChoice choice, bool isRemembered);
    /// The desktop asks for light or dark; absent = it does not care. Acts where the theme is Auto.
    void followDesktop(std::optional<bool> isDark);
    void notice(const QString& text);

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void addFileActions();
    void addEditActions();
    void addViewActions();
    void addGoActions();
    void addHelpActions();
    void buildMenus();
    void buildLayout();
    void connectState();
    void onPlaceChanged(const Place& before);
    void onAnalysisChanged();
    void onAnalysisFailed();
    void updateBadges();
    void cancelWork();
    /// False while the user is in the palette, on the import sheet or in a menu.
    [[nodiscard]] bool mayMoveFocus() const;
    void requestRange();
    void updateChrome();
    void placeOverlays();
    void chooseFiles();
    void chooseWorkspace();
    bool saveWorkspace(bool asNew);
    [[nodiscard]] QString askWhereToSave();
    [[nodiscard]] bool mayStopImport();
    [[nodiscard]] bool mayLoseChanges(const QString& why);
    [[nodiscard]] bool mayImport();
    void closeSample();
    void closeWorkspace();
    void askRateCard();
    void focusNextPart(int step);
    void openSample();
    void takeImported(const std::vector<ImportedFile>& files, const SourceChoices& choices);
    void keepView(bool isAutosave);
    void restoreView();
    void locateWorkspace(const QString& path);

    std::unique_ptr<JobManager> m_jobs;
    std::unique_ptr<WorkspaceController> m_controller;
    std::unique_ptr<SelectionState> m_selection;
    std::unique_ptr<RangeLoader> m_ranges;
    ActionRegistry* m_actions;
    bool m_hadAnalysis = false;
    ToolStrip* m_tools = nullptr;
    LensBar* m_lensBar = nullptr;
    NavRail* m_rail = nullptr;
    StatusStrip* m_status = nullptr;
    QStackedWidget* m_stack = nullptr;
    QLabel* m_notice = nullptr;
    QWidget* m_noticeFrame = nullptr;
    ImportSheet* m_sheet = nullptr;
    CommandPalette* m_palette = nullptr;
    std::map<ViewId, Page*> m_pages;
    bool m_isPainted = false;
};

} // namespace heaptoll::gui
