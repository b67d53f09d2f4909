// SPDX-License-Identifier: Apache-2.0
// The program as a user runs it: real files in, exit status, stdout and stderr out.
#include "tests/support/run_heaptoll.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace heaptoll::test;

namespace {

const QString kGolden = QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/");
const QString kPprof = kGolden + u"pprof/go-orderd.pb.gz"_s;
const QString kHeaptrack = kGolden + u"heaptrack/version2.heaptrack"_s; // not packed: builds without zstd read it
const QString kFocus = kGolden + u"focus/focus-12-rows.csv"_s;
const QString kSample = QStringLiteral(HEAPTOLL_SOURCE_DIR "/resources/samples/leaky-shop");

} // namespace

class TstCli : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void usage_data();
    void usage();
    void help_goesToStdout();
    void version_isPlain();
    void top_equalsTheOracleForOneFunction();
    void top_unknownMetricNamesThoseThereAre();
    void json_fitsItsSchema_data();
    void json_fitsItsSchema();
    void output_isTheSameTwiceAndFreeOfEscapes_data();
    void output_isTheSameTwiceAndFreeOfEscapes();
    void flame_cannotCarryEscapesOfNames();
    void zstd_isReadOrNamed();
    void table_equalsItsGolden_data();
    void table_equalsItsGolden();
    void stdin_isReadUnderItsOwnName();
    void garbage_isNothingRead();
    void folder_namesWhatItDidNotRecognise();
    void truncated_isPartialEverywhere();
    void strict_turnsPartialIntoAnError();
    void out_writesEveryFormatAtOnce();
    void cost_isExactAndReconciles();
    void where_filtersAndPointsAtMistakes();
    void diff_ofAFileWithItselfIsAllSame();
    void rules_decideTheExitCode();
    void baseline_makesNewFindingsZero();
    void completions_offerWhatTheParserTakes_data();
    void completions_offerWhatTheParserTakes();
    void completions_andPagesKnowEveryCommand();
    void interrupt_is130();
};

void TstCli::usage_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("typo") << QStringList { u"analyse"_s }
                          << QByteArray("error: unknown command 'analyse', did you mean 'analyze'?");
    QTest::newRow("no file") << QStringList { u"top"_s } << QByteArray("error: top needs FILE...");
    QTest::newRow("option") << QStringList { u"top"_s, kPprof, u"--limt"_s, u"3"_s }
                            << QByteArray("error: unknown option '--limt', did you mean '--limit'?");
    QTest::newRow("format") << QStringList { u"top"_s, kPprof, u"--format"_s, u"jsn"_s }
                            << QByteArray("error: unknown format 'jsn', did you mean 'json'?");
    QTest::newRow("limit") << QStringList { u"top"_s, kPprof, u"--limit"_s, u"many"_s }
                           << QByteArray("error: --limit: 'many' is not a whole number (0 means all)");
    QTest::newRow("rule") << QStringList { u"analyze"_s, kPprof, u"--fail-on"_s, u"leek>5MiB/h"_s }
                          << QByteArray("error: --fail-on: unknown metric 'leek', did you mean 'leak'?\n"
                                        "  leek>5MiB/h\n  ^\n");
    QTest::newRow("new-findings") << QStringList { u"analyze"_s, kPprof, u"--fail-on"_s, u"new-findings>0"_s }
                                  << QByteArray("give --baseline FILE");
}

void TstCli::usage()
{
    QFETCH(const QStringList, words);
    QFETCH(const QByteArray, says);
    const Run run = runHeaptoll(words);
    QCOMPARE(run.exitCode, 2);
    QCOMPARE(run.out, QByteArray());
    QVERIFY2(run.err.contains(says), run.err.constData());
}

void TstCli::help_goesToStdout()
{
    const Run run = runHeaptoll({ u"--help"_s });
    QCOMPARE(run.exitCode, 0);
    QVERIFY(run.out.count('\n') <= 40);
    QVERIFY(run.err.isEmpty());
    QVERIFY(runHeaptoll({ u"top"_s, u"-h"_s }).out.size() < runHeaptoll({ u"top"_s, u"--help"_s }).out.size());
    QCOMPARE(runHeaptoll({}).exitCode, 2);
}

