// SPDX-License-Identifier: Apache-2.0
// The contract with other programs, name by name: fields of the JSON, options, exit codes, streams.
#include "tests/support/run_heaptoll.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace heaptoll::test;

namespace {

const QString kGolden = QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/");
const QString kCorpus = QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/fuzz/corpus/");
const QString kPprof = kGolden + u"pprof/go-orderd.pb.gz"_s;
const QString kHeaptrack = kGolden + u"heaptrack/version2.heaptrack"_s; // not packed: builds without zstd read it
const QString kFocus = kGolden + u"focus/focus-12-rows.csv"_s;
const QString kCur = kGolden + u"aws_cur/cur-12-rows.csv"_s;
const QString kSeries = kGolden + u"series_csv/requests-hourly.csv"_s;
const QString kNoSeries = kCorpus + u"prometheus/empty.json"_s;
const QString kSample = QStringLiteral(HEAPTOLL_SOURCE_DIR "/resources/samples/leaky-shop");
const QString kUsage = kSample + u"/usage"_s;

Run json(QStringList words)
{
    words << u"--format"_s << u"json"_s;
    return runHeaptoll(words);
}

/// Values at a path such as "rows[].name"; an empty list when a key is missing anywhere.
QJsonArray valuesAt(const QJsonValue& root, const QString& path, bool& isComplete)
{
    QJsonArray found { root };
    for (QString step : path.split(u'.')) {
        const bool isList = step.endsWith(u"[]"_s);
        step = isList ? step.chopped(2) : step;
        QJsonArray next;
        for (const QJsonValue& value : std::as_const(found)) {
            if (value.isNull()) {
                continue; // an object that may be null
            }
            const QJsonObject object = value.toObject();
            if (!object.contains(step)) {
                isComplete = false;
                return {};
            }
            if (!isList) {
                next.append(object.value(step));
                continue;
            }
            for (const QJsonValue& item : object.value(step).toArray()) {
                next.append(item);
            }
        }
        found = next;
    }
    return found;
}

/// Keys whose values are whole numbers; a rate has its unit in the key.
bool isCount(const QString& key)
{
    static const QStringList kCounts { u"count"_s, u"rows"_s, u"rowsRead"_s, u"rowsKept"_s, u"rowCount"_s, u"samples"_s,
        u"points"_s, u"before"_s, u"after"_s, u"delta"_s, u"self"_s };
    return kCounts.contains(key) || key.endsWith(u"Bytes"_s);
}

/// Money is text, bytes and counts are whole, times are RFC 3339.
QString wrongUnits(const QJsonValue& value, const QString& key, const QString& path)
{
    static const QRegularExpression kTime(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$"_s);
    static const QStringList kMoney { u"cost"_s, u"amount"_s, u"billed"_s, u"recoverable"_s, u"savingsPerMonth"_s };
    if (value.isDouble()) {
        const double number = value.toDouble();
        if (std::abs(number) >= 9007199254740992.0) {
            return {}; // beyond what a double of this test could tell
        }
        return isCount(key) && number != static_cast<double>(static_cast<qint64>(number)) ? path + u" is not whole"_s
            : kMoney.contains(key)                                                        ? path + u" is a double"_s
                                                                                          : QString();
    }
    if (value.isString()) {
        const bool isTime = key == u"startTime"_s || key == u"endTime"_s || key == u"time"_s;
        return isTime && !kTime.match(value.toString()).hasMatch() ? path + u" is no RFC 3339 time"_s : QString();
    }
    if (value.isArray()) {
        for (const QJsonValue& item : value.toArray()) {
            const QString wrong = wrongUnits(item, key, path + u"[]"_s);
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
    }
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString wrong = wrongUnits(it.value(), it.key(), path + u'.' + it.key());
        if (!wrong.isEmpty()) {
            return wrong;
        }
    }
    return {};
}

/// One sample in main, of the bytes that the hexadecimal digits are the varint of, and no time_nanos.
QByteArray timelessProfile(const char* bytes)
{
    return QByteArray::fromHex("0a0408011002 1205080110") + QByteArray::fromHex(bytes)
        + QByteArray::fromHex("2206080122020801 2a0408011003 3200 320b") + "inuse_space" + QByteArray::fromHex("3205")
        + "bytes" + QByteArray::fromHex("3204") + "main";
}

} // namespace

class TstCliContract : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fields_areThoseOfTheContract_data();
    void fields_areThoseOfTheContract();
    void schema_holdsForUnusualInput_data();
    void schema_holdsForUnusualInput();
    void options_data();
    void options();
    void exitCodes_data();
    void exitCodes();
    void internalError_is5();
    void strict_countsUnreadInputToo();
    void noSeries_isAnEmptyAnswerWithANote();
    void timelessProfile_isExplainedOnce();
    void timelessProfiles_growInTheOrderOfTheirNames();
    void series_isSearchedForAnomalies();
    void quiet_leavesErrorsOnly();
    void progressJson_isOneObjectALine();
    void colour_isForTerminalsWithoutNoColor();
    void help_ofEveryCommandFitsAScreen();
};

