// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/table_twin.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/data_table.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

TableTwin::TableTwin(QWidget* chart, const QString& name, Rows rows, QWidget* parent)
    : QStackedWidget(parent)
    , m_chart(chart)
    , m_rows(std::move(rows))
    , m_table(new DataTable(name, this))
    , m_model(new RowModel(this))
{
    addWidget(chart);
    auto* const page = new QWidget(this);
    auto* const layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_table->setSource(m_model);
    layout->addWidget(m_table, 1);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    auto* const back = new QPushButton(tr("Back to the chart"), page);
    back->setObjectName(u"tableTwin.back"_s);
    auto* const copy = new QPushButton(themedIcon(u"copy"_s), tr("Copy table"), page);
    copy->setObjectName(u"tableTwin.copy"_s);
    bar->addWidget(back);
    bar->addWidget(copy);
    bar->addStretch(1);
    layout->addLayout(bar);
    addWidget(page);
    connect(back, &QPushButton::clicked, this, &TableTwin::toggle);
    connect(copy, &QPushButton::clicked, this, [this, copy] { copyText(m_table->tableText(), copy); });
    auto* const escape = new QShortcut(QKeySequence(Qt::Key_Escape), page);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &TableTwin::toggle);
}

void TableTwin::toggle()
{
    if (!isTable()) {
        fill();
    }
    setCurrentIndex(isTable() ? 0 : 1);
    (isTable() ? static_cast<QWidget*>(m_table) : m_chart)->setFocus(Qt::OtherFocusReason);
    emit toggled(isTable());
}

void TableTwin::refresh()
{
    if (isTable()) {
        fill();
    }
}

void TableTwin::fill()
{
    const std::vector<QStringList> rows = m_rows();
    if (rows.empty()) {
        m_model->setRows({});
        return;
    }
    std::vector<Column> columns;
    for (qsizetype i = 0; i < rows.front().size(); ++i) {
        columns.push_back({ rows.front()[i], {}, i > 0 });
    }
    m_model->setRows({});
    m_model->setColumns(std::move(columns));
    std::vector<Row> filled;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        Row row { QString::number(r), {} };
        for (const QString& text : rows[r]) {
            Cell cell;
            cell.text = text;
            bool isNumber = false;
            const double number = text.toDouble(&isNumber);
            cell.sortValue = text.isEmpty() ? QVariant() : isNumber ? QVariant(number) : QVariant(text);
            row.cells.push_back(std::move(cell));
        }
        filled.push_back(std::move(row));
    }
    m_model->setRows(std::move(filled));
    m_table->sortBy(-1, Qt::AscendingOrder);
    m_table->fitColumns(0);
}

} // namespace heaptoll::gui
