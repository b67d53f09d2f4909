// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/job_manager.h"
#include "app/gui/main_window.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/page.h"
#include "tests/gui/fixture.h"

#include <QApplication>
#include <QtTest>

namespace heaptoll::test {

/// A main window over the fixture's shop, new for every test.
class WindowTest : public QObject {
protected:
    using Analyze = std::function<std::shared_ptr<const WorkspaceAnalysis>(const AnalysisOptions&)>;
    /// Shows an empty window whose analysis comes from `analyze` (of nothing: an empty analysis).
    void openWindow(const Analyze& analyze)
    {
        gui::AnalysisEngine engine;
        engine.analyze = [analyze](const std::vector<DocumentPtr>& documents, const AnalysisOptions& options,
                             const TaskContext& /*task*/) -> Result<std::shared_ptr<const WorkspaceAnalysis>> {
            return documents.empty() ? std::make_shared<const WorkspaceAnalysis>() : analyze(options);
        };
        engine.range = makeRange;
        gui::applyTheme(gui::ThemeChoice::Light);
        m_window = std::make_unique<gui::MainWindow>(engine);
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void loadShop()
    {
        m_window->controller().setDocuments(makeShop()->documents);
        QTRY_VERIFY(m_window->controller().analysis() != nullptr);
        settle();
    }
    /// Waits for jobs and the debounced range.
    void settle() { QTRY_VERIFY(m_window->jobs().isIdle() && !m_window->ranges().isStale()); }
    void go(gui::ViewId view)
    {
        m_window->selection().setView(view);
        settle();
    }
    void setService(const std::string& service)
    {
        gui::Lens lens = m_window->selection().lens();
        lens.service = service;
        m_window->selection().setLens(lens);
        settle();
    }
    template<typename T>
    T* child(const QString& name, QWidget* in = nullptr)
    {
        T* found = (in != nullptr ? in : static_cast<QWidget*>(m_window.get()))->template findChild<T*>(name);
        if (found == nullptr) {
            QTest::qFail(qPrintable(QStringLiteral("no child ") + name), __FILE__, __LINE__);
        }
        return found;
    }
    [[nodiscard]] gui::Page* page(gui::ViewId view) const { return m_window->page(view); }

    std::unique_ptr<gui::MainWindow> m_window;
};

} // namespace heaptoll::test
