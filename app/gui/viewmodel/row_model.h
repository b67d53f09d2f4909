// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/roles.h"

#include <QAbstractTableModel>
#include <QList>
#include <QString>
#include <QVariant>

#include <vector>

namespace heaptoll::gui {

/// What one cell shows. Only what is set is answered.
struct Cell {
    QString text {};
    QString toolTip {}; ///< full precision
    QVariant sortValue {}; ///< double or QString; invalid = unknown, sorts last
    double bar = -1; ///< 0..1, < 0 = no bar
    TokenColor barColor {};
    TokenColor textColor {};
    QList<double> sparkline {};
    QString icon {};
    TokenColor iconColor {};
    bool isMono = false;
    bool isBold = false;
};

struct Column {
    QString title {};
    QString toolTip {};
    bool isNumber = false; ///< right-aligned
};

struct Row {
    QString key;
    std::vector<Cell> cells;
};

/// A table of some thousand finished cells, replaced as a whole. For larger tables write a model that formats on demand.
class RowModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setColumns(std::vector<Column> columns);
    void setRows(std::vector<Row> rows);
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    /// Row number of a key, -1 when there is none.
    [[nodiscard]] int rowOf(const QString& key) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static QString spokenText(const Cell& cell);
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
};

} // namespace heaptoll::gui
