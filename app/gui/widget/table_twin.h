// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>
#include <QStringList>

#include <functional>
#include <vector>

namespace heaptoll::gui {

class DataTable;
class RowModel;

/// A chart and its numbers as a table, in the same place (Ctrl+T): what a chart says must not need eyes.
class TableTwin : public QStackedWidget {
    Q_OBJECT
public:
    /// name: of the table. rows: the header and the rows, read when the table is shown.
    using Rows = std::function<std::vector<QStringList>()>;
    TableTwin(QWidget* chart, const QString& name, Rows rows, QWidget* parent = nullptr);

    void toggle();
    [[nodiscard]] bool isTable() const { return currentIndex() == 1; }
    /// New numbers: fills the table again when it is shown.
    void refresh();
    [[nodiscard]] DataTable* table() const { return m_table; }

signals:
    void toggled(bool isTable);

private:
    void fill();
    QWidget* m_chart;
    Rows m_rows;
    DataTable* m_table;
    RowModel* m_model;
};

} // namespace heaptoll::gui
