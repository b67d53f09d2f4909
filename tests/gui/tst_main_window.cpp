// SPDX-License-Identifier: Apache-2.0
#include "app/gui/actions.h"
#include "app/gui/chart/chart_panel.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/job_manager.h"
#include "app/gui/main_window.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/page.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/elided_label.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;

namespace {

QStringList warnings;
QtMessageHandler previousHandler = nullptr;

void collectWarnings(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    if (type != QtDebugMsg && type != QtInfoMsg && !text.contains(u"This plugin does not support"_s)) {
        warnings << text;
    }
    previousHandler(type, context, text);
}

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<MainWindow> m_window;

    template<typename T>
    T* child(const QString& name)
    {
        T* found = m_window->findChild<T*>(name);
        if (found == nullptr) {
            QTest::qFail(qPrintable(u"no child "_s + name), __FILE__, __LINE__);
        }
        return found;
    }
    void openShop()
    {
        m_window->controller().setDocuments(test::makeShop()->documents);
        QTRY_VERIFY(m_window->controller().analysis() != nullptr);
        QTRY_VERIFY(m_window->jobs().isIdle());
    }
    /// HEAPTOLL_SHOTS=folder keeps pictures of what the test sees.
    void shoot(const QString& name)
    {
        const QString folder = qEnvironmentVariable("HEAPTOLL_SHOTS");
        if (!folder.isEmpty()) {
            QTest::qWait(400);
            m_window->grab().save(folder + u'/' + name + u".png"_s);
        }
    }
private slots:
    void initTestCase()
    {
        installFlameAccessibility(); // as the program does: frames are children that only it knows
        previousHandler = qInstallMessageHandler(collectWarnings);
    }
    void init()
    {
        warnings.clear();
        applyTheme(ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(test::fixtureEngine());
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window->controller().discardAutosave();
        m_window.reset();
        QCOMPARE(warnings, QStringList());
    }
    void firstLaunch_showsTheStartPageWithoutRail()
    {
        QCOMPARE(m_window->selection().view(), ViewId::Start);
        QVERIFY(!child<QWidget>(u"rail"_s)->isVisible());
        QVERIFY(child<QAbstractButton>(u"start.sample"_s)->isVisible());
        shoot(u"start"_s);
    }
    void openData_showsRankedFindingsWithTheFirstSelected()
    {
        openShop();
        QCOMPARE(m_window->selection().view(), ViewId::Findings);
        auto* list = child<QListView>(u"findings.list"_s);
        QCOMPARE(list->model()->rowCount(), 5);
        QCOMPARE(list->currentIndex().row(), 0);
        QCOMPARE(child<QLabel>(u"finding.title"_s)->text(), u"Session buffers leak in openSession()"_s);
        QVERIFY(child<QLabel>(u"finding.money"_s)->text().contains(u"$399"_s));
        QVERIFY(child<ChartPanel>(u"finding.chart"_s)->data().trend.has_value());
        shoot(u"findings-light"_s);
    }
    void clickAFinding_showsItsProof()
    {
        openShop();
        auto* list = child<QListView>(u"findings.list"_s);
        const QRect row = list->visualRect(list->model()->index(1, 0));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(child<QLabel>(u"finding.title"_s)->text(), u"orders-api requests 6 GiB, p99 uses 2.1 GiB"_s);
        QCOMPARE(m_window->selection().place().finding, std::string("O-01"));
        m_window->selection().back();
        QCOMPARE(child<QLabel>(u"finding.title"_s)->text(), u"Session buffers leak in openSession()"_s);
    }
    void evidenceLink_presetsTheLensAndLeadsBack()
    {
        openShop();
        emit child<QLabel>(u"finding.why"_s)->linkActivated(u"0"_s);
        QCOMPARE(m_window->selection().view(), ViewId::Timeline);
        QCOMPARE(m_window->selection().lens().service, std::string("checkout"));
        QVERIFY(m_window->selection().lens().range.has_value());
        QTest::mouseClick(child<QWidget>(u"lensBar.backToFinding"_s), Qt::LeftButton);
        QTRY_COMPARE(m_window->selection().view(), ViewId::Findings);
        QCOMPARE(child<QLabel>(u"finding.title"_s)->text(), u"Session buffers leak in openSession()"_s);
    }
    void evidenceLinks_showWhatTheySay()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        shop.findings.front().why[2].view = EvidenceView::Usage;
        const auto analysis = std::make_shared<const WorkspaceAnalysis>(shop);
        openShop();
        for (const ViewId view : { ViewId::Findings, ViewId::Timeline, ViewId::Cost }) {
            m_window->page(view)->setAnalysis(analysis);
        }
        const auto follow = [this](const QString& link) {
            m_window->selection().setView(ViewId::Findings);
            emit child<QLabel>(u"finding.why"_s)->linkActivated(link);
            QTRY_VERIFY(m_window->jobs().isIdle() && !m_window->ranges().isStale());
        };
        follow(u"2"_s);
        QCOMPARE(m_window->selection().view(), ViewId::Timeline);
        QVERIFY(m_window->selection().lens().isWorkingSet);
        QVERIFY(m_window->selection().lens().range == shop.findings.front().range);
        QCOMPARE(child<ChartPanel>(u"timeline.chart"_s)->data().lines.front().name, u"checkout working set"_s);
        follow(u"1"_s);
        auto* flame = m_window->page(ViewId::Flame)->findChild<FlameView*>();
        QTRY_VERIFY(flame->tree() != nullptr);
        QTRY_COMPARE(flame->nodeName(flame->selectedNode()), u"openSession"_s);
        follow(u"3"_s);
        QCOMPARE(child<DataTable>(u"cost.table"_s)->currentKey(), u"checkout"_s);
        QVERIFY(child<QLabel>(u"cost.rowsHeading"_s)->text().startsWith(u"Bill rows of checkout: "_s));
        follow(u"0"_s);
        QVERIFY2(!m_window->selection().lens().isWorkingSet, "the sentence is about live bytes");
    }
    void blameFrames_areTheCallersOfTheBlamedPlace()
    {
        openShop();
        const QStringList lines = child<DataTable>(u"finding.blame"_s)->tableText().split(u'\n');
        QVERIFY2(lines[0].contains(u"Heap growth"_s), qPrintable(lines[0]));
        QVERIFY2(lines[1].startsWith(u"openSession"_s), qPrintable(lines[1]));
        QVERIFY2(lines[2].startsWith(u"  in handleRequest"_s), qPrintable(lines[2]));
        QVERIFY(!lines.join(u' ').contains(u"resize"_s));
    }
    void brush_filtersAndEscapeClears()
    {
        openShop();
        m_window->selection().setView(ViewId::Timeline);
        auto* chart = child<ChartPanel>(u"timeline.chart"_s);
        QVERIFY(!chart->data().isEmpty());
        const int y = static_cast<int>(chart->plotRect().center().y());
        const QPoint from(static_cast<int>(chart->xOf(4 * 86400.0)), y);
        const QPoint to(static_cast<int>(chart->xOf(12 * 86400.0)), y);
        const auto before = m_window->selection().history().size();
        QTest::mousePress(chart->viewport(), Qt::LeftButton, {}, from);
        QTest::mouseMove(chart->viewport(), (from + to) / 2);
        QTest::mouseMove(chart->viewport(), to);
        QTest::mouseRelease(chart->viewport(), Qt::LeftButton, {}, to);
        QVERIFY(m_window->selection().lens().range.has_value());
        const double days = m_window->selection().lens().range->length().toHours() / 24;
        QVERIFY2(std::abs(days - 8) < 0.2, qPrintable(QString::number(days)));
        QCOMPARE(m_window->selection().history().size(), before + 1);
        QTRY_VERIFY(child<QLabel>(u"timeline.selection"_s)->text().contains(u"Selection"_s));
        shoot(u"timeline-light"_s);
        QTest::keyClick(chart, Qt::Key_Escape);
        QVERIFY(!m_window->selection().lens().range.has_value());
    }
    void brush_isNudgedByTheKeyboard()
    {
        openShop();
        m_window->selection().setView(ViewId::Timeline);
        auto* chart = child<ChartPanel>(u"timeline.chart"_s);
        QTest::keyClick(chart, Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
        QVERIFY(m_window->selection().lens().range.has_value());
        QVERIFY(std::abs(m_window->selection().lens().range->length().toHours() - 48) < 0.1);
    }
    void wheel_zoomsWithoutChangingNumbers()
    {
        openShop();
        m_window->selection().setView(ViewId::Timeline);
        auto* chart = child<ChartPanel>(u"timeline.chart"_s);
        const Lens before = m_window->selection().lens();
        const double x = chart->xOf(10 * 86400.0);
        QWheelEvent wheel(QPointF(x, 100), chart->viewport()->mapToGlobal(QPointF(x, 100)), {}, { 0, 480 },
            Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(chart->viewport(), &wheel);
        QVERIFY(std::abs(chart->xOf(10 * 86400.0) - x) < 1);
        QVERIFY(chart->xOf(0) < chart->plotRect().left() - 10);
        QCOMPARE(m_window->selection().lens() == before, true);
        QTest::keyClick(chart, Qt::Key_F);
        QVERIFY(std::abs(chart->xOf(0) - chart->plotRect().left()) < 1);
    }
    void doneAndUndo_moveAFindingOutAndBack()
    {
        openShop();
        auto* list = child<QListView>(u"findings.list"_s);
        QTest::mouseClick(child<QWidget>(u"finding.done"_s), Qt::LeftButton);
        QCOMPARE(list->model()->rowCount(), 4);
        QCOMPARE(m_window->actions().action(u"edit.undo"_s)->text(), u"&Undo done L-01"_s);
        m_window->actions().action(u"edit.undo"_s)->trigger();
        QCOMPARE(list->model()->rowCount(), 5);
    }
    void themes_switchAtRunTime()
    {
        openShop();
        for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Contrast, ThemeChoice::Light }) {
            m_window->setTheme(theme, false);
            for (const ViewId view : { ViewId::Findings, ViewId::Timeline, ViewId::Flame, ViewId::Sites, ViewId::Cost,
                     ViewId::Rightsizing, ViewId::Sources }) {
                m_window->selection().setView(view);
                const QImage image = m_window->grab().toImage();
                QCOMPARE(image.pixelColor(image.width() - 3, image.height() - 3), tokensOf(theme).surface);
                shoot(viewKey(view) + u'-' + themeKey(theme));
            }
        }
    }
    void locator_findsFindingsAndCommands()
    {
        openShop();
        m_window->actions().action(u"go.locator"_s)->trigger();
        auto* input = child<QLineEdit>(u"palette.input"_s);
        QTest::keyClicks(input, u"orders 6 GiB"_s);
        shoot(u"palette"_s);
        QTest::keyClick(input, Qt::Key_Return);
        QCOMPARE(m_window->selection().place().finding, std::string("O-01"));
        m_window->actions().action(u"go.commands"_s)->trigger();
        QTest::keyClicks(input, u"timeline"_s);
        QTest::keyClick(input, Qt::Key_Return);
        QCOMPARE(m_window->selection().view(), ViewId::Timeline);
    }
    void narrowWindow_hasARailOfIcons()
    {
        openShop();
        m_window->resize(1024, 640);
        QCOMPARE(child<QWidget>(u"rail"_s)->width(), 44);
        shoot(u"findings-1024"_s);
        m_window->selection().setView(ViewId::Timeline);
        shoot(u"timeline-1024"_s);
        QVERIFY2(m_window->width() <= 1024 && m_window->height() <= 640, "the layout needs more than 1024x640");
    }
    void narrowWindow_cutsNoWordOfItsStrips()
    {
        openShop();
        for (const int width : { 1440, 1024, 720 }) {
            m_window->resize(width, 640);
            QCoreApplication::processEvents();
            const auto* strip = child<QWidget>(u"toolStrip"_s);
            const QList<QAbstractButton*> buttons = strip->findChildren<QAbstractButton*>();
            QVERIFY(buttons.size() >= 7);
            for (const QAbstractButton* button : buttons) {
                const bool isIcon = qobject_cast<const QToolButton*>(button) != nullptr
                    && qobject_cast<const QToolButton*>(button)->toolButtonStyle() == Qt::ToolButtonIconOnly;
                const int text = isIcon ? 0 : button->fontMetrics().horizontalAdvance(button->text());
                QVERIFY2(text <= button->width(),
                    qPrintable(u"%1 at %2: %3"_s.arg(button->objectName()).arg(width).arg(button->text())));
            }
            const auto* search = child<QPushButton>(u"toolStrip.locator"_s);
            QVERIFY2(!search->text().isEmpty(), qPrintable(QString::number(width)));
            // What has no room ends in "…" and is whole in its tooltip.
            QVERIFY(qobject_cast<ElidedLabel*>(child<QLabel>(u"status.sources"_s)) != nullptr);
        }
    }
    void droppedFiles_areDetectedAndRefusedInline()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"random.bin"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(20'000, '\x7f'));
        file.close();
        m_window->openPaths({ folder.path() });
        QVERIFY(child<QWidget>(u"importSheet"_s)->isVisible());
        QTRY_VERIFY(!child<QAbstractButton>(u"import.accept"_s)->isEnabled());
        shoot(u"import"_s);
        QVERIFY(!child<QLabel>(u"import.details"_s)->text().isEmpty());
        QTest::keyClick(child<QWidget>(u"importSheet"_s), Qt::Key_Escape);
        QVERIFY(!child<QWidget>(u"importSheet"_s)->isVisible());
    }
    void everyControl_hasAName()
    {
        openShop();
        for (QAbstractButton* button : m_window->findChildren<QAbstractButton*>()) {
            const bool isNamed = !button->accessibleName().isEmpty() || !button->text().isEmpty();
            const bool isOurs = !button->objectName().startsWith(u"qt_"_s);
            QVERIFY2(isNamed || !isOurs || !button->isVisible(),
                qPrintable(button->objectName() + u" in "_s + button->parent()->objectName()));
        }
        for (QAbstractItemView* view : m_window->findChildren<QAbstractItemView*>()) {
            QVERIFY2(!view->accessibleName().isEmpty() || !view->isVisible(), qPrintable(view->objectName()));
        }
    }
    void aCancelledJob_leavesAtOnceAndIsNotDelivered()
    {
        JobManager jobs;
        std::atomic<bool> hasStarted = false;
        bool isDelivered = false;
        const quint64 id = jobs.run(
            u"slow"_s, this,
            [&hasStarted](const TaskContext& task) -> Result<int> {
                hasStarted = true;
                while (!task.cancelled()) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
                return 1;
            },
            [&isDelivered](Result<int>) { isDelivered = true; });
        QTRY_VERIFY(hasStarted);
        jobs.cancel(id);
        QVERIFY(jobs.isIdle());
        QTest::qWait(50);
        QVERIFY(!isDelivered);
    }
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
