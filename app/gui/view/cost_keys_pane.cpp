// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/cost_keys_pane.h"

#include "app/gui/command_palette.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/viewmodel/source_rows.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/workspace_controller.h"
#include "core/analysis/workspace_analysis.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <span>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kMaxKeys = 2000;

} // namespace

void fillServices(QComboBox* box, const WorkspaceAnalysis* analysis)
{
    const QString current = box->currentText();
    box->clear();
    if (analysis != nullptr) {
        for (const ServiceView& service : analysis->services) {
            if (!service.isBucket) {
                box->addItem(toQString(service.name));
            }
        }
    }
    box->setEditText(current);
}

QComboBox* makeServiceBox(QWidget* parent, const QString& objectName)
{
    auto* const box = new QComboBox(parent);
    box->setEditable(true);
    box->setObjectName(objectName);
    box->setAccessibleName(CostKeysPane::tr("Service to assign to"));
    box->setMinimumWidth(110);
    box->lineEdit()->setPlaceholderText(CostKeysPane::tr("Service"));
    box->lineEdit()->setAccessibleName(CostKeysPane::tr("Service to assign to"));
    box->setInsertPolicy(QComboBox::NoInsert);
    return box;
}

QLabel* makeHeading(const QString& text, QWidget* parent)
{
    auto* const label = new QLabel(text, parent);
    label->setProperty("role", u"section"_s);
    label->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(1));
    return label;
}

CostKeysPane::CostKeysPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_job(context.jobs)
    , m_model(new RowModel(this))
    , m_stack(new QStackedWidget(this))
    , m_noRows(new EmptyState(this))
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(makeHead());
    m_table = new DataTable(tr("Cost keys"), this);
    m_table->setObjectName(u"sources.keys"_s);
    m_model->setColumns(
        { { tr("Resource or product"), {} }, { tr("Service"), {} }, { tr("Cost"), tr("Over the bill"), true },
            { tr("Why"), tr("The evidence of the assignment") }, { tr("Rows"), {}, true } });
    m_table->setSource(m_model);
    constexpr int kKeyName = 220;
    m_table->setDispensable({ 4, 3 }, kKeyName);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_noRows);
    layout->addWidget(m_stack, 1);
    layout->addLayout(makeBar());
    connect(&m_job, &LatestJob::cancelled, this, [this] {
        m_isCancelled = true;
        m_keys.reset();
        fill();
    });
}

QLayout* CostKeysPane::makeHead()
{
    auto* const head = new QVBoxLayout;
    head->setSpacing(0);
    auto* const top = new QHBoxLayout;
    top->addWidget(makeHeading(tr("COST KEYS"), this));
    m_coverage = new ElidedLabel(this);
    m_coverage->setObjectName(u"sources.coverage"_s);
    m_coverageBar = new QProgressBar(this);
    m_coverageBar->setAccessibleName(tr("Share of the bill that is assigned"));
    m_coverageBar->setMaximumWidth(140);
    m_coverageBar->setRange(0, 1000);
    m_coverage->setContentsMargins(spacing(3), 0, spacing(3), spacing(1));
    top->addStretch(1);
    top->addWidget(m_coverageBar);
    top->addSpacing(spacing(3));
    head->addLayout(top);
    head->addWidget(m_coverage);
    return head;
}

