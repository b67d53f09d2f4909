// SPDX-License-Identifier: Apache-2.0
#include "app/gui/chart/series_binder.h"

#include <QLineSeries>
#include <QtTest>

using namespace heaptoll::gui;

class SeriesBinderTest : public QObject {
    Q_OBJECT
private slots:
    void decimate_keepsFewPointsAsTheyAre()
    {
        const QList<QPointF> points { { 0, 1 }, { 1, 5 }, { 2, 3 } };
        QCOMPARE(decimate(points, 0, 2, 100), points);
    }
    void decimate_keepsEveryPeak()
    {
        QList<QPointF> points;
        for (int i = 0; i < 100'000; ++i) {
            points << QPointF(i, i == 54'321 ? 1000 : i % 7);
        }
        const QList<QPointF> few = decimate(points, 0, 99'999, 300);
        QVERIFY(few.size() <= 602);
        QVERIFY(few.contains(QPointF(54'321, 1000)));
        QVERIFY(std::is_sorted(few.begin(), few.end(), [](QPointF a, QPointF b) { return a.x() < b.x(); }));
    }
    void decimate_keepsOnePointBeyondEachEnd()
    {
        const QList<QPointF> points { { 0, 1 }, { 1, 2 }, { 2, 3 }, { 3, 4 }, { 4, 5 } };
        QCOMPARE(decimate(points, 1.5, 2.5, 10), (QList<QPointF> { { 1, 2 }, { 2, 3 }, { 3, 4 } }));
    }
    void bindSeries_dropsWhatIsNotFinite()
    {
        QLineSeries series;
        bindSeries(series, { { 0, 1 }, { 1, qQNaN() }, { 2, qInf() }, { 3, 4 } }, 0, 3, 10);
        QCOMPARE(series.points(), (QList<QPointF> { { 0, 1 }, { 3, 4 } }));
    }
    void bindSeries_keepsNoMoreThanTheWidthShows()
    {
        QList<QPointF> points;
        for (int i = 0; i < 200'000; ++i) {
            points << QPointF(i, i % 100);
        }
        QLineSeries series;
        bindSeries(series, points, 0, 200'000, 1200);
        QVERIFY(series.count() <= 2402);
    }
};

QTEST_MAIN(SeriesBinderTest)
#include "tst_series_binder.moc"
