// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"

namespace heaptoll::gui {

/// A page that is one pane over the range of the lens: Flame graph, Sites.
class PanePage final : public Page {
    Q_OBJECT
public:
    PanePage(ViewId view, const PageContext& context, RangePane* pane, QWidget* parent);
    [[nodiscard]] RangePane* pane() const { return m_pane; }
    [[nodiscard]] QString tableText() const override { return m_pane->tableText(); }

protected:
    void refresh(Changes changes) override;
    void release() override;

private:
    RangePane* m_pane;
};

} // namespace heaptoll::gui
