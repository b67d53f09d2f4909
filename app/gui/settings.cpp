// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings.h"

#include <QSettings>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kVersion = 1;
constexpr qsizetype kMaxRecent = 10;

/// A file of another version is left alone and answered with defaults.
QSettings& store()
{
    static QSettings settings(QSettings::IniFormat, QSettings::UserScope, u"heaptoll"_s, u"heaptoll-gui"_s);
    if (!settings.contains(u"version"_s)) {
        settings.setValue(u"version"_s, kVersion);
    }
    return settings;
}

} // namespace

ThemeChoice Settings::theme()
{
    const QString forced = qEnvironmentVariable("HEAPTOLL_THEME");
    if (const auto choice = parseThemeChoice(forced)) {
        return *choice;
    }
    return parseThemeChoice(store().value(u"theme"_s).toString()).value_or(ThemeChoice::Auto);
}

void Settings::setTheme(ThemeChoice choice)
{
    store().setValue(u"theme"_s, themeKey(choice));
}

QStringList Settings::recentWorkspaces()
{
    return store().value(u"recent"_s).toStringList();
}

void Settings::addRecentWorkspace(const QString& path)
{
    QStringList recent = recentWorkspaces();
    recent.removeAll(path);
    recent.prepend(path);
    store().setValue(u"recent"_s, recent.mid(0, kMaxRecent));
}

void Settings::removeRecentWorkspace(const QString& path)
{
    QStringList recent = recentWorkspaces();
    recent.removeAll(path);
    store().setValue(u"recent"_s, recent);
}

void Settings::clearRecentWorkspaces()
{
    store().remove(u"recent"_s);
}

QByteArray Settings::windowGeometry()
{
    return store().value(u"window/geometry"_s).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry)
{
    store().setValue(u"window/geometry"_s, geometry);
}

QByteArray Settings::splitter(const QString& name)
{
    return store().value(u"splitter/"_s + name).toByteArray();
}

void Settings::setSplitter(const QString& name, const QByteArray& state)
{
    store().setValue(u"splitter/"_s + name, state);
}

} // namespace heaptoll::gui
