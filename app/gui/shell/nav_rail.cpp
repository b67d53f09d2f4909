// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shell/nav_rail.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kWide = 188; // "Sources & mapping", bold
constexpr int kNarrow = 44;
} // namespace

/// One entry: the current one has a bar at its left, not only a colour.
class RailButton final : public QAbstractButton {
public:
    RailButton(ViewId view, QWidget* parent)
        : QAbstractButton(parent)
        , m_icon(u"view-"_s + viewKey(view))
    {
        setText(viewTitle(view));
        setObjectName(u"rail."_s + viewKey(view));
        setAccessibleName(viewTitle(view));
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::PointingHandCursor);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    void setBadge(int count)
    {
        m_badge = count > 0 ? QString::number(count) : QString();
        setAccessibleDescription(m_badge);
        update();
    }
    void setNarrow(bool isNarrow)
    {
        m_isNarrow = isNarrow;
        setToolTip(isNarrow ? text() : QString());
        update();
    }
    [[nodiscard]] QSize sizeHint() const override { return { kNarrow, std::max(32, fontMetrics().height() + 14) }; }

protected:
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            click(); // Qt's buttons know the space bar only
            return;
        }
        QAbstractButton::keyPressEvent(event);
    }
    void paintEvent(QPaintEvent* /*event*/) override
    {
        QPainter painter(this);
        const Tokens& t = tokens();
        if (isChecked()) {
            painter.fillRect(rect(), t.selection);
            painter.fillRect(QRect(0, 0, 3, height()), t.focus);
        } else if (underMouse()) {
            painter.fillRect(rect(), t.raised);
        }
        const QColor color = isChecked() ? t.text : t.muted;
        constexpr int kIcon = 16;
        const int left = m_isNarrow ? (width() - kIcon) / 2 : 12;
        paintIcon(painter, QRectF(left, (height() - kIcon) / 2.0, kIcon, kIcon), m_icon, color);
        if (!m_isNarrow) {
            painter.setFont(textFont(TextSize::Body, isChecked()));
            painter.setPen(t.text);
            const QRect area = rect().adjusted(left + kIcon + 8, 0, -12, 0);
            painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, text());
            painter.setFont(textFont(TextSize::Note));
            painter.setPen(t.muted);
            painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter, m_badge);
        }
        if (hasFocus()) {
            painter.setPen(QPen(t.focus, 2));
            painter.drawRect(rect().adjusted(1, 1, -1, -1));
        }
    }

private:
    QString m_icon;
    QString m_badge;
    bool m_isNarrow = false;
};

NavRail::NavRail(QWidget* parent)
    : QFrame(parent)
{
    setProperty("role", u"rail"_s);
    setObjectName(u"rail"_s);
    setAccessibleName(tr("Views"));
    setFixedWidth(kWide);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, spacing(2), 1, spacing(2));
    layout->setSpacing(0);
    addGroup(tr("ANSWER"), { ViewId::Findings, ViewId::Timeline });
    addGroup(tr("MEMORY"), { ViewId::Flame, ViewId::Sites });
    addGroup(tr("MONEY"), { ViewId::Cost, ViewId::Rightsizing });
    addGroup(tr("WORK"), { ViewId::Sources });
    layout->addStretch();
}

void NavRail::addGroup(const QString& title, const std::vector<ViewId>& views)
{
    auto* heading = new QLabel(title, this);
    heading->setProperty("role", u"muted"_s);
    heading->setFont(textFont(TextSize::Small));
    heading->setContentsMargins(12, 14, 0, 6);
    m_headings.push_back(heading);
    layout()->addWidget(heading);
    for (const ViewId view : views) {
        auto* button = new RailButton(view, this);
        connect(button, &QAbstractButton::clicked, this, [this, view] { emit viewRequested(view); });
        m_buttons[view] = button;
        layout()->addWidget(button);
    }
}

void NavRail::setCurrent(ViewId view)
{
    for (const auto& [id, button] : m_buttons) {
        button->setChecked(id == view);
    }
}

void NavRail::setBadge(ViewId view, int count)
{
    const auto it = m_buttons.find(view);
    if (it != m_buttons.end()) {
        it->second->setBadge(count);
    }
}

void NavRail::setNarrow(bool isNarrow)
{
    if (isNarrow == m_isNarrow) {
        return;
    }
    m_isNarrow = isNarrow;
    setFixedWidth(isNarrow ? kNarrow : kWide);
    for (QLabel* heading : m_headings) {
        heading->setVisible(!isNarrow);
    }
    for (const auto& [id, button] : m_buttons) {
        button->setNarrow(isNarrow);
    }
}

} // namespace heaptoll::gui
