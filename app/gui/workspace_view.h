// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QByteArray>
#include <QMap>
#include <QString>

#include <string>

namespace heaptoll::gui {

/// What the GUI keeps in the "view" of a workspace: where the user was, and how the window was divided.
struct WorkspaceView {
    Place place;
    QByteArray window; ///< QMainWindow::saveState
    QMap<QString, QByteArray> splitters; ///< by object name: QSplitter::saveState
    QString summary; ///< one line for the list of recent workspaces: "7 findings · $900/mo"; "" = not analyzed
    bool isSample = false; ///< made-up numbers: own files are never added to them
    QString savedAs; ///< autosaves: the workspace that the user had open; "" = never saved

    [[nodiscard]] std::string toJson() const;
    /// Never fails: what is missing, unknown or broken is as in a new window.
    [[nodiscard]] static WorkspaceView fromJson(const std::string& text);
};

} // namespace heaptoll::gui
