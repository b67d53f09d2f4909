// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "core/base/time.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace heaptoll {
struct RangeView;
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

/// core's rangeView; tests put their own here.
using RangeFunction = std::function<RangeView(
    const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range)>;

/// What a lens selects of one service, computed off the GUI thread. Requests are debounced (60 ms, for drags) and only
/// the answer to the last one is delivered; until then views keep the old content, dimmed (isStale).
class RangeLoader : public QObject {
    Q_OBJECT
public:
    RangeLoader(JobManager& jobs, RangeFunction function, QObject* parent = nullptr);

    void request(std::shared_ptr<const WorkspaceAnalysis> analysis, const std::string& service,
        std::optional<TimeRange> range, bool immediately = false);
    [[nodiscard]] const std::shared_ptr<const RangeView>& view() const { return m_view; }
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// The user cancelled the last request: view() is null.
    [[nodiscard]] bool isCancelled() const { return m_isCancelled; }
    /// The last request once more.
    void retry();
    /// Nothing is open any more.
    void clear();

signals:
    void staleChanged(bool isStale);
    void ready(); ///< view() is the answer to the last request; null = there is none

private:
    void load();
    void setView(std::shared_ptr<const RangeView> view);
    LatestJob m_job;
    RangeFunction m_function;
    QTimer m_debounce;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::string m_service;
    std::optional<TimeRange> m_range;
    std::shared_ptr<const RangeView> m_view;
    bool m_isStale = false;
    bool m_isCancelled = false;
};

} // namespace heaptoll::gui
