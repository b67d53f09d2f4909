// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/sites_pane.h"

#include "app/gui/actions.h"
#include "app/gui/flame/flame_palette.h"
#include "app/gui/job_manager.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/roles.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/widget/partial_chip.h"
#include "core/analysis/attribution.h"
#include "core/analysis/site_rows.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMoneyColumn = 7;
constexpr int kLiveColumn = 3;
constexpr int kTrendColumn = 2;
constexpr int kFindingColumn = 10;

QString noProfileText()
{
    return SitesPane::tr("No heap profile yet. Import one to see where memory is allocated.");
}

std::vector<Column> siteColumns()
{
    return { { SitesPane::tr("Allocation site"),
                 SitesPane::tr(
                     "First function of yours on the stack, with the line that holds most of it; runtime frames "
                     "fold into it") },
        { SitesPane::tr("Package"), {} },
        { SitesPane::tr("Trend"), SitesPane::tr("Live bytes over the series, from zero") },
        { SitesPane::tr("Live"), SitesPane::tr("Bytes live at the end of the range, in the heap of one process"),
            true },
        { SitesPane::tr("Δ range"), SitesPane::tr("Change of live bytes over the range"), true },
        { SitesPane::tr("Allocated"), SitesPane::tr("Bytes allocated in the range, kept or not"), true },
        { SitesPane::tr("Heap growth"),
            SitesPane::tr(
                "Of the live bytes in the profiles, the heap of one process, over the whole series. A finding "
                "may rest on the growth of the pods instead, and says so"),
            true },
        { SitesPane::tr("Cost if kept"),
            SitesPane::tr(
                "What the bytes live at the end of the range cost when they stay for a month, in all replicas. A "
                "leak's finding says another figure: what it holds on average, from nothing after each restart"),
            true },
        { SitesPane::tr("Objects"), SitesPane::tr("Objects live at the end of the range"), true },
        { SitesPane::tr("Class"), SitesPane::tr("What the growth looks like") },
        { SitesPane::tr("Finding"),
            SitesPane::tr("The finding that blames this place, and its own cost a month; click it or press F to open "
                          "it") } };
}

Cell sizeCell(std::int64_t bytes, std::int64_t largest)
{
    Cell cell;
    const auto value = static_cast<double>(bytes);
    cell.text = bytesText(value);
    cell.toolTip = exactBytesText(value);
    cell.sortValue = value;
    if (largest > 0) {
        cell.bar = std::clamp(value / static_cast<double>(largest), 0.0, 1.0);
        cell.barColor = &Tokens::memory;
    }
    return cell;
}

Cell changeCell(std::optional<std::int64_t> bytes)
{
    if (!bytes) {
        return textCell(u"—"_s, SitesPane::tr("One profile in this range: there is nothing to compare with"));
    }
    Cell cell = sizeCell(*bytes, 0);
    const QString sign = *bytes > 0 ? u"▲ "_s : *bytes < 0 ? u"▼ "_s : QString();
    cell.text = sign + bytesText(std::abs(static_cast<double>(*bytes)));
    return cell;
}

Cell growthCell(const SiteRow& row)
{
    Cell cell;
    cell.text = growthText(row.bytesPerHour);
    cell.toolTip = row.bytesPerHour ? SitesPane::tr("%1 bytes per hour").arg(*row.bytesPerHour, 0, 'f', 0)
                                    : SitesPane::tr("One profile only: growth is not known");
    if (row.bytesPerHour) {
        cell.sortValue = *row.bytesPerHour;
    }
    return cell;
}

Cell priceCell(const SiteRow& row, const std::string& currency)
{
    Cell cell;
    cell.text = moneyPerMonthText(row.costPerMonth, currency);
    cell.textColor = &Tokens::costText;
    if (row.costPerMonth) {
        cell.sortValue = row.costPerMonth->toDouble();
        cell.toolTip = toQString(row.costPerMonth->toString()) + u' ' + toQString(currency) + SitesPane::tr(" a month");
    } else {
        cell.toolTip = SitesPane::tr("No price of memory is known for this service: add a bill or a rate card");
    }
    return cell;
}

