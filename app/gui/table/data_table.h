// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/table/cell_delegate.h"

#include <QWidget>

class QAbstractItemModel;
class QLabel;
class QLineEdit;
class QModelIndex;
class QSortFilterProxyModel;
class QTableView;

namespace heaptoll {

/// A table as every view has it: a filter line, sorting by raw values, bars and sparklines, a total row that stays in
/// sight, copy as TSV with header. Enter or double-click drills.
class DataTable final : public QWidget {
    Q_OBJECT

public:
    /// name: objectName and what a screen reader says.
    DataTable(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model);
    /// Column that takes the spare width, usually the name.
    void setStretchColumn(int column);
    void setColumnWidth(int column, int width);
    void sortBy(int column, Qt::SortOrder order);
    void setColors(const CellColors& colors);
    /// "556 of 560 MiB": appended to "12 of 1,204 rows" in the total row; called after every filter change.
    void setTotalText(std::function<QString(const QList<int>& sourceRows)> text);
    void setFilterVisible(bool visible);
    void setFilter(const QString& text);
    void focusFilter();
    [[nodiscard]] QString filter() const;

    [[nodiscard]] QTableView* view() const { return m_view; }
    /// Source row of the current one; -1 = none.
    [[nodiscard]] int currentRow() const;
    void selectRow(int sourceRow);
    /// Selected rows (all when none is) as TSV with header, exact values.
    [[nodiscard]] QString tsv() const;

Q_SIGNALS:
    void activated(int sourceRow);
    void currentChanged(int sourceRow);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void updateTotal();

    QLineEdit* m_filter;
    QTableView* m_view;
    QLabel* m_total;
    QSortFilterProxyModel* m_proxy;
    CellDelegate* m_delegate;
    std::function<QString(const QList<int>&)> m_totalText;
};

} // namespace heaptoll
