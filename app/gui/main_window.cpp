// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

#include "app/gui/actions.h"
#include "app/gui/command_palette.h"
#include "app/gui/import_sheet.h"
#include "app/gui/job_manager.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/settings.h"
#include "app/gui/shell/lens_bar.h"
#include "app/gui/shell/nav_rail.h"
#include "app/gui/shell/status_strip.h"
#include "app/gui/shell/tool_strip.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/trace.h"
#include "app/gui/view/locate.h"
#include "app/gui/view/page.h"
#include "app/gui/view/start_page.h"
#include "app/gui/view/timeline_page.h"
#include "app/gui/widget/tab_order.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kNarrowWidth = 1200;
}

MainWindow::MainWindow(AnalysisEngine engine, QWidget* parent)
    : QMainWindow(parent)
    , m_jobs(std::make_unique<JobManager>())
    , m_controller(std::make_unique<WorkspaceController>(*m_jobs, std::move(engine)))
    , m_selection(std::make_unique<SelectionState>())
    , m_ranges(std::make_unique<RangeLoader>(*m_jobs, m_controller->engine().range))
    , m_actions(new ActionRegistry(this))
{
    installPlurals();
    setObjectName(u"mainWindow"_s);
    setAcceptDrops(true);
    setMinimumSize(640, 400); // 1440x900 at scale 2, less what the desktop takes
    addFileActions();
    addEditActions();
    addViewActions();
    addGoActions();
    addHelpActions();
    buildLayout();
    buildMenus();
    connectState();
    updateChrome();
}

MainWindow::~MainWindow()
{
    // Jobs refer to the controller and the loader: stop them while both are there.
    m_jobs->cancelAll();
    m_jobs.reset();
    // The undo stack tells of its own end, when neither its owner nor the menus can listen any more.
    QObject::disconnect(&m_controller->undoStack(), nullptr, nullptr, nullptr);
}

void MainWindow::buildLayout()
{
    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_tools = new ToolStrip(*m_selection, *m_actions, central);
    column->addWidget(m_tools);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    m_rail = new NavRail(central);
    middle->addWidget(m_rail);
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    m_lensBar = new LensBar(*m_selection, central);
    right->addWidget(m_lensBar);
    m_noticeFrame = new QFrame(central);
    m_noticeFrame->setProperty("role", u"notice"_s);
    auto* noticeRow = new QHBoxLayout(m_noticeFrame);
    noticeRow->setContentsMargins(12, 4, 8, 4);
    m_notice = new QLabel(m_noticeFrame);
    m_notice->setObjectName(u"notice"_s);
    m_notice->setWordWrap(true);
    noticeRow->addWidget(m_notice, 1);
    auto* close = new QToolButton(m_noticeFrame);
    close->setObjectName(u"notice.close"_s);
    close->setProperty("role", u"flat"_s);
    close->setIcon(themedIcon(u"close"_s));
    close->setAccessibleName(tr("Close this notice"));
    connect(close, &QToolButton::clicked, m_noticeFrame, &QWidget::hide);
    noticeRow->addWidget(close);
    m_noticeFrame->hide();
    right->addWidget(m_noticeFrame);
    m_stack = new QStackedWidget(central);
    const PageContext context { *m_selection, *m_controller, *m_actions, *m_jobs, *m_ranges };
    for (std::size_t i = 0; i < kViewCount; ++i) {
        const auto view = static_cast<ViewId>(i);
        Page* page = makePage(view, context, m_stack);
        m_pages[view] = page;
        m_stack->addWidget(page);
    }
    right->addWidget(m_stack, 1);
    middle->addLayout(right, 1);
    column->addLayout(middle, 1);
    m_status = new StatusStrip(*m_jobs, central);
    column->addWidget(m_status);
    setCentralWidget(central);
    m_sheet = new ImportSheet(*m_controller, *m_jobs, central);
    m_sheet->setQuestion([this] { return mayImport(); });
    m_palette = new CommandPalette(context, central);
    orderTabs(central);
    orderTabs(m_sheet);
    // The whole window is one drop target. Text fields would keep files for themselves; what takes drops of its own (the
    // axis of the Timeline) refuses files, which Qt then offers to the window.
    for (QWidget* child : findChildren<QWidget*>()) {
        const QWidget* const owner = child->parentWidget();
        const bool refuses =
            child->property("refusesFiles").toBool() || (owner != nullptr && owner->property("refusesFiles").toBool());
        child->setAcceptDrops(child->acceptDrops() && refuses);
    }
}

