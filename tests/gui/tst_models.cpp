// SPDX-License-Identifier: Apache-2.0
#include "app/gui/chart/chart_labels.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/chart_data.h"
#include "app/gui/viewmodel/cost_rows.h"
#include "app/gui/viewmodel/findings_model.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/viewmodel/service_colors.h"
#include "app/gui/viewmodel/sizing_text.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/delegates.h"
#include "tests/gui/fixture.h"
#include "tests/support/currency_totals.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;

class ModelsTest : public QObject {
    Q_OBJECT
private:
    static FindingsModel::StateOf allOpen()
    {
        return [](const Finding&) { return FindingState::State::Open; };
    }
private slots:
    void rows_takeTheColoursOfTheThemeThatIsOn()
    {
        Row row;
        row.cells = { textCell(u"orders-api"_s) };
        row.cells[0].textColor = &Tokens::costText;
        row.cells[0].iconColor = [](const Tokens& t) { return t.categories[3]; };
        RowModel model;
        model.setColumns({ { u"service"_s } });
        model.setRows({ row });
        for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Contrast, ThemeChoice::Light }) {
            applyTheme(theme);
            const QModelIndex cell = model.index(0, 0);
            QCOMPARE(cell.data(Qt::ForegroundRole).value<QColor>(), tokensOf(theme).costText);
            QCOMPARE(cell.data(IconColorRole).value<QColor>(), tokensOf(theme).categories[3]);
            QVERIFY(!cell.data(BarColorRole).isValid());
        }
    }
    void findings_areAValidModelAndHideWeakOnes()
    {
        FindingsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFindings(test::makeShop(), {}, allOpen());
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.weakHidden(), 1);
        QCOMPARE(model.index(0).data(FindingsModel::MoneyRole).toString(), u"$399"_s);
        QCOMPARE(model.index(0).data(BarRole).toDouble(), 1.0);
        QCOMPARE(model.index(4).data(FindingsModel::MoneyRole).toString(), u"—"_s);
    }
    void findings_filterByStateAndService()
    {
        FindingsModel model;
        const auto doneLeak = [](const Finding& f) {
            return f.id == "L-01" ? FindingState::State::Done : FindingState::State::Open;
        };
        model.setFindings(test::makeShop(), {}, doneLeak);
        QCOMPARE(model.rowOf("L-01"), -1);
        model.setFindings(test::makeShop(), { FindingFilter::Done, {}, {}, false }, doneLeak);
        QCOMPARE(model.rowCount(), 1);
        model.setFindings(test::makeShop(), { FindingFilter::All, {}, "checkout", false }, doneLeak);
        QCOMPARE(model.rowCount(), 3);
    }
    void markdown_namesMoneyBlameAndAction()
    {
        const QString text = findingMarkdown(test::makeShop()->findings.front());
        for (const QString& part :
            { u"**$399 ($340–$455)/mo, avoids growth**"_s, u"openSession  leaky.cpp:14"_s, u"1. leaky.cpp:14"_s }) {
            QVERIFY2(text.contains(part), qPrintable(text));
        }
    }
    void rows_areAValidModelAndSortUnknownLast()
    {
        RowModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setColumns({ { u"Name"_s, {}, false }, { u"$"_s, {}, true } });
        const auto row = [](const QString& name, const QVariant& value) {
            Cell money;
            money.text = value.isValid() ? value.toString() : u"—"_s;
            money.sortValue = value;
            Cell label;
            label.text = name;
            label.sortValue = name;
            return Row { name, { label, money } };
        };
        model.setRows({ row(u"a"_s, 5.0), row(u"b"_s, {}), row(u"c"_s, 50.0) });
        DataTable table(u"Rows"_s);
        table.setSource(&model);
        table.sortBy(1, Qt::DescendingOrder);
        QCOMPARE(table.tableText(), u"Name\t$\nc\t50\na\t5\nb\t—\n"_s);
        table.sortBy(1, Qt::AscendingOrder);
        QCOMPARE(table.tableText(), u"Name\t$\na\t5\nc\t50\nb\t—\n"_s);
    }
    void chart_ofAFindingShowsItsSiteAndTrend()
    {
        const auto shop = test::makeShop();
        const ChartData data = findingChart(*shop, shop->findings.front());
        QCOMPARE(data.lines.size(), std::size_t { 1 });
        QCOMPARE(data.lines.front().name, u"openSession"_s);
        QVERIFY(data.trend.has_value());
        QCOMPARE(data.costs.size(), std::size_t { 20 });
        QCOMPARE(data.costAt(3600 * 30).value_or(0), 95.0);
        QVERIFY(!data.bytesAt(0, -1));
        QVERIFY(data.sentence().contains(u"GiB"_s));
        QCOMPARE(data.tableText().count(u'\n'), 1 + 20 + 1 + 2); // the last profile has no cost, two events
    }
    void chart_ofARateOfPodsShowsThePods()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        constexpr double kMib = 1024 * 1024;
        UsageTrend trend;
        trend.isGrowing = true;
        trend.bytesPerHourPerPod = 11.5 * kMib;
        shop.services.front().trends = { trend };
        shop.findings.front().isRateOfPods = true;
        const ChartData data = findingChart(shop, shop.findings.front());
        QCOMPARE(data.lines.front().name, u"largest pod of checkout"_s);
        QCOMPARE(data.thresholds.size(), std::size_t { 2 }); // of a pod, beside a pod
        QVERIFY(data.trend.has_value());
        QCOMPARE(data.trend->label, u"▲ 11.5 MiB/h per pod, 82 % of it here"_s);
        const double hours = (data.trend->to.x() - data.trend->from.x()) / 3600;
        QVERIFY(std::abs((data.trend->to.y() - data.trend->from.y()) / hours - 11.5 * kMib) < 1);
        QVERIFY2(hours < 340, "one run between restarts, not the whole time");
    }
    void chart_isNotSquashedByThresholdsFarAbove()
    {
        ChartData data;
        data.lines.emplace_back().points = { { 0, 1e6 }, { 10, 1e7 } };
        data.thresholds = { { 2e7, u"request"_s }, { 8e9, u"limit"_s } };
        QCOMPARE(data.maxBytes(), 2e7);
        data.areThresholdsTheProof = true;
        QCOMPARE(data.maxBytes(), 8e9);
        data.lines.clear(); // nothing to squash
        data.areThresholdsTheProof = false;
        QCOMPARE(data.maxBytes(), 8e9);
    }
    void chart_ofAWorkingSetHasTheRequestsOfAllPods()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        shop.services.front().workloads = { 0, 1 };
        std::vector<double>& requests = shop.workloads[1].requestBytes;
        std::fill(requests.begin() + 240, requests.end(), 0.0); // half of the pods go after ten days
        requests[100] = 0; // a lost scrape
        const ChartData data = serviceChart(shop, "checkout", { ChartMemory::WorkingSet, ChartSplit::Service });
        QCOMPARE(data.thresholds.size(), std::size_t { 2 });
        const ChartData::Threshold& request = data.thresholds.back();
        constexpr double kGib = 1024.0 * 1024 * 1024;
        QCOMPARE(request.bytes, 12 * kGib);
        QCOMPARE(request.label, u"request, all pods, at most 12.0 GiB"_s);
        QCOMPARE(request.steps.at(0), QPointF(0, 12 * kGib));
        QCOMPARE(request.steps.at(1), QPointF(10 * 86400, 6 * kGib));
        QCOMPARE(request.steps.size(), 3); // and its end
    }
    void labels_takeTheFirstPlaceThatIsFree()
    {
        const ChartLabel first { u"a"_s, {}, {}, { QRectF(0, 0, 50, 10) } };
        const ChartLabel second { u"b"_s, {}, {}, { QRectF(40, 0, 50, 10), QRectF(40, 12, 50, 10) } };
        const ChartLabel third { u"c"_s, {}, {}, { QRectF(20, 5, 50, 10) } };
        const std::vector<QRectF> places = placeLabels({ first, second, third });
        QCOMPARE(places[0], first.places[0]);
        QCOMPARE(places[1], second.places[1]);
        QVERIFY(places[2].isNull());
    }
    void services_haveOneColourInAllViews()
    {
        const auto shop = test::makeShop();
        const auto colors = serviceColorSlots(*shop);
        QCOMPARE(colors.size(), std::size_t { 2 }); // a bucket is no service
        QVERIFY(colors.at("checkout") != colors.at("orders-api"));
        const ChartData data = serviceChart(*shop, {});
        for (const ChartData::Line& line : data.lines) {
            QCOMPARE(line.colorSlot, std::optional(colors.at(toUtf8(line.shortName))));
        }
        WorkspaceAnalysis turned = *shop;
        std::swap(turned.services[0], turned.services[1]); // another one costs most
        QVERIFY(serviceColorSlots(turned) == colors);
    }
    void names_keepTheirLastPart()
    {
        const QFontMetrics metrics { monoFont() };
        const auto in = [&metrics](const QString& name, int letters) {
            return elidedName(metrics, name, metrics.horizontalAdvance(QString(letters, u'm')));
        };
        QCOMPARE(in(u"main.(*SessionStore).Touch  main.go:40"_s, 40), u"main.(*SessionStore).Touch  main.go:40"_s);
        const QString withPlace = in(u"main.(*SessionStore).Touch  main.go:40"_s, 25);
        QVERIFY2(withPlace.startsWith(u"main"_s) && withPlace.endsWith(u"…Touch  main.go:40"_s), qPrintable(withPlace));
        const QString withoutPlace = in(u"main.(*SessionStore).Touch  main.go:40"_s, 11);
        QVERIFY2(withoutPlace.startsWith(u"ma"_s) && withoutPlace.endsWith(u"…Touch"_s), qPrintable(withoutPlace));
        QVERIFY(in(u"main.startWatcher.func1"_s, 21).endsWith(u"…startWatcher.func1"_s));
        QVERIFY(in(u"shop::Pool<int, std::less<int>>::open(int)"_s, 14).endsWith(u"…open(int)"_s));
        QVERIFY(in(u"renderEverything"_s, 8).size() <= 8);
    }
    void chart_ofARequestShowsTheLargestPodAndTheAdvice()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        SizingAdvice advice;
        advice.recommendedRequestBytes = 2.5 * 1024 * 1024 * 1024;
        shop.services[1].sizing.push_back(advice);
        const ChartData data = findingChart(shop, *shop.finding("O-01"));
        QCOMPARE(data.lines.front().name, u"largest pod of orders-api"_s);
        QCOMPARE(data.thresholds.back().label, u"recommended 2.50 GiB / pod"_s);
        QVERIFY(data.thresholds.size() >= 2);
    }
    void chart_ofARequestIsOfTheContainerOfTheFinding()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        constexpr double kGib = 1024.0 * 1024 * 1024;
        WorkloadUsage sidecar = shop.workloads[1];
        sidecar.container = "istio-proxy";
        for (double& bytes : sidecar.pods.front().workingSetBytes) {
            bytes = 0.25 * kGib;
        }
        sidecar.pods.front().requestBytes = 1 * kGib;
        sidecar.pods.front().limitBytes = 3 * kGib;
        shop.workloads.push_back(sidecar);
        ServiceView& orders = shop.services[1];
        orders.workloads = { 1, 2 };
        orders.sizing.resize(2);
        orders.sizing[0].recommendedRequestBytes = 2.5 * kGib;
        orders.sizing[1].recommendedRequestBytes = 0.5 * kGib;
        Finding finding = *shop.finding("O-01");
        finding.workload = 2;
        const ChartData data = findingChart(shop, finding);
        QCOMPARE(data.lines.front().name, u"largest pod of orders-api/istio-proxy"_s);
        QCOMPARE(data.lines.front().points.front().y(), 0.25 * kGib);
        QCOMPARE(data.thresholds.back().label, u"recommended 512 MiB / pod"_s);
        QCOMPARE(data.thresholds.front().label, u"limit 3.00 GiB / pod"_s);
        finding.workload = 1;
        QCOMPARE(findingChart(shop, finding).thresholds.back().label, u"recommended 2.50 GiB / pod"_s);
    }
    void chart_sumsWorkloadsByRound()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        WorkloadUsage sidecar = shop.workloads[1];
        for (Instant& time : sidecar.times) {
            time = time + Span::seconds(17); // scraped a little later: another origin of its rounds
        }
        std::ranges::fill(sidecar.workingSetBytes, 1000.0);
        shop.workloads.push_back(sidecar);
        shop.services[1].workloads = { 1, 2 };
        const ChartData data = serviceChart(shop, "orders-api", {});
        QCOMPARE(data.lines.front().points.size(), static_cast<qsizetype>(shop.workloads[1].times.size()));
        QCOMPARE(data.lines.front().points[7].y(), shop.workloads[1].workingSetBytes[7] + 1000.0);
    }
    void sizing_textNamesWhatMadeThePods()
    {
        SizingAdvice advice;
        advice.ns = "shop";
        advice.workload = "db";
        advice.container = "app";
        QCOMPARE(kubectlCommand(advice), QString());
        QCOMPARE(yamlPatch(advice), QString());
        advice.recommendedRequestBytes = 1024.0 * 1024 * 1024;
        QCOMPARE(
            kubectlCommand(advice), u"kubectl -n shop set resources <kind>/db -c app --requests=memory=1024Mi\n"_s);
        QVERIFY(yamlPatch(advice).startsWith(u"# for <kind>/db: "_s));
        advice.recommendedLimitBytes = 1.5 * 1024 * 1024 * 1024;
        advice.ownerKind = "statefulset";
        QCOMPARE(kubectlCommand(advice),
            u"kubectl -n shop set resources statefulset/db -c app --requests=memory=1024Mi --limits=memory=1536Mi\n"_s);
        QCOMPARE(yamlPatch(advice),
            u"spec:\n  template:\n    spec:\n      containers:\n        - name: app\n          resources:\n"
            "            requests:\n              memory: 1024Mi\n            limits:\n              memory: 1536Mi\n"_s);
        advice.ownerKind = "cronjob";
        advice.recommendedLimitBytes.reset();
        QCOMPARE(yamlPatch(advice),
            u"spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n"
            "            - name: app\n              resources:\n                requests:\n"
            "                  memory: 1024Mi\n"_s);
        advice.ns.clear();
        QVERIFY(kubectlCommand(advice).startsWith(u"kubectl set resources cronjob/db"_s));
    }
    void chart_ofARecordingWithoutACalendarCountsFromItsStart()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        GrowthReport& growth = *shop.services.front().growth;
        for (std::size_t i = 0; i < growth.times.size(); ++i) {
            growth.times[i] = Instant { Span::seconds(static_cast<std::int64_t>(i)).ns };
        }
        const ChartData data = findingChart(shop, shop.findings.front());
        QVERIFY(data.isRelative);
        QCOMPARE(data.lines.front().points.back().x(), 10.0);
        QCOMPARE(data.timeLabel(2.5), u"2.5 s after the start"_s);
    }
    void chart_costSlopeNeedsThreeWholeDays()
    {
        const auto shop = test::makeShop();
        const ChartData data = costChart(*shop, "checkout");
        QCOMPARE(data.costSlope({}).value_or(0), 5.0);
        QVERIFY(!data.costSlope(TimeRange { data.range.start, data.range.start + Span::days(2) }));
        QVERIFY(!costChart(*shop, "nobody").costSlope({}));
    }
    /// orders-api is billed in yen, the rest in dollars.
    static WorkspaceAnalysis mixedShop()
    {
        WorkspaceAnalysis shop = *test::makeShop();
        ServiceView& orders = shop.services[1];
        orders.currency = "JPY";
        orders.otherCosts["USD"] = Decimal::fromUnits(3);
        orders.price->currency = "JPY";
        shop.totals = {};
        shop.totals.byCurrency = { test::currencyTotals("USD", 960, Decimal::fromUnits(4000), Decimal::fromUnits(6000),
                                       Decimal::fromUnits(900)),
            test::currencyTotals("JPY", 480, orders.totalCost, Decimal::fromUnits(70000)) };
        shop.totals.byCurrency[0].recoverablePerMonth.savesNow = Decimal::fromUnits(101);
        shop.totals.byCurrency[1].recoverablePerMonth.freesCapacity = Decimal::fromUnits(393);
        for (Finding& finding : shop.findings) {
            if (finding.costPerMonth && finding.service == "orders-api") {
                finding.costPerMonth->currency = "JPY";
            }
        }
        return shop;
    }
    void currencies_areNeverAddedOrCompared()
    {
        const WorkspaceAnalysis shop = mixedShop();
        const auto billed = [](const CurrencyTotals& total) { return total.billedPerMonth; };
        const auto memory = [](const CurrencyTotals& total) { return total.memoryPerMonth; };
        QCOMPARE(moneyOfEach(shop.totals, billed, true),
            moneyPerMonthText(Decimal::fromUnits(6000), "USD") + u" · "_s
                + moneyPerMonthText(Decimal::fromUnits(70000), "JPY"));
        QCOMPARE(moneyOfEach(shop.totals, memory, false), u"$900"_s); // not known for the other one
        QVERIFY(moneyOfEach({}, memory, false).isEmpty());

        const auto costs = serviceCosts(shop, {});
        QCOMPARE(costs.size(), std::size_t { 3 });
        QCOMPARE(costs[0].view->name, "checkout");
        QCOMPARE(costs[1].view->name, "orders-api");
        const auto sums = sumsByCurrency(shop, costs);
        QCOMPARE(sums.size(), std::size_t { 2 });
        QCOMPARE(sums[0].first, "USD");
        QVERIFY(sums[0].second == shop.services[0].totalCost + shop.services[2].totalCost);
        QCOMPARE(sums[1].first, "JPY");
        QVERIFY(sums[1].second == shop.services[1].totalCost);

        const Row dollars = serviceCostRow(shop, costs[0], sums[0].second, {});
        const Row yen = serviceCostRow(shop, costs[1], sums[1].second, {});
        QCOMPARE(yen.cells[1].text, moneyText(costs[1].total, "JPY") + u" and $3.00"_s);
        QVERIFY2(yen.cells[1].toolTip.contains(u"JPY"_s), qPrintable(yen.cells[1].toolTip));
        QCOMPARE(yen.cells[2].text, moneyPerMonthText(costs[1].view->costPerMonth, "JPY"));
        QCOMPARE(yen.cells[3].text, percentText(1)); // all that is billed in yen
        QVERIFY(dollars.cells[1].sortValue.toDouble() > yen.cells[1].sortValue.toDouble());
        QVERIFY(moneySortValue(Decimal::fromUnits(1), 0) > moneySortValue(Decimal::fromUnits(1'000'000), 1));
        QVERIFY(moneySortValue(Decimal::fromUnits(2), 1) > moneySortValue(Decimal::fromUnits(1), 1));
    }
    void currencies_ofFindingsHaveBarsOfTheirOwn()
    {
        FindingsModel model;
        const auto shop = std::make_shared<const WorkspaceAnalysis>(mixedShop());
        model.setFindings(shop, {}, allOpen());
        const QModelIndex yen = model.index(model.rowOf("O-01"));
        QCOMPARE(yen.data(FindingsModel::MoneyRole).toString(),
            moneyText(shop->finding("O-01")->costPerMonth->amount, "JPY"));
        QCOMPARE(yen.data(BarRole).toDouble(), 1.0); // the most in yen, whatever the dollars are
        QCOMPARE(model.index(model.rowOf("L-01")).data(BarRole).toDouble(), 1.0);
        QVERIFY(model.index(model.rowOf("L-01")).data(SortRole).toDouble() > yen.data(SortRole).toDouble());
    }
    void currencies_ofChartsAreThoseOfTheirService()
    {
        const WorkspaceAnalysis shop = mixedShop();
        QCOMPARE(costChart(shop, "orders-api").currency, "JPY");
        QCOMPARE(serviceChart(shop, "orders-api").currency, "JPY");
        QCOMPARE(serviceChart(shop, "checkout").currency, "USD");
        const ChartData all = serviceChart(shop, {});
        QCOMPARE(all.currency, "USD"); // only what is in it: checkout and the bucket
        QCOMPARE(all.costs.front().perDay, 90.0 + 39.0);
    }
    void tokens_areReadable_data()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << int(ThemeChoice::Light);
        QTest::newRow("dark") << int(ThemeChoice::Dark);
        QTest::newRow("contrast") << int(ThemeChoice::Contrast);
    }
    void tokens_areReadable()
    {
        QFETCH(int, theme);
        const Tokens& t = tokensOf(static_cast<ThemeChoice>(theme));
        for (const QColor& back : { t.background, t.surface, t.raised }) {
            for (const QColor& text : { t.text, t.muted, t.link, t.costText, t.memory, t.high, t.medium, t.ok }) {
                QVERIFY2(contrastRatio(back, text) >= 4.5,
                    qPrintable(back.name() + u' ' + text.name() + u' ' + QString::number(contrastRatio(back, text))));
            }
            QVERIFY(contrastRatio(back, t.outline) >= 3);
        }
        QVERIFY(contrastRatio(t.selection, t.text) >= 4.5);
        for (const QColor& fill : t.flame) {
            QVERIFY(contrastRatio(fill, labelOn(fill)) >= 4.5);
        }
    }
};

QTEST_MAIN(ModelsTest)
#include "tst_models.moc"
