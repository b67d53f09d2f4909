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
#include <utility>
#include <vector>

namespace heaptoll {
struct Finding;
struct ServiceView;
struct WorkspaceAnalysis;
} // namespace heaptoll

namespace heaptoll::gui {

/// Kinds of events, in the order of their lanes.
enum class EventKind : std::uint8_t { Deploy, Restart, OomKill, Anomaly, Recording };
inline constexpr std::size_t kEventKindCount = 5;
[[nodiscard]] QString eventLaneTitle(EventKind kind); ///< "deploys"
[[nodiscard]] QString eventIcon(EventKind kind);

/// Which memory a chart shows, and one line per what.
enum class ChartMemory : std::uint8_t { LiveBytes, WorkingSet };
enum class ChartSplit : std::uint8_t {
    Service, ///< of everything: the kTopServices whose cost grows most
    EveryService,
    Site,
    Pod
};
struct ChartChoice {
    ChartMemory memory = ChartMemory::LiveBytes;
    ChartSplit split = ChartSplit::Service;
    friend bool operator==(const ChartChoice&, const ChartChoice&) = default;
};

/// What a chart of memory and cost shows. Units: x in seconds since range.start, bytes, money per day.
struct ChartData {
    struct Line {
        QString name;
        QString shortName; ///< where many stand side by side; empty = name
        QList<QPointF> points; ///< ascending x
        bool isWhole = true; ///< false: one category of several
        bool isOther = false; ///< beyond the colours that can be told apart: drawn in grey
        std::optional<std::size_t> colorSlot; ///< of lineColor(); absent = its place among the lines
    };
    struct CostBar {
        double from = 0;
        double to = 0;
        double perDay = 0;
    };
    struct Threshold {
        double bytes = 0; ///< the most that it ever is
        QString label;
        QList<QPointF> steps {}; ///< where it changes; each holds until the next; empty = the same all the time
    };
    struct Event {
        double at = 0;
        EventKind kind = EventKind::Restart;
        QString label; ///< "restart × 4"
        QString detail; ///< pods, one a line
        double length = 0; ///< of a recording, else 0
        int count = 1; ///< that the label stands for
    };
    struct Trend {
        QPointF from;
        QPointF to;
        QString label;
    };
    TimeRange range;
    std::vector<Line> lines; ///< coloured ones first
    std::vector<CostBar> costs;
    std::vector<Threshold> thresholds;
    std::vector<Event> events; ///< by time
    std::optional<Trend> trend;
    std::string currency;
    int linesLeftOut = 0; ///< services that are not among the kTopServices, or what is smaller than kMostLines others
    std::optional<double> bytesLeftOut; ///< of services: the sum of their last values
    bool areThresholdsTheProof = false; ///< how far they are from the lines is what the chart is about
    bool isMemoryOfCost = false; ///< the one line is all memory that the cost was paid for
    bool isPartial = false;
    bool isRelative = false; ///< time since the start of a recording, not on the calendar

    /// What the axis of memory has to hold: all lines, and thresholds unless they would squash the lines flat.
    [[nodiscard]] double maxBytes() const;
    /// First and last point of a line in a range (all of it without one); nullopt with less than two points there.
    [[nodiscard]] std::optional<std::pair<QPointF, QPointF>> endsOf(
        std::size_t line, const std::optional<TimeRange>& within) const;
    [[nodiscard]] double maxCost() const;
    [[nodiscard]] bool isEmpty() const { return lines.empty() && costs.empty(); }
    [[nodiscard]] double seconds(Instant t) const { return (t - range.start).toSeconds(); }
    [[nodiscard]] Instant instant(double atSeconds) const;
    /// Value of a line at a time, interpolated; nullopt outside its points.
    [[nodiscard]] std::optional<double> bytesAt(std::size_t line, double atSeconds) const;
    [[nodiscard]] std::optional<double> costAt(double atSeconds) const;
    /// Cost per day over one GiB of memory at a time; nullopt where one of both is unknown, or where the lines are not the
    /// memory that the cost is of.
    [[nodiscard]] std::optional<double> costPerGib(double atSeconds) const;
    /// Least squares slope of the cost per day, in money per day and day; nullopt below three whole days.
    [[nodiscard]] std::optional<double> costSlope(std::optional<TimeRange> within) const;
    /// "Nov 5 04:00 UTC", "12.4 s" in a recording without a calendar.
    [[nodiscard]] QString timeLabel(double atSeconds) const;
    /// One sentence for those who do not see the chart.
    [[nodiscard]] QString sentence() const;
    /// What is not drawn, and where it is known what it weighs. Precondition: linesLeftOut > 0.
    [[nodiscard]] QString leftOutText() const;
    /// The table twin: time, bytes of each line, cost per day, events; the header first.
    [[nodiscard]] std::vector<QStringList> table() const;
    [[nodiscard]] QString tableText() const; ///< tab-separated
};

/// Service "" = everything that has memory over time.
[[nodiscard]] ChartData serviceChart(
    const WorkspaceAnalysis& analysis, std::string_view service, ChartChoice choice = {});
/// The evidence of one finding: the largest pod where the rate is that of the pods, else its site's live bytes where there
/// is a series, else its service.
[[nodiscard]] ChartData findingChart(const WorkspaceAnalysis& analysis, const Finding& finding);
/// Only the cost of one service over time.
[[nodiscard]] ChartData costChart(const WorkspaceAnalysis& analysis, std::string_view service);
/// Lines that a chart of everything shows unless every service is asked for; more cannot be told apart.
inline constexpr std::size_t kTopServices = 6;
/// Lines that any chart shows, the largest ones.
inline constexpr std::size_t kMostLines = 100;

} // namespace heaptoll::gui
