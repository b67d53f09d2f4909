// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/window_fixture.h"

#include "app/gui/job_manager.h"
#include "app/gui/settings.h"
#include "app/gui/theme/theme.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QThread>

#include <chrono>
#include <thread>

namespace heaptoll::test {

using namespace gui;
using namespace Qt::StringLiterals;

AnalysisEngine fixtureEngine()
{
    AnalysisEngine engine;
    engine.analyze = [](std::vector<DocumentPtr> documents, const AnalysisOptions& options,
                         const TaskContext& /*task*/) -> Result<std::shared_ptr<const WorkspaceAnalysis>> {
        if (documents.empty()) {
            return std::shared_ptr<const WorkspaceAnalysis>(std::make_shared<WorkspaceAnalysis>());
        }
        return makeShop(options);
    };
    engine.range = [](const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range) {
        return analysis.range ? makeRange(analysis, service, range) : RangeView {};
    };
    return engine;
}

BusyWorkers::BusyWorkers(MainWindow& window)
{
    const int workers = std::max(3, QThread::idealThreadCount() - 1); // as JobManager has
    const auto begun = std::make_shared<std::atomic<int>>(0);
    for (int i = 0; i < workers; ++i) {
        window.jobs().run(
            u"busy"_s, &window,
            [isBusy = m_isBusy, begun](const TaskContext& /*task*/) -> Result<bool> {
                ++*begun;
                while (*isBusy) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
                return true;
            },
            [](const Result<bool>& /*done*/) {});
    }
    if (!QTest::qWaitFor([&] { return *begun == workers; })) {
        QTest::qFail("workers do not begin", __FILE__, __LINE__);
    }
}

WindowFixture::WindowFixture(const AnalysisEngine& engine)
    : m_stateBefore(qgetenv("XDG_STATE_HOME"))
{
    qputenv("XDG_STATE_HOME", m_folder.filePath(u"state"_s).toUtf8());
    Settings::clearRecentWorkspaces();
    applyTheme(ThemeChoice::Light);
    m_window = std::make_unique<MainWindow>(engine);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    if (!QTest::qWaitForWindowActive(m_window.get())) {
        QTest::qFail("the window is not shown", __FILE__, __LINE__);
    }
}

WindowFixture::~WindowFixture()
{
    m_window.reset();
    qputenv("XDG_STATE_HOME", m_stateBefore);
}

bool WindowFixture::isIdle()
{
    return QTest::qWaitFor([this] { return m_window->jobs().isIdle(); }, 20'000);
}

QString WindowFixture::write(const QString& name, const QByteArray& bytes)
{
    const QString path = m_folder.filePath(name);
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
        QTest::qFail(qPrintable(u"cannot write "_s + path), __FILE__, __LINE__);
    }
    return path;
}

QString WindowFixture::copy(const QString& name, const char* source, qsizetype keptBytes)
{
    QFile file(QStringLiteral(HEAPTOLL_SOURCE_DIR) + u'/' + QString::fromLatin1(source));
    if (!file.open(QIODevice::ReadOnly)) {
        QTest::qFail(source, __FILE__, __LINE__);
    }
    const QByteArray bytes = file.readAll();
    return write(name, keptBytes < 0 ? bytes : bytes.left(keptBytes));
}

bool WindowFixture::drop(QWidget* target, const QStringList& paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths) {
        urls << QUrl::fromLocalFile(path);
    }
    data.setUrls(urls);
    const QPoint at = target->rect().center();
    // QApplication hands these to the first ancestor that takes drops, as it does with those of the window system.
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    if (!enter.isAccepted()) {
        return false;
    }
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &drop);
    return drop.isAccepted();
}

} // namespace heaptoll::test
