// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace heaptoll::gui {

/// Icon, one sentence, one working button: what every view shows instead of nothing.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);
    /// An empty button text hides the button.
    void setContent(const QString& icon, const QString& sentence, const QString& buttonText = {});
    [[nodiscard]] QString sentence() const;

signals:
    void buttonPressed();

private:
    QLabel* m_icon;
    QLabel* m_text;
    QPushButton* m_button;
};

} // namespace heaptoll::gui
