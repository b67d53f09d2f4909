// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/findings_page.h"

#include "app/gui/actions.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/finding_delegate.h"
#include "app/gui/view/finding_pane.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cost_rows.h"
#include "app/gui/viewmodel/roles.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/kpi_card.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/workspace_controller.h"

#include <QAction>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kListWidth = 280; // at least

std::optional<ViewId> viewOf(EvidenceView view)
{
    switch (view) {
    case EvidenceView::None: return std::nullopt;
    case EvidenceView::Timeline:
    case EvidenceView::Usage: return ViewId::Timeline;
    case EvidenceView::Flame: return ViewId::Flame;
    case EvidenceView::Sites: return ViewId::Sites;
    case EvidenceView::CostBreakdown: return ViewId::Cost;
    case EvidenceView::Rightsizing: return ViewId::Rightsizing;
    case EvidenceView::Sources: return ViewId::Sources;
    }
    return std::nullopt;
}

QString filterText(FindingFilter filter)
{
    switch (filter) {
    case FindingFilter::Open: return FindingsPage::tr("Open");
    case FindingFilter::Done: return FindingsPage::tr("Done");
    case FindingFilter::Muted: return FindingsPage::tr("Muted");
    case FindingFilter::All: return FindingsPage::tr("All states");
    }
    return {};
}

QToolButton* chip(const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setProperty("role", u"chip"_s);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::TabFocus);
    button->setMenu(new QMenu(button));
    return button;
}

} // namespace

FindingsPage::FindingsPage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Findings, context, parent)
    , m_model(new FindingsModel(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_none(new EmptyState(this))
    , m_pane(new FindingPane(this))
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeCards());
    auto* line = new QFrame(content);
    line->setProperty("role", u"line"_s);
    line->setFixedHeight(1);
    layout->addWidget(line);
    m_splitter = new QSplitter(content);
    QSplitter* splitter = m_splitter;
    splitter->setObjectName(u"findings.splitter"_s);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(makeList());
    m_right = new QStackedWidget(splitter);
    m_right->addWidget(m_pane);
    m_right->addWidget(m_none);
    splitter->addWidget(m_right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({ 470, 800 });
    layout->addWidget(splitter, 1);
    m_stack->addWidget(content);
    m_stack->addWidget(m_empty);
    setFocusProxy(m_list);
    addActions();
    connect(m_pane, &FindingPane::evidenceRequested, this, &FindingsPage::openEvidence);
    connect(m_pane, &FindingPane::copyRequested, this, &FindingsPage::copyMarkdown);
    connect(m_pane, &FindingPane::muteRequested, this, &FindingsPage::mute);
    connect(m_pane, &FindingPane::doneRequested, this, &FindingsPage::toggleDone);
    connect(&context.controller, &WorkspaceController::findingStatesChanged, this, &FindingsPage::showFindings);
    connect(&context.selection, &SelectionState::changed, this, [this] {
        if (isVisible() && this->analysis()) { // null once the workspace is closed
            selectFinding();
        }
    });
}

void FindingsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    constexpr int kWide = 1160; // of the five cards with long amounts
    for (KpiCard* card : m_cards) {
        card->setCompact(width() < kWide);
    }
    constexpr int kNarrow = 860; // the list keeps its titles, the proof gets the rest
    if (width() < kNarrow) {
        m_splitter->setSizes({ kListWidth, width() - kListWidth });
    }
}