void TstCli::version_isPlain()
{
    const Run run = runHeaptoll({ u"version"_s });
    QCOMPARE(run.exitCode, 0);
    QVERIFY(QRegularExpression(u"^heaptoll \\d+\\.\\d+\\.\\d+\n$"_s).match(QString::fromUtf8(run.out)).hasMatch());
    QCOMPARE(runHeaptoll({ u"--version"_s }).out, run.out);
}

void TstCli::top_equalsTheOracleForOneFunction()
{
    const QJsonObject top = jsonOf(runHeaptoll({ u"top"_s, kPprof, u"--format"_s, u"json"_s, u"--limit"_s, u"0"_s }));
    QCOMPARE(top.value(u"metric"_s).toString(), u"live_bytes"_s);
    // go-orderd.top.inuse_space.txt is what go tool pprof -top prints: flat flat% sum% cum cum% name
    QByteArrayList lines = fileBytes(kGolden + u"pprof/go-orderd.top.inuse_space.txt"_s).split('\n');
    int compared = 0;
    for (const QByteArray& line : lines) {
        const QByteArrayList words = line.simplified().split(' ');
        if (words.size() < 6 || !words[0].endsWith('B') || !words[1].endsWith('%')) {
            continue;
        }
        QByteArray name = words.mid(5).join(' ');
        name.replace(" (inline)", "").replace(" (partial-inline)", "");
        for (const QJsonValue& value : top.value(u"rows"_s).toArray()) {
            const QJsonObject row = value.toObject();
            if (row.value(u"name"_s).toString().toUtf8() == name) {
                QCOMPARE(QByteArray::number(row.value(u"self"_s).toInteger()) + 'B', words[0]);
                QCOMPARE(QByteArray::number(row.value(u"total"_s).toInteger()) + 'B', words[3]);
                ++compared;
            }
        }
    }
    QVERIFY2(compared > 5, "the oracle file has another form than this test reads");
}

void TstCli::top_unknownMetricNamesThoseThereAre()
{
    const Run run = runHeaptoll({ u"top"_s, kPprof, u"--metric"_s, u"leaked_bytes"_s });
    QCOMPARE(run.exitCode, 2);
    QVERIFY2(run.err.contains("live_bytes"), run.err.constData());
}

void TstCli::json_fitsItsSchema_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("inspect") << u"inspect"_s << QStringList { u"inspect"_s, kPprof, kHeaptrack, kFocus };
    QTest::newRow("top") << u"top"_s << QStringList { u"top"_s, kPprof };
    QTest::newRow("top heaptrack") << u"top"_s << QStringList { u"top"_s, kHeaptrack, u"--by"_s, u"site"_s };
    QTest::newRow("flame") << u"flame"_s << QStringList { u"flame"_s, kPprof };
    QTest::newRow("diff") << u"diff"_s << QStringList { u"diff"_s, kPprof, kPprof };
    QTest::newRow("cost") << u"cost"_s
                          << QStringList { u"cost"_s, kFocus, u"--by"_s, u"service,tag:app"_s, u"--grain"_s, u"day"_s };
    QTest::newRow("anomalies") << u"anomalies"_s << QStringList { u"anomalies"_s, kFocus };
    QTest::newRow("plugins") << u"plugins"_s << QStringList { u"plugins"_s, u"list"_s };
    QTest::newRow("version") << u"version"_s << QStringList { u"version"_s };
    QTest::newRow("analyze") << u"analyze"_s
                             << QStringList { u"analyze"_s, kPprof, kFocus, u"--warn-on"_s, u"findings>0"_s };
    if (QFileInfo::exists(kSample)) {
        QTest::newRow("analyze sample") << u"analyze"_s << QStringList { u"analyze"_s, kSample };
        QTest::newRow("growth sample") << u"growth"_s << QStringList { u"growth"_s, kSample };
        QTest::newRow("rightsize sample") << u"rightsize"_s << QStringList { u"rightsize"_s, kSample };
    }
}

