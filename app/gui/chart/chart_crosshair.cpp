// SPDX-License-Identifier: GPL-3.0-or-later
// The crosshair of ChartPanel: the figures of all series at one time, on screen, as text and as accessible items.
#include "app/gui/chart/chart_axes.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kMaxFigures = 8; // more do not fit beside a pointer
constexpr double kRowHeight = 17;
constexpr double kSwatch = 8;

QString perDay(double amount, const std::string& currency)
{
    return ChartPanel::tr("%1/day").arg(moneyText(Decimal::fromDouble(amount), currency));
}

/// At most `most` of [0, count), evenly, with both ends.
std::vector<qsizetype> sampled(qsizetype first, qsizetype last, qsizetype most)
{
    std::vector<qsizetype> indices;
    const qsizetype count = last - first;
    const qsizetype shown = std::min(count, most);
    for (qsizetype i = 0; i < shown; ++i) {
        indices.push_back(first + (shown < 2 ? 0 : i * (count - 1) / (shown - 1)));
    }
    return indices;
}

} // namespace

std::vector<ChartPanel::Figure> ChartPanel::figuresAt(double seconds) const
{
    struct Value {
        std::size_t line;
        double bytes;
    };
    std::vector<Value> values;
    for (std::size_t i = 0; i < m_data.lines.size(); ++i) {
        if (const auto bytes = m_data.bytesAt(i, seconds)) {
            values.push_back({ i, *bytes });
        }
    }
    std::ranges::stable_sort(values, [](const Value& a, const Value& b) { return a.bytes > b.bytes; });
    std::vector<Figure> figures;
    for (std::size_t i = 0; i < std::min(values.size(), kMaxFigures); ++i) {
        figures.push_back(
            { colorOfLine(values[i].line), m_data.lines[values[i].line].name, bytesText(values[i].bytes) });
    }
    if (values.size() > kMaxFigures) {
        double rest = 0;
        for (std::size_t i = kMaxFigures; i < values.size(); ++i) {
            rest += values[i].bytes;
        }
        figures.push_back({ {}, tr("%n more", "", static_cast<int>(values.size() - kMaxFigures)), bytesText(rest) });
    }
    if (const auto cost = m_data.costAt(seconds)) {
        figures.push_back({ tokens().cost, tr("cost"), perDay(*cost, m_data.currency) });
    }
    if (const auto ratio = m_data.costPerGib(seconds)) {
        figures.push_back({ {}, tr("cost per GiB"), perDay(*ratio, m_data.currency) });
    }
    return figures;
}

QStringList ChartPanel::crosshairText() const
{
    QStringList lines;
    if (m_crosshair) {
        lines << m_data.timeLabel(*m_crosshair);
        for (const Figure& figure : figuresAt(*m_crosshair)) {
            lines << figure.name + u": "_s + figure.value;
        }
    }
    return lines;
}

void ChartPanel::paintCrosshair(QPainter& painter, const Axes& axes) const
{
    if (!m_crosshair || *m_crosshair < m_window.from || *m_crosshair > m_window.to) {
        return;
    }
    const Tokens& t = tokens();
    const QRectF plot = plotRect();
    const double x = xOf(*m_crosshair);
    painter.setPen(QPen(t.outline, 1));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    const QRectF memory = memoryRect();
    for (std::size_t i = 0; i < m_data.lines.size(); ++i) {
        const auto bytes = m_data.lines[i].isOther ? std::nullopt : m_data.bytesAt(i, *m_crosshair);
        if (bytes) {
            painter.setPen(QPen(t.background, 1.5));
            painter.setBrush(colorOfLine(i));
            painter.drawEllipse(QPointF(x, memory.bottom() - memory.height() * *bytes / axes.memory.max()), 3.5, 3.5);
        }
    }
    painter.setBrush(Qt::NoBrush);
    paintFigures(painter, m_data.timeLabel(*m_crosshair), figuresAt(*m_crosshair), x);
}

