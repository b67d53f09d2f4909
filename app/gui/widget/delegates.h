// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>
#include <QList>
#include <QStyledItemDelegate>

class QColor;
class QPainter;
class QRectF;

namespace heaptoll::gui {

/// Paints a cell by its roles: share bar behind the number, sparkline, icon, text elided in the middle for names.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// A name in a width, its last part ("Touch" of "main.(*SessionStore).Touch", "func1" with what it is in) whole as long as
/// that has room, for it tells names apart. What follows two spaces is a place ("main.go:40"): it stays after the name, and
/// goes before the last part does.
[[nodiscard]] QString elidedName(const QFontMetrics& metrics, const QString& text, int width);

/// A line through values, scaled from zero (or the lowest, if negative) to the largest.
void paintSparkline(QPainter& painter, const QRectF& target, const QList<double>& values, const QColor& color);

} // namespace heaptoll::gui
