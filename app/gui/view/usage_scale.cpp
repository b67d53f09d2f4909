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

/// End of the scale: a little room beyond the largest mark.
double topOf(double largest)
{
    constexpr double kRoom = 1.08;
    return std::max(largest, 1.0) * kRoom;
}

} // namespace

std::vector<UsageScale::Mark> UsageScale::marksOf(const SizingAdvice& advice)
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

UsageScale::UsageScale(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"rightsizing.scale"_s);
    setAccessibleName(tr("Usage, request and recommendation"));
    setFixedHeight(94);
}

QSize UsageScale::sizeHint() const
{
    return { 500, 94 };
}

void UsageScale::setAdvice(const SizingAdvice& advice)
{
    m_advice = advice;
    QStringList words;
    for (const Mark& mark : marksOf(advice)) {
        words << mark.text + u' ' + bytesText(mark.bytes);
    }
    setAccessibleName(tr("Usage, request and recommendation: %1").arg(words.join(u", "_s)));
    noteItemsChanged();
    update();
}

double UsageScale::xOf(double bytes, double top) const
{
    return kSide + std::max(1, width() - 2 * kSide) * bytes / top;
}

std::vector<ChartItem> UsageScale::chartItems() const
{
    std::vector<ChartItem> items;
    const std::vector<Mark> marks = marksOf(m_advice);
    items.reserve(marks.size());
    const double top = topOf(marks.back().bytes);
    for (const Mark& mark : marks) {
        items.push_back({ mark.text + u' ' + bytesText(mark.bytes),
            QRectF(xOf(mark.bytes, top) - 3, kBarTop - 4, 6, kBarHeight + 8) });
    }
    return items;
}

void UsageScale::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    noteItemsChanged();
}

void UsageScale::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    const std::vector<Mark> marks = marksOf(m_advice);
    const double top = topOf(marks.back().bytes);
    const double width = std::max(1, this->width() - 2 * kSide);
    const auto x = [&](double bytes) { return xOf(bytes, top); };
    const Tokens& t = tokens();
    QColor used = t.memory;
    used.setAlphaF(0.25F);
    painter.fillRect(QRectF(kSide, kBarTop, width, kBarHeight), t.background);
    painter.setPen(t.border);
    painter.drawRect(QRectF(kSide - 0.5, kBarTop - 0.5, width + 1, kBarHeight + 1));
    painter.fillRect(QRectF(kSide, kBarTop, x(m_advice.usage.max) - kSide, kBarHeight), used);
    painter.setFont(textFont(TextSize::Small));
    for (const Mark& mark : marks) {
        painter.setPen(QPen(mark.color, 2, mark.style));
        painter.drawLine(QPointF(x(mark.bytes), kBarTop - 4), QPointF(x(mark.bytes), kBarTop + kBarHeight + 4));
    }
    paintLabels(painter, marks, x);
}

/// Labels keep clear of their left neighbour: above the bar in two rows; below it, marks too close to tell apart share one.
void UsageScale::paintLabels(
    QPainter& painter, const std::vector<Mark>& marks, const std::function<double(double)>& x) const
{
    const QFontMetrics metrics(painter.font());
    struct Label {
        double at = 0;
        QString text;
        QColor color;
        bool isAbove = true;
    };
    std::vector<Label> labels;
    for (const Mark& mark : marks) {
        const QString text = mark.text + u' ' + bytesText(mark.bytes);
        const auto near = std::ranges::find_if(labels, [&](const Label& label) {
            return !mark.isAbove && !label.isAbove
                && x(mark.bytes) - label.at < metrics.horizontalAdvance(label.text) + 8;
        });
        if (near != labels.end()) {
            near->text += u" · "_s + text;
        } else {
            labels.push_back({ x(mark.bytes), text, mark.isAbove ? mark.color : tokens().muted, mark.isAbove });
        }
    }
    double end = -1;
    for (const Label& label : labels) {
        const double width = metrics.horizontalAdvance(label.text) + 4;
        // Shared labels begin at their first mark, single ones sit around theirs.
        const double wanted = label.text.contains(u'·') ? label.at - 4 : label.at - width / 2;
        const double left = std::clamp(wanted, 0.0, std::max(0.0, this->width() - width));
        const double raise = label.isAbove && left < end ? 16 : 0;
        end = label.isAbove ? left + width : end;
        painter.setPen(label.color);
        painter.drawText(QRectF(left, label.isAbove ? kBarTop - 22 - raise : kBarTop + kBarHeight + 6, width, 16),
            Qt::AlignCenter, label.text);
    }
}

} // namespace heaptoll::gui
