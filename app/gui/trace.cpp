// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/trace.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QtGlobal>

#include <chrono>
#include <cstdio>

namespace heaptoll::gui {

namespace {
QElapsedTimer& timer()
{
    static QElapsedTimer instance;
    return instance;
}

bool isTracing()
{
    static const bool isOn = qEnvironmentVariableIntValue("HEAPTOLL_TRACE") == 1;
    return isOn;
}

} // namespace

void startTrace()
{
    timer().start();
}

void trace(const char* event)
{
    if (isTracing() && timer().isValid()) {
        std::fprintf(stderr, "heaptoll-trace %s %lld ms\n", event, static_cast<long long>(timer().elapsed()));
    }
}

void traceLoopGaps(QObject* parent)
{
    if (!isTracing()) {
        return;
    }
    constexpr std::chrono::milliseconds kBeat(5);
    constexpr qint64 kGapMs = 50;
    auto* const beat = new QTimer(parent);
    beat->setTimerType(Qt::PreciseTimer);
    QObject::connect(beat, &QTimer::timeout, parent, [last = timer().elapsed()]() mutable {
        const qint64 now = timer().elapsed();
        if (now - last > kGapMs) {
            std::fprintf(stderr, "heaptoll-trace loop-gap %lld ms\n", static_cast<long long>(now - last));
        }
        last = now;
    });
    beat->start(kBeat);
}

} // namespace heaptoll::gui
