// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/job_manager.h"

#include <utility>

namespace heaptoll::gui {

/// A job of which only the last run counts: what a view is filled with. A new run takes the place of the one before,
/// whose answer never comes.
class LatestJob : public QObject {
    Q_OBJECT
public:
    explicit LatestJob(JobManager& jobs, QObject* parent = nullptr);

    /// As JobManager::run.
    template<typename Work, typename Done>
    void run(const QString& title, Work work, Done onDone)
    {
        drop();
        m_id = m_jobs.run(title, this, std::move(work), [this, onDone = std::move(onDone)](auto result) mutable {
            m_id = 0;
            onDone(std::move(result));
        });
    }
    /// No answer is waited for any more.
    void drop();

signals:
    void cancelled(); ///< by the user: there will be no answer

private:
    JobManager& m_jobs;
    quint64 m_id = 0; ///< 0 = none runs
};

} // namespace heaptoll::gui
