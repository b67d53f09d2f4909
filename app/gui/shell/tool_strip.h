// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

#include <utility>
#include <vector>

class QPushButton;
class QToolButton;

namespace heaptoll {
struct WorkspaceAnalysis;
}

namespace heaptoll::gui {

class ActionRegistry;
class SelectionState;

/// Back, forward, import, the locator field, and the pickers of the lens.
class ToolStrip : public QFrame {
    Q_OBJECT
public:
    ToolStrip(SelectionState& selection, const ActionRegistry& actions, QWidget* parent = nullptr);
    void show(const WorkspaceAnalysis* analysis);

signals:
    void locatorRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showLocatorText();
    void showPickerTexts();
    [[nodiscard]] QToolButton* addPicker(const QString& name);
    void fillServices(const WorkspaceAnalysis* analysis);
    void fillMetrics();
    void fillBases();
    SelectionState& m_selection;
    QPushButton* m_locator;
    QToolButton* m_import = nullptr;
    std::vector<std::pair<QString, QString>> m_pickerWords; ///< what and value of each picker, in their order
    QToolButton* m_service = nullptr;
    QToolButton* m_metric = nullptr;
    QToolButton* m_basis = nullptr;
};

} // namespace heaptoll::gui
