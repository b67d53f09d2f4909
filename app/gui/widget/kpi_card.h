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
    /// role: "", "costValue" or "memoryValue". A note with `link` can be clicked; tip says more than its words.
    struct Content {
        QString value;
        QString note;
        QString role {};
        QString link {};
        QString tip {};
    };
    void setContent(const Content& content);
    /// Smaller type and margins, for windows of 1024 pixels.
    void setCompact(bool isCompact);

signals:
    void linkActivated(const QString& link); ///< as in Content

private:
    QLabel* m_title;
    QLabel* m_value;
    QLabel* m_note;
};

} // namespace heaptoll::gui
