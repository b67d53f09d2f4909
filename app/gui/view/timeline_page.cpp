// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/timeline_page.h"

#include "app/gui/actions.h"
#include "app/gui/chart/chart_panel.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/trace.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/workspace_controller.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString figure(const QString& name, const QString& value, const QColor& color)
{
    return u"<span>%1 <b style='color:%2'>%3</b></span>"_s.arg(
        name.toHtmlEscaped(), color.name(), value.toHtmlEscaped());
}

QString colored(const QString& sign, const QColor& color, const QString& words)
{
    return u"<span style='color:%1; font-weight:600'>%2</span> %3"_s.arg(color.name(), sign, words.toHtmlEscaped());
}

} // namespace

TimelinePage::TimelinePage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Timeline, context, parent)
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_chart(new ChartPanel(this))
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
    auto* upper = new QWidget(splitter);
    auto* layout = new QVBoxLayout(upper);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    m_chart->setObjectName(u"timeline.chart"_s);
    setFocusProxy(m_chart);
    layout->addWidget(m_chart, 1);
    layout->addWidget(makeSelectionRow());
    splitter->addWidget(upper);
    auto* lower = new QSplitter(Qt::Horizontal, splitter);
    lower->setObjectName(u"timeline.evidence"_s);
    lower->setHandleWidth(1);
    lower->setChildrenCollapsible(false);
    lower->addWidget(m_flame);
    lower->addWidget(m_sites);
    lower->setSizes({ 680, 590 });
    splitter->addWidget(lower);
    splitter->setSizes({ 372, 400 });
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_empty);
    connect(m_empty, &EmptyState::buttonPressed, this,
        [this] { this->context().actions.action(u"file.import"_s)->trigger(); });
    connect(m_chart, &ChartPanel::brushChanged, this, &TimelinePage::onBrush);
    connect(&context.ranges, &RangeLoader::staleChanged, this, &TimelinePage::setStale);
    connect(&context.ranges, &RangeLoader::ready, this, &TimelinePage::showRange);
    context.actions.addFor(this,
        { u"chart.table"_s, u"View"_s, tr("Chart as &table"), tr("The numbers of the chart"), u"table"_s,
            { QKeySequence(Qt::CTRL | Qt::Key_T) } },
        [this] { toggleTable(); });
}

QWidget* TimelinePage::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(12, 6, 12, 2);
    row->setSpacing(10);
    auto* title = new QLabel(tr("Growth vs cost"), head);
    title->setFont(textFont(TextSize::Body, true));
    row->addWidget(title);
    m_panels = new QToolButton(head);
    m_panels->setObjectName(u"timeline.panels"_s);
    m_panels->setProperty("role", u"chip"_s);
    m_panels->setCheckable(true);
    m_panels->setText(tr("Two panels"));
    m_panels->setToolTip(tr("Memory above cost instead of one over the other"));
    m_panels->setFocusPolicy(Qt::TabFocus);
    connect(m_panels, &QToolButton::toggled, m_chart, &ChartPanel::setTwoPanels);
    row->addWidget(m_panels);
    m_legend = new QLabel(head);
    m_legend->setObjectName(u"timeline.legend"_s);
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_legend, 1);
    auto* fit = new QPushButton(tr("Fit  F"), head);
    fit->setObjectName(u"timeline.fit"_s);
    fit->setToolTip(tr("Show the whole time axis"));
    connect(fit, &QPushButton::clicked, m_chart, &ChartPanel::fit);
    row->addWidget(fit);
    return head;
}

QWidget* TimelinePage::makeSelectionRow()
{
    auto* strip = new QFrame(this);
    strip->setProperty("role", u"strip"_s);
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(14, 4, 14, 5);
    m_selection = new QLabel(strip);
    m_selection->setObjectName(u"timeline.selection"_s);
    m_selection->setTextFormat(Qt::RichText);
    m_selection->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_selection);
    row->addStretch();
    m_hint = new QLabel(tr("Esc clears · drag edges to adjust · Shift+←/→ nudges"), strip);
    m_hint->setProperty("role", u"muted"_s);
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_hint->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_hint, 1);
    return strip;
}

