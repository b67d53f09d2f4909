// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/import_sheet.h"

#include "app/gui/import/import_choices.h"
#include "app/gui/import/import_reader.h"
#include "app/gui/import/import_text.h"
#include "app/gui/job_manager.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/roles.h"
#include "app/gui/widget/data_table.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kHexLines = 8; // of 16 bytes
} // namespace

ImportSheet::ImportSheet(WorkspaceController& controller, JobManager& jobs, QWidget* parent)
    : QFrame(parent)
    , m_controller(controller)
    , m_reader(new ImportReader(jobs, controller.registry(), this))
    , m_model(new ImportModel(this))
    , m_previewJob(jobs)
    , m_hexJob(jobs)
    , m_copyJob(jobs)
    , m_title(new QLabel(this))
    , m_table(new DataTable(tr("Files to import"), this))
{
    connect(&m_previewJob, &LatestJob::cancelled, this, [this] {
        m_previewing.clear();
        m_preview->setText(tr("Preview:  cancelled"));
    });
    setProperty("role", u"overlay"_s);
    setObjectName(u"importSheet"_s);
    setAccessibleName(tr("Import"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(4), spacing(3), spacing(4), spacing(3));
    layout->setSpacing(spacing(2));
    m_title->setFont(textFont(TextSize::Title, true));
    m_title->setObjectName(u"import.title"_s);
    layout->addWidget(m_title);
    m_table->setObjectName(u"import.table"_s);
    m_table->setSource(m_model);
    m_table->setSortingEnabled(false);
    layout->addWidget(m_table, 1);
    layout->addWidget(makeInspector());
    layout->addWidget(makeProblem());
    layout->addLayout(makeButtons());
    connect(m_table, &DataTable::keyOpened, this, &ImportSheet::accept);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ImportSheet::showSelection);
    connectReader();
    hide();
}

QWidget* ImportSheet::makeInspector()
{
    auto* inspector = new QWidget(this);
    auto* column = new QVBoxLayout(inspector);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing(2));
    m_choices = new ImportChoices(inspector);
    column->addWidget(m_choices);
    auto* row = new QHBoxLayout;
    m_preview = new QLabel(inspector);
    m_preview->setObjectName(u"import.preview"_s);
    m_preview->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_preview->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_preview, 1);
    m_asHex = new QToolButton(inspector);
    m_asHex->setObjectName(u"import.asHex"_s);
    m_asHex->setText(tr("As hex"));
    m_asHex->setToolTip(tr("The first %1 bytes of the file").arg(kHexBytes));
    m_asHex->setCheckable(true);
    row->addWidget(m_asHex);
    column->addLayout(row);
    m_hex = new QPlainTextEdit(inspector);
    m_hex->setObjectName(u"import.hex"_s);
    m_hex->setAccessibleName(tr("First bytes of the file"));
    m_hex->setReadOnly(true);
    m_hex->setFont(monoFont());
    m_hex->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_hex->setFixedHeight(QFontMetrics(m_hex->font()).lineSpacing() * kHexLines + 2 * spacing(4));
    m_hex->hide();
    column->addWidget(m_hex);
    connect(m_asHex, &QToolButton::toggled, this, [this](bool isOn) {
        m_hex->setVisible(isOn);
        showSelection();
    });
    connect(m_choices, &ImportChoices::serviceChosen, this, [this](const QString& service) {
        choose([&service](ImportItem& item) {
            if (item.isHeapProfile()) {
                item.choice.service = service.isEmpty() ? std::nullopt : std::optional(toUtf8(service));
            }
        });
    });
    connect(m_choices, &ImportChoices::placementChosen, this, [this](const std::optional<TimePlacement>& placement) {
        choose([&placement](ImportItem& item) {
            if (item.isHeapProfile()) {
                item.choice.placement = placement;
            }
        });
    });
    connect(m_choices, &ImportChoices::formatChosen, this, [this](const QString& format) {
        choose([&format](ImportItem& item) {
            item.choice.format = format.isEmpty() ? std::nullopt : std::optional(toUtf8(format));
        });
        for (const QString& path : selectedPaths()) {
            readAgain(path);
        }
    });
    return inspector;
}

