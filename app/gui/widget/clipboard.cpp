// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/clipboard.h"

#include <QApplication>
#include <QClipboard>
#include <QToolTip>

namespace heaptoll::gui {

void copyText(const QString& text, QWidget* near)
{
    QApplication::clipboard()->setText(text);
    if (near != nullptr) {
        constexpr int kShownMs = 1500;
        QToolTip::showText(near->mapToGlobal(near->rect().bottomLeft()),
            QCoreApplication::translate("Clipboard", "Copied"), near, {}, kShownMs);
    }
}

} // namespace heaptoll::gui
