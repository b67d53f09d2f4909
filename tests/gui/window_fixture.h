// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/main_window.h"
#include "tests/gui/fixture.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <memory>

namespace heaptoll::test {

/// Any documents become the shop of makeShop(), none become an empty analysis.
[[nodiscard]] gui::AnalysisEngine fixtureEngine();

/// Keeps every worker of a window busy: what is started meanwhile waits, what the user does comes first.
class BusyWorkers {
public:
    explicit BusyWorkers(gui::MainWindow& window);
    ~BusyWorkers() { release(); }
    BusyWorkers(const BusyWorkers&) = delete;
    BusyWorkers& operator=(const BusyWorkers&) = delete;
    BusyWorkers(BusyWorkers&&) = delete;
    BusyWorkers& operator=(BusyWorkers&&) = delete;
    void release() { *m_isBusy = false; }

private:
    std::shared_ptr<std::atomic<bool>> m_isBusy = std::make_shared<std::atomic<bool>>(true);
};

/// A window on the fixture's analysis; the importers are the real ones. Its settings and its state are its own.
class WindowFixture {
public:
    explicit WindowFixture(const gui::AnalysisEngine& engine = fixtureEngine());
    ~WindowFixture();
    WindowFixture(const WindowFixture&) = delete;
    WindowFixture& operator=(const WindowFixture&) = delete;
    WindowFixture(WindowFixture&&) = delete;
    WindowFixture& operator=(WindowFixture&&) = delete;

    [[nodiscard]] gui::MainWindow& window() { return *m_window; }
    template<typename T>
    [[nodiscard]] T* child(const char* name)
    {
        T* found = m_window->findChild<T*>(QString::fromLatin1(name));
        if (found == nullptr) {
            QTest::qFail(name, __FILE__, __LINE__);
        }
        return found;
    }
    /// Waits until nothing runs any more.
    [[nodiscard]] bool isIdle();
    /// Path of a new file in the fixture's folder.
    QString write(const QString& name, const QByteArray& bytes);
    /// A copy of a file of the checkout.
    QString copy(const QString& name, const char* source, qsizetype keptBytes = -1);
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    /// Drops files on a widget as the window system does; false when nobody takes them.
    [[nodiscard]] static bool drop(QWidget* target, const QStringList& paths);

private:
    QTemporaryDir m_folder;
    QByteArray m_stateBefore;
    std::unique_ptr<gui::MainWindow> m_window;
};

} // namespace heaptoll::test
