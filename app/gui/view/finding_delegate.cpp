// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/finding_delegate.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/findings_model.h"
#include "app/gui/viewmodel/roles.h"

#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace heaptoll::gui {

namespace {

constexpr int kPadding = 12;
constexpr int kTop = 9;
constexpr int kIconColumn = 26;
constexpr int kMoneyColumn = 104;
constexpr int kBar = 6;

struct Metrics {
    QFontMetrics title { textFont(TextSize::Body, true) };
    QFontMetrics note { textFont(TextSize::Note) };
};

QRect textRect(const QRect& item)
{
    return item.adjusted(kPadding + kIconColumn, kTop, -(kPadding + kMoneyColumn), -kTop);
}

constexpr int kTitleLines = 2;

/// The title in at most two lines; names without a space break where they must, and the end of it is said by "…".
QStringList titleLines(const Metrics& metrics, const QString& title, int width)
{
    QTextLayout layout(title, textFont(TextSize::Body, true));
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    QStringList lines;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, width));
        if (lines.size() + 1 == kTitleLines) {
            lines << metrics.title.elidedText(title.mid(line.textStart()), Qt::ElideRight, width);
            break;
        }
        lines << title.mid(line.textStart(), line.textLength()).trimmed();
    }
    layout.endLayout();
    return lines;
}

void paintMoney(QPainter& painter, const QRect& area, const Metrics& metrics, const QModelIndex& index)
{
    const Tokens& t = tokens();
    const QString unit = QStringLiteral(" ") + index.data(FindingsModel::UnitRole).toString();
    const int unitWidth = metrics.note.horizontalAdvance(unit);
    QRect line(area.left(), area.top(), area.width(), metrics.title.height());
    painter.setFont(textFont(TextSize::Note));
    painter.setPen(t.muted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, unit);
    painter.setFont(textFont(TextSize::Body, true));
    painter.setPen(t.costText);
    painter.drawText(line.adjusted(0, 0, -unitWidth, 0), Qt::AlignRight | Qt::AlignVCenter,
        index.data(FindingsModel::MoneyRole).toString());
    painter.setFont(textFont(TextSize::Note));
    painter.setPen(t.muted);
    line.translate(0, metrics.title.height() + 2);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, index.data(FindingsModel::ConfidenceRole).toString());
}

} // namespace

void FindingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Tokens& t = tokens();
    const Metrics metrics;
    painter->save();
    const bool isSelected = (option.state & QStyle::State_Selected) != 0;
    if (isSelected) {
        painter->fillRect(option.rect, t.selection);
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), t.focus);
    }
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.border);
    const QRect text = textRect(option.rect);
    const QRectF icon(option.rect.left() + kPadding, text.top() + (metrics.title.height() - 12) / 2.0, 12, 12);
    paintIcon(*painter, icon, index.data(IconNameRole).toString(), index.data(IconColorRole).value<QColor>());

    const QString title = index.data().toString();
    const QStringList lines = titleLines(metrics, title, text.width());
    const auto height = static_cast<int>(lines.size()) * metrics.title.height();
    painter->setFont(textFont(TextSize::Body, true));
    painter->setPen(t.text);
    painter->drawText(
        QRect(text.left(), text.top(), text.width(), height), Qt::AlignLeft | Qt::AlignTop, lines.join(u'\n'));
    painter->setFont(textFont(TextSize::Note));
    painter->setPen(t.muted);
    const QRect subtitle(text.left(), text.top() + height + 1, text.width(), metrics.note.height());
    painter->drawText(subtitle, Qt::AlignLeft | Qt::AlignVCenter,
        metrics.note.elidedText(index.data(FindingsModel::SubtitleRole).toString(), Qt::ElideRight, text.width()));

    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    QRectF bar(text.left(), subtitle.bottom() + 5, text.width(), kBar);
    QColor track = t.border;
    track.setAlphaF(t.isContrast ? 0.3F : 1.0F); // white at full strength would read as a full bar
    painter->setBrush(track);
    painter->drawRoundedRect(bar, kBar / 2.0, kBar / 2.0);
    const double share = index.data(BarRole).toDouble();
    if (share > 0) {
        bar.setWidth(qMax<double>(kBar, bar.width() * share));
        painter->setBrush(t.cost);
        painter->drawRoundedRect(bar, kBar / 2.0, kBar / 2.0);
    }
    paintMoney(
        *painter, QRect(option.rect.right() - kPadding - kMoneyColumn, text.top(), kMoneyColumn, 40), metrics, index);
    if ((option.state & QStyle::State_HasFocus) != 0) {
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(t.focus, 2));
        painter->drawRect(option.rect.adjusted(1, 1, -1, -2));
    }
    painter->restore();
}

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Metrics metrics;
    const int width = option.rect.width() > 0 ? option.rect.width() : 470;
    const int textWidth = textRect(QRect(0, 0, width, 100)).width();
    const auto height =
        static_cast<int>(titleLines(metrics, index.data().toString(), textWidth).size()) * metrics.title.height();
    return { 200, 2 * kTop + height + 1 + metrics.note.height() + 5 + kBar + 1 };
}

} // namespace heaptoll::gui
