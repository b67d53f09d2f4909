// SPDX-License-Identifier: Apache-2.0
// Which places in the code grow, and of what kind the growth is. Method and figures: GROWTH.md.
#include "core/analysis/growth.h"

#include "core/analysis/growth_shape.h"
#include "core/analysis/growth_verdict.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heaptoll {
namespace {

std::vector<double> totalsOf(const UnifiedSeries& series, std::size_t metric)
{
    std::vector<double> totals(series.pointCount(), 0.0);
    for (std::size_t stack = 0; stack < series.index->stacks.size(); ++stack) {
        for (std::size_t p = 0; p < totals.size(); ++p) {
            totals[p] += static_cast<double>(series.at(metric, stack, p));
        }
    }
    return totals;
}

/// True when a known restart lies in (from, to].
bool restartBetween(const std::vector<Instant>& restarts, Instant from, Instant to)
{
    return std::ranges::any_of(restarts, [&](Instant t) { return from < t && t <= to; });
}

struct Segments {
    std::vector<std::size_t> starts;
    std::size_t falls = 0; ///< of the count of all allocations; of the heap where there is none
};

/// A heap that loses more than half is another process. So is one whose count of all allocations went back: it never
/// does within a process, which also proves that a process outlived a restart that usage data reports for some pod.
Segments segmentsOf(const UnifiedSeries& series, const std::vector<double>& live, const std::vector<Instant>& restarts)
{
    constexpr double kDropShare = 0.5;
    const auto metric = series.metricIndex(Metric::AllocBytes);
    const std::vector<double> allocated = metric ? totalsOf(series, *metric) : std::vector<double> {};
    Segments segments { { 0 }, 0 };
    for (std::size_t p = 1; p < live.size(); ++p) {
        const bool dropped = live[p] < (1 - kDropShare) * live[p - 1];
        const bool counterFell = metric && allocated[p] < allocated[p - 1];
        const bool restarted = !metric && restartBetween(restarts, series.times[p - 1], series.times[p]);
        if (dropped || counterFell || restarted) {
            segments.starts.push_back(p);
        }
        segments.falls += counterFell || (!metric && dropped) ? 1U : 0U;
    }
    return segments;
}

/// Largest p that passes at the given rate of false discoveries. Source: Benjamini & Hochberg 1995.
double discoveryThreshold(std::vector<double> pValues, double rate)
{
    std::ranges::sort(pValues);
    double threshold = 0;
    for (std::size_t i = 0; i < pValues.size(); ++i) {
        const double allowed = rate * static_cast<double>(i + 1) / static_cast<double>(pValues.size());
        if (pValues[i] <= allowed) {
            threshold = pValues[i];
        }
    }
    return threshold;
}

/// What a value gained while it was watched, within the lives of its process; a life begins at each of the starts.
double gainedWithin(const std::vector<double>& values, const std::vector<std::size_t>& starts)
{
    double sum = 0;
    for (std::size_t p = 1; p < values.size(); ++p) {
        const bool isSameLife = !std::ranges::binary_search(starts, p);
        sum += isSameLife ? std::max(0.0, values[p] - values[p - 1]) : 0.0;
    }
    return sum;
}

/// What was there at the end of each life of the process and not at its start, added up.
double keptWithin(const std::vector<double>& bytes, const std::vector<std::size_t>& starts)
{
    double sum = 0;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : bytes.size();
        sum += std::max(0.0, bytes[end - 1] - bytes[starts[i]]);
    }
    return sum;
}

SiteGrowth describe(
    const GrowthUnit& unit, const GrowthShape& shape, const UnifiedSeries& series, const GrowthReport& report)
{
    SiteGrowth site;
    site.site = siteOfFrame(*series.index, unit.frame);
    site.stack = stackInWords(*series.index, unit.heaviestStack);
    if (unit.wrapperFrame != 0) {
        site.wrapper = siteOfFrame(*series.index, unit.wrapperFrame);
    }
    site.mayBeWarmUp = shape.mayBeWarmUp;
    site.bytesPerHour = shape.fit.slope;
    site.low = shape.fit.low;
    site.high = shape.fit.high;
    site.pValue = shape.trend.pValue;
    site.noiseBytes = shape.noise.sigma;
    site.sampleCount = shape.noise.sampled;
    site.bytesAt = unit.bytes;
    site.firstBytes = std::llround(unit.bytes.front());
    site.lastBytes = std::llround(unit.bytes.back());
    site.liveBytes = site.lastBytes;
    site.liveObjects = unit.objects.empty() ? 0 : std::llround(unit.objects.back());
    if (!unit.allocated.empty() && report.hours > 0) {
        const double allocated = gainedWithin(unit.allocated, report.segmentStarts);
        site.allocatedBytesPerHour = allocated / report.hours;
        const double kept = keptWithin(unit.bytes, report.segmentStarts);
        site.survivalRatio = allocated > 0 ? std::min(1.0, kept / allocated) : 1;
    }
    return site;
}

/// After the onset of a late leak only the growing part tells the rate.
void refitAfterOnset(SiteGrowth& site, const GrowthShape& shape, const std::vector<double>& hours)
{
    if (shape.onset <= shape.begin || shape.end - shape.onset < 4) {
        return;
    }
    const std::size_t n = shape.end - shape.onset;
    const std::vector<std::size_t> oneSegment { 0 };
    const TheilSenFit fit =
        theilSen(std::span(hours).subspan(shape.onset, n), std::span(site.bytesAt).subspan(shape.onset, n), oneSegment);
    site.onsetHours = hours[shape.onset];
    site.bytesPerHour = fit.slope;
    site.low = fit.low;
    site.high = fit.high;
}

