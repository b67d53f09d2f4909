// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/timeline_page.h"

#include "app/gui/actions.h"
#include "app/gui/chart/chart_legend.h"
#include "app/gui/chart/chart_panel.h"
#include "app/gui/chart/lane_strip.h"
#include "app/gui/chart/minimap.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/trace.h"
#include "app/gui/view/placement_bar.h"
#include "app/gui/view/selection_row.h"
#include "app/gui/view/view_state.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/widget/table_twin.h"
#include "core/analysis/workspace_analysis.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kSide = 12;

} // namespace

TimelinePage::TimelinePage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Timeline, context, parent)
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_chart(new ChartPanel(this))
    , m_lanes(new LaneStrip(m_chart, this))
    , m_minimap(new Minimap(m_chart, this))
    , m_twin(new TableTwin(
          m_chart, tr("Memory and cost over time"), [this] { return m_chart->data().table(); }, this))
    , m_placement(new PlacementBar(context, this))
    , m_flame(makeFlamePane(context, this))
    , m_sites(makeSitesPane(context, this))
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setObjectName(u"timeline.splitter"_s);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeUpper());
    auto* lower = new QSplitter(Qt::Horizontal, splitter);
    lower->setObjectName(u"timeline.evidence"_s);
    lower->setHandleWidth(1);
    lower->setChildrenCollapsible(false);
    lower->addWidget(m_flame);
    lower->addWidget(m_sites);
    lower->setSizes({ 600, 670 });
    splitter->addWidget(lower);
    // At 1440x900 the chart has 300 px, and the graph and the table below it some rows.
    splitter->setSizes({ 530, 240 });
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 1);
    // Below this height the page scrolls: a chart of a few pixels is none.
    constexpr int kLeastHeight = 480;
    splitter->setMinimumHeight(kLeastHeight);
    auto* scroll = new QScrollArea(m_stack);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(splitter);
    m_stack->addWidget(scroll);
    m_stack->addWidget(m_empty);
    connect(m_chart, &ChartPanel::brushChanged, this, &TimelinePage::onBrush);
    connect(m_minimap, &Minimap::brushChanged, this, &TimelinePage::onBrush);
    connect(m_chart, &ChartPanel::recordingDropped, m_placement,
        [this](const QString& path, Instant start) { m_placement->place(path, start); });
    connect(m_chart, &ChartPanel::filesDropped, this, &TimelinePage::filesDropped);
    connect(&context.ranges, &RangeLoader::staleChanged, this, &TimelinePage::setStale);
    connect(&context.ranges, &RangeLoader::ready, this, &TimelinePage::showRange);
    addActions();
}

QWidget* TimelinePage::makeUpper()
{
    auto* upper = new QWidget(this);
    auto* layout = new QVBoxLayout(upper);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    m_legend = new ChartLegend(*m_chart, upper);
    m_legend->setObjectName(u"timeline.legend"_s);
    m_legend->setContentsMargins(kSide, 0, kSide, 2);
    layout->addWidget(m_legend);
    m_chart->setObjectName(u"timeline.chart"_s);
    m_chart->setEventLabels(false);
    m_lanes->setObjectName(u"timeline.lanes"_s);
    m_minimap->setObjectName(u"timeline.minimap"_s);
    m_twin->table()->setObjectName(u"timeline.table"_s);
    setFocusProxy(m_chart);
    layout->addWidget(m_twin, 1);
    layout->addWidget(m_lanes);
    layout->addWidget(m_minimap);
    layout->addWidget(m_placement);
    m_selection = new SelectionRow(upper);
    layout->addWidget(m_selection);
    connect(m_twin, &TableTwin::toggled, this, [this](bool isTable) {
        m_lanes->setVisible(!isTable);
        m_minimap->setVisible(!isTable && !m_isShort);
    });
    return upper;
}

void TimelinePage::addActions()
{
    ActionRegistry& actions = context().actions;
    actions.addFor(this,
        { u"chart.table"_s, u"View"_s, tr("Chart as &table"), tr("The numbers of the chart, and back"), u"table"_s,
            { QKeySequence(Qt::CTRL | Qt::Key_T) } },
        [this] { m_twin->toggle(); });
    actions.addFor(m_chart, { u"chart.fit"_s, {}, tr("Timeline: show the whole time"), {}, u"fit"_s, {} },
        [this] { m_chart->fit(); });
    actions.addFor(this, { u"chart.twoPanels"_s, {}, tr("Timeline: memory and cost in two panels"), {}, {}, {} },
        [this] { (m_panels->isChecked() ? m_overlay : m_panels)->click(); });
}

