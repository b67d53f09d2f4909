// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/data_table.h"

#include "app/gui/viewmodel/roles.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/delegates.h"
#include "app/gui/widget/table_header.h"

#include <QApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// Unknown values stay at the end in both directions.
class SortProxy final : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override
    {
        const QVariant a = left.data(SortRole);
        const QVariant b = right.data(SortRole);
        if (a.isValid() != b.isValid()) {
            return a.isValid() == (sortOrder() == Qt::AscendingOrder);
        }
        if (!a.isValid()) {
            return (left.row() < right.row()) == (sortOrder() == Qt::AscendingOrder); // their own order, always
        }
        if (a.userType() == QMetaType::QString) {
            return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
        }
        return a.toDouble() < b.toDouble();
    }
};

} // namespace

DataTable::DataTable(const QString& accessibleName, QWidget* parent)
    : QTableView(parent)
    , m_proxy(new SortProxy(this))
{
    setAccessibleName(accessibleName);
    setHorizontalHeader(new TableHeader(this));
    setModel(m_proxy);
    setItemDelegate(new CellDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    horizontalHeader()->setAccessibleName(tr("Columns of %1").arg(accessibleName));
    verticalHeader()->hide();
    constexpr int kRowHeight = 24;
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder); // enabling sorts by the first column, downwards
    m_proxy->setSortRole(SortRole);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(this, &QTableView::activated, this,
        [this](const QModelIndex& index) { emit keyOpened(index.data(KeyRole).toString()); });
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) { emit keySelected(current.data(KeyRole).toString()); });
}

void DataTable::setSource(QAbstractItemModel* model)
{
    m_proxy->setSourceModel(model);
    connect(m_proxy, &QAbstractItemModel::modelReset, this, &QWidget::updateGeometry);
    connect(m_proxy, &QAbstractItemModel::rowsInserted, this, &QWidget::updateGeometry);
    connect(m_proxy, &QAbstractItemModel::rowsRemoved, this, &QWidget::updateGeometry);
}

void DataTable::fitColumns(int stretchColumn, const std::vector<int>& least)
{
    for (int column = 0; column < m_proxy->columnCount(); ++column) {
        horizontalHeader()->setSectionResizeMode(column, QHeaderView::Interactive);
    }
    for (const int column : m_dispensable) {
        setColumnHidden(column, false);
    }
    resizeColumnsToContents();
    m_stretchColumn = stretchColumn;
    m_contentWidths.clear();
    for (int column = 0; column < m_proxy->columnCount(); ++column) {
        const auto index = static_cast<std::size_t>(column);
        const int width =
            std::max(columnWidth(column), index < least.size() && !isColumnHidden(column) ? least[index] : 0);
        setColumnWidth(column, width);
        m_contentWidths.push_back(width);
    }
    if (stretchColumn < m_proxy->columnCount()) {
        horizontalHeader()->setSectionResizeMode(stretchColumn, QHeaderView::Stretch);
    }
    dropColumns();
}

void DataTable::setDispensable(std::vector<int> columns, int leastWidth)
{
    m_dispensable = std::move(columns);
    m_leastWidth = leastWidth;
}

void DataTable::dropColumns()
{
    const auto stretch = static_cast<std::size_t>(m_stretchColumn);
    if (m_dispensable.empty() || stretch >= m_contentWidths.size()) {
        return;
    }
    int needed = std::min(m_contentWidths[stretch], m_leastWidth);
    for (std::size_t column = 0; column < m_contentWidths.size(); ++column) {
        needed += column == stretch ? 0 : m_contentWidths[column];
    }
    for (const int column : m_dispensable) {
        const bool isTooMuch = needed > viewport()->width();
        setColumnHidden(column, isTooMuch);
        needed -= isTooMuch ? m_contentWidths[static_cast<std::size_t>(column)] : 0;
    }
}

void DataTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    dropColumns();
}

void DataTable::sortBy(int column, Qt::SortOrder order)
{
    sortByColumn(column, order);
}

void DataTable::setFilterText(const QString& text)
{
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterFixedString(text);
}

int DataTable::shownRows() const
{
    return m_proxy->rowCount();
}

QSet<QString> DataTable::shownKeys() const
{
    QSet<QString> keys;
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        keys.insert(m_proxy->index(row, 0).data(KeyRole).toString());
    }
    return keys;
}

QString DataTable::currentKey() const
{
    return currentIndex().data(KeyRole).toString();
}

void DataTable::selectKey(const QString& key)
{
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        if (m_proxy->index(row, 0).data(KeyRole).toString() == key) {
            setCurrentIndex(m_proxy->index(row, 0));
            return;
        }
    }
}

QString DataTable::tableText(bool onlySelection) const
{
    QStringList lines;
    QStringList line;
    for (int column = 0; column < m_proxy->columnCount(); ++column) {
        line << m_proxy->headerData(column, Qt::Horizontal).toString();
    }
    lines << line.join(u'\t');
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        if (onlySelection && !selectionModel()->isRowSelected(row, {})) {
            continue;
        }
        line.clear();
        for (int column = 0; column < m_proxy->columnCount(); ++column) {
            line << m_proxy->index(row, column).data().toString();
        }
        lines << line.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

void DataTable::setFitsRows(bool fits)
{
    m_fitsRows = fits;
    setVerticalScrollBarPolicy(fits ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, fits ? QSizePolicy::Fixed : QSizePolicy::Expanding);
}

QSize DataTable::sizeHint() const
{
    if (!m_fitsRows) {
        return QTableView::sizeHint();
    }
    const int rows = m_proxy->rowCount() * verticalHeader()->defaultSectionSize();
    return { QTableView::sizeHint().width(), horizontalHeader()->sizeHint().height() + rows + 2 * frameWidth() + 2 };
}

QSize DataTable::minimumSizeHint() const
{
    return m_fitsRows ? QSize(120, sizeHint().height()) : QSize(120, 72);
}

void DataTable::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        const bool several = !selectionModel()->selectedRows().empty();
        copyText(tableText(several), this);
        event->accept();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        emit keyOpened(currentKey());
        event->accept();
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace heaptoll::gui
