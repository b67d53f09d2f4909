// SPDX-License-Identifier: Apache-2.0
// Dumps of gperftools and jemalloc as the program shows them: alone, and as the series that their names make.
#include "tests/support/run_heaptoll.h"

#include <QJsonArray>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace heaptoll::test;

namespace {

const QString kGolden = QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/heap_text/");

QJsonObject json(QStringList words, QByteArray* notes = nullptr)
{
    words << u"--format"_s << u"json"_s;
    const Run run = runHeaptoll(words);
    if (run.exitCode != 0) {
        qWarning("%s", run.err.constData());
    }
    if (notes != nullptr) {
        *notes = run.err;
    }
    return jsonOf(run);
}

/// A folder of copies; names are given in another order than they are written in.
void fill(const QTemporaryDir& folder, const QList<std::pair<QString, QString>>& nameAndGolden)
{
    for (const auto& [name, golden] : nameAndGolden) {
        QVERIFY(QFile::copy(kGolden + golden, folder.filePath(name)));
    }
}

/// Live bytes of the first and the last profile.
std::pair<qint64, qint64> ends(const QJsonObject& growth)
{
    const QJsonArray points = growth.value(u"points"_s).toArray();
    return { points.first().toObject().value(u"liveBytes"_s).toInteger(),
        points.last().toObject().value(u"liveBytes"_s).toInteger() };
}

} // namespace

class TstCliHeapText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void top_showsOneDump();
    void gperftoolsFolder_isASeriesByItsNumbers();
    void jemallocFolder_isASeriesByItsNumbers();
    void namesWithoutNumbers_areASeriesByFileTime();
};

void TstCliHeapText::top_showsOneDump()
{
    const QJsonObject top = json({ u"top"_s, kGolden + u"gperftools.0014.heap"_s, u"--by"_s, u"module"_s });
    QCOMPARE(top.value(u"total"_s).toInteger(), 3364096);
    const QJsonObject symbolised = json({ u"top"_s, kGolden + u"symbolised.heap"_s });
    const QJsonObject leaf = symbolised.value(u"rows"_s).toArray().at(1).toObject(); // one of five with that total
    QCOMPARE(leaf.value(u"name"_s).toString(), u"allocate"_s);
    QCOMPARE(leaf.value(u"self"_s).toInteger(), 3638089);
    QCOMPARE(symbolised.value(u"total"_s).toInteger(), 3638089);
}

void TstCliHeapText::gperftoolsFolder_isASeriesByItsNumbers()
{
    const QTemporaryDir folder;
    fill(folder,
        { { u"app.0010.heap"_s, u"gperftools.0014.heap"_s }, { u"app.0002.heap"_s, u"gperftools.0002.heap"_s },
            { u"app.0009.heap"_s, u"gperftools.0008.heap"_s } });
    QByteArray notes;
    const QJsonObject growth = json({ u"growth"_s, folder.path() }, &notes);
    QVERIFY2(notes.contains("ordered by the numbers in their names"), notes.constData());
    QCOMPARE(growth.value(u"samples"_s).toInt(), 3);
    QCOMPARE(growth.value(u"rateUnit"_s).toString(), u"profile"_s);
    QCOMPARE(ends(growth), (std::pair<qint64, qint64> { 1296736, 3364096 }));
}

void TstCliHeapText::jemallocFolder_isASeriesByItsNumbers()
{
    // PREFIX.PID.SEQUENCE.KIND: 10 comes behind 9, and the final dump, which counts on, behind both.
    const QTemporaryDir folder;
    QFile dump(kGolden + u"jemalloc-exact.0014.f.heap"_s);
    QVERIFY(dump.open(QIODevice::ReadOnly));
    const QByteArray last = dump.readAll();
    const auto write = [&](const QString& name, const QByteArray& bytes) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    };
    QByteArray earlier = last;
    earlier.replace("3000: 288000 [3000: 288000]", "10: 960 [10: 960]");
    earlier.replace("15002: 3446016 [29782: 15427832]", "12012: 3158976 [26792: 15140792]");
    write(u"jeprof.77.11.f.heap"_s, last);
    write(u"jeprof.77.9.i9.heap"_s, earlier);
    write(u"jeprof.77.10.i10.heap"_s, earlier);
    QByteArray notes;
    const QJsonObject growth = json({ u"growth"_s, folder.path() }, &notes);
    QVERIFY2(notes.contains("ordered by the numbers in their names"), notes.constData());
    QVERIFY2(!notes.contains("partial"), notes.constData());
    QCOMPARE(growth.value(u"samples"_s).toInt(), 3);
    QCOMPARE(ends(growth), (std::pair<qint64, qint64> { 3158976, 3446016 }));
}

void TstCliHeapText::namesWithoutNumbers_areASeriesByFileTime()
{
    const QTemporaryDir folder;
    fill(folder, { { u"a.heap"_s, u"gperftools.0014.heap"_s }, { u"z.heap"_s, u"gperftools.0002.heap"_s } });
    QFile older(folder.filePath(u"z.heap"_s));
    QVERIFY(older.open(QIODevice::ReadWrite));
    QVERIFY(older.setFileTime(QDateTime::currentDateTimeUtc().addSecs(-3600), QFileDevice::FileModificationTime));
    older.close();
    QByteArray notes;
    const QJsonObject growth = json({ u"growth"_s, folder.path() }, &notes);
    QVERIFY2(notes.contains("ordered by the time of the files"), notes.constData());
    QCOMPARE(ends(growth), (std::pair<qint64, qint64> { 1296736, 3364096 }));
}

QTEST_GUILESS_MAIN(TstCliHeapText)
#include "tst_cli_heap_text.moc"
