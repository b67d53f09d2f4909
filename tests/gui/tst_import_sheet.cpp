// SPDX-License-Identifier: Apache-2.0
#include "app/gui/actions.h"
#include "app/gui/chart/chart_panel.h"
#include "app/gui/import/import_text.h"
#include "app/gui/import_sheet.h"
#include "app/gui/job_manager.h"
#include "app/gui/samples.h"
#include "app/gui/selection_state.h"
#include "app/gui/viewmodel/import_model.h"
#include "app/gui/viewmodel/roles.h"
#include "app/gui/widget/data_table.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QtTest>

#include <optional>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;
using test::WindowFixture;

namespace {

QByteArray randomBytes(qsizetype count)
{
    QRandomGenerator random(7); // the same bytes in every run
    QByteArray bytes(count, Qt::Uninitialized);
    for (char& c : bytes) {
        c = static_cast<char>(random.bounded(256));
    }
    return bytes;
}

ImportItem itemOf(const std::string& path, ImportItem::State state)
{
    ImportItem item;
    item.file.path = path;
    item.state = state;
    return item;
}

} // namespace

class ImportSheetTest : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<WindowFixture> m_fixture;

    ImportSheet* sheet() { return m_fixture->child<ImportSheet>("importSheet"); }
    QAbstractButton* accept() { return m_fixture->child<QAbstractButton>("import.accept"); }
    QString text(const char* name) { return m_fixture->child<QLabel>(name)->text(); }
    MainWindow& window() { return m_fixture->window(); }

    QStringList fiveFiles()
    {
        return { m_fixture->copy(u"checkout/heap.1.pb.gz"_s, "tests/golden/pprof/go-orderd.pb.gz"),
            m_fixture->copy(u"ht_a.heaptrack"_s, "tests/golden/heaptrack/version2.heaptrack", 180),
            m_fixture->copy(u"focus.csv"_s, "tests/golden/focus/focus-12-rows.csv"),
            m_fixture->copy(u"other.heaptrack"_s, "tests/golden/heaptrack/version2.heaptrack"),
            m_fixture->write(u"garbage.bin"_s, randomBytes(20'000)) };
    }
    void select(const QString& name)
    {
        auto* table = m_fixture->child<DataTable>("import.table");
        for (const ImportItem& item : sheet()->model().items()) {
            if (item.fileName() == name) {
                table->selectKey(item.path());
                table->selectRow(table->currentIndex().row());
                return;
            }
        }
        QTest::qFail(qPrintable(u"no row "_s + name), __FILE__, __LINE__);
    }
    const ImportItem& item(const QString& name)
    {
        for (const ImportItem& one : sheet()->model().items()) {
            if (one.fileName() == name) {
                return one;
            }
        }
        qFatal("no row %s", qPrintable(name));
    }
private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void model_changesRowsOneByOne()
    {
        ImportModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        for (const char* path : { "/b", "/c", "/a" }) {
            model.insert(itemOf(path, ImportItem::State::Reading));
        }
        model.change(u"/b"_s, [](ImportItem& item) { item.progress = 0.5; });
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes.front().at(0).toModelIndex().row(), 1);
        QCOMPARE(model.index(1, ImportModel::State).data().toString(), u"reading 50 %"_s);
        QCOMPARE(model.index(1, ImportModel::State).data(BarRole).toDouble(), 0.5);
        QVERIFY(!model.index(0, ImportModel::State).data(BarRole).isValid());
        model.change(u"/nowhere"_s, [](ImportItem& item) { item.progress = 1; });
        QCOMPARE(changes.size(), 1);
        model.removeIf([](const ImportItem& item) { return item.file.path == "/b"; });
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.find(u"/b"_s) == nullptr);
        QCOMPARE(model.find(u"/c"_s)->file.path, std::string("/c"));
        QCOMPARE(resets.size(), 0);
    }
    void dropThenEnter_landsOnFindings()
    {
        const QStringList files = fiveFiles();
        QVERIFY(WindowFixture::drop(window().centralWidget(), files)); // 1
        QVERIFY(sheet()->isVisible());
        QTest::keyClick(window().focusWidget(), Qt::Key_Return); // 2
        QTRY_COMPARE_WITH_TIMEOUT(window().selection().view(), ViewId::Findings, 20'000);
        QTRY_VERIFY(window().controller().analysis() != nullptr);
        QVERIFY(!sheet()->isVisible());
        QCOMPARE(window().controller().files().size(), 4U);
    }
    void dropOnAChart_isTakenByTheWindow()
    {
        window().controller().setDocuments(test::makeShop()->documents);
        QVERIFY(m_fixture->isIdle());
        window().selection().setView(ViewId::Timeline);
        auto* chart = m_fixture->child<QAbstractScrollArea>("timeline.chart");
        QVERIFY(WindowFixture::drop(chart->viewport(), { m_fixture->write(u"x.bin"_s, "x") }));
        QVERIFY(sheet()->isVisible());
    }
    void dropOnTheAxis_placesRecordingsThere()
    {
        window().controller().setDocuments(test::makeShop()->documents);
        QVERIFY(m_fixture->isIdle());
        window().selection().setView(ViewId::Timeline);
        auto* chart = m_fixture->child<ChartPanel>("timeline.chart");
        const QString recording = m_fixture->copy(
            u"run.zst"_s, "resources/samples/leaky-shop/profiles/thumbnailer/heaptrack.thumbnailer.1.zst");
        const QString profile = fiveFiles().front();
        QVERIFY(WindowFixture::drop(chart->viewport(), { recording, profile }));
        QVERIFY(sheet()->isVisible());
        QTRY_VERIFY(sheet()->model().find(recording) != nullptr && sheet()->model().find(recording)->document());
        QTRY_VERIFY(sheet()->model().find(profile) != nullptr && sheet()->model().find(profile)->document());
        const auto& placed = sheet()->model().find(recording)->choice.placement;
        QVERIFY2(placed && placed->start, "a recording without a clock began where it was dropped");
        const double middle = chart->viewport()->rect().center().x();
        const double days = chart->data().seconds(*placed->start) / 86400;
        QVERIFY2(std::abs(chart->xOf(days * 86400) - middle) < 2, qPrintable(QString::number(days)));
        QVERIFY2(!sheet()->model().find(profile)->choice.placement, "a profile with a clock keeps its own time");
    }
    void folderOnTheAxis_opensTheImport()
    {
        window().controller().setDocuments(test::makeShop()->documents);
        QVERIFY(m_fixture->isIdle());
        window().selection().setView(ViewId::Timeline);
        const QStringList files = fiveFiles();
        auto* chart = m_fixture->child<ChartPanel>("timeline.chart");
        QVERIFY(WindowFixture::drop(chart->viewport(), { m_fixture->folder() + u"/checkout"_s }));
        QVERIFY(sheet()->isVisible());
        QTRY_COMPARE(sheet()->model().rowCount(), 1);
    }
    void files_standInTheOrderOfTheirPaths()
    {
        fiveFiles();
        window().openPaths({ m_fixture->folder() });
        QTRY_COMPARE(sheet()->model().rowCount(), 5);
        const auto* table = m_fixture->child<DataTable>("import.table");
        QStringList shown;
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            shown << table->model()->index(row, 0).data(KeyRole).toString();
        }
        QStringList sorted = shown;
        sorted.sort();
        QCOMPARE(shown, sorted);
    }
    void droppedFolder_listsItsFiles()
    {
        const QStringList files = fiveFiles();
        QVERIFY(WindowFixture::drop(&window(), { m_fixture->folder() + u"/checkout"_s }));
        QTRY_COMPARE(sheet()->model().rowCount(), 1);
        QTRY_COMPARE(accept()->text(), u"Import 1"_s);
    }
    void ctrlO_takesAFolderThatIsTyped()
    {
        fiveFiles();
        const QString folder = m_fixture->folder() + u"/checkout"_s;
        QTimer::singleShot(0, this, [folder] {
            QTRY_VERIFY(qobject_cast<QFileDialog*>(QApplication::activeModalWidget()) != nullptr);
            auto* name = QApplication::activeModalWidget()->findChild<QLineEdit*>(u"fileNameEdit"_s);
            name->setText(folder);
            QTest::keyClick(name, Qt::Key_Return);
        });
        window().actions().action(u"file.import"_s)->trigger();
        QVERIFY(sheet()->isVisible());
        QTRY_COMPARE(sheet()->model().rowCount(), 1);
        QTest::keyClick(window().focusWidget(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(window().selection().view(), ViewId::Findings, 20'000);
    }
    void ctrlO_thenEnter_landsOnFindings()
    {
        const QString file = fiveFiles().front();
        // The dialog runs its own loop: it is answered from inside of it.
        QTimer::singleShot(0, this, [file] {
            QTRY_VERIFY(qobject_cast<QFileDialog*>(QApplication::activeModalWidget()) != nullptr);
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            dialog->findChild<QLineEdit*>(u"fileNameEdit"_s)->setText(file);
            QTest::keyClick(dialog->findChild<QLineEdit*>(u"fileNameEdit"_s), Qt::Key_Return);
        });
        window().actions().action(u"file.import"_s)->trigger();
        QVERIFY(sheet()->isVisible());
        QTest::keyClick(window().focusWidget(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(window().selection().view(), ViewId::Findings, 20'000);
    }
    void fiveFiles_areToldApartBeforeTheyAreImported()
    {
        const QAbstractItemModelTester tester(
            &sheet()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy resets(&sheet()->model(), &QAbstractItemModel::modelReset);
        window().openPaths(fiveFiles());
        resets.clear(); // one to begin with
        QTRY_COMPARE_WITH_TIMEOUT(accept()->text(), u"Import 4 (1 partial), skip 1"_s, 20'000);
        QTRY_VERIFY(m_fixture->window().jobs().isIdle());
        QCOMPARE(resets.size(), 0);
        QVERIFY(item(u"ht_a.heaptrack"_s).state == ImportItem::State::Partial);
        QVERIFY(item(u"garbage.bin"_s).state == ImportItem::State::Unclear);
        QCOMPARE(serviceText(item(u"heap.1.pb.gz"_s)), u"checkout"_s);
        QVERIFY(placementText(item(u"heap.1.pb.gz"_s)).startsWith(u"wall clock 20"_s));
        QCOMPARE(placementText(item(u"other.heaptrack"_s)), u"relative, not placed"_s);
        QCOMPARE(serviceText(item(u"focus.csv"_s)), u"by rules"_s);
        // Nothing is in the workspace before the user says so.
        QVERIFY(window().controller().isEmpty());

        select(u"garbage.bin"_s);
        QVERIFY2(text("import.details").contains(u"not recognised"_s), qPrintable(text("import.details")));
        QVERIFY(text("import.details").contains(u"the other files are not affected"_s));
        QVERIFY2(!text("import.details").contains(u"--"_s), "a hint for the command line");
        select(u"ht_a.heaptrack"_s);
        QVERIFY2(text("import.details").startsWith(u"ht_a.heaptrack ends early"_s), qPrintable(text("import.details")));
        QVERIFY(text("import.details").contains(u"marked partial"_s));
        select(u"heap.1.pb.gz"_s);
        QTRY_VERIFY(text("import.preview").contains(u"top frames"_s));
        select(u"focus.csv"_s);
        QTRY_VERIFY(text("import.preview").contains(u"12 rows"_s));
    }
    void unknownFile_isShownAsHexAndCopied()
    {
        window().openPaths(
            { m_fixture->write(u"garbage.bin"_s, QByteArray("\x00\x01HEX!\xff", 7) + randomBytes(300)) });
        QTRY_VERIFY(!accept()->isEnabled());
        select(u"garbage.bin"_s);
        QTest::mouseClick(m_fixture->child<QWidget>("import.asHex"), Qt::LeftButton);
        auto* hex = m_fixture->child<QPlainTextEdit>("import.hex");
        QTRY_VERIFY(hex->toPlainText().startsWith(u"00000000  00 01 48 45 58 21 ff"_s));
        QVERIFY(hex->toPlainText().contains(u"..HEX!."_s));
        QGuiApplication::clipboard()->clear();
        QTest::mouseClick(m_fixture->child<QWidget>("import.copyDetails"), Qt::LeftButton);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().contains(u"not_recognized"_s));
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY(copied.contains(u"first bytes: 00 01 48 45 58 21 ff"_s));
        QVERIFY(copied.contains(u"size: 307 bytes"_s));
    }
    void choices_ofServiceAndTimeAreImportedAndUndone()
    {
        window().openPaths(fiveFiles());
        QTRY_COMPARE_WITH_TIMEOUT(accept()->text(), u"Import 4 (1 partial), skip 1"_s, 20'000);
        QTRY_VERIFY(m_fixture->window().jobs().isIdle());
        select(u"other.heaptrack"_s);
        auto* service = m_fixture->child<QComboBox>("import.service");
        service->setFocus();
        service->lineEdit()->selectAll();
        QTest::keyClicks(service->lineEdit(), u"thumbs"_s);
        m_fixture->child<DataTable>("import.table")->setFocus(); // leaving the field takes what was typed
        QCOMPARE(serviceText(item(u"other.heaptrack"_s)), u"thumbs"_s);
        auto* clock = m_fixture->child<QComboBox>("import.clock");
        clock->setCurrentIndex(1);
        emit clock->activated(1);
        const QDateTime start(QDate(2026, 11, 5), QTime(4, 0), Qt::UTC);
        m_fixture->child<QDateTimeEdit>("import.start")->setDateTime(start);
        QCOMPARE(placementText(item(u"other.heaptrack"_s)), u"starts 2026-11-05 04:00"_s);
        select(u"heap.1.pb.gz"_s);
        QCOMPARE(service->currentText(), QString());
        clock->setCurrentIndex(2);
        emit clock->activated(2);
        QCOMPARE(placementText(item(u"heap.1.pb.gz"_s)), u"rate only"_s);
        const std::string placed = item(u"other.heaptrack"_s).file.path;
        const std::string rateOnly = item(u"heap.1.pb.gz"_s).file.path;
        QTest::keyClick(sheet(), Qt::Key_Return);

        WorkspaceController& controller = window().controller();
        QTRY_VERIFY(controller.analysis() != nullptr);
        QCOMPARE(controller.options().serviceOfPath.at(placed), std::string("thumbs"));
        QCOMPARE(
            toIso8601(*controller.options().placementOfPath.at(placed).start), std::string("2026-11-05T04:00:00Z"));
        QVERIFY(controller.options().placementOfPath.at(rateOnly).clock == TimePlacement::Clock::RateOnly);
        QCOMPARE(window().actions().action(u"edit.undo"_s)->text(), u"&Undo import 4 files"_s);
        controller.undoStack().undo();
        QVERIFY(controller.isEmpty());
        QVERIFY(controller.options().serviceOfPath.empty());
        controller.undoStack().redo();
        QCOMPARE(controller.files().size(), 4U);
        QCOMPARE(controller.options().serviceOfPath.at(placed), std::string("thumbs"));
    }
    void wrongImporter_canBeChosenAndSaysWhatIsWrong()
    {
        window().openPaths({ m_fixture->write(u"garbage.bin"_s, randomBytes(20'000)) });
        QTRY_VERIFY(!accept()->isEnabled());
        QTRY_VERIFY(window().jobs().isIdle());
        select(u"garbage.bin"_s);
        auto* format = m_fixture->child<QComboBox>("import.format");
        const int focus = format->findData(u"focus"_s);
        QVERIFY(focus > 0);
        format->setCurrentIndex(focus);
        emit format->activated(focus);
        QTRY_VERIFY(window().jobs().isIdle());
        QTRY_VERIFY(item(u"garbage.bin"_s).isLeftOut());
        QCOMPARE(*item(u"garbage.bin"_s).choice.format, std::string("focus"));
        QVERIFY(!accept()->isEnabled());
        QVERIFY(text("import.details").contains(u"It is left out"_s));
    }
    void moreFilesOnTheSheet_keepWhatWasChosen()
    {
        const QStringList files = fiveFiles();
        window().openPaths({ files.at(0) });
        QTRY_COMPARE(accept()->text(), u"Import 1"_s);
        QTRY_VERIFY(window().jobs().isIdle());
        select(u"heap.1.pb.gz"_s);
        m_fixture->child<QComboBox>("import.service")->setEditText(u"pay"_s);
        window().openPaths({ files.at(2) });
        QTRY_COMPARE(accept()->text(), u"Import 2"_s);
        QTRY_VERIFY(window().jobs().isIdle());
        QCOMPARE(serviceText(item(u"heap.1.pb.gz"_s)), u"pay"_s);
        QTest::keyClick(sheet(), Qt::Key_Escape);
        QVERIFY(!sheet()->isVisible());
        QVERIFY(window().controller().isEmpty());
    }
    void ownFiles_closeTheUntouchedSample()
    {
        const QString sample = sampleFolder();
        if (sample.isEmpty()) {
            QSKIP("the sample is not in the checkout");
        }
        window().actions().action(u"file.sample"_s)->trigger();
        QVERIFY(m_fixture->isIdle());
        QVERIFY(window().controller().isSample());
        window().openPaths({ fiveFiles().front() });
        QTest::keyClick(sheet(), Qt::Key_Return);
        QTRY_COMPARE(window().controller().files().size(), 1U);
        QVERIFY(text("notice").contains(u"sample was closed"_s));
    }
};

QTEST_MAIN(ImportSheetTest)
#include "tst_import_sheet.moc"
