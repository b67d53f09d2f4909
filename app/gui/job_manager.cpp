// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/job_manager.h"

#include "app/gui/text.h"

#include <QMetaObject>
#include <QThread>

#include <algorithm>
#include <mutex>
#include <new>
#include <stop_token>

namespace heaptoll::gui {

struct JobManager::Shared {
    quint64 id = 0;
    std::stop_source stop;
    bool isDropped = false; ///< cancelled: nobody waits for the result; GUI thread only
    std::mutex mutex; ///< guards the progress
    Progress progress;
};

JobManager::JobManager(QObject* parent)
    : QObject(parent)
{
    // One thread stays free for the GUI on machines that have many; a long import and an analysis never keep a short
    // look at a file waiting on machines that have few.
    constexpr int kFewestThreads = 3;
    m_pool.setMaxThreadCount(std::max(kFewestThreads, QThread::idealThreadCount() - 1));
    constexpr std::chrono::milliseconds kPollInterval(33);
    m_timer.setInterval(kPollInterval);
    connect(&m_timer, &QTimer::timeout, this, &JobManager::poll);
}

JobManager::~JobManager()
{
    cancelAll();
    m_pool.waitForDone();
}

std::shared_ptr<JobManager::Shared> JobManager::begin(const QString& title)
{
    auto shared = std::make_shared<Shared>();
    shared->id = m_nextId++;
    JobInfo info;
    info.id = shared->id;
    info.title = title;
    info.started = std::chrono::steady_clock::now();
    m_jobs.push_back(info);
    m_entries.push_back({ shared->id, shared });
    m_timer.start();
    emit jobsChanged();
    return shared;
}

void JobManager::start(const std::shared_ptr<Shared>& /*shared*/, std::function<void()> body)
{
    m_pool.start(std::move(body));
}

TaskContext JobManager::contextOf(const std::shared_ptr<Shared>& shared)
{
    TaskContext task;
    task.stop = shared->stop.get_token();
    task.report = [shared](const Progress& progress) {
        const std::scoped_lock lock(shared->mutex);
        shared->progress = progress;
    };
    return task;
}

bool JobManager::isDropped(const Shared& shared)
{
    return shared.isDropped;
}

quint64 JobManager::idOf(const Shared& shared)
{
    return shared.id;
}

void JobManager::post(std::function<void()> onGuiThread)
{
    QMetaObject::invokeMethod(this, std::move(onGuiThread), Qt::QueuedConnection);
}

void JobManager::forget(quint64 id)
{
    std::erase_if(m_jobs, [id](const JobInfo& job) { return job.id == id; });
    std::erase_if(m_entries, [id](const Entry& entry) { return entry.id == id; });
    if (m_jobs.empty()) {
        m_timer.stop();
    }
}

void JobManager::finish(quint64 id, const Error* error)
{
    const auto job = std::ranges::find(m_jobs, id, &JobInfo::id);
    const QString title = job == m_jobs.end() ? QString() : job->title;
    forget(id);
    if (error != nullptr && error->code != ErrorCode::Cancelled && !title.isEmpty()) {
        emit jobFailed(title, toQString(format(*error)));
    }
    emit jobsChanged();
}

Error JobManager::errorOf(const std::exception& thrown)
{
    if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) {
        return { ErrorCode::LimitExceeded, "not enough memory", {}, "close other programs, or import less at once" };
    }
    return { ErrorCode::Internal, thrown.what(), {}, "this is a bug of Heaptoll: please report it" };
}

void JobManager::cancel(quint64 id)
{
    const auto it = std::ranges::find(m_entries, id, &Entry::id);
    if (it == m_entries.end()) {
        return;
    }
    it->shared->stop.request_stop();
    it->shared->isDropped = true;
    forget(id);
    emit jobCancelled(id);
    emit jobsChanged();
}

void JobManager::stop(quint64 id)
{
    const auto entry = std::ranges::find(m_entries, id, &Entry::id);
    const auto job = std::ranges::find(m_jobs, id, &JobInfo::id);
    if (entry == m_entries.end() || job == m_jobs.end()) {
        return;
    }
    entry->shared->stop.request_stop();
    job->isCancelling = true;
    emit jobsChanged();
}

void JobManager::cancelAll()
{
    std::vector<Entry> entries;
    entries.swap(m_entries);
    m_jobs.clear();
    m_timer.stop();
    for (const Entry& entry : entries) {
        entry.shared->stop.request_stop();
        entry.shared->isDropped = true;
        emit jobCancelled(entry.id);
    }
    emit jobsChanged();
}

void JobManager::poll()
{
    for (JobInfo& job : m_jobs) {
        const auto it = std::ranges::find(m_entries, job.id, &Entry::id);
        if (it == m_entries.end()) {
            continue;
        }
        const std::scoped_lock lock(it->shared->mutex);
        const Progress& progress = it->shared->progress;
        job.phase = toQString(progress.phase);
        job.done = progress.done;
        job.total = progress.total;
    }
    emit jobsChanged();
}

} // namespace heaptoll::gui
