// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/rightsizing.h"

#include <QWidget>

namespace heaptoll::gui {

/// Usage of one container on a scale of bytes from zero: p50, p95, p99 and max, the request, the limit and the
/// recommendation, each with its word beside its mark.
class UsageScale final : public QWidget {
    Q_OBJECT
public:
    explicit UsageScale(QWidget* parent = nullptr);
    void setAdvice(const SizingAdvice& advice);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    SizingAdvice m_advice;
};

} // namespace heaptoll::gui
