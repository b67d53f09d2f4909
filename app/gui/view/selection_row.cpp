// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/selection_row.h"

#include "app/gui/lens.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/view_state.h"
#include "app/gui/viewmodel/chart_data.h"
#include "core/analysis/workspace_analysis.h"

#include <QHBoxLayout>
#include <QLabel>

#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString figure(const QString& name, const QString& value, const QColor& color)
{
    QString words = u"%1\u00a0<b style='color:%2'>%3</b>"_s;
    constexpr char16_t kWordJoiner = 0x2060;
    const auto unbroken = [](const QString& text) {
        return text.toHtmlEscaped().replace(u' ', QChar::Nbsp).replace(u'/', QString(u'/') + QChar(kWordJoiner));
    };
    return words.arg(unbroken(name), color.name(), unbroken(value)); // the row wraps between figures only
}

/// "▲ 2.01 GiB": the sign is said by the arrow, never by colour alone.
QString arrow(double change)
{
    return change > 0 ? u"▲ "_s : change < 0 ? u"▼ "_s : QString();
}

/// "" when it is not known.
QString costTrend(std::optional<double> slope, const std::string& currency)
{
    if (!slope) {
        return {};
    }
    constexpr double kFlat = 0.005; // half a cent
    const QString trend = std::abs(*slope) < kFlat ? SelectionRow::tr("flat")
                                                   : arrow(*slope)
            + SelectionRow::tr("%1/day per day").arg(moneyText(Decimal::fromDouble(std::abs(*slope)), currency));
    return figure(SelectionRow::tr("Cost trend"), trend, tokens().costText);
}

/// Memory at both ends of the range. Units: bytes; absent = unknown.
struct MemoryEnds {
    QString what;
    std::optional<double> start;
    std::optional<double> end;
    std::optional<double> bytesPerHour;
};

/// Of the working set where the chart shows it, else of the heap that was profiled; nullopt without either.
std::optional<MemoryEnds> memoryEnds(
    const WorkspaceAnalysis& analysis, const RangeView& view, const Lens& lens, const ChartData& chart)
{
    const bool isHeap = view.profile && !lens.isWorkingSet;
    if (isHeap) {
        MemoryEnds ends { SelectionRow::tr("heap of one process"), std::nullopt, std::nullopt, view.bytesPerHour };
        if (view.liveAtStartTotal) {
            ends.start = static_cast<double>(*view.liveAtStartTotal);
        }
        if (!view.liveAtEnd.empty()) {
            ends.end = static_cast<double>(view.liveAtEndTotal);
        }
        return ends;
    }
    const bool isDrawn = chart.lines.size() == 1 && chart.isMemoryOfCost && lens.service == view.service;
    const ChartData own =
        isDrawn ? ChartData {} : serviceChart(analysis, view.service, { ChartMemory::WorkingSet, ChartSplit::Service });
    const ChartData& shown = isDrawn ? chart : own;
    const auto ends = view.service.empty() ? std::nullopt : shown.endsOf(0, lens.range);
    if (!ends) {
        return std::nullopt;
    }
    const double hours = (ends->second.x() - ends->first.x()) / 3600;
    return MemoryEnds { SelectionRow::tr("working set of all pods"), ends->first.y(), ends->second.y(),
        (ends->second.y() - ends->first.y()) / hours };
}

} // namespace

SelectionRow::SelectionRow(QWidget* parent)
    : QFrame(parent)
    , m_figures(new QLabel(this))
    , m_hint(new QLabel(this))
{
    setProperty("role", u"strip"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 4, 14, 5);
    m_figures->setObjectName(u"timeline.selection"_s);
    m_figures->setTextFormat(Qt::RichText);
    m_figures->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // Figures before hints: figures wrap, the hint gives way.
    m_figures->setWordWrap(true);
    row->addWidget(m_figures, 1);
    m_hint->setProperty("role", u"muted"_s);
    m_hint->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_hint);
}

void SelectionRow::show(
    const WorkspaceAnalysis& analysis, const RangeView* view, const Lens& lens, const ChartData& chart)
{
    const Tokens& t = tokens();
    m_hint->setText(lens.range ? tr("Esc clears · Shift+←/→ nudges") : tr("Drag to select a range"));
    m_hint->setToolTip(tr("Drag over the chart to select a range; drag its edges to adjust it"));
    if (!view) {
        m_figures->setText(tr("Drag over the chart to select a range."));
        return;
    }
    QStringList parts { lens.range ? u"<b>%1</b>"_s.arg(tr("Selection")) : tr("Whole time") };
    if (lens.range) {
        parts << spanText(lens.range->length());
    }
    if (!view->service.empty()) {
        parts << u"<b>%1</b>"_s.arg(toQString(view->service).toHtmlEscaped());
    }
    if (const QString why = chosenForYou(analysis, lens); !why.isEmpty()) {
        parts.back() += u" <span style='color:%1'>(%2)</span>"_s.arg(t.muted.name(), why.toHtmlEscaped());
    }
    if (const std::optional<MemoryEnds> ends = memoryEnds(analysis, *view, lens, chart)) {
        const std::optional<double> change =
            ends->start && ends->end ? std::optional(*ends->end - *ends->start) : std::nullopt;
        parts << u"<span style='color:%1'>%2:</span>"_s.arg(t.muted.name(), ends->what.toHtmlEscaped())
              << figure(tr("Start"), bytesText(ends->start), t.text) << figure(tr("End"), bytesText(ends->end), t.text)
              << figure(u"Δ"_s, change ? arrow(*change) + bytesText(std::abs(*change)) : u"—"_s, t.memory)
              << figure(tr("Rate"), growthText(ends->bytesPerHour), t.text);
    }
    const std::string& currency = view->costCurrency;
    if (!currency.empty()) {
        parts << figure(tr("Cost"), moneyText(view->cost, currency), t.costText);
        parts << costTrend(costChart(analysis, view->service).costSlope(lens.range), currency);
    }
    parts.removeAll(QString());
    if (view->isPartial) {
        parts << figure(tr("partial"), QString(), t.medium);
    }
    m_figures->setText(parts.join(u" &nbsp;&nbsp; "_s));
    QStringList notes { toQString(view->note), toQString(currency.empty() ? std::string() : view->costReason) };
    notes.removeAll(QString());
    m_figures->setToolTip(notes.join(u'\n'));
}

void SelectionRow::setHintVisible(bool isVisible)
{
    m_hint->setVisible(isVisible);
}

} // namespace heaptoll::gui
