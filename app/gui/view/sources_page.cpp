// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/sources_page.h"

#include "app/gui/command_palette.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/locate.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/viewmodel/source_rows.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/empty_state.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/workspace_controller.h"
#include "core/analysis/workspace_analysis.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <span>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kMaxKeys = 2000;

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
    box->setAccessibleName(SourcesPage::tr("Service to assign to"));
    box->setMinimumWidth(110);
    box->lineEdit()->setPlaceholderText(SourcesPage::tr("Service"));
    box->lineEdit()->setAccessibleName(SourcesPage::tr("Service to assign to"));
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

} // namespace

SourcesPage::SourcesPage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Sources, context, parent)
    , m_sourceModel(new RowModel(this))
    , m_keyModel(new RowModel(this))
    , m_ruleModel(new RowModel(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_keysJob(context.jobs)
{
    auto* const columns = new QSplitter(Qt::Horizontal, this);
    auto* const right = new QSplitter(Qt::Vertical, this);
    columns->setObjectName(u"sources.columns"_s);
    right->setObjectName(u"sources.right"_s);
    columns->setChildrenCollapsible(false);
    right->setChildrenCollapsible(false);
    right->addWidget(makeKeysPane());
    right->addWidget(makeRulesPane());
    right->setStretchFactor(0, 3);
    right->setStretchFactor(1, 1);
    columns->addWidget(makeSourcesPane());
    columns->addWidget(right);
    columns->setStretchFactor(0, 1);
    columns->setStretchFactor(1, 1);
    columns->setSizes({ 680, 560 });
    m_stack->addWidget(columns);
    m_stack->addWidget(m_empty);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(&context.controller, &WorkspaceController::filesChanged, this, [this] {
        m_areFilesNew = true;
        refreshSoon();
    });
    connect(&m_keysJob, &LatestJob::cancelled, this, [this] {
        m_isKeysJobCancelled = true;
        m_costKeys.reset();
        fillKeys();
    });
    connect(&context.controller, &WorkspaceController::optionsChanged, this, &SourcesPage::fillRules);
}

QWidget* SourcesPage::makeSourcesPane()
{
    auto* const pane = new QWidget(this);
    auto* const layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* const top = new QHBoxLayout;
    top->addWidget(makeHeading(tr("SOURCES"), pane));
    top->addStretch(1);
    m_partial = new PartialChip(pane);
    top->addWidget(m_partial);
    top->addSpacing(spacing(3));
    layout->addLayout(top);
    m_sources = new DataTable(tr("Sources"), pane);
    m_sources->setObjectName(u"sources.files"_s);
    m_sourceModel->setColumns({ { tr("State"), {} }, { tr("File"), {} },
        { tr("Detected as"), tr("And how sure that is; the evidence is in the tooltip") }, { tr("Service"), {} },
        { tr("Time"), tr("UTC") }, { tr("Content"), {} } });
    m_sources->setSource(m_sourceModel);
    constexpr int kFileName = 240;
    m_sources->setDispensable({ 5, 2, 4 }, kFileName); // content, format, time: the file and its service stay
    layout->addWidget(m_sources, 1);
    m_sourceDetail = new QLabel(pane);
    m_sourceDetail->setObjectName(u"sources.detail"_s);
    m_sourceDetail->setWordWrap(true);
    m_sourceDetail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sourceDetail->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    layout->addWidget(m_sourceDetail);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(2));
    bar->setSpacing(spacing(2));
    m_sourceService = makeServiceBox(pane, u"sources.fileService"_s);
    m_assignSource = new QPushButton(tr("Assign"), pane);
    m_assignSource->setObjectName(u"sources.assignFile"_s);
    m_assignSource->setToolTip(tr("Says which service the selected profile is of"));
    m_assignSource->setAccessibleName(tr("Assign the profile"));
    m_removeSource = new QPushButton(tr("Remove"), pane);
    m_removeSource->setObjectName(u"sources.removeFile"_s);
    m_removeSource->setToolTip(tr("Takes the file out of the workspace; the file itself is never touched"));
    bar->addWidget(m_sourceService);
    bar->addWidget(m_assignSource);
    m_locate = new QPushButton(tr("Locate…"), pane);
    m_locate->setObjectName(u"sources.locate"_s);
    bar->addStretch(1);
    bar->addWidget(m_locate);
    bar->addWidget(m_removeSource);
    layout->addLayout(bar);
    connect(m_sources, &DataTable::keySelected, this, &SourcesPage::showSource);
    connect(m_assignSource, &QPushButton::clicked, this, &SourcesPage::assignSource);
    connect(m_locate, &QPushButton::clicked, this, &SourcesPage::locateOrRetry);
    connect(m_removeSource, &QPushButton::clicked, this,
        [this] { context().controller.removeFile(toUtf8(m_sources->currentKey())); });
    return pane;
}

QWidget* SourcesPage::makeKeysPane()
{
    auto* const pane = new QWidget(this);
    auto* const layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* const top = new QHBoxLayout;
    top->addWidget(makeHeading(tr("COST KEYS"), pane));
    m_coverage = new ElidedLabel(pane);
    m_coverage->setObjectName(u"sources.coverage"_s);
    m_coverageBar = new QProgressBar(pane);
    m_coverageBar->setAccessibleName(tr("Share of the bill that is assigned"));
    m_coverageBar->setMaximumWidth(140);
    m_coverageBar->setRange(0, 1000);
    m_coverage->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    top->addWidget(m_coverage, 1);
    top->addSpacing(spacing(2));
    top->addWidget(m_coverageBar);
    top->addSpacing(spacing(3));
    layout->addLayout(top);
    m_keys = new DataTable(tr("Cost keys"), pane);
    m_keys->setObjectName(u"sources.keys"_s);
    m_keyModel->setColumns(
        { { tr("Resource or product"), {} }, { tr("Service"), {} }, { tr("Cost"), tr("Over the bill"), true },
            { tr("Why"), tr("The evidence of the assignment") }, { tr("Rows"), {}, true } });
    m_keys->setSource(m_keyModel);
    constexpr int kKeyName = 220;
    m_keys->setDispensable({ 4, 3 }, kKeyName);
    m_keyStack = new QStackedWidget(pane);
    m_noKeys = new EmptyState(pane);
    m_keyStack->addWidget(m_keys);
    m_keyStack->addWidget(m_noKeys);
    layout->addWidget(m_keyStack, 1);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(2));
    bar->setSpacing(spacing(2));
    m_keyFilter = new QLineEdit(pane);
    m_keyFilter->setObjectName(u"sources.keyFilter"_s);
    m_keyFilter->setAccessibleName(tr("Filter of the cost keys"));
    m_keyFilter->setPlaceholderText(tr("Filter keys"));
    m_keyFilter->setClearButtonEnabled(true);
    m_keyFilter->setMaximumWidth(200);
    m_keyFilter->setMinimumWidth(80);
    connect(m_keyFilter, &QLineEdit::textChanged, this, &SourcesPage::fillKeys);
    bar->addWidget(m_keyFilter);
    m_keyCount = new QLabel(pane);
    m_keyCount->setObjectName(u"sources.keyCount"_s);
    m_keyCount->setProperty("role", u"muted"_s);
    bar->addWidget(m_keyCount);
    m_keyService = makeServiceBox(pane, u"sources.keyService"_s);
    m_assignKey = new QPushButton(tr("Assign"), pane);
    m_assignKey->setObjectName(u"sources.assignKey"_s);
    m_assignKey->setToolTip(tr("Makes a rule: cost of the selected key belongs to this service"));
    m_assignKey->setAccessibleName(tr("Assign the cost by a rule"));
    bar->addWidget(m_keyService);
    bar->addWidget(m_assignKey);
    bar->addStretch(1);
    layout->addLayout(bar);
    connect(m_assignKey, &QPushButton::clicked, this, &SourcesPage::assignKey);
    return pane;
}

