// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

#include <QFrame>
#include <QPointer>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

class QLineEdit;
class QListWidget;

namespace heaptoll::gui {

/// The locator (Ctrl+K): findings, services, frames, times and commands. Prefixes: > commands, @ frames, # findings,
/// $ services, : time, ? help.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    CommandPalette(const PageContext& context, QWidget* parent);
    void open(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Entry {
        QString text;
        QString detail; ///< at the right: shortcut, money
        QString icon;
        std::function<void()> run;
    };
    void update(const QString& text);
    void addCommands(const QString& words);
    void addFindings(const QString& words);
    void addServices(const QString& words);
    void addFrames(const QString& words);
    void addTime(const QString& words);
    void addHelp();
    void indexFrames(const std::shared_ptr<const WorkspaceAnalysis>& analysis);
    void runCurrent();
    void leave();
    PageContext m_context;
    QPointer<QWidget> m_focusBefore;
    QLineEdit* m_input;
    QListWidget* m_list;
    std::vector<Entry> m_entries;
    QStringList m_frames; ///< names of all functions, once each
    std::weak_ptr<const WorkspaceAnalysis> m_framesOf; ///< where they are from, or will be
};

/// Every word of the query is a part of the text, in any order, case ignored.
[[nodiscard]] bool matchesWords(const QString& text, const QString& query);

} // namespace heaptoll::gui
