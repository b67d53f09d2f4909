// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/elided_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QToolTip>

namespace heaptoll::gui {

QString fittingPart(const QString& text, const QFontMetrics& metrics, int width)
{
    if (metrics.horizontalAdvance(text) <= width) {
        return text;
    }
    static const QRegularExpression kEndOfPart(QStringLiteral(" · |; |, | \\+ | = |  +"));
    QString fitting;
    for (auto parts = kEndOfPart.globalMatch(text); parts.hasNext();) {
        const QString shorter = text.left(parts.next().capturedStart()) + QStringLiteral(" …");
        if (metrics.horizontalAdvance(shorter) > width) {
            break;
        }
        fitting = shorter;
    }
    return fitting.isEmpty() ? metrics.elidedText(text, Qt::ElideRight, width) : fitting;
}

ElidedLabel::ElidedLabel(QWidget* parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return { fontMetrics().horizontalAdvance(QChar(u'…')), QLabel::minimumSizeHint().height() };
}

bool ElidedLabel::isCut() const
{
    return fontMetrics().horizontalAdvance(text()) > contentsRect().width();
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty() && isCut()) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
        return true;
    }
    return QLabel::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent* event)
{
    if (!isCut()) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(
        contentsRect(), static_cast<int>(alignment()), fittingPart(text(), fontMetrics(), contentsRect().width()));
}

} // namespace heaptoll::gui