void MainWindow::buildMenus()
{
    const std::initializer_list<std::pair<const char*, QString>> menus = { { "File", tr("&File") },
        { "Edit", tr("&Edit") }, { "View", tr("&View") }, { "Go", tr("&Go") }, { "Analyze", tr("&Analyze") },
        { "Window", tr("&Window") }, { "Help", tr("&Help") } };
    menuBar()->setAccessibleName(tr("Main menu"));
    for (const auto& [name, title] : menus) {
        QMenu* menu = menuBar()->addMenu(title);
        menu->setObjectName(u"menu."_s + QLatin1String(name));
        m_actions->fillMenu(QLatin1String(name), menu);
        menu->menuAction()->setVisible(!menu->isEmpty());
    }
}

void MainWindow::connectState()
{
    connect(m_selection.get(), &SelectionState::changed, this, &MainWindow::onPlaceChanged);
    connect(m_controller.get(), &WorkspaceController::analysisChanged, this, &MainWindow::onAnalysisChanged);
    connect(m_controller.get(), &WorkspaceController::pathChanged, this, &MainWindow::updateChrome);
    connect(m_controller.get(), &WorkspaceController::unsavedChanged, this, &MainWindow::updateChrome);
    connect(m_controller.get(), &WorkspaceController::aboutToSave, this, &MainWindow::keepView);
    connect(m_controller.get(), &WorkspaceController::analysisFailed, this, &MainWindow::onAnalysisFailed);
    connect(m_jobs.get(), &JobManager::jobFailed, this,
        [this](const QString& title, const QString& why) { notice(tr("%1: %2").arg(title, why)); });
    connect(m_controller.get(), &WorkspaceController::findingStatesChanged, this, &MainWindow::updateBadges);
    connect(m_controller.get(), &WorkspaceController::autosaveFailed, this, [this](const QString& why) {
        notice(tr("Your edits are not kept safe: %1. Save the workspace yourself.").arg(why));
    });
    connect(m_controller.get(), &WorkspaceController::sourcesDiffer, this, [this](int changed) {
        notice(tr("%n file(s) have another size than when the workspace was saved: figures may differ.", "", changed));
    });
    connect(m_controller.get(), &WorkspaceController::optionsChanged, this, [this] {
        Lens lens = m_selection->lens();
        lens.basis = m_controller->options().basis; // undo and redo of the cost basis bring the lens along
        m_selection->adjustLens(lens);
    });
    connect(m_controller.get(), &WorkspaceController::importFinished, this, [this](int read, int failed) {
        if (failed > 0) {
            notice(tr("%n file(s) could not be read. Sources & mapping says why.", "", failed));
        }
        if (read > 0 && m_selection->view() == ViewId::Start) {
            m_selection->setView(ViewId::Findings);
        }
    });
    connect(m_rail, &NavRail::viewRequested, m_selection.get(), &SelectionState::setView);
    connect(m_tools, &ToolStrip::locatorRequested, m_palette, [this] { m_palette->open({}); });
    connect(m_status, &StatusStrip::notesRequested, this, [this] { m_selection->setView(ViewId::Sources); });
    connect(m_status, &StatusStrip::themeRequested, this, [this] { m_actions->action(u"view.theme"_s)->trigger(); });
    connect(m_status, &StatusStrip::cancelRequested, this, &MainWindow::cancelWork);
    connect(m_sheet, &ImportSheet::accepted, this, &MainWindow::takeImported);
    connect(m_sheet, &ImportSheet::closed, this, [this] { m_stack->currentWidget()->setFocus(); });
    if (auto* timeline = qobject_cast<TimelinePage*>(m_pages.at(ViewId::Timeline))) {
        connect(timeline, &TimelinePage::filesDropped, this,
            [this](const QStringList& paths, Instant at) { openPaths(paths, at); });
    }
    if (auto* start = qobject_cast<StartPage*>(m_pages.at(ViewId::Start))) {
        connect(start, &StartPage::workspaceRequested, this, &MainWindow::openWorkspace);
        connect(start, &StartPage::workspaceSearched, this, &MainWindow::locateWorkspace);
        connect(start, &StartPage::sourceSearched, this, [this](const QString& workspace, const QString& source) {
            openWorkspace(workspace);
            if (m_controller->isMissing(toUtf8(source))) {
                m_selection->setView(ViewId::Sources);
                locateSource(*m_controller, toUtf8(source), this);
            }
        });
    }
}

