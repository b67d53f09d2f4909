// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QObject;

namespace heaptoll::gui {

/// With HEAPTOLL_TRACE=1: prints "heaptoll-trace first-paint 412 ms" to stderr, time since startTrace().
void startTrace();
void trace(const char* event);
/// Also tells when the event loop did not come round for 50 ms: "heaptoll-trace loop-gap 83 ms". Thread: the loop's.
void traceLoopGaps(QObject* parent);

} // namespace heaptoll::gui
