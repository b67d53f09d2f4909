// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace heaptoll::gui {

class CostKeysPane;
class DataTable;
class EmptyState;
class PartialChip;
class RowModel;

/// Sources and how they were mapped: every input with what it is and what was wrong with it, the keys of the bill with
/// the service they went to, and the rules. Every change is an undoable edit that starts a new analysis.
class SourcesPage final : public Page {
    Q_OBJECT
public:
    SourcesPage(const PageContext& context, QWidget* parent);
    [[nodiscard]] QString tableText() const override;

protected:
    void refresh(Changes changes) override;
    void release() override;

private:
    [[nodiscard]] QWidget* makeSourcesPane();
    [[nodiscard]] QWidget* makeRulesPane();
    void fillSources();
    void fillRules();
    void showSource(const QString& key);
    void assignSource();
    void locateOrRetry();
    void removeRule();

    DataTable* m_sources;
    RowModel* m_sourceModel;
    QLabel* m_sourceDetail;
    QComboBox* m_sourceService;
    QPushButton* m_assignSource;
    QPushButton* m_removeSource;
    QPushButton* m_locate; ///< of a missing file; of one that could not be read: once more
    CostKeysPane* m_keys;
    DataTable* m_rules;
    RowModel* m_ruleModel;
    QStackedWidget* m_ruleStack; ///< the table, or why there is none
    QPushButton* m_removeRule;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    PartialChip* m_partial;
    bool m_areFilesNew = true; ///< since the last refresh
};

} // namespace heaptoll::gui
