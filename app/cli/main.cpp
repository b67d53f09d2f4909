// SPDX-License-Identifier: GPL-3.0-or-later
// The process around runCli: terminal, signals, last-resort errors. Links Qt Core only and never opens a display.
#include "app/cli/command.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <pthread.h>
#include <stop_token>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace heaptoll::cli {
namespace {

TextStyle styleOfTerminal(int descriptor)
{
    TextStyle style;
    if (::isatty(descriptor) == 0) {
        return style;
    }
    winsize size {};
    style.width = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
    const char* noColour = std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): no other thread yet
    const char* terminal = std::getenv("TERM"); // NOLINT(concurrency-mt-unsafe)
    const bool isDumb = terminal != nullptr && std::string_view(terminal) == "dumb";
    style.colour = (noColour == nullptr || *noColour == '\0') && !isDumb;
    return style;
}

/// Turns the first Ctrl+C into a stop request and the second into an immediate end. A thread that waits for the signal
/// may lock and allocate, which a signal handler may not.
void watchInterrupts(const std::stop_source& stop)
{
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupts, nullptr);
    std::thread([interrupts, stop]() mutable {
        int signal = 0;
        if (sigwait(&interrupts, &signal) == 0) {
            stop.request_stop();
        }
        if (sigwait(&interrupts, &signal) == 0) {
            ::_exit(kExitInterrupted);
        }
    }).detach();
}

int guardedMain(int argc, char** argv)
{
    std::stop_source stop;
    watchInterrupts(stop);
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("heaptoll"));
    const std::vector<std::string> words(argv + 1, argv + argc);
    Streams io { std::cin, std::cout, std::cerr, styleOfTerminal(STDOUT_FILENO), ::isatty(STDERR_FILENO) != 0,
        STDIN_FILENO };
    const int code = runCli(words, io, stop.get_token());
    std::cout.flush();
    if (!std::cout) {
        std::cerr << "error: cannot write to standard output\n";
        return kExitInternal;
    }
    return code;
}

} // namespace
} // namespace heaptoll::cli

int main(int argc, char** argv)
{
    std::ios::sync_with_stdio(false);
    try {
        return heaptoll::cli::guardedMain(argc, argv);
    } catch (const std::bad_alloc&) {
        std::cerr << "error: out of memory\n";
    } catch (const std::exception& exception) {
        std::cerr << "error: internal: " << exception.what() << '\n';
    }
    return heaptoll::cli::kExitInternal;
}