void TstCliContract::fields_areThoseOfTheContract_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("paths");
    const QStringList common { u"schema"_s, u"sources[].path"_s, u"sources[].format"_s, u"sources[].kind"_s,
        u"sources[].service"_s, u"sources[].startTime"_s, u"sources[].endTime"_s, u"sources[].clock"_s,
        u"sources[].complete"_s, u"sources[].bytesRead"_s, u"issues"_s };
    const auto row = [&common](const char* name, const QStringList& words, const QString& paths) {
        QTest::newRow(name) << words << common + paths.split(u' ');
    };
    row("inspect", { u"inspect"_s, kPprof },
        u"files[].path files[].format files[].formatVersion files[].kind files[].score files[].reason "
        "files[].candidates[].format files[].candidates[].score files[].candidates[].reason files[].complete "
        "files[].summary.sampleTypes[].type files[].summary.sampleTypes[].unit files[].summary.sampleTypes[].total "
        "files[].summary.samples files[].summary.time files[].summary.durationSeconds"_s);
    row("inspect heaptrack", { u"inspect"_s, kHeaptrack },
        u"files[].summary.durationSeconds files[].summary.allocations files[].summary.temporary "
        "files[].summary.peakBytes files[].summary.leakedBytes files[].summary.suppressedBytes"_s);
    row("inspect cost", { u"inspect"_s, kFocus, kCur },
        u"files[].summary.rows files[].summary.start files[].summary.end files[].summary.totals"_s);
    row("inspect usage", { u"inspect"_s, kSeries },
        u"files[].summary.series files[].summary.points files[].summary.start files[].summary.end"_s);
    row("top", { u"top"_s, kPprof },
        u"metric unit total by rows[].name rows[].file rows[].line rows[].module rows[].self rows[].total "
        "rows[].inlined"_s);
    row("diff", { u"diff"_s, kPprof, kPprof }, u"rows[].name rows[].before rows[].after rows[].delta rows[].class"_s);
    row("cost", { u"cost"_s, kFocus, u"--by"_s, u"service"_s },
        u"basis currency total totals groups[].keys.service groups[].cost groups[].rows groups[].currency "
        "reconciliation.rowsRead reconciliation.rowsKept reconciliation.excluded reconciliation.duplicatesDropped "
        "reconciliation.rounded.values reconciliation.rounded.maxError reconciliation.expectedRows "
        "reconciliation.expectedTotal reconciliation.reconciles"_s);
    row("anomalies", { u"anomalies"_s, kSeries },
        u"series[].series events[].series events[].start events[].end events[].kind events[].actual "
        "events[].expected events[].impact events[].score events[].currency"_s);
    if (!QFileInfo::exists(kSample)) {
        return;
    }
    row("growth", { u"growth"_s, kSample },
        u"service samples hours rateUnit sites[].site.function sites[].site.file sites[].site.line sites[].site.module "
        "sites[].stack sites[].class sites[].growthBytesPerHour sites[].low sites[].high sites[].pValue "
        "sites[].liveBytes sites[].firstBytes sites[].lastBytes"_s);
    row("rightsize", { u"rightsize"_s, kSample },
        u"policy parameters workloads[].namespace workloads[].workload workloads[].container workloads[].replicas "
        "workloads[].requestBytes workloads[].limitBytes workloads[].usage.p50 workloads[].usage.p95 "
        "workloads[].usage.p99 workloads[].usage.max workloads[].usage.samples workloads[].usage.missingShare "
        "workloads[].recommendedRequestBytes workloads[].recommendedLimitBytes workloads[].savingsPerMonth "
        "workloads[].kind workloads[].blockedBy workloads[].replay.samples workloads[].replay.over"_s);
    row("analyze", { u"analyze"_s, kSample, u"--warn-on"_s, u"findings>0"_s },
        u"findings[].id findings[].kind findings[].service findings[].title findings[].blame findings[].stack "
        "findings[].growthBytesPerHour findings[].liveBytes findings[].costPerMonth.amount findings[].costPerMonth.low "
        "findings[].costPerMonth.high findings[].costPerMonth.currency findings[].costPerMonth.kind "
        "findings[].costSoFar findings[].timeToLimitHours findings[].confidence.level findings[].confidence.score "
        "findings[].confidence.checks[].name findings[].confidence.checks[].passed "
        "findings[].confidence.checks[].value findings[].why findings[].do findings[].state totals.billed "
        "totals.memory "
        "totals.recoverable totals.currency coverage.matched coverage.heuristic coverage.ambiguous "
        "coverage.unassigned rules[].rule rules[].value rules[].state rules[].where"_s);
}

