// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/trace.h"

#include <QElapsedTimer>
#include <QtGlobal>

#include <cstdio>

namespace heaptoll::gui {

namespace {
QElapsedTimer& timer()
{
    static QElapsedTimer instance;
    return instance;
}
} // namespace

void startTrace()
{
    timer().start();
}

void trace(const char* event)
{
    static const bool isOn = qEnvironmentVariableIntValue("HEAPTOLL_TRACE") == 1;
    if (isOn && timer().isValid()) {
        std::fprintf(stderr, "heaptoll-trace %s %lld ms\n", event, static_cast<long long>(timer().elapsed()));
    }
}

} // namespace heaptoll::gui
