// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QVariant>

#include <functional>
#include <utility>
#include <vector>

namespace heaptoll {

/// Roles beside Qt's own. DisplayRole is the formatted text, ToolTipRole the exact value, SortRole the raw one.
enum TableRole : int {
    SortRole = Qt::UserRole + 1,
    BarRole, ///< double in [0, 1]: a bar behind the number; absent = none
    SparkRole, ///< QList<double>: a sparkline instead of text
    MoneyRole, ///< bool: painted in the colour of money
};

/// One column of a table of rows, as functions of the row: the only thing a view writes.
template<typename Row>
struct TableColumn {
    QString title;
    QString toolTip; ///< of the header: what the column means, with its unit
    bool isNumber = false; ///< right-aligned, tabular digits
    std::function<QString(const Row&)> text;
    std::function<QVariant(const Row&)> sort; ///< raw value; absent = text
    std::function<QString(const Row&)> exact; ///< full precision for the tooltip and for copying; absent = text
    std::function<double(const Row&)> bar; ///< share in [0, 1]
    std::function<QList<double>(const Row&)> spark;
    bool isMoney = false;
};

/// Table over immutable rows. Views replace all rows at once (a new analysis, a new range).
template<typename Row>
class TableModel final : public QAbstractTableModel {
public:
    explicit TableModel(std::vector<TableColumn<Row>> columns, QObject* parent = nullptr)
        : QAbstractTableModel(parent)
        , m_columns(std::move(columns))
    {
    }

    void setRows(std::vector<Row> rows)
    {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    [[nodiscard]] const Row& row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }

    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid()) {
            return {};
        }
        const TableColumn<Row>& column = m_columns[static_cast<std::size_t>(index.column())];
        const Row& row = m_rows[static_cast<std::size_t>(index.row())];
        switch (role) {
        case Qt::DisplayRole: return column.text ? QVariant(column.text(row)) : QVariant();
        case Qt::ToolTipRole: return exactText(column, row);
        case Qt::AccessibleTextRole: return QString(column.title + QStringLiteral(": ") + exactText(column, row));
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft)));
        case SortRole: return column.sort ? column.sort(row) : data(index, Qt::DisplayRole);
        case BarRole: return column.bar ? QVariant(column.bar(row)) : QVariant();
        case SparkRole: return column.spark ? QVariant::fromValue(column.spark(row)) : QVariant();
        case MoneyRole: return column.isMoney;
        default: return {};
        }
    }

    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
            return {};
        }
        const TableColumn<Row>& column = m_columns[static_cast<std::size_t>(section)];
        switch (role) {
        case Qt::DisplayRole: return column.title;
        case Qt::ToolTipRole: return column.toolTip.isEmpty() ? column.title : column.toolTip;
        case Qt::TextAlignmentRole:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft)));
        default: return {};
        }
    }

private:
    static QString exactText(const TableColumn<Row>& column, const Row& row)
    {
        if (column.exact) {
            return column.exact(row);
        }
        return column.text ? column.text(row) : QString();
    }

    std::vector<TableColumn<Row>> m_columns;
    std::vector<Row> m_rows;
};

} // namespace heaptoll
