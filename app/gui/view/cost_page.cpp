// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/cost_page.h"

#include "app/gui/actions.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/cost_bars.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cost_rows.h"
#include "app/gui/viewmodel/row_model.h"
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
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kMaxBands = 8;
constexpr int kTotalColumn = 1;

enum class Grain : int { Day, Week, Month };

/// First day of the period a day lies in, as text: also the axis label.
QString periodOf(std::int64_t day, Grain grain)
{
    const Instant start = startOfDay(day);
    if (grain == Grain::Month) {
        return toQString(toIsoMonth(start));
    }
    if (grain == Grain::Week) {
        const std::int64_t sinceMonday = ((day + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday
        return toQString(toIsoDate(startOfDay(day - sinceMonday)));
    }
    return toQString(toIsoDate(start));
}

TokenColor colorOf(std::size_t index, bool isBucket)
{
    if (isBucket) {
        return &Tokens::muted;
    }
    return [index](const Tokens& t) { return t.categories[std::min(index, kMaxBands - 1)]; };
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
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    auto* const inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addLayout(bar);
    inner->addWidget(split, 1);
    m_stack->addWidget(content);
    m_stack->addWidget(m_empty);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_grain, &QComboBox::currentIndexChanged, this, &CostPage::fillBars);
    connect(m_table, &DataTable::keySelected, m_bars, &CostBars::setHighlighted);
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
    fillTable();
    fillBars();
    m_twin->refresh();
    m_bars->setHighlighted(toQString(lens().service));
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
    std::vector<Row> rows;
    for (std::size_t i = 0; i < costs.size(); ++i) {
        const auto whole = std::ranges::find(sums, costs[i].view->currency, &std::pair<std::string, Decimal>::first);
        rows.push_back(serviceCostRow(*analysis(), costs[i], whole == sums.end() ? Decimal {} : whole->second,
            colorOf(i, costs[i].view->isBucket)));
    }
    const int days = daysIn(costs, lens().range);
    showColumns(days);
    m_model->setRows(std::move(rows));
    std::vector<std::vector<Cell>> totals;
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
        ? tr("   currencies are never added or compared; bars in %1").arg(toQString(barCurrency()))
        : tr("   %1 assigned").arg(percentText(analysis()->coverage.matchedShare()));
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
    std::vector<CostBand> bands;
    for (std::size_t i = 0; i < costs.size(); ++i) {
        // Beyond eight colours nobody can tell them apart: the rest is one band.
        const bool isOther = !costs[i].view->isBucket && i >= kMaxBands - 1 && costs.size() > kMaxBands;
        if (!isOther || bands.empty() || bands.back().name != tr("other services")) {
            bands.push_back({ isOther ? tr("other services") : toQString(costs[i].view->name),
                colorOf(i, costs[i].view->isBucket), std::vector<double>(periods.size()), costs[i].view->isBucket });
        }
        for (const DailyCost& day : costs[i].view->dailyCost) {
            if (isDayIn(day.day, lens().range)) {
                bands.back().values[index.at(periodOf(day.day, grain))] += costInRange(day, lens().range).toDouble();
            }
        }
    }
    m_bars->setData(std::move(periods), std::move(bands), currency);
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
