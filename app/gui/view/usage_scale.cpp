// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/usage_scale.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <vector>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kSide = 16;
constexpr int kBarTop = 46;
constexpr int kBarHeight = 18;

struct Mark {
    double bytes = 0;
    QString text;
    QColor color;
    bool isAbove = true; ///< label above the bar, else below it
    Qt::PenStyle style = Qt::SolidLine;
};

std::vector<Mark> marksOf(const SizingAdvice& advice)
{
    const Tokens& t = tokens();
    std::vector<Mark> marks { { advice.usage.p50, u"p50"_s, t.memory, false },
        { advice.usage.p95, u"p95"_s, t.memory, false }, { advice.usage.p99, u"p99"_s, t.memory, false },
        { advice.usage.max, u"max"_s, t.memory, false } };
    if (advice.requestBytes) {
        marks.push_back({ *advice.requestBytes, UsageScale::tr("request"), t.limit, true, Qt::DashLine });
    }
    if (advice.limitBytes && advice.limitBytes != advice.requestBytes) {
        marks.push_back({ *advice.limitBytes, UsageScale::tr("limit"), t.limit, true, Qt::DotLine });
    }
    if (advice.recommendedRequestBytes) {
        marks.push_back({ *advice.recommendedRequestBytes, UsageScale::tr("recommended"), t.ok, true });
    }
    std::ranges::stable_sort(marks, {}, &Mark::bytes);
    return marks;
}

} // namespace

UsageScale::UsageScale(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"rightsizing.scale"_s);
    setAccessibleName(tr("Usage, request and recommendation"));
    setFixedHeight(122);
}

QSize UsageScale::sizeHint() const
{
    return { 500, 122 };
}

void UsageScale::setAdvice(const SizingAdvice& advice)
{
    m_advice = advice;
    QStringList words;
    for (const Mark& mark : marksOf(advice)) {
        words << mark.text + u' ' + bytesText(mark.bytes);
    }
    setAccessibleDescription(words.join(u", "_s));
    update();
}

void UsageScale::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    const std::vector<Mark> marks = marksOf(m_advice);
    const double top = std::max(marks.back().bytes, 1.0) * 1.08;
    const double width = std::max(1, this->width() - 2 * kSide);
    const auto x = [&](double bytes) { return kSide + width * bytes / top; };
    const Tokens& t = tokens();
    QColor used = t.memory;
    used.setAlphaF(0.25F);
    painter.fillRect(QRectF(kSide, kBarTop, width, kBarHeight), t.surface);
    painter.fillRect(QRectF(kSide, kBarTop, x(m_advice.usage.max) - kSide, kBarHeight), used);
    painter.setFont(textFont(TextSize::Small));
    const QFontMetrics metrics(painter.font());
    // Labels keep clear of their left neighbour: on each side of the bar they move to a second row when they collide.
    double ends[2][2] = { { -1, -1 }, { -1, -1 } };
    for (const Mark& mark : marks) {
        const double at = x(mark.bytes);
        painter.setPen(QPen(mark.color, 2, mark.style));
        painter.drawLine(QPointF(at, kBarTop - 4), QPointF(at, kBarTop + kBarHeight + 4));
        const QString label = mark.text + u' ' + bytesText(mark.bytes);
        const double textWidth = metrics.horizontalAdvance(label) + 4;
        const double left = std::clamp(at - textWidth / 2, 0.0, std::max(0.0, this->width() - textWidth));
        const std::size_t side = mark.isAbove ? 0 : 1;
        std::size_t row = left < ends[side][0] ? 1 : 0;
        if (row == 1 && left < ends[side][1]) {
            continue; // a third row would be a blot; the numbers are in the text below
        }
        ends[side][row] = left + textWidth;
        const double y = mark.isAbove ? kBarTop - 22 - 16.0 * static_cast<double>(row)
                                      : kBarTop + kBarHeight + 6 + 16.0 * static_cast<double>(row);
        painter.setPen(mark.isAbove ? mark.color : t.muted);
        painter.drawText(QRectF(left, y, textWidth, 16), Qt::AlignCenter, label);
    }
}

} // namespace heaptoll::gui
