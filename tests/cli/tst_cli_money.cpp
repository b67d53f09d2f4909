// SPDX-License-Identifier: Apache-2.0
// One rule over the JSON of every command: money is a decimal text with a currency beside it, never a number.
#include "tests/support/run_heaptoll.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace heaptoll::test;

namespace {

const QString kGolden = QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/");
const QString kSample = QStringLiteral(HEAPTOLL_SOURCE_DIR "/resources/samples/leaky-shop");

/// Numbers that are no money. A number of another name fails: write money as text, or name the number here.
const QStringList kNumbers { u"after"_s, u"allocations"_s, u"ambiguousRows"_s, u"before"_s, u"bytesRead"_s, u"count"_s,
    u"costRows"_s, u"delta"_s, u"duplicatesDropped"_s, u"durationSeconds"_s, u"expectedRows"_s, u"filteredFindings"_s,
    u"headroom"_s, u"hours"_s, u"hoursPerMonth"_s, u"line"_s, u"matchedShare"_s, u"max"_s, u"missingShare"_s,
    u"moreProfilesNeeded"_s, u"onsetHours"_s, u"over"_s, u"p50"_s, u"p95"_s, u"p99"_s, u"pValue"_s, u"parent"_s,
    u"points"_s, u"profiles"_s, u"replicas"_s, u"rows"_s, u"samples"_s, u"score"_s, u"self"_s, u"series"_s,
    u"survivalRatio"_s, u"temporary"_s, u"timeToLimitHours"_s, u"unknownRows"_s, u"values"_s, u"weakFindings"_s,
    u"weight"_s, u"workloads"_s };
/// Numbers, or money where a currency stands beside them.
const QStringList kEither { u"actual"_s, u"expected"_s, u"high"_s, u"impact"_s, u"low"_s, u"total"_s, u"value"_s };
const QStringList kMoney { u"ambiguous"_s, u"amount"_s, u"avoids_growth"_s, u"billed"_s, u"billedPerMonth"_s, u"cost"_s,
    u"costPerMonth"_s, u"costSoFar"_s, u"expectedTotal"_s, u"frees_capacity"_s, u"heuristic"_s, u"matched"_s,
    u"maxError"_s, u"memory"_s, u"memoryPerMonth"_s, u"recoverable"_s, u"saves_now"_s, u"savingsPerMonth"_s,
    u"unassigned"_s };

bool isPlainNumber(const QString& key)
{
    static const QStringList kUnits { u"Bytes"_s, u"BytesPerHour"_s, u"Count"_s, u"Objects"_s, u"Rows"_s, u"rowsRead"_s,
        u"rowsKept"_s, u"growthLow"_s, u"growthHigh"_s, u"PerHour"_s };
    return kNumbers.contains(key)
        || std::any_of(kUnits.begin(), kUnits.end(), [&key](const QString& unit) { return key.endsWith(unit); });
}

/// "USD": {"USD": "12.5"} names the currency by its key.
bool isCurrencyCode(const QString& key)
{
    static const QRegularExpression kCode(u"^[A-Z]{3}$"_s);
    return kCode.match(key).hasMatch();
}

bool isDecimal(const QString& text)
{
    static const QRegularExpression kDecimal(u"^-?\\d+(\\.\\d+)?$"_s);
    return kDecimal.match(text).hasMatch();
}

/// What is wrong with a document. currency: of the nearest object that has one; own: of the very object, which makes money
/// of what is a plain number or a text elsewhere.
class MoneyRule {
public:
    [[nodiscard]] const QStringList& wrong() const { return m_wrong; }
    [[nodiscard]] int amounts() const { return m_amounts; }

    void check(const QJsonValue& value, const QString& key, const QString& path, const QString& currency, bool isOwn)
    {
        if (value.isArray()) {
            for (const QJsonValue& item : value.toArray()) {
                check(item, key, path + u"[]"_s, currency, isOwn);
            }
        } else if (value.isObject()) {
            const QJsonObject object = value.toObject();
            const bool hasOwn = object.contains(u"currency"_s);
            const QString inside = hasOwn ? object.value(u"currency"_s).toString() : currency;
            for (auto it = object.begin(); it != object.end(); ++it) {
                check(it.value(), it.key(), path + u'.' + it.key(), inside, hasOwn);
            }
        } else {
            checkLeaf(value, key, path, currency, isOwn);
        }
    }

private:
    void checkLeaf(
        const QJsonValue& value, const QString& key, const QString& path, const QString& currency, bool isOwn)
    {
        const bool isMoney =
            isCurrencyCode(key) || kMoney.contains(key) || (kEither.contains(key) && isOwn && !currency.isEmpty());
        if (isMoney && !value.isNull()) {
            ++m_amounts;
            if (!value.isString() || !isDecimal(value.toString())) {
                m_wrong << path + u" is money and no decimal text"_s;
            }
            if (currency.isEmpty() && !isCurrencyCode(key) && key != u"maxError"_s) { // the bound is of any currency
                m_wrong << path + u" is money without a currency"_s;
            }
        } else if (value.isDouble() && !isPlainNumber(key) && !kEither.contains(key)) {
            m_wrong << path + u" is a number of a name that this test does not know"_s;
        }
    }

