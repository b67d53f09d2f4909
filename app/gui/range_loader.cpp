// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/range_loader.h"

#include "core/analysis/workspace_analysis.h"

namespace heaptoll::gui {

RangeLoader::RangeLoader(JobManager& jobs, RangeFunction function, QObject* parent)
    : QObject(parent)
    , m_job(jobs)
    , m_function(std::move(function))
{
    constexpr std::chrono::milliseconds kDebounce(60); // with 10 to 20 ms of work well below 150 ms
    m_debounce.setInterval(kDebounce);
    m_debounce.setSingleShot(true);
    connect(&m_debounce, &QTimer::timeout, this, &RangeLoader::load);
    connect(&m_job, &LatestJob::cancelled, this, [this] {
        m_isCancelled = true;
        setView({});
    });
}

void RangeLoader::request(std::shared_ptr<const WorkspaceAnalysis> analysis, const std::string& service,
    std::optional<TimeRange> range, bool immediately)
{
    m_analysis = std::move(analysis);
    m_service = service;
    m_range = range;
    m_job.drop();
    m_isCancelled = false;
    if (!m_isStale) {
        m_isStale = true;
        emit staleChanged(true);
    }
    if (immediately) {
        m_debounce.stop();
        load();
    } else {
        m_debounce.start();
    }
}

void RangeLoader::load()
{
    if (!m_analysis) {
        return;
    }
    m_job.run(
        tr("Selecting the range"),
        [analysis = m_analysis, service = m_service, range = m_range, function = m_function](
            const TaskContext& /*task*/) -> Result<std::shared_ptr<const RangeView>> {
            return std::shared_ptr<const RangeView>(std::make_shared<RangeView>(function(*analysis, service, range)));
        },
        [this](Result<std::shared_ptr<const RangeView>> result) {
            if (result.ok()) {
                setView(std::move(result).value());
            }
        });
}

void RangeLoader::setView(std::shared_ptr<const RangeView> view)
{
    m_view = std::move(view);
    m_isStale = false;
    emit staleChanged(false);
    emit ready();
}

void RangeLoader::retry()
{
    request(m_analysis, m_service, m_range, true);
}

void RangeLoader::clear()
{
    m_debounce.stop();
    m_job.drop();
    m_analysis.reset();
    m_isCancelled = false;
    setView({});
}

} // namespace heaptoll::gui
