// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/chart_accessible.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/main_window.h"
#include "app/gui/screenshot.h"
#include "app/gui/settings.h"
#include "app/gui/trace.h"

#include <QApplication>
#include <QCommandLineParser>

using namespace heaptoll::gui;
using namespace Qt::StringLiterals;

int main(int argc, char** argv)
{
    startTrace();
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"heaptoll-gui"_s);
    QApplication::setApplicationDisplayName(u"Heaptoll"_s);
    QApplication::setApplicationVersion(QStringLiteral(HEAPTOLL_VERSION));
    QApplication::setDesktopFileName(u"org.heaptoll.Heaptoll"_s);
    QApplication::setWindowIcon(QIcon(u":/icons/heaptoll.svg"_s));

    installFlameAccessibility();
    installChartAccessibility();

    QCommandLineParser parser;
    parser.setApplicationDescription(u"See what your heap costs."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(u"files"_s, u"Profiles, bills, usage, folders, or one workspace (*.toll)."_s);
    ScreenshotRequest::addOptions(parser);
    parser.process(app);

    const auto request = ScreenshotRequest::fromParser(parser);
    const ThemeChoice theme = request && request->theme ? *request->theme : Settings::theme();
    applyTheme(app, theme);
    MainWindow window(coreEngine());
    if (request) {
        return takeScreenshot(app, window, *request);
    }
    constexpr QSize kDefaultSize(1440, 900);
    window.resize(kDefaultSize);
    window.restoreGeometry(Settings::windowGeometry());
    window.show();
    if (!parser.positionalArguments().isEmpty()) {
        window.openPaths(parser.positionalArguments());
    } else if (window.controller().restoreAutosave()) {
        window.notice(MainWindow::tr("Your workspace from last time is back; it had not been saved."));
    }
    return QApplication::exec();
}
