// SPDX-License-Identifier: Apache-2.0
#include "app/gui/chart/axis_format.h"

#include <QtTest>

using namespace heaptoll;
using namespace heaptoll::gui;

class AxisFormatTest : public QObject {
    Q_OBJECT
private slots:
    void bytesAxis_reachesTheMaximumInFewRoundSteps()
    {
        for (double max = 1; max < 1e15; max *= 1.37) {
            const LinearAxis axis = bytesAxis(max);
            QVERIFY2(axis.max() >= max, qPrintable(QString::number(max)));
            QVERIFY(axis.count >= 3 && axis.count <= 6);
            QCOMPARE(std::exp2(std::round(std::log2(axis.step))), axis.step);
        }
    }
    void bytesAxis_isNotMuchLargerThanNeeded()
    {
        for (double max = 100; max < 1e15; max *= 1.37) {
            QVERIFY(bytesAxis(max).max() <= max * 4.0 / 3 + 1);
        }
    }
    void moneyAxis_hasTheStepsOfTheOtherAxis()
    {
        for (const int count : { 3, 4, 5, 6 }) {
            for (double max = 0.02; max < 1e7; max *= 1.9) {
                const LinearAxis axis = moneyAxis(max, count);
                QCOMPARE(axis.count, count);
                QVERIFY(axis.max() >= max * 0.999999);
                QVERIFY(axis.max() <= max * 2.6);
            }
        }
    }
    void timeTicks_areRoundUtcTimesWithinTheRange()
    {
        const TimeRange range { *parseInstant("2026-11-01T00:00:00Z"), *parseInstant("2026-11-21T00:00:00Z") };
        const auto ticks = timeTicks(range, 6);
        QCOMPARE(ticks.size(), std::size_t { 6 });
        QCOMPARE(ticks.front().label, std::string("Nov 1"));
        QCOMPARE(ticks[1].label, std::string("Nov 5"));
        QCOMPARE(ticks.back().label, std::string("Nov 21"));
    }
    void timeTicks_showTheClockWithinADay()
    {
        const TimeRange range { *parseInstant("2026-11-01T22:10:00Z"), *parseInstant("2026-11-02T02:10:00Z") };
        const auto ticks = timeTicks(range, 6);
        QCOMPARE(ticks[0].label, std::string("23:00"));
        QCOMPARE(ticks[1].label, std::string("Nov 2"));
    }
    void timeTicks_neverExceedTheirNumber_data()
    {
        QTest::addColumn<qint64>("seconds");
        for (const qint64 seconds : { 1LL, 7LL, 600LL, 86'399LL, 400'000LL, 90'000'000LL, 900'000'000LL }) {
            QTest::addRow("%lld s", seconds) << seconds;
        }
    }
    void timeTicks_neverExceedTheirNumber()
    {
        QFETCH(qint64, seconds);
        const Instant start = *parseInstant("2026-11-01T07:31:00Z");
        const auto ticks = timeTicks({ start, start + Span::seconds(seconds) }, 5);
        QVERIFY(ticks.size() <= 6);
    }
    void elapsedTicks_countFromTheStart()
    {
        const Instant start = *parseInstant("2026-11-01T07:31:07Z");
        const auto ticks = elapsedTicks(start, { start, start + Span::seconds(7) }, 8);
        QCOMPARE(ticks.front().time, start);
        QCOMPARE(ticks.front().label, std::string("0 s"));
        QCOMPARE(ticks[5].label, std::string("5 s"));
    }
    void elapsedTicks_sayExactlyWhereTheyAre()
    {
        const Instant start = *parseInstant("2026-11-01T07:31:07Z");
        const auto ticks = elapsedTicks(start, { start, start + Span::seconds(110) }, 4);
        QCOMPARE(ticks.at(1).label, std::string("30 s"));
        QCOMPARE(ticks.at(3).label, std::string("1 min 30 s"));
        const auto before = elapsedTicks(start, { start - Span::seconds(90), start }, 4);
        QCOMPARE(before.front().label, std::string("\u22121 min 30 s"));
    }
    void timeTicks_ofAnEmptyRangeAreNone() { QVERIFY(timeTicks({}, 5).empty()); }
};

QTEST_APPLESS_MAIN(AxisFormatTest)
#include "tst_axis_format.moc"
