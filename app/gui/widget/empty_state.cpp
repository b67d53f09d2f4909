// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/empty_state.h"

#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace heaptoll::gui {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("emptyState"));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(spacing(3));
    layout->addStretch(2);
    m_icon->setAlignment(Qt::AlignCenter);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setProperty("role", QStringLiteral("muted"));
    m_button->setObjectName(QStringLiteral("emptyState.button"));
    layout->addWidget(m_icon);
    layout->addWidget(m_text);
    layout->addWidget(m_button, 0, Qt::AlignCenter);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::buttonPressed);
}

void EmptyState::setContent(const QString& icon, const QString& sentence, const QString& buttonText)
{
    constexpr int kIconSize = 40;
    m_icon->setPixmap(themedIcon(icon).pixmap(kIconSize, QIcon::Disabled));
    m_text->setText(sentence);
    m_text->setAccessibleName(sentence);
    m_button->setText(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
}

QString EmptyState::sentence() const
{
    return m_text->text();
}

} // namespace heaptoll::gui
