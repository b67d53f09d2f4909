// SPDX-License-Identifier: Apache-2.0
// What a brushed range shows.
#include "core/analysis/attribution.h"
#include "core/analysis/call_tree.h"
#include "core/analysis/trie_walk.h"
#include "core/analysis/workspace_analysis.h"
#include "core/base/time.h"

#include <algorithm>
#include <numeric>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;

std::int64_t sum(const std::vector<std::int64_t>& values)
{
    return std::accumulate(values.begin(), values.end(), std::int64_t { 0 }, addSaturated);
}

/// Values of all stacks at a point; empty when the series does not have the metric.
std::vector<std::int64_t> column(const UnifiedSeries& series, std::optional<std::size_t> metric, std::size_t point)
{
    std::vector<std::int64_t> values(metric ? series.index->stacks.size() : 0, 0);
    for (std::size_t stack = 0; stack < values.size(); ++stack) {
        values[stack] = series.at(*metric, stack, point);
    }
    return values;
}

/// What was allocated over points from to to, per stack. The counters are those of a process: where their sum falls, another
/// one began at zero, and all that it has counted was allocated in the range.
struct Allocated {
    std::vector<std::int64_t> bytes; ///< per stack, never negative; empty when the series does not have the metric
    std::size_t restarts = 0; ///< between the points
};

Allocated allocatedBetween(
    const UnifiedSeries& series, std::optional<std::size_t> metric, std::size_t from, std::size_t to)
{
    if (!metric) {
        return {};
    }
    Allocated allocated { std::vector<std::int64_t>(series.index->stacks.size(), 0), 0 };
    const auto addRun = [&](const std::vector<std::int64_t>& begin, const std::vector<std::int64_t>& end) {
        for (std::size_t stack = 0; stack < end.size(); ++stack) {
            // A sampled counter is an estimate, which may fall a little while its process goes on.
            const std::int64_t grown = std::max<std::int64_t>(0, end[stack] - begin[stack]);
            allocated.bytes[stack] = addSaturated(allocated.bytes[stack], grown);
        }
    };
    std::vector<std::int64_t> begin = column(series, metric, from);
    std::vector<std::int64_t> last = begin;
    for (std::size_t point = from + 1; point <= to; ++point) {
        std::vector<std::int64_t> next = column(series, metric, point);
        if (sum(next) < sum(last)) {
            addRun(begin, last);
            begin.assign(next.size(), 0);
            ++allocated.restarts;
        }
        last = std::move(next);
    }
    addRun(begin, last);
    return allocated;
}

void subtract(std::vector<std::int64_t>& values, const std::vector<std::int64_t>& before)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] -= before[i];
    }
}

/// Last point at or before t; the first when all are later.
std::size_t pointAt(const UnifiedSeries& series, Instant t)
{
    const auto after = std::ranges::upper_bound(series.times, t);
    return after == series.times.begin() ? 0 : static_cast<std::size_t>(after - series.times.begin()) - 1;
}

void fillFromSeries(RangeView& view, const UnifiedSeries& series, const std::optional<TimeRange>& range)
{
    if (range && range->end < series.times.front()) {
        view.note = "no profile in this range: the first is of " + toIso8601(series.times.front());
        return;
    }
    const std::size_t from = range ? pointAt(series, range->start) : 0;
    const std::size_t to = range ? pointAt(series, range->end) : series.pointCount() - 1;
    auto live = series.metricIndex(Metric::LiveBytes);
    live = live ? live : series.metricIndex(Metric::LeakedBytes);
    const auto allocated = series.metricIndex(Metric::AllocBytes);
    view.liveAtEnd = column(series, live, to);
    view.liveAtEndTotal = sum(view.liveAtEnd);
    view.objectsAtEnd = column(series, series.metricIndex(Metric::LiveObjects), to);
    if (from == to) {
        const bool isInside = !range || series.times[to] >= range->start;
        view.note = !isInside
            ? "no profile in this range: shown is the one before it, of " + toIso8601(series.times[to])
            : series.pointCount() > 1 ? "one profile in this range: nothing to compare"
                                      : "one profile: nothing to compare";
        if (series.pointCount() == 1 && isInside) {
            view.allocated = column(series, allocated, to); // since the process began
        }
        return;
    }
    Allocated between = allocatedBetween(series, allocated, from, to);
    view.allocated = std::move(between.bytes);
    if (between.restarts > 0) {
        view.note = "the process restarted " + std::to_string(between.restarts)
            + (between.restarts == 1 ? " time" : " times")
            + " in this range: the change is its end less its start, allocated is the sum over all its lives";
    }
    if (!live) {
        view.note = "these profiles record no live bytes";
        return;
    }
    const std::vector<std::int64_t> before = column(series, live, from);
    view.liveDelta = view.liveAtEnd;
    subtract(view.liveDelta, before);
    view.liveAtStartTotal = sum(before);
    const double hours = (series.times[to] - series.times[from]).toHours();
    if (hours > 0) {
        view.bytesPerHour = static_cast<double>(view.liveAtEndTotal - *view.liveAtStartTotal) / hours;
    }
}