void TstCliContract::fields_areThoseOfTheContract()
{
    QFETCH(const QStringList, words);
    QFETCH(const QStringList, paths);
    const Run run = json(words);
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QJsonObject document = jsonOf(run);
    QCOMPARE(document.value(u"schema"_s).toString(), u"heaptoll."_s + words.first() + u"/1"_s);
    QVERIFY2(run.out.startsWith("{\n  \"schema\":"), "schema comes first");
    for (const QString& path : paths) {
        bool isComplete = true;
        const QJsonArray found = valuesAt(document, path, isComplete);
        QVERIFY2(isComplete, qPrintable(path + u" is missing"_s));
        QVERIFY2(!found.isEmpty() || path == u"issues"_s || path.contains(u"excluded"_s),
            qPrintable(path + u": the input of this test has none"_s));
    }
    const QString wrong = wrongUnits(document, {}, {});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TstCliContract::schema_holdsForUnusualInput_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("inspect nothing known") << QStringList { u"inspect"_s, QStringLiteral(__FILE__) };
    QTest::newRow("inspect no series") << QStringList { u"inspect"_s, kNoSeries, kSeries, kCur };
    QTest::newRow("rightsize no series") << QStringList { u"rightsize"_s, u"--usage"_s, kNoSeries };
    QTest::newRow("anomalies no series") << QStringList { u"anomalies"_s, kNoSeries };
    QTest::newRow("anomalies series") << QStringList { u"anomalies"_s, kSeries };
    QTest::newRow("analyze no series") << QStringList { u"analyze"_s, kNoSeries };
    QTest::newRow("analyze recording") << QStringList { u"analyze"_s, kHeaptrack };
    QTest::newRow("top of an empty profile") << QStringList { u"top"_s, kGolden + u"pprof/empty-profile.pb.gz"_s };
    QTest::newRow("flame of an empty profile") << QStringList { u"flame"_s, kGolden + u"pprof/empty-profile.pb.gz"_s };
    QTest::newRow("top overflows") << QStringList { u"top"_s, kGolden + u"pprof/int64-extremes.pb.gz"_s };
    QTest::newRow("cost of two currencies") << QStringList { u"cost"_s, kCorpus + u"focus/two-currencies.csv"_s };
    QTest::newRow("analyze two currencies")
        << QStringList { u"analyze"_s, kCorpus + u"focus/two-currencies.csv"_s, u"--warn-on"_s, u"cost>1USD"_s };
    QTest::newRow("cost unknown basis") << QStringList { u"cost"_s, kCur, u"--basis"_s, u"contracted"_s };
    QTest::newRow("cost everything filtered") << QStringList { u"cost"_s, kFocus, u"--where"_s, u"sku = none"_s };
    QTest::newRow("plugins check") << QStringList { u"plugins"_s, u"check"_s,
        QStringLiteral(HEAPTOLL_TEST_IMPORTER_DIR), kSeries };
}

