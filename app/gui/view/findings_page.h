// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"
#include "app/gui/viewmodel/findings_model.h"
#include "app/gui/widget/empty_state.h"

#include <vector>

class QAction;
class QLabel;
class QListView;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace heaptoll::gui {

class FindingPane;
class KpiCard;
class PartialChip;

/// The answer: totals, the ranked findings, and the proof of the selected one.
class FindingsPage : public Page {
    Q_OBJECT
public:
    FindingsPage(const PageContext& context, QWidget* parent);
    [[nodiscard]] QString tableText() const override;
    [[nodiscard]] int badge(const WorkspaceAnalysis& analysis) const override;

protected:
    void refresh(Changes changes) override;
    void release() override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QWidget* makeCards();
    [[nodiscard]] QWidget* makeList();
    void addActions();
    void fillKinds();
    void showCards();
    void showFindings();
    void selectFinding();
    void enableActions(bool isShown);
    [[nodiscard]] EmptyState::Content noFinding();
    void openEvidence(int index);
    void copyMarkdown();
    void mute();
    void toggleDone();
    [[nodiscard]] const Finding* current() const;

    FindingsModel* m_model;
    FindingsModel::Filter m_filter;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    std::vector<KpiCard*> m_cards;
    QLabel* m_count = nullptr;
    QToolButton* m_states = nullptr;
    QToolButton* m_kinds = nullptr;
    QListView* m_list = nullptr;
    QPushButton* m_weak = nullptr;
    QSplitter* m_splitter = nullptr;
    QStackedWidget* m_right = nullptr;
    EmptyState* m_none; ///< in place of a selected finding
    PartialChip* m_partial = nullptr;
    FindingPane* m_pane;
    std::vector<QAction*> m_actions; ///< on the current finding
    bool m_isSelecting = false;
};

} // namespace heaptoll::gui
