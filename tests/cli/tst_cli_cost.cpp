// SPDX-License-Identifier: Apache-2.0
// Bills that say less than they seem to: what is unknown, in doubt or there twice is said, and never 0.
#include "tests/support/run_heaptoll.h"

#include <QJsonArray>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace heaptoll::test;

namespace {

const QByteArray kHeader = "BilledCost,EffectiveCost,ListCost,ContractedCost,ChargePeriodStart,ChargePeriodEnd,"
                           "BillingCurrency,ServiceCategory,ServiceName,BillingAccountId,BillingPeriodStart,"
                           "ResourceId\n";

QByteArray row(const QByteArray& billed, const QByteArray& effective, int day, const QByteArray& currency = "USD")
{
    const QByteArray date = QDate(2025, 4, day).toString(Qt::ISODate).toLatin1();
    return billed + ',' + effective + ",1,1," + date + "T00:00:00Z," + date + "T23:00:00Z," + currency
        + ",Compute,VM,900,2025-04-01T00:00:00Z,r1\n";
}

QByteArray days(int last, const QByteArray& billed = "10", const QByteArray& effective = "10")
{
    QByteArray bill = kHeader;
    for (int day = 1; day <= last; ++day) {
        bill += row(billed, effective, day);
    }
    return bill;
}

} // namespace

class TstCliCost : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoDeliveries_areSaidAndPartial();
    void unknownMoney_isNeverZero();
    void formattedMoney_isRead();
    void rowsWithoutTheBasis_areSaid();
    void aMissingCurrency_isCalledUnknown();
    void nothing_isToldApartFromNoRow();
    void partsPutTogether_areOneBill();

private:
    [[nodiscard]] Run cost(const QString& name, const QByteArray& bill, const QStringList& words = {}) const
    {
        return runHeaptoll(QStringList { u"cost"_s, written(m_folder, name, bill) } + words);
    }
    [[nodiscard]] QJsonObject costJson(const QString& name, const QByteArray& bill, const QStringList& words = {}) const
    {
        return jsonOf(cost(name, bill, QStringList(words) << u"--format"_s << u"json"_s));
    }
    QTemporaryDir m_folder;
};

void TstCliCost::twoDeliveries_areSaidAndPartial()
{
    const QString early = written(m_folder, u"early.csv"_s, days(10));
    const QString whole = written(m_folder, u"whole.csv"_s, days(30));
    const Run run = runHeaptoll({ u"cost"_s, early, whole });
    QVERIFY2(run.err.contains("early.csv: 10 of its 10 charges of account 900"), run.err.constData());
    QVERIFY(run.out.startsWith("billed $400 over 40 rows (partial)"));
    QVERIFY(run.out.contains("does not reconcile"));
    const QJsonObject json = jsonOf(runHeaptoll({ u"cost"_s, early, whole, u"--format"_s, u"json"_s }));
    QVERIFY(json.value(u"partial"_s).toBool());
    QCOMPARE(json.value(u"issues"_s).toArray().first().toObject().value(u"code"_s).toString(), u"bill.counted_twice"_s);
    QVERIFY(!json.value(u"reconciliation"_s).toObject().value(u"reconciles"_s).toBool());
    QVERIFY(runHeaptoll({ u"cost"_s, whole }).out.contains("; reconciles"));
}

void TstCliCost::unknownMoney_isNeverZero()
{
    const QByteArray bill = days(3, "abc");
    const QJsonObject json = costJson(u"abc.csv"_s, bill);
    QVERIFY(json.value(u"total"_s).isNull());
    QCOMPARE(json.value(u"reason"_s).toString(), u"no row has a billed cost that could be read"_s);
    QVERIFY(json.value(u"totals"_s).toObject().value(u"USD"_s).isNull());
    QVERIFY(json.value(u"partial"_s).toBool());
    const Run run = cost(u"abc.csv"_s, bill);
    QVERIFY2(run.out.startsWith("billed — over 3 rows; no row has a billed cost"), run.out.constData());
    QVERIFY(run.out.contains("3 of them have no billed cost: it is unknown, and in no sum"));
    const Run seen = runHeaptoll({ u"inspect"_s, m_folder.filePath(u"abc.csv"_s) });
    QVERIFY(seen.out.contains("billed —"));
    QVERIFY(seen.err.contains("see the warnings above; totals from it are partial"));
    QVERIFY(!seen.err.contains("ends early"));
}

