// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/series_binder.h"

#include <QXYSeries>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {

namespace {

bool beforeX(const QPointF& point, double x)
{
    return point.x() < x;
}

void appendColumn(QList<QPointF>& out, QList<QPointF>::const_iterator first, QList<QPointF>::const_iterator last)
{
    const auto byY = [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); };
    const auto [low, high] = std::minmax_element(first, last, byY);
    if (low == high) {
        out << *low;
    } else if (low < high) {
        out << *low << *high;
    } else {
        out << *high << *low;
    }
}

} // namespace

QList<QPointF> decimate(const QList<QPointF>& points, double from, double to, int columns)
{
    auto first = std::lower_bound(points.begin(), points.end(), from, beforeX);
    auto last = std::lower_bound(first, points.end(), to, beforeX);
    first = first == points.begin() ? first : first - 1;
    last = last == points.end() ? last : last + 1;
    const qsizetype most = 2 * static_cast<qsizetype>(columns) + 2; // the lowest and the highest of each, and both ends
    if (last - first < most - 1 || columns < 1 || !(to > from)) {
        return { first, last };
    }
    QList<QPointF> out;
    out.reserve(most);
    out << *first;
    const double width = (to - from) / columns;
    auto begin = first + 1;
    for (int column = 0; column < columns && begin < last - 1; ++column) {
        const auto end = std::lower_bound(begin, last - 1, from + width * (column + 1), beforeX);
        if (end != begin) {
            appendColumn(out, begin, end);
        }
        begin = end;
    }
    out << *(last - 1);
    return out;
}

void bindSeries(QXYSeries& series, const QList<QPointF>& points, double from, double to, int columns)
{
    QList<QPointF> finite = points;
    finite.removeIf([](const QPointF& point) { return !std::isfinite(point.x()) || !std::isfinite(point.y()); });
    series.replace(decimate(finite, from, to, columns));
}

} // namespace heaptoll::gui
