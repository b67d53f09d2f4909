// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/tab_order.h"

#include <QLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QWidget>

#include <vector>

namespace heaptoll::gui {

namespace {

void collect(QWidget* widget, std::vector<QWidget*>& order);

void collect(QLayout* layout, std::vector<QWidget*>& order)
{
    for (int i = 0; i < layout->count(); ++i) {
        QLayoutItem* const item = layout->itemAt(i);
        if (item->widget() != nullptr) {
            collect(item->widget(), order);
        } else if (item->layout() != nullptr) {
            collect(item->layout(), order);
        }
    }
}

void collect(QWidget* widget, std::vector<QWidget*>& order)
{
    if ((widget->focusPolicy() & Qt::TabFocus) != 0) {
        order.push_back(widget); // what is inside of it is its own affair
    } else if (auto* const scroll = qobject_cast<QScrollArea*>(widget)) {
        if (scroll->widget() != nullptr) {
            collect(scroll->widget(), order);
        }
    } else if (auto* const splitter = qobject_cast<QSplitter*>(widget)) {
        for (int i = 0; i < splitter->count(); ++i) {
            collect(splitter->widget(i), order);
        }
    } else if (widget->layout() != nullptr) {
        collect(widget->layout(), order);
    }
}

} // namespace

void orderTabs(QWidget* root)
{
    std::vector<QWidget*> order;
    if (root->layout() != nullptr) {
        collect(root->layout(), order);
    }
    for (std::size_t i = 1; i < order.size(); ++i) {
        QWidget::setTabOrder(order[i - 1], order[i]);
    }
}

} // namespace heaptoll::gui
