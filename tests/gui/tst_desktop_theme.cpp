// SPDX-License-Identifier: Apache-2.0
// A bus of its own with a portal of its own.
#include "app/gui/theme/desktop_theme.h"
#include "app/gui/theme/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace heaptoll::gui;
using namespace Qt::StringLiterals;

namespace {

/// A call that blocked would wait for the 25 s of D-Bus itself; a busy machine needs less than this.
constexpr qint64 kPatienceOfBusMs = 10'000;

/// The part of the desktop portal that has settings.
class FakePortal : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")
public:
    explicit FakePortal(uint scheme)
        : m_scheme(scheme)
    { }
public slots:
    QDBusVariant Read(const QString& space, const QString& key)
    {
        const bool isKnown = space == u"org.freedesktop.appearance"_s && key == u"color-scheme"_s;
        return QDBusVariant(QVariant::fromValue(QDBusVariant(isKnown ? QVariant(m_scheme) : QVariant(u"?"_s))));
    }

private:
    uint m_scheme;
};

} // namespace

class DesktopThemeTest : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    QProcess m_daemon;
    QString m_address;

private slots:
    void initTestCase()
    {
        const QString daemon = QStandardPaths::findExecutable(u"dbus-daemon"_s);
        if (daemon.isEmpty()) {
            QSKIP("there is no dbus-daemon");
        }
        m_address = u"unix:path="_s + m_folder.filePath(u"bus"_s);
        m_daemon.start(daemon, { u"--session"_s, u"--nofork"_s, u"--address="_s + m_address, u"--print-address"_s });
        QVERIFY(m_daemon.waitForStarted());
        QVERIFY(m_daemon.waitForReadyRead(10'000));
    }
    void cleanupTestCase()
    {
        m_daemon.kill();
        m_daemon.waitForFinished();
    }
    void portal_isAskedAndFollowed()
    {
        if (m_address.isEmpty()) {
            QSKIP("there is no dbus-daemon");
        }
        QDBusConnection bus = QDBusConnection::connectToBus(m_address, u"portal"_s);
        QVERIFY(bus.isConnected());
        FakePortal portal(1);
        QVERIFY(bus.registerObject(u"/org/freedesktop/portal/desktop"_s, &portal, QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.portal.Desktop"_s));

        DesktopTheme theme(m_address);
        QList<DesktopTheme::Scheme> schemes;
        connect(
            &theme, &DesktopTheme::schemeChanged, this, [&schemes](DesktopTheme::Scheme scheme) { schemes << scheme; });
        QTRY_COMPARE(schemes.size(), 1);
        QCOMPARE(schemes.last(), DesktopTheme::Scheme::Dark);

        const auto change = [&bus](const QString& key, uint value) {
            QDBusMessage signal = QDBusMessage::createSignal(
                u"/org/freedesktop/portal/desktop"_s, u"org.freedesktop.portal.Settings"_s, u"SettingChanged"_s);
            signal << u"org.freedesktop.appearance"_s << key << QVariant::fromValue(QDBusVariant(value));
            QVERIFY(bus.send(signal));
        };
        change(u"accent-color"_s, 2);
        change(u"color-scheme"_s, 2);
        QTRY_COMPARE(schemes.size(), 2);
        QCOMPARE(schemes.last(), DesktopTheme::Scheme::Light);
        change(u"color-scheme"_s, 0);
        QTRY_COMPARE(schemes.size(), 3);
        QCOMPARE(schemes.last(), DesktopTheme::Scheme::NoPreference);
    }
    void withoutABus_thereIsNoAnswerAndNoDelay()
    {
        QElapsedTimer timer;
        timer.start();
        DesktopTheme theme(u"unix:path="_s + m_folder.filePath(u"nobody"_s));
        QVERIFY2(timer.elapsed() < kPatienceOfBusMs, "asking must not wait");
        bool isAnswered = false;
        connect(&theme, &DesktopTheme::schemeChanged, this, [&isAnswered] { isAnswered = true; });
        QTest::qWait(300);
        QVERIFY(!isAnswered);
    }
    void silentBus_delaysNeitherTheBeginningNorTheEnd()
    {
        // Somebody who listens and never says a word.
        QProcess silent;
        const QString python = QStandardPaths::findExecutable(u"python3"_s);
        if (python.isEmpty()) {
            QSKIP("there is no python3");
        }
        const QString path = m_folder.filePath(u"silent"_s);
        silent.start(python,
            { u"-c"_s,
                u"import socket,sys,time\ns=socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\ns.listen(4)\n"
                "print('up',flush=True)\ntime.sleep(60)"_s,
                path });
        QVERIFY(silent.waitForReadyRead(10'000));
        QElapsedTimer timer;
        timer.start();
        std::make_unique<DesktopTheme>(u"unix:path="_s + path).reset();
        QVERIFY2(timer.elapsed() < kPatienceOfBusMs, "a silent bus must not stop the window");
        silent.kill();
        silent.waitForFinished();
    }
    void auto_followsTheDesktopElseThePalette()
    {
        applyTheme(ThemeChoice::Auto);
        const bool isPaletteDark = tokens().isDark;
        setDesktopIsDark(true);
        QVERIFY(tokensOf(ThemeChoice::Auto).isDark);
        setDesktopIsDark(false);
        QVERIFY(!tokensOf(ThemeChoice::Auto).isDark);
        setDesktopIsDark(std::nullopt);
        QCOMPARE(tokensOf(ThemeChoice::Auto).isDark, isPaletteDark);
        QVERIFY(!tokensOf(ThemeChoice::Light).isDark);
    }
};

QTEST_MAIN(DesktopThemeTest)
#include "tst_desktop_theme.moc"
