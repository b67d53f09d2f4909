// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/flame_pane.h"

#include "app/gui/actions.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/job_manager.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/view_state.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/widget/tab_order.h"
#include "core/analysis/workspace_analysis.h"
#include "core/base/text_format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// The values of a range that a metric shows; empty = the range does not have them.
std::vector<std::int64_t> valuesFor(const RangeView& range, LensMetric metric)
{
    switch (metric) {
    case LensMetric::LiveBytes:
    case LensMetric::MoneyPerMonth: return range.liveAtEnd;
    case LensMetric::LiveObjects: return range.objectsAtEnd;
    case LensMetric::AllocatedBytes: return range.allocated;
    case LensMetric::Growth: return range.liveDelta;
    case LensMetric::TemporaryObjects: {
        const auto column = range.profile->valueIndex(Metric::TemporaryObjects);
        return column ? selfPerNode(*range.profile, *column) : std::vector<std::int64_t> {};
    }
    }
    return {};
}

bool isCountMetric(LensMetric metric)
{
    return metric == LensMetric::LiveObjects || metric == LensMetric::TemporaryObjects;
}

} // namespace

FlamePane::FlamePane(const PageContext& context, QWidget* parent)
    : RangePane(parent)
    , m_context(context)
    , m_job(context.jobs)
    , m_metric(new QComboBox(this))
    , m_order(new QComboBox(this))
    , m_fold(new QCheckBox(tr("Fold runtime"), this))
    , m_merge(new QCheckBox(tr("Merge recursion"), this))
    , m_search(new QLineEdit(this))
    , m_hits(new QLabel(this))
    , m_path(new QHBoxLayout)
    , m_detail(new ElidedLabel(this))
    , m_legend(new QLabel(this))
    , m_stack(new QStackedWidget(this))
    , m_flame(new FlameView(this))
    , m_empty(new EmptyState(this))
    , m_partial(new PartialChip(this))
{
    setObjectName(u"flamePane"_s);
    buildControls();
    addKeys();
    connect(&m_job, &LatestJob::cancelled, this, [this] {
        showEmpty(cancelled(tr("Drawing the flame graph was cancelled."), tr("Draw it again"), [this] { reload(); }));
    });
    m_stack->addWidget(m_flame);
    m_stack->addWidget(m_empty);
    auto* const layout = qobject_cast<QVBoxLayout*>(this->layout());
    auto* const graph = new QHBoxLayout;
    graph->setContentsMargins(spacing(3), 0, spacing(3), 0); // in line with the controls above
    graph->addWidget(m_stack);
    layout->addLayout(graph, 1);
    auto* const footer = new QHBoxLayout;
    footer->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    footer->addWidget(m_detail, 1);
    footer->addWidget(m_legend);
    layout->addLayout(footer);
    m_detail->setObjectName(u"flame.detail"_s);
    m_legend->setTextFormat(Qt::RichText);

    connect(m_flame, &FlameView::selected, this, &FlamePane::updateDetail);
    connect(m_flame, &FlameView::zoomed, this, &FlamePane::updatePath);
    connect(m_flame, &FlameView::searchChanged, this, &FlamePane::showHits);
    connect(m_hits, &QLabel::linkActivated, m_search, &QLineEdit::setText);
    applyColors();
    reload();
}

void FlamePane::buildControls()
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    bar->setSpacing(spacing(2));
    for (std::size_t i = 0; i < kLensMetricCount; ++i) {
        m_metric->addItem(metricTitle(static_cast<LensMetric>(i)));
    }
    m_metric->setObjectName(u"flame.metric"_s);
    m_metric->setAccessibleName(tr("Metric of the flame graph"));
    m_order->addItems({ tr("Top-down"), tr("Bottom-up") });
    m_order->setObjectName(u"flame.order"_s);
    m_order->setAccessibleName(tr("Direction of the flame graph"));
    m_fold->setObjectName(u"flame.fold"_s);
    m_fold->setChecked(true);
    m_fold->setToolTip(tr("Allocator and language runtime frames fold into the frame that called them"));
    m_merge->setObjectName(u"flame.merge"_s);
    m_search->setObjectName(u"flame.search"_s);
    m_search->setAccessibleName(tr("Find frames"));
    m_search->setPlaceholderText(tr("Find  /"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(220);
    m_hits->setObjectName(u"flame.hits"_s);
    m_hits->setProperty("role", u"muted"_s);
    m_hits->setTextFormat(Qt::RichText);
    m_hits->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    for (QWidget* const widget :
        std::initializer_list<QWidget*> { m_metric, m_order, m_fold, m_merge, m_search, m_hits }) {
        bar->addWidget(widget);
    }
    bar->addStretch(1);
    bar->addWidget(m_partial);
    layout->addLayout(bar);
    m_path->setContentsMargins(spacing(3), 0, spacing(3), spacing(1));
    m_path->setSpacing(2);
    layout->addLayout(m_path);

    connect(m_metric, &QComboBox::activated, this, [this](int index) { chooseMetric(static_cast<LensMetric>(index)); });
    connect(m_order, &QComboBox::activated, this, &FlamePane::reload);
    connect(m_fold, &QCheckBox::toggled, this, &FlamePane::reload);
    connect(m_merge, &QCheckBox::toggled, this, &FlamePane::reload);
    connect(m_search, &QLineEdit::textChanged, m_flame, &FlameView::setSearch);
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        m_flame->selectNextMatch(1);
        m_flame->setFocus(Qt::ShortcutFocusReason); // n, N and Enter go on from the match
    });
}

