// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>

#include <vector>

namespace heaptoll::gui {

/// A point, bar, lane or line of a chart as a screen reader tells it.
struct ChartItem {
    QString name;
    QRectF rect; ///< in the coordinates of the widget
};

/// What a custom-painted chart shows, for those who do not see it. A QWidget that derives from this has the role chart,
/// its accessibleName() as the sentence, and these as named children.
class ChartItems {
public:
    ChartItems() = default;
    ChartItems(const ChartItems&) = delete;
    ChartItems& operator=(const ChartItems&) = delete;
    ChartItems(ChartItems&&) = delete;
    ChartItems& operator=(ChartItems&&) = delete;
    virtual ~ChartItems() = default;

    /// Visible ones, in reading order. Called again only after noteItemsChanged().
    [[nodiscard]] virtual std::vector<ChartItem> chartItems() const = 0;
    /// A press on a child.
    virtual void pressItem(std::size_t /*index*/) { }
    [[nodiscard]] unsigned itemsRevision() const { return m_revision; }

protected:
    void noteItemsChanged() { ++m_revision; }

private:
    unsigned m_revision = 1;
};

/// Lets assistive technology see charts; call once at start.
void installChartAccessibility();

} // namespace heaptoll::gui