void TstCliContract::schema_holdsForUnusualInput()
{
    QFETCH(const QStringList, words);
    const Run run = json(words);
    QVERIFY2(!run.out.isEmpty(), run.err.constData());
    const QTemporaryDir folder;
    const Run check = runProgram(u"python3"_s,
        { QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/cli/validate_json.py"),
            QStringLiteral(HEAPTOLL_SOURCE_DIR "/resources/schema/%1.schema.json").arg(words.first()),
            written(folder, u"out.json"_s, run.out) });
    if (check.exitCode == 77) {
        QSKIP("python3 with python3-jsonschema is not installed");
    }
    QVERIFY2(check.exitCode == 0, check.out.left(2000).constData());
    const QString wrong = wrongUnits(jsonOf(run), {}, {});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// Every option does what it says: a word that must be in the JSON with it.
void TstCliContract::options_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("first"); ///< first value at path, as text
    const auto row = [](const char* name, const QStringList& words, const QString& path, const QString& first) {
        QTest::newRow(name) << words << path << first;
    };
    row("metric", { u"top"_s, kPprof, u"--metric"_s, u"alloc_bytes"_s }, u"metric"_s, u"alloc_bytes"_s);
    row("metric by its own name", { u"top"_s, kPprof, u"--metric"_s, u"inuse_objects"_s }, u"metric"_s,
        u"live_objects"_s);
    row("by file", { u"top"_s, kPprof, u"--by"_s, u"file"_s }, u"by"_s, u"file"_s);
    row("by module", { u"top"_s, kHeaptrack, u"--by"_s, u"module"_s }, u"by"_s, u"module"_s);
    row("where", { u"top"_s, kPprof, u"--where"_s, u"name = 'runtime.main'"_s }, u"rows[].name"_s, u"runtime.main"_s);
    row("fold-runtime", { u"flame"_s, kPprof, u"--fold-runtime"_s }, u"metric"_s, u"live_bytes"_s);
    for (const QString& basis : { u"billed"_s, u"effective"_s, u"list"_s, u"contracted"_s, u"net"_s }) {
        row(qPrintable(u"basis "_s + basis), { u"cost"_s, kFocus, u"--basis"_s, basis }, u"basis"_s, basis);
    }
    row("grain", { u"cost"_s, kFocus, u"--grain"_s, u"month"_s }, u"groups[].keys.month"_s, u"2025-01"_s);
    row("several dimensions", { u"cost"_s, kFocus, u"--by"_s, u"provider,tag:app"_s, u"--grain"_s, u"day"_s },
        u"groups[].keys.provider"_s, u"AWS"_s);
    row("service", { u"analyze"_s, kPprof, u"--service"_s, u"shop=*"_s }, u"sources[].service"_s, u"shop"_s);
    if (QFileInfo::exists(kSample)) {
        for (const QString& policy :
            { u"p95"_s, u"p99"_s, u"max"_s, u"vpa"_s, u"krr"_s, u"kubecost"_s, u"heaptoll"_s }) {
            row(qPrintable(u"policy "_s + policy), { u"rightsize"_s, kUsage, u"--policy"_s, policy }, u"policy"_s,
                policy);
        }
        row("headroom", { u"rightsize"_s, kUsage, u"--headroom"_s, u"15%"_s }, u"parameters.headroom"_s, u"0.15"_s);
        row("usage and billing",
            { u"rightsize"_s, u"--usage"_s, kUsage, u"--billing"_s, kSample + u"/billing/focus-2026-10.csv.gz"_s },
            u"workloads[].currency"_s, u"USD"_s);
    }
}

void TstCliContract::options()
{
    QFETCH(const QStringList, words);
    QFETCH(const QString, path);
    QFETCH(const QString, first);
    const Run run = json(words);
    QVERIFY2(run.exitCode == 0, run.err.constData());
    bool isComplete = true;
    const QJsonArray found = valuesAt(jsonOf(run), path, isComplete);
    QVERIFY2(isComplete && !found.isEmpty(), run.out.left(2000).constData());
    QCOMPARE(found.first().toVariant().toString(), first);
}

