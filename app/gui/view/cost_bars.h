// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chart/chart_accessible.h"
#include "app/gui/theme/theme.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace heaptoll::gui {

/// One service in a stacked bar chart. Shape: one value per period.
struct CostBand {
    QString name;
    TokenColor color;
    std::vector<double> values;
    bool isHatched = false; ///< buckets: not a service
};

/// Stacked bars of money per period, from zero, credits below it; a band is highlighted by pointing at its table row.
/// Painted as one widget: some hundred bars are some hundred rectangles.
class CostBars final : public QWidget, public ChartItems {
    Q_OBJECT
public:
    explicit CostBars(QWidget* parent = nullptr);
    void setData(std::vector<QString> periods, std::vector<CostBand> bands, const std::string& currency);
    void setHighlighted(const QString& band); ///< "" = none
    /// The table twin: one row per period, one column per band; the header first.
    [[nodiscard]] std::vector<QStringList> table() const;
    [[nodiscard]] std::vector<ChartItem> chartItems() const override;
    void pressItem(std::size_t index) override;
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void bandClicked(const QString& name);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Hit {
        QRectF rect;
        std::size_t band = 0;
        std::size_t period = 0;
    };
    struct Axis {
        double top = 1;
        double bottom = 0;
        double step = 1;
    };
    [[nodiscard]] Axis axis() const;
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] std::vector<Hit> rectangles() const;
    void paintAxis(QPainter& painter) const;
    [[nodiscard]] double largest() const;
    [[nodiscard]] double smallest() const;

    std::vector<QString> m_periods;
    std::vector<CostBand> m_bands;
    std::string m_currency;
    QString m_highlighted;
};

} // namespace heaptoll::gui
