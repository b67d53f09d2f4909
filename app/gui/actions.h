// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>

#include <functional>
#include <map>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace heaptoll::gui {

/// What an action is, before it is one. The id is stable ("view.flame", "finding.mute"): scripts and settings use it.
struct ActionSpec {
    QString id {};
    QString menu {}; ///< "File", "Edit", "View", "Go", "Analyze", "Window", "Help"; empty = only in the palette
    QString text {}; ///< with mnemonic
    QString tip {};
    QString icon {}; ///< name in :/icons, may be empty
    QList<QKeySequence> shortcuts {};
    bool isCheckable = false;
    bool startsGroup = false; ///< a separator before it
};

/// Text of a title in a menu: an "&" of its own is none that marks a key.
[[nodiscard]] QString menuText(QString title);
/// The text of an action without the "&" that marks its key.
[[nodiscard]] QString plainText(const QAction& action);

/// All actions by id. Menus, the toolbar and the command palette are made from this one list.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    explicit ActionRegistry(QWidget* window);

    /// Shortcuts act in the whole window.
    QAction* add(const ActionSpec& spec, const std::function<void()>& run);
    /// For keys that act only while `widget` (or a child) has the focus, e.g. single letters.
    QAction* addFor(QWidget* widget, const ActionSpec& spec, const std::function<void()>& run);
    [[nodiscard]] QAction* action(const QString& id) const; ///< null when there is none
    [[nodiscard]] const std::vector<QAction*>& all() const { return m_actions; }
    /// Adds the actions of a menu in the order of registration.
    void fillMenu(const QString& name, QMenu* menu) const;

private:
    QAction* make(const ActionSpec& spec, const std::function<void()>& run);
    QWidget* m_window;
    std::vector<QAction*> m_actions;
    std::map<QString, QAction*> m_byId;
};

} // namespace heaptoll::gui
