// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/delegates.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/roles.h"

#include <QFontInfo>
#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>

#include <algorithm>

namespace heaptoll::gui {

namespace {

constexpr int kPadding = 8;
constexpr int kIconSize = 14;

QRect paintCellIcon(QPainter& painter, QRect content, const QModelIndex& index)
{
    const QVariant icon = index.data(IconNameRole);
    if (!icon.isValid()) {
        return content;
    }
    const QVariant color = index.data(IconColorRole);
    const QRectF target(content.left(), content.center().y() - kIconSize / 2.0 + 0.5, kIconSize, kIconSize);
    paintIcon(painter, target, icon.toString(), color.isValid() ? color.value<QColor>() : tokens().muted);
    content.setLeft(content.left() + kIconSize + 6);
    return content;
}

/// Where the last part of a qualified name begins, outside of template arguments and parameters; 0 = it has no parts. The
/// number of a closure ("func1") is no name: the function that it is in belongs to it.
qsizetype lastPartOf(const QString& name)
{
    static const QRegularExpression closure(QStringLiteral("^(func|lambda|\\$|\\{)?[0-9.]+"));
    qsizetype end = name.size();
    while (true) {
        int depth = 0;
        qsizetype start = 0;
        for (qsizetype i = end - 1; i > 0 && start == 0; --i) {
            const QChar letter = name[i];
            depth += letter == u')' || letter == u'>' || letter == u']' ? 1 : 0;
            depth -= letter == u'(' || letter == u'<' || letter == u'[' ? 1 : 0;
            const bool isSeparator = letter == u'.' || (letter == u':' && name[i - 1] == u':');
            start = depth == 0 && isSeparator && i + 1 < end ? i + 1 : 0;
        }
        if (start == 0 || !closure.match(name.mid(start)).hasMatch()) {
            return start;
        }
        end = start - 1;
    }
}

} // namespace

QString elidedName(const QFontMetrics& metrics, const QString& text, int width)
{
    if (metrics.horizontalAdvance(text) <= width) {
        return text;
    }
    const qsizetype gap = text.indexOf(QLatin1String("  "));
    const QString name = gap < 0 ? text : text.left(gap);
    const QString place = gap < 0 ? QString() : text.mid(gap);
    const qsizetype start = lastPartOf(name);
    const QString last = name.mid(start);
    for (const QString& after : { place, QString() }) {
        const int room = width - metrics.horizontalAdvance(after);
        if (metrics.horizontalAdvance(name) <= room) {
            return name + after;
        }
        const int head = room - metrics.horizontalAdvance(u'…' + last);
        if (start > 0 && head >= 0) {
            qsizetype kept = start - 1;
            while (kept > 0 && metrics.horizontalAdvance(name.left(kept)) > head) {
                --kept;
            }
            return name.left(kept) + u'…' + last + after;
        }
    }
    return metrics.elidedText(last, start > 0 ? Qt::ElideRight : Qt::ElideMiddle, width);
}

void paintSparkline(QPainter& painter, const QRectF& target, const QList<double>& values, const QColor& color)
{
    if (values.size() < 2) {
        return;
    }
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    const double low = std::min(0.0, *lowest);
    const double span = std::max(*highest - low, 1e-12);
    QPainterPath path;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double x =
            target.left() + target.width() * static_cast<double>(i) / static_cast<double>(values.size() - 1);
        const double y = target.bottom() - target.height() * (values[i] - low) / span;
        i == 0 ? path.moveTo(x, y) : path.lineTo(x, y);
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.restore();
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const Tokens& t = tokens();
    painter->save();
    if ((item.state & QStyle::State_Selected) != 0) {
        painter->fillRect(item.rect, t.selection);
    }
    painter->fillRect(QRect(item.rect.left(), item.rect.bottom(), item.rect.width(), 1), t.border);
    QRect content = item.rect.adjusted(kPadding, 0, -kPadding, 0);
    const QVariant bar = index.data(BarRole);
    if (bar.isValid()) {
        QColor fill = index.data(BarColorRole).isValid() ? index.data(BarColorRole).value<QColor>() : t.memory;
        fill.setAlphaF(0.28F);
        const int width = static_cast<int>(std::clamp(bar.toDouble(), 0.0, 1.0) * item.rect.width());
        painter->fillRect(QRect(item.rect.left(), item.rect.top() + 3, width, item.rect.height() - 7), fill);
    }
    const QVariant sparkline = index.data(SparklineRole);
    if (sparkline.isValid()) {
        paintSparkline(*painter, QRectF(content).adjusted(0, 5, 0, -5), sparkline.value<QList<double>>(), t.memory);
    } else {
        content = paintCellIcon(*painter, content, index);
        const QVariant foreground = index.data(Qt::ForegroundRole);
        painter->setPen(foreground.isValid() ? foreground.value<QColor>() : t.text);
        painter->setFont(item.font);
        const QFontMetrics metrics(item.font);
        const bool isCode = QFontInfo(item.font).fixedPitch();
        const QString text = isCode ? elidedName(metrics, item.text, content.width())
                                    : metrics.elidedText(item.text, Qt::ElideMiddle, content.width());
        painter->drawText(content, static_cast<int>(item.displayAlignment), text);
    }
    if ((item.state & QStyle::State_HasFocus) != 0 && (item.state & QStyle::State_Selected) == 0) {
        painter->setPen(QPen(t.focus, 2));
        painter->drawRect(item.rect.adjusted(1, 1, -1, -1));
    }
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    constexpr int kRowHeight = 24;
    constexpr int kSparklineWidth = 90;
    const QFontMetrics metrics(item.font);
    const int text = index.data(SparklineRole).isValid() ? kSparklineWidth : metrics.horizontalAdvance(item.text);
    const int icon = index.data(IconNameRole).isValid() ? kIconSize + 6 : 0;
    return { text + icon + 2 * kPadding + 2, std::max(kRowHeight, metrics.height() + 8) };
}

} // namespace heaptoll::gui
