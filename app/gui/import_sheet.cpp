// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/import_sheet.h"

#include "app/gui/job_manager.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/row_model.h"
#include "app/gui/widget/data_table.h"
#include "app/gui/workspace_controller.h"

#include <QDirIterator>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMaxRows = 2000; // of a folder; the import itself has no limit

QStringList filesBelow(const QString& path)
{
    if (!QFileInfo(path).isDir()) {
        return { path };
    }
    QStringList files;
    QDirIterator it(path, QDir::Files | QDir::Readable, QDirIterator::Subdirectories);
    while (it.hasNext() && files.size() < kMaxRows) {
        files << it.next();
    }
    files.sort();
    return files;
}

QString detectedText(const Detection& detection)
{
    if (detection.candidates.empty()) {
        return ImportSheet::tr("not recognised");
    }
    const DetectionCandidate& best = detection.candidates.front();
    const QString name =
        toQString(best.format) + (best.formatVersion.empty() ? QString() : u' ' + toQString(best.formatVersion));
    if (detection.error) {
        return ImportSheet::tr("not recognised (best: %1, %2 %)").arg(name).arg(best.score);
    }
    return name;
}

} // namespace

ImportSheet::ImportSheet(WorkspaceController& controller, JobManager& jobs, QWidget* parent)
    : QFrame(parent)
    , m_controller(controller)
    , m_jobs(jobs)
    , m_model(new RowModel(this))
    , m_title(new QLabel(this))
    , m_table(new DataTable(tr("Files to import"), this))
    , m_details(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_accept(new QPushButton(this))
{
    setProperty("role", u"overlay"_s);
    setObjectName(u"importSheet"_s);
    setAccessibleName(tr("Import"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(4), spacing(4), spacing(4), spacing(4));
    layout->setSpacing(spacing(2));
    m_title->setFont(textFont(TextSize::Title, true));
    layout->addWidget(m_title);
    m_table->setObjectName(u"import.table"_s);
    m_model->setColumns({ { tr("File"), {}, false }, { tr("Detected as"), {}, false }, { tr("Score"), {}, true },
        { tr("Evidence"), {}, false }, { tr("Size"), {}, true }, { tr("State"), {}, false } });
    m_table->setSource(m_model);
    m_table->setSortingEnabled(false);
    layout->addWidget(m_table, 1);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setObjectName(u"import.details"_s);
    layout->addWidget(m_details);
    auto* row = new QHBoxLayout;
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the import"));
    row->addWidget(m_progress, 1);
    row->addStretch(1);
    m_cancel->setObjectName(u"import.cancel"_s);
    m_accept->setObjectName(u"import.accept"_s);
    m_accept->setProperty("role", u"primary"_s);
    row->addWidget(m_cancel);
    row->addWidget(m_accept);
    layout->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &ImportSheet::dismiss);
    connect(m_accept, &QPushButton::clicked, this, &ImportSheet::accept);
    connect(m_table, &DataTable::keyOpened, this, &ImportSheet::accept);
    connect(m_table, &DataTable::keySelected, this, &ImportSheet::showDetails);
    connect(&m_controller, &WorkspaceController::importProgress, this, &ImportSheet::onProgress);
    connect(&m_controller, &WorkspaceController::importFinished, this, &ImportSheet::onFinished);
    hide();
}

void ImportSheet::addPaths(const QStringList& paths)
{
    if (!m_isReading && !isVisible()) {
        m_items.clear();
        m_roots.clear();
    }
    QStringList fresh;
    for (const QString& path : paths) {
        m_roots << path;
        for (const QString& file : filesBelow(path)) {
            if (find(file) == nullptr) {
                Item item;
                item.path = file;
                item.size = static_cast<quint64>(QFileInfo(file).size());
                m_items.push_back(item);
                fresh << file;
            }
        }
    }
    showRows();
    m_table->fitColumns(3);
    show();
    raise();
    m_accept->setFocus();
    detect(fresh);
}

void ImportSheet::detect(const QStringList& files)
{
    using Answers = std::vector<std::pair<QString, Detection>>;
    m_jobs.run(
        tr("Looking at %n file(s)", "", static_cast<int>(files.size())), this,
        [registry = m_controller.registry(), files](const TaskContext& task) -> Result<Answers> {
            Answers answers;
            for (const QString& file : files) {
                if (task.cancelled()) {
                    break;
                }
                answers.emplace_back(file, detectFile(*registry, toUtf8(file)));
                task.progress({ answers.size(), static_cast<std::uint64_t>(files.size()), "detecting" });
            }
            return answers;
        },
        [this](Result<Answers> answers) {
            for (auto& [file, detection] : answers.value()) {
                Item* item = find(file);
                if (item == nullptr || item->state != State::Detecting) {
                    continue;
                }
                item->state = detection.error || detection.candidates.empty() ? State::Unclear : State::Recognised;
                item->message = detection.error ? toQString(format(*detection.error)) : QString();
                item->detection = std::move(detection);
            }
            showRows();
            m_table->fitColumns(3);
        });
}

ImportSheet::Item* ImportSheet::find(const QString& path)
{
    const auto it = std::ranges::find(m_items, path, &Item::path);
    return it == m_items.end() ? nullptr : &*it;
}

int ImportSheet::count(State state) const
{
    return static_cast<int>(std::ranges::count(m_items, state, &Item::state));
}

QString ImportSheet::stateText(const Item& item) const
{
    switch (item.state) {
    case State::Detecting: return tr("looking…");
    case State::Recognised: return tr("ready");
    case State::Unclear: return tr("will be left out");
    case State::Reading: return item.progress >= 0 ? tr("reading %1").arg(percentText(item.progress)) : tr("waiting");
    case State::Read: return tr("read");
    case State::Partial: return tr("partial: ends early");
    case State::Failed: return tr("could not be read");
    }
    return {};
}

void ImportSheet::showRows()
{
    const Tokens& t = tokens();
    std::vector<Row> rows;
    for (const Item& item : m_items) {
        const bool isBad = item.state == State::Unclear || item.state == State::Failed;
        const bool isPartial = item.state == State::Partial;
        Cell file { QFileInfo(item.path).fileName() };
        file.toolTip = item.path;
        file.icon = isBad ? u"error"_s : isPartial ? u"warning"_s : u"file"_s;
        file.iconColor = isBad ? t.high : isPartial ? t.medium : t.muted;
        Cell detected { item.state == State::Detecting ? u"…"_s : detectedText(item.detection) };
        Cell score;
        Cell evidence;
        if (!item.detection.candidates.empty()) {
            const DetectionCandidate& best = item.detection.candidates.front();
            score.text = tr("%1 %").arg(best.score);
            evidence.text = toQString(best.reason);
        }
        if (isBad) {
            evidence.text = item.message;
        }
        evidence.toolTip = evidence.text;
        Cell size { bytesText(static_cast<double>(item.size)) };
        size.toolTip = exactBytesText(static_cast<double>(item.size));
        Cell state { stateText(item) };
        state.textColor = isBad ? t.high : isPartial ? t.medium : QColor();
        state.bar = item.state == State::Reading ? item.progress : -1;
        rows.push_back({ item.path, { file, detected, score, evidence, size, state } });
    }
    m_model->setRows(std::move(rows));
    const int left = count(State::Unclear);
    m_title->setText(
        m_isReading ? tr("Importing %n file(s)", "", rowCount()) : tr("Import %n file(s)", "", rowCount()));
    QString label = tr("Import %1").arg(rowCount() - left);
    if (left > 0) {
        label += tr(", skip %1").arg(left);
    }
    m_accept->setText(label);
    m_accept->setVisible(!m_isReading);
    m_accept->setEnabled(rowCount() > left);
    m_progress->setVisible(m_isReading || count(State::Detecting) > 0);
    if (!m_isReading) {
        m_progress->setRange(0, 0);
    }
    showDetails();
}

void ImportSheet::showDetails()
{
    const Item* shown = find(m_table->currentKey());
    if (shown == nullptr) {
        const auto bad = std::ranges::find_if(m_items, [](const Item& item) { return !item.message.isEmpty(); });
        shown = bad == m_items.end() ? nullptr : &*bad;
    }
    m_details->setVisible(shown != nullptr && !shown->message.isEmpty());
    if (shown != nullptr) {
        m_details->setText(shown->message);
        const bool isBad = shown->state == State::Unclear || shown->state == State::Failed;
        m_details->setProperty("role", isBad ? u"error"_s : u"warning"_s);
    }
}

void ImportSheet::accept()
{
    if (m_isReading || m_items.empty()) {
        return;
    }
    QStringList paths;
    const bool hasUnclear = count(State::Unclear) > 0;
    if (!hasUnclear) {
        paths = m_roots; // folders stay folders: manifests and deliveries are seen as a whole
    } else {
        for (const Item& item : m_items) {
            if (item.state != State::Unclear) {
                paths << item.path;
            }
        }
    }
    for (Item& item : m_items) {
        item.state = item.state == State::Unclear ? State::Unclear : State::Reading;
    }
    if (paths.isEmpty()) {
        return;
    }
    m_isReading = true;
    m_progress->setRange(0, 1000);
    m_progress->setValue(0);
    showRows();
    m_controller.importFiles(paths);
    emit accepted();
}

void ImportSheet::onProgress(const ImportProgress& progress)
{
    Item* item = find(toQString(progress.path));
    if (item == nullptr || !m_isReading) {
        return;
    }
    item->progress = progress.totalBytes > 0
        ? static_cast<double>(progress.doneBytes) / static_cast<double>(progress.totalBytes)
        : -1;
    double done = 0;
    double total = 1;
    for (const Item& each : m_items) {
        done += std::max(0.0, each.progress) * static_cast<double>(each.size);
        total += static_cast<double>(each.size);
    }
    m_progress->setValue(static_cast<int>(1000 * done / total));
    showRows();
}

void ImportSheet::onFinished()
{
    if (!m_isReading) {
        return;
    }
    m_isReading = false;
    bool hasFailure = false;
    for (const ImportedFile& file : m_controller.files()) {
        Item* item = find(toQString(file.path));
        if (item == nullptr) {
            continue;
        }
        if (file.documents.empty() && file.error) {
            item->state = State::Failed;
            item->message = toQString(format(*file.error));
            hasFailure = true;
            continue;
        }
        const bool isWhole = std::ranges::all_of(file.documents, [](const DocumentPtr& d) { return d->isComplete; });
        item->state = isWhole ? State::Read : State::Partial;
    }
    if (!hasFailure) {
        m_items.clear();
        m_roots.clear();
        hide();
        emit closed();
        return;
    }
    std::erase_if(m_items, [](const Item& item) { return item.state != State::Failed; });
    showRows();
    m_title->setText(tr("%n file(s) could not be read; the others are loaded", "", rowCount()));
    m_accept->hide();
    m_cancel->setText(tr("Close"));
}

void ImportSheet::dismiss()
{
    if (m_isReading) {
        m_controller.cancelImport();
    }
    m_isReading = false;
    m_items.clear();
    m_roots.clear();
    m_cancel->setText(tr("Cancel"));
    hide();
    emit closed();
}

void ImportSheet::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && !m_isReading) {
        dismiss();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        accept();
    } else {
        QFrame::keyPressEvent(event);
    }
}

} // namespace heaptoll::gui
