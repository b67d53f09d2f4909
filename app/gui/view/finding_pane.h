// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QWidget>

#include <memory>
#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QToolButton;

namespace heaptoll {
struct Evidence;
struct Finding;
struct FindingState;
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

class ChartPanel;
class DataTable;
class RowModel;
struct Column;
class TableTwin;

/// The proof of one finding: money with its range and kind, growth, confidence as a checklist, the chart, why, what to do,
/// blame frames.
class FindingPane : public QWidget {
    Q_OBJECT
public:
    explicit FindingPane(QWidget* parent = nullptr);
    void show(
        std::shared_ptr<const WorkspaceAnalysis> analysis, const std::string& findingId, const FindingState& state);
    /// Lets go of the analysis.
    void clear();
    void toggleTable(); ///< the chart's numbers, and back

signals:
    void evidenceRequested(int index); ///< of finding.why
    void copyRequested();
    void muteRequested();
    void doneRequested();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] QWidget* makeHeader();
    [[nodiscard]] QWidget* makeFigures();
    [[nodiscard]] QWidget* makeKinds();
    void showFigures(const Finding& finding);
    void showWords(const Finding& finding);
    void showBlame(const Finding& finding);
    [[nodiscard]] static std::vector<Column> blameColumns(const Finding& finding);
    void showChecklist();
    void layoutButtons();
    [[nodiscard]] const Finding* finding() const;

    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::string m_id;
    QLabel* m_title = nullptr;
    QLabel* m_subtitle = nullptr;
    QLabel* m_state = nullptr; ///< done, or muted and why
    QPushButton* m_copy = nullptr;
    QPushButton* m_done = nullptr;
    QPushButton* m_mute = nullptr;
    QLabel* m_money = nullptr;
    QLabel* m_growth = nullptr;
    QLabel* m_limit = nullptr;
    QToolButton* m_confidence = nullptr;
    QLabel* m_kind = nullptr;
    QPushButton* m_how = nullptr;
    QLabel* m_howText = nullptr;
    ChartPanel* m_chart = nullptr;
    TableTwin* m_twin = nullptr;
    QLabel* m_why = nullptr;
    QLabel* m_doHeading = nullptr;
    QLabel* m_do = nullptr;
    QLabel* m_blameHeading = nullptr;
    RowModel* m_blameModel;
    DataTable* m_blame = nullptr;
};

} // namespace heaptoll::gui
