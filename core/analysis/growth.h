// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/site.h"
#include "core/base/task_context.h"
#include "core/base/time.h"
#include "core/model/profile.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// A profile at a time. Series order is time order.
struct SeriesPoint {
    Instant time;
    std::shared_ptr<const Profile> profile;
    bool isComplete = true;
};

/// Several profiles of one service over one union of their stacks. Frames are matched by function, file and line, so
/// builds with other addresses still compare. Shape: values[k] is stacks x points, row-major, k = index of metrics.
struct UnifiedSeries {
    std::shared_ptr<const Profile> index; ///< owns strings, frames and stacks of the union; has no samples
    std::vector<Instant> times;
    std::vector<Metric> metrics; ///< those that every profile has
    std::vector<std::vector<std::int64_t>> values; ///< self per stack
    std::int64_t samplingPeriodBytes = 0; ///< largest of the profiles; 0 = exact
    bool isOrdinal = false; ///< no times are known: the points stand an hour apart in their order

    [[nodiscard]] std::size_t pointCount() const { return times.size(); }
    [[nodiscard]] std::int64_t at(std::size_t metric, std::size_t stack, std::size_t point) const
    {
        return values[metric][stack * times.size() + point];
    }
    [[nodiscard]] std::optional<std::size_t> metricIndex(Metric metric) const;
};
/// Without points when the task was cancelled.
[[nodiscard]] UnifiedSeries unifySeries(const std::vector<SeriesPoint>& points, const TaskContext& task = {});

enum class GrowthClass : std::uint8_t {
    Leak, ///< grows, still grows, beyond noise
    Cache, ///< grew and levelled off, or grows and is cut back
    Churn, ///< much allocated, hardly anything kept
    Steady,
    Retained, ///< live when a recording ended, no series to tell growth
    Undecided, ///< grows, but the data is too thin to tell: collect more
};
[[nodiscard]] std::string_view name(GrowthClass growthClass); ///< "leak", ...

/// What one of several processes says of a site. Units: bytes per hour.
struct ProcessGrowth {
    std::string process;
    GrowthClass growthClass = GrowthClass::Steady;
    double bytesPerHour = 0;
    double low = 0;
    double high = 0;
};

/// Growth of one site (blame frame) with everything under it. Units: bytes, bytes per hour, hours since the first point.
struct SiteGrowth {
    Site site; ///< innermost user frame, or the caller that makes a shared allocation wrapper grow
    std::optional<Site> wrapper; ///< that wrapper, the innermost one; absent: site allocates itself
    SiteStack stack; ///< heaviest growing stack through the site, leaf first
    GrowthClass growthClass = GrowthClass::Steady;
    double bytesPerHour = 0; ///< Theil-Sen slope within the segments between restarts
    double low = 0; ///< 95 % interval of the slope
    double high = 0;
    double pValue = 1; ///< Mann-Kendall, ties corrected, two-sided
    double noiseBytes = 0; ///< 1 sigma of the sampling at the last point; 0 = exact
    double sampleCount = 0; ///< expected sampled objects behind the last value; 0 = exact
    double allocatedBytesPerHour = 0; ///< churn: allocated, kept or not
    double survivalRatio = 1; ///< live growth over allocation in the same time
    double onsetHours = 0; ///< where the growth starts
    std::int64_t liveBytes = 0; ///< at the last point
    std::int64_t liveObjects = 0;
    std::int64_t firstBytes = 0;
    std::int64_t lastBytes = 0;
    std::vector<double> bytesAt; ///< live bytes per point, for the sparkline
    std::string reason; ///< why this class, one sentence
    std::size_t moreProfilesNeeded = 0; ///< for Undecided
    bool mayBeWarmUp = false; ///< grows since the first profile of the only life, and the series is short
    std::vector<ProcessGrowth> processes; ///< each of several processes; empty = the series is of one
    double processShare = 1; ///< of them, those where it is of this class; rates are the median of these
};

/// The order of GrowthReport::sites.
void sortByGrowth(std::vector<SiteGrowth>& sites);

/// What the rates of a report are per.
enum class RateUnit : std::uint8_t {
    Hour,
    Profile, ///< the profiles have an order and no times: rates are per step of the series
    Unknown, ///< all profiles have the same time
};
[[nodiscard]] std::string_view name(RateUnit unit); ///< "hour", "profile", "unknown"

struct GrowthOptions {
    double minBytesPerHour = 0; ///< user floor
    double minShareOfHeap = 0.005;
    double significance = 0.01; ///< of the trend test, after false-discovery control
};

struct GrowthReport {
    std::size_t points = 0; ///< of all processes
    double hours = 0; ///< from the first to the last point
    std::vector<std::string> processes; ///< that ran side by side; empty = one
    RateUnit rateUnit = RateUnit::Hour; ///< of the sites' bytesPerHour, low, high and allocatedBytesPerHour
    bool isMixed = false; ///< the profiles seem to be of several processes that nothing tells apart
    std::vector<Instant> times; ///< of one process
    std::vector<double> liveBytesAt; ///< whole heap per point
    std::vector<std::size_t> segmentStarts; ///< first point of each uninterrupted segment; the first is 0
    std::vector<SiteGrowth> sites; ///< leaks first, then by growth descending
    std::vector<std::string> notes;
};
/// Restart times known from usage data help to split; drops of the heap split as well.
[[nodiscard]] GrowthReport analyzeGrowth(const UnifiedSeries& series, const std::vector<Instant>& restarts,
    const GrowthOptions& options, const TaskContext& task);
/// A site's rate where it is one per hour. Units: bytes per hour.
[[nodiscard]] std::optional<double> hourlyRate(const GrowthReport& growth, const SiteGrowth& site);

} // namespace heaptoll
