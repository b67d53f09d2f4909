// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/total_row.h"

#include "app/gui/theme/theme.h"
#include "app/gui/widget/data_table.h"

#include <QHeaderView>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kPadding = 8; // as CellDelegate
constexpr int kHeight = 28;
} // namespace

TotalRow::TotalRow(DataTable& table, QWidget* parent)
    : QFrame(parent)
    , m_table(table)
{
    setFrameShape(QFrame::NoFrame);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const QHeaderView* const header = table.horizontalHeader();
    const auto follow = [this] { update(); };
    connect(header, &QHeaderView::sectionResized, this, follow);
    connect(header, &QHeaderView::sectionMoved, this, follow);
    connect(header, &QHeaderView::geometriesChanged, this, follow);
    connect(table.horizontalScrollBar(), &QScrollBar::valueChanged, this, follow);
}

void TotalRow::setLines(std::vector<std::vector<Cell>> lines)
{
    m_lines = std::move(lines);
    setAccessibleName(text().replace(u'\t', u' ').simplified());
    updateGeometry();
    update();
}

std::vector<int> TotalRow::columnWidths() const
{
    const QFontMetrics metrics(textFont(TextSize::Body, true));
    std::vector<int> widths;
    for (const std::vector<Cell>& line : m_lines) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], metrics.horizontalAdvance(line[i].text) + 2 * kPadding + 2);
        }
    }
    return widths;
}

QString TotalRow::text() const
{
    QString lines;
    for (const std::vector<Cell>& line : m_lines) {
        QStringList parts;
        for (const Cell& cell : line) {
            parts << cell.text;
        }
        lines += parts.join(u'\t') + u'\n';
    }
    return lines;
}

int TotalRow::lineHeight()
{
    return std::max(kHeight, QFontMetrics(textFont(TextSize::Body, true)).height() + 10);
}

QSize TotalRow::sizeHint() const
{
    return { 200, static_cast<int>(m_lines.size()) * lineHeight() };
}

QRect TotalRow::cellRect(int line, int column) const
{
    const QHeaderView* const header = m_table.horizontalHeader();
    const QPoint section = header->viewport()->mapToGlobal(QPoint(header->sectionViewportPosition(column), 0));
    return { mapFromGlobal(section).x(), line * lineHeight(), header->sectionSize(column), lineHeight() };
}

bool TotalRow::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) {
        return QFrame::event(event);
    }
    const auto* const help = static_cast<QHelpEvent*>(event);
    for (std::size_t line = 0; line < m_lines.size(); ++line) {
        for (std::size_t column = 0; column < m_lines[line].size(); ++column) {
            if (cellRect(static_cast<int>(line), static_cast<int>(column)).contains(help->pos())) {
                QToolTip::showText(help->globalPos(), m_lines[line][column].toolTip, this);
            }
        }
    }
    return true;
}

void TotalRow::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    const Tokens& t = tokens();
    painter.fillRect(rect(), t.surface);
    painter.setFont(textFont(TextSize::Body, true));
    const QFontMetrics metrics(painter.font());
    for (std::size_t line = 0; line < m_lines.size(); ++line) {
        painter.fillRect(QRect(0, static_cast<int>(line) * lineHeight(), width(), t.borderWidth), t.border);
        for (std::size_t i = 0; i < m_lines[line].size(); ++i) {
            const int column = static_cast<int>(i);
            if (m_table.isColumnHidden(column)) {
                continue;
            }
            const Cell& cell = m_lines[line][i];
            const QRect area = cellRect(static_cast<int>(line), column).adjusted(kPadding, 0, -kPadding, 0);
            const QVariant aligned = m_table.model()->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole);
            const bool isRight = aligned.isValid() && (aligned.toInt() & Qt::AlignRight) != 0;
            painter.setPen(cell.textColor ? cell.textColor(t) : t.text);
            painter.drawText(area, static_cast<int>(Qt::AlignVCenter | (isRight ? Qt::AlignRight : Qt::AlignLeft)),
                metrics.elidedText(cell.text, Qt::ElideRight, area.width()));
        }
    }
}

} // namespace heaptoll::gui
