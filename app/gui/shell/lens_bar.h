// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QFrame>
#include <QStringList>

#include <optional>

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
    /// Leaves the chips alone while they say the same: one of them may have the focus, or the mouse.
    void show(const WorkspaceAnalysis* analysis);

private:
    /// What the chips were made of.
    struct Shown {
        Lens lens;
        std::optional<TimeRange> whole; ///< of the analysis
        LensUse use; ///< of the view
        QString chosen; ///< which service the view shows where none is in the lens, and why; "" = no need to say
        friend bool operator==(const Shown&, const Shown&) = default;
    };
    void addChips(const Shown& shown);
    void addChip(const QString& name, const QString& text, bool isUsed, const Lens& without);
    void fillAddMenu(const QStringList& names);
    SelectionState& m_selection;
    std::optional<Shown> m_shown;
    std::optional<QStringList> m_services; ///< in the menu
    QHBoxLayout* m_chips;
    QToolButton* m_add;
};

} // namespace heaptoll::gui