QWidget* SourcesPage::makeRulesPane()
{
    auto* const pane = new QWidget(this);
    auto* const layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeading(tr("RULES, FIRST MATCH WINS"), pane));
    m_rules = new DataTable(tr("Rules"), pane);
    m_rules->setObjectName(u"sources.rules"_s);
    m_ruleModel->setColumns({ { tr("Pattern"), {} }, { tr("Field"), {} }, { tr("Service"), {} } });
    m_rules->setSource(m_ruleModel);
    m_ruleStack = new QStackedWidget(pane);
    m_ruleStack->addWidget(m_rules);
    auto* const none = new QLabel(tr("No rules by hand: services come from tags and names. Select a cost key above and "
                                     "assign it to make one."),
        pane);
    none->setProperty("role", u"muted"_s);
    none->setWordWrap(true);
    none->setAlignment(Qt::AlignCenter);
    none->setContentsMargins(spacing(3), 0, spacing(3), 0);
    m_ruleStack->addWidget(none);
    layout->addWidget(m_ruleStack, 1);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(2));
    bar->setSpacing(spacing(2));
    m_removeRule = new QPushButton(tr("Remove rule"), pane);
    m_removeRule->setObjectName(u"sources.removeRule"_s);
    bar->addWidget(m_removeRule);
    bar->addStretch(1);
    layout->addLayout(bar);
    connect(m_removeRule, &QPushButton::clicked, this, &SourcesPage::removeRule);
    return pane;
}

