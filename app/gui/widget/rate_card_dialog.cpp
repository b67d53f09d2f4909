// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/rate_card_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// About what a GiB-hour costs on demand at the large providers; a start to type over.
constexpr double kUsualPerGibHour = 0.004;

} // namespace

RateCardDialog::RateCardDialog(const RateCard& now, QWidget* parent)
    : QDialog(parent)
    , m_price(new QDoubleSpinBox(this))
    , m_currency(new QComboBox(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this))
{
    setWindowTitle(tr("Rate card"));
    setObjectName(u"rateCard"_s);
    m_price->setDecimals(6);
    m_price->setRange(0, 1000);
    m_price->setSingleStep(0.0005);
    m_price->setValue(now.perGibHour.value_or(kUsualPerGibHour));
    m_price->setAccessibleName(tr("Price of a GiB of memory an hour"));
    m_currency->setEditable(true);
    m_currency->addItems({ u"USD"_s, u"EUR"_s, u"GBP"_s, u"JPY"_s });
    m_currency->setCurrentText(QString::fromStdString(now.currency));
    m_currency->lineEdit()->setValidator(new QRegularExpressionValidator(QRegularExpression(u"[A-Z]{3}"_s), this));
    m_currency->setAccessibleName(tr("Currency, three letters"));
    auto* const form = new QFormLayout(this);
    auto* const what =
        new QLabel(tr("Prices memory where no bill tells what a GiB-hour costs. What rests on it says so."), this);
    what->setWordWrap(true);
    form->addRow(what);
    form->addRow(tr("&Price per GiB-hour"), m_price);
    form->addRow(tr("&Currency"), m_currency);
    form->addRow(m_buttons);
    if (now.perGibHour) {
        auto* const remove = m_buttons->addButton(tr("&Remove"), QDialogButtonBox::DestructiveRole);
        connect(remove, &QPushButton::clicked, this, [this] {
            m_isRemoved = true;
            accept();
        });
    }
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_price, &QDoubleSpinBox::valueChanged, this, &RateCardDialog::enableOk);
    connect(m_currency, &QComboBox::currentTextChanged, this, &RateCardDialog::enableOk);
    enableOk();
}

RateCard RateCardDialog::rateCard() const
{
    RateCard card;
    if (!m_isRemoved) {
        card.perGibHour = m_price->value();
        card.currency = m_currency->currentText().toStdString();
    }
    return card;
}

void RateCardDialog::enableOk()
{
    m_buttons->button(QDialogButtonBox::Ok)
        ->setEnabled(m_price->value() > 0 && m_currency->lineEdit()->hasAcceptableInput());
}

} // namespace heaptoll::gui
