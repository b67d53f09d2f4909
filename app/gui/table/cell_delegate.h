// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QStyledItemDelegate>

namespace heaptoll {

/// Colours of cells, from the theme.
struct CellColors {
    QColor bar; ///< behind numbers
    QColor barMoney;
    QColor money; ///< text
    QColor spark;
};

/// Paints share bars behind right-aligned numbers (bar and text, never colour alone) and sparklines.
class CellDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setColors(const CellColors& colors) { m_colors = colors; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    CellColors m_colors;
};

} // namespace heaptoll
