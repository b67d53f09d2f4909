// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/import/import_choices.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

enum Clock : int { AsRecorded, StartsAt, RateOnly };

QComboBox* addBox(QHBoxLayout* row, const QString& title, const QString& name, QWidget* parent)
{
    auto* label = new QLabel(title, parent);
    label->setProperty("role", u"muted"_s);
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(title);
    box->setAcceptDrops(false); // files that are dropped belong to the sheet
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(9);
    label->setBuddy(box);
    row->addWidget(label);
    row->addWidget(box, 1);
    return box;
}

} // namespace

ImportChoices::ImportChoices(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_start(new QDateTimeEdit(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(2));
    m_title->setFont(textFont(TextSize::Body, true));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setMinimumWidth(spacing(20));
    row->addWidget(m_title, 1);
    m_format = addBox(row, tr("Importer"), u"import.format"_s, this);
    m_service = addBox(row, tr("Service"), u"import.service"_s, this);
    m_service->setEditable(true);
    m_service->setInsertPolicy(QComboBox::NoInsert);
    m_service->lineEdit()->setAcceptDrops(false);
    m_clock = addBox(row, tr("Time"), u"import.clock"_s, this);
    m_clock->addItems({ tr("as recorded"), tr("starts at (UTC)"), tr("rate only") });
    m_clock->setItemData(RateOnly,
        tr("It is not placed on the calendar: bytes per hour count, growth against the bill does not"),
        Qt::ToolTipRole);
    m_start->setObjectName(u"import.start"_s);
    m_start->setAccessibleName(tr("Start of the recording, UTC"));
    m_start->setDisplayFormat(u"yyyy-MM-dd hh:mm"_s);
    m_start->setTimeSpec(Qt::UTC);
    m_start->setCalendarPopup(true);
    m_start->hide();
    row->addWidget(m_start);
    connect(m_format, &QComboBox::activated, this,
        [this](int index) { emit formatChosen(m_format->itemData(index).toString()); });
    connect(m_service, &QComboBox::activated, this, &ImportChoices::commit);
    connect(m_service->lineEdit(), &QLineEdit::editingFinished, this, &ImportChoices::commit);
    connect(m_clock, &QComboBox::activated, this, &ImportChoices::choosePlacement);
    connect(m_start, &QDateTimeEdit::dateTimeChanged, this, &ImportChoices::choosePlacement);
}

void ImportChoices::show(
    const std::vector<const ImportItem*>& items, const QStringList& formats, const QStringList& services)
{
    setEnabled(!items.empty());
    if (items.empty()) {
        m_title->setText(tr("No file is selected"));
        return;
    }
    const ImportItem& first = *items.front();
    m_title->setText(
        items.size() == 1 ? first.fileName() : tr("%n selected file(s)", "", static_cast<int>(items.size())));
    m_title->setToolTip(items.size() == 1 ? first.path() : QString());
    const bool hasProfile = std::ranges::any_of(items, [](const ImportItem* item) { return item->isHeapProfile(); });
    m_service->setEnabled(hasProfile);
    m_clock->setEnabled(hasProfile);
    const QString tip = hasProfile ? QString() : tr("Only for heap profiles: bills and usage name their services");
    m_service->setToolTip(tip);
    m_clock->setToolTip(tip);
    fillFormats(first, formats);
    fillServices(first, services);
    fillPlacement(first);
}

void ImportChoices::fillFormats(const ImportItem& item, const QStringList& formats)
{
    if (m_format->view()->isVisible()) {
        return; // the user is choosing
    }
    m_format->clear();
    const auto& candidates = item.file.candidates;
    const bool isClear = !candidates.empty() && !(item.state == ImportItem::State::Unclear);
    m_format->addItem(
        isClear ? tr("automatic: %1").arg(toQString(candidates.front().format)) : tr("choose…"), QString());
    QStringList listed;
    for (const DetectionCandidate& candidate : candidates) {
        const QString id = toQString(candidate.format);
        m_format->addItem(tr("%1, %2 %").arg(id).arg(candidate.score), id);
        listed << id;
    }
    for (const QString& id : formats) {
        if (!listed.contains(id)) {
            m_format->addItem(id, id);
        }
    }
    const int chosen = item.choice.format ? m_format->findData(toQString(*item.choice.format)) : 0;
    m_format->setCurrentIndex(std::max(0, chosen));
}

void ImportChoices::fillServices(const ImportItem& item, const QStringList& services)
{
    const bool isTyping = m_service->lineEdit()->hasFocus() && m_service->currentText() != m_shownService;
    if (isTyping || m_service->view()->isVisible()) {
        return;
    }
    const QSignalBlocker blocker(m_service);
    m_service->clear();
    m_service->addItems(services);
    m_shownService = item.choice.service ? toQString(*item.choice.service) : QString();
    m_service->setEditText(m_shownService);
    m_service->lineEdit()->setPlaceholderText(serviceText(item));
}

void ImportChoices::fillPlacement(const ImportItem& item)
{
    if (m_start->hasFocus() || m_clock->view()->isVisible()) {
        return;
    }
    const QSignalBlocker clockBlocker(m_clock);
    const QSignalBlocker startBlocker(m_start);
    Clock clock = AsRecorded;
    std::optional<Instant> start;
    if (item.choice.placement) {
        clock = item.choice.placement->clock == TimePlacement::Clock::RateOnly ? RateOnly : StartsAt;
        start = item.choice.placement->start;
    }
    const DocumentPtr document = item.document();
    if (!start && document && document->profile()) {
        start = document->profile()->time;
    }
    m_clock->setCurrentIndex(clock);
    m_start->setVisible(clock == StartsAt);
    const QDateTime shown = start ? QDateTime::fromMSecsSinceEpoch(start->ns / 1'000'000, Qt::UTC)
                                  : QDateTime(QDateTime::currentDateTimeUtc().date(), QTime(0, 0), Qt::UTC);
    m_start->setDateTime(shown);
}

void ImportChoices::commit()
{
    const QString service = m_service->currentText().trimmed();
    if (m_service->isEnabled() && service != m_shownService) {
        m_shownService = service;
        emit serviceChosen(service);
    }
}

void ImportChoices::choosePlacement()
{
    const int clock = m_clock->currentIndex();
    m_start->setVisible(clock == StartsAt);
    if (clock == AsRecorded) {
        emit placementChosen(std::nullopt);
    } else if (clock == RateOnly) {
        emit placementChosen(TimePlacement { TimePlacement::Clock::RateOnly, std::nullopt });
    } else {
        constexpr std::int64_t kNsPerMs = 1'000'000;
        const Instant start { m_start->dateTime().toMSecsSinceEpoch() * kNsPerMs };
        emit placementChosen(TimePlacement { TimePlacement::Clock::Relative, start });
    }
}

} // namespace heaptoll::gui
