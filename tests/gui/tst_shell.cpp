// SPDX-License-Identifier: Apache-2.0
// Jobs that run while the user edits, leaves, cancels or types.
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

class ShellJobsTest : public test::ShellTest {
    Q_OBJECT
private slots:
    void initTestCase() { installAccessibility(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void leavingDuringAnImport_stillAsksAboutChanges()
    {
        makeSaved();
        edit();
        BusyWorkers busy(window());
        window().openPaths({ profile(u"more/b.pb.gz"_s) });
        sheet()->accept();
        QVERIFY(sheet()->isImporting());
        answer({ u"leave.stopImport"_s, u"leave.cancel"_s });
        QVERIFY(!window().close());
        QCOMPARE(m_asked, QStringList({ u"leaveImport"_s, u"leave"_s }));
        QVERIFY(controller().hasUnsavedChanges());
        answer({ u"leave.stopImport"_s, u"leave.save"_s });
        QVERIFY(window().mayLeave());
        QVERIFY(!controller().hasUnsavedChanges());
    }
    void saveAs_asksAboutTheFileThatItsSuffixMakes()
    {
        makeSaved();
        const QString other = m_fixture->write(u"other.toll"_s, "precious");
        QString proposed;
        QTimer::singleShot(0, this, [this, &proposed] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog != nullptr);
            auto* name = dialog->findChild<QLineEdit*>(u"fileNameEdit"_s);
            proposed = name->text();
            name->setText(m_fixture->folder() + u"/other"_s);
            answer({ u"overwrite.cancel"_s });
            // The dialog comes back when the question is answered, however long that takes.
            auto* poll = new QTimer(this);
            connect(poll, &QTimer::timeout, this, [this, poll] {
                auto* again = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
                if (!m_asked.isEmpty() && again != nullptr) {
                    poll->deleteLater();
                    again->reject();
                }
            });
            poll->start(10);
            QTest::keyClick(name, Qt::Key_Return);
        });
        window().actions().action(u"file.saveAs"_s)->trigger();
        QCOMPARE(m_asked, QStringList { u"overwrite"_s });
        QCOMPARE(proposed, u"shop.toll"_s);
        QFile file(other);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("precious"));
    }
    void savedSample_isNeverMixedWithOwnFiles()
    {
        if (sampleFolder().isEmpty()) {
            QSKIP("the sample is not in the checkout");
        }
        window().actions().action(u"file.sample"_s)->trigger();
        QVERIFY(m_fixture->isIdle());
        edit();
        const QString path = m_fixture->folder() + u"/mine.toll"_s;
        QVERIFY(controller().save(path).ok());
        window().actions().action(u"file.close"_s)->trigger();
        QVERIFY(!controller().isSample());
        window().openWorkspace(path);
        QVERIFY(m_fixture->isIdle());
        QVERIFY(controller().isSample());
        const std::size_t before = controller().files().size();
        QVERIFY(before > 1);

        controller().undoStack().push(new QUndoCommand(u"touched"_s));
        window().openPaths({ profile(u"own/a.pb.gz"_s) });
        QTRY_COMPARE(m_fixture->child<QAbstractButton>("import.accept")->text(), u"Import 1"_s);
        QVERIFY(m_fixture->isIdle());
        answer({ u"leave.cancel"_s });
        sheet()->accept();
        QVERIFY(sheet()->isVisible()); // with all that was chosen
        QCOMPARE(controller().files().size(), before);
        answer({ u"leave.discard"_s });
        sheet()->accept();
        QCOMPARE(controller().files().size(), 1U);
        QVERIFY(controller().path().isEmpty());
        QVERIFY(!controller().isSample());
        QVERIFY(m_fixture->isIdle());
    }
    void goingBack_keepsTheBasis()
    {
        loadShop();
        go(ViewId::Cost);
        Lens lens = window().selection().lens();
        lens.basis = CostBasis::List;
        window().selection().setLens(lens);
        go(ViewId::Findings);
        const int edits = controller().undoStack().count();
        while (window().selection().canGoBack()) {
            window().selection().back();
            QCOMPARE(window().selection().lens().basis, CostBasis::List);
        }
        QCOMPARE(controller().options().basis, CostBasis::List);
        QCOMPARE(controller().undoStack().count(), edits);
        settle();
    }
    void anotherImporter_isTheOneThatCounts()
    {
        const QString path = profile(u"a.pb.gz"_s);
        ImportReader reader(window().jobs(), controller().registry());
        QSignalSpy read(&reader, &ImportReader::fileRead);
        BusyWorkers busy(window());
        reader.start({ path }, {});
        reader.readAgain(path, { { path.toStdString(), "focus" } });
        reader.readAgain(path, { { path.toStdString(), "pprof" } });
        busy.release();
        QTRY_VERIFY(!reader.isRunning());
        QCOMPARE(read.size(), 1);
        QCOMPARE(read.front().front().value<ImportedFile>().documents.size(), 1U);
    }
    void automaticChoice_takesBackWhatWasForced()
    {
        const QString path = profile(u"a.pb.gz"_s);
        const std::string key = path.toStdString();
        ImportedFile file;
        file.path = key;
        file.documents = { test::makeShop()->documents.front() };
        SourceChoice forced;
        forced.format = "pprof";
        forced.service = "pay";
        forced.placement = TimePlacement { TimePlacement::Clock::RateOnly, std::nullopt };
        controller().addImported({ file }, { { key, forced } });
        QCOMPARE(controller().options().serviceOfPath.at(key), std::string("pay"));
        controller().addImported({ file }, { { key, SourceChoice {} } });
        QVERIFY(!controller().options().serviceOfPath.contains(key));
        QVERIFY(!controller().options().placementOfPath.contains(key));
        const QString saved = m_fixture->folder() + u"/x.toll"_s;
        QVERIFY(controller().save(saved).ok());
        QVERIFY(!loadWorkspace(saved.toStdString()).value().sources.front().format);
        controller().undoStack().undo();
        QCOMPARE(controller().options().serviceOfPath.at(key), std::string("pay"));
        QVERIFY(m_fixture->isIdle());
    }
    void removedWhileOpening_staysAway()
    {
        const QString path = makeSaved();
        window().actions().action(u"file.close"_s)->trigger();
        BusyWorkers busy(window());
        window().openWorkspace(path);
        const std::string gone = controller().files().front().path;
        controller().removeFile(gone);
        busy.release();
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 1U);
        QVERIFY(!controller().files().front().documents.empty());
        controller().undoStack().undo();
        QCOMPARE(controller().files().size(), 2U);
        QVERIFY(m_fixture->isIdle());
    }
    void cancel_reachesEveryImport()
    {
        BusyWorkers busy(window());
        controller().importFiles({ profile(u"a.pb.gz"_s) });
        controller().importFiles({ bill() });
        controller().cancelImport();
        QVERIFY(!controller().isImporting());
        busy.release();
        QVERIFY(m_fixture->isIdle());
        QVERIFY(controller().isEmpty());
    }
    void twoImports_areBusyUntilTheLastOne()
    {
        BusyWorkers busy(window());
        controller().importFiles({ profile(u"a.pb.gz"_s) });
        controller().importFiles({ bill() });
        const QSignalSpy finished(&controller(), &WorkspaceController::importFinished);
        bool wasImporting = false;
        connect(&controller(), &WorkspaceController::importFinished, this,
            [&] { wasImporting = wasImporting || controller().isImporting(); });
        busy.release();
        QTRY_COMPARE(finished.size(), 2);
        QVERIFY(wasImporting); // when the first of them ended
        QVERIFY(!controller().isImporting());
        QVERIFY(m_fixture->isIdle());
        disconnect(&controller(), nullptr, this, nullptr);
    }
    void cancelledAnalysis_canBeRunAgain()
    {
        m_isBlocked = true;
        controller().setDocuments(test::makeShop()->documents);
        window().selection().setView(ViewId::Findings);
        QVERIFY(emptyState()->kind() == EmptyKind::Loading);
        clickCancel();
        QVERIFY2(emptyState()->sentence().contains(u"cancelled"_s), qPrintable(emptyState()->sentence()));
        m_isBlocked = false;
        auto* again = emptyState()->findChild<QAbstractButton*>(u"emptyState.button"_s);
        QCOMPARE(again->text(), u"Analyze again"_s);
        QTest::mouseClick(again, Qt::LeftButton);
        settle();
        QVERIFY(controller().analysis() != nullptr);

        m_isBlocked = true;
        AnalysisOptions options = controller().options();
        options.hoursPerMonth = 700;
        controller().editOptions(u"month"_s, options);
        clickCancel();
        QVERIFY2(noticeText().contains(u"older"_s), qPrintable(noticeText()));
        m_isBlocked = false;
        window().actions().action(u"analyze.again"_s)->trigger();
        settle();
        QCOMPARE(controller().analysis()->options.hoursPerMonth, 700);
    }
    void statusCancel_leavesTheImportSheetAlone()
    {
        const QString own = profile(u"a.pb.gz"_s);
        BusyWorkers busy(window());
        window().openPaths({ own });
        controller().importFiles({ bill() });
        clickCancel();
        QVERIFY(!controller().isImporting());
        QVERIFY(sheet()->isVisible());
        QCOMPARE(window().jobs().jobs().size(), 1U);
        busy.release();
        QTRY_COMPARE(m_fixture->child<QAbstractButton>("import.accept")->text(), u"Import 1"_s);
        QVERIFY(controller().isEmpty());
    }
    void cancelledRange_isNotStaleForEver()
    {
        JobManager jobs;
        RangeLoader loader(jobs, test::makeRange);
        QSignalSpy ready(&loader, &RangeLoader::ready);
        loader.request(test::makeShop(), "checkout", std::nullopt, true);
        QVERIFY(loader.isStale());
        jobs.cancelAll();
        QVERIFY(!loader.isStale());
        QVERIFY(loader.isCancelled());
        QCOMPARE(ready.size(), 1);
        loader.retry();
        QTRY_VERIFY(loader.view() != nullptr);
        QVERIFY(!loader.isCancelled());
        QVERIFY(!loader.isStale());
    }
    void analysisThatFails_saysSoAndCanBeRunAgain()
    {
        m_isOutOfMemory = true;
        controller().setDocuments(test::makeShop()->documents);
        settle();
        QVERIFY(!controller().analysis());
        QVERIFY2(noticeText().contains(u"not enough memory"_s), qPrintable(noticeText()));
        window().selection().setView(ViewId::Findings);
        EmptyState* state = emptyState();
        QVERIFY(state->findChild<QLabel*>(u"emptyState.sentence"_s)->text().contains(u"not enough memory"_s));
        m_isOutOfMemory = false;
        QTest::mouseClick(state->findChild<QAbstractButton*>(u"emptyState.button"_s), Qt::LeftButton);
        settle();
        const auto before = controller().analysis();
        QVERIFY(before);
        m_isOutOfMemory = true;
        controller().analyzeAgain();
        settle();
        QCOMPARE(controller().analysis(), before);
        QVERIFY2(noticeText().contains(u"older than your last change"_s), qPrintable(noticeText()));
    }
    void firstAnalysis_doesNotTakeTheFocusFromThePalette()
    {
        m_isBlocked = true;
        controller().setDocuments(test::makeShop()->documents);
        window().actions().action(u"go.locator"_s)->trigger();
        auto* input = m_fixture->child<QLineEdit>("palette.input");
        QVERIFY(input->hasFocus());
        m_isBlocked = false;
        settle();
        QCOMPARE(window().selection().view(), ViewId::Findings);
        QVERIFY(input->isVisible());
        QVERIFY(input->hasFocus());
        QTest::keyClicks(window().focusWidget(), u"em"_s); // done and mute, had the list the focus
        QVERIFY(!controller().hasUnsavedChanges());
        QCOMPARE(input->text(), u"em"_s);
    }
};

QTEST_MAIN(ShellJobsTest)
#include "tst_shell.moc"
