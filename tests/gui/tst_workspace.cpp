// SPDX-License-Identifier: Apache-2.0
#include "app/gui/actions.h"
#include "app/gui/job_manager.h"
#include "app/gui/samples.h"
#include "app/gui/selection_state.h"
#include "app/gui/settings.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/workspace_view.h"
#include "core/import/overlapping_bills.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QSplitter>
#include <QtTest>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;
using test::WindowFixture;

class WorkspaceTest : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<WindowFixture> m_fixture;
    int m_questions = 0;

    MainWindow& window() { return m_fixture->window(); }
    WorkspaceController& controller() { return m_fixture->window().controller(); }

    /// Two files, saved as a workspace.
    QString makeSaved()
    {
        controller().importFiles({ m_fixture->copy(u"data/checkout/a.pb.gz"_s, "tests/golden/pprof/go-orderd.pb.gz"),
            m_fixture->copy(u"data/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv") });
        if (!m_fixture->isIdle()) {
            QTest::qFail("the import does not end", __FILE__, __LINE__);
        }
        const QString path = m_fixture->folder() + u"/shop.toll"_s;
        const Result<void> saved = controller().save(path);
        if (!saved.ok()) {
            QTest::qFail(format(saved.error()).c_str(), __FILE__, __LINE__);
        }
        return path;
    }
    /// Presses a button of the one question that is about to come.
    void answer(const QString& button)
    {
        m_questions = 0;
        QTimer::singleShot(0, this, [this, button] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY2(box != nullptr, "nobody asked");
            ++m_questions;
            QTest::mouseClick(box->findChild<QAbstractButton*>(button), Qt::LeftButton);
        });
    }
    void chooseInDialog(const QString& path)
    {
        QTimer::singleShot(0, this, [path] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            QVERIFY2(dialog != nullptr, "no file dialog");
            auto* name = dialog->findChild<QLineEdit*>(u"fileNameEdit"_s);
            name->setText(path);
            QTest::keyClick(name, Qt::Key_Return);
        });
    }
