// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/time.h"

#include <QList>
#include <QPointF>
#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {
struct Finding;
struct ServiceView;
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

enum class EventKind : std::uint8_t { Restart, OomKill, Anomaly };

/// What a chart of memory and cost shows. Units: x in seconds since range.start, bytes, money per day.
struct ChartData {
    struct Line {
        QString name;
        QList<QPointF> points; ///< ascending x
        bool isWhole = true; ///< false: one category of several
    };
    struct CostBar {
        double from = 0;
        double to = 0;
        double perDay = 0;
    };
    struct Threshold {
        double bytes = 0;
        QString label;
    };
    struct Event {
        double at = 0;
        EventKind kind = EventKind::Restart;
        QString label;
    };
    struct Trend {
        QPointF from;
        QPointF to;
        QString label;
    };
    TimeRange range;
    std::vector<Line> lines;
    std::vector<CostBar> costs;
    std::vector<Threshold> thresholds;
    std::vector<Event> events;
    std::optional<Trend> trend;
    std::string currency;
    bool isPartial = false;

    [[nodiscard]] double maxBytes() const;
    [[nodiscard]] double maxCost() const;
    [[nodiscard]] bool isEmpty() const { return lines.empty() && costs.empty(); }
    [[nodiscard]] double seconds(Instant t) const { return (t - range.start).toSeconds(); }
    [[nodiscard]] Instant instant(double atSeconds) const;
    /// Value of the first line at a time, interpolated; nullopt outside its points.
    [[nodiscard]] std::optional<double> bytesAt(double atSeconds) const;
    [[nodiscard]] std::optional<double> costAt(double atSeconds) const;
    /// One sentence for those who do not see the chart.
    [[nodiscard]] QString sentence() const;
    /// The table twin: time, bytes, cost per day.
    [[nodiscard]] QString tableText() const;
};

/// Service "" = everything that has memory over time, one line per service.
[[nodiscard]] ChartData serviceChart(const WorkspaceAnalysis& analysis, std::string_view service);
/// The evidence of one finding: its site's live bytes where there is a series, else its service.
[[nodiscard]] ChartData findingChart(const WorkspaceAnalysis& analysis, const Finding& finding);
/// The service a lens without a service looks at: the one with the most profiles (as core's rangeView does).
[[nodiscard]] const ServiceView* mainService(const WorkspaceAnalysis& analysis, std::string_view service);

} // namespace heaptoll::gui