/// "L-01 $230/mo": beside the cost if kept stands what the finding says, so that two figures are never one unexplained.
Cell findingCell(const WorkspaceAnalysis& analysis, const std::string& id)
{
    const Finding* const finding = analysis.finding(id);
    if (finding == nullptr) {
        return textCell(toQString(id));
    }
    Cell cell = textCell(toQString(id));
    if (finding->costPerMonth) {
        cell.text += u' ' + moneyPerMonthText(finding->costPerMonth->amount, finding->costPerMonth->currency);
    }
    cell.toolTip = toQString(finding->title) + u'\n'
        + (finding->costPerMonth && finding->kind == FindingKind::Leak
                ? SitesPane::tr("Its cost is that of what the leak holds on average over a month\n")
                : QString())
        + SitesPane::tr("Click or press F to open it");
    cell.textColor = &Tokens::link;
    return cell;
}

Row makeRow(const SiteRow& site, std::int64_t largest, const WorkspaceAnalysis& analysis, const std::string& currency)
{
    Row row;
    row.key = siteText(site.site);
    Cell name = textCell(siteText(site.site), toQString(site.site.function) + u'\n' + toQString(site.site.file));
    name.isMono = true;
    Cell trend;
    if (site.bytesAt.size() >= 2) {
        trend.sparkline = QList<double>(site.bytesAt.begin(), site.bytesAt.end());
    } else {
        trend = textCell(u"—"_s, SitesPane::tr("Too small, or in too few profiles, for a trend of its own"));
    }
    Cell objects;
    objects.text = site.liveObjects ? countText(static_cast<double>(*site.liveObjects)) : u"—"_s;
    objects.sortValue = static_cast<double>(site.liveObjects.value_or(0));
    const Cell delta = changeCell(site.deltaBytes);
    const Cell allocated = site.allocatedBytes ? sizeCell(*site.allocatedBytes, 0) : textCell(u"—"_s);
    const QString growthClass = site.growthClass ? toQString(heaptoll::name(*site.growthClass)) : u"—"_s;
    row.cells = { name, textCell(packageOf(site.site)), trend, sizeCell(site.liveBytes, largest), delta, allocated,
        growthCell(site), priceCell(site, currency), objects, textCell(growthClass),
        findingCell(analysis, site.findingId) };
    return row;
}

} // namespace

