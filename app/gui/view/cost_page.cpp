// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/cost_page.h"

#include "app/gui/actions.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/cost_bars.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/widget/table_twin.h"
#include "app/gui/widget/total_row.h"
#include "core/analysis/workspace_analysis.h"

#include <QComboBox>
#include <QEvent>
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

bool inRange(std::int64_t day, const std::optional<TimeRange>& range)
{
    return !range || (startOfDay(day + 1) > range->start && startOfDay(day) < range->end);
}

/// What a service costs in one currency. Money of different currencies is never added: such a service has several.
struct ServiceCost {
    const ServiceView* view = nullptr;
    std::string currency;
    Decimal total; ///< in the range of the lens
    bool isMain = true; ///< the currency that has its days; of the others the sum of the bill is known
};

/// Services with money in the range, by currency, most money first, buckets last.
std::vector<ServiceCost> costsIn(const WorkspaceAnalysis& analysis, const Lens& lens)
{
    std::vector<ServiceCost> costs;
    for (const ServiceView& service : analysis.services) {
        ServiceCost cost { &service, service.currency.empty() ? analysis.totals.currency : service.currency, {} };
        for (const DailyCost& day : service.dailyCost) {
            if (inRange(day.day, lens.range)) {
                cost.total += day.cost;
            }
        }
        if (!service.dailyCost.empty()) {
            costs.push_back(cost);
        }
        if (!lens.range) {
            for (const auto& [currency, total] : service.otherCosts) {
                costs.push_back({ &service, currency, total, false });
            }
        }
    }
    std::ranges::stable_sort(costs, [](const ServiceCost& a, const ServiceCost& b) {
        if (a.view->isBucket != b.view->isBucket) {
            return b.view->isBucket;
        }
        return a.total > b.total;
    });
    return costs;
}

/// Exact sums, not of what the rows show rounded.
std::map<std::string, Decimal> sumsOf(const std::vector<ServiceCost>& costs)
{
    std::map<std::string, Decimal> sums;
    for (const ServiceCost& cost : costs) {
        sums[cost.currency] += cost.total;
    }
    return sums;
}

/// The bars are of one currency: the one that most rows of the bill are in.
std::string currencyOfBars(const std::vector<ServiceCost>& costs)
{
    std::map<std::string, std::uint64_t> rows;
    for (const ServiceCost& cost : costs) {
        rows[cost.currency] += cost.isMain ? cost.view->costRows : 0;
    }
    const auto most = std::ranges::max_element(rows, {}, [](const auto& entry) { return entry.second; });
    return most == rows.end() ? std::string() : most->first;
}

QColor colorOf(std::size_t index, bool isBucket)
{
    return isBucket ? tokens().muted : tokens().categories[std::min(index, kMaxBands - 1)];
}

Row makeRow(const ServiceCost& cost, Decimal all, std::size_t index)
{
    const ServiceView& service = *cost.view;
    const std::string& currency = cost.currency;
    const QString unknown = cost.isMain ? CostPage::tr("Not known: the bill gives no price of memory for it")
                                        : CostPage::tr("Not known in a second currency");
    Row row;
    row.key = toQString(service.name);
    Cell name = textCell(cost.isMain ? row.key : QString(row.key + u", "_s + toQString(currency)));
    name.icon = u"severity-low"_s;
    name.iconColor = colorOf(index, service.isBucket || !cost.isMain);
    Cell total = moneyCell(moneyText(cost.total, currency), cost.total, currency, {});
    total.textColor = tokens().costText;
    const double share = all.isZero() ? 0 : cost.total.toDouble() / all.toDouble();
    Cell shareCell;
    shareCell.text = percentText(share);
    shareCell.toolTip = CostPage::tr("of the bill in %1 in this range").arg(toQString(currency));
    shareCell.sortValue = share;
    shareCell.bar = std::clamp(share, 0.0, 1.0);
    shareCell.barColor = tokens().cost;
    shareCell.barColor.setAlphaF(0.25F);
    Cell rows = textCell(u"—"_s, unknown);
    Cell trend = textCell(u"—"_s, unknown);
    if (cost.isMain) {
        rows.text = countText(static_cast<double>(service.costRows));
        rows.toolTip.clear();
        rows.sortValue = static_cast<double>(service.costRows);
        trend = {};
        for (const DailyCost& day : service.dailyCost) {
            trend.sparkline << std::max(0.0, day.cost.toDouble());
        }
    }
    const auto perMonth = cost.isMain ? service.costPerMonth : std::nullopt;
    const auto memory = cost.isMain ? service.memoryCostPerMonth : std::nullopt;
    row.cells = { name, total, moneyCell(moneyPerMonthText(perMonth, currency), perMonth, currency, unknown), shareCell,
        trend, moneyCell(moneyPerMonthText(memory, currency), memory, currency, unknown),
        textCell(service.isBucket ? u"—"_s : toQString(heaptoll::name(service.worstRank))), rows };
    return row;
}

