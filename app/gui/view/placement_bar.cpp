// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/placement_bar.h"

#include "app/gui/chart/chart_panel.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/widget/tab_order.h"
#include "app/gui/workspace_controller.h"

#include <QApplication>
#include <QDateTimeEdit>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDrag>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHeight = 24;
constexpr int kPadding = 9;
constexpr int kIcon = 13;
constexpr std::int64_t kMillisecond = 1'000'000;

QDateTime toDateTime(Instant t)
{
    return QDateTime::fromMSecsSinceEpoch(t.ns / kMillisecond, Qt::UTC);
}

} // namespace

RecordingChip::RecordingChip(const Recording& recording, QWidget* parent)
    : QWidget(parent)
    , m_recording(recording)
{
    setObjectName(u"placement.chip"_s);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::OpenHandCursor);
    setFont(textFont(TextSize::Note));
    setAccessibleName(
        tr("Recording %1, %2 long, not on the time axis").arg(recording.name, spanText(recording.duration)));
    setAccessibleDescription(tr("Press Enter to set its start time."));
    setToolTip(tr("%1\nRecorded without a wall clock. Drag it onto the time axis, or press it to type when it started.")
                   .arg(toQString(recording.path)));
}

QString RecordingChip::text() const
{
    return m_recording.name + u"  "_s + spanText(m_recording.duration);
}

QByteArray RecordingChip::dragData() const
{
    return QByteArray::fromStdString(m_recording.path) + '\n'
        + QByteArray::number(m_recording.duration.toSeconds(), 'f', 3);
}

QSize RecordingChip::sizeHint() const
{
    return { fontMetrics().horizontalAdvance(text()) + kIcon + 5 + 2 * kPadding, kHeight };
}

void RecordingChip::paintEvent(QPaintEvent* /*event*/)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    QPen pen(hasFocus() ? t.focus : t.outline, hasFocus() ? 2 : 1);
    if (!hasFocus()) {
        pen.setDashPattern({ 3, 2 });
    }
    painter.setPen(pen);
    painter.setBrush(t.raised);
    painter.drawRoundedRect(box, kHeight / 2.0 - 1, kHeight / 2.0 - 1);
    paintIcon(painter, QRectF(kPadding, (kHeight - kIcon) / 2.0, kIcon, kIcon), u"clock"_s, t.memory);
    painter.setPen(t.text);
    painter.drawText(rect().adjusted(kPadding + kIcon + 5, 0, -kPadding, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

void RecordingChip::mousePressEvent(QMouseEvent* event)
{
    m_isDown = event->button() == Qt::LeftButton;
    m_pressed = event->pos();
}

void RecordingChip::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_isDown || (event->pos() - m_pressed).manhattanLength() < QApplication::startDragDistance()) {
        return;
    }
    m_isDown = false;
    auto* const mime = new QMimeData;
    mime->setData(QLatin1String(ChartPanel::recordingMimeType()), dragData());
    // Not ours: an analysis that ends while it is carried replaces the chips.
    auto* const drag = new QDrag(window());
    drag->setMimeData(mime);
    drag->setPixmap(grab());
    drag->setHotSpot(QPoint(0, kHeight / 2)); // its start is where it is let go
    drag->exec(Qt::CopyAction);
}

void RecordingChip::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_isDown && rect().contains(event->pos())) {
        emit pressed();
    }
    m_isDown = false;
}

void RecordingChip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space) {
        emit pressed();
        event->accept();
        return;
    }
    QWidget::keyPressEvent(event);
}

void RecordingChip::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void RecordingChip::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

