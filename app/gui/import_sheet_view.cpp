// SPDX-License-Identifier: GPL-3.0-or-later
// What the import sheet shows of its files, and its keys.
#include "app/gui/import/import_choices.h"
#include "app/gui/import/import_reader.h"
#include "app/gui/import/import_text.h"
#include "app/gui/import_sheet.h"
#include "app/gui/job_manager.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/data_table.h"

#include <QApplication>
#include <QFile>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

void ImportSheet::fitColumns()
{
    // A narrow sheet keeps what has to be decided: the evidence is in the tooltip and in the details.
    constexpr int kNarrow = 820;
    const bool isNarrow = width() < kNarrow;
    for (const int column : { ImportModel::Score, ImportModel::Evidence, ImportModel::Size }) {
        m_table->setColumnHidden(column, isNarrow);
    }
    m_table->fitColumns(isNarrow ? ImportModel::Detected : ImportModel::Evidence);
}

void ImportSheet::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    fitColumns();
}

void ImportSheet::showAll()
{
    QStringList rows;
    for (const ImportItem& item : m_model->items()) {
        rows << item.path();
    }
    const bool areNew = std::exchange(m_fitted, rows) != rows;
    m_isFittedWhenRead = m_isFittedWhenRead && !areNew;
    const bool areJustRead = !m_reader->isRunning() && !std::exchange(m_isFittedWhenRead, true);
    if (areNew || areJustRead) {
        fitColumns();
    }
    if (m_table->currentKey().isEmpty() && m_model->rowCount() > 0) {
        // What is wrong is shown first; else the first file.
        const auto& items = m_model->items();
        const auto bad = std::ranges::find_if(items, [](const ImportItem& item) { return item.isLeftOut(); });
        m_table->selectKey(bad == items.end() ? items.front().path() : bad->path());
    }
    showSelection();
    showButtons();
}

void ImportSheet::showSelection()
{
    std::vector<const ImportItem*> selected;
    for (const QString& path : selectedPaths()) {
        if (const ImportItem* item = m_model->find(path)) {
            selected.push_back(item);
        }
    }
    m_choices->show(selected, m_reader->formats(), knownServices());
    const ImportItem* item = shownItem();
    m_asHex->setEnabled(item != nullptr);
    m_problem->setVisible(item != nullptr && !problemText(*item).isEmpty());
    if (item == nullptr) {
        m_preview->clear();
        m_hex->clear();
        return;
    }
    const Tokens& t = tokens();
    const bool isPartial = item->state == ImportItem::State::Partial;
    m_details->setText(problemText(*item));
    m_retry->setVisible(item->state == ImportItem::State::Failed && m_phase == Phase::Choosing);
    constexpr int kIcon = 16;
    QPixmap icon(QSize(kIcon, kIcon) * devicePixelRatioF());
    icon.setDevicePixelRatio(devicePixelRatioF());
    icon.fill(Qt::transparent);
    {
        QPainter painter(&icon);
        paintIcon(
            painter, QRectF(0, 0, kIcon, kIcon), isPartial ? u"warning"_s : u"error"_s, isPartial ? t.medium : t.high);
    }
    m_problemIcon->setPixmap(icon);
    showPreview(*item);
    if (m_asHex->isChecked()) {
        showHex(item->path());
    }
}

void ImportSheet::showPreview(const ImportItem& item)
{
    const QString path = item.path();
    m_shown = path;
    const auto known = m_previews.constFind(path);
    if (known != m_previews.constEnd()) {
        m_preview->setText(tr("Preview:  %1").arg(*known));
        m_preview->setToolTip(*known);
        return;
    }
    if (item.file.documents.empty()) {
        m_preview->setText(item.isPending() ? tr("Preview:  reading…") : tr("Preview:  nothing was read of it"));
        m_preview->setToolTip({});
        return;
    }
    m_preview->setText(tr("Preview:  …"));
    if (m_previewing == path) {
        return; // files that are read meanwhile bring everything up to date, several times a second
    }
    m_previewing = path;
    m_previewJob.run(
        tr("Preview of %1").arg(item.fileName()),
        [documents = item.file.documents](
            const TaskContext& /*task*/) -> Result<QString> { return previewText(documents); },
        [this, path](Result<QString> text) {
            m_previewing.clear();
            const QString preview = !text.ok() ? tr("not known: %1").arg(toQString(format(text.error())))
                : text.value().isEmpty()       ? tr("no values above zero")
                                               : text.value();
            m_previews.insert(path, preview);
            if (const ImportItem* shown = m_model->find(path); shown != nullptr && m_shown == path) {
                showPreview(*shown);
            }
        });
}

