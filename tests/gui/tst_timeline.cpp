// SPDX-License-Identifier: Apache-2.0
#include "app/gui/actions.h"
#include "app/gui/chart/chart_panel.h"
#include "app/gui/chart/lane_strip.h"
#include "app/gui/chart/minimap.h"
#include "app/gui/text.h"
#include "app/gui/view/placement_bar.h"
#include "app/gui/viewmodel/chart_events.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/workspace_controller.h"
#include "tests/gui/window_test.h"

#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDialog>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QToolButton>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;

class TimelineTest : public test::WindowTest {
    Q_OBJECT
private:
    ChartPanel* m_chart = nullptr;

    void pick(const QString& box, int index)
    {
        auto* combo = child<QComboBox>(box);
        combo->setCurrentIndex(index);
        emit combo->activated(index);
    }
    template<typename T, typename... Args>
    void sendDrag(Args&&... args)
    {
        T event(std::forward<Args>(args)...);
        QApplication::sendEvent(m_chart->viewport(), &event);
    }
    static void drag(QWidget* widget, QPoint from, QPoint to)
    {
        QTest::mousePress(widget, Qt::LeftButton, {}, from);
        QTest::mouseMove(widget, (from + to) / 2);
        QTest::mouseMove(widget, to);
        QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
    }
    TimePlacement placementOfRun()
    {
        const auto& placements = m_window->controller().options().placementOfPath;
        const auto it = placements.find("profiles/orders-api/run.zst");
        return it == placements.end() ? TimePlacement {} : it->second;
    }
private slots:
    void initTestCase() { installChartAccessibility(); }
    void init()
    {
        openWindow(test::makeShopWithRecording);
        loadShop();
        go(ViewId::Timeline);
        m_chart = child<ChartPanel>(u"timeline.chart"_s);
    }
    void cleanup()
    {
        m_window->controller().discardAutosave();
        m_window.reset();
    }
    void events_standInLanesWithWordsForEach()
    {
        const auto* lanes = child<LaneStrip>(u"timeline.lanes"_s);
        QVERIFY(lanes->isVisible());
        QStringList words;
        for (const LaneStrip::Mark& mark : lanes->marks()) {
            words << mark.toolTip;
            QVERIFY(mark.icon.left() >= m_chart->plotRect().left() - mark.icon.width());
        }
        QCOMPARE(words.size(), 2);
        QVERIFY2(words[0].contains(u"restart, Nov 15 04:48 UTC"_s), qPrintable(words[0]));
        QVERIFY2(words[1].contains(u"OOM kill, Nov 19 12:00 UTC"_s), qPrintable(words[1]));
        QVERIFY(lanes->accessibleName().contains(u"restarts: 1"_s));
    }
    void aLaneEvent_showsItsFiguresInTheChart()
    {
        auto* lanes = child<LaneStrip>(u"timeline.lanes"_s);
        lanes->setFocus();
        QTest::keyClick(lanes, Qt::Key_Right);
        QVERIFY(m_chart->crosshair().has_value());
        QVERIFY2(
            m_chart->crosshairText().join(u' ').contains(u"Nov 19"_s), qPrintable(m_chart->crosshairText().join(u' ')));
    }
    void crosshair_tellsMemoryCostAndTheirRatio()
    {
        setService("checkout");
        m_chart->showCrosshair(10 * 86400.0);
        QString text = m_chart->crosshairText().join(u'\n');
        for (const QString& part : { u"Nov 11"_s, u"checkout live bytes: "_s, u"GiB"_s, u"cost: $140"_s }) {
            QVERIFY2(text.contains(part), qPrintable(text));
        }
        QVERIFY(!text.contains(u"per GiB"_s)); // the heap of one process is not what all pods cost
        pick(u"timeline.memory"_s, 1);
        m_chart->showCrosshair(10 * 86400.0);
        text = m_chart->crosshairText().join(u'\n');
        for (const QString& part : { u"working set: "_s, u"cost: $140"_s, u"cost per GiB: $"_s }) {
            QVERIFY2(text.contains(part), qPrintable(text));
        }
        pick(u"timeline.memory"_s, 0);
    }
    void crosshair_ofSeveralServicesHasNoRatio()
    {
        m_chart->showCrosshair(10 * 86400.0);
        const QString text = m_chart->crosshairText().join(u'\n');
        QVERIFY2(
            text.contains(u"checkout live bytes"_s) && text.contains(u"orders-api working set"_s), qPrintable(text));
        QVERIFY(!text.contains(u"per GiB"_s));
    }
    void pickers_changeTheLines()
    {
        setService("checkout");
        QCOMPARE(m_chart->data().lines.front().name, u"checkout live bytes"_s);
        pick(u"timeline.split"_s, 1);
        QVERIFY(m_chart->data().lines.front().name.startsWith(u"openSession"_s));
        QVERIFY(!m_chart->data().lines.front().isWhole);
        pick(u"timeline.memory"_s, 1);
        QCOMPARE(m_chart->data().lines.front().name, u"checkout-7d9f4c8b5-x2k4p"_s);
        QVERIFY2(!m_chart->data().thresholds.empty(), "the request of a pod belongs beside the line of a pod");
        pick(u"timeline.split"_s, 0);
        QCOMPARE(m_chart->data().lines.front().name, u"checkout working set"_s);
    }
    void selectionRow_isOfTheMemoryThatIsDrawn()
    {
        setService("checkout");
        const auto text = [this] { return child<QLabel>(u"timeline.selection"_s)->text().replace(QChar::Nbsp, u' '); };
        QVERIFY2(text().contains(u"heap of one process"_s), qPrintable(text()));
        pick(u"timeline.memory"_s, 1);
        QVERIFY(m_window->selection().lens().isWorkingSet);
        QVERIFY2(text().contains(u"working set of all pods"_s), qPrintable(text()));
        QVERIFY2(text().contains(bytesText(m_chart->data().lines.front().points.front().y())), qPrintable(text()));
        QVERIFY2(m_chart->data().thresholds.size() == 2, "requests matter most beside what they are for");
        pick(u"timeline.split"_s, 1);
        QVERIFY2(text().contains(u"working set of all pods"_s), qPrintable(text()));
    }
    void nearEvents_areCountedInOneLabel()
    {
        ChartData data = m_chart->data();
        data.events = { { 86400, EventKind::OomKill, u"OOM kill × 2"_s, {}, 0, 2 },
            { 86400 + 3600, EventKind::OomKill, u"OOM kill"_s, {}, 0, 1 },
            { 86400 + 7200, EventKind::Anomaly, u"cost ramp"_s, {}, 0, 1 } };
        m_chart->setEventLabels(true);
        m_chart->setData(data);
        const QStringList labels = m_chart->shownLabels();
        QVERIFY2(labels.contains(u"OOM kill × 3"_s) && labels.contains(u"cost ramp"_s), qPrintable(labels.join(u'|')));
        QCOMPARE(child<LaneStrip>(u"timeline.lanes"_s)->marks().front().label, u"OOM kill × 3"_s);
    }
    void chart_isTallEnoughToBeRead()
    {
        QVERIFY2(m_chart->height() >= 280, qPrintable(QString::number(m_chart->height())));
    }
    void twoPanels_putCostBelowMemory()
    {
        const auto barTop = [this] {
            for (const ChartItem& item : m_chart->chartItems()) {
                if (item.name.startsWith(u"cost on"_s)) {
                    return item.rect.top();
                }
            }
            return 0.0;
        };
        QTest::mouseClick(child<QToolButton>(u"timeline.panels"_s), Qt::LeftButton);
        const double below = barTop();
        QVERIFY(below > m_chart->plotRect().center().y());
        QTest::mouseClick(child<QToolButton>(u"timeline.overlay"_s), Qt::LeftButton);
        QVERIFY(barTop() < below);
    }
    void overview_zoomsAndMovesTheSelection()
    {
        auto* map = child<Minimap>(u"timeline.minimap"_s);
        const int y = map->height() / 2;
        drag(map, { static_cast<int>(map->xOf(5 * 86400.0)), y }, { static_cast<int>(map->xOf(15 * 86400.0)), y });
        QVERIFY(std::abs(m_chart->window().from / 86400 - 5) < 0.2);
        QVERIFY(std::abs(m_chart->window().to / 86400 - 15) < 0.2);
        QVERIFY2(!m_window->selection().lens().range, "zooming never selects");
        Lens lens = m_window->selection().lens();
        lens.range = TimeRange { m_chart->data().instant(6 * 86400.0), m_chart->data().instant(8 * 86400.0) };
        m_window->selection().setLens(lens);
        drag(map, { static_cast<int>(map->xOf(8 * 86400.0)), y }, { static_cast<int>(map->xOf(18 * 86400.0)), y });
        QVERIFY(std::abs(m_window->selection().lens().range->length().toHours() / 24 - 12) < 0.3);
        QTest::keyClick(map, Qt::Key_Home);
        QCOMPARE(m_chart->window().from, 0.0);
    }
    void edges_areNudgedOnBothSides()
    {
        QTest::keyClick(m_chart, Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
        const TimeRange first = *m_window->selection().lens().range;
        QTest::keyClick(m_chart, Qt::Key_Up, Qt::ShiftModifier);
        QTest::keyClick(m_chart, Qt::Key_Left, Qt::ShiftModifier | Qt::ControlModifier);
        const TimeRange second = *m_window->selection().lens().range;
        QCOMPARE(second.end, first.end);
        QVERIFY(std::abs((first.start - second.start).toHours() - 48) < 0.1);
    }
    void keys_zoomPanAndFit()
    {
        QTest::keyClick(m_chart, Qt::Key_W);
        const ChartPanel::Window zoomed = m_chart->window();
        QVERIFY(zoomed.from > 0);
        QTest::keyClick(m_chart, Qt::Key_D);
        QVERIFY(m_chart->window().from > zoomed.from);
        QTest::keyClick(m_chart, Qt::Key_A);
        QTest::keyClick(m_chart, Qt::Key_F);
        QCOMPARE(m_chart->window().from, 0.0);
    }
    void selectionRow_namesTheServiceAndItsCostTrend()
    {
        constexpr char16_t kWordJoiner = 0x2060;
        QString text = child<QLabel>(u"timeline.selection"_s)->text().replace(QChar::Nbsp, u' ');
        text.remove(QChar(kWordJoiner));
        QVERIFY2(text.contains(u"$5.00/day per day"_s), qPrintable(text)); // checkout's bill rises by 5 a day
    }
    void tableTwin_hasEveryNumberOfTheChart()
    {
        m_window->actions().action(u"chart.table"_s)->trigger();
        auto* table = child<DataTable>(u"timeline.table"_s);
        QVERIFY(table->isVisible() && !m_chart->isVisible());
        QCOMPARE(table->shownRows(), static_cast<int>(m_chart->data().table().size()) - 1);
        QTest::keyClick(table, Qt::Key_Escape);
        QVERIFY(m_chart->isVisible());
    }
    void recording_isDroppedOnTheAxisAndUndone()
    {
        const auto chips = child<PlacementBar>(u"placement"_s)->chips();
        QCOMPARE(chips.size(), std::size_t { 1 });
        QMimeData mime;
        mime.setData(QLatin1String(ChartPanel::recordingMimeType()), chips.front()->dragData());
        const QPoint at(
            static_cast<int>(m_chart->xOf(6 * 86400.0)), static_cast<int>(m_chart->plotRect().center().y()));
        sendDrag<QDragEnterEvent>(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        sendDrag<QDragMoveEvent>(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        sendDrag<QDropEvent>(QPointF(at), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(placementOfRun().start.has_value());
        const double days = m_chart->data().seconds(*placementOfRun().start) / 86400;
        QVERIFY2(std::abs(days - 6) < 0.05, qPrintable(QString::number(days)));
        settle();
        QVERIFY(child<PlacementBar>(u"placement"_s)->chips().empty());
        QCOMPARE(child<LaneStrip>(u"timeline.lanes"_s)->marks().size(), std::size_t { 3 });
        m_window->actions().action(u"edit.undo"_s)->trigger();
        settle();
        QVERIFY(!placementOfRun().start);
        QCOMPARE(child<PlacementBar>(u"placement"_s)->chips().size(), std::size_t { 1 });
    }
    void recording_isPlacedByTheKeyboard()
    {
        QTest::keyClick(child<PlacementBar>(u"placement"_s)->chips().front(), Qt::Key_Return);
        QTRY_VERIFY(m_window->findChild<QDialog*>(u"placement.dialog"_s) != nullptr);
        auto* dialog = child<QDialog>(u"placement.dialog"_s);
        child<QDateTimeEdit>(u"placement.start"_s, dialog)
            ->setDateTime(QDateTime::fromString(u"2026-11-09T10:00:00Z"_s, Qt::ISODate));
        QTest::mouseClick(child<QAbstractButton>(u"placement.accept"_s, dialog), Qt::LeftButton);
        QCOMPARE(placementOfRun().start.value_or(Instant {}), *parseInstant("2026-11-09T10:00:00Z"));
        settle();
    }
    void chart_isAChartWithNamedChildren()
    {
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(m_chart);
        QCOMPARE(chart->role(), QAccessible::Chart);
        QVERIFY(chart->text(QAccessible::Name).contains(u"went from"_s));
        QVERIFY(chart->childCount() > 20);
        for (int i = 0; i < chart->childCount(); ++i) {
            QVERIFY(!chart->child(i)->text(QAccessible::Name).isEmpty());
            QCOMPARE(chart->indexOfChild(chart->child(i)), i);
            QVERIFY(!chart->child(i)->rect().isEmpty());
        }
        chart->child(3)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QVERIFY(m_chart->crosshair().has_value());
        for (const QString& name : { u"timeline.lanes"_s, u"timeline.minimap"_s }) {
            QAccessibleInterface* part = QAccessible::queryAccessibleInterface(child<QWidget>(name));
            QCOMPARE(part->role(), QAccessible::Chart);
            QVERIFY(part->childCount() > 0 && !part->text(QAccessible::Name).isEmpty());
        }
    }
    void manyServices_areThoseWhoseCostGrowsMost()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        for (int i = 0; i < 12; ++i) {
            ServiceView copy = shop.services[1]; // orders-api: flat cost
            copy.name = "flat-" + std::to_string(i);
            shop.services.push_back(copy);
        }
        ServiceView growing = shop.services[1];
        growing.name = "growing";
        for (std::size_t day = 0; day < growing.dailyCost.size(); ++day) {
            growing.dailyCost[day].cost += Decimal::fromUnits(static_cast<std::int64_t>(20 * day));
        }
        shop.services.push_back(growing);
        const ChartData top = serviceChart(shop, {});
        QCOMPARE(top.lines.size(), kTopServices);
        QCOMPARE(top.linesLeftOut, 15 - static_cast<int>(kTopServices)); // the bucket has no memory
        QVERIFY(top.bytesLeftOut.value_or(0) > 0);
        QVERIFY(std::ranges::any_of(
            top.lines, [](const ChartData::Line& line) { return line.name == u"growing working set"_s; }));
        QVERIFY2(top.sentence().contains(u"9 more services"_s), qPrintable(top.sentence()));
        const ChartData every = serviceChart(shop, {}, { ChartMemory::LiveBytes, ChartSplit::EveryService });
        QCOMPARE(every.lines.size(), std::size_t { 15 });
        QCOMPARE(every.linesLeftOut, 0);
        QCOMPARE(every.maxCost(), top.maxCost()); // the bars are of everything in both
    }
    void smallPodsOfMany_areNotDrawn()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        const ServiceView& service =
            *std::ranges::find_if(shop.services, [](const ServiceView& each) { return !each.workloads.empty(); });
        WorkloadUsage& workload = shop.workloads[service.workloads.front()];
        workload.pods.clear();
        for (std::size_t i = 0; i < kMostLines + 20; ++i) {
            PodUsage pod;
            pod.pod = "pod-" + std::to_string(i);
            pod.times = { shop.range->start, shop.range->end };
            pod.workingSetBytes = { 1000.0 + static_cast<double>(i), 500 };
            workload.pods.push_back(pod);
        }
        const ChartData chart = serviceChart(shop, service.name, { ChartMemory::WorkingSet, ChartSplit::Pod });
        QCOMPARE(chart.lines.size(), kMostLines);
        QCOMPARE(chart.lines.back().name, u"pod-20"_s);
        QCOMPARE(chart.linesLeftOut, 20);
        QVERIFY2(chart.sentence().contains(u"20 smaller lines are not drawn"_s), qPrintable(chart.sentence()));
    }
    void deploys_areNewPodTemplates()
    {
        QCOMPARE(templateHashOfPod("checkout-7d9f4c8b5-x2k4p", "checkout"), std::string_view("7d9f4c8b5"));
        QCOMPARE(templateHashOfPod("db-0", "db"), std::string_view());
        QCOMPARE(templateHashOfPod("checkout-api-7d9f4c8b5-x2k4p", "checkout"), std::string_view());
        WorkspaceAnalysis shop = *test::makeShop();
        PodUsage next = shop.workloads.front().pods.front();
        next.pod = "checkout-5c6d7f8b9-q9w2e";
        next.times.erase(next.times.begin(), next.times.begin() + 240);
        next.workingSetBytes.resize(next.times.size());
        shop.workloads.front().pods.push_back(next);
        const ChartData data = serviceChart(shop, "checkout");
        const auto deploy = std::ranges::find(data.events, EventKind::Deploy, &ChartData::Event::kind);
        QVERIFY(deploy != data.events.end());
        QCOMPARE(deploy->at, 10 * 86400.0);
    }
};

QTEST_MAIN(TimelineTest)
#include "tst_timeline.moc"