void TstCliCost::formattedMoney_isRead()
{
    const auto total = [this](const QByteArray& amount) {
        return costJson(u"formatted.csv"_s, days(2, amount)).value(u"total"_s).toString();
    };
    QCOMPARE(total("\"1,204.33\""), u"2408.66"_s);
    QCOMPARE(total("\"1.204,33\""), u"2408.66"_s);
    QCOMPARE(total("(12.34)"), u"-24.68"_s);
    QCOMPARE(total("$12.34"), u"24.68"_s);
    QCOMPARE(total("12.34 USD"), u"24.68"_s);
    QVERIFY(total("12.34 EUR").isEmpty()); // the row says USD
    QVERIFY(total("\"1,204\"").isEmpty()); // 1204 or 1.204
}

void TstCliCost::rowsWithoutTheBasis_areSaid()
{
    const QByteArray bill = days(3) + row("10", "", 4);
    const Run run = cost(u"gaps.csv"_s, bill, { u"--basis"_s, u"effective"_s });
    QVERIFY2(run.out.startsWith("effective $30.00 over 4 rows (partial)\n1 of them have no effective cost"),
        run.out.constData());
    QVERIFY(costJson(u"gaps.csv"_s, bill, { u"--basis"_s, u"effective"_s }).value(u"partial"_s).toBool());
    QVERIFY(!costJson(u"gaps.csv"_s, bill).value(u"partial"_s).toBool());
}

void TstCliCost::aMissingCurrency_isCalledUnknown()
{
    const QByteArray bill = kHeader + row("10", "10", 1, "") + row("5", "5", 2, "");
    const Run run = cost(u"none.csv"_s, bill);
    QVERIFY(run.out.startsWith("billed ¤15.00 (currency unknown) over 2 rows"));
    QVERIFY2(run.err.contains("none.csv:2:BillingCurrency: the row names no currency"), run.err.constData());
    const QJsonObject json = costJson(u"none.csv"_s, bill);
    QVERIFY(json.value(u"currency"_s).isNull());
    QCOMPARE(json.value(u"totals"_s).toObject().value(u"unknown"_s).toString(), u"15"_s);
}

void TstCliCost::nothing_isToldApartFromNoRow()
{
    QVERIFY(cost(u"header.csv"_s, kHeader).out.startsWith("billed 0 over 0 rows\n"));
    QCOMPARE(costJson(u"header.csv"_s, kHeader).value(u"total"_s).toString(), u"0"_s);
    const QStringList filter { u"--where"_s, u"service=none"_s };
    QVERIFY(cost(u"some.csv"_s, days(3), filter).out.startsWith("billed — over 0 rows; no row fits --where\n"));
    const QJsonObject json = costJson(u"some.csv"_s, days(3), filter);
    QVERIFY(json.value(u"total"_s).isNull());
    QCOMPARE(json.value(u"reason"_s).toString(), u"no row fits --where"_s);
}

void TstCliCost::partsPutTogether_areOneBill()
{
    const Run run = cost(u"parts.csv"_s, days(3) + "\xEF\xBB\xBF" + days(2));
    QVERIFY2(run.out.startsWith("billed $50.00 over 5 rows\n"), run.out.constData());
    QVERIFY2(run.err.isEmpty(), run.err.constData());
}

QTEST_GUILESS_MAIN(TstCliCost)
#include "tst_cli_cost.moc"
