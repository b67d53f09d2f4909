// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/finding_pane.h"

#include "app/gui/chart/chart_panel.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/findings_model.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/table_twin.h"
#include "core/analysis/workspace_analysis.h"
#include "core/session/workspace_file.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kHoursPerDay = 24;

QString html(const QString& text)
{
    return text.toHtmlEscaped();
}

QString strong(const QString& text, const QColor& color)
{
    const int size = textFont(TextSize::Headline).pixelSize() - 1;
    return u"<span style='font-size:%1px; font-weight:600; color:%2'>%3</span>"_s.arg(size).arg(
        color.name(), html(text));
}

QString weak(const QString& text)
{
    return u" <span style='color:%1'>%2</span>"_s.arg(tokens().muted.name(), html(text));
}

QLabel* section(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", u"section"_s);
    label->setFont(textFont(TextSize::Note, true));
    label->setContentsMargins(0, 8, 0, 0);
    return label;
}

QLabel* richLabel(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    label->setFocusPolicy(Qt::TabFocus);
    return label;
}

} // namespace

FindingPane::FindingPane(QWidget* parent)
    : QWidget(parent)
    , m_blameModel(new RowModel(this))
{
    setObjectName(u"finding.pane"_s);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(scroll);
    body->setProperty("role", u"scrolled"_s);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(16, 10, 16, 12);
    layout->setSpacing(6);
    layout->addWidget(makeHeader());
    layout->addWidget(makeFigures());
    layout->addWidget(makeKinds());
    m_howText = new QLabel(body);
    m_howText->setObjectName(u"finding.howComputedText"_s);
    m_howText->setWordWrap(true);
    m_howText->setProperty("role", u"muted"_s);
    m_howText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_howText->hide();
    layout->addWidget(m_howText);
    m_chart = new ChartPanel(body);
    m_chart->setObjectName(u"finding.chart"_s);
    m_chart->setBrushEnabled(false);
    m_twin = new TableTwin(
        m_chart, tr("The finding's chart as a table"), [this] { return m_chart->data().table(); }, body);
    m_twin->setObjectName(u"finding.twin"_s);
    m_twin->setFixedHeight(212);
    layout->addWidget(m_twin);
    layout->addWidget(section(tr("WHY WE SAY SO"), body));
    m_why = richLabel(u"finding.why"_s, body);
    layout->addWidget(m_why);
    m_doHeading = section(tr("WHAT TO DO"), body);
    layout->addWidget(m_doHeading);
    m_do = richLabel(u"finding.actions"_s, body);
    layout->addWidget(m_do);
    m_blameHeading = section(tr("BLAME FRAMES"), body);
    layout->addWidget(m_blameHeading);
    m_blame = new DataTable(tr("Blame frames"), body);
    m_blame->setObjectName(u"finding.blame"_s);
    m_blame->setSource(m_blameModel);
    m_blame->setSortingEnabled(false); // the blame frame first, then its callers
    m_blame->sortBy(-1, Qt::AscendingOrder);
    m_blame->setFitsRows(true);
    layout->addWidget(m_blame);
    layout->addStretch();
    scroll->setWidget(body);
    outer->addWidget(scroll);
    connect(m_why, &QLabel::linkActivated, this, [this](const QString& link) { emit evidenceRequested(link.toInt()); });
}

QWidget* FindingPane::makeHeader()
{
    auto* header = new QWidget(this);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_title = new QLabel(header);
    m_title->setObjectName(u"finding.title"_s);
    m_title->setFont(textFont(TextSize::Title, true));
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_subtitle = new QLabel(header);
    m_subtitle->setProperty("role", u"muted"_s);
    m_subtitle->setWordWrap(true);
    words->addWidget(m_title);
    words->addWidget(m_subtitle);
    m_state = new QLabel(header);
    m_state->setObjectName(u"finding.state"_s);
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    words->addWidget(m_state);
    row->addLayout(words, 1);
    const auto button = [&](const QString& name, const QString& text, const QString& icon) {
        auto* b = new QPushButton(themedIcon(icon), text, header);
        b->setObjectName(name);
        b->setAccessibleName(text);
        row->addWidget(b, 0, Qt::AlignTop);
        return b;
    };
    auto* copy = button(u"finding.copy"_s, tr("Copy"), u"copy"_s);
    copy->setToolTip(tr("Copy as Markdown"));
    m_copy = copy;
    m_mute = button(u"finding.mute"_s, tr("Mute…"), u"mute"_s);
    m_done = button(u"finding.done"_s, tr("Done"), u"done"_s);
    connect(copy, &QPushButton::clicked, this, &FindingPane::copyRequested);
    connect(m_mute, &QPushButton::clicked, this, &FindingPane::muteRequested);
    connect(m_done, &QPushButton::clicked, this, &FindingPane::doneRequested);
    return header;
}