QWidget* FindingsPage::makeList()
{
    auto* left = new QWidget(this);
    left->setMinimumWidth(kListWidth);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 6, 12, 6);
    head->setSpacing(8);
    m_count = new ElidedLabel(left);
    m_count->setObjectName(u"findings.count"_s);
    m_count->setProperty("role", u"muted"_s);
    m_count->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    head->addWidget(m_count);
    m_states = chip(u"findings.state"_s, left);
    for (const FindingFilter filter :
        { FindingFilter::Open, FindingFilter::Done, FindingFilter::Muted, FindingFilter::All }) {
        m_states->menu()->addAction(filterText(filter), this, [this, filter] {
            m_filter.states = filter;
            showFindings();
        });
    }
    m_kinds = chip(u"findings.kind"_s, left);
    head->addWidget(m_states);
    head->addWidget(m_kinds);
    head->addStretch();
    m_partial = new PartialChip(left);
    head->addWidget(m_partial);
    layout->addLayout(head);
    auto* line = new QFrame(left);
    line->setProperty("role", u"line"_s);
    line->setFixedHeight(1);
    layout->addWidget(line);
    m_list = new QListView(left);
    m_list->setObjectName(u"findings.list"_s);
    m_list->setAccessibleName(tr("Findings, most expensive first"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new FindingDelegate(m_list));
    m_list->setResizeMode(QListView::Adjust);
    m_list->setWordWrap(true); // without it a list that only gets narrower keeps the heights of its rows
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    layout->addWidget(m_list, 1);
    m_weak = new QPushButton(left);
    m_weak->setObjectName(u"findings.weak"_s);
    m_weak->setProperty("role", u"link"_s);
    auto* weakRow = new QHBoxLayout;
    weakRow->setContentsMargins(12, 3, 12, 5);
    weakRow->addWidget(m_weak, 0, Qt::AlignLeft);
    layout->addLayout(weakRow);
    connect(m_weak, &QPushButton::clicked, this, [this] {
        m_filter.hasWeak = !m_filter.hasWeak;
        showFindings();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        const QString id = index.data(KeyRole).toString();
        if (!m_isSelecting && !id.isEmpty()) {
            this->context().selection.setFinding(toUtf8(id));
        }
    });
    connect(m_list, &QListView::activated, this, [this] { openEvidence(0); });
    return left;
}

void FindingsPage::addActions()
{
    ActionRegistry& actions = context().actions;
    const QString menu = u"Analyze"_s;
    const auto step = [this](int by) {
        const int row = std::clamp(m_list->currentIndex().row() + by, 0, std::max(0, m_model->rowCount() - 1));
        m_list->setCurrentIndex(m_model->index(row));
    };
    const auto add = [this, &actions](const ActionSpec& spec, const std::function<void()>& run) {
        m_actions.push_back(actions.addFor(this, spec, run));
    };
    add({ u"finding.next"_s, menu, tr("&Next finding"), tr("Down the list"), {}, { Qt::Key_J }, false, true },
        [step] { step(1); });
    add({ u"finding.previous"_s, menu, tr("&Previous finding"), tr("Up the list"), {}, { Qt::Key_K } },
        [step] { step(-1); });
    add({ u"finding.mute"_s, menu, tr("&Mute finding…"), tr("Hide it, with a reason"), u"mute"_s, { Qt::Key_M } },
        [this] { mute(); });
    add({ u"finding.done"_s, menu, tr("Mark finding &done"), tr("Done, or reopen"), u"done"_s,
            { Qt::Key_E, Qt::Key_U } },
        [this] { toggleDone(); });
    add({ u"finding.chartTable"_s, {}, tr("Finding: chart as table"), tr("The numbers of the chart, and back"),
            u"table"_s, { QKeySequence(Qt::CTRL | Qt::Key_T) } },
        [this] { m_pane->toggleTable(); });
    add({ u"finding.copy"_s, menu, tr("&Copy finding as Markdown"), tr("For issues and chats"), u"copy"_s },
        [this] { copyMarkdown(); });
    enableActions(false);
}

/// The menu and the palette reach these from everywhere: they act on a finding that is seen, or not at all.
void FindingsPage::enableActions(bool isShown)
{
    for (QAction* action : m_actions) {
        action->setEnabled(isShown && current() != nullptr);
    }
}

void FindingsPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    enableActions(true);
}

void FindingsPage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    enableActions(false);
}

void FindingsPage::release()
{
    m_isSelecting = true;
    m_model->setFindings({}, m_filter, {});
    m_isSelecting = false;
    m_pane->clear();
    enableActions(false);
}

const Finding* FindingsPage::current() const
{
    return m_model->finding(m_list->currentIndex().row());
}

