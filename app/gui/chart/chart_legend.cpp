// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/chart_legend.h"

#include "app/gui/chart/chart_panel.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"

#include <QEvent>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString colored(const QString& sign, const QColor& color, const QString& words)
{
    return u"<span style='color:%1; font-weight:600'>%2</span> %3"_s.arg(color.name(), sign, words.toHtmlEscaped());
}

} // namespace

ChartLegend::ChartLegend(const ChartPanel& chart, QWidget* parent)
    : QLabel(parent)
    , m_chart(chart)
{
    setTextFormat(Qt::RichText);
    setFont(textFont(TextSize::Note));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ChartLegend::refresh()
{
    const Tokens& t = tokens();
    const ChartData& shown = m_chart.data();
    QStringList fixed;
    QStringList fixedWords;
    const auto add = [&](const QString& sign, const QColor& color, const QString& words) {
        fixed << colored(sign, color, words);
        fixedWords << words;
    };
    if (!shown.costs.empty()) {
        add(u"▬"_s, t.cost, tr("cost per day (right axis)"));
    }
    if (!shown.thresholds.empty()) {
        add(u"┅"_s, t.limit, tr("request, limit"));
    }
    const QFontMetrics metrics = fontMetrics();
    constexpr int kSign = 34; // sign and gap
    const auto widthOf = [&](const QString& words) { return metrics.horizontalAdvance(words) + kSign; };
    int room = contentsRect().width() - widthOf(tr("and %n more", "", 100))
        - (shown.linesLeftOut > 0 ? widthOf(shown.leftOutText()) : 0);
    for (const QString& words : fixedWords) {
        room -= widthOf(words);
    }
    QStringList parts;
    QStringList names;
    int hidden = 0;
    for (std::size_t i = 0; i < shown.lines.size(); ++i) {
        const ChartData::Line& line = shown.lines[i];
        const QString& name = shown.linesLeftOut > 0 && !line.shortName.isEmpty() ? line.shortName : line.name;
        names << line.name;
        room -= widthOf(name);
        if (line.isOther || room < 0) {
            ++hidden;
        } else {
            parts << colored(u"—"_s, m_chart.colorOfLine(i), name);
        }
    }
    if (hidden > 0) {
        parts << tr("and %n more", "", hidden);
    }
    if (shown.linesLeftOut > 0) {
        fixedWords << shown.leftOutText();
        parts << fixedWords.back().toHtmlEscaped();
    }
    setText((parts + fixed).join(u" &nbsp; "_s));
    setAccessibleName(tr("Legend: %1").arg((names.mid(0, 8) + fixedWords).join(u", "_s)));
    constexpr qsizetype kMaxNames = 30;
    setToolTip(names.mid(0, kMaxNames).join(u'\n'));
}

void ChartLegend::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        refresh();
    }
}

void ChartLegend::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    refresh();
}

} // namespace heaptoll::gui
