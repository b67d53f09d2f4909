// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shell/tool_strip.h"

#include "app/gui/actions.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "core/analysis/workspace_analysis.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QToolButton* actionButton(QAction* action, const QString& name, bool isText, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setObjectName(name);
    button->setAccessibleName(action->text().remove(u'&'));
    button->setToolButtonStyle(isText ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

ToolStrip::ToolStrip(SelectionState& selection, const ActionRegistry& actions, QWidget* parent)
    : QFrame(parent)
    , m_selection(selection)
    , m_locator(new QPushButton(themedIcon(u"search"_s), tr("Search symbols, services, commands…   Ctrl+K"), this))
{
    setProperty("role", u"toolbar"_s);
    setObjectName(u"toolStrip"_s);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 7);
    layout->setSpacing(8);
    layout->addWidget(actionButton(actions.action(u"go.back"_s), u"toolStrip.back"_s, false, this));
    layout->addWidget(actionButton(actions.action(u"go.forward"_s), u"toolStrip.forward"_s, false, this));
    auto* import = actionButton(actions.action(u"file.import"_s), u"toolStrip.import"_s, true, this);
    import->setText(tr("Import"));
    layout->addWidget(import);
    layout->addStretch(1);
    m_locator->setProperty("role", u"locator"_s);
    m_locator->setObjectName(u"toolStrip.locator"_s);
    m_locator->setAccessibleName(tr("Search symbols, services and commands"));
    m_locator->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    constexpr int kLocatorWidth = 460;
    m_locator->setMaximumWidth(kLocatorWidth);
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
    const auto label = [](QToolButton* picker, const QString& what, const QString& value) {
        picker->setText(what + u": "_s + value + u" ▾"_s);
        picker->setAccessibleName(what + u": "_s + value);
    };
    label(m_service, tr("Service"), lens.service.empty() ? tr("all") : toQString(lens.service));
    label(m_metric, tr("Metric"), metricTitle(lens.metric));
    label(m_basis, tr("Cost"), basisTitle(analysis != nullptr ? analysis->options.basis : lens.basis));
    fillServices(analysis);
    fillMetrics();
    fillBases();
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
    menu->addAction(tr("All services"), this, [choose] { choose({}); });
    if (analysis == nullptr) {
        return;
    }
    for (const ServiceView& service : analysis->services) {
        menu->addAction(toQString(service.name), this, [choose, name = service.name] { choose(name); });
    }
}

void ToolStrip::fillMetrics()
{
    QMenu* menu = m_metric->menu();
    menu->clear();
    for (std::size_t i = 0; i < kLensMetricCount; ++i) {
        const auto metric = static_cast<LensMetric>(i);
        menu->addAction(metricTitle(metric), this, [this, metric] {
            Lens lens = m_selection.lens();
            lens.metric = metric;
            m_selection.setLens(lens);
        });
    }
}

void ToolStrip::fillBases()
{
    QMenu* menu = m_basis->menu();
    menu->clear();
    for (std::size_t i = 0; i < kCostBasisCount; ++i) {
        const auto basis = static_cast<CostBasis>(i);
        menu->addAction(basisTitle(basis), this, [this, basis] {
            Lens lens = m_selection.lens();
            lens.basis = basis;
            m_selection.setLens(lens);
        });
    }
}

} // namespace heaptoll::gui
