// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/cost_page.h"

#include "app/gui/actions.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/bill_rows_pane.h"
#include "app/gui/view/cost_bars.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cost_rows.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/viewmodel/service_colors.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/widget/table_twin.h"
#include "app/gui/widget/total_row.h"
#include "core/analysis/workspace_analysis.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTotalColumn = 1;

/// First day of the period a day lies in, as text: also the axis label.
QString periodOf(std::int64_t day, CostPage::Grain grain)
{
    const Instant start = startOfDay(day);
    if (grain == CostPage::Grain::Month) {
        return toQString(toIsoMonth(start));
    }
    if (grain == CostPage::Grain::Week) {
        const std::int64_t sinceMonday = ((day + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday
        return toQString(toIsoDate(startOfDay(day - sinceMonday)));
    }
    return toQString(toIsoDate(start));
}

/// The colour that a service has in every view; buckets and services beyond those colours are grey.
TokenColor colorOf(const std::map<std::string, std::size_t>& colors, const ServiceView& service)
{
    const auto slot = colors.find(service.name);
    return service.isBucket ? TokenColor(&Tokens::muted)
                            : serviceColor(slot == colors.end() ? std::nullopt : std::optional(slot->second));
}

/// Days of the bill in the range.
int daysIn(const std::vector<ServiceCost>& costs, const std::optional<TimeRange>& range)
{
    std::set<std::int64_t> days;
    for (const ServiceCost& cost : costs) {
        for (const DailyCost& day : cost.view->dailyCost) {
            if (isDayIn(day.day, range)) {
                days.insert(day.day);
            }
        }
    }
    return static_cast<int>(days.size());
}

} // namespace

CostPage::CostPage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Cost, context, parent)
    , m_grain(new QComboBox(this))
    , m_summary(new QLabel(this))
    , m_bars(new CostBars(this))
    , m_twin(new TableTwin(
          m_bars, tr("Cost by service and period"), [this] { return m_bars->table(); }, this))
    , m_table(new DataTable(tr("Cost by service"), this))
    , m_totalRow(new TotalRow(*m_table, this))
    , m_model(new RowModel(this))
    , m_rows(new BillRowsPane(context, this))
    , m_hint(new QLabel(tr("Select a service to see its bill rows."), this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_partial(new PartialChip(this))
{
    m_grain->addItems({ tr("Day"), tr("Week"), tr("Month") });
    m_grain->setObjectName(u"cost.grain"_s);
    m_grain->setAccessibleName(tr("Period of the bars"));
    m_table->setObjectName(u"cost.table"_s);
    showColumns(0);
    m_table->setSource(m_model);
    constexpr int kServiceName = 140;
    m_table->setDispensable({ 6, 7, 4 }, kServiceName); // evidence, rows, sparkline
    m_totalRow->setObjectName(u"cost.totals"_s);
    auto* const content = new QWidget(this);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(1));
    bar->addWidget(m_grain);
    bar->addWidget(m_summary, 1);
    bar->addWidget(m_partial);
    m_summary->setObjectName(u"cost.summary"_s);
    auto* const split = new QSplitter(Qt::Vertical, content);
    split->setObjectName(u"cost.splitter"_s);
    split->addWidget(m_twin);
    auto* const tableAndTotal = new QWidget(split);
    auto* const below = new QVBoxLayout(tableAndTotal);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(0);
    below->addWidget(m_table, 1);
    below->addWidget(m_totalRow);
    split->addWidget(tableAndTotal);
    split->addWidget(m_rows);
    split->setSizes({ 230, 300, 230 });
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    auto* const inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addLayout(bar);
    inner->addWidget(split, 1);
    m_hint->setObjectName(u"cost.hint"_s);
    m_hint->setProperty("role", u"muted"_s);
    m_hint->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    inner->addWidget(m_hint);
    m_rows->hide();
    m_stack->addWidget(content);
    m_stack->addWidget(m_empty);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_grain, &QComboBox::currentIndexChanged, this, &CostPage::fillBars);
    connect(m_table, &DataTable::keySelected, this, &CostPage::selectService);
    connect(m_table, &DataTable::keyOpened, this, &CostPage::openService);
    connect(m_bars, &CostBars::bandClicked, this, [this](const QString& name) {
        m_bars->setHighlighted(name);
        m_table->selectKey(name);
    });
    context.actions.addFor(this,
        { u"cost.chartTable"_s, {}, tr("Cost: chart as table"), tr("The numbers of the chart, and back"), u"table"_s,
            { QKeySequence(Qt::CTRL | Qt::Key_T) } },
        [this] { m_twin->toggle(); });
}