void TstCliContract::exitCodes_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, int code, const QStringList& words, const QByteArray& says) {
        QTest::newRow(name) << words << code << says;
    };
    row("0", 0, { u"top"_s, kPprof }, "");
    row("0 findings alone never fail", 0, { u"analyze"_s, kHeaptrack }, "");
    row("1", 1, { u"analyze"_s, kPprof, u"--fail-on"_s, u"live>1B"_s }, "");
    row("2 typo of a command", 2, { u"analyse"_s }, "did you mean 'analyze'?");
    row("2 typo of an option", 2, { u"cost"_s, kFocus, u"--bsis"_s, u"list"_s }, "did you mean '--basis'?");
    row("2 typo of a basis", 2, { u"cost"_s, kFocus, u"--basis"_s, u"effectiv"_s }, "did you mean 'effective'?");
    row("2 typo of a policy", 2, { u"rightsize"_s, kFocus, u"--policy"_s, u"p9"_s }, "did you mean 'p95'?");
    row("2 typo of a grain", 2, { u"cost"_s, kFocus, u"--grain"_s, u"wek"_s }, "did you mean 'week'?");
    row("2 typo of a dimension", 2, { u"cost"_s, kFocus, u"--by"_s, u"servise"_s }, "service");
    row("2 typo of a progress mode", 2, { u"top"_s, kPprof, u"--progress"_s, u"jsn"_s }, "did you mean 'json'?");
    row("2 typo of a field", 2, { u"top"_s, kPprof, u"--where"_s, u"modul = x"_s }, "did you mean 'module'?");
    row("2 no types", 2, { u"top"_s, kPprof, u"--by"_s, u"type"_s }, "know places, not types");
    row("2 headroom", 2, { u"rightsize"_s, kFocus, u"--headroom"_s, u"much"_s }, "expected percent");
    row("2 map is no file", 2, { u"analyze"_s, kFocus, u"--map"_s, u"/nowhere/map"_s }, "--map /nowhere/map");
    row("2 rate card of another kind", 2, { u"analyze"_s, kPprof, u"--rate-card"_s, kFocus }, "focus-12-rows.csv");
    row("2 billing that is none", 2, { u"analyze"_s, u"--billing"_s, kPprof }, "not cost");
    row("2 value is missing", 2, { u"top"_s, kPprof, u"--limit"_s }, "limit");
    row("2 unknown input format", 2, { u"top"_s, kPprof, u"--input-format"_s, u"pprov"_s }, "unknown format 'pprov'");
    row("3 absent", 3, { u"top"_s, u"/nowhere/heap.pb.gz"_s }, "/nowhere/heap.pb.gz");
    row("3 another kind", 3, { u"top"_s, kFocus }, "error: ");
    row("4", 4, { u"top"_s, kPprof, u"/nowhere/heap.pb.gz"_s, u"--strict"_s }, "/nowhere/heap.pb.gz");
    row("1 wins over 4", 1,
        { u"analyze"_s, kPprof, u"/nowhere/heap.pb.gz"_s, u"--strict"_s, u"--fail-on"_s, u"live>1B"_s }, "");
}

void TstCliContract::exitCodes()
{
    QFETCH(const QStringList, words);
    QFETCH(const int, code);
    QFETCH(const QByteArray, says);
    const Run run = runHeaptoll(words);
    QVERIFY2(run.exitCode == code, QByteArray(QByteArray::number(run.exitCode) + ": " + run.err).constData());
    QVERIFY2(run.err.contains(says), run.err.constData());
    QVERIFY(code < 2 || code == 4 || run.out.isEmpty());
}

/// A result that cannot be written is lost: neither the input's nor the user's fault.
void TstCliContract::internalError_is5()
{
    if (!QFileInfo::exists(u"/dev/full"_s)) {
        QSKIP("no /dev/full here");
    }
    const Run run = runHeaptoll({ u"top"_s, kPprof }, {}, u"/dev/full"_s);
    QCOMPARE(run.exitCode, 5);
    QVERIFY2(run.err.contains("cannot write to standard output"), run.err.constData());
}

