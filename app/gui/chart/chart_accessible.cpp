// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/chart_accessible.h"

#include <QAccessibleWidget>
#include <QPointer>
#include <QWidget>

namespace heaptoll::gui {

namespace {

/// The items of a widget, read again only when they changed: assistive technology asks often.
class ItemCache {
public:
    explicit ItemCache(const ChartItems* source)
        : m_source(source)
    { }
    const std::vector<ChartItem>& items()
    {
        if (m_revision != m_source->itemsRevision()) {
            m_items = m_source->chartItems();
            m_revision = m_source->itemsRevision();
        }
        return m_items;
    }

private:
    const ChartItems* m_source;
    std::vector<ChartItem> m_items;
    unsigned m_revision = 0;
};

class ItemAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    ItemAccessible(QWidget* widget, ChartItems* source, ItemCache* cache, std::size_t index)
        : m_widget(widget)
        , m_source(source)
        , m_cache(cache)
        , m_index(index)
    { }

    bool isValid() const override { return m_widget != nullptr && m_index < m_cache->items().size(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_widget); }
    QAccessibleInterface* child(int /*index*/) const override { return nullptr; }
    QAccessibleInterface* childAt(int /*x*/, int /*y*/) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface* /*child*/) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Name && isValid() ? m_cache->items()[m_index].name : QString();
    }
    void setText(QAccessible::Text /*kind*/, const QString& /*text*/) override { }
    QRect rect() const override
    {
        if (!isValid()) {
            return {};
        }
        const QRect local = m_cache->items()[m_index].rect.toAlignedRect();
        return { m_widget->mapToGlobal(local.topLeft()), local.size() };
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.readOnly = true;
        state.invalid = !isValid();
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
            m_source->pressItem(m_index);
        }
    }
    QStringList keyBindingsForAction(const QString& /*action*/) const override { return {}; }

private:
    QPointer<QWidget> m_widget;
    ChartItems* m_source;
    ItemCache* m_cache;
    std::size_t m_index;
};

class ChartAccessible final : public QAccessibleWidget {
public:
    ChartAccessible(QWidget* widget, ChartItems* source)
        : QAccessibleWidget(widget, QAccessible::Chart)
        , m_source(source)
        , m_cache(source)
    { }
    ~ChartAccessible() override
    {
        for (const QAccessible::Id id : std::as_const(m_children)) {
            QAccessible::deleteAccessibleInterface(id);
        }
    }

    int childCount() const override { return static_cast<int>(m_cache.items().size()); }
    QAccessibleInterface* child(int index) const override
    {
        if (index < 0 || index >= childCount()) {
            return nullptr;
        }
        if (!m_children.contains(index)) {
            auto* const item = new ItemAccessible(widget(), m_source, &m_cache, static_cast<std::size_t>(index));
            m_children.insert(index, QAccessible::registerAccessibleInterface(item));
        }
        return QAccessible::accessibleInterface(m_children.value(index));
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        const QPoint local = widget()->mapFromGlobal(QPoint(x, y));
        for (int i = childCount() - 1; i >= 0; --i) {
            if (m_cache.items()[static_cast<std::size_t>(i)].rect.contains(local)) {
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
    ChartItems* m_source;
    mutable ItemCache m_cache;
    mutable QHash<int, QAccessible::Id> m_children;
};

QAccessibleInterface* makeChartAccessible(const QString& /*className*/, QObject* object)
{
    auto* const widget = qobject_cast<QWidget*>(object);
    auto* const source = dynamic_cast<ChartItems*>(object);
    return widget == nullptr || source == nullptr ? nullptr : new ChartAccessible(widget, source);
}

} // namespace

void installChartAccessibility()
{
    QAccessible::installFactory(makeChartAccessible);
}

} // namespace heaptoll::gui
