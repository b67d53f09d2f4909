// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

class QCommandLineParser;

namespace heaptoll::gui {

class MainWindow;

/// `--screenshot OUT.png --view findings --theme dark --size 1440x900 --range 2026-10-05..2026-10-13 PATHS`: for the README and tests.
struct ScreenshotRequest {
    QString out;
    ViewId view = ViewId::Findings;
    QSize size { 1440, 900 };
    QString service;
    std::optional<TimeRange> range;
    QStringList paths;

    static void addOptions(QCommandLineParser& parser);
    [[nodiscard]] static std::optional<ScreenshotRequest> fromParser(const QCommandLineParser& parser);
};

/// Imports, waits until no job runs, grabs the window. Returns the exit code.
[[nodiscard]] int takeScreenshot(MainWindow& window, const ScreenshotRequest& request);

} // namespace heaptoll::gui
