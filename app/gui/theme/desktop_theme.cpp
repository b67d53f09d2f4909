// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme/desktop_theme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QFile>
#include <QThreadPool>

#include <atomic>
#include <mutex>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

const QString& portalPath()
{
    static const QString path = u"/org/freedesktop/portal/desktop"_s;
    return path;
}
const QString& portalInterface()
{
    static const QString name = u"org.freedesktop.portal.Settings"_s;
    return name;
}
const QString& appearance()
{
    static const QString space = u"org.freedesktop.appearance"_s;
    return space;
}
const QString& colorScheme()
{
    static const QString key = u"color-scheme"_s;
    return key;
}

/// Without a bus libdbus would start one; a program that only wants a colour must not.
bool hasSessionBus()
{
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")
        || (qEnvironmentVariableIsSet("XDG_RUNTIME_DIR")
            && QFile::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + u"/bus"_s));
}

/// The portal wraps the value in one variant too many (Read), or not (SettingChanged).
QVariant unwrapped(QVariant value)
{
    while (value.userType() == qMetaTypeId<QDBusVariant>()) {
        value = value.value<QDBusVariant>().variant();
    }
    return value;
}

} // namespace

/// Lets the asking thread outlive who asked.
struct DesktopTheme::Link {
    std::mutex mutex; ///< guards owner
    DesktopTheme* owner = nullptr;
};

DesktopTheme::DesktopTheme(const QString& busAddress, QObject* parent)
    : QObject(parent)
    , m_link(std::make_shared<Link>())
{
    m_link->owner = this;
    if (!busAddress.isEmpty() || hasSessionBus()) {
        QThreadPool::globalInstance()->start([link = m_link, busAddress] { ask(link, busAddress); });
    }
}

DesktopTheme::~DesktopTheme()
{
    {
        const std::scoped_lock lock(m_link->mutex);
        m_link->owner = nullptr;
    }
    if (!m_connection.isEmpty()) {
        QDBusConnection::disconnectFromBus(m_connection);
    }
}

void DesktopTheme::ask(const std::shared_ptr<Link>& link, const QString& busAddress)
{
    static std::atomic<int> count = 0;
    const QString name = u"heaptoll-theme-%1"_s.arg(++count);
    QDBusConnection bus = busAddress.isEmpty() ? QDBusConnection::connectToBus(QDBusConnection::SessionBus, name)
                                               : QDBusConnection::connectToBus(busAddress, name);
    QVariant answer;
    if (bus.isConnected()) {
        QDBusMessage read = QDBusMessage::createMethodCall(
            u"org.freedesktop.portal.Desktop"_s, portalPath(), portalInterface(), u"Read"_s);
        read << appearance() << colorScheme();
        constexpr int kPatienceMs = 2000; // the portal may have to be started first
        const QDBusMessage reply = bus.call(read, QDBus::Block, kPatienceMs);
        if (reply.type() == QDBusMessage::ReplyMessage && !reply.arguments().isEmpty()) {
            answer = reply.arguments().constFirst();
        }
    }
    const std::scoped_lock lock(link->mutex);
    if (link->owner == nullptr || !bus.isConnected()) {
        QDBusConnection::disconnectFromBus(name);
        return;
    }
    QMetaObject::invokeMethod(
        link->owner,
        [owner = link->owner, name, answer] {
            owner->listen(name);
            owner->take(answer);
        },
        Qt::QueuedConnection);
}

void DesktopTheme::listen(const QString& connection)
{
    m_connection = connection;
    // From whoever owns the name: naming the service would make QtDBus ask the bus for it, and wait. QtDBus takes slots by
    // their text only.
    QDBusConnection(connection)
        .connect(QString(), portalPath(), portalInterface(), u"SettingChanged"_s, this,
            SLOT(onSettingChanged(QString, QString, QDBusVariant)));
}

void DesktopTheme::onSettingChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    if (space == appearance() && key == colorScheme()) {
        take(value.variant());
    }
}

void DesktopTheme::take(const QVariant& value)
{
    bool isNumber = false;
    const uint scheme = unwrapped(value).toUInt(&isNumber);
    if (isNumber) {
        emit schemeChanged(scheme == 1 ? Scheme::Dark : scheme == 2 ? Scheme::Light : Scheme::NoPreference);
    }
}

} // namespace heaptoll::gui
