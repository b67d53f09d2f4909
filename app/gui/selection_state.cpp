// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/selection_state.h"

namespace heaptoll::gui {

namespace {
constexpr std::size_t kMaxHistory = 200;
}

SelectionState::SelectionState(QObject* parent)
    : QObject(parent)
    , m_history(1)
{ }

void SelectionState::go(const Place& place)
{
    if (place == this->place()) {
        return;
    }
    const Place before = this->place();
    Place sameBasis = place;
    sameBasis.lens.basis = before.lens.basis;
    if (sameBasis == before) {
        adjustLens(place.lens); // an edit with its own undo: no step of the history
        return;
    }
    m_history.resize(m_index + 1);
    m_history.push_back(place);
    if (m_history.size() > kMaxHistory) {
        m_history.erase(m_history.begin());
    }
    m_index = m_history.size() - 1;
    emit changed(before);
}

void SelectionState::setView(ViewId view)
{
    Place next = place();
    next.view = view;
    go(next);
}

void SelectionState::setLens(const Lens& lens)
{
    Place next = place();
    next.lens = lens;
    go(next);
}

void SelectionState::setFinding(const std::string& id)
{
    Place next = place();
    next.finding = id;
    go(next);
}

void SelectionState::adjustLens(const Lens& lens)
{
    if (lens == this->lens()) {
        return;
    }
    const Place before = place();
    m_history[m_index].lens = lens;
    emit changed(before);
}

void SelectionState::reset(const Place& place)
{
    const Place before = this->place();
    m_history.assign(1, place);
    m_index = 0;
    emit changed(before);
}

void SelectionState::back()
{
    if (canGoBack()) {
        move(m_index - 1);
    }
}

void SelectionState::forward()
{
    if (canGoForward()) {
        move(m_index + 1);
    }
}

void SelectionState::move(std::size_t index)
{
    const Place before = place();
    m_index = index;
    m_history[m_index].lens.basis = before.lens.basis; // looking back never edits the workspace
    emit changed(before);
}

} // namespace heaptoll::gui
