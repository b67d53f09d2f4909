// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screenshot.h"

#include "app/gui/job_manager.h"
#include "app/gui/main_window.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

void ScreenshotRequest::addOptions(QCommandLineParser& parser)
{
    parser.addOption({ u"screenshot"_s, u"Write a picture of the window to <png> and exit."_s, u"png"_s });
    parser.addOption({ u"view"_s, u"View to show: findings, timeline, flame, …"_s, u"view"_s, u"findings"_s });
    parser.addOption({ u"size"_s, u"Size of the window, e.g. 1440x900."_s, u"size"_s, u"1440x900"_s });
    parser.addOption({ u"service"_s, u"Service of the lens."_s, u"name"_s });
    parser.addOption({ u"range"_s, u"Time range of the lens, FROM..TO."_s, u"range"_s });
}

std::optional<ScreenshotRequest> ScreenshotRequest::fromParser(const QCommandLineParser& parser)
{
    if (!parser.isSet(u"screenshot"_s)) {
        return std::nullopt;
    }
    ScreenshotRequest request;
    request.out = parser.value(u"screenshot"_s);
    request.view = parseView(parser.value(u"view"_s)).value_or(ViewId::Findings);
    request.service = parser.value(u"service"_s);
    request.paths = parser.positionalArguments();
    const QStringList size = parser.value(u"size"_s).split(u'x');
    if (size.size() == 2 && size[0].toInt() > 0 && size[1].toInt() > 0) {
        request.size = QSize(size[0].toInt(), size[1].toInt());
    }
    const QStringList ends = parser.value(u"range"_s).split(u".."_s);
    if (ends.size() == 2) {
        const auto from = parseInstant(toUtf8(ends[0]));
        const auto to = parseInstant(toUtf8(ends[1]));
        if (from && to && *from < *to) {
            request.range = TimeRange { *from, *to };
        }
    }
    return request;
}

int takeScreenshot(MainWindow& window, const ScreenshotRequest& request)
{
    window.resize(request.size);
    window.show();
    Place place;
    place.view = request.paths.isEmpty() ? ViewId::Start : request.view;
    place.lens.service = toUtf8(request.service);
    place.lens.range = request.range;
    window.selection().reset(place);
    if (!request.paths.isEmpty()) {
        window.importNow(request.paths);
    }
    // Quiet for some rounds means: imported, analyzed, and the debounced range was delivered.
    constexpr int kQuietRounds = 6;
    int quiet = 0;
    QTimer timer;
    int status = 1;
    QObject::connect(&timer, &QTimer::timeout, &window, [&] {
        quiet = window.jobs().isIdle() ? quiet + 1 : 0;
        if (quiet < kQuietRounds) {
            return;
        }
        timer.stop();
        if (window.grab().save(request.out)) {
            status = 0;
        } else {
            std::fprintf(stderr, "heaptoll-gui: cannot write %s\n", qPrintable(request.out));
        }
        QApplication::exit(status);
    });
    constexpr std::chrono::milliseconds kRound(80);
    timer.start(kRound);
    QApplication::exec();
    return status;
}

} // namespace heaptoll::gui