SitesPane::SitesPane(const PageContext& context, QWidget* parent)
    : RangePane(parent)
    , m_context(context)
    , m_job(context.jobs)
    , m_filter(new QLineEdit(this))
    , m_total(new ElidedLabel(this))
    , m_split(new ElidedLabel(this))
    , m_stack(new QStackedWidget(this))
    , m_table(new DataTable(tr("Allocation sites"), this))
    , m_model(new RowModel(this))
    , m_empty(new EmptyState(this))
    , m_partial(new PartialChip(this))
{
    setObjectName(u"sitesPane"_s);
    m_filter->setObjectName(u"sites.filter"_s);
    m_filter->setAccessibleName(tr("Filter of the allocation sites"));
    m_filter->setPlaceholderText(tr("Filter  /"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(240);
    m_total->setObjectName(u"sites.total"_s);
    m_total->setProperty("role", u"muted"_s);
    m_table->setObjectName(u"sites.table"_s);
    m_model->setColumns(siteColumns());
    m_table->setSource(m_model);
    // Beside the flame graph there is room for what the question needs: site, trend, live, change, money.
    constexpr int kSiteName = 190;
    m_table->setDispensable({ 5, 8, 1, 9, 6, kTrendColumn, kFindingColumn }, kSiteName);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    bar->setSpacing(spacing(3));
    bar->addWidget(m_filter);
    bar->addWidget(m_total, 1);
    bar->addWidget(m_partial);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    layout->addWidget(m_stack, 1);
    m_split->setObjectName(u"sites.split"_s);
    m_split->setProperty("role", u"muted"_s);
    m_split->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    m_split->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_split);
    m_empty->setContent(noProfile(m_context, nullptr, u"view-sites"_s, noProfileText()));
    m_stack->setCurrentWidget(m_empty);
    connect(&m_job, &LatestJob::cancelled, this, [this] {
        showEmpty(cancelled(tr("Listing the sites was cancelled."), tr("List them again"), [this] { reload(); }));
    });
    connect(m_filter, &QLineEdit::textChanged, this, &SitesPane::filter);
    connect(m_table, &DataTable::keyOpened, this, &SitesPane::open);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == kFindingColumn) {
            openFinding(index.data(KeyRole).toString());
        }
    });
    m_context.actions.addFor(m_table,
        { u"sites.find"_s, {}, tr("Sites: filter"), {}, {}, { QKeySequence(Qt::Key_Slash) } },
        [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
    m_context.actions.addFor(m_table,
        { u"sites.openFinding"_s, {}, tr("Sites: open the finding of the site"), {}, {}, { QKeySequence(Qt::Key_F) } },
        [this] { openFinding(m_table->currentKey()); });
}

void SitesPane::setRange(
    std::shared_ptr<const WorkspaceAnalysis> analysis, std::shared_ptr<const RangeView> rangeView, const Lens& lens)
{
    m_analysis = std::move(analysis);
    m_range = std::move(rangeView);
    // What was typed stays over a new range; a frame that comes into the lens or leaves it takes its place.
    if (std::exchange(m_lens, lens).frame != lens.frame) {
        m_filter->setText(toQString(lens.frame));
    }
    m_job.drop();
    m_partial->setAnalysis(m_analysis.get(), m_range ? m_range->service : lens.service);
    if (!m_analysis || !m_range || !m_range->profile) {
        showEmpty(noProfile(m_context, m_range.get(), u"view-sites"_s, noProfileText()));
        return;
    }
    reload();
}

void SitesPane::showEmpty(EmptyState::Content content)
{
    m_rows.clear();
    m_model->setRows({});
    m_total->clear();
    showSplit();
    m_empty->setContent(std::move(content));
    m_stack->setCurrentWidget(m_empty);
}

void SitesPane::reload()
{
    m_job.run(
        tr("Sites"),
        [analysis = m_analysis, range = m_range](
            const TaskContext& /*task*/) -> Result<std::vector<SiteRow>> { return siteRows(*analysis, *range); },
        [this](Result<std::vector<SiteRow>> rows) {
            if (rows.ok()) {
                showRows(std::move(rows).value());
            }
        });
}

void SitesPane::showRows(std::vector<SiteRow> rows)
{
    m_rows = std::move(rows);
    m_words.reset();
    std::int64_t largest = 0;
    for (const SiteRow& row : m_rows) {
        largest = std::max(largest, row.liveBytes);
    }
    std::vector<Row> cells;
    cells.reserve(m_rows.size());
    for (const SiteRow& row : m_rows) {
        cells.push_back(makeRow(row, largest, *m_analysis, m_range->priceCurrency));
    }
    m_model->setRows(std::move(cells));
    m_table->fitColumns(0);
    m_table->sortBy(m_range->moneyPerByteMonth ? kMoneyColumn : kLiveColumn, Qt::DescendingOrder);
    m_table->setEnabled(true);
    showSplit();
    filter(m_filter->text());
}

/// What the memory of the service costs, and what of it is in the sites: the join closes, and the rest has a name.
void SitesPane::showSplit()
{
    const ServiceView* const service = m_analysis && m_range ? m_analysis->service(m_range->service) : nullptr;
    const bool hasMemory = service != nullptr && service->memoryCostPerMonth && !m_rows.empty();
    m_split->setVisible(hasMemory);
    if (!hasMemory) {
        return;
    }
    const std::string& currency = service->currency;
    const auto money = [&currency](Decimal amount) { return moneyText(amount, currency); };
    const QString memory = moneyPerMonthText(service->memoryCostPerMonth, currency);
    const std::optional<MemorySplit> split = memorySplit(*service);
    if (!split) {
        m_split->setText(tr("Memory of %1 costs %2; how much of it is in the sites is not known: %3")
                             .arg(toQString(service->name), memory, toQString(service->attribution.note)));
        m_split->setToolTip(m_split->text());
        return;
    }
    m_split->setText(
        tr("Memory %1 = sites %2 + other memory in use %3 + headroom %4 + rounding %5")
            .arg(memory, money(split->sites), money(split->nonHeap), money(split->headroom), money(split->residual)));
    const auto exact = [&currency](const QString& name, Decimal amount) {
        return u"%1: %2 %3"_s.arg(name, toQString(amount.toString()), toQString(currency));
    };
    m_split->setToolTip(QStringList { tr("What the memory of %1 costs a month, means over %2, all replicas")
                                          .arg(toQString(service->name), rangeText(service->attribution.window)),
        exact(tr("Sites, the profiled heap on average"), split->sites),
        exact(tr("Other memory in use: working set less heap"), split->nonHeap),
        exact(tr("Headroom: requested and not used"), split->headroom), exact(tr("Rounding"), split->residual) }
                            .join(u'\n'));
}

void SitesPane::filter(const QString& text)
{
    m_table->setFilterText(text);
    if (m_rows.empty()) {
        return;
    }
    if (m_table->shownRows() > 0) {
        m_stack->setCurrentWidget(m_table);
        showTotal();
        return;
    }
    if (!m_words) {
        m_words.emplace();
        for (const SiteRow& row : m_rows) {
            *m_words << wordsOf(toQString(row.site.function));
        }
        m_words->removeDuplicates();
    }
    const QString near = nearestWord(text, *m_words);
    EmptyState::Content content = noMatch(
        tr("Filter \u201c%1\u201d matches 0 of %n site(s).", nullptr, static_cast<int>(m_rows.size())).arg(text),
        tr("Clear the filter"), [this] { m_filter->clear(); });
    if (!near.isEmpty()) {
        content.second = tr("Did you mean %1?").arg(near);
        content.pressSecond = [this, near] { m_filter->setText(near); };
    }
    m_empty->setContent(std::move(content));
    m_stack->setCurrentWidget(m_empty);
    showTotal();
}

/// "12 of 1,204 sites, 5.1 GiB of 5.6 GiB live, $556/mo of $560/mo".
void SitesPane::showTotal()
{
    double live = 0;
    double shownLive = 0;
    Decimal money;
    Decimal shownMoney;
    const QSet<QString> keys = m_table->shownKeys();
    for (const SiteRow& row : m_rows) {
        const auto bytes = static_cast<double>(row.liveBytes);
        const Decimal cost = row.costPerMonth.value_or(Decimal {});
        live += bytes;
        money += cost;
        if (keys.contains(siteText(row.site))) {
            shownLive += bytes;
            shownMoney += cost;
        }
    }
    const std::string& currency = m_range->priceCurrency;
    const int shown = m_table->shownRows();
    const auto all = static_cast<int>(m_rows.size());
    const auto of = [isAll = shown == all](const QString& part, const QString& whole) {
        return isAll ? whole : tr("%1 of %2").arg(part, whole);
    };
    QString total = toQString(m_range->service) + u": "_s;
    total += shown == all ? tr("%n site(s)", nullptr, all) : tr("%1 of %n site(s)", nullptr, all).arg(shown);
    total += tr(", %1 live").arg(of(bytesText(shownLive), bytesText(live)));
    if (m_range->moneyPerByteMonth) {
        total +=
            tr(", %1 if kept").arg(of(moneyPerMonthText(shownMoney, currency), moneyPerMonthText(money, currency)));
    }
    m_total->setText(total);
}

void SitesPane::setStale(bool isStale)
{
    m_table->setEnabled(!isStale);
}

void SitesPane::resizeEvent(QResizeEvent* event)
{
    RangePane::resizeEvent(event);
    constexpr int kNarrow = 480;
    m_filter->setMaximumWidth(width() < kNarrow ? 120 : 240);
}

QString SitesPane::tableText() const
{
    return m_table->tableText();
}

/// Enter on a site: the same frame in the flame graph.
void SitesPane::open(const QString& key)
{
    Place place = m_context.selection.place();
    place.view = ViewId::Flame;
    place.lens.frame = toUtf8(key.section(u"  "_s, 0, 0));
    m_context.selection.go(place);
}

void SitesPane::openFinding(const QString& key)
{
    const auto row = std::ranges::find(m_rows, key, [](const SiteRow& r) { return siteText(r.site); });
    if (row == m_rows.end() || row->findingId.empty()) {
        return;
    }
    Place place = m_context.selection.place();
    place.view = ViewId::Findings;
    place.finding = row->findingId;
    m_context.selection.go(place);
}

} // namespace heaptoll::gui
