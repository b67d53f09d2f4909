// SPDX-License-Identifier: Apache-2.0
// Views while analyses come and go: what is enabled, counted, kept, and where Tab goes.
#include "app/gui/actions.h"
#include "app/gui/chart/chart_accessible.h"
#include "app/gui/chart/chart_panel.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/import/import_reader.h"
#include "app/gui/import_sheet.h"
#include "app/gui/job_manager.h"
#include "app/gui/range_loader.h"
#include "app/gui/samples.h"
#include "app/gui/selection_state.h"
#include "app/gui/view/page.h"
#include "app/gui/view/placement_bar.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/empty_state.h"
#include "tests/gui/shell_test.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDrag>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;
using test::BusyWorkers;
using test::WindowFixture;

class ShellViewsTest : public test::ShellTest {
    Q_OBJECT
private slots:
    void initTestCase() { installAccessibility(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void findingActions_areOnlyForAFindingThatIsSeen()
    {
        loadShop();
        QAction* done = window().actions().action(u"finding.done"_s);
        go(ViewId::Findings);
        QVERIFY(done->isEnabled());
        go(ViewId::Timeline);
        QVERIFY(!done->isEnabled());
        QVERIFY(!window().actions().action(u"finding.mute"_s)->isEnabled());
        go(ViewId::Findings);
        QVERIFY(done->isEnabled());
        window().actions().action(u"file.close"_s)->trigger();
        window().selection().setView(ViewId::Findings);
        QVERIFY(!done->isEnabled());
    }
    void cancelledJobOfAView_saysSoAndCanBeRunAgain_data()
    {
        QTest::addColumn<ViewId>("view");
        QTest::newRow("flame") << ViewId::Flame;
        QTest::newRow("sites") << ViewId::Sites;
        QTest::newRow("cost keys") << ViewId::Sources;
    }
    void cancelledJobOfAView_saysSoAndCanBeRunAgain()
    {
        QFETCH(ViewId, view);
        loadShop();
        BusyWorkers busy(window());
        const std::size_t before = window().jobs().jobs().size();
        window().selection().setView(view);
        QTRY_VERIFY(window().jobs().jobs().size() > before);
        window().jobs().cancelAll();
        busy.release();
        settle();
        const EmptyState* state = emptyState();
        const auto* sentence = state->findChild<QLabel*>(u"emptyState.sentence"_s);
        QVERIFY2(sentence->text().contains(u"was cancelled"_s), qPrintable(sentence->text()));
        QTest::mouseClick(state->findChild<QAbstractButton*>(u"emptyState.button"_s), Qt::LeftButton);
        settle();
        QVERIFY(!state->isVisible() || !sentence->text().contains(u"was cancelled"_s)); // the shop has no cost keys
    }
    void closedWorkspace_isFreed()
    {
        loadShop();
        for (const ViewId view : { ViewId::Findings, ViewId::Timeline, ViewId::Flame, ViewId::Sites, ViewId::Cost,
                 ViewId::Rightsizing, ViewId::Sources }) {
            go(view);
        }
        const std::weak_ptr<const WorkspaceAnalysis> analysis = controller().analysis();
        const std::weak_ptr<const RangeView> range = window().ranges().view();
        QVERIFY(!analysis.expired());
        QVERIFY(!range.expired());
        window().actions().action(u"file.close"_s)->trigger();
        QTRY_VERIFY(analysis.expired());
        QTRY_VERIFY(range.expired());
    }
    void counts_areOfOpenFindings()
    {
        loadShop();
        go(ViewId::Findings);
        auto* rail = m_fixture->child<QAbstractButton>("rail.findings");
        const int before = rail->accessibleDescription().toInt();
        QVERIFY(before > 1);
        controller().editFindingState(u"mute"_s, "fp-leak", { FindingState::State::Muted, "known <cache>", {} });
        QCOMPARE(rail->accessibleDescription().toInt(), before - 1);
        QVERIFY(!m_fixture->child<QLabel>("finding.state")->isVisible());
        for (QAction* action : m_fixture->child<QWidget>("findings.state")->findChild<QMenu*>()->actions()) {
            if (action->text() == u"Muted"_s) {
                action->trigger();
            }
        }
        QVERIFY(m_fixture->child<QLabel>("finding.state")->isVisible());
        QCOMPARE(m_fixture->child<QLabel>("finding.state")->text(), u"Muted: known <cache>"_s);
        controller().undoStack().undo();
        QCOMPARE(rail->accessibleDescription().toInt(), before);
    }
    void openList_isNotRebuiltUnderTheMouse()
    {
        loadShop();
        go(ViewId::Findings);
        window().openPaths({ profile(u"a.pb.gz"_s) });
        QTRY_COMPARE(m_fixture->child<QAbstractButton>("import.accept")->text(), u"Import 1"_s);
        settle();
        auto* service = m_fixture->child<QComboBox>("import.service");
        QVERIFY(service->count() > 0);
        service->showPopup();
        const QSignalSpy removed(service->model(), &QAbstractItemModel::rowsRemoved);
        m_fixture->child<QAbstractButton>("import.asHex")->toggle(); // shows the selection anew, as progress does
        QCOMPARE(removed.size(), 0);
        service->hidePopup();
    }
    void draggedColumns_stayWhileFilesAreReadAgain()
    {
        window().openPaths({ profile(u"a.pb.gz"_s) });
        QTRY_COMPARE(m_fixture->child<QAbstractButton>("import.accept")->text(), u"Import 1"_s);
        settle();
        QHeaderView* header = m_fixture->child<DataTable>("import.table")->horizontalHeader();
        header->resizeSection(0, 321);
        QCOMPARE(header->sectionSize(0), 321);
        auto* format = m_fixture->child<QComboBox>("import.format");
        const int pprof = format->findData(u"pprof"_s);
        QVERIFY(pprof > 0);
        format->setCurrentIndex(pprof);
        emit format->activated(pprof);
        settle();
        QCOMPARE(header->sectionSize(0), 321);
    }
    void jobs_leaveFilledTablesAlone()
    {
        m_isBlocked = true;
        controller().importFiles({ profile(u"a.pb.gz"_s) });
        window().selection().setView(ViewId::Sources);
        QTRY_COMPARE(m_fixture->child<DataTable>("sources.files")->shownRows(), 1);
        const QSignalSpy resets(m_fixture->child<DataTable>("sources.files")->model(), &QAbstractItemModel::modelReset);
        emit window().jobs().jobsChanged();
        emit window().jobs().jobsChanged();
        QCOMPARE(resets.size(), 0);
        m_isBlocked = false;
        settle();
    }
    void escapeWhileAnEdgeIsHeld_endsTheDrag()
    {
        loadShop();
        go(ViewId::Timeline);
        auto* chart = m_fixture->child<ChartPanel>("timeline.chart");
        Lens lens = window().selection().lens();
        const Instant start = controller().analysis()->range->start;
        lens.range = TimeRange { start + Span::days(4), start + Span::days(12) };
        window().selection().setLens(lens);
        settle();
        const int y = static_cast<int>(chart->plotRect().center().y());
        const QPoint edge(static_cast<int>(chart->xOf(4 * 86400.0)), y);
        QTest::mousePress(chart->viewport(), Qt::LeftButton, {}, edge);
        QTest::keyClick(chart, Qt::Key_Escape);
        QVERIFY(!window().selection().lens().range);
        QTest::mouseMove(chart->viewport(), edge + QPoint(40, 0));
        QTest::mouseRelease(chart->viewport(), Qt::LeftButton, {}, edge + QPoint(40, 0));
        QVERIFY(!window().selection().lens().range);
        settle();
    }
    void carriedRecording_isNotOwnedByItsChip()
    {
        m_hasRecording = true;
        loadShop();
        go(ViewId::Timeline);
        RecordingChip* chip = m_fixture->child<PlacementBar>("placement")->chips().front();
        // An analysis that ends while the recording is carried replaces the chips; where drags wait, that is inside exec().
        bool isSeen = false;
        const auto look = [&] {
            for (const QDrag* drag : window().findChildren<QDrag*>()) {
                isSeen = true;
                QCOMPARE(drag->parent(), &window());
            }
        };
        QTimer::singleShot(50, this, [&] {
            look();
            QDrag::cancel();
        });
        QTest::mousePress(chip, Qt::LeftButton, {}, QPoint(5, 5));
        QTest::mouseMove(chip, QPoint(60, 8));
        look();
        QTRY_VERIFY(isSeen);
        QTest::qWait(60);
        settle();
    }
    void copyStack_isOfTheFrameThatWasClicked()
    {
        loadShop();
        go(ViewId::Flame);
        auto* flame = window().page(ViewId::Flame)->findChild<FlameView*>();
        QTRY_VERIFY(flame->tree() != nullptr);
        const FlameBox box = flame->layoutBoxes().boxes[2];
        const QString name = flame->nodeName(box.node);
        QGuiApplication::clipboard()->clear();
        QTimer::singleShot(0, this, [flame] {
            auto* menu = flame->findChild<QMenu*>();
            QVERIFY(menu != nullptr);
            flame->setTree({}, {}, {}); // a range without a profile came
            for (QAction* action : menu->actions()) {
                if (action->text() == u"Copy stack"_s) {
                    action->trigger();
                }
            }
            menu->close();
        });
        const QPoint at = flame->boxRect(box).center().toPoint();
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, flame->viewport()->mapToGlobal(at));
        QApplication::sendEvent(flame->viewport(), &event);
        QVERIFY2(
            QGuiApplication::clipboard()->text().startsWith(name), qPrintable(QGuiApplication::clipboard()->text()));
    }
    void unreadableAutosave_isPutAside()
    {
        const QString path =
            m_fixture->write(u"state/heaptoll/autosave.toll"_s, R"({"schema": "heaptoll.workspace/999"})");
        window().restoreAutosave();
        QVERIFY2(noticeText().contains(u".unreadable-1"_s), qPrintable(noticeText()));
        QVERIFY(window().close());
        QFile aside(path + u".unreadable-1"_s);
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QCOMPARE(aside.readAll(), QByteArray(R"({"schema": "heaptoll.workspace/999"})"));
    }
    void failingAutosave_isSaidOnce()
    {
        m_fixture->write(u"state"_s, "a file where the folder should be");
        QSignalSpy failed(&controller(), &WorkspaceController::autosaveFailed);
        loadShop();
        edit();
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(noticeText().contains(u"not kept safe"_s), qPrintable(noticeText()));
        controller().undoStack().undo();
        controller().undoStack().redo();
        QTest::qWait(1200);
        QCOMPARE(failed.size(), 1);
    }
    void framesOfTheLocator_areIndexedOnce()
    {
        loadShop();
        int indexed = 0;
        std::set<quint64> seen;
        connect(&window().jobs(), &JobManager::jobsChanged, this, [&] {
            for (const JobInfo& job : window().jobs().jobs()) {
                indexed += job.title == u"Names of frames"_s && seen.insert(job.id).second ? 1 : 0;
            }
        });
        window().actions().action(u"go.locator"_s)->trigger();
        auto* input = m_fixture->child<QLineEdit>("palette.input");
        auto* list = window().findChild<QListWidget*>();
        QTest::keyClicks(input, u"@openSes"_s);
        QTRY_VERIFY(list->item(0)->text().startsWith(u"openSession"_s));
        QCOMPARE(list->count(), 1);
        QTest::keyClicks(input, u"sion"_s);
        QCOMPARE(list->count(), 1);
        settle();
        QCOMPARE(indexed, 1);
        disconnect(&window().jobs(), nullptr, this, nullptr);
    }
    void flameTree_bringsItsMatches()
    {
        loadShop();
        go(ViewId::Flame);
        auto* flame = window().page(ViewId::Flame)->findChild<FlameView*>();
        QTRY_VERIFY(flame->tree() != nullptr);
        const FlameTree made(*flame->tree(), u"openSession"_s);
        QCOMPARE(made.matches.nodes.size(), 1U);
        QCOMPARE(made.index.of(0).size(), 1U);
        QCOMPARE(made.categories.slotOfLabel.size(), made.calls.labels.size());
        flame->setSearch(u"openSession"_s);
        const QString summary = flame->searchSummary();
        flame->setTree(
            std::make_shared<FlameTree>(*flame->tree(), u"openSession"_s),
            [](std::int64_t value) { return QString::number(value); }, u"bytes"_s);
        QCOMPARE(flame->searchSummary().section(u' ', 0, 0), summary.section(u' ', 0, 0));
        flame->setSearch(u"nothing has this name"_s);
        QVERIFY(!flame->hasMatches());
    }
    void costKeys_areAllFilteredAndAssignedAnew()
    {
        m_fixture.reset();
        m_fixture = std::make_unique<WindowFixture>(coreEngine());
        QFile golden(QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/focus/focus-12-rows.csv"));
        QVERIFY(golden.open(QIODevice::ReadOnly));
        QByteArray text = golden.readLine();
        const QString row = QString::fromUtf8(golden.readLine());
        static const QRegularExpression resource(u"//compute[^,]*"_s);
        QVERIFY(row.contains(resource));
        constexpr int kResources = 2100;
        for (int i = 0; i < kResources; ++i) {
            text += QString(row).replace(resource, u"res-%1"_s.arg(i, 4, 10, QChar(u'0'))).toUtf8();
        }
        controller().importFiles({ m_fixture->write(u"many.csv"_s, text) });
        settle();
        go(ViewId::Sources);
        auto* keys = m_fixture->child<DataTable>("sources.keys");
        auto* filter = m_fixture->child<QLineEdit>("sources.keyFilter");
        QCOMPARE(keys->shownRows(), 2000);
        QVERIFY2(m_fixture->child<QLabel>("sources.keyCount")->text().contains(u"of"_s), "the rest is not mentioned");
        int found = 0;
        for (const int i : { 0, kResources / 2, kResources - 1 }) { // wherever the rank puts them
            filter->setText(u"res-%1"_s.arg(i, 4, 10, QChar(u'0')));
            found += keys->shownRows();
        }
        QCOMPARE(found, 3);
        const auto assign = [&](const QString& service) {
            keys->selectRow(0);
            m_fixture->child<QComboBox>("sources.keyService")->setEditText(service);
            QTest::mouseClick(m_fixture->child<QAbstractButton>("sources.assignKey"), Qt::LeftButton);
            settle();
        };
        assign(u"first"_s);
        QVERIFY(controller().analysis()->service("first") != nullptr);
        assign(u"second"_s);
        QCOMPARE(controller().options().rules.size(), 1U);
        QVERIFY(controller().analysis()->service("second") != nullptr);
        QVERIFY(controller().analysis()->service("first") == nullptr);
        // A broader rule in front would win: the new one goes before it.
        AnalysisOptions options = controller().options();
        options.rules.clear();
        options.rules.push_back({ "resource", "res-*", "broad", false });
        controller().editOptions(u"broad"_s, options);
        settle();
        assign(u"third"_s);
        QVERIFY(controller().analysis()->service("third") != nullptr);
        QCOMPARE(m_fixture->child<DataTable>("sources.rules")->shownRows(), 2);
    }
    void focusedChip_staysWhileItsFilterDoes()
    {
        loadShop();
        Lens lens = window().selection().lens();
        lens.service = "checkout";
        window().selection().setLens(lens);
        settle();
        QPointer<QWidget> chip = m_fixture->child<QWidget>("lensBar.service");
        chip->setFocus(Qt::TabFocusReason);
        QVERIFY(chip->hasFocus());
        edit(); // changes the chrome, not the lens
        QVERIFY(chip != nullptr);
        QVERIFY(chip->hasFocus());
        QCOMPARE(m_fixture->child<QWidget>("lensBar.service"), chip.data());
    }
    void tab_goesWhereTheEyesGo()
    {
        m_hasRecording = true;
        loadShop();
        Lens lens = window().selection().lens();
        lens.service = "checkout";
        window().selection().setLens(lens);
        for (const ViewId view : { ViewId::Findings, ViewId::Timeline, ViewId::Flame, ViewId::Sites, ViewId::Cost,
                 ViewId::Rightsizing, ViewId::Sources }) {
            go(view);
            QTRY_VERIFY(window().page(view)->isVisible());
            QWidget* first = m_fixture->child<QWidget>("lensBar.service");
            first->setFocus();
            QStringList names;
            QRect before;
            constexpr int kMost = 60;
            for (int i = 0; i < kMost && QApplication::focusWidget() != nullptr; ++i) {
                QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
                QWidget* now = QApplication::focusWidget();
                if (now == first || now == nullptr || !window().page(view)->isAncestorOf(now)) {
                    if (names.isEmpty()) {
                        continue; // "+ add filter" comes first
                    }
                    break;
                }
                const QRect at(now->mapTo(&window(), QPoint()), now->size());
                names << (now->objectName().isEmpty() ? QLatin1String(now->metaObject()->className())
                                                      : now->objectName());
                // Down a column, or to the column at the right: never back up over what was passed.
                const bool isBack = !before.isNull() && at.bottom() < before.top() && at.left() <= before.left();
                QVERIFY2(!isBack, qPrintable(viewKey(view) + u": "_s + names.join(u" > "_s)));
                before = at;
            }
            QVERIFY2(names.size() > 1, qPrintable(viewKey(view) + u": "_s + names.join(u" > "_s)));
            if (view == ViewId::Findings) {
                QVERIFY2(names.indexOf(u"findings.list"_s) >= 0
                        && names.indexOf(u"findings.list"_s) < names.indexOf(u"finding.copy"_s),
                    qPrintable(names.join(u" > "_s)));
            } else if (view == ViewId::Timeline) {
                const qsizetype memory = names.indexOf(u"timeline.memory"_s);
                const qsizetype chip = names.indexOf(u"placement.chip"_s);
                const qsizetype metric = names.indexOf(u"flame.metric"_s);
                QVERIFY2(memory >= 0 && memory < chip && chip < metric, qPrintable(names.join(u" > "_s)));
            }
        }
    }
};

QTEST_MAIN(ShellViewsTest)
#include "tst_shell_views.moc"