void SourcesPage::refresh(Changes changes)
{
    if (context().controller.isEmpty()) {
        m_empty->setContent(nothingToShow(context(), u"view-sources"_s,
            tr("Nothing imported yet. Sources and their mapping to services show here.")));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentIndex(0);
    if (std::exchange(m_areFilesNew, false) || changes.analysis) {
        fillSources();
    }
    if (!changes.analysis) {
        showKeys(); // what is read, while there are none
        return;
    }
    m_partial->setAnalysis(analysis().get(), {});
    fillServices(m_sourceService, analysis().get());
    fillServices(m_keyService, analysis().get());
    listKeys();
    fillRules();
    fillCoverage();
}

void SourcesPage::release()
{
    m_keysJob.drop();
    m_costKeys.reset();
    m_keyModel->setRows({});
    m_sourceModel->setRows({});
    m_areFilesNew = true;
}

/// In a job: bills have millions of rows.
void SourcesPage::listKeys()
{
    m_keysJob.drop();
    m_isKeysJobCancelled = false;
    if (!analysis()) {
        m_costKeys.emplace();
        fillKeys();
        return;
    }
    if (!m_costKeys) {
        fillKeys();
    }
    m_keysJob.run(
        tr("Cost keys"),
        [from = analysis()](const TaskContext& /*task*/) -> Result<std::vector<CostKey>> { return costKeys(*from); },
        [this](Result<std::vector<CostKey>> keys) {
            if (keys.ok()) {
                m_costKeys = std::move(keys).value();
                fillKeys();
            }
        });
}

void SourcesPage::fillSources()
{
    const QString current = m_sources->currentKey();
    QStringList paths;
    for (const ImportedFile& file : context().controller.files()) {
        paths << toQString(file.path);
    }
    const QString folder = commonFolder(paths);
    std::vector<Row> rows;
    for (const ImportedFile& file : context().controller.files()) {
        rows.push_back(sourceRow(file, folder, analysis().get(), context().controller.isMissing(file.path)));
    }
    const auto needsYou = [this](const Row& row) {
        const auto& files = context().controller.files();
        const auto file = std::ranges::find(files, toUtf8(row.key), &ImportedFile::path);
        return context().controller.isMissing(file->path) || file->error.has_value();
    };
    std::stable_partition(rows.begin(), rows.end(), needsYou); // what is missing or was not read comes first
    m_sourceModel->setRows(std::move(rows));
    m_sources->fitColumns(1);
    m_sources->sortBy(-1, Qt::AscendingOrder);
    m_sources->selectKey(current);
    showSource(m_sources->currentKey());
}

/// The keys that the filter matches, at most kMaxKeys of them: the tail of tens of thousands of resources has no use in a
/// table for mapping by hand; its money stays in coverage.
void SourcesPage::fillKeys()
{
    const QString filter = m_keyFilter->text();
    const std::span<const CostKey> keys =
        m_costKeys ? std::span<const CostKey>(*m_costKeys) : std::span<const CostKey> {};
    std::vector<Row> rows;
    std::size_t matched = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (filter.isEmpty() || matchesWords(toQString(keys[i].text + " " + keys[i].assignedTo), filter)) {
            ++matched;
            if (rows.size() < kMaxKeys) {
                rows.push_back(keyRow(keys[i], i, analysis()->totals));
            }
        }
    }
    const bool isWhole = rows.size() == keys.size();
    m_keyCount->setText(isWhole
            ? QString()
            : tr("%1 of %2 shown")
                  .arg(countText(static_cast<double>(rows.size())), countText(static_cast<double>(keys.size()))));
    m_keyCount->setToolTip(
        matched > rows.size() ? tr("%1 match: filter further to see the others").arg(matched) : QString());
    m_keyModel->setRows(std::move(rows));
    m_keys->fitColumns(0);
    m_keys->sortBy(-1, Qt::AscendingOrder); // as costKeys() ranks them: what needs mapping first
    showKeys();
}