QWidget* ImportSheet::makeProblem()
{
    m_problem = new QFrame(this);
    m_problem->setProperty("role", u"card"_s);
    auto* row = new QHBoxLayout(m_problem);
    row->setContentsMargins(spacing(2), spacing(1), spacing(2), spacing(1));
    m_problemIcon = new QLabel(m_problem);
    row->addWidget(m_problemIcon);
    m_details = new QLabel(m_problem);
    m_details->setObjectName(u"import.details"_s);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_details, 1);
    m_retry = new QPushButton(tr("Read again"), m_problem);
    m_retry->setObjectName(u"import.retry"_s);
    row->addWidget(m_retry);
    auto* copy = new QPushButton(tr("Copy details"), m_problem);
    copy->setObjectName(u"import.copyDetails"_s);
    row->addWidget(copy);
    connect(m_retry, &QPushButton::clicked, this, [this] {
        if (const ImportItem* item = shownItem()) {
            readAgain(item->path());
        }
    });
    connect(copy, &QPushButton::clicked, this, &ImportSheet::copyDetails);
    return m_problem;
}

QLayout* ImportSheet::makeButtons()
{
    auto* row = new QHBoxLayout;
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the import"));
    m_cancel = new QPushButton(this);
    m_cancel->setObjectName(u"import.cancel"_s);
    m_accept = new QPushButton(this);
    m_accept->setObjectName(u"import.accept"_s);
    m_accept->setProperty("role", u"primary"_s);
    row->addWidget(m_progress, 1);
    row->addStretch(1);
    row->addWidget(m_cancel);
    row->addWidget(m_accept);
    connect(m_cancel, &QPushButton::clicked, this, &ImportSheet::cancel);
    connect(m_accept, &QPushButton::clicked, this, &ImportSheet::accept);
    return row;
}

void ImportSheet::connectReader()
{
    connect(m_reader, &ImportReader::detected, this, &ImportSheet::onDetected);
    connect(m_reader, &ImportReader::fileRead, this, &ImportSheet::onRead);
    connect(m_reader, &ImportReader::finished, this, &ImportSheet::onFinished);
    connect(m_reader, &ImportReader::cancelled, this, &ImportSheet::dismiss);
    connect(m_reader, &ImportReader::progressed, this, [this](const QString& path, double ratio) {
        m_model->change(path, [ratio](ImportItem& item) {
            if (item.isPending()) {
                item.state = ImportItem::State::Reading;
                item.progress = std::clamp(ratio, 0.0, 1.0);
            }
        });
    });
    connect(m_reader, &ImportReader::told, this, &ImportSheet::showAll);
}

void ImportSheet::addPaths(const QStringList& paths, std::optional<Instant> start)
{
    if (isVisible()) {
        m_choices->commit();
    }
    if (!isVisible() || m_phase == Phase::Failures) {
        m_roots.clear();
        m_startOfRoot.clear();
        m_kept.clear();
        m_previews.clear();
        m_firstBytes.clear();
        m_asHex->setChecked(false);
    }
    for (const QString& path : paths) {
        if (!m_roots.contains(path)) {
            m_roots << path;
        }
        if (start) {
            m_startOfRoot.insert_or_assign(path, *start);
        }
    }
    for (const ImportItem& item : m_model->items()) {
        m_kept.insert_or_assign(item.file.path, item.choice);
    }
    const auto chosen = formats();
    // All of it once more: what is an older delivery of what, or the same file twice, shows in the whole only.
    m_model->clear();
    m_phase = Phase::Choosing;
    show();
    raise();
    m_reader->start(m_roots, chosen, m_controller.files());
    showAll();
    m_accept->setFocus();
}

void ImportSheet::onDetected(const ImportedFile& file, quint64 sizeBytes)
{
    if (m_model->find(toQString(file.path)) != nullptr) {
        m_model->change(toQString(file.path), [&](ImportItem& item) { item.sizeBytes = sizeBytes; });
        return;
    }
    ImportItem item;
    item.file = file;
    item.sizeBytes = sizeBytes;
    const auto root = std::ranges::find_if(
        m_roots, [path = item.path()](const QString& given) { return path == given || path.startsWith(given + u'/'); });
    item.rank = root - m_roots.begin();
    item.isBelow(root == m_roots.end() ? QString() : *root);
    if (const auto kept = m_kept.find(file.path); kept != m_kept.end()) {
        item.choice = kept->second;
    }
    if (file.error) {
        item.settle();
    }
    m_model->insert(std::move(item));
}

void ImportSheet::onRead(const ImportedFile& file)
{
    const QString path = toQString(file.path);
    m_previews.remove(path);
    if (m_previewing == path) { // of what it was before
        m_previewJob.drop();
        m_previewing.clear();
    }
    m_model->change(path, [this, &file](ImportItem& item) {
        item.file = file;
        item.settle();
        placeWhereDropped(item);
    });
}

