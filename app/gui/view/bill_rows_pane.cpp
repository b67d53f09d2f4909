// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/bill_rows_pane.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/widget/elided_label.h"

#include <QVBoxLayout>

#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWhatColumn = 1;

std::vector<Column> columns()
{
    return { { BillRowsPane::tr("Charge period"), BillRowsPane::tr("UTC, from the first to the last day") },
        { BillRowsPane::tr("What is charged"),
            BillRowsPane::tr("Charge description; without one the SKU or usage type") },
        { BillRowsPane::tr("Product"), BillRowsPane::tr("Of the provider") },
        { BillRowsPane::tr("Resource"), BillRowsPane::tr("As the bill names it") },
        { BillRowsPane::tr("Amount"), BillRowsPane::tr("What of the charge lies in the range"), true },
        { BillRowsPane::tr("Matched by"), BillRowsPane::tr("Why the row is this service's") },
        { BillRowsPane::tr("In the file"), BillRowsPane::tr("The bill, and the number of the charge in it") } };
}

QString orUnknown(const std::string& text)
{
    return text.empty() ? u"—"_s : toQString(text);
}

Row rowOf(const WorkspaceAnalysis& analysis, const BillRow& charge)
{
    const QString path = toQString(analysis.documents[charge.document]->path);
    const QString name = path.mid(path.lastIndexOf(u'/') + 1);
    const QString number = QString::number(charge.row + 1);
    Row row;
    row.key = number + u'@' + path;
    Cell period = textCell(daysText(charge.period), rangeText(charge.period));
    period.sortValue = static_cast<double>(charge.period.start.ns);
    row.cells = { period, textCell(orUnknown(charge.what)), textCell(orUnknown(charge.product)),
        textCell(orUnknown(charge.resource)),
        moneyCell(moneyText(charge.cost, charge.currency), charge.cost, charge.currency,
            BillRowsPane::tr("The bill has no amount for this row in this cost basis"),
            analysis.totals.rankOf(charge.currency)),
        textCell(orUnknown(charge.matchedBy)), textCell(BillRowsPane::tr("%1, charge %2").arg(name, number), path) };
    return row;
}

} // namespace

BillRowsPane::BillRowsPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_job(context.jobs)
    , m_heading(new ElidedLabel(this))
    , m_table(new DataTable(tr("Bill rows of the service"), this))
    , m_model(new RowModel(this))
{
    setObjectName(u"cost.rows"_s);
    m_heading->setObjectName(u"cost.rowsHeading"_s);
    m_heading->setFont(textFont(TextSize::Body, true));
    m_heading->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(1));
    m_table->setObjectName(u"cost.rowsTable"_s);
    m_model->setColumns(columns());
    m_table->setSource(m_model);
    constexpr int kWhat = 220;
    m_table->setDispensable({ 6, 5, 2, 3 }, kWhat);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_heading);
    layout->addWidget(m_table, 1);
    layout->addStretch();
    connect(&m_job, &LatestJob::cancelled, this,
        [this] { showMessage(tr("Reading the bill rows was cancelled. Select the service again to read them.")); });
    showMessage({});
}

void BillRowsPane::show(std::shared_ptr<const WorkspaceAnalysis> analysis, const std::string& service,
    const std::optional<TimeRange>& range)
{
    if (m_analysis == analysis && m_service == service && m_range == range) {
        return;
    }
    m_analysis = std::move(analysis);
    m_service = service;
    m_range = range;
    m_job.drop();
    if (!m_analysis || m_service.empty()) {
        showMessage({});
        return;
    }
    m_heading->setText(tr("Bill rows of %1").arg(toQString(m_service)));
    m_job.run(
        tr("Bill rows"),
        [analysis = m_analysis, service = m_service, range = m_range](
            const TaskContext& task) { return billRows(*analysis, service, range, kMost, task); },
        [this](Result<BillRows> rows) {
            if (rows.ok()) {
                showRows(rows.value());
            }
        });
}

void BillRowsPane::showMessage(const QString& message)
{
    m_heading->setText(message);
    m_table->hide(); // a head without rows is no answer
    m_model->setRows({});
    m_service.clear();
    m_analysis.reset();
}

void BillRowsPane::showRows(const BillRows& rows)
{
    std::vector<Row> cells;
    cells.reserve(rows.rows.size());
    for (const BillRow& row : rows.rows) {
        cells.push_back(rowOf(*m_analysis, row));
    }
    QStringList sums;
    for (const auto& [currency, sum] : rows.sums) {
        sums << moneyText(sum, currency);
    }
    const QString all = countText(static_cast<double>(rows.all));
    const QString count = rows.rows.size() < rows.all
        ? tr("the largest %1 of %2").arg(countText(static_cast<double>(rows.rows.size())), all)
        : all;
    const std::optional<TimeRange> range = m_range ? m_range : m_analysis->range;
    m_heading->setText(tr("Bill rows of %1: %2, %3 in all%4")
                           .arg(toQString(m_service), count, sums.join(u" · "_s),
                               range ? tr(", %1").arg(rangeText(*range)) : QString()));
    m_model->setRows(std::move(cells));
    m_table->show();
    m_table->fitColumns(kWhatColumn);
    m_table->sortBy(-1, Qt::AscendingOrder); // as they come: the largest first, whatever their sign
}

QString BillRowsPane::tableText() const
{
    return m_heading->text() + u'\n' + m_table->tableText();
}

} // namespace heaptoll::gui