QWidget* FindingPane::makeFigures()
{
    auto* figures = new QWidget(this);
    // Two rows: four figures side by side are wider than the pane of a small window.
    auto* rows = new QVBoxLayout(figures);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2);
    auto* first = new QHBoxLayout;
    auto* second = new QHBoxLayout;
    for (QHBoxLayout* row : { first, second }) {
        row->setSpacing(22);
        rows->addLayout(row);
    }
    const auto label = [&](const QString& name, QHBoxLayout* row) {
        auto* l = new QLabel(figures);
        l->setObjectName(name);
        l->setTextFormat(Qt::RichText);
        row->addWidget(l);
        return l;
    };
    m_money = label(u"finding.money"_s, first);
    m_growth = label(u"finding.growth"_s, first);
    m_confidence = new QToolButton(figures);
    m_confidence->setObjectName(u"finding.confidence"_s);
    m_confidence->setProperty("role", u"figure"_s);
    m_confidence->setIcon(themedIcon(u"info"_s));
    m_confidence->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_confidence->setLayoutDirection(Qt::RightToLeft); // the icon after the words
    m_confidence->setFocusPolicy(Qt::TabFocus);
    connect(m_confidence, &QToolButton::clicked, this, &FindingPane::showChecklist);
    second->addWidget(m_confidence);
    m_limit = label(u"finding.limit"_s, second);
    first->addStretch();
    second->addStretch();
    return figures;
}

QWidget* FindingPane::makeKinds()
{
    auto* kinds = new QWidget(this);
    auto* row = new QHBoxLayout(kinds);
    row->setContentsMargins(0, 0, 0, 0);
    m_kind = new QLabel(kinds);
    m_kind->setObjectName(u"finding.savingKind"_s);
    m_kind->setTextFormat(Qt::RichText);
    m_how = new QPushButton(tr("how computed"), kinds);
    m_how->setObjectName(u"finding.howComputed"_s);
    m_how->setProperty("role", u"link"_s);
    m_how->setCheckable(true);
    row->addWidget(m_kind);
    row->addWidget(m_how);
    row->addStretch();
    connect(m_how, &QPushButton::toggled, this, [this](bool isOn) { m_howText->setVisible(isOn); });
    return kinds;
}

const Finding* FindingPane::finding() const
{
    return m_analysis ? m_analysis->finding(m_id) : nullptr;
}

void FindingPane::clear()
{
    m_analysis.reset();
    m_id.clear();
    m_chart->setData({});
    m_twin->refresh();
}

void FindingPane::show(
    std::shared_ptr<const WorkspaceAnalysis> analysis, const std::string& findingId, const FindingState& state)
{
    const bool isOpen = state.state == FindingState::State::Open;
    m_analysis = std::move(analysis);
    m_id = findingId;
    const Finding* shown = finding();
    if (shown == nullptr) {
        return;
    }
    m_title->setText(toQString(shown->title));
    QStringList words { toQString(shown->service), tr("finding %1").arg(toQString(shown->id)) };
    words.removeAll(QString());
    if (shown->range) {
        // A recording without a clock counts from zero, which is no day of 1970.
        const ServiceView* const service = m_analysis->service(shown->service);
        words.insert(words.size() - 1,
            service != nullptr && service->isRelative ? tr("%1 recorded").arg(spanText(shown->range->length()))
                                                      : rangeText(*shown->range));
    }
    if (shown->isPartial) {
        words << tr("partial: rests on a file that ends early");
    }
    m_subtitle->setText(words.join(u" · "_s));
    m_state->setVisible(!isOpen);
    m_state->setText(
        state.state == FindingState::State::Muted ? tr("Muted: %1").arg(toQString(state.reason)) : tr("Done"));
    m_done->setAccessibleName(isOpen ? tr("Done") : tr("Reopen"));
    m_done->setIcon(themedIcon(isOpen ? u"done"_s : u"reopen"_s));
    m_mute->setVisible(isOpen);
    layoutButtons();
    showFigures(*shown);
    m_chart->setData(findingChart(*m_analysis, *shown));
    m_twin->setVisible(!m_chart->data().isEmpty());
    m_twin->refresh();
    showWords(*shown);
    showBlame(*shown);
}

