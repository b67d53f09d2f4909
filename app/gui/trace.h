// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace heaptoll::gui {

/// With HEAPTOLL_TRACE=1: prints "heaptoll-trace first-paint 412 ms" to stderr, time since startTrace().
void startTrace();
void trace(const char* event);

} // namespace heaptoll::gui
