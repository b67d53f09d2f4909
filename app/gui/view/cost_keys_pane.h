// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "app/gui/view/page.h"
#include "core/analysis/cost_keys.h"

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLayout;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace heaptoll::gui {

class DataTable;
class EmptyState;
class RowModel;

/// What services can be assigned to; a new name can be typed.
[[nodiscard]] QComboBox* makeServiceBox(QWidget* parent, const QString& objectName);
void fillServices(QComboBox* box, const WorkspaceAnalysis* analysis);
/// The heading of a pane.
[[nodiscard]] QLabel* makeHeading(const QString& text, QWidget* parent);

/// The keys of the bill with the service they went to, and how much of the bill that is. Assigning makes a rule, an edit.
class CostKeysPane final : public QWidget {
    Q_OBJECT
public:
    CostKeysPane(const PageContext& context, QWidget* parent);
    void setAnalysis(std::shared_ptr<const WorkspaceAnalysis> analysis); ///< null = none, nothing is kept
    /// The table, or why it is empty.
    void showState();
    [[nodiscard]] QString tableText() const;

private:
    [[nodiscard]] QLayout* makeHead();
    [[nodiscard]] QLayout* makeBar();
    void list();
    void fill();
    void fillCoverage();
    void assign();

    PageContext m_context;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    LatestJob m_job; ///< lists the keys
    bool m_isCancelled = false; ///< the job was
    std::optional<std::vector<CostKey>> m_keys; ///< all of the analysis; empty = not known yet
    RowModel* m_model;
    DataTable* m_table = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_count = nullptr;
    QStackedWidget* m_stack;
    EmptyState* m_noRows;
    QComboBox* m_service = nullptr;
    QPushButton* m_assign = nullptr;
    QLabel* m_coverage = nullptr;
    QProgressBar* m_coverageBar = nullptr;
};

} // namespace heaptoll::gui
