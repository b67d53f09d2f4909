// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <optional>
#include <string>

class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;

namespace heaptoll::gui {

/// What a GiB of memory costs an hour where no bill tells.
struct RateCard {
    std::optional<double> perGibHour; ///< above 0; empty = no rate card
    std::string currency = "USD"; ///< ISO 4217
};

/// Asks for a rate card: price and currency, or none any more.
class RateCardDialog : public QDialog {
    Q_OBJECT
public:
    explicit RateCardDialog(const RateCard& now, QWidget* parent = nullptr);
    /// What stands in the fields, or no price after "Remove".
    [[nodiscard]] RateCard rateCard() const;

private:
    void enableOk();

    QDoubleSpinBox* m_price;
    QComboBox* m_currency;
    QDialogButtonBox* m_buttons;
    bool m_isRemoved = false;
};

} // namespace heaptoll::gui
