// SPDX-License-Identifier: Apache-2.0
// The main ways of use of every view, one by one; what holds for all of them alike: tst_view_states.cpp.
#include "app/gui/actions.h"
#include "app/gui/chart/chart_accessible.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/text.h"
#include "app/gui/view/cost_bars.h"
#include "app/gui/viewmodel/roles.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/total_row.h"
#include "app/gui/workspace_controller.h"
#include "tests/gui/window_test.h"
#include "tests/support/made_bill.h"

#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;

class ViewsTest : public test::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        installFlameAccessibility();
        installChartAccessibility();
    }
    void init()
    {
        openWindow([](const AnalysisOptions& options) { return test::makeShop(options); });
    }
    void cleanup()
    {
        m_window->controller().discardAutosave();
        m_window.reset();
    }

    void costTotals_areExactPerCurrency()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        Decimal dollars;
        for (const ServiceView& service : shop.services) {
            for (const DailyCost& day : service.dailyCost) {
                dollars += day.cost;
            }
        }
        shop.services[1].otherCosts["EUR"] = Decimal::parse("1234.567890123")->value;
        for (ServiceView& service : shop.services) {
            service.currency = "USD";
        }
        shop.totals.currency.clear();
        CurrencyTotals usd;
        usd.currency = "USD";
        usd.billed = dollars;
        CurrencyTotals eur;
        eur.currency = "EUR";
        eur.billed = Decimal::parse("1234.567890123")->value;
        shop.totals.byCurrency = { usd, eur };
        page(ViewId::Cost)->setAnalysis(std::make_shared<const WorkspaceAnalysis>(shop));
        m_window->selection().setView(ViewId::Cost);
        const QString totals = child<TotalRow>(u"cost.totals"_s)->text();
        const QStringList lines = totals.split(u'\n', Qt::SkipEmptyParts);
        // orders-api is billed in dollars, and a little in euros; no service is mostly in euros.
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines[0].startsWith(u"Total, USD"_s), qPrintable(totals));
        const QLabel* summary = child<QLabel>(u"cost.summary"_s);
        QVERIFY2(
            summary->toolTip().contains(toQString(dollars.toString()) + u" USD"_s), qPrintable(summary->toolTip()));
        QVERIFY2(summary->text().contains(u"in 20 d"_s), qPrintable(summary->text()));
    }
    void narrowTables_giveUpWhatIsLeastNeeded()
    {
        loadShop();
        go(ViewId::Cost);
        auto* table = child<DataTable>(u"cost.table"_s);
        const auto hidden = [table] {
            int count = 0;
            for (int column = 0; column < table->model()->columnCount(); ++column) {
                count += table->isColumnHidden(column) ? 1 : 0;
            }
            return count;
        };
        QCOMPARE(hidden(), 0);
        m_window->resize(720, 640);
        QTRY_VERIFY(hidden() > 0);
        QVERIFY2(!table->isColumnHidden(0) && !table->isColumnHidden(1), "service and money stay");
        int used = 0;
        for (int column = 0; column < table->model()->columnCount(); ++column) {
            used += table->columnWidth(column);
        }
        QVERIFY2(used <= table->viewport()->width(), qPrintable(QString::number(used)));
        m_window->resize(1440, 900);
        QTRY_COMPARE(hidden(), 0);
    }
    void frameOfTheLens_comesAndGoesWithItsChip()
    {
        loadShop();
        for (const auto& [view, name] :
            { std::pair(ViewId::Sites, u"sites.filter"_s), { ViewId::Flame, u"flame.search"_s } }) {
            go(view);
            auto* field = child<QLineEdit>(name, page(view));
            Lens lens = m_window->selection().lens();
            lens.frame = "openSession";
            m_window->selection().setLens(lens);
            QTRY_COMPARE(field->text(), u"openSession"_s);
            field->setText(u"typed"_s);
            lens.range = TimeRange { startOfDay(20000), startOfDay(20900) };
            m_window->selection().setLens(lens);
            QTest::qWait(300); // for the new range
            QCOMPARE(field->text(), u"typed"_s);
            lens.frame.clear();
            lens.range.reset();
            m_window->selection().setLens(lens);
            QTRY_COMPARE(field->text(), QString());
        }
        go(ViewId::Sites);
        QTRY_VERIFY(page(ViewId::Sites)->tableText().contains(u"openSession"_s));
    }
    void flame_metricZoomAndBack()
    {
        loadShop();
        go(ViewId::Flame);
        auto* flame = page(ViewId::Flame)->findChild<FlameView*>();
        QTRY_VERIFY(flame->tree() != nullptr);
        flame->setFocus();
        QTest::keyClick(flame, Qt::Key_1);
        QCOMPARE(m_window->selection().lens().metric, LensMetric::LiveBytes);
        settle();
        const FlameBox box = flame->layoutBoxes().boxes[3];
        QTest::mouseDClick(flame->viewport(), Qt::LeftButton, {}, flame->boxRect(box).center().toPoint());
        QCOMPARE(flame->zoomNode(), box.node);
        QTest::keyClick(flame, Qt::Key_Backspace);
        QVERIFY(flame->zoomNode() != box.node);
        QTest::keyClick(flame, Qt::Key_R);
        QCOMPARE(flame->zoomNode(), 0U);
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(flame);
        QCOMPARE(chart->role(), QAccessible::Chart);
        QVERIFY(chart->childCount() > 3 && !chart->child(2)->text(QAccessible::Name).isEmpty());
    }
    void sites_openInTheFlameGraph()
    {
        loadShop();
        go(ViewId::Sites);
        auto* table = child<DataTable>(u"sites.table"_s, page(ViewId::Sites));
        QTRY_VERIFY(table->shownRows() > 1);
        table->selectKey(table->model()->index(0, 0).data(KeyRole).toString());
        QVERIFY2(table->currentKey().startsWith(u"openSession"_s), "most money first");
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(m_window->selection().view(), ViewId::Flame);
        QCOMPARE(m_window->selection().lens().frame, std::string("openSession"));
    }
    void sites_sayWhatTheirFindingSays()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        Attribution& attribution = shop.services.front().attribution;
        attribution.isValid = true;
        attribution.memoryCost = Decimal::fromUnits(100);
        attribution.sitesCost = Decimal::fromUnits(30);
        attribution.nonHeapCost = Decimal::fromUnits(20);
        attribution.headroomCost = Decimal::fromUnits(50);
        shop.services.front().memoryCostPerMonth = Decimal::fromUnits(200);
        loadShop();
        page(ViewId::Sites)->setAnalysis(std::make_shared<const WorkspaceAnalysis>(shop));
        go(ViewId::Sites);
        auto* table = child<DataTable>(u"sites.table"_s, page(ViewId::Sites));
        QTRY_VERIFY(table->shownRows() > 1);
        const QModelIndex finding = table->model()->index(0, 10);
        QCOMPARE(finding.data().toString(), u"L-01 $399/mo"_s);
        QCOMPARE(child<QLabel>(u"sites.split"_s, page(ViewId::Sites))->text(),
            u"Memory $200/mo = sites $60.00 + other memory in use $40.00 + headroom $100 + rounding $0"_s);
        emit table->clicked(finding);
        QCOMPARE(m_window->selection().view(), ViewId::Findings);
        QCOMPARE(m_window->selection().place().finding, std::string("L-01"));
    }
    void flame_tellsBytesAndMoneyOfAFrame()
    {
        loadShop();
        go(ViewId::Flame);
        auto* flame = page(ViewId::Flame)->findChild<FlameView*>();
        QTRY_VERIFY(flame->tree() != nullptr);
        const QString money = flame->boxText(flame->layoutBoxes().boxes[1]);
        QVERIFY2(money.contains(u"/mo"_s) && money.contains(u"GiB live"_s), qPrintable(money));
        flame->setFocus();
        QTest::keyClick(flame, Qt::Key_1);
        settle();
        const QString bytes = flame->boxText(flame->layoutBoxes().boxes[1]);
        QVERIFY2(bytes.contains(u"GiB"_s) && bytes.contains(u"/mo if kept"_s), qPrintable(bytes));
    }
    void cost_showsTheBillRowsOfAService()
    {
        test::MadeCharge machine;
        machine.service = "shop";
        machine.currency = "USD";
        machine.description = "large machine";
        machine.resource = "i-2";
        machine.cost = 40;
        test::MadeCharge other = machine;
        other.service = "other";
        const auto bill = analyzeWorkspace({ test::madeBill({ machine, other }) }, {}, {});
        QVERIFY(bill.ok());
        page(ViewId::Cost)->setAnalysis(bill.value());
        m_window->selection().setView(ViewId::Cost);
        auto* rows = child<DataTable>(u"cost.rowsTable"_s);
        const auto* heading = child<QLabel>(u"cost.rowsHeading"_s);
        QCOMPARE(rows->shownRows(), 0);
        const auto* hint = child<QLabel>(u"cost.hint"_s);
        QCOMPARE(hint->text(), u"Select a service to see its bill rows."_s);
        QVERIFY(hint->isVisible() && !heading->isVisible()); // the table has the room
        child<DataTable>(u"cost.table"_s)->selectKey(u"shop"_s);
        QVERIFY(!hint->isVisible() && heading->isVisible());
        QTRY_COMPARE(rows->shownRows(), 1);
        QVERIFY2(heading->text().startsWith(u"Bill rows of shop: 1, $40.00 in all"_s), qPrintable(heading->text()));
        for (const QString& part : { u"large machine"_s, u"i-2"_s, u"$40.00"_s, u"tag"_s }) {
            QVERIFY2(rows->tableText().contains(part), qPrintable(rows->tableText()));
        }
    }
    void cost_barsTableAndTwinAgree()
    {
        loadShop();
        go(ViewId::Cost);
        auto* bars = child<CostBars>(u"cost.bars"_s);
        child<QComboBox>(u"cost.grain"_s)->setCurrentIndex(2);
        QCOMPARE(bars->table().size(), std::size_t { 2 });
        double checkout = 0;
        const qsizetype column = bars->table().front().indexOf(u"checkout, USD"_s);
        QVERIFY(column > 0);
        checkout = bars->table()[1][column].toDouble();
        auto* table = child<DataTable>(u"cost.table"_s);
        table->selectKey(u"checkout"_s);
        QCOMPARE(table->currentIndex().siblingAtColumn(1).data(SortRole).toDouble(), checkout);
        m_window->actions().action(u"cost.chartTable"_s)->trigger();
        QVERIFY(!bars->isVisible());
        m_window->actions().action(u"cost.chartTable"_s)->trigger();
        QVERIFY(bars->isVisible());
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(bars);
        QCOMPARE(chart->role(), QAccessible::Chart);
        QCOMPARE(chart->childCount(), 3);
    }
    void rightsizing_copiesThePatchAndLeadsToTheLeak()
    {
        loadShop();
        go(ViewId::Rightsizing);
        auto* table = child<DataTable>(u"rightsizing.table"_s);
        QCOMPARE(table->shownRows(), 1); // the fixture gives advice to checkout only, which leaks
        QVERIFY(!child<QAbstractButton>(u"rightsizing.yaml"_s)->isEnabled());
        QTest::mouseClick(child<QAbstractButton>(u"rightsizing.leak"_s), Qt::LeftButton);
        QCOMPARE(m_window->selection().view(), ViewId::Findings);
        QCOMPARE(m_window->selection().place().finding, std::string("L-01"));
    }
    void rightsizing_showsTheSavingOfTheAdvice()
    {
        cleanup();
        openWindow([](const AnalysisOptions& options) {
            WorkspaceAnalysis shop = *test::makeShop(options);
            SizingAdvice& advice = shop.services.front().sizing.front();
            advice.blockedBy = SizingBlock::None;
            advice.recommendedRequestBytes = 2.5 * 1024 * 1024 * 1024;
            const Decimal amount = Decimal::fromUnits(188);
            advice.saving = CostPerMonth { amount, amount, amount, "USD", SavingKind::SavesNow };
            advice.savingFormula = "capped at its part of the service's memory cost";
            advice.ownerKind = "deployment";
            return std::make_shared<const WorkspaceAnalysis>(std::move(shop));
        });
        loadShop();
        go(ViewId::Rightsizing);
        auto* table = child<DataTable>(u"rightsizing.table"_s);
        QVERIFY2(table->tableText().contains(u"188"_s), qPrintable(table->tableText()));
        QVERIFY(table->model()->index(0, 7).data(Qt::ToolTipRole).toString().contains(u"capped at its part"_s));
        QTest::mouseClick(child<QAbstractButton>(u"rightsizing.kubectl"_s), Qt::LeftButton);
        QVERIFY(
            QGuiApplication::clipboard()->text().contains(u" deployment/checkout -c app --requests=memory=2560Mi"_s));
    }
    void rightsizing_policyIsAnEditThatCanBeUndone()
    {
        loadShop();
        go(ViewId::Rightsizing);
        const SizingPolicy before = m_window->controller().options().sizing.policy;
        auto* policy = child<QComboBox>(u"rightsizing.policy"_s);
        const int other = policy->currentIndex() == 0 ? 1 : 0;
        policy->setCurrentIndex(other);
        emit policy->activated(other);
        settle();
        QVERIFY(m_window->controller().options().sizing.policy != before);
        m_window->actions().action(u"edit.undo"_s)->trigger();
        settle();
        QCOMPARE(m_window->controller().options().sizing.policy, before);
        QCOMPARE(policy->currentIndex(), static_cast<int>(before));
    }
    void sources_assignAProfileAndUndo()
    {
        loadShop();
        go(ViewId::Sources);
        auto* files = child<DataTable>(u"sources.files"_s);
        QCOMPARE(files->shownRows(), 11);
        const QString path = u"profiles/checkout/heap.3.pb.gz"_s;
        files->selectKey(path);
        child<QComboBox>(u"sources.fileService"_s)->setEditText(u"orders-api"_s);
        QTest::mouseClick(child<QAbstractButton>(u"sources.assignFile"_s), Qt::LeftButton);
        const auto& services = m_window->controller().options().serviceOfPath;
        QCOMPARE(services.at(toUtf8(path)), std::string("orders-api"));
        m_window->actions().action(u"edit.undo"_s)->trigger();
        QVERIFY(services.empty());
        settle();
    }
};

QTEST_MAIN(ViewsTest)
#include "tst_views.moc"
