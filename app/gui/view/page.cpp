// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/page.h"

#include "app/gui/job_manager.h"
#include "core/analysis/workspace_analysis.h"

namespace heaptoll::gui {

Page::Page(ViewId view, const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_view(view)
    , m_context(context)
{
    setObjectName(QStringLiteral("page.") + viewKey(view));
    setAccessibleName(viewTitle(view));
    m_pending = { true, true, false };
    // Without data a page says what is being read: it follows the jobs.
    connect(&context.jobs, &JobManager::jobsChanged, this, [this] {
        if (!m_analysis || m_analysis->documents.empty()) {
            refreshSoon();
        }
    });
}

void Page::refreshSoon()
{
    m_pending.jobs = true;
    refreshIfVisible();
}

void Page::setAnalysis(std::shared_ptr<const WorkspaceAnalysis> analysis)
{
    m_analysis = std::move(analysis);
    m_pending.analysis = true;
    if (!m_analysis) {
        release();
    }
    refreshIfVisible();
}

void Page::setLens(const Lens& lens)
{
    if (lens == m_lens) {
        return;
    }
    m_lens = lens;
    m_pending.lens = true;
    refreshIfVisible();
}

void Page::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refreshIfVisible();
}

void Page::refreshIfVisible()
{
    if (!isVisible() || !(m_pending.analysis || m_pending.lens || m_pending.jobs)) {
        return;
    }
    const Changes changes = m_pending;
    m_pending = {};
    refresh(changes);
}

} // namespace heaptoll::gui