void FlamePane::addKeys()
{
    const auto key = [this](const QString& id, const QString& text, const QKeySequence& sequence, auto run) {
        m_context.actions.addFor(m_flame, { id, {}, text, text, {}, { sequence } }, run);
    };
    for (std::size_t i = 0; i < kLensMetricCount; ++i) {
        const auto metric = static_cast<LensMetric>(i);
        key(u"flame.metric."_s + metricKey(metric), tr("Flame graph: %1").arg(metricTitle(metric)),
            QKeySequence(Qt::Key_1 + static_cast<int>(i)), [this, metric] { chooseMetric(metric); });
    }
    key(u"flame.bottomUp"_s, tr("Flame graph: bottom-up"), QKeySequence(Qt::Key_B), [this] {
        m_order->setCurrentIndex(1 - m_order->currentIndex());
        reload();
    });
    key(u"flame.foldRuntime"_s, tr("Flame graph: fold runtime frames"), QKeySequence(Qt::Key_K),
        [this] { m_fold->toggle(); });
    key(u"flame.mergeRecursion"_s, tr("Flame graph: merge recursion"), QKeySequence(Qt::Key_G),
        [this] { m_merge->toggle(); });
    key(u"flame.find"_s, tr("Flame graph: find frames"), QKeySequence(Qt::Key_Slash),
        [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
}

void FlamePane::chooseMetric(LensMetric metric)
{
    Lens lens = m_lens;
    lens.metric = metric;
    m_context.selection.setLens(lens);
}

void FlamePane::setRange(
    std::shared_ptr<const WorkspaceAnalysis> analysis, std::shared_ptr<const RangeView> rangeView, const Lens& lens)
{
    m_analysis = std::move(analysis);
    m_range = std::move(rangeView);
    const bool isFrameNew = std::exchange(m_lens, lens).frame != lens.frame;
    const QSignalBlocker blockMetric(m_metric);
    m_metric->setCurrentIndex(static_cast<int>(lens.metric));
    if (isFrameNew) { // what was typed stays over a new range
        m_search->setText(toQString(lens.frame));
    }
    reload();
}

void FlamePane::setStale(bool isStale)
{
    m_flame->setDimmed(isStale);
}

/// Builds the tree in a job: recordings have millions of nodes, and the brush must not wait for them.
void FlamePane::reload()
{
    m_job.drop();
    m_partial->setAnalysis(m_analysis.get(), m_range ? m_range->service : m_lens.service);
    if (!m_range || !m_range->profile) {
        showEmpty(noProfile(m_context, m_range.get(), u"view-flame"_s,
            tr("No heap profile yet. Import one to see which stacks hold the memory.")));
        return;
    }
    LensMetric metric = m_lens.metric;
    if (metric == LensMetric::MoneyPerMonth && !m_range->moneyPerByteMonth) {
        metric = LensMetric::LiveBytes; // no price: bytes are the truth there is
    }
    CallTreeOptions options;
    options.order = m_order->currentIndex() == 0 ? TreeOrder::TopDown : TreeOrder::BottomUp;
    options.runtime = m_fold->isChecked() ? RuntimeFrames::Fold : RuntimeFrames::Keep;
    options.mergeRecursion = m_merge->isChecked();
    m_job.run(
        tr("Flame graph"),
        [range = m_range, metric, options, search = m_flame->search()](
            const TaskContext& /*task*/) -> Result<std::shared_ptr<const FlameTree>> {
            const std::vector<std::int64_t> values = valuesFor(*range, metric);
            if (values.empty()) {
                return std::shared_ptr<const FlameTree> {};
            }
            return std::shared_ptr<const FlameTree>(
                std::make_shared<FlameTree>(callTree(*range->profile, values, options), search));
        },
        [this, metric](Result<std::shared_ptr<const FlameTree>> tree) {
            if (tree.ok()) {
                m_shownMetric = metric;
                showTree(tree.value());
            }
        });
}

void FlamePane::showTree(std::shared_ptr<const FlameTree> tree)
{
    m_words.reset();
    if (!tree) {
        const bool isChange = m_lens.metric == LensMetric::Growth || m_lens.metric == LensMetric::AllocatedBytes;
        const QString sentence = isChange && m_range && !m_range->note.empty()
            ? tr("%1 is not known: %2.").arg(metricTitle(m_lens.metric), toQString(m_range->note))
            : tr("This profile does not record %1.").arg(metricTitle(m_lens.metric).toLower());
        showEmpty(noMatch(sentence, tr("Show live bytes"), [this] { chooseMetric(LensMetric::LiveBytes); }));
        return;
    }
    if (tree->calls.nodes.empty() || tree->calls.nodes.front().total == 0) {
        const bool isGrowth = m_shownMetric == LensMetric::Growth;
        const QString sentence = isGrowth ? tr("Nothing grew in this range.") : tr("Nothing is live in this range.");
        const bool hasOther = isGrowth || m_shownMetric != LensMetric::LiveBytes;
        showEmpty(hasOther ? noMatch(sentence, tr("Show live bytes"), [this] { chooseMetric(LensMetric::LiveBytes); })
                           : lensMatchesNothing(m_context, sentence));
        return;
    }
    m_stack->setCurrentWidget(m_flame);
    m_flame->setTree(
        std::move(tree), [this](std::int64_t value) { return valueText(value); }, metricTitle(m_shownMetric),
        [this](std::int64_t value) { return moreText(value); });
    m_flame->setDimmed(false);
    selectFrameOfLens();
    updatePath();
    updateDetail();
    updateLegend();
}

/// A link that leads to a frame leads to its heaviest place, selected: found alone, it is one of many.
void FlamePane::selectFrameOfLens()
{
    const CallTree* const tree = m_flame->tree();
    if (tree == nullptr || m_lens.frame.empty() || m_search->text() != toQString(m_lens.frame)) {
        return;
    }
    std::uint32_t heaviest = 0;
    for (std::uint32_t node = 1; node < tree->nodes.size(); ++node) {
        const bool isIt = tree->labels[tree->nodes[node].label].site.function == m_lens.frame;
        if (isIt && (heaviest == 0 || tree->nodes[node].total > tree->nodes[heaviest].total)) {
            heaviest = node;
        }
    }
    if (heaviest != 0) {
        m_flame->reveal(heaviest);
    }
}

void FlamePane::showEmpty(EmptyState::Content content)
{
    m_empty->setContent(std::move(content));
    m_stack->setCurrentWidget(m_empty);
    m_flame->setTree({}, {}, {});
    updatePath();
    updateDetail();
    updateLegend();
}

/// No match says so, and what may have been meant.
void FlamePane::showHits(const QString& summary)
{
    QString text = summary.toHtmlEscaped();
    const CallTree* const tree = m_flame->tree();
    if (tree != nullptr && !m_search->text().isEmpty() && !m_flame->hasMatches()) {
        if (!m_words) {
            m_words.emplace();
            for (const CallTree::LabelInfo& label : tree->labels) {
                *m_words << wordsOf(toQString(label.site.function));
            }
            m_words->removeDuplicates();
        }
        const QString near = nearestWord(m_search->text(), *m_words);
        if (!near.isEmpty()) {
            text += tr("; did you mean ") + u"<a href='%1' style='color:%2'>%1</a>?"_s.arg(near, tokens().link.name());
        }
    }
    m_hits->setText(text);
    m_hits->setVisible(!text.isEmpty());
}

QString FlamePane::valueText(std::int64_t value) const
{
    const auto number = static_cast<double>(value);
    if (isCountMetric(m_shownMetric)) {
        return countText(number);
    }
    if (m_shownMetric == LensMetric::MoneyPerMonth && m_range && m_range->moneyPerByteMonth) {
        return moneyPerMonthText(Decimal::fromDouble(number * *m_range->moneyPerByteMonth), m_range->priceCurrency);
    }
    return bytesText(number);
}

/// Bytes beside money and money beside bytes: of what is live, or has grown, both are known.
QString FlamePane::moreText(std::int64_t value) const
{
    const auto bytes = static_cast<double>(value);
    if (m_shownMetric == LensMetric::MoneyPerMonth) {
        return tr("%1 live, in the heap of one process").arg(bytesText(bytes));
    }
    const bool hasPrice = m_range && m_range->moneyPerByteMonth
        && (m_shownMetric == LensMetric::LiveBytes || m_shownMetric == LensMetric::Growth);
    if (!hasPrice) {
        return {};
    }
    const Decimal money = Decimal::fromDouble(bytes * *m_range->moneyPerByteMonth);
    return tr("%1 if kept for a month, in all replicas").arg(moneyPerMonthText(money, m_range->priceCurrency));
}

void FlamePane::updatePath()
{
    while (QLayoutItem* const item = m_path->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (m_flame->tree() == nullptr) {
        return;
    }
    const auto path = pathTo(*m_flame->tree(), m_flame->zoomNode());
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::uint32_t node = path[i];
        auto* const crumb = new QPushButton(shortFunction(toUtf8(m_flame->nodeName(node))), this);
        crumb->setProperty("role", i + 1 == path.size() ? u"flat"_s : u"link"_s);
        crumb->setObjectName(u"flame.crumb."_s + QString::number(i));
        crumb->setAccessibleName(tr("Zoom to %1").arg(m_flame->nodeName(node)));
        // Queued: the click deletes the button.
        connect(
            crumb, &QPushButton::clicked, this, [this, node] { m_flame->zoomTo(node); }, Qt::QueuedConnection);
        m_path->addWidget(crumb);
        if (i + 1 < path.size()) {
            m_path->addWidget(new QLabel(u"▸"_s, this));
        }
    }
    m_path->addStretch(1);
    orderTabs(this);
}

void FlamePane::updateDetail()
{
    const CallTree* const tree = m_flame->tree();
    if (tree == nullptr) {
        m_detail->clear();
        return;
    }
    const std::uint32_t index = m_flame->selectedNode();
    const CallTree::Node& node = tree->nodes[index];
    const auto all = static_cast<double>(tree->nodes.front().total);
    QString text = (m_range ? QString(toQString(m_range->service) + u":  "_s) : QString()) + m_flame->nodeName(index);
    const QString place = placeText(tree->labels[node.label].site);
    text += place.isEmpty() ? QString() : QString(u"   "_s + place);
    text += tr("   %1: total %2, self %3").arg(metricTitle(m_shownMetric), valueText(node.total), valueText(node.self));
    if (all != 0) {
        text += tr("   %1 of all").arg(percentText(static_cast<double>(node.total) / all));
    }
    if (m_range && m_range->isPartial) {
        text += tr("   partial");
    }
    m_detail->setText(text);
}

void FlamePane::updateLegend()
{
    QString legend;
    if (m_flame->tree() != nullptr) {
        const Tokens& t = tokens();
        const auto entry = [](const QColor& color, const QString& name) {
            return QString(
                u"<span style='color:"_s + color.name() + u"'>■</span> "_s + name.toHtmlEscaped() + u"&nbsp;&nbsp; "_s);
        };
        const auto& packages = m_flame->categories().packages;
        for (std::size_t i = 0; i < packages.size() && i < 3; ++i) {
            legend += entry(t.flame[i], packages[i]);
        }
        legend += entry(t.flameRuntime, tr("runtime, other"));
    }
    m_legend->setText(legend);
}

void FlamePane::applyColors()
{
    const Tokens& t = tokens();
    FlameColors colors;
    colors.background = t.background;
    colors.text = t.text;
    colors.mutedText = t.muted;
    colors.border = t.border;
    colors.selection = t.focus;
    colors.matched = t.text;
    colors.packages = t.flame;
    colors.runtime = t.flameRuntime;
    m_flame->setColors(colors);
    updateLegend();
}

/// In a narrow pane the words that matter stay: what keys reach as well goes.
void FlamePane::resizeEvent(QResizeEvent* event)
{
    RangePane::resizeEvent(event);
    constexpr int kNarrow = 700;
    m_merge->setVisible(width() >= kNarrow);
    constexpr int kTiny = 480;
    m_legend->setVisible(width() >= kTiny);
}

void FlamePane::changeEvent(QEvent* event)
{
    RangePane::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        applyColors();
    }
}

} // namespace heaptoll::gui