int FindingsPage::badge(const WorkspaceAnalysis& analysis) const
{
    return static_cast<int>(std::ranges::count_if(analysis.findings, [this](const Finding& finding) {
        return !finding.isWeak
            && context().controller.findingState(finding.fingerprint).state == FindingState::State::Open;
    }));
}

void FindingsPage::refresh(Changes changes)
{
    if (!analysis() || analysis()->documents.empty()) {
        m_empty->setContent(
            nothingToShow(context(), u"view-findings"_s, tr("No data yet. Import heap profiles, a bill or usage.")));
        m_stack->setCurrentWidget(m_empty);
        enableActions(false);
        return;
    }
    m_stack->setCurrentIndex(0);
    if (changes.analysis) {
        fillKinds();
    }
    if (changes.analysis || changes.lens) {
        showCards();
    }
    showFindings();
}

void FindingsPage::fillKinds()
{
    std::set<FindingKind> kinds;
    for (const Finding& finding : analysis()->findings) {
        kinds.insert(finding.kind);
    }
    QMenu* menu = m_kinds->menu();
    menu->clear();
    menu->addAction(tr("All kinds"), this, [this] {
        m_filter.kind.reset();
        showFindings();
    });
    for (const FindingKind kind : kinds) {
        menu->addAction(findingKindText(kind), this, [this, kind] {
            m_filter.kind = kind;
            showFindings();
        });
    }
}

void FindingsPage::showFindings()
{
    if (!analysis()) {
        return;
    }
    m_isSelecting = true;
    m_filter.service = lens().service;
    m_model->setFindings(analysis(), m_filter,
        [this](const Finding& f) { return context().controller.findingState(f.fingerprint).state; });
    m_isSelecting = false;
    const bool hasMoney = analysis()->totals.billedPerMonth.has_value();
    m_count->setText(
        tr("%n finding(s)", "", m_model->rowCount()) + (hasMoney ? tr(" · by cost/month") : tr(" · by growth")));
    m_states->setText(filterText(m_filter.states) + u" ▾"_s);
    m_states->setAccessibleName(tr("State: %1").arg(filterText(m_filter.states)));
    const QString kind = m_filter.kind ? findingKindText(*m_filter.kind) : tr("All kinds");
    m_kinds->setText(kind + u" ▾"_s);
    m_kinds->setAccessibleName(tr("Kind: %1").arg(kind));
    m_weak->setVisible(m_model->weakHidden() > 0 || m_filter.hasWeak);
    m_weak->setText(
        m_filter.hasWeak ? tr("hide weak signals") : tr("%n weak signal(s) hidden: show", "", m_model->weakHidden()));
    selectFinding();
}

void FindingsPage::selectFinding()
{
    const std::string& wanted = context().selection.place().finding;
    const Finding* const asked = analysis()->finding(wanted);
    if (asked != nullptr && asked->isWeak && !m_filter.hasWeak) { // a link leads to it
        m_filter.hasWeak = true;
        showFindings();
        return;
    }
    m_isSelecting = true;
    const int row = std::max(m_model->rowOf(wanted), m_model->rowCount() > 0 ? 0 : -1);
    m_list->setCurrentIndex(m_model->index(row));
    m_isSelecting = false;
    enableActions(isVisible());
    const Finding* shown = m_model->finding(row);
    m_right->setCurrentIndex(shown != nullptr ? 0 : 1);
    if (shown != nullptr) {
        m_pane->show(analysis(), shown->id, context().controller.findingState(shown->fingerprint));
        return;
    }
    m_none->setContent(noFinding());
}

