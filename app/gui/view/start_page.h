// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

class QVBoxLayout;

namespace heaptoll::gui {

/// First launch and after File > Close: drop target, sample, recent workspaces, how to record.
class StartPage : public Page {
    Q_OBJECT
public:
    StartPage(const PageContext& context, QWidget* parent);
    void reloadRecent();

signals:
    void workspaceRequested(const QString& path);

protected:
    void refresh(Changes changes) override;

private:
    [[nodiscard]] QWidget* makeLeft();
    [[nodiscard]] QWidget* makeDropArea();
    [[nodiscard]] QWidget* makeRight();
    void fillRecent();
    QVBoxLayout* m_recent = nullptr;
};

} // namespace heaptoll::gui
