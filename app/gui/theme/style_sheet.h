// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace heaptoll::gui {

struct Tokens;

/// The style sheet of the application. Widgets opt in by a dynamic property "role": rail, toolbar, lensbar, statusbar,
/// chip, primary, flat, card, heading, muted, section; nothing sets colours by itself.
[[nodiscard]] QString styleSheet(const Tokens& tokens);

} // namespace heaptoll::gui
