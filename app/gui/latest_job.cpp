// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/latest_job.h"

namespace heaptoll::gui {

LatestJob::LatestJob(JobManager& jobs, QObject* parent)
    : QObject(parent)
    , m_jobs(jobs)
{
    connect(&m_jobs, &JobManager::jobCancelled, this, [this](quint64 id) {
        if (id == m_id) {
            m_id = 0;
            emit cancelled();
        }
    });
}

void LatestJob::drop()
{
    m_jobs.cancel(std::exchange(m_id, 0)); // its end is no wish of the user
}

} // namespace heaptoll::gui