void TimelinePage::refresh(Changes changes)
{
    const bool hasTime = analysis() && analysis()->range;
    if (!hasTime) {
        const bool isOpen = analysis() != nullptr;
        m_empty->setContent(u"view-timeline"_s,
            isOpen ? tr("Nothing here is on the calendar yet: import several profiles of one service, usage or a bill.")
                   : tr("No data over time yet. Import several profiles of one service, usage or a bill."),
            tr("Import files…"));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentIndex(0);
    if (changes.analysis || !m_hasChart || m_chartService != lens().service) {
        showChart();
    }
    m_chart->setBrush(lens().range);
    showRange();
}

void TimelinePage::showChart()
{
    m_hasChart = true;
    m_chartService = lens().service;
    m_chart->setData(serviceChart(*analysis(), m_chartService));
    showLegend();
}

void TimelinePage::showLegend()
{
    const Tokens& t = tokens();
    const ChartData& shown = m_chart->data();
    QStringList parts;
    constexpr std::size_t kMaxNames = 4;
    for (std::size_t i = 0; i < std::min(shown.lines.size(), kMaxNames); ++i) {
        const QColor color = shown.lines[i].isWhole ? t.memory : lineColor(i);
        parts << colored(u"—"_s, color, shown.lines[i].name);
    }
    if (shown.lines.size() > kMaxNames) {
        parts << tr("and %n more", "", static_cast<int>(shown.lines.size() - kMaxNames));
    }
    if (!shown.costs.empty()) {
        parts << colored(u"▬"_s, t.cost, tr("cost per day (right axis)"));
    }
    if (!shown.thresholds.empty()) {
        parts << colored(u"┅"_s, t.limit, tr("request, limit"));
    }
    m_legend->setText(parts.join(u" &nbsp; "_s));
    m_legend->setAccessibleName(tr("Legend"));
}

void TimelinePage::onBrush(std::optional<TimeRange> range, bool isFinal)
{
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
    showSelection();
    if (context().ranges.view() && !context().ranges.isStale()) {
        m_flame->setRange(analysis(), context().ranges.view(), lens());
        m_sites->setRange(analysis(), context().ranges.view(), lens());
        trace("brush-applied");
    }
}

void TimelinePage::showSelection()
{
    const Tokens& t = tokens();
    const auto view = context().ranges.view();
    m_hint->setVisible(lens().range.has_value());
    if (!view) {
        m_selection->setText(tr("Drag over the chart to select a range."));
        return;
    }
    QStringList parts { lens().range ? u"<b>%1</b>"_s.arg(tr("Selection")) : tr("Everything; drag to select a range") };
    if (view->profile) {
        const double change = static_cast<double>(view->liveAtEndTotal) - static_cast<double>(view->liveAtStartTotal);
        parts << figure(tr("Start"), bytesText(static_cast<double>(view->liveAtStartTotal)), t.text)
              << figure(tr("End"), bytesText(static_cast<double>(view->liveAtEndTotal)), t.text)
              << figure(u"Δ"_s,
                     (change > 0          ? u"▲ "_s
                             : change < 0 ? u"▼ "_s
                                          : QString())
                         + bytesText(std::abs(change)),
                     t.memory)
              << figure(tr("Rate"), growthText(view->bytesPerHour), t.text);
    }
    if (!analysis()->totals.currency.empty()) {
        parts << figure(tr("Cost"), moneyText(view->cost, analysis()->totals.currency), t.costText);
    }
    if (view->isPartial) {
        parts << figure(tr("partial"), QString(), t.medium);
    }
    m_selection->setText(parts.join(u" &nbsp;&nbsp; "_s));
    m_selection->setToolTip(toQString(view->note));
}

void TimelinePage::toggleTable()
{
    auto* dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"chart.tableDialog"_s);
    dialog->setWindowTitle(tr("Chart as table"));
    dialog->resize(560, 480);
    auto* layout = new QVBoxLayout(dialog);
    auto* text = new QPlainTextEdit(m_chart->data().tableText(), dialog);
    text->setReadOnly(true);
    text->setFont(monoFont());
    text->setAccessibleName(m_chart->accessibleName());
    layout->addWidget(text);
    auto* copy = new QPushButton(tr("Copy"), dialog);
    connect(copy, &QPushButton::clicked, dialog,
        [table = m_chart->data().tableText()] { QApplication::clipboard()->setText(table); });
    layout->addWidget(copy, 0, Qt::AlignRight);
    dialog->show();
}

QString TimelinePage::tableText() const
{
    return m_chart->data().tableText();
}

} // namespace heaptoll::gui
