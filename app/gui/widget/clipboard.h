// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QString;
class QWidget;

namespace heaptoll::gui {

/// Puts the text on the clipboard and says so at the widget (null: nowhere): nothing else tells that it has
/// worked.
void copyText(const QString& text, QWidget* near);

} // namespace heaptoll::gui