QWidget* TimelinePage::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(kSide, 6, kSide, 2);
    row->setSpacing(8);
    auto* title = new QLabel(tr("Growth vs cost"), head);
    title->setFont(textFont(TextSize::Body, true));
    row->addWidget(title);
    makePickers(row);
    makePanelSwitch(row);
    row->addStretch(1);
    m_partial = new PartialChip(head);
    row->addWidget(m_partial);
    auto* fit = new QPushButton(tr("Fit  F"), head);
    fit->setObjectName(u"timeline.fit"_s);
    fit->setToolTip(tr("Show the whole time axis"));
    fit->setAccessibleName(tr("Fit: show the whole time axis"));
    connect(fit, &QPushButton::clicked, m_chart, &ChartPanel::fit);
    row->addWidget(fit);
    return head;
}

void TimelinePage::makePickers(QHBoxLayout* row)
{
    m_memory = new QComboBox(this);
    m_memory->setObjectName(u"timeline.memory"_s);
    m_memory->setAccessibleName(tr("Memory that the chart shows"));
    m_memory->setToolTip(
        tr("Live bytes come from heap profiles, working sets from usage. Services without profiles show "
           "their working set."));
    m_memory->addItem(tr("Live bytes"), static_cast<int>(ChartMemory::LiveBytes));
    m_memory->addItem(tr("Working set"), static_cast<int>(ChartMemory::WorkingSet));
    m_split = new QComboBox(this);
    m_split->setObjectName(u"timeline.split"_s);
    m_split->setAccessibleName(tr("One line of the chart per"));
    m_split->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* by = new QLabel(tr("by"), this);
    by->setProperty("role", u"muted"_s);
    row->addWidget(m_memory);
    row->addWidget(by);
    row->addWidget(m_split);
    connect(m_memory, &QComboBox::activated, this, &TimelinePage::chooseFromPickers);
    connect(m_split, &QComboBox::activated, this, &TimelinePage::chooseFromPickers);
    showPickers();
}

void TimelinePage::makePanelSwitch(QHBoxLayout* row)
{
    auto* group = new QButtonGroup(this);
    const auto option = [&](const QString& name, const QString& text, const QString& tip) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setProperty("role", u"chip"_s);
        button->setCheckable(true);
        button->setText(text);
        button->setToolTip(tip);
        button->setFocusPolicy(Qt::TabFocus);
        group->addButton(button);
        row->addWidget(button);
        return button;
    };
    m_overlay = option(u"timeline.overlay"_s, tr("Overlay"), tr("Memory and cost over the same time, two axes"));
    m_panels = option(u"timeline.panels"_s, tr("Two panels"), tr("Memory above cost: the axes cannot be confused"));
    m_overlay->setChecked(true);
    connect(m_panels, &QToolButton::toggled, m_chart, &ChartPanel::setTwoPanels);
}

void TimelinePage::refresh(Changes changes)
{
    const ChartMemory memory = lens().isWorkingSet ? ChartMemory::WorkingSet : ChartMemory::LiveBytes;
    const bool isOther = std::exchange(m_choice.memory, memory) != memory;
    if (isOther && (m_choice.split == ChartSplit::Site || m_choice.split == ChartSplit::Pod)) {
        m_choice.split = lens().isWorkingSet ? ChartSplit::Pod : ChartSplit::Site; // sites have live bytes only
    }
    if (changes.analysis || !m_hasChart || m_chartService != lens().service || isOther) {
        showChart();
    }
    if (m_chart->data().isEmpty()) {
        showEmpty();
        return;
    }
    m_stack->setCurrentIndex(0);
    m_chart->setBrush(lens().range);
    showRange();
}

void TimelinePage::release()
{
    showChart();
    m_flame->setRange({}, {}, lens());
    m_sites->setRange({}, {}, lens());
}

void TimelinePage::showEmpty()
{
    m_stack->setCurrentWidget(m_empty);
    const bool hasData = analysis() && !analysis()->documents.empty();
    if (hasData && !lens().service.empty()) {
        m_empty->setContent(lensMatchesNothing(
            context(), tr("%1 has no memory and no cost over time.").arg(toQString(lens().service))));
        return;
    }
    const auto recordings = hasData ? relativeRecordings(*analysis()) : std::vector<Recording> {};
    const auto unplaced = std::ranges::find_if(recordings, [](const Recording& r) { return !r.start; });
    EmptyState::Content content = nothingToShow(context(), u"view-timeline"_s,
        hasData ? tr("Nothing here is on the calendar yet: import several profiles of one service, usage or a bill.")
                : tr("No data over time yet. Import several profiles of one service, usage or a bill."));
    if (unplaced != recordings.end() && content.kind == EmptyKind::Empty) {
        content.sentence =
            tr("%1 was recorded without a wall clock. Say when it started to see it over time.").arg(unplaced->name);
        content.second = std::exchange(content.button, tr("Set start time…"));
        content.pressSecond =
            std::exchange(content.press, [this, recording = *unplaced] { m_placement->askStart(recording); });
    }
    m_empty->setContent(std::move(content));
}

