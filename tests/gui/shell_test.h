// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/chart/chart_accessible.h"
#include "app/gui/flame/flame_view.h"
#include "app/gui/import_sheet.h"
#include "app/gui/job_manager.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/view/page.h"
#include "app/gui/widget/empty_state.h"
#include "tests/gui/window_fixture.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QMessageBox>
#include <QtTest>

#include <atomic>
#include <thread>

namespace heaptoll::test {

using namespace gui;
using namespace Qt::StringLiterals;

/// A window whose analyses wait while m_isBlocked, for tests of what happens meanwhile.
class ShellTest : public QObject {
protected:
    std::atomic<bool> m_isBlocked = false;
    std::atomic<bool> m_isOutOfMemory = false; ///< what the next analyses meet
    bool m_hasRecording = false;
    std::unique_ptr<WindowFixture> m_fixture;
    QStringList m_asked;

    MainWindow& window() { return m_fixture->window(); }
    WorkspaceController& controller() { return window().controller(); }
    ImportSheet* sheet() { return m_fixture->child<ImportSheet>("importSheet"); }
    QString profile(const QString& name) { return m_fixture->copy(name, "tests/golden/pprof/go-orderd.pb.gz"); }
    QString bill() { return m_fixture->copy(u"data/focus.csv"_s, "tests/golden/focus/focus-12-rows.csv"); }

    QString makeSaved()
    {
        controller().importFiles({ profile(u"data/checkout/a.pb.gz"_s), bill() });
        if (!m_fixture->isIdle()) {
            QTest::qFail("the import does not end", __FILE__, __LINE__);
        }
        const QString path = m_fixture->folder() + u"/shop.toll"_s;
        if (!controller().save(path).ok()) {
            QTest::qFail("not saved", __FILE__, __LINE__);
        }
        return path;
    }
    void loadShop()
    {
        controller().setDocuments(makeShop()->documents);
        settle();
    }
    void settle() { QTRY_VERIFY(window().jobs().isIdle() && !window().ranges().isStale()); }
    void go(ViewId view)
    {
        window().selection().setView(view);
        settle();
    }
    void edit() { controller().editFindingState(u"done L-01"_s, "fp-leak", { FindingState::State::Done, {}, {} }); }
    /// Presses these buttons of the message boxes that come, one each; m_asked has the names of the boxes.
    void answer(QStringList buttons)
    {
        QTimer::singleShot(0, this, [this, buttons]() mutable {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY2(box != nullptr, "nobody asked");
            m_asked << box->objectName();
            auto* button = box->findChild<QAbstractButton*>(buttons.takeFirst());
            QVERIFY2(button != nullptr, qPrintable(box->objectName()));
            if (!buttons.isEmpty()) {
                answer(buttons);
            }
            QTest::mouseClick(button, Qt::LeftButton);
        });
    }
    EmptyState* emptyState()
    {
        for (EmptyState* state : window().page(window().selection().view())->findChildren<EmptyState*>()) {
            if (state->isVisible()) {
                return state;
            }
        }
        qFatal("no empty state");
    }
    void clickCancel() { QTest::mouseClick(m_fixture->child<QAbstractButton>("status.cancel"), Qt::LeftButton); }
    QString noticeText() { return m_fixture->child<QLabel>("notice")->text(); }
    static void installAccessibility()
    {
        installFlameAccessibility();
        installChartAccessibility();
    }
    void openWindow()
    {
        m_isBlocked = false;
        m_isOutOfMemory = false;
        m_hasRecording = false;
        m_asked.clear();
        AnalysisEngine engine = fixtureEngine();
        engine.analyze = [this](const std::vector<DocumentPtr>& documents, const AnalysisOptions& options,
                             const TaskContext& /*task*/) -> Result<std::shared_ptr<const WorkspaceAnalysis>> {
            while (m_isBlocked) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            if (m_isOutOfMemory) {
                throw std::bad_alloc();
            }
            return documents.empty() ? std::make_shared<const WorkspaceAnalysis>()
                : m_hasRecording     ? makeShopWithRecording(options)
                                     : makeShop(options);
        };
        m_fixture = std::make_unique<WindowFixture>(engine);
    }
    void closeWindow()
    {
        m_isBlocked = false;
        m_fixture.reset();
    }
};

} // namespace heaptoll::test