private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void workspaceView_survivesJsonAndTakesNonsense()
    {
        WorkspaceView state;
        state.place.view = ViewId::Timeline;
        state.place.finding = "L-01";
        state.place.lens.service = "checkout";
        state.place.lens.frame = "openSession";
        state.place.lens.metric = LensMetric::Growth;
        state.place.lens.basis = CostBasis::List;
        // More than 2^53: what a JSON number would lose.
        state.place.lens.range =
            TimeRange { Instant { 1'793'836'800'123'456'789 }, Instant { 1'793'836'800'123'456'791 } };
        state.splitters.insert(u"a.b"_s, QByteArray("\x00\xff\x01", 3));
        state.summary = u"7 findings"_s;
        state.savedAs = u"/x/y.toll"_s;
        const WorkspaceView back = WorkspaceView::fromJson(state.toJson());
        QVERIFY(back.place == state.place);
        QCOMPARE(back.splitters, state.splitters);
        QCOMPARE(back.summary, state.summary);
        QCOMPARE(back.savedAs, state.savedAs);
        for (const char* broken : { "", "[]", "{\"lens\":7,\"splitters\":[1]}", "{\"page\":\"start\"}",
                 "{\"lens\":{\"fromNs\":\"9\",\"toNs\":\"3\"}}" }) {
            const WorkspaceView nothing = WorkspaceView::fromJson(broken);
            QCOMPARE(nothing.place.view, ViewId::Findings);
            QVERIFY(!nothing.place.lens.range);
        }
    }
    void saveAndReopen_bringBackLensViewLayoutAndStates()
    {
        const QString path = makeSaved();
        controller().editFindingState(u"done L-01"_s, "fp-leak", { FindingState::State::Done, {}, {} });
        Lens lens;
        lens.service = "checkout";
        lens.range = TimeRange { *parseInstant("2026-11-04T00:00:00Z"), *parseInstant("2026-11-12T00:00:00Z") };
        lens.frame = "openSession";
        lens.metric = LensMetric::LiveBytes;
        lens.basis = CostBasis::List;
        window().selection().setLens(lens);
        window().selection().setView(ViewId::Timeline);
        QVERIFY(m_fixture->isIdle());
        auto* splitter = m_fixture->child<QSplitter>("timeline.splitter");
        splitter->setSizes({ 250, 520 });
        const QList<int> sizes = splitter->sizes();
        QVERIFY(controller().save(path).ok());
        QVERIFY(!controller().hasUnsavedChanges());

        window().actions().action(u"file.close"_s)->trigger();
        QCOMPARE(window().selection().view(), ViewId::Start);
        splitter->setSizes({ 400, 370 });
        window().openWorkspace(path);
        QVERIFY(m_fixture->isIdle());
        QVERIFY(window().selection().lens() == lens);
        QCOMPARE(window().selection().view(), ViewId::Timeline);
        QCOMPARE(splitter->sizes(), sizes);
        QCOMPARE(controller().options().basis, CostBasis::List);
        QVERIFY(controller().findingState("fp-leak").state == FindingState::State::Done);
        QCOMPARE(controller().files().size(), 2U);
        // Looking at a workspace is no edit of it.
        QVERIFY(!controller().hasUnsavedChanges());
        QVERIFY(!window().isWindowModified());
    }
    void undoOfTheBasis_bringsTheLensAlong()
    {
        makeSaved();
        window().selection().setView(ViewId::Cost);
        Lens lens = window().selection().lens();
        lens.basis = CostBasis::List;
        window().selection().setLens(lens);
        QCOMPARE(controller().options().basis, CostBasis::List);
        controller().undoStack().undo();
        QCOMPARE(controller().options().basis, CostBasis::Effective);
        QCOMPARE(window().selection().lens().basis, CostBasis::Effective);
        controller().undoStack().redo();
        QCOMPARE(window().selection().lens().basis, CostBasis::List);
        QCOMPARE(controller().undoStack().count(), 2); // the import and the basis; nothing was pushed by the way back
    }
    void removedFile_comesBackByUndo()
    {
        makeSaved();
        const std::string path = controller().files().front().path;
        controller().removeFile(path);
        QCOMPARE(controller().files().size(), 1U);
        QVERIFY(controller().hasUnsavedChanges());
        controller().undoStack().undo();
        QCOMPARE(controller().files().size(), 2U);
        QCOMPARE(controller().files().front().path, path);
        QVERIFY(!controller().hasUnsavedChanges());
    }
    void billThatIsThere_countsOnce()
    {
        controller().importFiles({ m_fixture->copy(u"a/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv") });
        QVERIFY(m_fixture->isIdle());
        const QString copy = m_fixture->copy(u"b/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv");
        controller().importFiles({ copy }); // in a second step
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 2U);
        QVERIFY(!controller().files().front().documents.empty());
        QVERIFY(controller().files().back().documents.empty());
        QVERIFY(controller().files().back().note.starts_with("same content as"));
        QCOMPARE(controller().unreadCount(), 0);
    }
    void copyOfABill_countsWhenTheOriginalGoes()
    {
        const QString original = m_fixture->copy(u"a/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv");
        const QString copy = m_fixture->copy(u"b/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv");
        const QString third = m_fixture->copy(u"c/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv");
        controller().importFiles({ original, copy, third });
        QVERIFY(m_fixture->isIdle());
        const auto read = [this] {
            QStringList paths;
            for (const ImportedFile& file : controller().files()) {
                if (!file.documents.empty()) {
                    paths << QString::fromStdString(file.path);
                }
            }
            return paths;
        };
        QCOMPARE(read(), QStringList { original });
        controller().removeFile(original.toStdString());
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 2U);
        QCOMPARE(read(), QStringList { copy }); // the third is a copy of this one now
        QCOMPARE(controller().files().back().cover->by, copy.toStdString());
        controller().undoStack().undo();
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 3U);
        QCOMPARE(read(), QStringList { original });
        controller().undoStack().redo();
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(read(), QStringList { copy });
    }
    void partsOfABill_goWithTheirManifest()
    {
        const QByteArray manifest = R"({"assemblyId":"%1","reportName":"costs","account":"111122223333",)"
                                    R"("billingPeriod":{"start":"20250101T000000.000Z","end":"20250201T000000.000Z"},)"
                                    R"("compression":"","reportKeys":["costs/%1/costs-1.csv"]})";
        QFile golden(QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/aws_cur/cur-12-rows.csv"));
        QVERIFY(golden.open(QIODevice::ReadOnly));
        const QByteArray rows = golden.readAll();
        for (const char* const id : { "a1", "b2" }) { // the later one by name replaces the earlier
            const QString folder = u"cur/"_s + QString::fromLatin1(id);
            m_fixture->write(folder + u"/costs-Manifest.json"_s, QByteArray(manifest).replace("%1", id));
            m_fixture->write(folder + u"/costs-1.csv"_s, QByteArray(rows).append(*id == 'a' ? "" : "\n"));
        }
        controller().importFiles({ m_fixture->folder() + u"/cur"_s });
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 4U);
        const auto manifestOf = [this](const QString& id) {
            return toUtf8Path(m_fixture->folder() + u"/cur/"_s + id + u"/costs-Manifest.json"_s);
        };
        controller().removeFile(manifestOf(u"b2"_s));
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 2U); // its part went with it, the older delivery is read
        for (const ImportedFile& file : controller().files()) {
            QCOMPARE(!file.documents.empty(), file.path == manifestOf(u"a1"_s));
        }
        controller().undoStack().undo();
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 4U);
    }
    void countedTwice_goesWithTheOtherBill()
    {
        const QString whole = m_fixture->copy(u"a/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv");
        QFile file(whole);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString part = m_fixture->write(u"b/focus.csv"_s, file.readAll().split('\n').mid(0, 9).join('\n') + '\n');
        controller().importFiles({ whole, part });
        QVERIFY(m_fixture->isIdle());
        const auto mark = [this](
                              std::size_t i) { return isCountedTwice(*controller().files().at(i).documents.front()); };
        QVERIFY(!mark(0) && mark(1));
        controller().removeFile(whole.toStdString());
        QVERIFY(m_fixture->isIdle());
        QVERIFY(!mark(0));
        controller().undoStack().undo();
        QVERIFY(m_fixture->isIdle());
        QVERIFY(!mark(0) && mark(1));
    }
    void changedFiles_areSaid()
    {
        const QString path = makeSaved();
        QVERIFY(!controller().files().empty());
        QFile source(QString::fromStdString(controller().files().front().path));
        window().actions().action(u"file.close"_s)->trigger();
        QVERIFY(source.open(QIODevice::Append));
        source.write("more");
        source.close();
        window().openWorkspace(path);
        const QString notice = m_fixture->child<QLabel>("notice")->text();
        QVERIFY2(notice.contains(u"another size"_s), qPrintable(notice));
        QVERIFY(m_fixture->isIdle());
    }
    void missingFiles_areRedAndLocatedTogether()
    {
        const QString path = makeSaved();
        AnalysisOptions options = controller().options();
        const std::string old = toUtf8Path(m_fixture->folder() + u"/data/checkout/a.pb.gz"_s);
        options.serviceOfPath[old] = "pay";
        controller().editOptions(u"assign"_s, options);
        QVERIFY(controller().save(path).ok());
        window().actions().action(u"file.close"_s)->trigger();
        QVERIFY(QDir().rename(m_fixture->folder() + u"/data"_s, m_fixture->folder() + u"/moved"_s));

        window().openWorkspace(path);
        QVERIFY(m_fixture->isIdle());
        QVERIFY(controller().isMissing(old));
        window().selection().setView(ViewId::Sources);
        auto* table = m_fixture->child<DataTable>("sources.files");
        table->selectRow(0);
        QVERIFY(table->tableText().contains(u"missing"_s));
        auto* locate = m_fixture->child<QAbstractButton>("sources.locate");
        QVERIFY(locate->isVisible());
        QCOMPARE(locate->text(), u"Locate…"_s);
        chooseInDialog(m_fixture->folder() + u"/moved/checkout/a.pb.gz"_s);
        QTest::mouseClick(locate, Qt::LeftButton);
        QVERIFY(m_fixture->isIdle());
        // The other one had moved with it.
        QCOMPARE(controller().files().size(), 2U);
        for (const ImportedFile& file : controller().files()) {
            QVERIFY2(!file.documents.empty(), file.path.c_str());
            QVERIFY(!controller().isMissing(file.path));
        }
        const std::string moved = toUtf8Path(m_fixture->folder() + u"/moved/checkout/a.pb.gz"_s);
        QCOMPARE(controller().options().serviceOfPath.at(moved), std::string("pay"));
        QVERIFY(!controller().options().serviceOfPath.contains(old));
        controller().undoStack().undo();
        QVERIFY(controller().isMissing(old));
        QCOMPARE(controller().options().serviceOfPath.at(old), std::string("pay"));
    }
    void recentList_saysWhatIsMissing()
    {
        const QString path = makeSaved();
        Settings::addRecentWorkspace(path);
        Settings::addRecentWorkspace(m_fixture->folder() + u"/gone.toll"_s);
        QVERIFY(QFile::remove(m_fixture->folder() + u"/data/focus.csv"_s));
        window().actions().action(u"file.close"_s)->trigger();
        QTRY_COMPARE(window().findChildren<QLabel*>(u"start.recentState"_s).size(), 2);
        const auto states = window().findChildren<QLabel*>(u"start.recentState"_s);
        QCOMPARE(states.at(0)->text(), u"not there any more"_s);
        QVERIFY2(states.at(1)->text().startsWith(u"focus.csv is missing"_s), qPrintable(states.at(1)->text()));
        const auto buttons = window().findChildren<QAbstractButton*>(u"start.locate"_s);
        QCOMPARE(buttons.size(), 2);
        const QString found = m_fixture->copy(u"elsewhere/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv");
        chooseInDialog(found);
        QTest::mouseClick(buttons.at(1), Qt::LeftButton);
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(window().selection().view(), ViewId::Sources);
        QCOMPARE(controller().files().size(), 2U);
        QVERIFY(!controller().isMissing(toUtf8Path(found)));
    }
    void leaving_asksOnceWhenThereAreChanges()
    {
        const QString path = makeSaved();
        controller().editFindingState(u"done L-01"_s, "fp-leak", { FindingState::State::Done, {}, {} });
        answer(u"leave.cancel"_s);
        QVERIFY(!window().close());
        QCOMPARE(m_questions, 1);
        answer(u"leave.cancel"_s);
        window().openWorkspace(path);
        QVERIFY(controller().hasUnsavedChanges());
        answer(u"leave.save"_s);
        QVERIFY(window().mayLeave());
        QVERIFY(!controller().hasUnsavedChanges());
        QVERIFY(loadWorkspace(toUtf8Path(path)).value().findingStates.contains("fp-leak"));

        controller().undoStack().undo();
        answer(u"leave.discard"_s);
        window().actions().action(u"file.close"_s)->trigger();
        QVERIFY(controller().isEmpty());
        QVERIFY(loadWorkspace(toUtf8Path(path)).value().findingStates.contains("fp-leak"));
    }
    void untouchedSample_isLeftWithoutAQuestion()
    {
        if (sampleFolder().isEmpty()) {
            QSKIP("the sample is not in the checkout");
        }
        window().actions().action(u"file.sample"_s)->trigger();
        QVERIFY(m_fixture->isIdle());
        QVERIFY(controller().analysis() != nullptr);
        QVERIFY(window().mayLeave()); // a question would wait for ever
        window().actions().action(u"file.sample"_s)->trigger();
        QVERIFY(m_fixture->isIdle());
        controller().editFindingState(u"done L-01"_s, "fp-leak", { FindingState::State::Done, {}, {} });
        answer(u"leave.discard"_s);
        window().actions().action(u"file.sample"_s)->trigger();
        QCOMPARE(m_questions, 1);
        QVERIFY(m_fixture->isIdle());
        QVERIFY(!controller().hasUnsavedChanges());
    }
    void autosave_holdsOnlyWhatIsNotSavedAndGoesWithTheAnswer()
    {
        const QString autosave = m_fixture->folder() + u"/state/heaptoll/autosave.toll"_s;
        const QString path = makeSaved();
        QTest::qWait(1300); // longer than the delay of the autosave: nothing may come
        QVERIFY(!QFile::exists(autosave));
        controller().editFindingState(u"done L-01"_s, "fp-leak", { FindingState::State::Done, {}, {} });
        QTRY_VERIFY(QFile::exists(autosave));
        const auto kept = loadWorkspace(toUtf8Path(autosave));
        QVERIFY(kept.ok());
        QCOMPARE(WorkspaceView::fromJson(kept.value().viewJson).savedAs, path);
        // A second window has a slot of its own and leaves this one alone.
        Autosave other;
        QVERIFY(other.takeAbandoned().isEmpty());
        QVERIFY(other.write({}).ok());
        QVERIFY(other.path() != autosave);
        answer(u"leave.discard"_s);
        QVERIFY(window().close());
        QVERIFY(!QFile::exists(autosave));
    }
    void cancelledOpening_keepsTheSourcesInTheList()
    {
        const QString path = makeSaved();
        window().actions().action(u"file.close"_s)->trigger();
        window().openWorkspace(path);
        controller().cancelImport();
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 2U);
        QVERIFY(controller().files().front().error.has_value());
        QVERIFY(controller().save(path).ok());
        QCOMPARE(loadWorkspace(toUtf8Path(path)).value().sources.size(), 2U);
        controller().locateFile(
            controller().files().front().path, QString::fromStdString(controller().files().front().path));
        QVERIFY(m_fixture->isIdle());
        QVERIFY(!controller().files().front().documents.empty());
    }

private:
    static std::string toUtf8Path(const QString& path) { return path.toStdString(); }
};

QTEST_MAIN(WorkspaceTest)
#include "tst_workspace.moc"
