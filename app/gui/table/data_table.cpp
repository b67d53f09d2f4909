// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/table/data_table.h"

#include "app/gui/table/table_model.h"
#include "core/base/text_format.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace heaptoll {
namespace {

using namespace Qt::StringLiterals;

QString count(int value)
{
    return QString::fromStdString(formatCount(value));
}

} // namespace

DataTable::DataTable(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : QWidget(parent)
    , m_filter(new QLineEdit(this))
    , m_view(new QTableView(this))
    , m_total(new QLabel(this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_delegate(new CellDelegate(this))
{
    setObjectName(objectName);
    m_filter->setObjectName(QString(objectName + u"Filter"_s));
    m_filter->setAccessibleName(tr("Filter of %1").arg(accessibleName));
    m_filter->setPlaceholderText(tr("Filter  /"));
    m_filter->setClearButtonEnabled(true);
    m_view->setObjectName(QString(objectName + u"View"_s));
    m_view->setAccessibleName(accessibleName);
    m_total->setObjectName(QString(objectName + u"Total"_s));
    m_total->setProperty("role", u"muted"_s);
    m_total->setContentsMargins(8, 4, 8, 4);

    m_proxy->setSortRole(SortRole);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_view->setModel(m_proxy);
    m_view->setItemDelegate(m_delegate);
    m_view->setSortingEnabled(true);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setSectionsMovable(true);
    m_view->installEventFilter(this);

    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filter);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_total);
    setFocusProxy(m_view);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_proxy->setFilterFixedString(text);
        updateTotal();
    });
    connect(m_view, &QTableView::activated, this,
        [this](const QModelIndex& index) { Q_EMIT activated(m_proxy->mapToSource(index).row()); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& index) { Q_EMIT currentChanged(m_proxy->mapToSource(index).row()); });
    connect(m_proxy, &QAbstractItemModel::modelReset, this, &DataTable::updateTotal);
}

void DataTable::setModel(QAbstractItemModel* model)
{
    m_proxy->setSourceModel(model);
    updateTotal();
}

void DataTable::setStretchColumn(int column)
{
    m_view->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
}

void DataTable::setColumnWidth(int column, int width)
{
    m_view->setColumnWidth(column, width);
}

void DataTable::sortBy(int column, Qt::SortOrder order)
{
    m_view->sortByColumn(column, order);
}

void DataTable::setColors(const CellColors& colors)
{
    m_delegate->setColors(colors);
    m_view->viewport()->update();
}

void DataTable::setTotalText(std::function<QString(const QList<int>&)> text)
{
    m_totalText = std::move(text);
    updateTotal();
}

void DataTable::setFilterVisible(bool visible)
{
    m_filter->setVisible(visible);
}

void DataTable::setFilter(const QString& text)
{
    m_filter->setText(text);
}

void DataTable::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

QString DataTable::filter() const
{
    return m_filter->text();
}

int DataTable::currentRow() const
{
    const QModelIndex index = m_view->currentIndex();
    return index.isValid() ? m_proxy->mapToSource(index).row() : -1;
}

void DataTable::selectRow(int sourceRow)
{
    const QModelIndex index = m_proxy->mapFromSource(m_proxy->sourceModel()->index(sourceRow, 0));
    if (index.isValid()) {
        m_view->setCurrentIndex(index);
        m_view->scrollTo(index);
    }
}

void DataTable::updateTotal()
{
    if (m_proxy->sourceModel() == nullptr) {
        return;
    }
    const int all = m_proxy->sourceModel()->rowCount();
    const int shown = m_proxy->rowCount();
    if (shown == 0 && all > 0) {
        m_total->setText(tr("Filter matches 0 of %1 rows. Clear it with Esc.").arg(count(all)));
        return;
    }
    QString text = shown == all ? tr("%1 rows").arg(count(all)) : tr("%1 of %2 rows").arg(count(shown), count(all));
    if (m_totalText) {
        QList<int> rows;
        rows.reserve(shown);
        for (int row = 0; row < shown; ++row) {
            rows << m_proxy->mapToSource(m_proxy->index(row, 0)).row();
        }
        text += u",  "_s + m_totalText(rows);
    }
    m_total->setText(text);
}

QString DataTable::tsv() const
{
    QList<int> rows;
    const QModelIndexList selected = m_view->selectionModel()->selectedRows();
    for (const QModelIndex& index : selected) {
        rows << index.row();
    }
    std::ranges::sort(rows);
    if (rows.isEmpty()) {
        for (int row = 0; row < m_proxy->rowCount(); ++row) {
            rows << row;
        }
    }
    QStringList lines;
    QStringList cells;
    for (int column = 0; column < m_proxy->columnCount(); ++column) {
        cells << m_proxy->headerData(column, Qt::Horizontal).toString();
    }
    lines << cells.join(u'\t');
    for (const int row : std::as_const(rows)) {
        cells.clear();
        for (int column = 0; column < m_proxy->columnCount(); ++column) {
            QString cell = m_proxy->index(row, column).data(Qt::ToolTipRole).toString();
            cells << cell.replace(u'\t', u' ').replace(u'\n', u' ');
        }
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

bool DataTable::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_view && event->type() == QEvent::KeyPress) {
        auto* const key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Copy)) {
            QGuiApplication::clipboard()->setText(tsv());
            return true;
        }
        if (key->key() == Qt::Key_Slash && m_filter->isVisible()) {
            focusFilter();
            return true;
        }
        if (key->key() == Qt::Key_Escape && !m_filter->text().isEmpty()) {
            m_filter->clear();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace heaptoll
