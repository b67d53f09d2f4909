// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that knows the classes of all pages.
#include "app/gui/view/cost_page.h"
#include "app/gui/view/findings_page.h"
#include "app/gui/view/flame_pane.h"
#include "app/gui/view/page.h"
#include "app/gui/view/pane_page.h"
#include "app/gui/view/rightsizing_page.h"
#include "app/gui/view/sites_pane.h"
#include "app/gui/view/sources_page.h"
#include "app/gui/view/start_page.h"
#include "app/gui/view/timeline_page.h"

namespace heaptoll::gui {

Page* makePage(ViewId view, const PageContext& context, QWidget* parent)
{
    switch (view) {
    case ViewId::Start: return new StartPage(context, parent);
    case ViewId::Findings: return new FindingsPage(context, parent);
    case ViewId::Timeline: return new TimelinePage(context, parent);
    case ViewId::Flame: return new PanePage(view, context, makeFlamePane(context, nullptr), parent);
    case ViewId::Sites: return new PanePage(view, context, makeSitesPane(context, nullptr), parent);
    case ViewId::Cost: return new CostPage(context, parent);
    case ViewId::Rightsizing: return new RightsizingPage(context, parent);
    case ViewId::Sources: return new SourcesPage(context, parent);
    }
    return nullptr;
}

RangePane* makeFlamePane(const PageContext& context, QWidget* parent)
{
    return new FlamePane(context, parent);
}

RangePane* makeSitesPane(const PageContext& context, QWidget* parent)
{
    return new SitesPane(context, parent);
}

} // namespace heaptoll::gui
