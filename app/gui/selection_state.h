// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QObject>

#include <vector>

namespace heaptoll::gui {

/// The one lens that all views share, and the history of places. Looking is navigation (Alt+Left undoes it); edits of the
/// workspace are not here but on WorkspaceController's undo stack. The cost basis is such an edit: going back and forward
/// keeps the current one.
class SelectionState : public QObject {
    Q_OBJECT
public:
    explicit SelectionState(QObject* parent = nullptr);

    [[nodiscard]] const Place& place() const { return m_history[m_index]; }
    [[nodiscard]] const Lens& lens() const { return place().lens; }
    [[nodiscard]] ViewId view() const { return place().view; }

    /// Goes to a new place and forgets what was forward. Going where one is does nothing.
    void go(const Place& place);
    void setView(ViewId view);
    void setLens(const Lens& lens);
    void setFinding(const std::string& id);
    /// Like setLens, but replaces the current place: for drags, which are one step of the history.
    void adjustLens(const Lens& lens);
    /// A new workspace: history of one place.
    void reset(const Place& place);

    [[nodiscard]] bool canGoBack() const { return m_index > 0; }
    [[nodiscard]] bool canGoForward() const { return m_index + 1 < m_history.size(); }
    void back();
    void forward();
    [[nodiscard]] const std::vector<Place>& history() const { return m_history; }
    [[nodiscard]] std::size_t historyIndex() const { return m_index; }

signals:
    /// Emitted once per change, with the place that was left.
    void changed(const heaptoll::gui::Place& before);

private:
    void move(std::size_t index);
    std::vector<Place> m_history;
    std::size_t m_index = 0;
};

} // namespace heaptoll::gui