void TstCliContract::strict_countsUnreadInputToo()
{
    const Run run = json({ u"top"_s, kPprof, u"/nowhere/heap.pb.gz"_s });
    QCOMPARE(run.exitCode, 0);
    const QJsonArray issues = jsonOf(run).value(u"issues"_s).toArray();
    QVERIFY2(std::any_of(issues.begin(), issues.end(),
                 [](const QJsonValue& issue) {
                     return issue.toObject().value(u"code"_s) == u"input.io"_s
                         && issue.toObject().value(u"severity"_s) == u"error"_s;
                 }),
        run.out.left(1500).constData());
}

void TstCliContract::noSeries_isAnEmptyAnswerWithANote()
{
    for (const QStringList& words : { QStringList { u"inspect"_s, kNoSeries }, { u"anomalies"_s, kNoSeries },
             { u"rightsize"_s, u"--usage"_s, kNoSeries }, { u"analyze"_s, kNoSeries } }) {
        const Run run = runHeaptoll(words + QStringList { u"--strict"_s });
        QVERIFY2(run.exitCode == 0, run.err.constData());
        QVERIFY2(run.err.startsWith("note: ") && run.err.contains("the query matched no series"), run.err.constData());
        QVERIFY(!run.err.contains("error: ") && !run.out.isEmpty());
    }
    const QJsonObject source = jsonOf(json({ u"inspect"_s, kNoSeries })).value(u"files"_s).toArray().first().toObject();
    QCOMPARE(source.value(u"kind"_s).toString(), u"usage"_s);
    QVERIFY(source.value(u"complete"_s).toBool());
    QCOMPARE(source.value(u"summary"_s).toObject().value(u"series"_s).toInt(-1), 0);
    QVERIFY(source.value(u"summary"_s).toObject().value(u"start"_s).isNull());
}

void TstCliContract::timelessProfiles_growInTheOrderOfTheirNames()
{
    const QTemporaryDir folder;
    QStringList words { u"growth"_s };
    words << written(folder, u"heap.10.pb"_s, timelessProfile("8060")) // 12,288 bytes
          << written(folder, u"heap.2.pb"_s, timelessProfile("8020"))
          << written(folder, u"heap.9.pb"_s, timelessProfile("8040"));
    const Run run = json(words);
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.err.contains("ordered by the numbers in their names") && run.err.contains("growth is per profile"),
        run.err.constData());
    const QJsonObject growth = jsonOf(run);
    QCOMPARE(growth.value(u"rateUnit"_s).toString(), u"profile"_s);
    QVERIFY(growth.value(u"hours"_s).isNull());
    const QJsonObject site = growth.value(u"sites"_s).toArray().first().toObject();
    QCOMPARE(site.value(u"growthBytesPerProfile"_s).toDouble(), 4096.0);
    QVERIFY(site.value(u"growthBytesPerHour"_s).isNull());
    QCOMPARE(site.value(u"class"_s).toString(), u"undecided"_s);
    QCOMPARE(site.value(u"moreProfilesNeeded"_s).toInt(), 27);
    QVERIFY(runHeaptoll(words).out.contains("4.00 KiB/profile"));
}

void TstCliContract::timelessProfile_isExplainedOnce()
{
    const QByteArray knows = "knows no time of day";
    const Run recording = runHeaptoll({ u"analyze"_s, kHeaptrack });
    QCOMPARE(recording.err.count("no time of day"), 1);
    QVERIFY2(recording.err.contains(knows) && recording.err.contains("cost a month"), recording.err.constData());
    const QTemporaryDir folder;
    const Run snapshot = json({ u"analyze"_s, written(folder, u"heap.pb"_s, timelessProfile("8020")) });
    QCOMPARE(snapshot.err.count("no time of day"), 1);
    QVERIFY2(snapshot.err.contains("no growth and no cost a month") && snapshot.err.contains("heaptoll diff"),
        snapshot.err.constData());
    QVERIFY(jsonOf(snapshot).value(u"notes"_s).toArray().last().toString().contains(QString::fromLatin1(knows)));
    QVERIFY(!runHeaptoll({ u"analyze"_s, kPprof }).err.contains("no time of day"));
}

