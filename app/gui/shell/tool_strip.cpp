// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shell/tool_strip.h"

#include "app/gui/actions.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "core/analysis/workspace_analysis.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QToolButton* actionButton(QAction* action, const QString& name, bool isText, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setObjectName(name);
    button->setAccessibleName(plainText(*action));
    button->setToolButtonStyle(isText ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

/// What is chosen now, in a menu of choices.
void mark(QAction* choice, bool isCurrent)
{
    choice->setCheckable(true);
    choice->setChecked(isCurrent);
}

} // namespace

ToolStrip::ToolStrip(SelectionState& selection, const ActionRegistry& actions, QWidget* parent)
    : QFrame(parent)
    , m_selection(selection)
    , m_locator(new QPushButton(themedIcon(u"search"_s), {}, this))
{
    setProperty("role", u"toolbar"_s);
    setObjectName(u"toolStrip"_s);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 7);
    layout->setSpacing(8);
    layout->addWidget(actionButton(actions.action(u"go.back"_s), u"toolStrip.back"_s, false, this));
    layout->addWidget(actionButton(actions.action(u"go.forward"_s), u"toolStrip.forward"_s, false, this));
    m_import = actionButton(actions.action(u"file.import"_s), u"toolStrip.import"_s, true, this);
    m_import->setText(tr("Import"));
    layout->addWidget(m_import);
    layout->addStretch(1);
    m_locator->setProperty("role", u"locator"_s);
    m_locator->setObjectName(u"toolStrip.locator"_s);
    m_locator->setAccessibleName(tr("Search symbols, services and commands"));
    m_locator->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    constexpr int kLocatorWidth = 460;
    m_locator->setMaximumWidth(kLocatorWidth);
    m_locator->setToolTip(tr("Search symbols, services and commands (Ctrl+K)"));
    m_locator->installEventFilter(this);
    connect(m_locator, &QPushButton::clicked, this, &ToolStrip::locatorRequested);
    layout->addWidget(m_locator, 4);
    layout->addStretch(1);
    m_service = addPicker(u"service"_s);
    m_metric = addPicker(u"metric"_s);
    m_basis = addPicker(u"basis"_s);
}

QToolButton* ToolStrip::addPicker(const QString& name)
{
    auto* picker = new QToolButton(this);
    picker->setObjectName(u"toolStrip."_s + name);
    picker->setProperty("role", u"chip"_s);
    picker->setPopupMode(QToolButton::InstantPopup);
    picker->setFocusPolicy(Qt::TabFocus);
    picker->setMenu(new QMenu(picker));
    layout()->addWidget(picker);
    return picker;
}

void ToolStrip::show(const WorkspaceAnalysis* analysis)
{
    const Lens& lens = m_selection.lens();
    m_pickerWords = { { tr("Service"), lens.service.empty() ? tr("all") : toQString(lens.service) },
        { tr("Metric"), metricTitle(lens.metric) },
        { tr("Cost"), basisTitle(analysis != nullptr ? analysis->options.basis : lens.basis) } };
    showPickerTexts();
    fillServices(analysis);
    fillMetrics();
    fillBases();
}

/// In a narrow window the values stay and their names go: the search needs the room.
void ToolStrip::showPickerTexts()
{
    constexpr int kNarrow = 900;
    constexpr int kLongestName = 120;
    const bool isNarrow = width() < kNarrow;
    m_import->setToolButtonStyle(isNarrow ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    const std::array<QToolButton*, 3> pickers { m_service, m_metric, m_basis };
    for (std::size_t i = 0; i < m_pickerWords.size(); ++i) {
        const auto& [what, value] = m_pickerWords[i];
        const QString whole = what + u": "_s + value;
        const bool isAll = i == 0 && value == tr("all");
        const QString shown =
            fontMetrics().elidedText(value, Qt::ElideMiddle, isNarrow ? kLongestName : 2 * kLongestName);
        pickers.at(i)->setText((isNarrow && !isAll ? shown : QString(what + u": "_s + shown)) + u" ▾"_s);
        pickers.at(i)->setAccessibleName(whole);
        pickers.at(i)->setToolTip(whole);
    }
}

/// The longest of its texts that fits: a sentence that is cut says less than one word.
void ToolStrip::showLocatorText()
{
    constexpr int kAround = 48; // icon, padding, border
    const int room = m_locator->width() - kAround;
    QString fitting;
    for (const QString& text :
        { tr("Search symbols, services, commands…   Ctrl+K"), tr("Search…   Ctrl+K"), tr("Search…"), tr("Search") }) {
        if (m_locator->fontMetrics().horizontalAdvance(text) <= room) {
            fitting = text;
            break;
        }
    }
    m_locator->setText(fitting);
}

void ToolStrip::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    showPickerTexts();
}

bool ToolStrip::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_locator && (event->type() == QEvent::Resize || event->type() == QEvent::FontChange)) {
        showLocatorText();
    }
    return QFrame::eventFilter(watched, event);
}

void ToolStrip::fillServices(const WorkspaceAnalysis* analysis)
{
    QMenu* menu = m_service->menu();
    menu->clear();
    const auto choose = [this](const std::string& name) {
        Lens lens = m_selection.lens();
        lens.service = name;
        m_selection.setLens(lens);
    };
    const std::string& current = m_selection.lens().service;
    mark(menu->addAction(tr("All services"), this, [choose] { choose({}); }), current.empty());
    if (analysis == nullptr) {
        return;
    }
    std::vector<std::pair<bool, QString>> names; // the buckets, "(unassigned)", last
    for (const ServiceView& service : analysis->services) {
        names.emplace_back(service.isBucket, toQString(service.name));
    }
    std::ranges::sort(names, [](const auto& a, const auto& b) {
        return a.first != b.first ? b.first : a.second.compare(b.second, Qt::CaseInsensitive) < 0;
    });
    for (const auto& entry : names) {
        const std::string name = toUtf8(entry.second);
        mark(menu->addAction(entry.second, this, [choose, name] { choose(name); }), name == current);
    }
}

void ToolStrip::fillMetrics()
{
    QMenu* menu = m_metric->menu();
    menu->clear();
    for (std::size_t i = 0; i < kLensMetricCount; ++i) {
        const auto metric = static_cast<LensMetric>(i);
        QAction* const action = menu->addAction(metricTitle(metric), this, [this, metric] {
            Lens lens = m_selection.lens();
            lens.metric = metric;
            m_selection.setLens(lens);
        });
        mark(action, metric == m_selection.lens().metric);
    }
}

void ToolStrip::fillBases()
{
    QMenu* menu = m_basis->menu();
    menu->clear();
    for (std::size_t i = 0; i < kCostBasisCount; ++i) {
        const auto basis = static_cast<CostBasis>(i);
        QAction* const action = menu->addAction(basisTitle(basis), this, [this, basis] {
            Lens lens = m_selection.lens();
            lens.basis = basis;
            m_selection.setLens(lens);
        });
        mark(action, basis == m_selection.lens().basis);
    }
}

} // namespace heaptoll::gui