/// Why the list is empty: a filter hides what there is, or there is nothing worth a finding.
EmptyState::Content FindingsPage::noFinding()
{
    const auto all = static_cast<int>(std::ranges::count(analysis()->findings, false, &Finding::isWeak));
    const auto showAll = [this] {
        m_filter = {};
        m_filter.states = FindingFilter::All;
        Lens lens = context().selection.lens();
        lens.service.clear();
        context().selection.setLens(lens);
        showFindings();
    };
    if (all > 0) {
        return noMatch(tr("The filters match 0 of %n finding(s).", "", all), tr("Show all findings"), showAll);
    }
    const AnalysisOptions& options = analysis()->options;
    const auto floor = [&options](const CurrencyTotals&) {
        return std::optional(Decimal::fromDouble(options.minMoneyPerMonth)); // holds in the currency of each finding
    };
    EmptyState::Content content;
    content.icon = u"ok"_s;
    content.sentence = analysis()->totals.byCurrency.empty()
        ? tr("No leak or waste above %1/h here.").arg(bytesText(options.minBytesPerHour))
        : tr("No leak or waste above %1 and %2/h here.")
              .arg(moneyOfEach(analysis()->totals, floor, true), bytesText(options.minBytesPerHour));
    if (m_model->weakHidden() > 0) {
        content.button = tr("Show %n weak signal(s)", "", m_model->weakHidden());
        content.press = [this] {
            m_filter.hasWeak = true;
            showFindings();
        };
    }
    return content;
}

void FindingsPage::openEvidence(int index)
{
    const Finding* finding = current();
    if (finding == nullptr || index < 0 || static_cast<std::size_t>(index) >= finding->why.size()) {
        return;
    }
    const Evidence& evidence = finding->why[static_cast<std::size_t>(index)];
    const auto view = viewOf(evidence.view);
    if (!view) {
        return;
    }
    Place place = context().selection.place();
    place.view = *view;
    place.finding = finding->id;
    place.lens.fromFinding = finding->id;
    place.lens.service = finding->service;
    // Without a range of its own it is about all of the finding's time; that of a recording is not on the calendar.
    place.lens.range = evidence.range || finding->isRelative ? evidence.range : finding->range;
    place.lens.isWorkingSet = evidence.view == EvidenceView::Usage;
    const bool isCode = *view == ViewId::Flame || *view == ViewId::Sites;
    place.lens.frame = isCode && finding->blame ? finding->blame->function : std::string();
    context().selection.go(place);
}

void FindingsPage::copyMarkdown()
{
    if (const Finding* finding = current()) {
        copyText(findingMarkdown(*finding), m_pane);
    }
}

void FindingsPage::mute()
{
    const Finding* finding = current();
    if (finding == nullptr) {
        return;
    }
    const std::string fingerprint = finding->fingerprint;
    const QString id = toQString(finding->id);
    bool isOk = false;
    const QString reason = QInputDialog::getText(window(), tr("Mute %1").arg(id),
        tr("Why is it all right? (kept with the workspace)"), QLineEdit::Normal, {}, &isOk);
    if (isOk && !reason.trimmed().isEmpty()) {
        context().controller.editFindingState(
            tr("mute %1").arg(id), fingerprint, { FindingState::State::Muted, toUtf8(reason.trimmed()), std::nullopt });
    }
}

void FindingsPage::toggleDone()
{
    const Finding* finding = current();
    if (finding == nullptr) {
        return;
    }
    const bool isOpen = context().controller.findingState(finding->fingerprint).state == FindingState::State::Open;
    const QString id = toQString(finding->id);
    const FindingState::State next = isOpen ? FindingState::State::Done : FindingState::State::Open;
    const std::string fingerprint = finding->fingerprint;
    context().controller.editFindingState(
        isOpen ? tr("done %1").arg(id) : tr("reopen %1").arg(id), fingerprint, { next, {}, std::nullopt });
}

QString FindingsPage::tableText() const
{
    QString text = tr("Id\tFinding\tService\tPer month\tGrowth\tConfidence\n");
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const Finding& f = *m_model->finding(row);
        text += QStringList { toQString(f.id), toQString(f.title), toQString(f.service),
            f.costPerMonth ? moneyPerMonthText(f.costPerMonth->amount, f.costPerMonth->currency) : u"—"_s,
            growthText(f.growthBytesPerHour), confidenceText(f.confidence.level) }
                    .join(u'\t')
            + u'\n';
    }
    return text;
}

} // namespace heaptoll::gui
