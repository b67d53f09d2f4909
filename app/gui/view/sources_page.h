// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "app/gui/view/page.h"
#include "core/analysis/cost_keys.h"

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace heaptoll::gui {

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
    [[nodiscard]] QWidget* makeKeysPane();
    [[nodiscard]] QWidget* makeRulesPane();
    void fillSources();
    void listKeys();
    void fillKeys();
    void showKeys();
    void fillRules();
    void fillCoverage();
    void showSource(const QString& key);
    void assignSource();
    void locateOrRetry();
    void assignKey();
    void removeRule();

    DataTable* m_sources;
    RowModel* m_sourceModel;
    QLabel* m_sourceDetail;
    QComboBox* m_sourceService;
    QPushButton* m_assignSource;
    QPushButton* m_removeSource;
    QPushButton* m_locate; ///< of a missing file; of one that could not be read: once more
    DataTable* m_keys;
    RowModel* m_keyModel;
    QLineEdit* m_keyFilter;
    QStackedWidget* m_keyStack;
    EmptyState* m_noKeys;
    QComboBox* m_keyService;
    QPushButton* m_assignKey;
    QLabel* m_coverage;
    QProgressBar* m_coverageBar;
    DataTable* m_rules;
    RowModel* m_ruleModel;
    QStackedWidget* m_ruleStack; ///< the table, or why there is none
    QPushButton* m_removeRule;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    PartialChip* m_partial;
    QLabel* m_keyCount;
    LatestJob m_keysJob; ///< makes the cost keys
    bool m_isKeysJobCancelled = false;
    std::optional<std::vector<CostKey>> m_costKeys; ///< all of the analysis; empty = not known yet
    bool m_areFilesNew = true; ///< since the last refresh
};

} // namespace heaptoll::gui
