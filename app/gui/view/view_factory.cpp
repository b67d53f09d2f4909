// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that knows the classes of all pages.
#include "app/gui/view/findings_page.h"
#include "app/gui/view/page.h"
#include "app/gui/view/start_page.h"
#include "app/gui/view/timeline_page.h"
#include "app/gui/widget/empty_state.h"

#include <QVBoxLayout>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// Stands in for a page until its class is merged; says so.
class PendingPage final : public Page {
public:
    PendingPage(ViewId view, const PageContext& context, QWidget* parent)
        : Page(view, context, parent)
    {
        auto* layout = new QVBoxLayout(this);
        auto* empty = new EmptyState(this);
        empty->setContent(u"view-"_s + viewKey(view), tr("This view is not built into this version."));
        layout->addWidget(empty);
    }

protected:
    void refresh(Changes /*changes*/) override { }
};

class PendingPane final : public RangePane {
public:
    explicit PendingPane(QWidget* parent)
        : RangePane(parent)
    {
        auto* layout = new QVBoxLayout(this);
        auto* empty = new EmptyState(this);
        empty->setContent(u"view-flame"_s, tr("This view is not built into this version."));
        layout->addWidget(empty);
    }
    void setRange(std::shared_ptr<const WorkspaceAnalysis> /*analysis*/,
        std::shared_ptr<const RangeView> /*rangeView*/, const Lens& /*lens*/) override
    {
    }
    void setStale(bool /*isStale*/) override { }
};

} // namespace

Page* makePage(ViewId view, const PageContext& context, QWidget* parent)
{
    switch (view) {
    case ViewId::Start: return new StartPage(context, parent);
    case ViewId::Findings: return new FindingsPage(context, parent);
    case ViewId::Timeline: return new TimelinePage(context, parent);
    case ViewId::Flame:
    case ViewId::Sites:
    case ViewId::Cost:
    case ViewId::Rightsizing:
    case ViewId::Sources: break;
    }
    return new PendingPage(view, context, parent);
}

RangePane* makeFlamePane(const PageContext& /*context*/, QWidget* parent)
{
    return new PendingPane(parent);
}

RangePane* makeSitesPane(const PageContext& /*context*/, QWidget* parent)
{
    return new PendingPane(parent);
}

} // namespace heaptoll::gui
