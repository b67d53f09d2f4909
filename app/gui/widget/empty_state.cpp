// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/empty_state.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_body(new QWidget(this))
    , m_icon(new QLabel(m_body))
    , m_text(new QLabel(m_body))
    , m_details(new QLabel(m_body))
    , m_button(new QPushButton(m_body))
    , m_second(new QPushButton(m_body))
{
    setObjectName(u"emptyState"_s);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_body);
    auto* layout = new QVBoxLayout(m_body);
    layout->setSpacing(spacing(3));
    layout->addStretch(2);
    for (QLabel* label : { m_icon, m_text, m_details }) {
        label->setAlignment(Qt::AlignCenter);
        layout->addWidget(label);
    }
    m_text->setObjectName(u"emptyState.sentence"_s);
    m_text->setWordWrap(true);
    m_details->setObjectName(u"emptyState.details"_s);
    m_details->setWordWrap(true);
    m_details->setProperty("role", u"muted"_s);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_button->setObjectName(u"emptyState.button"_s);
    m_second->setObjectName(u"emptyState.second"_s);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_button);
    buttons->addWidget(m_second);
    buttons->addStretch();
    layout->addLayout(buttons);
    layout->addStretch(3);
    constexpr std::chrono::milliseconds kDelay(300); // what is done sooner needs no word
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelay);
    connect(&m_delay, &QTimer::timeout, m_body, [this] { m_body->show(); });
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_content.press) {
            m_content.press();
        }
    });
    connect(m_second, &QPushButton::clicked, this, [this] {
        if (m_content.pressSecond) {
            m_content.pressSecond();
        }
    });
}

void EmptyState::setContent(Content content)
{
    const bool wasLoading = m_content.kind == EmptyKind::Loading;
    m_content = std::move(content);
    if (m_content.kind != EmptyKind::Loading) {
        m_delay.stop();
        m_body->show();
    } else if (!wasLoading) {
        m_body->hide();
        m_delay.start();
    }
    showContent();
}

void EmptyState::showContent()
{
    showIcon();
    m_text->setText(m_content.sentence);
    m_text->setAccessibleName(m_content.sentence);
    m_details->setText(m_content.details);
    m_details->setVisible(!m_content.details.isEmpty());
    m_button->setText(m_content.button);
    m_button->setVisible(!m_content.button.isEmpty());
    m_second->setText(m_content.second);
    m_second->setVisible(!m_content.second.isEmpty());
    setAccessibleName(m_content.sentence);
}

void EmptyState::showIcon()
{
    constexpr int kIconSize = 40;
    const QString name = m_content.kind == EmptyKind::Error ? u"error"_s
        : m_content.kind == EmptyKind::Loading              ? u"clock"_s
        : m_content.kind == EmptyKind::NoMatch              ? u"search"_s
                                                            : m_content.icon;
    if (name.isEmpty()) {
        return; // not shown yet
    }
    m_icon->setPixmap(themedIcon(name).pixmap(kIconSize, QIcon::Disabled));
}

void EmptyState::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        showIcon();
    }
}

} // namespace heaptoll::gui