int rankOf(GrowthClass growthClass)
{
    switch (growthClass) {
    case GrowthClass::Leak: return 0;
    case GrowthClass::Undecided: return 1;
    case GrowthClass::Retained: return 2;
    case GrowthClass::Cache: return 3;
    case GrowthClass::Churn: return 4;
    case GrowthClass::Steady: return 5;
    }
    return 5;
}

void judgeAll(GrowthReport& report, const UnifiedSeries& series, const GrowthOptions& options, const TaskContext& task)
{
    const std::vector<GrowthUnit> units = growthUnits(series, report.segmentStarts, options.minShareOfHeap, task);
    const std::vector<double> hours = hoursSinceFirst(series.times);
    std::vector<GrowthShape> shapes;
    std::vector<double> pValues;
    for (const GrowthUnit& unit : units) {
        if (task.cancelled()) {
            return;
        }
        shapes.push_back(
            growthShape(unit, hours, report.segmentStarts, static_cast<double>(series.samplingPeriodBytes)));
        pValues.push_back(shapes.back().trend.pValue);
    }
    GrowthContext context { options, discoveryThreshold(pValues, options.significance), 0, 0 };
    for (const double bytes : report.liveBytesAt) {
        context.heapBytes = std::max(context.heapBytes, bytes);
    }
    context.allocatedBytes =
        std::accumulate(units.begin(), units.end(), 0.0, [&report](double sum, const GrowthUnit& unit) {
            return sum + gainedWithin(unit.allocated, report.segmentStarts);
        });
    for (std::size_t i = 0; i < units.size(); ++i) {
        SiteGrowth site = describe(units[i], shapes[i], series, report);
        judge(site, shapes[i], context);
        if (site.growthClass == GrowthClass::Leak) {
            refitAfterOnset(site, shapes[i], hours);
        }
        report.sites.push_back(std::move(site));
    }
}

/// A process restarts now and then; profiles of several that are taken in turn fall back again and again.
bool seemsMixed(std::size_t falls, std::size_t points)
{
    constexpr std::size_t kFewest = 4;
    return falls >= kFewest && 3 * falls > points;
}

/// No slope over such points means anything, whatever the tests say.
void withdrawLeaks(GrowthReport& report)
{
    for (SiteGrowth& site : report.sites) {
        if (site.growthClass == GrowthClass::Leak) {
            site.growthClass = GrowthClass::Undecided;
            site.reason = "the profiles seem to be of several processes, so their growth cannot be told";
        }
    }
}

/// Profiles of one moment have neither an order nor a distance: what differs between them may grow, at any rate.
void withdrawRates(GrowthReport& report)
{
    for (SiteGrowth& site : report.sites) {
        const auto [low, high] = std::ranges::minmax(site.bytesAt);
        if (low < high) {
            site.growthClass = GrowthClass::Undecided;
            site.reason = "the times of the " + std::to_string(report.points)
                + " profiles are equal, so neither order nor rate is known; collect profiles at different times";
        }
    }
}

} // namespace

std::optional<double> hourlyRate(const GrowthReport& growth, const SiteGrowth& site)
{
    return growth.rateUnit == RateUnit::Hour ? std::optional(site.bytesPerHour) : std::nullopt;
}

void sortByGrowth(std::vector<SiteGrowth>& sites)
{
    std::ranges::stable_sort(sites, [](const SiteGrowth& a, const SiteGrowth& b) {
        if (rankOf(a.growthClass) != rankOf(b.growthClass)) {
            return rankOf(a.growthClass) < rankOf(b.growthClass);
        }
        const double x = a.growthClass == GrowthClass::Retained ? static_cast<double>(a.liveBytes) : a.bytesPerHour;
        const double y = b.growthClass == GrowthClass::Retained ? static_cast<double>(b.liveBytes) : b.bytesPerHour;
        return x != y ? x > y : a.site < b.site;
    });
}

GrowthReport analyzeGrowth(const UnifiedSeries& series, const std::vector<Instant>& restarts,
    const GrowthOptions& options, const TaskContext& task)
{
    GrowthReport report;
    report.points = series.pointCount();
    report.times = series.times;
    const auto metric = liveMetric(series);
    if (report.points == 0) {
        report.notes.emplace_back("no profile");
        return report;
    }
    if (!metric) {
        report.notes.emplace_back("the profiles have no live bytes, so growth cannot be seen");
        return report;
    }
    report.hours = (report.times.back() - report.times.front()).toHours();
    if (series.isOrdinal) {
        report.rateUnit = RateUnit::Profile;
    } else if (report.points > 1 && report.hours <= 0) {
        report.rateUnit = RateUnit::Unknown;
        report.notes.emplace_back("the times of the profiles are equal: the rate of growth is unknown");
    }
    report.liveBytesAt = totalsOf(series, *metric);
    Segments segments = segmentsOf(series, report.liveBytesAt, restarts);
    report.segmentStarts = std::move(segments.starts);
    const std::size_t restarted = report.segmentStarts.size() - 1;
    report.isMixed = seemsMixed(segments.falls, report.points);
    if (report.isMixed) {
        report.notes.push_back("the profiles fall back " + std::to_string(segments.falls) + " times in "
            + std::to_string(report.points)
            + ": they seem to be of several processes; keep those of each in a folder or under a file name of its own");
    } else if (restarted > 0) {
        report.notes.push_back("the process restarted " + std::to_string(restarted)
            + (restarted == 1 ? " time" : " times") + ": growth is measured between restarts");
    }
    judgeAll(report, series, options, task);
    if (report.isMixed) {
        withdrawLeaks(report);
    }
    if (report.rateUnit == RateUnit::Unknown) {
        withdrawRates(report);
    }
    sortByGrowth(report.sites);
    return report;
}

} // namespace heaptoll
