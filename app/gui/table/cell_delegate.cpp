// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/table/cell_delegate.h"

#include "app/gui/table/table_model.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace heaptoll {
namespace {

void paintSpark(QPainter* painter, const QRectF& area, const QList<double>& values, const QColor& color)
{
    if (values.size() < 2) {
        return;
    }
    const double top = *std::ranges::max_element(values);
    const double scale = top > 0 ? area.height() / top : 0; // from zero: a flat series must look flat
    QPainterPath path;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QPointF at(area.left() + area.width() * static_cast<double>(i) / static_cast<double>(values.size() - 1),
            area.bottom() - std::max(0.0, values.at(i)) * scale);
        if (i == 0) {
            path.moveTo(at);
        } else {
            path.lineTo(at);
        }
    }
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.5));
    painter->drawPath(path);
}

} // namespace

void CellDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideMiddle;
    if (index.data(MoneyRole).toBool() && m_colors.money.isValid()) {
        option->palette.setColor(QPalette::Text, m_colors.money);
        option->palette.setColor(QPalette::HighlightedText, m_colors.money);
    }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QVariant spark = index.data(SparkRole);
    const QVariant bar = index.data(BarRole);
    if (!spark.isValid() && !bar.isValid()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem full = option;
    initStyleOption(&full, index);
    const QStyle* const style = full.widget != nullptr ? full.widget->style() : QApplication::style();
    painter->save();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &full, painter, full.widget);
    if (spark.isValid()) {
        paintSpark(painter, QRectF(full.rect).adjusted(6, 5, -6, -5), spark.value<QList<double>>(), m_colors.spark);
    } else {
        const double share = std::clamp(bar.toDouble(), 0.0, 1.0);
        QRectF area = QRectF(full.rect).adjusted(2, 4, -2, -4);
        area.setLeft(area.right() - area.width() * share);
        painter->fillRect(area, index.data(MoneyRole).toBool() ? m_colors.barMoney : m_colors.bar);
        full.backgroundBrush = Qt::NoBrush;
        painter->setPen(full.palette.color(QPalette::Text));
        painter->drawText(full.rect.adjusted(6, 0, -6, 0), static_cast<int>(full.displayAlignment), full.text);
    }
    painter->restore();
}

} // namespace heaptoll