void TstCli::json_fitsItsSchema()
{
    QFETCH(const QString, schema);
    QFETCH(QStringList, words);
    words << u"--format"_s << u"json"_s;
    const Run run = runHeaptoll(words);
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QTemporaryDir folder;
    const QString path = written(folder, u"out.json"_s, run.out);
    QProcess validator;
    validator.start(u"python3"_s,
        { QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/cli/validate_json.py"),
            QStringLiteral(HEAPTOLL_SOURCE_DIR "/resources/schema/%1.schema.json").arg(schema), path });
    if (!validator.waitForFinished(60'000) || validator.exitCode() == 77) {
        QSKIP("python3 with python3-jsonschema is not installed");
    }
    QVERIFY2(validator.exitCode() == 0, validator.readAllStandardOutput().left(2000).constData());
}

void TstCli::output_isTheSameTwiceAndFreeOfEscapes_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("top table") << QStringList { u"top"_s, kPprof };
    QTest::newRow("top csv") << QStringList { u"top"_s, kHeaptrack, u"--format"_s, u"csv"_s };
    QTest::newRow("flame svg") << QStringList { u"flame"_s, kPprof, u"--format"_s, u"svg"_s };
    QTest::newRow("cost") << QStringList { u"cost"_s, kFocus, u"--by"_s, u"service"_s };
    const QString input = QFileInfo::exists(kSample) ? kSample : kPprof;
    for (const QString& format : { u"table"_s, u"json"_s, u"csv"_s, u"markdown"_s, u"sarif"_s }) {
        QTest::newRow(qPrintable(u"analyze "_s + format)) << QStringList { u"analyze"_s, input, u"--format"_s, format };
    }
}

void TstCli::output_isTheSameTwiceAndFreeOfEscapes()
{
    QFETCH(const QStringList, words);
    const Run first = runHeaptoll(words);
    QVERIFY2(first.exitCode == 0, first.err.constData());
    QVERIFY(!first.out.isEmpty());
    QVERIFY(!first.out.contains('\033') && !first.err.contains('\033'));
    QVERIFY(!first.out.contains("nan"));
    QCOMPARE(runHeaptoll(words).out, first.out);
}

void TstCli::flame_cannotCarryEscapesOfNames()
{
    const QByteArray recording =
        "v 10400 3\nX app\nI 1000 100\ns 3 m.c\ns 7 ev\x1b[31m\ni 1000 1 2 1 a\nt 1 0\na 40 1\n"
        "c 0\n+ 0\nc a\n";
    const Run run = runHeaptoll({ u"flame"_s, u"-"_s }, recording);
    QVERIFY2(run.out.contains("ev\uFFFD[31m 64\n"), run.out.constData());
    QVERIFY(!run.out.contains('\x1b'));
}

void TstCli::zstd_isReadOrNamed()
{
    const Run run = runHeaptoll({ u"top"_s, kGolden + u"heaptrack/orderd-leaky.zst"_s });
    if (HEAPTOLL_TEST_ZSTD != 0) {
        QVERIFY2(run.exitCode == 0, run.err.constData());
        return;
    }
    QCOMPARE(run.exitCode, 3);
    QVERIFY2(run.err.contains("zstd needs a Heaptoll that was built with zstd"), run.err.constData());
    QVERIFY2(run.err.contains("unpack it first: zstd -d"), run.err.constData());
}

void TstCli::table_equalsItsGolden_data()
{
    QTest::addColumn<QString>("golden");
    QTest::addColumn<QStringList>("words");
    const QString pprof = u"tests/golden/pprof/go-orderd.pb.gz"_s;
    const QString focus = u"tests/golden/focus/focus-12-rows.csv"_s;
    QTest::newRow("top") << u"top"_s << QStringList { u"top"_s, pprof, u"--limit"_s, u"8"_s };
    QTest::newRow("top sites") << u"top-sites"_s
                               << QStringList { u"top"_s, pprof, u"--by"_s, u"site"_s, u"--limit"_s, u"5"_s };
    QTest::newRow("cost") << u"cost"_s << QStringList { u"cost"_s, focus, u"--by"_s, u"service"_s };
    QTest::newRow("inspect") << u"inspect"_s << QStringList { u"inspect"_s, pprof, focus };
    QTest::newRow("help") << u"help"_s << QStringList { u"--help"_s };
}

/// HEAPTOLL_UPDATE_GOLDEN=1 rewrites; the difference is to be read.
void TstCli::table_equalsItsGolden()
{
    QFETCH(const QString, golden);
    QFETCH(const QStringList, words);
    QVERIFY(QDir::setCurrent(QStringLiteral(HEAPTOLL_SOURCE_DIR))); // paths are shown as given
    const Run run = runHeaptoll(words);
    QCOMPARE(run.exitCode, 0);
    const QString path = kGolden + u"cli/"_s + golden + u".txt"_s;
    if (qEnvironmentVariableIsSet("HEAPTOLL_UPDATE_GOLDEN")) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(run.out) == run.out.size());
    }
    QCOMPARE(run.out, fileBytes(path));
}