/// Beside the pointer, never below it: fixed rows, numbers right-aligned.
void ChartPanel::paintFigures(
    QPainter& painter, const QString& title, const std::vector<Figure>& figures, double x) const
{
    const Tokens& t = tokens();
    const QFontMetricsF metrics(painter.font());
    constexpr double kMaxName = 240;
    constexpr double kGap = 14;
    constexpr double kPadding = 8;
    double names = 0;
    double values = 0;
    for (const Figure& figure : figures) {
        names = std::max(names, std::min(kMaxName, metrics.horizontalAdvance(figure.name)));
        values = std::max(values, metrics.horizontalAdvance(figure.value));
    }
    const double content = std::max(kSwatch + 6 + names + kGap + values, metrics.horizontalAdvance(title));
    const double width = content + 2 * kPadding;
    const double height = kRowHeight * static_cast<double>(figures.size() + 1) + kPadding;
    const QRectF view(viewport()->rect());
    const double left = x + 14 + width > view.right() - 2 ? x - 14 - width : x + 14;
    const double highest = std::max(2.0, view.bottom() - height - 2);
    const QRectF box(std::max(2.0, left), std::clamp(m_crosshairY - height / 2, 2.0, highest), width, height);
    painter.setPen(QPen(t.outline, t.borderWidth));
    painter.setBrush(t.raised);
    painter.drawRoundedRect(box, 4, 4);
    painter.setBrush(Qt::NoBrush);
    QRectF row(box.left() + kPadding, box.top() + kPadding / 2, content, kRowHeight);
    painter.setPen(t.muted);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, title);
    for (const Figure& figure : figures) {
        row.translate(0, kRowHeight);
        if (figure.swatch.isValid()) {
            painter.fillRect(QRectF(row.left(), row.center().y() - kSwatch / 2, kSwatch, kSwatch), figure.swatch);
        }
        painter.setPen(t.text);
        painter.drawText(row.adjusted(kSwatch + 6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(figure.name, Qt::ElideMiddle, kMaxName));
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, figure.value);
    }
}

std::vector<ChartItem> ChartPanel::chartItems() const
{
    std::vector<ChartItem> items;
    const QRectF plot = plotRect();
    if (m_data.isEmpty() || plot.width() <= 0) {
        return items;
    }
    const Axes both = axes();
    const QRectF memory = memoryRect();
    constexpr qsizetype kMaxPoints = 24; // of a line: a summary by ear, the table has them all
    constexpr double kSize = 8;
    for (const ChartData::Line& line : m_data.lines) {
        const auto before = [](const QPointF& point, double x) { return point.x() < x; };
        const auto first = std::lower_bound(line.points.begin(), line.points.end(), m_window.from, before);
        const auto last = std::lower_bound(first, line.points.end(), std::nextafter(m_window.to, 1e300), before);
        for (const qsizetype i : sampled(first - line.points.begin(), last - line.points.begin(), kMaxPoints)) {
            const QPointF& point = line.points[i];
            const QPointF at(xOf(point.x()), memory.bottom() - memory.height() * point.y() / both.memory.max());
            items.push_back({ u"%1, %2: %3"_s.arg(line.name, m_data.timeLabel(point.x()), bytesText(point.y())),
                QRectF(at.x() - kSize / 2, at.y() - kSize / 2, kSize, kSize) });
        }
    }
    const QRectF cost = costRect();
    for (const ChartData::CostBar& bar : m_data.costs) {
        const double left = std::max(plot.left(), xOf(bar.from));
        const double right = std::min(plot.right(), xOf(bar.to));
        if (right > left) {
            const double height = cost.height() * bar.perDay / both.cost.max();
            items.push_back(
                { tr("cost on %1: %2").arg(dayText(m_data.instant(bar.from)), perDay(bar.perDay, m_data.currency)),
                    QRectF(left, cost.bottom() - height, right - left, height) });
        }
    }
    for (const ChartData::Threshold& threshold : m_data.thresholds) {
        const double y = memory.bottom() - memory.height() * threshold.bytes / both.memory.max();
        items.push_back({ threshold.label, QRectF(memory.left(), y - 2, memory.width(), 4) });
    }
    if (m_data.trend) {
        items.push_back({ tr("trend: %1").arg(m_data.trend->label), memory });
    }
    for (const ChartData::Event& event : m_data.events) {
        if (event.at >= m_window.from && event.at <= m_window.to) {
            items.push_back({ u"%1, %2"_s.arg(event.label, m_data.timeLabel(event.at)),
                QRectF(xOf(event.at) - 2, plot.top(), 4, plot.height()) });
        }
    }
    return items;
}

/// Puts the crosshair there, so that its figures can be read.
void ChartPanel::pressItem(std::size_t index)
{
    const std::vector<ChartItem> items = chartItems();
    if (index < items.size()) {
        m_crosshairY = plotRect().top();
        showCrosshair(secondsAt(items[index].rect.center().x()));
    }
}

} // namespace heaptoll::gui
