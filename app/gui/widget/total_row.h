// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/row_model.h"

#include <QFrame>

namespace heaptoll::gui {

class DataTable;

/// The sums under a table, one a line: their cells stand under the columns and stay when the rows scroll.
class TotalRow : public QFrame {
    Q_OBJECT
public:
    /// Follows the columns of `table`, which has to outlive it.
    explicit TotalRow(DataTable& table, QWidget* parent = nullptr);
    /// Each line has one cell per column of the table.
    void setLines(std::vector<std::vector<Cell>> lines);
    /// What the columns need for the sums, in bold.
    [[nodiscard]] std::vector<int> columnWidths() const;
    [[nodiscard]] QString text() const; ///< tab-separated lines, as the rows of the table are copied
    [[nodiscard]] QSize sizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QRect cellRect(int line, int column) const;
    [[nodiscard]] static int lineHeight();
    DataTable& m_table;
    std::vector<std::vector<Cell>> m_lines;
};

} // namespace heaptoll::gui
