// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chart/chart_accessible.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/main_window.h"
#include "app/gui/screenshot.h"
#include "app/gui/settings.h"
#include "app/gui/theme/desktop_theme.h"
#include "app/gui/trace.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QScreen>

#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>

using namespace Qt::StringLiterals;

namespace heaptoll::gui {
namespace {

/// False where Qt would abort: what it says then is of no use to who works over a plain terminal.
bool mayHaveDisplay(int argc, char** argv)
{
    const std::span arguments(argv, static_cast<std::size_t>(argc));
    const bool isChosen = std::ranges::any_of(arguments, [](std::string_view argument) {
        return argument.starts_with("-platform") || argument.starts_with("--platform");
    });
    return isChosen || qEnvironmentVariableIsSet("QT_QPA_PLATFORM") || qEnvironmentVariableIsSet("DISPLAY")
        || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
}

int run(int argc, char** argv)
{
    if (!mayHaveDisplay(argc, argv)) {
        std::fputs(
            "heaptoll-gui: there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it in a desktop "
            "session, or use 'heaptoll analyze', which needs none\n",
            stderr);
        return 1;
    }
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
    parser.addOption({ u"import"_s, u"Import the files at once, without asking about them."_s });
    parser.addOption({ u"theme"_s, u"auto, light, dark or contrast; this time only."_s, u"theme"_s });
    ScreenshotRequest::addOptions(parser);
    parser.process(app);

    const auto request = ScreenshotRequest::fromParser(parser);
    const auto theme = parseThemeChoice(parser.value(u"theme"_s));
    if (parser.isSet(u"theme"_s) && !theme) {
        std::fputs("heaptoll-gui: --theme is one of auto, light, dark, contrast\n", stderr);
        return 2;
    }
    applyTheme(theme.value_or(Settings::theme()));
    MainWindow window(coreEngine());
    if (request) {
        return takeScreenshot(window, *request);
    }
    const DesktopTheme desktop;
    QObject::connect(&desktop, &DesktopTheme::schemeChanged, &window, [&window](DesktopTheme::Scheme scheme) {
        window.followDesktop(scheme == DesktopTheme::Scheme::NoPreference
                ? std::nullopt
                : std::optional(scheme == DesktopTheme::Scheme::Dark));
    });
    constexpr QSize kDefaultSize(1440, 900);
    constexpr QSize kFrame(8, 40); // of window managers: the status strip must not end up below the screen
    window.resize(kDefaultSize.boundedTo(window.screen()->availableSize() - kFrame));
    window.restoreGeometry(Settings::windowGeometry());
    window.show();
    traceLoopGaps(&window);
    const QStringList files = parser.positionalArguments();
    if (files.isEmpty()) {
        window.restoreAutosave();
    } else if (parser.isSet(u"import"_s)) {
        window.importNow(files);
    } else {
        window.openPaths(files);
    }
    return QApplication::exec();
}

} // namespace
} // namespace heaptoll::gui

int main(int argc, char** argv)
{
    return heaptoll::gui::run(argc, argv);
}