void FindingPane::showFigures(const Finding& f)
{
    const Tokens& t = tokens();
    if (f.costPerMonth) {
        const CostPerMonth& cost = *f.costPerMonth;
        const QString low = moneyText(cost.low, cost.currency);
        const QString high = moneyText(cost.high, cost.currency);
        m_money->setText(strong(tr("%1 / month").arg(moneyText(cost.amount, cost.currency)), t.costText)
            + (low == high ? QString() : weak(u"%1 – %2"_s.arg(low, high))));
        QString kind = toQString(displayName(cost.kind));
        kind.replace(0, 1, kind.left(1).toUpper());
        // Money without an owner is a gap in the mapping, not something to save.
        kind = f.kind == FindingKind::UnattributedCost ? tr("Not mapped:") : kind;
        m_kind->setText(html(kind) + u" <b>"_s + html(moneyText(cost.amount, cost.currency)) + u"</b>"_s
            + (f.costSoFar ? html(tr("  ·  %1 so far").arg(moneyText(f.costSoFar, cost.currency))) : QString()));
    } else {
        m_money->setText(strong(u"—"_s, t.costText) + weak(tr("/ month")));
        m_kind->setText(html(toQString(f.costReason)));
    }
    m_how->setVisible(!f.howComputed.empty());
    m_howText->setText(toQString(f.howComputed));
    m_howText->setVisible(m_how->isChecked() && !f.howComputed.empty());
    m_growth->setVisible(f.growthBytesPerHour.has_value());
    if (f.growthBytesPerHour) {
        m_growth->setText(strong(growthText(f.growthBytesPerHour), t.memory)
            + weak(tr("%1/day").arg(bytesText(*f.growthBytesPerHour * kHoursPerDay))
                + (f.isRateOfPods ? tr(", the pods' own rate") : QString())));
    }
    m_confidence->setText(
        tr("%1 confidence %2").arg(confidenceText(f.confidence.level), QString::number(f.confidence.score, 'f', 2)));
    m_confidence->setFont(textFont(TextSize::Body, true));
    m_confidence->setToolTip(tr("What this confidence rests on"));
    m_limit->setVisible(f.timeToLimitHours.has_value());
    if (f.timeToLimitHours) {
        const Span left = Span::seconds(static_cast<std::int64_t>(*f.timeToLimitHours * 3600));
        m_limit->setText(strong(u'~' + spanText(left), t.text) + weak(tr("to the limit")));
    }
}

void FindingPane::showWords(const Finding& f)
{
    QString why;
    int index = 0;
    for (const Evidence& evidence : f.why) {
        const QString number = QString(QChar(static_cast<char16_t>(u'①' + std::min(index, 19))));
        why += u"<p style='margin:0 0 3px 0'>"_s + number + u' ' + html(toQString(evidence.text));
        if (evidence.view != EvidenceView::None) {
            const QString words = evidence.linkText.empty() ? tr("show") : toQString(evidence.linkText);
            why += u" <a href='%1' style='color:%2'>%3</a>"_s.arg(index).arg(tokens().link.name(), html(words));
        }
        why += u"</p>"_s;
        ++index;
    }
    m_why->setText(why);
    QString todo;
    int number = 1;
    for (const std::string& action : f.actions) {
        todo += u"<p style='margin:0 0 3px 0'>%1. %2</p>"_s.arg(number).arg(html(toQString(action)));
        ++number;
    }
    m_doHeading->setVisible(!todo.isEmpty());
    m_do->setVisible(!todo.isEmpty());
    m_do->setText(todo);
}

