// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace heaptoll::gui {

/// A number with its name above and what it is made of below.
class KpiCard : public QFrame {
    Q_OBJECT
public:
    KpiCard(const QString& name, const QString& title, QWidget* parent = nullptr);
    /// role: "", "costValue" or "memoryValue".
    void setContent(const QString& value, const QString& note, const QString& role = {});
    /// Smaller type and margins, for windows of 1024 pixels.
    void setCompact(bool isCompact);

private:
    QLabel* m_title;
    QLabel* m_value;
    QLabel* m_note;
};

} // namespace heaptoll::gui
