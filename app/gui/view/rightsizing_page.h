// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QVBoxLayout;

namespace heaptoll {
struct ServiceView;
struct SizingAdvice;
} // namespace heaptoll

namespace heaptoll::gui {

class DataTable;
class EmptyState;
class PartialChip;
class RowModel;
class UsageScale;

/// Request against usage of every workload: the policy and its headroom, one row per container with the formula behind
/// the recommendation, and the change as a YAML patch or a kubectl command. Rows without a change are hidden.
class RightsizingPage final : public Page {
    Q_OBJECT
public:
    RightsizingPage(const PageContext& context, QWidget* parent);
    [[nodiscard]] QString tableText() const override;
    [[nodiscard]] int badge(const WorkspaceAnalysis& analysis) const override;

protected:
    void refresh(Changes changes) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Entry {
        const ServiceView* service = nullptr;
        const SizingAdvice* advice = nullptr;
    };
    void buildControls(QVBoxLayout* layout);
    void editOptions();
    void fillTable();
    void showDetail(const QString& key);
    void showScale();
    [[nodiscard]] std::vector<Entry> entries(const WorkspaceAnalysis& analysis) const;
    [[nodiscard]] const Entry* current() const;
    void copyPatch();
    void copyCommand();
    void toLeak();

    QComboBox* m_policy;
    QSpinBox* m_headroom;
    QCheckBox* m_showUnchanged;
    QLabel* m_summary;
    DataTable* m_table;
    RowModel* m_model;
    UsageScale* m_scale;
    QLabel* m_detail;
    QPushButton* m_yaml;
    QPushButton* m_kubectl;
    QPushButton* m_leak;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    QStackedWidget* m_tableStack; ///< the table, or that nothing needs a change
    EmptyState* m_noRows;
    PartialChip* m_partial;
    std::vector<Entry> m_entries;
    bool m_hasScale = false;
};

} // namespace heaptoll::gui
