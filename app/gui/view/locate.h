// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

class QWidget;

namespace heaptoll::gui {

class WorkspaceController;

/// Asks where a source of the workspace is now and reads it from there. Does nothing when the user gives none.
void locateSource(WorkspaceController& controller, const std::string& path, QWidget* parent);

} // namespace heaptoll::gui
