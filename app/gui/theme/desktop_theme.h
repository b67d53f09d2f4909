// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <memory>

class QDBusVariant;

namespace heaptoll::gui {

/// What the desktop says about light and dark, now and whenever it changes its mind.
/// Source: org.freedesktop.portal.Settings, namespace org.freedesktop.appearance, key color-scheme.
/// Asks on a thread of its own: a bus that is slow, silent or absent costs the start of the program nothing.
class DesktopTheme : public QObject {
    Q_OBJECT
public:
    enum class Scheme : std::uint8_t { NoPreference, Dark, Light }; ///< in the order of the portal's numbers

    /// Address of a bus, for tests; "" = that of the session. No answer is no signal.
    explicit DesktopTheme(const QString& busAddress = {}, QObject* parent = nullptr);
    ~DesktopTheme() override;

signals:
    void schemeChanged(heaptoll::gui::DesktopTheme::Scheme scheme);

private slots:
    void onSettingChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    struct Link;
    static void ask(const std::shared_ptr<Link>& link, const QString& busAddress);
    void listen(const QString& connection);
    void take(const QVariant& value);
    std::shared_ptr<Link> m_link;
    QString m_connection; ///< name of ours in QtDBus
};

} // namespace heaptoll::gui