PlacementBar::PlacementBar(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_row(new QHBoxLayout(this))
{
    setObjectName(u"placement"_s);
    m_row->setContentsMargins(12, 2, 12, 3);
    m_row->setSpacing(8);
    auto* const label = new QLabel(tr("Not on the time axis:"), this);
    label->setProperty("role", u"muted"_s);
    m_row->addWidget(label);
    m_row->addStretch(1);
    hide();
}

void PlacementBar::setAnalysis(const WorkspaceAnalysis* analysis, TimeRange axis)
{
    m_axis = axis;
    for (RecordingChip* chip : m_chips) {
        m_row->removeWidget(chip);
        chip->hide();
        chip->deleteLater(); // it may be the one that was just dragged
    }
    m_chips.clear();
    constexpr std::size_t kMaxChips = 4; // the rest follows when these are placed
    for (const Recording& recording : analysis == nullptr ? std::vector<Recording> {} : relativeRecordings(*analysis)) {
        if (recording.start || recording.isRateOnly || m_chips.size() == kMaxChips) {
            continue;
        }
        auto* const chip = new RecordingChip(recording, this);
        connect(
            chip, &RecordingChip::pressed, this, [this, recording] { askStart(recording); }, Qt::QueuedConnection);
        m_row->insertWidget(static_cast<int>(m_chips.size()) + 1, chip);
        m_chips.push_back(chip);
    }
    setVisible(!m_chips.empty());
    orderTabs(parentWidget()); // new chips are where they are seen, not behind the whole window
}

void PlacementBar::place(const QString& path, std::optional<Instant> start)
{
    AnalysisOptions options = m_context.controller.options();
    TimePlacement placement;
    placement.clock = start ? TimePlacement::Clock::Relative : TimePlacement::Clock::RateOnly;
    placement.start = start;
    options.placementOfPath[toUtf8(path)] = placement;
    const QString name = path.mid(path.lastIndexOf(u'/') + 1);
    m_context.controller.editOptions(
        start ? tr("place %1").arg(name) : tr("leave %1 off the axis").arg(name), std::move(options));
}

void PlacementBar::askStart(const Recording& recording)
{
    auto* const dialog = new QDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"placement.dialog"_s);
    dialog->setWindowTitle(tr("When did %1 start?").arg(recording.name));
    auto* const layout = new QVBoxLayout(dialog);
    auto* const words = new QLabel(tr("The recording is %1 long and has no wall clock. Its growth is shown from this "
                                      "time on (UTC); nothing in the "
                                      "file changes.")
                                       .arg(spanText(recording.duration)),
        dialog);
    words->setWordWrap(true);
    layout->addWidget(words);
    auto* const edit = new QDateTimeEdit(dialog);
    edit->setObjectName(u"placement.start"_s);
    edit->setAccessibleName(tr("Start of the recording, UTC"));
    edit->setTimeSpec(Qt::UTC);
    edit->setDisplayFormat(u"yyyy-MM-dd hh:mm:ss"_s);
    edit->setDateTime(recording.start ? toDateTime(*recording.start)
            : m_axis.length().ns > 0  ? toDateTime(m_axis.start)
                                      : QDateTime::currentDateTimeUtc());
    layout->addWidget(edit);
    auto* const buttons = new QDialogButtonBox(dialog);
    QPushButton* const accept = buttons->addButton(tr("Place"), QDialogButtonBox::AcceptRole);
    accept->setObjectName(u"placement.accept"_s);
    QPushButton* const leave = buttons->addButton(tr("It has no place"), QDialogButtonBox::DestructiveRole);
    leave->setObjectName(u"placement.leave"_s);
    leave->setToolTip(tr("Only its rates count; the chip goes away"));
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    layout->addWidget(buttons);
    const QString path = toQString(recording.path);
    connect(buttons, &QDialogButtonBox::accepted, dialog, [this, dialog, edit, path] {
        place(path, Instant { edit->dateTime().toMSecsSinceEpoch() * kMillisecond });
        dialog->close();
    });
    connect(leave, &QPushButton::clicked, dialog, [this, dialog, path] {
        place(path, std::nullopt);
        dialog->close();
    });
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    dialog->show();
}

} // namespace heaptoll::gui