void CostPage::refresh(Changes /*changes*/)
{
    const auto costs = analysis() ? serviceCosts(*analysis(), lens().range) : std::vector<ServiceCost> {};
    m_partial->setAnalysis(analysis().get(), {});
    if (costs.empty()) {
        m_empty->setContent(nothingToShow(context(), u"view-cost"_s,
            tr("No bill yet. Import a FOCUS export or an AWS Cost and Usage Report to see what each service costs.")));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    if (lens().range && std::ranges::all_of(costs, [](const ServiceCost& cost) { return cost.total.isZero(); })) {
        m_empty->setContent(
            noMatch(tr("The bill has no cost in %1.").arg(rangeText(*lens().range)), tr("Show the whole time"), [this] {
                Lens whole = lens();
                whole.range.reset();
                context().selection.setLens(whole);
            }));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentIndex(0);
    m_isFilling = true;
    fillTable();
    m_isFilling = false;
    fillBars();
    m_twin->refresh();
    const std::string& wanted = lens().service.empty() ? m_selected : lens().service;
    m_table->selectKey(toQString(wanted)); // filling the table forgot it
    selectService(m_table->currentKey());
    // Once the table has its height: a link that leads to a row leads to where it is seen.
    QTimer::singleShot(0, m_table, [this] { m_table->scrollTo(m_table->currentIndex()); });
}

/// The row of the table, its band, and the rows of the bill behind it.
void CostPage::selectService(const QString& key)
{
    if (m_isFilling) {
        return;
    }
    m_selected = toUtf8(key);
    m_bars->setHighlighted(m_merged.contains(m_selected) ? tr("other services") : key);
    m_rows->setVisible(!m_selected.empty()); // until then the table has the room
    m_hint->setVisible(m_selected.empty());
    m_rows->show(analysis(), m_selected, lens().range);
}

void CostPage::release()
{
    m_selected.clear();
    m_rows->show({}, {}, {});
}

/// The cost of so many days stands in the second column: an amount without its time says nothing.
void CostPage::showColumns(int days)
{
    m_model->setColumns({ { tr("Service"), tr("By rule, tag or name; buckets hold what could not be assigned") },
        { days > 0 ? tr("Total (%1 d)").arg(days) : tr("Total"), tr("In the range of the lens"), true },
        { tr("per month"), tr("At the average of the bill"), true }, { tr("Share"), tr("Of the bill"), true },
        { tr("Per day"), tr("Daily cost, from zero") },
        { tr("Memory"), tr("Memory's part of the cost, per month"), true },
        { tr("Matched by"), tr("Weakest evidence behind the assignment of its rows") },
        { tr("Bill rows"), tr("Of the bill"), true } });
}

void CostPage::fillTable()
{
    const std::vector<ServiceCost> costs = serviceCosts(*analysis(), lens().range);
    const auto sums = sumsByCurrency(*analysis(), costs);
    const std::map<std::string, std::size_t> colors = serviceColorSlots(*analysis());
    std::vector<Row> rows;
    for (const ServiceCost& cost : costs) {
        const auto whole = std::ranges::find(sums, cost.view->currency, &std::pair<std::string, Decimal>::first);
        rows.push_back(serviceCostRow(
            *analysis(), cost, whole == sums.end() ? Decimal {} : whole->second, colorOf(colors, *cost.view)));
    }
    const int days = daysIn(costs, lens().range);
    showColumns(days);
    m_model->setRows(std::move(rows));
    std::vector<std::vector<Cell>> totals;
    totals.reserve(sums.size());
    for (const auto& [currency, sum] : sums) {
        totals.push_back(totalCostCells(*analysis(), costs, currency, sum));
    }
    m_totalRow->setLines(std::move(totals));
    m_table->fitColumns(0, m_totalRow->columnWidths());
    m_table->sortBy(kTotalColumn, Qt::DescendingOrder);
    showSummary(sums, static_cast<int>(costs.size()), days);
}

void CostPage::showSummary(const std::vector<std::pair<std::string, Decimal>>& sums, int rows, int days)
{
    QStringList shown;
    QStringList exact;
    for (const auto& [currency, sum] : sums) {
        shown << u"<b>"_s + moneyText(sum, currency) + u"</b>"_s;
        exact << toQString(sum.toString()) + u' ' + toQString(currency);
    }
    QString text = tr("%1 %2 in %3 d over %n service(s) and buckets", nullptr, rows)
                       .arg(shown.join(u" · "_s), basisTitle(analysis()->options.basis).toLower())
                       .arg(days);
    const bool equalsBill = !lens().range && sums.size() == 1 && analysis()->totals.billed == sums.front().second;
    text += equalsBill ? tr(" = the bill ✓") : QString();
    text += analysis()->totals.isMixed()
        ? tr(" · currencies are never added or compared; bars in %1").arg(toQString(barCurrency()))
        : tr(" · %1 assigned").arg(percentText(analysis()->coverage.matchedShare()));
    m_summary->setText(text);
    m_summary->setToolTip(tr("Exact: %1").arg(exact.join(u", "_s)));
}

/// Bars stack what they show, so they show one currency: that of the service in the lens, else that most rows are in.
std::string CostPage::barCurrency() const
{
    const ServiceView* const service = analysis()->service(lens().service);
    const std::vector<CurrencyTotals>& totals = analysis()->totals.byCurrency;
    const bool isOfService = service != nullptr && !service->dailyCost.empty();
    return isOfService ? service->currency : totals.empty() ? std::string() : totals.front().currency;
}

void CostPage::fillBars()
{
    if (!analysis()) {
        return;
    }
    const auto grain = static_cast<Grain>(m_grain->currentIndex());
    std::vector<ServiceCost> costs = serviceCosts(*analysis(), lens().range);
    const std::string currency = barCurrency();
    std::erase_if(costs, [&currency](const ServiceCost& cost) { return cost.view->currency != currency; });
    std::map<QString, std::size_t> index;
    for (const ServiceCost& cost : costs) {
        for (const DailyCost& day : cost.view->dailyCost) {
            if (isDayIn(day.day, lens().range)) {
                index.emplace(periodOf(day.day, grain), 0);
            }
        }
    }
    std::vector<QString> periods;
    for (auto& [period, position] : index) {
        position = periods.size();
        periods.push_back(period);
    }
    m_bars->setData(std::move(periods), bandsOf(costs, index, grain), currency);
}

/// One band per service that has a colour of its own, one for all others, one per bucket. Shape: one value per period.
std::vector<CostBand> CostPage::bandsOf(
    const std::vector<ServiceCost>& costs, const std::map<QString, std::size_t>& periods, Grain grain)
{
    const std::map<std::string, std::size_t> colors = serviceColorSlots(*analysis());
    m_merged.clear();
    for (const ServiceCost& cost : costs) {
        if (!cost.view->isBucket && !colors.contains(cost.view->name)) {
            m_merged.insert(cost.view->name);
        }
    }
    if (m_merged.size() < 2) {
        m_merged.clear(); // one alone keeps its name
    }
    std::vector<CostBand> bands;
    std::optional<std::size_t> others;
    for (const ServiceCost& cost : costs) {
        const bool isMerged = m_merged.contains(cost.view->name);
        if (!isMerged || !others) {
            others = isMerged ? bands.size() : others;
            bands.push_back({ isMerged ? tr("other services") : toQString(cost.view->name), colorOf(colors, *cost.view),
                std::vector<double>(periods.size()), cost.view->isBucket });
        }
        CostBand& band = isMerged ? bands[*others] : bands.back();
        for (const DailyCost& day : cost.view->dailyCost) {
            if (isDayIn(day.day, lens().range)) {
                band.values[periods.at(periodOf(day.day, grain))] += costInRange(day, lens().range).toDouble();
            }
        }
    }
    return bands;
}

void CostPage::openService(const QString& key)
{
    Place place = context().selection.place();
    place.lens.service = toUtf8(key);
    place.view = key.startsWith(u'(') ? ViewId::Sources : ViewId::Timeline;
    context().selection.go(place);
}

QString CostPage::tableText() const
{
    return m_table->tableText() + m_totalRow->text();
}

} // namespace heaptoll::gui