/// The table, or why it is empty.
void SourcesPage::showKeys()
{
    const bool hasRows = m_keyModel->rowCount() > 0;
    m_assignKey->setEnabled(hasRows);
    m_keyStack->setCurrentIndex(hasRows ? 0 : 1);
    if (hasRows) {
        return;
    }
    if (!m_costKeys) {
        m_noKeys->setContent(m_isKeysJobCancelled
                ? cancelled(tr("Listing the cost keys was cancelled."), tr("List them again"), [this] { listKeys(); })
                : busy(tr("Listing the cost keys…")));
        return;
    }
    m_noKeys->setContent(m_costKeys->empty()
            ? nothingToShow(context(), u"view-cost"_s, tr("No bill yet. Import one to map its cost to services."))
            : noMatch(
                tr("Filter \u201c%1\u201d matches 0 of %n cost key(s).", nullptr, static_cast<int>(m_costKeys->size()))
                    .arg(m_keyFilter->text()),
                tr("Clear the filter"), [this] { m_keyFilter->clear(); }));
}

void SourcesPage::fillRules()
{
    std::vector<Row> rows;
    const auto& rules = context().controller.options().rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        Row row;
        row.key = QString::number(i);
        row.cells = { textCell(toQString(rules[i].pattern)), textCell(toQString(rules[i].field)),
            textCell(rules[i].ignore ? tr("(ignored)") : toQString(rules[i].service)) };
        rows.push_back(std::move(row));
    }
    m_removeRule->setEnabled(!rows.empty());
    m_ruleStack->setCurrentIndex(rows.empty() ? 1 : 0);
    m_ruleModel->setRows(std::move(rows));
    m_rules->fitColumns(0);
    m_rules->sortBy(-1, Qt::AscendingOrder); // their order decides
}

void SourcesPage::fillCoverage()
{
    const WorkspaceTotals totals = analysis() ? analysis()->totals : WorkspaceTotals {};
    if (totals.byCurrency.empty() || !totals.byCurrency.front().billed) {
        m_coverage->setText(tr("No bill"));
        m_coverageBar->setVisible(false);
        return;
    }
    const Coverage& coverage = analysis()->coverage;
    const std::string& currency = totals.byCurrency.front().currency; // shares need one currency: that most rows are in
    m_coverageBar->setVisible(true);
    m_coverageBar->setValue(static_cast<int>(coverage.matchedShare() * 1000));
    const QString text = tr("%1 assigned; %2 ambiguous, %3 unassigned")
                             .arg(percentText(coverage.matchedShare()), moneyText(coverage.ambiguous, currency),
                                 moneyText(coverage.unassigned, currency));
    m_coverage->setText(totals.isMixed() ? tr("Of what is billed in %1: %2").arg(toQString(currency), text) : text);
}

