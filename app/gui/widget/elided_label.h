// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace heaptoll::gui {

/// A line of plain text that gives way to its neighbours: it ends in "…" where the room ends, and the tooltip has it whole.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] bool isCut() const;
};

} // namespace heaptoll::gui
