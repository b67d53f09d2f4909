// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/cost_bars.h"

#include "app/gui/text.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLeft = 64;
constexpr int kBottom = 22;
constexpr int kTop = 10;
constexpr double kPale = 0.3;
constexpr int kTicks = 4;

/// 1, 2 or 5 times a power of ten, at or above value.
double niceAbove(double value)
{
    if (value <= 0) {
        return 1;
    }
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : { 1.0, 2.0, 2.5, 5.0, 10.0 }) {
        if (step * power >= value) {
            return step * power;
        }
    }
    return 10 * power;
}

/// "Oct 30" of a day or the first day of a week, "2026-10" of a month.
QString axisLabel(const QString& period)
{
    constexpr qsizetype kIsoDate = 10;
    const auto day = period.size() == kIsoDate ? parseInstant(toUtf8(period)) : std::nullopt;
    return day ? dayText(*day) : period;
}

} // namespace

CostBars::CostBars(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"cost.bars"_s);
    setAccessibleName(tr("No cost over time"));
    setMinimumHeight(140);
    setMouseTracking(true);
}

QSize CostBars::sizeHint() const
{
    return { 600, 240 };
}

void CostBars::setData(std::vector<QString> periods, std::vector<CostBand> bands, const std::string& currency)
{
    m_periods = std::move(periods);
    m_bands = std::move(bands);
    m_currency = currency;
    double sum = 0;
    for (const CostBand& band : m_bands) {
        for (const double value : band.values) {
            sum += value;
        }
    }
    setAccessibleName(m_periods.empty()
            ? tr("No cost over time")
            : tr("Cost by service: %1 over %n period(s) from %2 to %3", nullptr, static_cast<int>(m_periods.size()))
                  .arg(moneyText(Decimal::fromDouble(sum), m_currency), m_periods.front(), m_periods.back()));
    setAccessibleDescription(tr("Ctrl+T shows a table."));
    noteItemsChanged();
    update();
}

void CostBars::setHighlighted(const QString& band)
{
    m_highlighted = band;
    update();
}

QRectF CostBars::plot() const
{
    return QRectF(rect()).adjusted(kLeft, kTop, -12, -kBottom);
}

double CostBars::largest() const
{
    double top = 0;
    for (std::size_t i = 0; i < m_periods.size(); ++i) {
        double sum = 0;
        for (const CostBand& band : m_bands) {
            sum += std::max(0.0, band.values[i]);
        }
        top = std::max(top, sum);
    }
    return top;
}

/// Credits are drawn below zero.
double CostBars::smallest() const
{
    double bottom = 0;
    for (std::size_t i = 0; i < m_periods.size(); ++i) {
        double sum = 0;
        for (const CostBand& band : m_bands) {
            sum += std::min(0.0, band.values[i]);
        }
        bottom = std::min(bottom, sum);
    }
    return bottom;
}

/// Whole steps on both sides of zero, so that zero is a line of the grid.
CostBars::Axis CostBars::axis() const
{
    const double up = largest();
    const double down = -smallest();
    Axis axis;
    axis.step = niceAbove(std::max(up, down) / kTicks);
    axis.top = axis.step * std::max(1.0, std::ceil(up / axis.step));
    // Credits too small to see would cost a whole step of height.
    axis.bottom = down > 0.02 * up ? -axis.step * std::ceil(down / axis.step) : 0;
    return axis;
}

std::vector<CostBars::Hit> CostBars::rectangles() const
{
    std::vector<Hit> hits;
    const QRectF area = plot();
    const Axis range = axis();
    if (m_periods.empty() || area.height() <= 0) {
        return hits;
    }
    const double scale = area.height() / (range.top - range.bottom);
    const double zero = area.bottom() + range.bottom * scale;
    const double step = area.width() / static_cast<double>(m_periods.size());
    const double gap = step > 4 ? 1 : 0;
    for (std::size_t i = 0; i < m_periods.size(); ++i) {
        double up = 0;
        double down = 0;
        for (std::size_t b = 0; b < m_bands.size(); ++b) {
            const double value = m_bands[b].values[i];
            double& base = value >= 0 ? up : down;
            const double from = zero - base * scale;
            base += value;
            const double to = zero - base * scale;
            hits.push_back({ QRectF(area.left() + static_cast<double>(i) * step, std::min(from, to), step - gap,
                                 std::abs(from - to)),
                b, i });
        }
    }
    return hits;
}

