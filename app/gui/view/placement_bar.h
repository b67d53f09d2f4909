// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"
#include "app/gui/viewmodel/chart_events.h"

#include <QWidget>

class QHBoxLayout;

namespace heaptoll::gui {

/// A recording without a wall clock, as a chip: dragged onto the time axis it is placed there; pressed it asks for its
/// start (the same without a mouse).
class RecordingChip : public QWidget {
    Q_OBJECT
public:
    explicit RecordingChip(const Recording& recording, QWidget* parent = nullptr);
    [[nodiscard]] const Recording& recording() const { return m_recording; }
    /// "path\nseconds", as ChartPanel takes it.
    [[nodiscard]] QByteArray dragData() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void pressed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] QString text() const;
    Recording m_recording;
    QPoint m_pressed;
    bool m_isDown = false;
};

/// The recordings that are on no calendar yet, below the chart; placing one is an edit that can be undone.
class PlacementBar : public QWidget {
    Q_OBJECT
public:
    explicit PlacementBar(const PageContext& context, QWidget* parent = nullptr);
    void setAnalysis(const WorkspaceAnalysis* analysis, TimeRange axis);
    [[nodiscard]] const std::vector<RecordingChip*>& chips() const { return m_chips; }
    /// Places a recording; no start = it has none, only rates count.
    void place(const QString& path, std::optional<Instant> start);
    /// Asks when a recording started.
    void askStart(const Recording& recording);

private:
    PageContext m_context;
    QHBoxLayout* m_row;
    TimeRange m_axis;
    std::vector<RecordingChip*> m_chips;
};

} // namespace heaptoll::gui
