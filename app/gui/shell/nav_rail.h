// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QFrame>

#include <map>
#include <vector>

class QLabel;

namespace heaptoll::gui {

class RailButton;

/// The left rail: views in groups, a number beside those that have one. 168 px, or 44 px of icons when narrow.
class NavRail : public QFrame {
    Q_OBJECT
public:
    explicit NavRail(QWidget* parent = nullptr);
    void setCurrent(ViewId view);
    void setBadge(ViewId view, int count); ///< 0 hides it
    void setNarrow(bool isNarrow);

signals:
    void viewRequested(heaptoll::gui::ViewId view);

private:
    void addGroup(const QString& title, const std::vector<ViewId>& views);
    std::map<ViewId, RailButton*> m_buttons;
    std::vector<QLabel*> m_headings;
    bool m_isNarrow = false;
};

} // namespace heaptoll::gui
