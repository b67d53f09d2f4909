// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace heaptoll {
struct RangeView;
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

struct ChartData;
struct Lens;

/// The figures of the range of the lens in one row: service, memory at both ends, rate, cost and its trend.
class SelectionRow final : public QFrame {
    Q_OBJECT
public:
    explicit SelectionRow(QWidget* parent = nullptr);
    /// view null = not computed yet; then it says how to select.
    /// chart: what is drawn above; the figures are of the memory that it shows, and say which that is.
    void show(const WorkspaceAnalysis& analysis, const RangeView* view, const Lens& lens, const ChartData& chart);
    /// The keys beside the figures, where there is room for them.
    void setHintVisible(bool isVisible);

private:
    QLabel* m_figures;
    QLabel* m_hint;
};

} // namespace heaptoll::gui