void MainWindow::onPlaceChanged(const Place& before)
{
    const Place& place = m_selection->place();
    for (const auto& [view, page] : m_pages) {
        page->setLens(place.lens);
    }
    const bool isRangeNew = before.lens.range != place.lens.range || before.lens.service != place.lens.service;
    if (isRangeNew) {
        requestRange();
    }
    if (before.lens.basis != place.lens.basis && m_controller->options().basis != place.lens.basis) {
        AnalysisOptions options = m_controller->options();
        options.basis = place.lens.basis;
        m_controller->editOptions(tr("cost basis %1").arg(basisTitle(options.basis)), options);
    }
    m_stack->setCurrentWidget(m_pages.at(place.view));
    if (before.view != place.view && mayMoveFocus()) {
        m_pages.at(place.view)->setFocus();
    }
    m_controller->noteView();
    updateChrome();
}

void MainWindow::onAnalysisChanged()
{
    const auto& analysis = m_controller->analysis();
    for (const auto& [view, page] : m_pages) {
        page->setAnalysis(analysis);
    }
    updateBadges();
    requestRange();
    if (analysis && m_selection->view() == ViewId::Start) {
        m_selection->setView(ViewId::Findings);
    }
    updateChrome();
    const QWidget* const focus = focusWidget();
    // While files are read, all there is to focus is the status strip: nobody chose it.
    const bool isUnused = focus == nullptr || focus == this || focus == m_stack || m_stack->isAncestorOf(focus)
        || m_status->isAncestorOf(focus);
    const bool isTyping = focus != nullptr && focus->testAttribute(Qt::WA_InputMethodEnabled);
    if (analysis && !m_hadAnalysis && isUnused && !isTyping && mayMoveFocus()) {
        m_pages.at(m_selection->view())->setFocus(); // the answer, not whatever came next in the tab order
    }
    m_hadAnalysis = analysis != nullptr;
    if (analysis) {
        trace("findings-ready");
    }
}

bool MainWindow::mayMoveFocus() const
{
    return !m_palette->isVisible() && !m_sheet->isVisible() && QApplication::activePopupWidget() == nullptr;
}

void MainWindow::updateBadges()
{
    const auto& analysis = m_controller->analysis();
    for (const auto& [view, page] : m_pages) {
        m_rail->setBadge(view, analysis ? page->badge(*analysis) : 0);
    }
}

void MainWindow::onAnalysisFailed()
{
    if (m_controller->analysis()) { // without one the pages say so themselves
        const Error& error = *m_controller->analysisError();
        const QString what = error.code == ErrorCode::Cancelled
            ? tr("The analysis was cancelled")
            : tr("The analysis failed (%1)").arg(toQString(format(error)));
        notice(tr("%1: what is shown is older than your last change. Analyze > Analyze again brings it up to date.")
                   .arg(what));
    }
}

