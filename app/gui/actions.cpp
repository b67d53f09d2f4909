// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/actions.h"

#include "app/gui/theme/icons.h"

#include <QAction>
#include <QMenu>
#include <QRegularExpression>
#include <QWidget>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr char kMenuProperty[] = "heaptollMenu";
constexpr char kGroupProperty[] = "heaptollGroup";
} // namespace

QString menuText(QString title)
{
    return title.replace(u'&', u"&&"_s);
}

QString plainText(const QAction& action)
{
    static const QRegularExpression mark(u"&(.)"_s);
    return action.text().replace(mark, u"\\1"_s);
}

ActionRegistry::ActionRegistry(QWidget* window)
    : QObject(window)
    , m_window(window)
{ }

QAction* ActionRegistry::make(const ActionSpec& spec, const std::function<void()>& run)
{
    auto* action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    action->setShortcuts(spec.shortcuts);
    action->setStatusTip(spec.tip);
    action->setToolTip(spec.tip);
    action->setCheckable(spec.isCheckable);
    action->setProperty(kMenuProperty, spec.menu);
    action->setProperty(kGroupProperty, spec.startsGroup);
    action->setMenuRole(QAction::NoRole);
    if (!spec.icon.isEmpty()) {
        action->setIcon(themedIcon(spec.icon));
    }
    if (run) {
        connect(action, &QAction::triggered, this, run);
    }
    m_actions.push_back(action);
    m_byId[spec.id] = action;
    return action;
}

QAction* ActionRegistry::add(const ActionSpec& spec, const std::function<void()>& run)
{
    QAction* action = make(spec, run);
    m_window->addAction(action);
    return action;
}

QAction* ActionRegistry::addFor(QWidget* widget, const ActionSpec& spec, const std::function<void()>& run)
{
    QAction* action = make(spec, run);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    widget->addAction(action);
    return action;
}

QAction* ActionRegistry::action(const QString& id) const
{
    const auto it = m_byId.find(id);
    return it == m_byId.end() ? nullptr : it->second;
}

void ActionRegistry::fillMenu(const QString& name, QMenu* menu) const
{
    for (QAction* action : m_actions) {
        if (action->property(kMenuProperty).toString() != name) {
            continue;
        }
        if (action->property(kGroupProperty).toBool() && !menu->isEmpty()) {
            menu->addSeparator();
        }
        menu->addAction(action);
    }
}

} // namespace heaptoll::gui