void TstCli::stdin_isReadUnderItsOwnName()
{
    const Run run = runHeaptoll({ u"top"_s, u"-"_s, u"--format"_s, u"json"_s }, fileBytes(kPprof));
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QJsonObject top = jsonOf(run);
    QCOMPARE(top.value(u"sources"_s).toArray().first().toObject().value(u"path"_s).toString(), u"-"_s);
    const QJsonObject direct = jsonOf(runHeaptoll({ u"top"_s, kPprof, u"--format"_s, u"json"_s }));
    QCOMPARE(top.value(u"rows"_s), direct.value(u"rows"_s));
}

void TstCli::garbage_isNothingRead()
{
    const QTemporaryDir folder;
    QByteArray bytes(20'000, '\0');
    QRandomGenerator(7).fillRange(reinterpret_cast<quint32*>(bytes.data()), bytes.size() / 4);
    const QString path = written(folder, u"noise.pb.gz"_s, bytes);
    for (const QString& command : { u"inspect"_s, u"top"_s, u"cost"_s, u"analyze"_s }) {
        const Run run = runHeaptoll({ command, path });
        QCOMPARE(run.exitCode, 3);
        QVERIFY2(run.err.startsWith("error: "), run.err.constData());
        QVERIFY(!run.out.contains("nan"));
    }
    QCOMPARE(runHeaptoll({ u"top"_s, folder.filePath(u"absent"_s) }).exitCode, 3);
    const Run mixed = runHeaptoll({ u"top"_s, path, kPprof });
    QVERIFY2(mixed.exitCode == 0, "one bad file must not stop the others");
}

void TstCli::folder_namesWhatItDidNotRecognise()
{
    const QTemporaryDir folder;
    written(folder, u"readme.txt"_s, "hello\n");
    QFile::copy(kPprof, folder.filePath(u"heap.pb.gz"_s));
    const Run run = runHeaptoll({ u"top"_s, folder.path(), u"--strict"_s });
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(run.err.startsWith("note: 1 file below the folders given was not recognised: "), run.err.constData());
    QVERIFY(runHeaptoll({ u"top"_s, folder.path(), u"-q"_s }).err.isEmpty());
}

void TstCli::truncated_isPartialEverywhere()
{
    const QTemporaryDir folder;
    const QByteArray whole = fileBytes(kFocus);
    const QString path = written(folder, u"focus.csv"_s, whole.left(whole.size() - 40));
    const Run run = runHeaptoll({ u"cost"_s, path, u"--format"_s, u"json"_s });
    const QJsonObject cost = jsonOf(run);
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(cost.value(u"partial"_s).toBool(), run.out.left(1500).constData());
    QVERIFY(!cost.value(u"sources"_s).toArray().first().toObject().value(u"complete"_s).toBool(true));
    QVERIFY(runHeaptoll({ u"cost"_s, path }).out.contains("(partial)"));
}

void TstCli::strict_turnsPartialIntoAnError()
{
    const QTemporaryDir folder;
    const QByteArray whole = fileBytes(kFocus);
    const QString path = written(folder, u"focus.csv"_s, whole.left(whole.size() - 40));
    QCOMPARE(runHeaptoll({ u"cost"_s, path, u"--strict"_s }).exitCode, 4);
    QCOMPARE(runHeaptoll({ u"cost"_s, kFocus, u"--strict"_s }).exitCode, 0);
}

void TstCli::out_writesEveryFormatAtOnce()
{
    const QTemporaryDir folder;
    const QString json = folder.filePath(u"top.json"_s);
    const QString csv = folder.filePath(u"top.csv"_s);
    const Run run = runHeaptoll({ u"top"_s, kPprof, u"--out"_s, u"json="_s + json, u"--out"_s, u"csv="_s + csv });
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QCOMPARE(fileBytes(json), runHeaptoll({ u"top"_s, kPprof, u"--format"_s, u"json"_s }).out);
    QVERIFY(fileBytes(csv).startsWith("name,file,line,module,self,total,inlined\r\n"));
    QVERIFY(run.out.contains("SELF"));
    QCOMPARE(runHeaptoll({ u"top"_s, kPprof, u"--out"_s, u"json"_s }).exitCode, 2);
    QCOMPARE(runHeaptoll({ u"top"_s, kPprof, u"--out"_s, u"json=/nowhere/x"_s }).exitCode, 2);
}

void TstCli::cost_isExactAndReconciles()
{
    const QJsonObject cost =
        jsonOf(runHeaptoll({ u"cost"_s, kFocus, u"--by"_s, u"service"_s, u"--format"_s, u"json"_s }));
    QVERIFY(cost.value(u"total"_s).isString() || cost.value(u"totals"_s).toObject().size() > 1);
    const QJsonObject check = cost.value(u"reconciliation"_s).toObject();
    QVERIFY(check.value(u"reconciles"_s).toBool());
    qint64 rows = 0;
    for (const QJsonValue& group : cost.value(u"groups"_s).toArray()) {
        rows += group.toObject().value(u"rows"_s).toInteger();
    }
    QCOMPARE(rows, check.value(u"rowsKept"_s).toInteger());
}

void TstCli::where_filtersAndPointsAtMistakes()
{
    const Run all = runHeaptoll({ u"top"_s, kPprof, u"--format"_s, u"csv"_s });
    const Run some = runHeaptoll({ u"top"_s, kPprof, u"--format"_s, u"csv"_s, u"--where"_s, u"function ~ ^main"_s });
    QVERIFY(some.out.count('\n') > 1);
    QVERIFY(some.out.count('\n') < all.out.count('\n'));
    const Run bad = runHeaptoll({ u"top"_s, kPprof, u"--where"_s, u"functon ~ x"_s });
    QCOMPARE(bad.exitCode, 2);
    QVERIFY2(bad.err.contains("did you mean 'function'?\n  functon ~ x\n  ^\n"), bad.err.constData());
}

void TstCli::diff_ofAFileWithItselfIsAllSame()
{
    const QJsonObject diff = jsonOf(runHeaptoll({ u"diff"_s, kPprof, kPprof, u"--format"_s, u"json"_s }));
    QVERIFY(!diff.value(u"rows"_s).toArray().isEmpty());
    for (const QJsonValue& row : diff.value(u"rows"_s).toArray()) {
        QCOMPARE(row.toObject().value(u"class"_s).toString(), u"same"_s);
        QCOMPARE(row.toObject().value(u"delta"_s).toInteger(), 0);
    }
    QCOMPARE(runHeaptoll({ u"diff"_s, kPprof }).exitCode, 2);
}

void TstCli::rules_decideTheExitCode()
{
    QCOMPARE(runHeaptoll({ u"analyze"_s, kPprof, u"--fail-on"_s, u"live>1B"_s }).exitCode, 1);
    QCOMPARE(runHeaptoll({ u"analyze"_s, kPprof, u"--warn-on"_s, u"live>1B"_s }).exitCode, 0);
    QCOMPARE(runHeaptoll({ u"analyze"_s, kPprof, u"--fail-on"_s, u"live>1TiB"_s }).exitCode, 0);
    const Run run = runHeaptoll({ u"analyze"_s, kPprof, u"--fail-on"_s, u"live>1B"_s });
    QVERIFY2(run.out.contains("FAIL live>1B: "), run.out.constData());
    const Run unknown = runHeaptoll({ u"analyze"_s, kPprof, u"--fail-on"_s, u"coverage<80%"_s });
    QCOMPARE(unknown.exitCode, 0);
    QVERIFY2(unknown.err.contains("could not be checked"), unknown.err.constData());
}

void TstCli::baseline_makesNewFindingsZero()
{
    if (!QFileInfo::exists(kSample)) {
        QSKIP("the sample workspace is absent");
    }
    const QTemporaryDir folder;
    const QString baseline = folder.filePath(u"base.json"_s);
    QCOMPARE(runHeaptoll({ u"analyze"_s, kSample, u"--out"_s, u"json="_s + baseline }).exitCode, 0);
    QCOMPARE(
        runHeaptoll({ u"analyze"_s, kSample, u"--baseline"_s, baseline, u"--fail-on"_s, u"new-findings>0"_s }).exitCode,
        0);
    const QString cut = folder.filePath(u"cut.json"_s); // what is shown is no matter for what is known
    QCOMPARE(runHeaptoll({ u"analyze"_s, kSample, u"--limit"_s, u"1"_s, u"--out"_s, u"json="_s + cut }).exitCode, 0);
    QCOMPARE(
        runHeaptoll({ u"analyze"_s, kSample, u"--baseline"_s, cut, u"--fail-on"_s, u"new-findings>0"_s }).exitCode, 0);
    const QString empty = written(folder, u"empty.json"_s, R"({"schema":"heaptoll.analyze/1","findings":[]})");
    QCOMPARE(
        runHeaptoll({ u"analyze"_s, kSample, u"--baseline"_s, empty, u"--fail-on"_s, u"new-findings>0"_s }).exitCode,
        1);
}

void TstCli::completions_offerWhatTheParserTakes_data()
{
    QTest::addColumn<QString>("line"); // the last word is being typed
    QTest::addColumn<QByteArray>("offers");
    QTest::newRow("command") << u"an"_s << QByteArray("analyze anomalies");
    QTest::newRow("option") << u"cost --ba"_s << QByteArray("--basis");
    QTest::newRow("basis") << u"cost f.csv --basis e"_s << QByteArray("effective");
    QTest::newRow("format") << u"analyze x --format s"_s << QByteArray("sarif");
    QTest::newRow("policy") << u"rightsize --policy p"_s << QByteArray("p95 p99");
    QTest::newRow("first word") << u"plugins l"_s << QByteArray("list");
    QTest::newRow("shell") << u"completions f"_s << QByteArray("fish");
    QTest::newRow("help") << u"help ri"_s << QByteArray("rightsize");
}

void TstCli::completions_offerWhatTheParserTakes()
{
    QFETCH(const QString, line);
    QFETCH(const QByteArray, offers);
    const QTemporaryDir folder;
    const QString script = written(folder, u"heaptoll"_s, runHeaptoll({ u"completions"_s, u"bash"_s }).out);
    const QString count = QString::number(line.split(u' ').size());
    const Run run = runProgram(u"bash"_s,
        { u"-c"_s,
            u"source "_s + script + u"; COMP_WORDS=(heaptoll "_s + line + u"); COMP_CWORD="_s + count
                + u"; _heaptoll; echo \"${COMPREPLY[@]}\""_s });
    QVERIFY2(run.err.isEmpty(), run.err.constData());
    QCOMPARE(run.out.trimmed(), offers);
}

void TstCli::completions_andPagesKnowEveryCommand()
{
    const QByteArray help = runHeaptoll({ u"--help"_s }).out;
    const QByteArray list = help.mid(help.indexOf("Commands:\n") + 10);
    const QByteArrayList lines = list.left(list.indexOf("\n\n")).split('\n');
    const QByteArray page = runHeaptoll({ u"man"_s }).out;
    for (const QByteArray& line : lines) {
        const QByteArray name = line.simplified().split(' ').first();
        for (const QString& shell : { u"bash"_s, u"zsh"_s, u"fish"_s }) {
            QVERIFY(runHeaptoll({ u"completions"_s, shell }).out.contains(name));
        }
        QVERIFY(page.contains(QByteArray("heaptoll\\-" + name)));
        const QByteArray own = runHeaptoll({ u"man"_s, QString::fromUtf8(name) }).out;
        const QByteArray brief = runHeaptoll({ QString::fromUtf8(name), u"-h"_s }).out;
        auto options = QRegularExpression(u"^  (?:-q, )?--([a-z-]+)"_s, QRegularExpression::MultilineOption)
                           .globalMatch(QString::fromUtf8(brief));
        while (options.hasNext()) {
            const QByteArray option = options.next().captured(1).toUtf8();
            QVERIFY2(option == "help" || own.contains(QByteArray("\\-\\-" + QByteArray(option).replace("-", "\\-"))),
                QByteArray(name + ": " + option).constData());
        }
    }
    const Run groff = runProgram(u"groff"_s, { u"-man"_s, u"-ww"_s, u"-z"_s, u"-Tascii"_s }, page);
    QVERIFY2(groff.exitCode != 0 || groff.err.isEmpty(), groff.err.constData());
    QCOMPARE(runHeaptoll({ u"completions"_s, u"fsh"_s }).exitCode, 2);
    QCOMPARE(runHeaptoll({ u"man"_s, u"tpo"_s }).exitCode, 2);
}

void TstCli::interrupt_is130()
{
    QProcess process;
    process.start(QStringLiteral(HEAPTOLL_CLI), { u"top"_s, u"-"_s });
    QVERIFY(process.waitForStarted());
    QTest::qWait(300); // until the program waits for its input
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(10'000)); // its input stays open and silent
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
}

QTEST_GUILESS_MAIN(TstCli)
#include "tst_cli.moc"