/// Every figure of the row says what it is of: heap and pods, now and on average, are not one quantity.
std::vector<Column> FindingPane::blameColumns(const Finding& f)
{
    const QString live = tr("Bytes live in the last profile: the heap of one process");
    const QString growth = f.isRateOfPods
        ? tr(
            "Growth of a pod's working set between restarts, as much of it as the profiles see here. The heap that was "
            "profiled grew otherwise: its own rate is in Sites")
        : tr("Growth of the live bytes in the profiles: the heap of one process");
    const QString money = f.kind == FindingKind::Leak
        ? tr("What it holds on average over a month, in all replicas: \u201chow computed\u201d has the formula. Sites "
             "says what the bytes that are live now cost when they stay for a month")
        : tr("Per month, in all replicas: \u201chow computed\u201d has the formula");
    return { { tr("Site"), tr("The blamed line, then who called it") }, { tr("Trend"), live },
        { tr("Live, one process"), live, true },
        { f.isRateOfPods ? tr("Pods' own rate") : tr("Heap growth"), growth, true },
        { f.kind == FindingKind::Leak ? tr("Mean held /mo") : tr("Cost/mo"), money, true } };
}

void FindingPane::showBlame(const Finding& f)
{
    m_blameModel->setColumns(blameColumns(f));
    std::vector<Row> rows;
    const ServiceView* service = m_analysis->service(f.service);
    const SiteGrowth* growth = nullptr;
    if (service != nullptr && service->growth && f.blame) {
        const auto it = std::ranges::find(service->growth->sites, *f.blame, &SiteGrowth::site);
        growth = it == service->growth->sites.end() ? nullptr : &*it;
    }
    if (f.blame) {
        Cell site { siteText(*f.blame) };
        site.isMono = true;
        site.toolTip = toQString(f.blame->function) + u'\n' + toQString(f.blame->file);
        Cell trend;
        if (growth != nullptr) {
            trend.sparkline = QList<double>(growth->bytesAt.begin(), growth->bytesAt.end());
        }
        Cell live { f.liveBytes ? bytesText(static_cast<double>(*f.liveBytes)) : u"—"_s };
        live.toolTip = f.liveBytes ? exactBytesText(static_cast<double>(*f.liveBytes)) : QString();
        Cell rate { growthText(f.growthBytesPerHour) };
        Cell money { f.costPerMonth ? moneyText(f.costPerMonth->amount, f.costPerMonth->currency) : u"—"_s };
        money.textColor = &Tokens::costText;
        rows.push_back({ u"blame"_s, { site, trend, live, rate, money } });
    }
    int depth = 0;
    constexpr int kMaxCallers = 6;
    for (const Site& caller : callersOf(f)) {
        if (++depth > kMaxCallers) {
            break;
        }
        Cell site { u"  in "_s + siteText(caller) };
        site.isMono = true;
        site.textColor = &Tokens::muted;
        site.toolTip = toQString(caller.function) + u'\n' + toQString(caller.file);
        rows.push_back({ u"stack%1"_s.arg(depth), { site } });
    }
    const bool hasRows = !rows.empty();
    m_blameModel->setRows(std::move(rows));
    m_blame->fitColumns(0);
    m_blame->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Interactive);
    m_blame->setColumnWidth(1, 84);
    m_blame->setVisible(hasRows);
    m_blameHeading->setVisible(hasRows);
    const bool isCode = f.blame && !f.blame->file.empty();
    m_blameHeading->setText(isCode ? tr("BLAME FRAMES") : tr("WHERE"));
    m_blame->updateGeometry();
}

void FindingPane::showChecklist()
{
    const Finding* shown = finding();
    if (shown == nullptr) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(u"finding.checklist"_s);
    for (const ConfidenceCheck& check : shown->confidence.checks) {
        QString name = toQString(check.name);
        name.replace(u'_', u' ');
        menu->addAction(themedIcon(check.passed ? u"ok"_s : u"error"_s),
            tr("%1: %2 (%3)").arg(name, toQString(check.value), check.passed ? tr("passed") : tr("not passed")));
    }
    menu->popup(m_confidence->mapToGlobal(QPoint(0, m_confidence->height())));
}

void FindingPane::toggleTable()
{
    if (m_twin->isVisible()) {
        m_twin->toggle();
    }
}

/// In a narrow pane the title needs the room of the buttons' words; they keep their icons, names and tooltips.
void FindingPane::layoutButtons()
{
    constexpr int kNarrow = 520;
    for (QPushButton* button : { m_copy, m_mute, m_done }) {
        button->setText(width() < kNarrow ? QString() : button->accessibleName());
        button->setToolTip(button == m_copy ? tr("Copy as Markdown") : button->accessibleName());
    }
}

void FindingPane::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layoutButtons();
}

void FindingPane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && finding() != nullptr) {
        showFigures(*finding());
        showWords(*finding());
        showBlame(*finding());
    }
}

} // namespace heaptoll::gui
