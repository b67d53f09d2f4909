// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/rightsizing_page.h"

#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/usage_scale.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/viewmodel/sizing_text.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/workspace_controller.h"
#include "core/analysis/workspace_analysis.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <map>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMoneyColumn = 7;
/// A request within this share of the recommendation is right: a rollout costs more than it would free.
constexpr double kMinChange = 0.10;

QString keyOf(const SizingAdvice& advice)
{
    const QString place = toQString(advice.cluster.empty() ? advice.ns : advice.cluster + '/' + advice.ns);
    return place + u'/' + toQString(advice.workload) + u'/' + toQString(advice.container);
}

bool hasChange(const SizingAdvice& advice)
{
    return advice.blockedBy == SizingBlock::None && advice.requestBytes && advice.recommendedRequestBytes
        && std::abs(*advice.recommendedRequestBytes - *advice.requestBytes) > kMinChange * *advice.requestBytes;
}

/// What needs a look: a change, or a reason why there is no advice.
bool isNotable(const SizingAdvice& advice)
{
    return advice.blockedBy != SizingBlock::None || hasChange(advice);
}

Row makeRow(const WorkspaceTotals& totals, const SizingAdvice& advice)
{
    Row row;
    row.key = keyOf(advice);
    Cell replicas;
    replicas.text = QString::number(advice.replicas, 'f', advice.replicas < 10 ? 1 : 0);
    replicas.sortValue = advice.replicas;
    Cell money;
    money.text = u"—"_s;
    money.textColor = &Tokens::costText;
    if (const auto& saving = advice.saving) {
        money.text = moneyPerMonthText(saving->amount, saving->currency);
        money.sortValue = moneySortValue(saving->amount, totals.rankOf(saving->currency));
        money.toolTip = toQString(saving->amount.toString()) + u' ' + toQString(saving->currency) + u'\n'
            + toQString(advice.savingFormula);
    }
    Cell p99 = bytesCell(advice.usage.samples > 0 ? std::optional(advice.usage.p99) : std::nullopt);
    if (advice.requestBytes && *advice.requestBytes > 0 && advice.usage.samples > 0) {
        p99.bar = std::clamp(advice.usage.p99 / *advice.requestBytes, 0.0, 1.0);
        p99.barColor = &Tokens::memory;
        p99.toolTip +=
            RightsizingPage::tr(", %1 of the request").arg(percentText(advice.usage.p99 / *advice.requestBytes));
    }
    const QString why = toQString(advice.formula);
    Cell name = textCell(toQString(advice.workload) + u'/' + toQString(advice.container));
    name.toolTip = row.key;
    row.cells = { name, replicas, bytesCell(advice.usage.samples > 0 ? std::optional(advice.usage.p50) : std::nullopt),
        p99, bytesCell(advice.usage.samples > 0 ? std::optional(advice.usage.max) : std::nullopt),
        bytesCell(advice.requestBytes), bytesCell(advice.recommendedRequestBytes), money, textCell(why, why) };
    return row;
}

/// What all changes are worth, by kind and currency, never added.
QString worthText(const std::vector<CostPerMonth>& saved)
{
    std::map<std::string, Decimal> now; // as in the findings
    std::map<std::string, Decimal> capacity;
    for (const CostPerMonth& saving : saved) {
        (saving.kind == SavingKind::SavesNow ? now : capacity)[saving.currency] += saving.amount;
    }
    QStringList worth;
    for (const auto& [currency, amount] : now) {
        worth << RightsizingPage::tr("saves now %1").arg(moneyPerMonthText(amount, currency));
    }
    for (const auto& [currency, amount] : capacity) {
        worth << RightsizingPage::tr("frees capacity worth %1").arg(moneyPerMonthText(amount, currency));
    }
    return worth.isEmpty() ? RightsizingPage::tr("worth unknown without a price") : worth.join(u", "_s);
}

} // namespace

