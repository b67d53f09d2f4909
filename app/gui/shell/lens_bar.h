// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QFrame>

#include <memory>

class QHBoxLayout;
class QToolButton;

namespace heaptoll {
struct WorkspaceAnalysis;
}

namespace heaptoll::gui {

class SelectionState;

/// What all views look through, as removable chips.
class LensBar : public QFrame {
    Q_OBJECT
public:
    explicit LensBar(SelectionState& selection, QWidget* parent = nullptr);
    void show(const WorkspaceAnalysis* analysis);

private:
    void addChip(const QString& name, const QString& text, const QString& tip, const Lens& without);
    void fillAddMenu(const WorkspaceAnalysis* analysis);
    SelectionState& m_selection;
    QHBoxLayout* m_chips;
    QToolButton* m_add;
};

} // namespace heaptoll::gui
