// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QTableView>

#include <vector>

class QSortFilterProxyModel;

namespace heaptoll::gui {

/// The table of the product: sorts by SortRole (unknown last, both ways), bars and sparklines by CellDelegate, Ctrl+C
/// copies the selected rows (or all) as TSV with a header, Enter opens a row (activated). Names get the spare width.
class DataTable : public QTableView {
    Q_OBJECT
public:
    /// accessibleName says what the rows are: "Allocation sites".
    explicit DataTable(const QString& accessibleName, QWidget* parent = nullptr);

    /// Wraps the model in a sorting proxy; the model is not owned.
    void setSource(QAbstractItemModel* model);
    /// stretchColumn takes the spare width; the others fit their content, and what stands below the table (`least`).
    void fitColumns(int stretchColumn = 0, const std::vector<int>& least = {});
    /// Columns that a narrow table does without, least needed first: they go while the stretch column is narrower than
    /// its content and than `leastWidth`. Nothing else hides or shows these columns.
    void setDispensable(std::vector<int> columns, int leastWidth);
    void sortBy(int column, Qt::SortOrder order);
    /// Rows whose first text column contains the words; "" shows all.
    void setFilterText(const QString& text);
    [[nodiscard]] int shownRows() const; ///< after the filter
    [[nodiscard]] QSet<QString> shownKeys() const;
    /// Key (KeyRole) of the current row, "" without one.
    [[nodiscard]] QString currentKey() const;
    void selectKey(const QString& key);
    /// Header and rows, tab-separated: the selection, or everything when less than two rows are selected.
    [[nodiscard]] QString tableText(bool onlySelection = false) const;
    /// Grows with its rows instead of scrolling (small tables inside pages).
    void setFitsRows(bool fits);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void keySelected(const QString& key); ///< the current row changed
    void keyOpened(const QString& key); ///< Enter or double click

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void dropColumns();
    QSortFilterProxyModel* m_proxy;
    std::vector<int> m_dispensable;
    std::vector<int> m_contentWidths; ///< by column, as of the last fitColumns()
    int m_leastWidth = 0;
    int m_stretchColumn = 0;
    bool m_fitsRows = false;
};

} // namespace heaptoll::gui