    QStringList m_wrong;
    int m_amounts = 0;
};

/// Sixty days of two services in two currencies; the second one costs more for three days. In the form of a bill of the
/// fuzz corpus: its header, and its first row with other values.
QByteArray billOfTwoCurrencies()
{
    const QByteArray corpus =
        fileBytes(QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/fuzz/corpus/focus/two-currencies.csv"));
    const QByteArray row = corpus.split('\n').value(1);
    QByteArray bill = corpus.left(corpus.indexOf('\n') + 1);
    for (int day = 0; day < 60; ++day) {
        const QByteArray date = QDate(2025, 1, 1).addDays(day).toString(Qt::ISODate).toLatin1();
        const auto add = [&](const QByteArray& currency, const QByteArray& app, const QByteArray& cost) {
            const auto field = [](const QByteArray& text) { return QByteArray("," + text + ","); };
            QByteArray line = row;
            line.replace(",10,", field(cost)).replace(",USD,", field(currency)).replace("alpha", app);
            line.replace("2025-01-01T23", QByteArray(date + "T23"));
            const QByteArray end = QDate(2025, 1, 1).addMonths(3).toString(Qt::ISODate).toLatin1();
            line.replace("2025-02-01T00:00:00Z",
                QByteArray(end + "T00:00:00Z")); // of the billing period: all sixty days are in it
            bill += line.replace("2025-01-01T00:00:00Z,,", QByteArray(date + "T00:00:00Z,,")) + '\n';
        };
        add("USD", "shop", "10.3333333333");
        add("EUR", "kiosk", day >= 30 && day < 33 ? "90.1" : "7.1");
    }
    return bill;
}

} // namespace

class TstCliMoney : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_bill = written(m_folder, u"bill.csv"_s, billOfTwoCurrencies()); }
    void money_isDecimalText_data();
    void money_isDecimalText();
    void everyCommandWithJson_isInTheTable();
    void anomalies_areExactTextOnlyWhereTheyAreMoney();
    void rightsize_savesWhatTheFindingsSay();

private:
    QTemporaryDir m_folder;
    QString m_bill;
};

void TstCliMoney::money_isDecimalText_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("fewestAmounts"); ///< that the input of this row must have, or it would test nothing
    const auto row = [](const char* name, int fewest, const QStringList& words) {
        QTest::newRow(name) << words << fewest;
    };
    const QString profile = kGolden + u"pprof/go-orderd.pb.gz"_s;
    const QString focus = kGolden + u"focus/focus-12-rows.csv"_s;
    row("inspect", 2, { u"inspect"_s, m_bill, profile, kGolden + u"heaptrack/version2.heaptrack"_s });
    row("top", 0, { u"top"_s, profile });
    row("flame", 0, { u"flame"_s, profile });
    row("diff", 0, { u"diff"_s, profile, profile });
    row("cost", 4, { u"cost"_s, focus, u"--by"_s, u"service"_s });
    row("cost of two currencies", 4, { u"cost"_s, m_bill, u"--by"_s, u"service"_s });
    row("cost of two bills", 4, { u"cost"_s, m_bill, focus, u"--by"_s, u"service"_s });
    row("anomalies", 3, { u"anomalies"_s, m_bill, u"--by"_s, u"tag:app"_s });
    row("anomalies of a series", 0, { u"anomalies"_s, kGolden + u"series_csv/requests-hourly.csv"_s });
    row("analyze two currencies", 5,
        { u"analyze"_s, m_bill, u"--warn-on"_s, u"cost>1USD"_s, u"--warn-on"_s, u"findings>0"_s });
    row("analyze without a bill", 0, { u"analyze"_s, profile });
    row("plugins", 0, { u"plugins"_s, u"list"_s });
    row("plugins check", 0,
        { u"plugins"_s, u"check"_s, QStringLiteral(HEAPTOLL_TEST_IMPORTER_DIR),
            kGolden + u"series_csv/requests-hourly.csv"_s });
    row("version", 0, { u"version"_s });
    if (QFileInfo::exists(kSample)) {
        row("growth", 0, { u"growth"_s, kSample });
        row("rightsize", 1, { u"rightsize"_s, kSample });
        row("analyze", 20, { u"analyze"_s, kSample, u"--warn-on"_s, u"cost>1USD"_s, u"--warn-on"_s, u"live>1B"_s });
    }
}