void TimelinePage::showChart()
{
    m_hasChart = true;
    m_chartService = lens().service;
    m_chart->setData(analysis() ? serviceChart(*analysis(), m_chartService, m_choice) : ChartData {});
    m_placement->setAnalysis(analysis().get(), m_chart->data().range);
    m_partial->setAnalysis(analysis().get(), m_chartService);
    m_twin->refresh();
    m_lanes->updateGeometry();
    showPickers();
    m_legend->refresh();
}

/// Sites have live bytes only, pods working sets only.
void TimelinePage::showPickers()
{
    const QSignalBlocker block(m_split);
    m_split->clear();
    m_memory->setCurrentIndex(m_memory->findData(static_cast<int>(m_choice.memory)));
    const ChartData& shown = m_chart->data();
    if (shown.linesLeftOut > 0 || m_choice.split == ChartSplit::EveryService) {
        m_split->addItem(tr("service, top %1 by cost growth").arg(kTopServices), static_cast<int>(ChartSplit::Service));
        m_split->addItem(tr("every service"), static_cast<int>(ChartSplit::EveryService));
    } else {
        m_split->addItem(tr("service"), static_cast<int>(ChartSplit::Service));
    }
    const bool isLive = m_choice.memory == ChartMemory::LiveBytes;
    m_split->addItem(isLive ? tr("site") : tr("pod"), static_cast<int>(isLive ? ChartSplit::Site : ChartSplit::Pod));
    m_split->setCurrentIndex(std::max(0, m_split->findData(static_cast<int>(m_choice.split))));
}

void TimelinePage::chooseFromPickers()
{
    ChartChoice next;
    next.memory = static_cast<ChartMemory>(m_memory->currentData().toInt());
    next.split = static_cast<ChartSplit>(m_split->currentData().toInt());
    if (next.split == ChartSplit::Site || next.split == ChartSplit::Pod) {
        next.split = next.memory == ChartMemory::LiveBytes ? ChartSplit::Site : ChartSplit::Pod;
    }
    if (next == m_choice) {
        return;
    }
    const bool isMemoryNew = next.memory != m_choice.memory;
    m_choice.split = next.split;
    if (isMemoryNew) { // the lens brings it back, to every page
        Lens lens = this->lens();
        lens.isWorkingSet = next.memory == ChartMemory::WorkingSet;
        context().selection.adjustLens(lens);
        return;
    }
    showChart();
    m_chart->setBrush(lens().range);
}

void TimelinePage::onBrush(std::optional<TimeRange> range, bool isFinal)
{
    trace("brush-moved");
    Lens next = lens();
    next.range = range;
    SelectionState& selection = context().selection;
    // The first move of a drag is a step of the history, the rest adjusts it.
    if (!lens().range || (isFinal && !range)) {
        selection.setLens(next);
    } else {
        selection.adjustLens(next);
    }
}

void TimelinePage::setStale(bool isStale)
{
    m_flame->setStale(isStale);
    m_sites->setStale(isStale);
}

void TimelinePage::showRange()
{
    if (!analysis() || m_stack->currentIndex() != 0 || !isVisible()) {
        return;
    }
    m_selection->show(*analysis(), context().ranges.view().get(), lens(), m_chart->data());
    const bool isAnswered = context().ranges.view() || context().ranges.isCancelled();
    if (isAnswered && !context().ranges.isStale()) {
        m_flame->setRange(analysis(), context().ranges.view(), lens());
        m_sites->setRange(analysis(), context().ranges.view(), lens());
        trace("brush-applied");
    }
}

void TimelinePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    // In a small window the plot needs the height more than what can be had by keys and tooltips.
    constexpr int kShort = 640;
    constexpr int kWide = 1150;
    m_selection->setHintVisible(width() >= kWide);
    m_isShort = height() < kShort;
    m_lanes->setCompact(m_isShort);
    m_minimap->setVisible(!m_isShort && !m_twin->isTable());
}

void TimelinePage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_hasChart && analysis()) {
        m_selection->show(*analysis(), context().ranges.view().get(), lens(), m_chart->data());
    }
}

QString TimelinePage::tableText() const
{
    return m_chart->data().tableText();
}

} // namespace heaptoll::gui
