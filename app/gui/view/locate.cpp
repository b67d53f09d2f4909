// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/locate.h"

#include "app/gui/text.h"
#include "app/gui/workspace_controller.h"

#include <QFileDialog>
#include <QFileInfo>

namespace heaptoll::gui {

void locateSource(WorkspaceController& controller, const std::string& path, QWidget* parent)
{
    const QFileInfo old(toQString(path));
    const QString found =
        QFileDialog::getOpenFileName(parent, QObject::tr("Locate %1").arg(old.fileName()), old.absolutePath());
    if (!found.isEmpty()) {
        controller.locateFile(path, found);
    }
}

} // namespace heaptoll::gui