RightsizingPage::RightsizingPage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Rightsizing, context, parent)
    , m_policy(new QComboBox(this))
    , m_headroom(new QSpinBox(this))
    , m_showUnchanged(new QCheckBox(this))
    , m_summary(new ElidedLabel(this))
    , m_table(new DataTable(tr("Right-sizing"), this))
    , m_model(new RowModel(this))
    , m_scale(new UsageScale(this))
    , m_detail(new QLabel(this))
    , m_yaml(new QPushButton(tr("Copy YAML patch"), this))
    , m_kubectl(new QPushButton(tr("Copy kubectl"), this))
    , m_leak(new QPushButton(tr("Show the leak"), this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_tableStack(new QStackedWidget(this))
    , m_noRows(new EmptyState(this))
    , m_partial(new PartialChip(this))
{
    auto* const content = new QWidget(this);
    auto* const inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(0);
    buildControls(inner);
    m_table->setObjectName(u"rightsizing.table"_s);
    m_model->setColumns({ { tr("Container"), {} }, { tr("Replicas"), tr("Mean over the window"), true },
        { tr("p50"), tr("Of single pods, all pods pooled"), true },
        { tr("p99"), tr("Bar: share of the request"), true }, { tr("max"), {}, true }, { tr("Request"), {}, true },
        { tr("Recommended"), {}, true },
        { tr("Cost/mo"), tr("What the smaller request frees, at the service's memory price"), true },
        { tr("Why"), tr("The formula, or why there is no advice") } });
    m_table->setSource(m_model);
    constexpr int kFormula = 150;
    m_table->setDispensable({ 1, 4, 2 }, kFormula); // replicas, max, p50: the detail below has them too
    m_tableStack->addWidget(m_table);
    m_tableStack->addWidget(m_noRows);
    inner->addWidget(m_tableStack, 1);
    auto* const strip = new QFrame(content);
    strip->setProperty("role", u"strip"_s);
    auto* const below = new QVBoxLayout(strip);
    below->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    m_detail->setWordWrap(true);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* const buttons = new QHBoxLayout;
    for (QPushButton* const button : { m_yaml, m_kubectl, m_leak }) {
        buttons->addWidget(button);
    }
    m_yaml->setObjectName(u"rightsizing.yaml"_s);
    m_kubectl->setObjectName(u"rightsizing.kubectl"_s);
    m_leak->setObjectName(u"rightsizing.leak"_s);
    buttons->addStretch(1);
    below->addWidget(m_scale);
    below->addWidget(m_detail);
    below->addLayout(buttons);
    inner->addWidget(strip);
    m_stack->addWidget(content);
    m_stack->addWidget(m_empty);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_table, &DataTable::keySelected, this, &RightsizingPage::showDetail);
    connect(m_yaml, &QPushButton::clicked, this, &RightsizingPage::copyPatch);
    connect(m_kubectl, &QPushButton::clicked, this, &RightsizingPage::copyCommand);
    connect(m_leak, &QPushButton::clicked, this, &RightsizingPage::toLeak);
}

void RightsizingPage::buildControls(QVBoxLayout* layout)
{
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    bar->setSpacing(spacing(2));
    for (int i = 0; i <= static_cast<int>(SizingPolicy::Heaptoll); ++i) {
        m_policy->addItem(toQString(name(static_cast<SizingPolicy>(i))));
    }
    m_policy->setObjectName(u"rightsizing.policy"_s);
    m_policy->setAccessibleName(tr("Policy of the recommendation"));
    m_headroom->setObjectName(u"rightsizing.headroom"_s);
    m_headroom->setAccessibleName(tr("Headroom over the usage, percent"));
    m_headroom->findChild<QLineEdit*>()->setAccessibleName(m_headroom->accessibleName());
    m_headroom->setRange(-1, 300);
    m_headroom->setSpecialValueText(tr("policy's headroom"));
    m_headroom->setSuffix(tr(" % headroom"));
    m_headroom->setKeyboardTracking(false);
    m_headroom->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_showUnchanged->setObjectName(u"rightsizing.showUnchanged"_s);
    bar->addWidget(new QLabel(tr("Policy"), this));
    bar->addWidget(m_policy);
    bar->addWidget(m_headroom);
    bar->addWidget(m_showUnchanged);
    bar->addWidget(m_partial);
    bar->addWidget(m_summary, 1);
    m_summary->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    layout->addLayout(bar);
    connect(m_policy, &QComboBox::activated, this, &RightsizingPage::editOptions);
    connect(m_headroom, &QSpinBox::valueChanged, this, &RightsizingPage::editOptions);
    connect(m_showUnchanged, &QCheckBox::toggled, this, &RightsizingPage::fillTable);
}

void RightsizingPage::editOptions()
{
    AnalysisOptions options = context().controller.options();
    options.sizing.policy = static_cast<SizingPolicy>(m_policy->currentIndex());
    options.sizing.headroom = m_headroom->value() < 0 ? std::nullopt : std::optional(m_headroom->value() / 100.0);
    context().controller.editOptions(tr("change the sizing policy"), std::move(options));
}

std::vector<RightsizingPage::Entry> RightsizingPage::entries(const WorkspaceAnalysis& analysis) const
{
    std::vector<Entry> all;
    for (const ServiceView& service : analysis.services) {
        if (!lens().service.empty() && service.name != lens().service) {
            continue;
        }
        for (const SizingAdvice& advice : service.sizing) {
            all.push_back({ &service, &advice });
        }
    }
    return all;
}

int RightsizingPage::badge(const WorkspaceAnalysis& analysis) const
{
    int count = 0;
    for (const ServiceView& service : analysis.services) {
        count += static_cast<int>(
            std::ranges::count_if(service.sizing, [](const SizingAdvice& advice) { return hasChange(advice); }));
    }
    return count;
}

void RightsizingPage::refresh(Changes /*changes*/)
{
    m_entries.clear();
    m_partial->setAnalysis(analysis().get(), lens().service);
    if (!analysis() || entries(*analysis()).empty()) {
        const bool hasUsage = analysis() && !analysis()->workloads.empty();
        m_empty->setContent(hasUsage && !lens().service.empty()
                ? lensMatchesNothing(context(), tr("No usage of %1 was imported.").arg(toQString(lens().service)))
                : nothingToShow(context(), u"view-rightsizing"_s,
                    tr("No usage yet. Import Prometheus answers of working sets and requests to compare them.")));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentIndex(0);
    const SizingOptions& sizing = analysis()->options.sizing;
    const QSignalBlocker blockPolicy(m_policy);
    const QSignalBlocker blockHeadroom(m_headroom);
    m_policy->setCurrentIndex(static_cast<int>(sizing.policy));
    m_headroom->setValue(sizing.headroom ? static_cast<int>(std::lround(*sizing.headroom * 100)) : -1);
    fillTable();
}

void RightsizingPage::fillTable()
{
    if (!analysis()) {
        return;
    }
    const std::vector<Entry> all = entries(*analysis());
    m_entries.clear();
    std::vector<Row> rows;
    std::vector<CostPerMonth> saved;
    int changes = 0;
    int blocked = 0;
    for (const Entry& entry : all) {
        if (!isNotable(*entry.advice) && !m_showUnchanged->isChecked()) {
            continue;
        }
        m_entries.push_back(entry);
        rows.push_back(makeRow(analysis()->totals, *entry.advice));
        blocked += entry.advice->blockedBy != SizingBlock::None ? 1 : 0;
        if (!hasChange(*entry.advice)) {
            continue;
        }
        ++changes;
        if (const auto& saving = entry.advice->saving; saving && !saving->amount.isNegative()) {
            saved.push_back(*saving);
        }
    }
    const auto unchanged =
        static_cast<int>(std::ranges::count_if(all, [](const Entry& e) { return !isNotable(*e.advice); }));
    m_showUnchanged->setText(tr("Show %n unchanged", nullptr, unchanged));
    m_showUnchanged->setVisible(unchanged > 0);
    const QString summary =
        changes == 0 ? tr("Nothing to change") : tr("%n change(s): %1", nullptr, changes).arg(worthText(saved));
    m_summary->setText(blocked == 0 ? summary : summary + tr(" · %n without advice", nullptr, blocked));
    m_model->setRows(std::move(rows));
    m_table->fitColumns(8);
    if (m_model->rowCount() == 0) {
        m_noRows->setContent(noMatch(tr("All %n request(s) fit their usage.", nullptr, unchanged),
            tr("Show %n unchanged", nullptr, unchanged), [this] { m_showUnchanged->setChecked(true); }));
    }
    m_tableStack->setCurrentIndex(m_model->rowCount() == 0 ? 1 : 0);
    m_table->sortBy(kMoneyColumn, Qt::DescendingOrder);
    if (!m_entries.empty()) {
        m_table->selectRow(0);
    }
    showDetail(m_table->currentKey());
}

/// A short window keeps the table and the formula; the scale draws what both say.
void RightsizingPage::showScale()
{
    constexpr int kShort = 430;
    m_scale->setVisible(m_hasScale && height() >= kShort);
}

void RightsizingPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    showScale();
}

const RightsizingPage::Entry* RightsizingPage::current() const
{
    const QString key = m_table->currentKey();
    const auto it = std::ranges::find_if(m_entries, [&](const Entry& entry) { return keyOf(*entry.advice) == key; });
    return it == m_entries.end() ? nullptr : &*it;
}

void RightsizingPage::showDetail(const QString& /*key*/)
{
    const Entry* const entry = current();
    const bool hasAdvice = entry != nullptr && entry->advice->recommendedRequestBytes.has_value();
    m_hasScale = entry != nullptr && entry->advice->usage.samples > 0;
    showScale();
    m_yaml->setEnabled(hasAdvice);
    m_kubectl->setEnabled(hasAdvice);
    m_leak->setVisible(entry != nullptr && entry->advice->blockedBy == SizingBlock::Leak);
    if (entry == nullptr) {
        m_detail->setText(tr("Every request fits its usage."));
        return;
    }
    const SizingAdvice& advice = *entry->advice;
    m_scale->setAdvice(advice);
    QString text = toQString(advice.formula);
    text += tr("\n%1 samples, %2 missing")
                .arg(countText(static_cast<double>(advice.usage.samples)), percentText(advice.usage.missingShare));
    if (hasAdvice) {
        text += tr("; replayed on %1 samples, %2 above the new limit")
                    .arg(countText(static_cast<double>(advice.replaySamples)),
                        countText(static_cast<double>(advice.replayOver)));
    }
    if (entry->service->price) {
        text += u'\n' + toQString(entry->service->price->explanation);
    }
    m_detail->setText(text);
}

void RightsizingPage::copyPatch()
{
    if (const Entry* const entry = current(); entry != nullptr && entry->advice->recommendedRequestBytes) {
        copyText(yamlPatch(*entry->advice), m_yaml);
    }
}

void RightsizingPage::copyCommand()
{
    if (const Entry* const entry = current(); entry != nullptr && entry->advice->recommendedRequestBytes) {
        copyText(kubectlCommand(*entry->advice), m_kubectl);
    }
}

void RightsizingPage::toLeak()
{
    const Entry* const entry = current();
    if (entry == nullptr) {
        return;
    }
    Place place = context().selection.place();
    place.view = ViewId::Findings;
    for (const Finding& finding : analysis()->findings) {
        if (finding.kind == FindingKind::Leak && finding.service == entry->service->name) {
            place.finding = finding.id;
            break;
        }
    }
    context().selection.go(place);
}

QString RightsizingPage::tableText() const
{
    return m_table->tableText();
}

} // namespace heaptoll::gui
