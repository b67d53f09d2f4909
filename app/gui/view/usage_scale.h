// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chart/chart_accessible.h"
#include "core/analysis/rightsizing.h"

#include <QColor>
#include <QWidget>

#include <functional>
#include <vector>

namespace heaptoll::gui {

/// Usage of one container on a scale of bytes from zero: p50, p95, p99 and max, the request, the limit and the
/// recommendation, each with its word beside its mark.
class UsageScale final : public QWidget, public ChartItems {
    Q_OBJECT
public:
    explicit UsageScale(QWidget* parent = nullptr);
    void setAdvice(const SizingAdvice& advice);
    [[nodiscard]] std::vector<ChartItem> chartItems() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Mark {
        double bytes = 0;
        QString text;
        QColor color;
        bool isAbove = true; ///< label above the bar, else below it
        Qt::PenStyle style = Qt::SolidLine;
    };
    [[nodiscard]] double xOf(double bytes, double top) const;
    [[nodiscard]] static std::vector<Mark> marksOf(const SizingAdvice& advice);
    void paintLabels(QPainter& painter, const std::vector<Mark>& marks, const std::function<double(double)>& x) const;

    SizingAdvice m_advice;
};

} // namespace heaptoll::gui
