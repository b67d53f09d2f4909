// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace heaptoll::gui {

/// First launch and after File > Close: drop target, sample, recent workspaces, how to record.
class StartPage : public Page {
    Q_OBJECT
public:
    StartPage(const PageContext& context, QWidget* parent);

signals:
    void workspaceRequested(const QString& path);
    void workspaceSearched(const QString& path); ///< it is not there any more
    void sourceSearched(const QString& workspace, const QString& source); ///< one of its files is not there any more

protected:
    void refresh(Changes /*changes*/) override { } ///< shows nothing of an analysis
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] QWidget* makeLeft();
    [[nodiscard]] QWidget* makeDropArea();
    [[nodiscard]] QWidget* makeRight();
    /// What a recent workspace says without being opened.
    struct Recent {
        QString path;
        QString modified; ///< "" = not there any more
        QString summary;
        QStringList missing; ///< sources that are not there any more
    };
    [[nodiscard]] static Recent lookAt(const QString& path);
    void fillRecent();
    void showRecent(const std::vector<Recent>& recent);
    [[nodiscard]] QWidget* makeRecentRow(const Recent& recent);
    void showDropIcon();
    QLabel* m_dropIcon = nullptr;
    QVBoxLayout* m_recent = nullptr;
    QPushButton* m_choose = nullptr;
    QPushButton* m_clearRecent = nullptr;
};

} // namespace heaptoll::gui
