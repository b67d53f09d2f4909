// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace heaptoll::gui {

/// As much of a line as fits, and "…". It ends after a whole part ("a · b", "a; b", "a, b", "a + b") where one fits: half a
/// figure is another figure. Widths in pixels.
[[nodiscard]] QString fittingPart(const QString& text, const QFontMetrics& metrics, int width);

/// A line of plain text that gives way to its neighbours: shown is its fittingPart(), and the tooltip has it whole.
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
