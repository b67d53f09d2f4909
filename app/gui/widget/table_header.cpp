// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/table_header.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"

#include <QPainter>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPadding = 8; // as CellDelegate
constexpr int kArrow = 10;
constexpr int kArrowGap = 4;
constexpr int kLeastHeight = 26;

} // namespace

TableHeader::TableHeader(QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

void TableHeader::paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const
{
    const Tokens& t = tokens();
    painter->save();
    painter->fillRect(rect, t.surface);
    painter->fillRect(QRect(rect.left(), rect.bottom() - t.borderWidth + 1, rect.width(), t.borderWidth), t.border);
    QRect text = rect.adjusted(kPadding, 0, -kPadding, -t.borderWidth);
    const QVariant aligned = model()->headerData(logicalIndex, Qt::Horizontal, Qt::TextAlignmentRole);
    const bool isRight = aligned.isValid() && (aligned.toInt() & Qt::AlignRight) != 0;
    const bool isSorted = isSortIndicatorShown() && sortIndicatorSection() == logicalIndex;
    const QString title = model()->headerData(logicalIndex, Qt::Horizontal, Qt::DisplayRole).toString();
    const int room = text.width() - (isSorted ? kArrow + kArrowGap : 0);
    const QString shown = fontMetrics().elidedText(title, Qt::ElideRight, room);
    painter->setPen(isSorted ? t.text : t.muted);
    painter->setFont(font());
    painter->drawText(text, static_cast<int>(Qt::AlignVCenter | (isRight ? Qt::AlignRight : Qt::AlignLeft)), shown);
    if (isSorted) {
        // On the inner side of the title: titles and cells keep their common edge.
        const int width = fontMetrics().horizontalAdvance(shown);
        const int left = isRight ? text.right() - width - kArrowGap - kArrow : text.left() + width + kArrowGap;
        const QRectF arrow(left, text.center().y() - kArrow / 2.0 + 1, kArrow, kArrow);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(t.text, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const bool isDown = sortIndicatorOrder() == Qt::DescendingOrder;
        const double tip = isDown ? arrow.bottom() - 3 : arrow.top() + 3;
        const double base = isDown ? arrow.top() + 3 : arrow.bottom() - 3;
        const QPointF points[] { { arrow.left() + 1, base }, { arrow.center().x(), tip }, { arrow.right() - 1, base } };
        painter->drawPolyline(points, 3);
    }
    painter->restore();
}

QSize TableHeader::sectionSizeFromContents(int logicalIndex) const
{
    const QString title = model()->headerData(logicalIndex, Qt::Horizontal, Qt::DisplayRole).toString();
    const int text = fontMetrics().horizontalAdvance(title);
    return { text + 2 * kPadding + kArrowGap + kArrow + 2, std::max(kLeastHeight, fontMetrics().height() + 10) };
}

} // namespace heaptoll::gui