int daysIn(const std::vector<ServiceCost>& costs, const Lens& lens)
{
    std::set<std::int64_t> days;
    for (const ServiceCost& cost : costs) {
        for (const DailyCost& day : cost.view->dailyCost) {
            if (inRange(day.day, lens.range)) {
                days.insert(day.day);
            }
        }
    }
    return static_cast<int>(days.size());
}

std::vector<Cell> totalCells(
    const std::vector<ServiceCost>& costs, Decimal all, const std::string& currency, bool isOnly)
{
    Decimal perMonth;
    std::optional<Decimal> memory;
    std::uint64_t rows = 0;
    for (const ServiceCost& cost : costs) {
        if (cost.currency != currency || !cost.isMain) {
            continue;
        }
        perMonth += cost.view->costPerMonth.value_or(Decimal {});
        if (cost.view->memoryCostPerMonth) {
            memory = memory.value_or(Decimal {}) + *cost.view->memoryCostPerMonth;
        }
        rows += cost.view->costRows;
    }
    Cell total = moneyCell(moneyText(all, currency), all, currency, {});
    total.textColor = tokens().costText;
    // With several currencies the rows and months of a service are those of its main one: no sum of them is whole.
    const QString why = CostPage::tr("Not known: the bill has several currencies");
    const auto month = isOnly ? std::optional(perMonth) : std::nullopt;
    return { textCell(CostPage::tr("Total, %1").arg(toQString(currency))), total,
        moneyCell(moneyPerMonthText(month, currency), month, currency, why), textCell(percentText(1.0)), {},
        moneyCell(moneyPerMonthText(memory, currency), memory, currency,
            CostPage::tr("Not known: no bill row gives a price of memory")),
        {}, isOnly ? textCell(countText(static_cast<double>(rows))) : textCell(u"—"_s, why) };
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
    const auto costs = analysis() ? costsIn(*analysis(), lens()) : std::vector<ServiceCost> {};
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
    const std::vector<ServiceCost> costs = costsIn(*analysis(), lens());
    const std::map<std::string, Decimal> sums = sumsOf(costs);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < costs.size(); ++i) {
        rows.push_back(makeRow(costs[i], sums.at(costs[i].currency), i));
    }
    const int days = daysIn(costs, lens());
    showColumns(days);
    m_model->setRows(std::move(rows));
    std::vector<std::vector<Cell>> totals;
    for (const auto& [currency, sum] : sums) {
        totals.push_back(totalCells(costs, sum, currency, sums.size() == 1));
    }
    m_totalRow->setLines(std::move(totals));
    m_table->fitColumns(0, m_totalRow->columnWidths());
    m_table->sortBy(kTotalColumn, Qt::DescendingOrder);
    showSummary(sums, static_cast<int>(costs.size()), days);
}

void CostPage::showSummary(const std::map<std::string, Decimal>& sums, int rows, int days)
{
    QStringList amounts;
    QStringList exact;
    for (const auto& [currency, sum] : sums) {
        amounts << u"<b>"_s + moneyText(sum, currency) + u"</b>"_s;
        exact << toQString(sum.toString()) + u' ' + toQString(currency);
    }
    QString text = tr("%1 %2 in %3 d over %n service(s) and buckets", nullptr, rows)
                       .arg(amounts.join(u" + "_s), basisTitle(analysis()->options.basis).toLower())
                       .arg(days);
    const bool equalsBill = !lens().range && analysis()->totals.billedByCurrency == sums;
    text += equalsBill ? tr(" = the bill ✓") : QString();
    text += sums.size() > 1 ? tr("   never added; the bars are of one currency")
                            : tr("   %1 assigned").arg(percentText(analysis()->coverage.matchedShare()));
    m_summary->setText(text);
    m_summary->setToolTip(tr("Exact: %1").arg(exact.join(u", "_s)));
}

void CostPage::fillBars()
{
    if (!analysis()) {
        return;
    }
    const auto grain = static_cast<Grain>(m_grain->currentIndex());
    std::vector<ServiceCost> costs = costsIn(*analysis(), lens());
    const std::string currency = currencyOfBars(costs);
    std::erase_if(costs, [&](const ServiceCost& cost) { return cost.currency != currency || !cost.isMain; });
    std::map<QString, std::size_t> index;
    for (const ServiceCost& cost : costs) {
        for (const DailyCost& day : cost.view->dailyCost) {
            if (inRange(day.day, lens().range)) {
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
            if (inRange(day.day, lens().range)) {
                bands.back().values[index.at(periodOf(day.day, grain))] += day.cost.toDouble();
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

void CostPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && analysis() && isVisible()) {
        refresh({ true, true });
    }
}

} // namespace heaptoll::gui
