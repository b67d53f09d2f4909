// SPDX-License-Identifier: Apache-2.0
// The real program, killed.
#include "core/session/workspace_file.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <signal.h>

using namespace heaptoll;
using namespace Qt::StringLiterals;

class CrashRecoveryTest : public QObject {
    Q_OBJECT
private:
    static constexpr int kPatienceMs = 60'000;

    /// heaptoll-gui on a home of its own; its trace goes to standard error.
    static void start(QProcess& program, const QTemporaryDir& home, const QStringList& arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
        environment.insert(u"HEAPTOLL_TRACE"_s, u"1"_s);
        environment.remove(u"DBUS_SESSION_BUS_ADDRESS"_s);
        for (const auto& [name, folder] : { std::pair(u"HOME"_s, u""_s), std::pair(u"XDG_STATE_HOME"_s, u"/state"_s),
                 std::pair(u"XDG_CONFIG_HOME"_s, u"/config"_s), std::pair(u"XDG_RUNTIME_DIR"_s, u""_s) }) {
            environment.insert(name, home.path() + folder);
        }
        program.setProcessEnvironment(environment);
        program.start(QStringLiteral(HEAPTOLL_GUI_PROGRAM), arguments);
        QVERIFY2(program.waitForStarted(kPatienceMs), qPrintable(program.errorString()));
    }
    static bool waitForTrace(QProcess& program, QByteArray& seen, const QByteArray& event)
    {
        QElapsedTimer timer;
        timer.start();
        while (!seen.contains(event) && timer.elapsed() < kPatienceMs) {
            program.waitForReadyRead(100);
            seen += program.readAllStandardError();
        }
        return seen.contains(event);
    }
    static void murder(QProcess& program)
    {
        QCOMPARE(::kill(static_cast<pid_t>(program.processId()), SIGKILL), 0);
        QVERIFY(program.waitForFinished(kPatienceMs));
        QCOMPARE(program.exitStatus(), QProcess::CrashExit);
    }
private slots:
    void killedProgram_findsItsWorkspaceAtTheNextStart()
    {
        const QTemporaryDir home;
        const QString profile = home.filePath(u"checkout.pb.gz"_s);
        QVERIFY(QFile::copy(QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/pprof/go-orderd.pb.gz"), profile));
        const QString autosave = home.filePath(u"state/heaptoll/autosave.toll"_s);

        QProcess first;
        QByteArray seen;
        start(first, home, { u"--import"_s, profile });
        QVERIFY2(waitForTrace(first, seen, "heaptoll-trace autosaved"), seen.constData());
        murder(first);
        const auto kept = loadWorkspace(autosave.toStdString());
        QVERIFY(kept.ok());
        QCOMPARE(kept.value().sources.size(), 1U);
        QCOMPARE(kept.value().sources.front().path, profile.toStdString());

        QProcess second;
        seen.clear();
        start(second, home, {});
        QVERIFY2(waitForTrace(second, seen, "heaptoll-trace workspace-restored"), seen.constData());
        QVERIFY2(waitForTrace(second, seen, "heaptoll-trace findings-ready"), seen.constData());
        // Still not saved: it must survive the next murder, too.
        murder(second);
        QCOMPARE(loadWorkspace(autosave.toStdString()).value().sources.size(), 1U);
    }
    void anotherProgram_doesNotTakeTheWorkspaceOfALivingOne()
    {
        const QTemporaryDir home;
        const QString profile = home.filePath(u"checkout.pb.gz"_s);
        QVERIFY(QFile::copy(QStringLiteral(HEAPTOLL_SOURCE_DIR "/tests/golden/pprof/go-orderd.pb.gz"), profile));
        QProcess first;
        QByteArray seen;
        start(first, home, { u"--import"_s, profile });
        QVERIFY2(waitForTrace(first, seen, "heaptoll-trace autosaved"), seen.constData());
        QProcess second;
        QByteArray seenOfSecond;
        start(second, home, {});
        QVERIFY2(waitForTrace(second, seenOfSecond, "heaptoll-trace first-paint"), seenOfSecond.constData());
        QTest::qWait(500);
        seenOfSecond += second.readAllStandardError();
        QVERIFY2(!seenOfSecond.contains("workspace-restored"), seenOfSecond.constData());
        murder(second);
        murder(first);
    }
    void withoutADisplay_itSaysSoAndEnds()
    {
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString& name : { u"QT_QPA_PLATFORM"_s, u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s }) {
            environment.remove(name);
        }
        program.setProcessEnvironment(environment);
        program.start(QStringLiteral(HEAPTOLL_GUI_PROGRAM), QStringList {});
        QVERIFY(program.waitForFinished(kPatienceMs));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 1);
        const QByteArray said = program.readAllStandardError();
        QVERIFY2(said.contains("no display") && said.contains("heaptoll analyze"), said.constData());
    }
};

QTEST_GUILESS_MAIN(CrashRecoveryTest)
#include "tst_crash_recovery.moc"
