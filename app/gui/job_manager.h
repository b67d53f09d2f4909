// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>
#include <QTimer>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace heaptoll::gui {

/// One running job as the user sees it.
struct JobInfo {
    quint64 id = 0;
    QString title;
    QString phase;
    quint64 done = 0;
    quint64 total = 0; ///< 0 = unknown
    std::chrono::steady_clock::time_point started;
    bool isCancelling = false;
};

/// Runs all work above 16 ms on worker threads: fn(TaskContext) -> Result<T> there, then onDone(Result<T>) on the GUI
/// thread, unless the context object is gone or the job was cancelled. Progress is polled at 30 Hz, so a chatty job costs
/// the GUI nothing. Cancelling frees the user at once: the job leaves the list, its result is dropped. What work throws,
/// not enough memory for one, becomes its Error.
class JobManager : public QObject {
    Q_OBJECT
public:
    explicit JobManager(QObject* parent = nullptr);
    JobManager(const JobManager&) = delete;
    JobManager& operator=(const JobManager&) = delete;
    JobManager(JobManager&&) = delete;
    JobManager& operator=(JobManager&&) = delete;
    ~JobManager() override; ///< stops and waits

    template<typename Work, typename Done>
    quint64 run(const QString& title, QObject* context, Work work, Done onDone);

    void cancel(quint64 id);
    void cancelAll();
    /// Asks a job to end early. Unlike cancel() it stays in the list until it has, and its result is delivered.
    void stop(quint64 id);
    [[nodiscard]] const std::vector<JobInfo>& jobs() const { return m_jobs; }
    [[nodiscard]] bool isIdle() const { return m_jobs.empty(); }

signals:
    void jobsChanged(); ///< a job began, moved on or ended
    /// Its result will not come. Before jobsChanged, whose slots look at the owner's state.
    void jobCancelled(quint64 id);
    void jobFailed(const QString& title, const QString& why); ///< its result is an error; before onDone

private:
    struct Shared;
    struct Entry {
        quint64 id = 0;
        std::shared_ptr<Shared> shared;
    };
    [[nodiscard]] std::shared_ptr<Shared> begin(const QString& title);
    void start(const std::shared_ptr<Shared>& shared, std::function<void()> body);
    [[nodiscard]] static TaskContext contextOf(const std::shared_ptr<Shared>& shared);
    [[nodiscard]] static bool isDropped(const Shared& shared);
    [[nodiscard]] static quint64 idOf(const Shared& shared);
    void forget(quint64 id);
    void finish(quint64 id, const Error* error);
    [[nodiscard]] static Error errorOf(const std::exception& thrown);
    template<typename Work>
    [[nodiscard]] static auto guarded(Work& work, const TaskContext& task) -> decltype(work(task))
    {
        try {
            return work(task);
        } catch (const std::exception& thrown) {
            return errorOf(thrown);
        }
    }
    void post(std::function<void()> onGuiThread);
    void poll();

    QThreadPool m_pool;
    QTimer m_timer;
    quint64 m_nextId = 1;
    std::vector<JobInfo> m_jobs;
    std::vector<Entry> m_entries;
};

template<typename Work, typename Done>
quint64 JobManager::run(const QString& title, QObject* context, Work work, Done onDone)
{
    const std::shared_ptr<Shared> shared = begin(title);
    const QPointer<QObject> guard(context);
    start(shared, [this, shared, guard, work = std::move(work), onDone = std::move(onDone)]() mutable {
        auto result = std::make_shared<decltype(work(TaskContext {}))>(guarded(work, contextOf(shared)));
        post([this, shared, guard, result, onDone = std::move(onDone)]() mutable {
            finish(idOf(*shared), result->ok() ? nullptr : &result->error());
            if (guard && !isDropped(*shared)) {
                onDone(std::move(*result));
            }
        });
    });
    return idOf(*shared);
}

} // namespace heaptoll::gui
