// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include <cstdint>
#include <functional>

class QLabel;
class QPushButton;

namespace heaptoll::gui {

/// Why there is nothing to show. Every view has all of them; the fifth state, partial, is a PartialChip over content.
enum class EmptyKind : std::uint8_t {
    Empty, ///< nothing was imported for this view
    Loading, ///< it is being read; shown after 300 ms
    NoMatch, ///< a filter, service or range leaves nothing
    Error ///< what was imported could not be read
};

/// Icon, one sentence, one working button: what every view shows instead of nothing.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    struct Content {
        EmptyKind kind = EmptyKind::Empty;
        QString icon; ///< of the view; errors and loading bring their own
        QString sentence;
        QString details {}; ///< selectable, below the sentence
        QString button {}; ///< empty = none
        std::function<void()> press {};
        QString second {}; ///< a lesser button
        std::function<void()> pressSecond {};
    };
    explicit EmptyState(QWidget* parent = nullptr);
    void setContent(Content content);
    [[nodiscard]] EmptyKind kind() const { return m_content.kind; }
    [[nodiscard]] QString sentence() const { return m_content.sentence; }
    [[nodiscard]] QString details() const { return m_content.details; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void showContent();
    void showIcon();
    Content m_content;
    QTimer m_delay;
    QWidget* m_body;
    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_details;
    QPushButton* m_button;
    QPushButton* m_second;
};

} // namespace heaptoll::gui
