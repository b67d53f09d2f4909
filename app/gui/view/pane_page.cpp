// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/pane_page.h"

#include "app/gui/range_loader.h"

#include <QVBoxLayout>

namespace heaptoll::gui {

PanePage::PanePage(ViewId view, const PageContext& context, RangePane* pane, QWidget* parent)
    : Page(view, context, parent)
    , m_pane(pane)
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pane);
    m_pane->setParent(this);
    connect(&context.ranges, &RangeLoader::staleChanged, m_pane, &RangePane::setStale);
    connect(&context.ranges, &RangeLoader::ready, this, [this] {
        if (isVisible()) {
            refresh({ true, true, false });
        }
    });
}

void PanePage::refresh(Changes /*changes*/)
{
    m_pane->setRange(analysis(), context().ranges.view(), lens());
}

void PanePage::release()
{
    m_pane->setRange({}, {}, lens());
}

} // namespace heaptoll::gui
