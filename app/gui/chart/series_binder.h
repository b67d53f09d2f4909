// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>

class QXYSeries;

namespace heaptoll::gui {

/// Points of [from, to] reduced to at most two per column (lowest and highest, in their order) plus one beyond each end,
/// so that peaks never vanish. x ascending, all finite. Complexity: O(points in range).
[[nodiscard]] QList<QPointF> decimate(const QList<QPointF>& points, double from, double to, int columns);

/// Puts points into a series by replace() only: append() is quadratic in Qt 6.4. Non-finite points are dropped.
void bindSeries(QXYSeries& series, const QList<QPointF>& points, double from, double to, int columns);

} // namespace heaptoll::gui