void ImportSheet::showHex(const QString& path)
{
    const auto known = m_firstBytes.constFind(path);
    if (known != m_firstBytes.constEnd()) {
        m_hex->setPlainText(known->isEmpty() ? tr("The file is empty or cannot be opened.") : hexText(*known));
        return;
    }
    m_hex->clear();
    readFirstBytes(m_hexJob, path, [this, path](const QByteArray& bytes) {
        m_firstBytes.insert(path, bytes);
        if (m_shown == path && m_asHex->isChecked()) {
            showHex(path);
        }
    });
}

void ImportSheet::readFirstBytes(
    LatestJob& job, const QString& path, const std::function<void(const QByteArray&)>& done)
{
    job.run(
        tr("First bytes of a file"),
        [path](const TaskContext& /*task*/) -> Result<QByteArray> {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? file.read(kHexBytes) : QByteArray();
        },
        [done](const Result<QByteArray>& bytes) { done(bytes.ok() ? bytes.value() : QByteArray()); });
}

void ImportSheet::showButtons()
{
    const int rows = m_model->rowCount();
    const int left = m_model->count(ImportItem::State::Unclear) + m_model->count(ImportItem::State::Failed);
    const int partial = m_model->count(ImportItem::State::Partial);
    const bool isReading = m_reader->isRunning();
    QString label = tr("Import %1").arg(rows - left);
    if (partial > 0) {
        label += tr(" (%1 partial)").arg(partial);
    }
    if (left > 0) {
        label += tr(", skip %1").arg(left);
    }
    QString title = isReading && rows == 0 ? tr("Looking at the files…") : tr("Import %n file(s)", "", rows);
    bool isAcceptable = rows - left > 0 || (rows == 0 && isReading);
    switch (m_phase) {
    case Phase::Choosing: break;
    case Phase::Accepted:
        title = tr("Importing %n file(s)", "", rows - left);
        isAcceptable = false;
        break;
    case Phase::Stopping:
        title = tr("Stopping…");
        isAcceptable = false;
        break;
    case Phase::Asking:
        title = tr("The import was stopped. Keep what was read of %n file(s)?", "", rows);
        label = partial > 0 ? tr("Keep %1 (%2 partial)").arg(rows).arg(partial) : tr("Keep %1").arg(rows);
        break;
    case Phase::Failures: title = tr("%n file(s) could not be read; the others are imported", "", rows); break;
    }
    m_title->setText(title);
    m_accept->setText(rows == 0 ? tr("Import") : label);
    m_accept->setVisible(m_phase != Phase::Failures);
    m_accept->setEnabled(isAcceptable);
    m_cancel->setText(m_phase == Phase::Asking ? tr("Remove")
            : m_phase == Phase::Failures       ? tr("Close")
                                               : tr("Cancel"));
    double done = 0;
    double total = 1;
    for (const ImportItem& item : m_model->items()) {
        const auto size = static_cast<double>(item.sizeBytes);
        total += size;
        done += item.isPending() ? std::max(0.0, item.progress) * size : size;
    }
    constexpr int kSteps = 1000;
    m_progress->setVisible(isReading);
    m_progress->setRange(0, rows == 0 ? 0 : kSteps);
    m_progress->setValue(static_cast<int>(kSteps * done / total));
}

void ImportSheet::copyDetails()
{
    const ImportItem* item = shownItem();
    if (item == nullptr) {
        return;
    }
    const QString path = item->path();
    readFirstBytes(m_copyJob, path, [this, path](const QByteArray& bytes) {
        if (const ImportItem* shown = m_model->find(path)) {
            copyText(detailsText(*shown, bytes), m_problem);
        }
    });
}

void ImportSheet::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        if (!isImporting()) { // Escape never cancels what was asked for
            dismiss();
        }
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        // Enter means the button that has the focus; anywhere else it accepts.
        auto* button = qobject_cast<QAbstractButton*>(focusWidget());
        if (button != nullptr && button != m_accept && button->hasFocus()) {
            button->click();
        } else {
            accept();
        }
    } else {
        QFrame::keyPressEvent(event);
    }
}

void ImportSheet::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isVisible()) {
        showSelection(); // the icon of the card has the colours of the theme
    }
}

} // namespace heaptoll::gui