void TstCliContract::series_isSearchedForAnomalies()
{
    const QJsonObject found = jsonOf(json({ u"anomalies"_s, kSeries }));
    QCOMPARE(found.value(u"events"_s).toArray().size(), 1);
    const QJsonObject event = found.value(u"events"_s).toArray().first().toObject();
    QCOMPARE(event.value(u"series"_s).toString(), u"requests-hourly"_s);
    QVERIFY(event.value(u"start"_s).toString() < u"2025-03-18T12"_s);
    QVERIFY(event.value(u"end"_s).toString() > u"2025-03-18T12"_s);
    const Run damaged = runHeaptoll({ u"anomalies"_s, u"-"_s }, fileBytes(kSeries).replace("2025-03-20", "2O25-03-20"));
    QCOMPARE(damaged.exitCode, 0);
    QVERIFY2(damaged.err.contains("warning: -:458:1: ") && damaged.err.contains("(24 times)"), damaged.err.constData());
    QVERIFY(damaged.out.contains("(partial)"));
}

void TstCliContract::quiet_leavesErrorsOnly()
{
    QVERIFY(runHeaptoll({ u"analyze"_s, kHeaptrack, u"-q"_s }).err.isEmpty());
    QVERIFY(runHeaptoll({ u"analyze"_s, kHeaptrack, u"--quiet"_s }).err.isEmpty());
    QVERIFY(runHeaptoll({ u"top"_s, u"/nowhere/x"_s, u"-q"_s }).err.startsWith("error: "));
}

void TstCliContract::progressJson_isOneObjectALine()
{
    const Run run = runHeaptoll({ u"analyze"_s, kHeaptrack, kFocus, u"--progress"_s, u"json"_s, u"-q"_s });
    QCOMPARE(run.exitCode, 0);
    for (const QByteArray& line : run.err.split('\n')) {
        if (!line.isEmpty()) {
            const QJsonObject step = QJsonDocument::fromJson(line).object();
            QVERIFY2(step.value(u"progress"_s) == u"import"_s && step.contains(u"doneBytes"_s), line.constData());
        }
    }
}

/// Under a terminal of its own (util-linux `script`).
void TstCliContract::colour_isForTerminalsWithoutNoColor()
{
    const QString command = QStringLiteral(HEAPTOLL_CLI) + u" top --limit 3 "_s + kPprof;
    const auto onTerminal = [](const QString& line) {
        return runProgram(u"script"_s, { u"-qec"_s, line, u"/dev/null"_s });
    };
    const Run plain = onTerminal(u"env TERM=xterm "_s + command);
    if (plain.exitCode != 0 || !plain.out.contains("SELF")) {
        QSKIP("no `script` that makes a terminal");
    }
    QVERIFY2(plain.out.contains("\033[1m"), plain.out.left(500).constData());
    for (const QString& setting : { u"env TERM=xterm NO_COLOR=1 "_s, u"env TERM=dumb "_s }) {
        const Run none = onTerminal(setting + command);
        QVERIFY2(none.out.contains("SELF") && !none.out.contains("\033[1m"), none.out.left(500).constData());
    }
}

void TstCliContract::help_ofEveryCommandFitsAScreen()
{
    const QByteArray help = runHeaptoll({ u"--help"_s }).out;
    QVERIFY(help.count('\n') <= 40);
    const QByteArray list = help.mid(help.indexOf("Commands:\n") + 10);
    int commands = 0;
    for (const QByteArray& line : list.left(list.indexOf("\n\n")).split('\n')) {
        const QString name = QString::fromUtf8(line.simplified().split(' ').first());
        const Run whole = runHeaptoll({ name, u"--help"_s });
        QCOMPARE(whole.exitCode, 0);
        QVERIFY2(whole.out.count('\n') <= 40, whole.out.constData());
        QVERIFY2(whole.out.contains("\nExamples:\n"), whole.out.constData());
        QCOMPARE(runHeaptoll({ u"help"_s, name }).out, whole.out);
        ++commands;
    }
    QVERIFY(commands >= 11);
}

QTEST_GUILESS_MAIN(TstCliContract)
#include "tst_cli_contract.moc"
