// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/row_model.h"

#include "app/gui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

namespace {

QVariant colorOf(const TokenColor& color)
{
    return color ? QVariant(color(tokens())) : QVariant();
}

QVariant fontOf(const Cell& cell)
{
    if (cell.isMono) {
        return monoFont();
    }
    return cell.isBold ? QVariant(textFont(TextSize::Body, true)) : QVariant();
}

} // namespace

void RowModel::setColumns(std::vector<Column> columns)
{
    beginResetModel();
    m_columns = std::move(columns);
    m_rows.clear();
    endResetModel();
}

/// What a screen reader says of a cell that has no words of its own.
QString RowModel::spokenText(const Cell& cell)
{
    if (!cell.text.isEmpty()) {
        return cell.text;
    }
    if (cell.sparkline.size() < 2) {
        return tr("none");
    }
    const double first = cell.sparkline.front();
    const double last = cell.sparkline.back();
    constexpr double kLevel = 0.05;
    return std::abs(last - first) <= kLevel * std::max(std::abs(first), std::abs(last)) ? tr("trend: level")
        : last > first                                                                  ? tr("trend: rises")
                                                                                        : tr("trend: falls");
}

void RowModel::setRows(std::vector<Row> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    for (Row& row : m_rows) {
        row.cells.resize(m_columns.size());
    }
    endResetModel();
}

int RowModel::rowOf(const QString& key) const
{
    const auto it = std::ranges::find(m_rows, key, &Row::key);
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

int RowModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RowModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant RowModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const auto column = static_cast<std::size_t>(index.column());
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const Cell& cell = row.cells[column];
    switch (role) {
    case Qt::DisplayRole: return cell.text;
    case Qt::ToolTipRole: return cell.toolTip.isEmpty() ? QVariant() : QVariant(cell.toolTip);
    case Qt::TextAlignmentRole:
        return int(m_columns[column].isNumber ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignVCenter);
    case Qt::ForegroundRole: return colorOf(cell.textColor);
    case Qt::FontRole: return fontOf(cell);
    case Qt::AccessibleTextRole: return spokenText(cell);
    case SortRole: return cell.sortValue.isValid() ? cell.sortValue : QVariant();
    case BarRole: return cell.bar >= 0 ? QVariant(cell.bar) : QVariant();
    case BarColorRole: return colorOf(cell.barColor);
    case SparklineRole: return cell.sparkline.isEmpty() ? QVariant() : QVariant::fromValue(cell.sparkline);
    case IconNameRole: return cell.icon.isEmpty() ? QVariant() : QVariant(cell.icon);
    case IconColorRole: return colorOf(cell.iconColor);
    case KeyRole: return row.key;
    default: return {};
    }
}

QVariant RowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    const Column& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole: return column.title;
    case Qt::ToolTipRole: return column.toolTip.isEmpty() ? QVariant() : QVariant(column.toolTip);
    case Qt::TextAlignmentRole: return int(column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignVCenter);
    default: return {};
    }
}

} // namespace heaptoll::gui