void SourcesPage::showSource(const QString& key)
{
    const auto& files = context().controller.files();
    const auto it = std::ranges::find(files, toUtf8(key), &ImportedFile::path);
    const bool isProfile =
        it != files.end() && !it->documents.empty() && it->documents.front()->kind() == DocumentKind::HeapProfile;
    m_assignSource->setEnabled(isProfile);
    m_removeSource->setEnabled(it != files.end());
    const bool isMissing = it != files.end() && context().controller.isMissing(it->path);
    m_locate->setVisible(it != files.end() && it->error && it->documents.empty());
    m_locate->setText(isMissing ? tr("Locate…") : tr("Read again"));
    m_sourceDetail->setProperty("role", isMissing ? u"error"_s : QString());
    m_sourceDetail->style()->polish(m_sourceDetail);
    if (it == files.end()) {
        m_sourceDetail->setText(
            tr("Select a source to see how it was recognised and what was noticed while reading it."));
        return;
    }
    QStringList lines;
    if (it->error) {
        lines << toQString(heaptoll::format(*it->error));
    }
    if (!it->note.empty()) {
        lines << toQString(it->note);
    }
    for (const DocumentPtr& document : it->documents) {
        lines << tr("%1, %2 %").arg(toQString(document->reason)).arg(document->score);
        for (const Issue& issue : document->issues.all()) {
            lines << tr("%1 × %2: %3")
                         .arg(countText(static_cast<double>(issue.count)), toQString(heaptoll::name(issue.severity)),
                             toQString(issue.message));
        }
    }
    constexpr qsizetype kMaxLines = 6;
    const qsizetype hidden = lines.size() - kMaxLines;
    lines = lines.mid(0, kMaxLines);
    if (hidden > 0) {
        lines << tr("%n more", nullptr, static_cast<int>(hidden));
    }
    m_sourceDetail->setText(lines.join(u'\n'));
}

void SourcesPage::locateOrRetry()
{
    WorkspaceController& controller = context().controller;
    const std::string path = toUtf8(m_sources->currentKey());
    if (controller.isMissing(path)) {
        locateSource(controller, path, this);
    } else {
        controller.locateFile(path, toQString(path));
    }
}

void SourcesPage::assignSource()
{
    const QString service = m_sourceService->currentText().trimmed();
    if (service.isEmpty() || m_sources->currentKey().isEmpty()) {
        return;
    }
    AnalysisOptions options = context().controller.options();
    options.serviceOfPath[toUtf8(m_sources->currentKey())] = toUtf8(service);
    context().controller.editOptions(tr("assign a profile to %1").arg(service), std::move(options));
}

void SourcesPage::assignKey()
{
    const QString service = m_keyService->currentText().trimmed();
    const std::size_t index = m_keys->currentKey().toULongLong();
    if (service.isEmpty() || m_keys->currentKey().isEmpty() || !m_costKeys || index >= m_costKeys->size()) {
        return;
    }
    AnalysisOptions options = context().controller.options();
    const CostKey& key = (*m_costKeys)[index];
    // The first rule that matches wins: in front of all, and the one of before is gone.
    std::erase_if(
        options.rules, [&key](const auto& rule) { return rule.field == key.field && rule.pattern == key.text; });
    options.rules.insert(options.rules.begin(), { key.field, key.text, toUtf8(service), false });
    context().controller.editOptions(tr("assign cost to %1").arg(service), std::move(options));
}

void SourcesPage::removeRule()
{
    AnalysisOptions options = context().controller.options();
    const std::size_t index = m_rules->currentKey().toULongLong();
    if (m_rules->currentKey().isEmpty() || index >= options.rules.size()) {
        return;
    }
    options.rules.erase(options.rules.begin() + static_cast<std::ptrdiff_t>(index));
    context().controller.editOptions(tr("remove a rule"), std::move(options));
}

QString SourcesPage::tableText() const
{
    return m_keys->tableText();
}

} // namespace heaptoll::gui