void TstCliMoney::money_isDecimalText()
{
    QFETCH(const QStringList, words);
    QFETCH(const int, fewestAmounts);
    const Run run = runHeaptoll(words + QStringList { u"--format"_s, u"json"_s });
    QVERIFY2(run.exitCode == 0 && !jsonOf(run).isEmpty(), run.err.constData());
    MoneyRule rule;
    rule.check(jsonOf(run), {}, {}, {}, false);
    QVERIFY2(rule.wrong().isEmpty(), qPrintable(rule.wrong().mid(0, 10).join(u'\n')));
    QVERIFY2(rule.amounts() >= fewestAmounts, qPrintable(QString::number(rule.amounts())));
}

/// One figure, wherever it is shown: and never more than the memory of its service costs.
void TstCliMoney::rightsize_savesWhatTheFindingsSay()
{
    if (!QFileInfo::exists(kSample)) {
        QSKIP("no sample");
    }
    const QStringList json { u"--format"_s, u"json"_s };
    const QJsonObject analysis = jsonOf(runHeaptoll(QStringList { u"analyze"_s, kSample } + json));
    const QJsonObject sizes = jsonOf(runHeaptoll(QStringList { u"rightsize"_s, kSample } + json));
    int compared = 0;
    for (const QJsonValue& value : analysis.value(u"findings"_s).toArray()) {
        const QJsonObject finding = value.toObject();
        if (finding.value(u"kind"_s) != u"overprovisioned"_s) {
            continue;
        }
        for (const QJsonValue& row : sizes.value(u"workloads"_s).toArray()) {
            if (row[u"service"_s] == finding.value(u"service"_s)) {
                QCOMPARE(row[u"savingsPerMonth"_s], finding.value(u"costPerMonth"_s)[u"amount"_s]);
                QCOMPARE(row[u"kind"_s], finding.value(u"costPerMonth"_s)[u"kind"_s]);
                ++compared;
            }
        }
    }
    QVERIFY(compared > 0);
}

/// A new command must come with a row above.
void TstCliMoney::everyCommandWithJson_isInTheTable()
{
    static const QStringList kTested { u"analyze"_s, u"anomalies"_s, u"cost"_s, u"diff"_s, u"flame"_s, u"growth"_s,
        u"inspect"_s, u"plugins"_s, u"rightsize"_s, u"top"_s, u"version"_s };
    const QByteArray help = runHeaptoll({ u"--help"_s }).out;
    const QByteArray list = help.mid(help.indexOf("Commands:\n") + 10);
    QStringList withJson;
    for (const QByteArray& line : list.left(list.indexOf("\n\n")).split('\n')) {
        const QString name = QString::fromUtf8(line.simplified().split(' ').first());
        // "form of the result on stdout: table, json, csv (default table)"
        const QByteArray text = runHeaptoll({ name, u"--help"_s }).out.simplified();
        const qsizetype formats = text.indexOf("form of the result on stdout:");
        if (formats >= 0 && text.mid(formats, text.indexOf('(', formats) - formats).contains("json")) {
            withJson << name;
        }
    }
    withJson.sort();
    QCOMPARE(withJson, kTested);
}

void TstCliMoney::anomalies_areExactTextOnlyWhereTheyAreMoney()
{
    const auto events = [](const QStringList& words) {
        return jsonOf(runHeaptoll(words + QStringList { u"--format"_s, u"json"_s })).value(u"events"_s).toArray();
    };
    const QJsonArray ofBill = events({ u"anomalies"_s, m_bill, u"--by"_s, u"tag:app"_s });
    QCOMPARE(ofBill.size(), 1);
    const QJsonObject spike = ofBill.first().toObject();
    QCOMPARE(spike.value(u"series"_s).toString(), u"kiosk"_s);
    QCOMPARE(spike.value(u"currency"_s).toString(), u"EUR"_s);
    QVERIFY(std::abs(spike.value(u"actual"_s).toString().toDouble() - 90.1) < 0.001); // for three days, 7.1 is usual
    QVERIFY(std::abs(spike.value(u"impact"_s).toString().toDouble() - 249) < 0.001);
    const QJsonArray ofSeries = events({ u"anomalies"_s, kGolden + u"series_csv/requests-hourly.csv"_s });
    QCOMPARE(ofSeries.size(), 1);
    QVERIFY(ofSeries.first().toObject().value(u"impact"_s).isDouble());
    QVERIFY(ofSeries.first().toObject().value(u"currency"_s).isNull());
}

QTEST_GUILESS_MAIN(TstCliMoney)
#include "tst_cli_money.moc"
