// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>
#include <QString>

#include <vector>

namespace heaptoll::gui {

/// Words that are written into a plot, and where they could stand.
struct ChartLabel {
    QString text;
    QString icon; ///< before the text; "" = none
    QColor color;
    std::vector<QRectF> places; ///< best first
};

/// Where each label stands: the first of its places that no label before it has taken; a null rectangle where all are.
[[nodiscard]] std::vector<QRectF> placeLabels(const std::vector<ChartLabel>& labels);

} // namespace heaptoll::gui