void ImportSheet::placeWhereDropped(ImportItem& item) const
{
    const auto start = m_startOfRoot.find(item.path());
    const DocumentPtr document = item.document();
    const auto profile = document ? document->profile() : nullptr;
    if (start != m_startOfRoot.end() && profile && !profile->time && !item.choice.placement) {
        item.choice.placement = TimePlacement { TimePlacement::Clock::Relative, start->second };
    }
}

void ImportSheet::onFinished()
{
    switch (m_phase) {
    case Phase::Accepted: deliver(); break;
    case Phase::Stopping: {
        m_model->removeIf([](const ImportItem& item) { return item.file.documents.empty(); });
        if (m_model->items().empty()) {
            dismiss();
        } else {
            m_phase = Phase::Asking;
            showAll();
            m_accept->setFocus();
        }
        break;
    }
    case Phase::Choosing:
    case Phase::Asking:
    case Phase::Failures: showAll(); break;
    }
}

void ImportSheet::accept()
{
    m_choices->commit();
    if (m_phase == Phase::Failures) {
        dismiss();
    } else if (m_phase == Phase::Choosing && m_reader->isRunning()) {
        m_phase = Phase::Accepted;
        showAll();
    } else if (m_phase == Phase::Choosing || m_phase == Phase::Asking) {
        deliver();
    }
}

void ImportSheet::deliver()
{
    std::vector<ImportedFile> files;
    SourceChoices choices;
    bool hasDocuments = false;
    for (const ImportItem& item : m_model->items()) {
        if (item.state
            != ImportItem::State::Unclear) { // what failed becomes a source that says so, and can be tried again
            hasDocuments = hasDocuments || !item.file.documents.empty();
            files.push_back(item.file);
            choices.emplace(item.file.path, item.choice);
        }
    }
    const bool wasWaiting = m_phase == Phase::Accepted;
    if (!hasDocuments || !m_mayImport()) {
        m_phase = Phase::Choosing;
        showAll();
        return;
    }
    emit accepted(files, choices);
    // What failed after Enter was pressed has not been seen yet.
    m_model->removeIf([](const ImportItem& item) { return item.state != ImportItem::State::Failed; });
    if (wasWaiting && !m_model->items().empty()) {
        m_phase = Phase::Failures;
        showAll();
        m_cancel->setFocus();
    } else {
        dismiss();
    }
}

void ImportSheet::cancel()
{
    const bool hasRead = std::ranges::any_of(
        m_model->items(), [](const ImportItem& item) { return !item.file.documents.empty() || item.progress > 0; });
    if (m_reader->isRunning() && hasRead && (m_phase == Phase::Choosing || m_phase == Phase::Accepted)) {
        m_phase = Phase::Stopping;
        m_reader->stop();
        showAll();
    } else {
        dismiss();
    }
}

void ImportSheet::dismiss()
{
    m_reader->cancel();
    m_phase = Phase::Choosing;
    m_model->clear();
    m_roots.clear();
    const bool wasVisible = isVisible();
    hide();
    if (wasVisible) {
        emit closed();
    }
}

void ImportSheet::readAgain(const QString& path)
{
    m_model->change(path, [](ImportItem& item) {
        item.file.documents.clear();
        item.file.error.reset();
        item.state = ImportItem::State::Waiting;
    });
    m_reader->readAgain(path, formats());
    showAll();
}

void ImportSheet::choose(const std::function<void(ImportItem&)>& edit)
{
    for (const QString& path : selectedPaths()) {
        m_model->change(path, edit);
    }
}

bool ImportSheet::owns(quint64 job) const
{
    return m_reader->owns(job);
}

std::map<std::string, std::string> ImportSheet::formats() const
{
    std::map<std::string, std::string> formats;
    for (const ImportItem& item : m_model->items()) {
        if (item.choice.format) {
            formats.emplace(item.file.path, *item.choice.format);
        }
    }
    return formats;
}

QStringList ImportSheet::selectedPaths() const
{
    QStringList paths;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        paths << index.data(KeyRole).toString();
    }
    return paths;
}

const ImportItem* ImportSheet::shownItem() const
{
    if (const ImportItem* current = m_model->find(m_table->currentKey())) {
        return current;
    }
    const auto& items = m_model->items();
    return items.empty() ? nullptr : &items.front();
}

QStringList ImportSheet::knownServices() const
{
    QStringList services;
    if (const auto& analysis = m_controller.analysis()) {
        for (const ServiceView& service : analysis->services) {
            if (!service.isBucket) {
                services << toQString(service.name);
            }
        }
    }
    for (const ImportItem& item : m_model->items()) {
        if (item.isHeapProfile()) {
            services << serviceText(item);
        }
    }
    services.removeDuplicates();
    services.sort();
    return services;
}

} // namespace heaptoll::gui
