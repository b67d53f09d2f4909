// SPDX-License-Identifier: GPL-3.0-or-later
// What a screen reader sees of a flame graph: a chart with the drawn frames as named children.
#include "app/gui/flame/flame_view.h"

#include <QAccessibleWidget>

namespace heaptoll::gui {
namespace {

/// One drawn frame. Children are made per box index and kept by Qt's cache.
class FrameAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    FrameAccessible(FlameView* view, std::size_t box)
        : m_view(view)
        , m_box(box)
    { }

    bool isValid() const override { return m_view != nullptr && m_box < m_view->layoutBoxes().boxes.size(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface* child(int /*index*/) const override { return nullptr; }
    QAccessibleInterface* childAt(int /*x*/, int /*y*/) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface* /*child*/) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        if (!isValid()) {
            return {};
        }
        const FlameBox& box = m_view->layoutBoxes().boxes[m_box];
        return kind == QAccessible::Name && box.mergedCount == 0 ? m_view->nodeName(box.node) : m_view->boxText(box);
    }
    void setText(QAccessible::Text /*kind*/, const QString& /*text*/) override { }
    QRect rect() const override
    {
        if (!isValid()) {
            return {};
        }
        const QRect local = m_view->boxRect(m_view->layoutBoxes().boxes[m_box]).toRect();
        return { m_view->viewport()->mapToGlobal(local.topLeft()), local.size() };
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = true;
        state.selectable = true;
        state.selected = isValid() && m_view->layoutBoxes().boxes[m_box].node == m_view->selectedNode();
        return state;
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }
    QStringList actionNames() const override { return { pressAction() }; }
    void doAction(const QString& action) override
    {
        if (action == pressAction() && isValid()) {
            m_view->zoomTo(m_view->layoutBoxes().boxes[m_box].node);
        }
    }
    QStringList keyBindingsForAction(const QString& /*action*/) const override { return {}; }

private:
    FlameView* m_view;
    std::size_t m_box;
};

class FlameAccessible final : public QAccessibleWidget {
public:
    explicit FlameAccessible(FlameView* view)
        : QAccessibleWidget(view, QAccessible::Chart)
        , m_view(view)
    { }
    ~FlameAccessible() override
    {
        for (const QAccessible::Id id : std::as_const(m_children)) {
            QAccessible::deleteAccessibleInterface(id);
        }
    }

    int childCount() const override { return static_cast<int>(m_view->layoutBoxes().boxes.size()); }
    QAccessibleInterface* child(int index) const override
    {
        if (index < 0 || index >= childCount()) {
            return nullptr;
        }
        if (!m_children.contains(index)) {
            m_children.insert(index,
                QAccessible::registerAccessibleInterface(new FrameAccessible(m_view, static_cast<std::size_t>(index))));
        }
        return QAccessible::accessibleInterface(m_children.value(index));
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        const QPoint local = m_view->viewport()->mapFromGlobal(QPoint(x, y));
        for (int i = 0; i < childCount(); ++i) {
            if (m_view->boxRect(m_view->layoutBoxes().boxes[static_cast<std::size_t>(i)]).contains(local)) {
                return child(i);
            }
        }
        return nullptr;
    }
    int indexOfChild(const QAccessibleInterface* wanted) const override
    {
        for (auto it = m_children.cbegin(); it != m_children.cend(); ++it) {
            if (QAccessible::accessibleInterface(it.value()) == wanted) {
                return it.key();
            }
        }
        return -1;
    }

private:
    FlameView* m_view;
    mutable QHash<int, QAccessible::Id> m_children;
};

QAccessibleInterface* makeFlameAccessible(const QString& /*className*/, QObject* object)
{
    auto* const view = qobject_cast<FlameView*>(object);
    return view == nullptr ? nullptr : new FlameAccessible(view);
}

} // namespace

void installFlameAccessibility()
{
    QAccessible::installFactory(makeFlameAccessible);
}

} // namespace heaptoll::gui
