// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/chart_panel.h"

#include "app/gui/chart/chart_axes.h"
#include "app/gui/chart/series_binder.h"
#include "app/gui/theme/theme.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLineSeries>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr double kLeftMargin = 66;
constexpr double kRightMargin = 58;
constexpr double kTopMargin = 14;
constexpr double kBottomMargin = 26;
constexpr double kPanelGap = 18;
constexpr double kMinWindow = 0.001; // 1 ms
} // namespace

ChartPanel::ChartPanel(QWidget* parent)
    : QChartView(parent)
    , m_x(new QValueAxis(this))
    , m_y(new QValueAxis(this))
{
    setObjectName(u"chart"_s);
    setAccessibleName(tr("No data over time"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setAcceptDrops(true);
    setProperty("refusesFiles", true);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(FullViewportUpdate);
    QChart* chart = this->chart();
    chart->legend()->hide();
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->setBackgroundVisible(false);
    chart->setPlotAreaBackgroundVisible(false);
    chart->setMargins({ 0, 0, 0, 0 });
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_x->setVisible(false);
    m_y->setVisible(false);
    chart->addAxis(m_x, Qt::AlignBottom);
    chart->addAxis(m_y, Qt::AlignLeft);
    applyColors();
}

void ChartPanel::setData(const ChartData& data)
{
    const bool isSameRange = data.range == m_data.range;
    m_data = data;
    for (QLineSeries* series : m_series) {
        chart()->removeSeries(series);
        delete series;
    }
    m_series.clear();
    for (const ChartData::Line& line : m_data.lines) {
        auto* series = new QLineSeries(this);
        series->setName(line.name);
        m_series.push_back(series);
    }
    // Later series lie above: the lines that matter come first in the data and last on the canvas.
    for (auto i = m_series.size(); i-- > 0;) {
        chart()->addSeries(m_series[i]);
        m_series[i]->attachAxis(m_x);
        m_series[i]->attachAxis(m_y);
    }
    applyColors();
    m_crosshair.reset();
    if (!isSameRange) {
        m_window = { 0, std::max(kMinWindow, m_data.range.length().toSeconds()) };
    }
    layoutPlot();
    setAccessibleName(m_data.sentence());
    setAccessibleDescription(
        m_isBrushEnabled ? tr(
            "Drag or Shift+arrow keys select a range, Shift+up and down choose its edge, the wheel or W and S zoom, "
            "arrow keys read values, Ctrl+T shows a table.")
                         : tr("Arrow keys read values, Ctrl+T shows a table."));
}

void ChartPanel::applyColors()
{
    const Tokens& t = tokens();
    for (qsizetype i = 0; i < m_series.size(); ++i) {
        const auto line = static_cast<std::size_t>(i);
        QPen pen(colorOfLine(line), m_data.lines[line].isOther ? 1 : 2);
        pen.setCosmetic(true);
        m_series[i]->setPen(pen);
    }
    setBackgroundBrush(t.background);
    viewport()->update();
}

QColor ChartPanel::colorOfLine(std::size_t line) const
{
    const ChartData::Line& shown = m_data.lines[line];
    if (shown.isOther) {
        QColor grey = tokens().outline;
        grey.setAlphaF(0.45F);
        return grey;
    }
    return shown.isWhole ? tokens().memory : lineColor(shown.colorSlot.value_or(line));
}

void ChartPanel::setTwoPanels(bool isTwo)
{
    m_isTwoPanels = isTwo;
    layoutPlot();
}

QRectF ChartPanel::plotRect() const
{
    const QRectF area(viewport()->rect());
    const double right = m_data.costs.empty() ? kRightMargin / 2 : kRightMargin;
    return area.adjusted(kLeftMargin, kTopMargin, -right, -kBottomMargin);
}

QRectF ChartPanel::memoryRect() const
{
    QRectF plot = plotRect();
    if (m_isTwoPanels && !m_data.costs.empty()) {
        plot.setHeight((plot.height() - kPanelGap) / 2);
    }
    return plot;
}

QRectF ChartPanel::costRect() const
{
    QRectF plot = plotRect();
    if (m_isTwoPanels && !m_data.lines.empty()) {
        plot.setTop(plot.bottom() - (plot.height() - kPanelGap) / 2);
    }
    return plot;
}

void ChartPanel::layoutPlot()
{
    const QRectF plot = memoryRect();
    if (plot.width() < 10 || plot.height() < 10) {
        return;
    }
    chart()->resize(viewport()->size());
    chart()->setPlotArea(plot);
    bind();
    viewport()->update();
    noteItemsChanged();
    emit viewChanged();
}

void ChartPanel::bind()
{
    m_x->setRange(m_window.from, m_window.to);
    m_y->setRange(0, axes().memory.max());
    const int columns = std::max(1, static_cast<int>(plotRect().width()));
    for (qsizetype i = 0; i < m_series.size(); ++i) {
        bindSeries(*m_series[i], m_data.lines[static_cast<std::size_t>(i)].points, m_window.from, m_window.to, columns);
    }
}

double ChartPanel::xOf(double seconds) const
{
    const QRectF plot = plotRect();
    return plot.left() + plot.width() * (seconds - m_window.from) / (m_window.to - m_window.from);
}

double ChartPanel::secondsAt(double x) const
{
    const QRectF plot = plotRect();
    const double share = std::clamp((x - plot.left()) / plot.width(), 0.0, 1.0);
    return m_window.from + share * (m_window.to - m_window.from);
}

void ChartPanel::setWindow(double from, double to)
{
    const double whole = std::max(kMinWindow, m_data.range.length().toSeconds());
    const double width = std::clamp(to - from, std::max(kMinWindow, whole / 10'000), whole);
    const double start = std::clamp(from, 0.0, whole - width);
    m_window = { start, start + width };
    layoutPlot();
}

void ChartPanel::fit()
{
    setWindow(0, m_data.range.length().toSeconds());
}

void ChartPanel::setBrush(std::optional<TimeRange> range)
{
    m_brush = range ? std::optional(Window { m_data.seconds(range->start), m_data.seconds(range->end) }) : std::nullopt;
    viewport()->update();
    emit viewChanged(); // the overview shows it, too
}

std::optional<TimeRange> ChartPanel::brush() const
{
    if (!m_brush) {
        return std::nullopt;
    }
    return TimeRange { m_data.instant(std::min(m_brush->from, m_brush->to)),
        m_data.instant(std::max(m_brush->from, m_brush->to)) };
}

void ChartPanel::emitBrush(bool isFinal)
{
    viewport()->update();
    emit brushChanged(brush(), isFinal);
}

void ChartPanel::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    layoutPlot();
}

void ChartPanel::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyColors();
    }
}

} // namespace heaptoll::gui
