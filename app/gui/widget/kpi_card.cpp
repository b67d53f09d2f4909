// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/kpi_card.h"

#include "app/gui/theme/theme.h"

#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

KpiCard::KpiCard(const QString& name, const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(title, this))
    , m_value(new QLabel(this))
    , m_note(new QLabel(this))
{
    setObjectName(u"kpi."_s + name);
    setProperty("role", u"card"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 7, 14, 8);
    layout->setSpacing(1);
    m_title->setProperty("role", u"muted"_s);
    m_title->setFont(textFont(TextSize::Note));
    m_value->setObjectName(u"kpi."_s + name + u".value"_s);
    m_value->setFont(textFont(TextSize::Headline, true));
    m_note->setProperty("role", u"muted"_s);
    m_note->setFont(textFont(TextSize::Note));
    m_note->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_note, &QLabel::linkActivated, this, &KpiCard::linkActivated);
    layout->addWidget(m_title);
    layout->addWidget(m_value);
    layout->addWidget(m_note);
}

void KpiCard::setCompact(bool isCompact)
{
    m_value->setFont(textFont(isCompact ? TextSize::Title : TextSize::Headline, true));
    const QFont small = textFont(isCompact ? TextSize::Small : TextSize::Note);
    m_title->setFont(small);
    m_note->setFont(small);
    const int side = isCompact ? 9 : 14;
    layout()->setContentsMargins(side, 7, side, 8);
}

void KpiCard::setContent(const Content& content)
{
    m_value->setText(content.value);
    m_value->setProperty("role", content.role);
    m_value->style()->unpolish(m_value);
    m_value->style()->polish(m_value);
    const QString note = content.note.toHtmlEscaped();
    m_note->setTextFormat(content.link.isEmpty() ? Qt::PlainText : Qt::RichText);
    m_note->setText(
        content.link.isEmpty() ? content.note : u"<a href=\"%1\">%2</a>"_s.arg(content.link.toHtmlEscaped(), note));
    m_note->setAccessibleName(content.note);
    setAccessibleName(m_title->text() + u": "_s + content.value + u", "_s + content.note);
    setToolTip(content.tip.isEmpty() ? content.note : content.tip);
}

} // namespace heaptoll::gui
