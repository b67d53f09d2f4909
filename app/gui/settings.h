// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/theme/theme.h"

#include <QByteArray>
#include <QStringList>

namespace heaptoll::gui {

/// The only user of QSettings. Missing or broken values are defaults.
class Settings {
public:
    [[nodiscard]] static ThemeChoice theme();
    static void setTheme(ThemeChoice choice);
    [[nodiscard]] static QStringList recentWorkspaces(); ///< newest first, at most ten
    static void addRecentWorkspace(const QString& path);
    static void removeRecentWorkspace(const QString& path);
    static void clearRecentWorkspaces();
    [[nodiscard]] static QByteArray windowGeometry();
    static void setWindowGeometry(const QByteArray& geometry);
    [[nodiscard]] static QByteArray splitter(const QString& name);
    static void setSplitter(const QString& name, const QByteArray& state);
};

} // namespace heaptoll::gui