/// The button of the status strip. What is on the import sheet is the sheet's own: while anything else runs, that is meant.
void MainWindow::cancelWork()
{
    if (m_sheet->isVisible()
        && std::ranges::all_of(m_jobs->jobs(), [this](const JobInfo& job) { return m_sheet->owns(job.id); })) {
        m_sheet->cancel();
        return;
    }
    for (const JobInfo& job : std::vector<JobInfo>(m_jobs->jobs())) {
        if (!m_sheet->owns(job.id)) {
            m_jobs->cancel(job.id);
        }
    }
}

void MainWindow::requestRange()
{
    if (m_controller->analysis()) {
        const Lens& lens = m_selection->lens();
        m_ranges->request(m_controller->analysis(), lens.service, lens.range);
    } else {
        m_ranges->clear();
    }
}

void MainWindow::updateChrome()
{
    const WorkspaceAnalysis* analysis = m_controller->analysis().get();
    const bool isStart = m_selection->view() == ViewId::Start;
    m_rail->setVisible(!isStart);
    m_lensBar->setVisible(!isStart);
    m_tools->setVisible(!isStart);
    m_rail->setCurrent(m_selection->view());
    m_lensBar->show(analysis);
    m_tools->show(analysis);
    m_status->show(analysis, m_controller->unreadCount());
    m_actions->action(u"go.back"_s)->setEnabled(m_selection->canGoBack());
    m_actions->action(u"go.forward"_s)->setEnabled(m_selection->canGoForward());
    m_actions->action(u"file.save"_s)->setEnabled(!m_controller->isEmpty());
    m_actions->action(u"file.saveAs"_s)->setEnabled(!m_controller->isEmpty());
    m_actions->action(u"analyze.again"_s)->setEnabled(!m_controller->isEmpty());
    // Qt adds the name of the program.
    setWindowTitle(m_controller->isEmpty() ? u"Heaptoll"_s : QString(m_controller->displayName() + u"[*]"_s));
    setWindowModified(m_controller->hasUnsavedChanges());
}

void MainWindow::openPaths(const QStringList& paths, std::optional<Instant> start)
{
    QStringList absolute;
    for (const QString& path : paths) {
        absolute << QFileInfo(path).absoluteFilePath();
    }
    if (absolute.size() == 1 && absolute.front().endsWith(".toll"_L1)) {
        openWorkspace(absolute.front());
        return;
    }
    placeOverlays();
    m_sheet->addPaths(absolute, start);
}

void MainWindow::notice(const QString& text)
{
    m_notice->setText(text);
    m_noticeFrame->show();
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_rail->setNarrow(width() < kNarrowWidth);
    placeOverlays();
}

void MainWindow::placeOverlays()
{
    const QRect area = centralWidget()->rect();
    constexpr int kMargin = 24;
    const int sheetWidth = qMin(area.width() - 2 * kMargin, 1400);
    constexpr int kLowArea = 660; // every row of the list counts
    constexpr int kTallestSheet = 800;
    const int sheetTop = area.height() > kLowArea ? kMargin : kMargin / 4;
    m_sheet->setGeometry(
        (area.width() - sheetWidth) / 2, sheetTop, sheetWidth, qMin(area.height() - 2 * sheetTop, kTallestSheet));
    constexpr int kPaletteWidth = 640;
    const int paletteWidth = qMin(area.width() - 2 * kMargin, kPaletteWidth);
    m_palette->setGeometry((area.width() - paletteWidth) / 2, 44, paletteWidth, qMin(420, area.height() - 2 * kMargin));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event)
{
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    event->acceptProposedAction();
    if (!paths.isEmpty()) {
        openPaths(paths);
    }
}

void MainWindow::paintEvent(QPaintEvent* event)
{
    QMainWindow::paintEvent(event);
    if (!m_isPainted) {
        m_isPainted = true;
        trace("first-paint");
    }
}

} // namespace heaptoll::gui