std::vector<ChartItem> CostBars::chartItems() const
{
    std::vector<ChartItem> items;
    for (const Hit& hit : rectangles()) {
        const CostBand& band = m_bands[hit.band];
        items.push_back({ tr("%1, %2: %3")
                              .arg(band.name, m_periods[hit.period],
                                  moneyText(Decimal::fromDouble(band.values[hit.period]), m_currency)),
            hit.rect });
    }
    return items;
}

void CostBars::pressItem(std::size_t index)
{
    const std::vector<Hit> hits = rectangles();
    if (index < hits.size()) {
        emit bandClicked(m_bands[hits[index].band].name);
    }
}

std::vector<QStringList> CostBars::table() const
{
    QStringList header { tr("Period") };
    for (const CostBand& band : m_bands) {
        header << tr("%1, %2").arg(band.name, toQString(m_currency));
    }
    std::vector<QStringList> rows { header };
    for (std::size_t i = 0; i < m_periods.size(); ++i) {
        QStringList row { m_periods[i] };
        for (const CostBand& band : m_bands) {
            row << QString::number(band.values[i], 'f', 4);
        }
        rows.push_back(row);
    }
    return rows;
}

void CostBars::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    noteItemsChanged();
}

void CostBars::paintAxis(QPainter& painter) const
{
    const Tokens& t = tokens();
    const QRectF area = plot();
    const Axis range = axis();
    painter.setFont(textFont(TextSize::Small));
    for (int tick = 0; range.bottom + range.step * tick <= range.top * 1.001; ++tick) {
        const double value = range.bottom + range.step * tick;
        const double y = area.bottom() - area.height() * (value - range.bottom) / (range.top - range.bottom);
        painter.setPen(t.border);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(t.costText);
        painter.drawText(QRectF(0, y - 9, kLeft - 6, 18), Qt::AlignRight | Qt::AlignVCenter,
            moneyText(Decimal::fromDouble(value), m_currency));
    }
    painter.setPen(t.muted);
    const double step = area.width() / static_cast<double>(std::max<std::size_t>(1, m_periods.size()));
    const int width = painter.fontMetrics().horizontalAdvance(u"2026-10   "_s);
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(width / step)));
    for (std::size_t i = 0; i < m_periods.size(); i += every) {
        const double left = area.left() + static_cast<double>(i) * step;
        const QString label = axisLabel(m_periods[i]);
        if (i > 0 && left + painter.fontMetrics().horizontalAdvance(label) > this->width()) {
            break; // a label that is cut at the edge says a wrong day
        }
        painter.drawText(QRectF(left, area.bottom() + 3, width, kBottom - 4), Qt::AlignLeft | Qt::AlignTop, label);
    }
}

void CostBars::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    if (m_periods.empty()) {
        return;
    }
    paintAxis(painter);
    for (const Hit& hit : rectangles()) {
        const CostBand& band = m_bands[hit.band];
        painter.setOpacity(m_highlighted.isEmpty() || m_highlighted == band.name ? 1.0 : kPale);
        if (band.isHatched) {
            painter.fillRect(hit.rect, tokens().surface);
            painter.fillRect(hit.rect, QBrush(band.color(tokens()), Qt::BDiagPattern));
        } else {
            painter.fillRect(hit.rect, band.color(tokens()));
        }
    }
}

void CostBars::mousePressEvent(QMouseEvent* event)
{
    for (const Hit& hit : rectangles()) {
        if (hit.rect.contains(event->position())) {
            emit bandClicked(m_bands[hit.band].name);
            return;
        }
    }
    emit bandClicked({});
}

bool CostBars::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    const auto* const help = static_cast<QHelpEvent*>(event);
    for (const Hit& hit : rectangles()) {
        if (hit.rect.contains(QPointF(help->pos()))) {
            const CostBand& band = m_bands[hit.band];
            QToolTip::showText(help->globalPos(),
                band.name + u'\n' + m_periods[hit.period] + u'\n'
                    + moneyText(Decimal::fromDouble(band.values[hit.period]), m_currency),
                this);
            return true;
        }
    }
    QToolTip::hideText();
    return true;
}

} // namespace heaptoll::gui