QLayout* CostKeysPane::makeBar()
{
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(2));
    bar->setSpacing(spacing(2));
    m_filter = new QLineEdit(this);
    m_filter->setObjectName(u"sources.keyFilter"_s);
    m_filter->setAccessibleName(tr("Filter of the cost keys"));
    m_filter->setPlaceholderText(tr("Filter keys"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(200);
    m_filter->setMinimumWidth(80);
    connect(m_filter, &QLineEdit::textChanged, this, &CostKeysPane::fill);
    bar->addWidget(m_filter);
    m_count = new QLabel(this);
    m_count->setObjectName(u"sources.keyCount"_s);
    m_count->setProperty("role", u"muted"_s);
    bar->addWidget(m_count);
    m_service = makeServiceBox(this, u"sources.keyService"_s);
    m_assign = new QPushButton(tr("Assign"), this);
    m_assign->setObjectName(u"sources.assignKey"_s);
    m_assign->setToolTip(tr("Makes a rule: cost of the selected key belongs to this service"));
    m_assign->setAccessibleName(tr("Assign the cost by a rule"));
    bar->addWidget(m_service);
    bar->addWidget(m_assign);
    bar->addStretch(1);
    connect(m_assign, &QPushButton::clicked, this, &CostKeysPane::assign);
    return bar;
}

void CostKeysPane::setAnalysis(std::shared_ptr<const WorkspaceAnalysis> analysis)
{
    m_analysis = std::move(analysis);
    fillServices(m_service, m_analysis.get());
    list();
    fillCoverage();
}

/// In a job: bills have millions of rows.
void CostKeysPane::list()
{
    m_job.drop();
    m_isCancelled = false;
    if (!m_analysis) {
        m_keys.emplace();
        fill();
        return;
    }
    if (!m_keys) {
        fill();
    }
    m_job.run(
        tr("Cost keys"),
        [from = m_analysis](const TaskContext& /*task*/) -> Result<std::vector<CostKey>> { return costKeys(*from); },
        [this](Result<std::vector<CostKey>> keys) {
            if (keys.ok()) {
                m_keys = std::move(keys).value();
                fill();
            }
        });
}

/// The keys that the filter matches, at most kMaxKeys of them: the tail of tens of thousands of resources has no use in a
/// table for mapping by hand; its money stays in coverage.
void CostKeysPane::fill()
{
    const QString filter = m_filter->text();
    const std::span<const CostKey> keys = m_keys ? std::span<const CostKey>(*m_keys) : std::span<const CostKey> {};
    std::vector<Row> rows;
    std::size_t matched = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (filter.isEmpty() || matchesWords(toQString(keys[i].text + " " + keys[i].assignedTo), filter)) {
            ++matched;
            if (rows.size() < kMaxKeys) {
                rows.push_back(keyRow(keys[i], i, m_analysis->totals));
            }
        }
    }
    const bool isWhole = rows.size() == keys.size();
    m_count->setText(isWhole
            ? QString()
            : tr("%1 of %2 shown")
                  .arg(countText(static_cast<double>(rows.size())), countText(static_cast<double>(keys.size()))));
    m_count->setToolTip(
        matched > rows.size() ? tr("%1 match: filter further to see the others").arg(matched) : QString());
    m_model->setRows(std::move(rows));
    m_table->fitColumns(0);
    m_table->sortBy(-1, Qt::AscendingOrder); // as costKeys() ranks them: what needs mapping first
    showState();
}

void CostKeysPane::showState()
{
    const bool hasRows = m_model->rowCount() > 0;
    m_assign->setEnabled(hasRows);
    m_stack->setCurrentIndex(hasRows ? 0 : 1);
    if (hasRows) {
        return;
    }
    if (!m_keys) {
        m_noRows->setContent(m_isCancelled
                ? cancelled(tr("Listing the cost keys was cancelled."), tr("List them again"), [this] { list(); })
                : busy(tr("Listing the cost keys…")));
        return;
    }
    m_noRows->setContent(m_keys->empty()
            ? nothingToShow(m_context, u"view-cost"_s, tr("No bill yet. Import one to map its cost to services."))
            : noMatch(
                tr("Filter \u201c%1\u201d matches 0 of %n cost key(s).", nullptr, static_cast<int>(m_keys->size()))
                    .arg(m_filter->text()),
                tr("Clear the filter"), [this] { m_filter->clear(); }));
}

void CostKeysPane::fillCoverage()
{
    const WorkspaceTotals totals = m_analysis ? m_analysis->totals : WorkspaceTotals {};
    if (totals.byCurrency.empty() || !totals.byCurrency.front().billed) {
        m_coverage->setText(tr("No bill"));
        m_coverageBar->setVisible(false);
        return;
    }
    const Coverage& coverage = m_analysis->coverage;
    const std::string& currency = totals.byCurrency.front().currency; // shares need one currency: that most rows are in
    m_coverageBar->setVisible(true);
    m_coverageBar->setValue(static_cast<int>(coverage.matchedShare() * 1000));
    const QString text = tr("%1 assigned; %2 ambiguous, %3 unassigned")
                             .arg(percentText(coverage.matchedShare()), moneyText(coverage.ambiguous, currency),
                                 moneyText(coverage.unassigned, currency));
    const QString whole =
        coverage.credits.isZero() ? text : tr("%1; credits %2 apart").arg(text, moneyText(coverage.credits, currency));
    m_coverage->setText(totals.isMixed() ? tr("Of what is billed in %1: %2").arg(toQString(currency), whole) : whole);
}

void CostKeysPane::assign()
{
    const QString service = m_service->currentText().trimmed();
    const std::size_t index = m_table->currentKey().toULongLong();
    if (service.isEmpty() || m_table->currentKey().isEmpty() || !m_keys || index >= m_keys->size()) {
        return;
    }
    AnalysisOptions options = m_context.controller.options();
    const CostKey& key = (*m_keys)[index];
    // The first rule that matches wins: in front of all, and the one of before is gone.
    std::erase_if(
        options.rules, [&key](const auto& rule) { return rule.field == key.field && rule.pattern == key.text; });
    options.rules.insert(options.rules.begin(), { key.field, key.text, toUtf8(service), false });
    m_context.controller.editOptions(tr("assign cost to %1").arg(service), std::move(options));
}

QString CostKeysPane::tableText() const
{
    return m_table->tableText();
}

} // namespace heaptoll::gui