/// A recording with a timeline answers for any range, not just at the points of the series.
void fillFromTimeline(RangeView& view, const UnifiedSeries& series, const std::optional<TimeRange>& range)
{
    const AllocationTimeline& timeline = *series.index->timeline;
    const Span length = timeline.times().back();
    const Instant start = series.times.back() - length;
    const Span from = range ? std::clamp(range->start - start, Span {}, length) : Span {};
    const Span to = range ? std::clamp(range->end - start, from, length) : length;
    if (range && (range->end < start || range->start > start + length)) {
        view.note = "no part of the recording lies in this range";
    }
    const std::size_t stacks = series.index->stacks.size();
    view.liveAtEnd.assign(stacks, 0);
    view.liveDelta.assign(stacks, 0);
    view.allocated.assign(stacks, 0);
    const AllocationTimeline::RangeValues values = timeline.range(from, to);
    for (std::size_t i = 0; i < values.stacks.size(); ++i) {
        const std::size_t stack = values.stacks[i].index();
        view.liveAtEnd[stack] = values.liveBytesAtEnd[i];
        view.liveDelta[stack] = values.liveBytesDelta[i];
        view.allocated[stack] = values.allocatedBytes[i];
    }
    view.liveAtEndTotal = sum(view.liveAtEnd);
    view.liveAtStartTotal = view.liveAtEndTotal - sum(view.liveDelta);
    if (const double hours = (to - from).toHours(); hours > 0) {
        view.bytesPerHour = static_cast<double>(sum(view.liveDelta)) / hours;
    }
    if (to == length) { // the timeline counts no objects, but the profile does where it ends
        const std::optional<std::size_t> objects = series.index->valueIndex(Metric::LiveObjects);
        view.objectsAtEnd = objects ? selfPerNode(*series.index, *objects) : std::vector<std::int64_t> {};
    }
}

} // namespace

Decimal costInRange(const DailyCost& day, const std::optional<TimeRange>& range)
{
    if (!range) {
        return day.cost;
    }
    const Instant start = std::max(range->start, startOfDay(day.day));
    const Instant end = std::min(range->end, startOfDay(day.day + 1));
    return start < end ? day.cost.scaled((end - start).ns, Span::days(1).ns).value_or(Decimal {}) : Decimal {};
}

std::optional<Decimal> costInRange(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const std::optional<TimeRange>& range)
{
    const bool hasDay = std::ranges::any_of(analysis.services, [&](const ServiceView& any) {
        return !any.dailyCost.empty()
            && (!range
                || (startOfDay(any.dailyCost.back().day + 1) > range->start
                    && startOfDay(any.dailyCost.front().day) < range->end));
    });
    if (!hasDay) {
        return std::nullopt;
    }
    Decimal cost;
    for (const DailyCost& day : service.dailyCost) {
        cost += costInRange(day, range);
    }
    return cost;
}

const ServiceView* mainService(const WorkspaceAnalysis& analysis)
{
    const auto leaked = [&analysis](const ServiceView& service) {
        double bytesPerHour = 0;
        for (const Finding& finding : analysis.findings) {
            const bool isLeak = finding.kind == FindingKind::Leak && finding.service == service.name;
            bytesPerHour += isLeak ? finding.growthBytesPerHour.value_or(0) : 0;
        }
        return bytesPerHour;
    };
    const ServiceView* main = nullptr;
    double mostLeaked = 0;
    for (const ServiceView& service : analysis.services) {
        const std::size_t count = service.profileDocuments.size();
        if (count == 0 || (main != nullptr && count < main->profileDocuments.size())) {
            continue;
        }
        const double bytesPerHour = leaked(service);
        if (main == nullptr || count > main->profileDocuments.size() || bytesPerHour > mostLeaked) {
            main = &service;
            mostLeaked = bytesPerHour;
        }
    }
    return main;
}

RangeView rangeView(const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range)
{
    RangeView view;
    const ServiceView* chosen = service.empty() ? mainService(analysis) : analysis.service(service);
    if (chosen == nullptr) {
        view.note = service.empty() ? "no profile" : "no such service: " + std::string(service);
        return view;
    }
    view.service = chosen->name;
    view.cost = costInRange(analysis, *chosen, range);
    if (!view.cost) {
        view.costReason = analysis.costDocuments.empty() ? "no bill" : "the bill has no day in this range";
    }
    view.costCurrency = chosen->costRows > 0 ? chosen->currency : std::string();
    view.isPartial = std::ranges::any_of(
        chosen->profileDocuments, [&](std::size_t d) { return !analysis.documents[d]->isComplete; });
    if (chosen->price && chosen->price->method != PriceMethod::None) {
        std::vector<const WorkloadUsage*> workloads;
        for (const std::size_t w : chosen->workloads) {
            workloads.push_back(&analysis.workloads[w]);
        }
        const double replicas = memoryMeans(workloads).replicas;
        view.priceCurrency = chosen->price->currency;
        view.moneyPerByteMonth =
            chosen->price->perGibHour * analysis.options.hoursPerMonth * (replicas > 0 ? replicas : 1) / kGib;
    }
    if (!chosen->series || chosen->series->times.empty()) {
        view.note = "no profile of this service";
        return view;
    }
    view.profile = chosen->series->index;
    if (view.profile->timeline && !view.profile->timeline->allocations().empty()) { // states answer at the points
        fillFromTimeline(view, *chosen->series, range);
    } else {
        fillFromSeries(view, *chosen->series, range);
    }
    return view;
}

} // namespace heaptoll
