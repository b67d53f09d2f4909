// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace heaptoll::gui {

class ChartPanel;

/// The legend of a chart in one row: axes and thresholds always, as many lines as there is room for; what has none, or is
/// not drawn, is said.
class ChartLegend final : public QLabel {
    Q_OBJECT
public:
    /// `chart` has to outlive it.
    explicit ChartLegend(const ChartPanel& chart, QWidget* parent = nullptr);
    /// After the chart has got other data.
    void refresh();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    const ChartPanel& m_chart;
};

} // namespace heaptoll::gui
