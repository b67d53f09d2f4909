// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lens.h"

#include <QWidget>

#include <memory>

namespace heaptoll {
struct RangeView;
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

class ActionRegistry;
class JobManager;
class RangeLoader;
class SelectionState;
class WorkspaceController;

/// What every page is given. All outlive the pages.
struct PageContext {
    SelectionState& selection;
    WorkspaceController& controller;
    ActionRegistry& actions;
    JobManager& jobs;
    RangeLoader& ranges; ///< the range of the current lens; the shell feeds it
};

/// One view of the page stack. The shell calls setAnalysis and setLens for all pages; a hidden page only remembers, and
/// refreshes once when it is shown. Pages never change the lens themselves: they ask context().selection.
class Page : public QWidget {
    Q_OBJECT
public:
    Page(ViewId view, const PageContext& context, QWidget* parent = nullptr);

    [[nodiscard]] ViewId view() const { return m_view; }
    void setAnalysis(std::shared_ptr<const WorkspaceAnalysis> analysis);
    void setLens(const Lens& lens);

    /// Tab-separated text of what is shown, for copy and tests; "" = nothing to copy.
    [[nodiscard]] virtual QString tableText() const { return {}; }
    /// A number beside the rail entry (findings, right-sizing advice); 0 = none.
    [[nodiscard]] virtual int badge(const WorkspaceAnalysis& /*analysis*/) const { return 0; }

protected:
    /// What has changed since the last refresh. The first refresh has everything set.
    struct Changes {
        bool analysis = false;
        bool lens = false;
        bool jobs = false; ///< without data: what is being read, and how far; or as refreshSoon() was asked
    };
    /// Brings the page up to date; called on the GUI thread and only while visible, so it may not take > 16 ms.
    virtual void refresh(Changes changes) = 0;
    /// The workspace was closed: lets go of it, hidden or not. Whatever refresh() shows is shown when it comes.
    virtual void release() { }

    [[nodiscard]] const std::shared_ptr<const WorkspaceAnalysis>& analysis() const { return m_analysis; }
    [[nodiscard]] const Lens& lens() const { return m_lens; }
    [[nodiscard]] const PageContext& context() const { return m_context; }
    void showEvent(QShowEvent* event) override;
    /// Something of the page's own changed: refresh(), now or when it is shown.
    void refreshSoon();

private:
    void refreshIfVisible();
    ViewId m_view;
    PageContext m_context;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    Lens m_lens;
    Changes m_pending;
};

/// A pane that shows one range of one service: the flame graph and the site table are these, alone on their page and
/// side by side on the Timeline.
class RangePane : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// rangeView null = no profile; the pane says so.
    virtual void setRange(std::shared_ptr<const WorkspaceAnalysis> analysis, std::shared_ptr<const RangeView> rangeView,
        const Lens& lens) = 0;
    /// Old content stays, dimmed, until new content arrives.
    virtual void setStale(bool isStale) = 0;
    [[nodiscard]] virtual QString tableText() const { return {}; } ///< as Page::tableText()
};

/// view_factory.cpp: the one place that knows the classes of all pages.
[[nodiscard]] Page* makePage(ViewId view, const PageContext& context, QWidget* parent);
[[nodiscard]] RangePane* makeFlamePane(const PageContext& context, QWidget* parent);
[[nodiscard]] RangePane* makeSitesPane(const PageContext& context, QWidget* parent);

} // namespace heaptoll::gui
