// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

namespace heaptoll::gui {

/// Column titles that stand exactly over their cells. A style sheet keeps room for the sort arrow in every section, so
/// that titles over right-aligned numbers end left of them, and it cuts what does not fit without a sign of it.
class TableHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit TableHeader(QWidget* parent = nullptr);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const override;
    [[nodiscard]] QSize sectionSizeFromContents(int logicalIndex) const override;
};

} // namespace heaptoll::gui
