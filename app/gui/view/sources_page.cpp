// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/sources_page.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/cost_keys_pane.h"
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
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

SourcesPage::SourcesPage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Sources, context, parent)
    , m_sourceModel(new RowModel(this))
    , m_keys(new CostKeysPane(context, this))
    , m_ruleModel(new RowModel(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
{
    auto* const columns = new QSplitter(Qt::Horizontal, this);
    auto* const right = new QSplitter(Qt::Vertical, this);
    columns->setObjectName(u"sources.columns"_s);
    right->setObjectName(u"sources.right"_s);
    columns->setChildrenCollapsible(false);
    right->setChildrenCollapsible(false);
    right->addWidget(m_keys);
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
        m_keys->showState(); // what is read, while there are none
        return;
    }
    m_partial->setAnalysis(analysis().get(), {});
    fillServices(m_sourceService, analysis().get());
    m_keys->setAnalysis(analysis());
    fillRules();
}

void SourcesPage::release()
{
    m_keys->setAnalysis({});
    m_sourceModel->setRows({});
    m_areFilesNew = true;
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
        return context().controller.isMissing(file->path) || isUnread(*file);
    };
    std::stable_partition(rows.begin(), rows.end(), needsYou); // what is missing or was not read comes first
    m_sourceModel->setRows(std::move(rows));
    m_sources->fitColumns(1);
    m_sources->sortBy(-1, Qt::AscendingOrder);
    m_sources->selectKey(current);
    showSource(m_sources->currentKey());
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
